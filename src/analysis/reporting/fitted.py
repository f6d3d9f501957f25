"""The joinpoint trend of a measure: fitted to its longest unbroken stretch, in words, as a table and as a chart."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from analysis.joinpoint import AnnualChange, Trend, joinpoint
from analysis.reporting.charts import Chart, Line, line_chart
from analysis.reporting.numbers import Cell, Number, Passage, Sentence, Slots, Table, joined, number, say
from analysis.vintages.history import History
from analysis.vintages.linked import linked_levels
from analysis.vocabulary import capital, label, maker_label, measures, place_label

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

    @property
    def slots(self) -> Slots:
        """What, where, when, how many years, and the average change."""
        slots: Slots = {"what": label(self.history.measure), "place": place_label(self.history.place)}
        slots |= {"years": self._number(len(self.levels), "years", one="year"), "level": number(LEVEL, "percent")}
        ends = {"first_year": "min", "last_year": "max"} if len(self.levels) else {}
        slots |= {name: self._number(self.levels["year"].agg(end), "year") for name, end in ends.items()}
        return slots | ({"aapc": self._percent(self.trend.aapc())["apc"]} if self.trend else {})

    def _number(self, value: float, unit: str, **words: Any) -> Number:
        return number(value, unit, (row for rows in self.levels["rows"] for row in rows), **words)

    def _percent(self, change: AnnualChange) -> dict[str, Number]:
        """An annual change and the ends of its interval."""
        parts = {"apc": change.percent, "low": change.low, "high": change.high}
        return {name: self._number(part, "percent a year") for name, part in parts.items()}

    def passage(self) -> Passage:
        """How many joinpoints the trend has by either method, its average change, and what its residuals say."""
        id, trend = f"fit_{self.history.measure}", self.trend
        if trend is None:
            return Passage(id, (say("fit_too_short", self.slots, id=f"{id}_short"),))
        counts = {"most": trend.most, "joinpoints": trend.by_wbic, "tested": trend.by_permutation or 0}
        slots = self.slots | {name: self._number(count, "figures", one="joinpoint") for name, count in counts.items()}
        slots |= {**self._percent(trend.aapc()), "tried": number(TRIED, "correlation")}
        slots["r"] = self._number(trend.autocorrelation, "correlation")
        names = ["stretch", "chosen", "aapc", *(["weights"] if self.unit == "deaths" else []), "autocorrelation"]
        return Passage(id, tuple(say(f"fit_{name}", slots, id=f"{id}_{name}") for name in names))

    def table(self) -> Table:
        """The segments of the trend with their annual percent change and its interval, and the average of all."""
        id = f"fit_{self.history.measure}_segments"
        changes = {f"segment {place}": change for place, change in enumerate(self._segments, start=1)}
        if self.trend and len(changes) > 1:
            changes["all"] = self.trend.aapc()
        rows: list[list[Cell]] = [[self._span(change), *self._percent(change).values()] for change in changes.values()]
        headings = ["Years", "Change a year", "From", "To"]
        return Table(id, say("fit_caption", self.slots, id=id), headings, rows, [*changes])

    @property
    def _segments(self) -> tuple[AnnualChange, ...]:
        return self.trend.segments if self.trend else ()

    def _span(self, change: AnnualChange) -> Number:
        return self._number(change.first, "year", text=f"{change.first:.0f}–{change.last:.0f}")

    def chart(self) -> Chart:
        """The series at one level as points, hollow where chained, with the fitted curve."""
        measure, levels = self.history.measure, self.levels
        id = f"fit_{measure}_chart"
        points = levels.assign(figure=levels["rows"].str[0], joined=False, hollow=levels["chained"])
        curve = levels[["year"]].assign(value=self.trend.predicted) if self.trend else None
        colour = {"coca_area": "area", "cocaine_output": "output"}.get(measure, "deaths")
        line = Line(maker_label(self.history.estimates), colour, points, fit=curve)
        years = (int(levels["year"].min()), int(levels["year"].max())) if len(levels) else (0, 1)
        words = f"{capital(label(measure))}, {self.history.place}, {self.unit}; all at the level of the last year"
        return line_chart(
            id, [line], years, title=self._title(f"{id}_title"), alt=self._alt(f"{id}_alt"), unit=self.unit,
            subtitle=words + ("; hollow: chained" if points["hollow"].any() else ""),
            source="Source: the releases behind the growth of each year; see the list of sources.",
        )  # fmt: skip

    def _title(self, id: str) -> Sentence:
        pieces = [self._segment(*segment) for segment in zip(_SEGMENTS, self._segments, strict=False)]
        slots: Slots = {"what": capital(label(self.history.measure)), "segments": joined(pieces, ", ")}
        return say("fit_title" if self.trend else "fit_title_none", slots, id=id)

    def _segment(self, id: str, change: AnnualChange) -> Sentence:
        name = "fit_segment_unclear" if change.low <= 0 <= change.high else "fit_segment"
        return say(name, id=id, apc=self._percent(change)["apc"], last=self._number(change.last, "year"))

    def _alt(self, id: str) -> Sentence:
        segments = self._number(len(self._segments), "figures", one="segment")
        return say("fit_alt" if self.trend else "fit_alt_none", self.slots, id=id, segments=segments)


@lru_cache(maxsize=32)
def _fitted(years: tuple[int, ...], values: tuple[float, ...], weights: str) -> Trend:
    return joinpoint(years, values, weights=weights, most=MOST)
