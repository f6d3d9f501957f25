"""The joinpoint trend of a measure: fitted to its longest unbroken stretch, in words, as a table and as a chart."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import pandas as pd

from analysis.display.drawing import Line, line_chart
from analysis.display.numbers import (
    Number,
    Sentence,
    Slots,
    about,
    joined,
    number,
    numbers,
    say,
)
from analysis.display.outputs import Chart, Passage, Table, chart_words, table
from analysis.sections.series_charts import COLOURS
from analysis.statistics.joinpoint import AnnualChange, Trend, joinpoint
from analysis.vintages.chain_linking import linked_levels
from analysis.vintages.history import History
from analysis.vocabulary import agency_label, measures

FEWEST = 5  # years; a line through fewer says nothing of its error
MOST = 3  # joinpoints
LEVEL = 95  # percent, of the intervals
TRIED = 0.4  # correlation of the errors of neighbouring years in harnesses/joinpoint_simulations.py
_SEGMENTS = ("first", "second", "third", "fourth")


@dataclass(frozen=True)
class Fitted:
    """The trend of a series over its longest unbroken stretch; counts are weighted as Poisson counts."""

    history: History

    @cached_property
    def levels(self) -> pd.DataFrame:
        """The figures that it is fitted to, as `linked_levels` gives them."""
        return linked_levels(self.history)

    @cached_property
    def trend(self) -> Trend | None:
        """The trend; None where there are too few years for one."""
        years, values = tuple(self.levels["year"]), tuple(self.levels["value"])
        weights = "counts" if self.unit == "deaths" else "constant"
        return _fitted(years, values, weights) if len(years) >= FEWEST else None

    @property
    def unit(self) -> str:
        """The unit of the figures."""
        return measures()[self.history.measure].unit

    @cached_property
    def rows(self) -> list[str]:
        """The ids of the figures behind it."""
        return [row for rows in self.levels["rows"] for row in rows]

    @property
    def slots(self) -> Slots:
        """What, where, when, how many years, and the average change."""
        slots = about(self.history.measure, self.history.place)
        slots |= {
            "years": number(len(self.levels), "years", self.rows, one="year"),
            "level": number(LEVEL, "percent"),
        }
        ends = {
            "first_year": self.levels["year"].min(),
            "last_year": self.levels["year"].max(),
        }
        slots |= numbers("year", self.rows, ends)
        return slots | (
            {"aapc": self._percent(self.trend.aapc())["apc"]} if self.trend else {}
        )

    def _percent(self, change: AnnualChange) -> dict[str, Number]:
        """An annual change and the ends of its interval."""
        parts = {"apc": change.percent, "low": change.low, "high": change.high}
        return numbers("percent a year", self.rows, parts)

    def passage(self) -> Passage:
        """How many joinpoints the trend has by either method, its average change, and what its residuals say."""
        id, trend = f"fit_{self.history.measure}", self.trend
        if trend is None:
            return Passage(id, [say("fit_too_short", self.slots, id=f"{id}_short")])
        counts = {
            "most": trend.most,
            "joinpoints": trend.by_wbic,
            "tested": trend.by_permutation or 0,
        }
        slots = (
            self.slots
            | numbers("figures", self.rows, counts, one="joinpoint")
            | self._percent(trend.aapc())
        )
        slots["tried"] = number(TRIED, "correlation")
        slots["r"] = number(trend.autocorrelation, "correlation", self.rows)
        names = [
            "stretch",
            "chosen",
            "aapc",
            *(["weights"] if self.unit == "deaths" else []),
            "autocorrelation",
        ]
        return Passage(
            id, [say(f"fit_{name}", slots, id=f"{id}_{name}") for name in names]
        )

    def table(self) -> Table:
        """The segments of the trend with their annual percent change and its interval, and the average of all."""
        changes = {
            f"segment {place}": change
            for place, change in enumerate(self._segments, start=1)
        }
        if self.trend and len(changes) > 1:
            changes["all"] = self.trend.aapc()
        rows = [self._row(change) for change in changes.values()]
        return table(
            "fit",
            rows,
            self.slots,
            id=f"fit_{self.history.measure}_segments",
            keys=[*changes],
        )

    def _row(self, change: AnnualChange) -> list[Number]:
        span = number(
            change.first,
            "year",
            self.rows,
            text=f"{change.first:.0f}–{change.last:.0f}",
        )
        return [span, *self._percent(change).values()]

    @property
    def _segments(self) -> tuple[AnnualChange, ...]:
        return self.trend.segments if self.trend else ()

    def chart(self) -> Chart:
        """The series at one level as points, hollow where chained, with the fitted curve."""
        levels, id = self.levels, f"fit_{self.history.measure}_chart"
        points = levels.assign(
            figure=levels["rows"].str[0], joined=False, hollow=levels["chained"]
        )
        curve = (
            levels[["year"]].assign(value=self.trend.predicted) if self.trend else None
        )
        colour = COLOURS.get(self.history.measure, "deaths")
        line = Line(agency_label(self.history.agency), colour, points, fit=curve)
        years = (
            (int(levels["year"].min()), int(levels["year"].max()))
            if len(levels)
            else (0, 1)
        )
        slots = self.slots | {
            "hollow": "; hollow: chained" if points["hollow"].any() else ""
        }
        slots["pieces"] = joined([*map(self._piece, _SEGMENTS, self._segments)], ", ")
        slots["segments"] = number(
            len(self._segments), "figures", self.rows, one="segment"
        )
        return line_chart(
            id,
            [line],
            years,
            chart_words("fit", slots, id=id, empty=self.trend is None),
            self.unit,
        )

    def _piece(self, id: str, change: AnnualChange) -> Sentence:
        name = (
            "fit_segment_unclear" if change.low <= 0 <= change.high else "fit_segment"
        )
        last = number(change.last, "year", self.rows)
        return say(name, id=id, apc=self._percent(change)["apc"], last=last)


@lru_cache(maxsize=32)
def _fitted(years: tuple[int, ...], values: tuple[float, ...], weights: str) -> Trend:
    return joinpoint(years, values, weights=weights, most=MOST)
