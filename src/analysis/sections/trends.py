"""The joinpoint trend of a measure over its longest unbroken stretch: in words, as a table, as a chart."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import zip_longest

import pandas as pd

from analysis.display.drawing import Line, line_chart
from analysis.display.numbers import (
    Cell,
    Number,
    Sentence,
    Slots,
    about,
    joined,
    number,
    numbers,
    say,
)
from analysis.display.outputs import (
    Chart,
    ChartWords,
    Passage,
    Table,
    chart_words,
    table,
)
from analysis.sections.series_charts import COLOURS
from analysis.statistics.joinpoint import (
    AnnualChange,
    Trend,
    joinpoint,
    poisson_dispersion,
)
from analysis.vintages.chain_linking import linked_levels
from analysis.vintages.history import History
from analysis.vocabulary import agency_label, measures

FEWEST = 5  # years; a line through fewer says nothing of its error
LEVEL = 95  # percent, of the intervals
_ORDER = "first second third fourth fifth sixth seventh eighth".split()


@dataclass(frozen=True)
class Fitted:
    """The trend of a series over its longest unbroken stretch, each year with the same weight."""

    history: History

    @cached_property
    def levels(self) -> pd.DataFrame:
        """The figures that it is fitted to, as `linked_levels` gives them."""
        return linked_levels(self.history)

    @cached_property
    def trend(self) -> Trend | None:
        """The trend that weighted BIC chooses; None where there are too few years for one."""
        return self._fit("wbic") if len(self.levels) >= FEWEST else None

    @cached_property
    def other(self) -> Trend | None:
        """The trend that the permutation tests choose, where that is another."""
        if self.trend is None or self.trend.settled:
            return None
        return self._fit("permutation")

    def _fit(self, select: str) -> Trend:
        return _fitted(tuple(self.levels["year"]), tuple(self.levels["value"]), select)

    @property
    def unit(self) -> str:
        """The unit of the figures."""
        return measures()[self.history.measure].unit

    @cached_property
    def rows(self) -> list[str]:
        """The ids of the figures behind it."""
        return [row for rows in self.levels["rows"] for row in rows]

    @cached_property
    def slots(self) -> Slots:
        """What, where, when, how many years, how many joinpoints, and the average change."""
        years = self.levels["year"]
        ends = {"first_year": years.min(), "last_year": years.max()}
        return {
            **about(self.history.measure, self.history.place),
            "years": number(len(years), "years", self.rows, one="year"),
            "level": number(LEVEL, "percent"),
            **numbers("year", self.rows, ends),
            **(self._of_trend(self.trend) if self.trend else {}),
        }

    def _of_trend(self, trend: Trend) -> Slots:
        whole = self._percent(trend.aapc())
        counts = {"joinpoints": trend.by_wbic, "tested": trend.by_permutation or 0}
        return {
            "aapc": whole["apc"],
            "low": whole["low"],
            "high": whole["high"],
            **numbers("figures", self.rows, counts),
        }

    def _percent(self, change: AnnualChange) -> dict[str, Number]:
        """An annual change and the ends of its interval."""
        parts = {"apc": change.percent, "low": change.low, "high": change.high}
        return numbers("percent a year", self.rows, parts)

    def passage(self) -> Passage:
        """How many joinpoints the trend has and how that was chosen, and its average change."""
        id = f"fit_{self.history.measure}"
        trend = self.trend
        if trend is None:
            return Passage(id, [say("fit_too_short", self.slots, id=f"{id}_short")])
        counts = {"most": trend.most, "joinpoints": trend.by_wbic}
        slots = self.slots | numbers("figures", self.rows, counts, one="joinpoint")
        slots["tests"] = joined([*self._tests(trend)], "; ")
        if self.unit == "deaths":
            spread = poisson_dispersion(self.levels["value"], trend)
            slots["dispersion"] = number(spread, "figures", self.rows)
        slots["otherwise"] = joined([*self._otherwise(trend)])
        names = self._sentences(trend)
        return Passage(
            id, [say(f"fit_{name}", slots, id=f"{id}_{name}") for name in names]
        )

    def _sentences(self, trend: Trend) -> Iterator[str]:
        """The names of what is said of a trend."""
        yield "stretch"
        if trend.tests:
            yield "chosen" if trend.settled else "unsettled"
            if trend.at_most or (self.other and self.other.at_most):
                yield "at_most"
            yield "tests"
        yield "aapc" if trend.joinpoints else "apc"
        if any(map(_marked_otherwise, trend.segments, trend.parametric)):
            yield "parametric"
        if self.unit == "deaths":
            yield "counts"
        if trend.tests:
            yield "describes"

    def _tests(self, trend: Trend) -> Iterator[Sentence]:
        """Each permutation test in words."""
        for id, test in zip(_ORDER, trend.tests, strict=False):
            counts = {"null": test.null, "alternative": test.alternative}
            slots: Slots = {**numbers("figures", self.rows, counts)}
            slots["p"] = number(test.p_value, "p", self.rows)
            slots["level"] = number(test.level, "p")
            yield say("fit_test", slots, id=id)

    def _otherwise(self, trend: Trend) -> Iterator[Sentence]:
        """The segments that the parametric intervals mark otherwise, with those intervals."""
        each = zip(_ORDER, trend.segments, trend.parametric, strict=False)
        for id, segment, parametric in each:
            if _marked_otherwise(segment, parametric):
                years = {"first": segment.first, "last": segment.last}
                slots: Slots = {**numbers("year", self.rows, years)}
                slots |= self._percent(parametric)
                yield say("fit_otherwise", slots, id=id)

    def table(self) -> Table:
        """The segments with their annual percent change, and the joinpoints, with intervals."""
        both = self.other is not None
        rows = list[list[Cell]]()
        keys = list[str]()
        for trend, key in ((self.trend, ""), (self.other, "other ")):
            if trend is None:
                continue
            lines = [*self._lines(trend)]
            name = number(len(trend.joinpoints), "figures", self.rows, one="joinpoint")
            rows += [[*line, name] if both else line for line in lines]
            keys += [f"{key}segment {place + 1}" for place in range(len(lines))]
            if trend.joinpoints:
                keys[-1] = f"{key}all"
        words = "fit_both" if both else "fit"
        id = f"fit_{self.history.measure}_segments"
        return table(words, rows, self.slots, id=id, keys=keys)

    def _lines(self, trend: Trend) -> Iterator[list[Cell]]:
        """A row for each segment and, where they are several, one for all."""
        for change, joint in zip_longest(trend.segments, trend.joinpoints):
            ends = (
                numbers("year", self.rows, {"low": joint.low, "high": joint.high})
                if joint
                else {}
            )
            yield [*self._row(change), *(ends.values() or ("", ""))]
        if trend.joinpoints:
            yield [*self._row(trend.aapc()), "", ""]

    def _row(self, change: AnnualChange) -> list[Cell]:
        text = f"{change.first:.0f}–{change.last:.0f}"
        span = number(change.first, "year", self.rows, text=text)
        answer = "yes" if change.differs else "no"
        parts = change.percent, change.low, change.high
        cells = [number(part, "percent a year", self.rows, bare=True) for part in parts]
        return [span, *cells, answer]

    def chart(self) -> Chart:
        """The series at one level as points, hollow where linked, with the fitted curve and band."""
        levels = self.levels
        id = f"fit_{self.history.measure}_chart"
        points = levels.assign(
            figure=levels["rows"].str[0], joined=False, hollow=levels["chained"]
        )
        line = Line(
            agency_label(self.history.agency),
            COLOURS.get(self.history.measure, "deaths"),
            points,
            fit=self._curve(self.trend),
            other_fit=self._curve(self.other),
        )
        years = (0, 1)
        if len(levels):
            years = int(levels["year"].min()), int(levels["year"].max())
        words = self._chart_words(id, hollow=bool(points["hollow"].any()))
        return line_chart(id, [line], years, words, self.unit)

    def _curve(self, trend: Trend | None) -> pd.DataFrame | None:
        """The fitted curve with its band, and whether a joinpoint lies in each year."""
        if trend is None:
            return None
        years, (curve, low, high) = self.levels["year"], trend.band
        bends = [found.year for found in trend.joinpoints]
        return pd.DataFrame(
            {
                "year": years,
                "value": curve,
                "low": low,
                "high": high,
                "joinpoint": years.isin(bends),
            }
        )

    def _chart_words(self, id: str, hollow: bool) -> ChartWords:
        slots = self.slots | {"hollow": "; hollow: chained" if hollow else ""}
        if self.other:
            return chart_words("fit_both", slots, id=id)
        segments = self.trend.segments if self.trend else ()
        pieces = [*map(self._piece, _ORDER, segments)]
        slots["pieces"] = joined(pieces, ", ")
        slots["segments"] = number(len(segments), "figures", self.rows, one="segment")
        return chart_words("fit", slots, id=id, empty=self.trend is None)

    def _piece(self, id: str, change: AnnualChange) -> Sentence:
        name = "fit_segment" if change.differs else "fit_segment_near_zero"
        last = number(change.last, "year", self.rows)
        return say(name, id=id, apc=self._percent(change)["apc"], last=last)


def _marked_otherwise(segment: AnnualChange, parametric: AnnualChange) -> bool:
    return segment.differs != parametric.differs


@lru_cache(maxsize=32)
def _fitted(years: tuple[int, ...], values: tuple[float, ...], select: str) -> Trend:
    return joinpoint(years, values, select=select)
