"""The joinpoint trend of a measure: fitted to its longest unbroken stretch, in words, as a table and as a chart."""

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from analysis.joinpoint import AnnualChange, Trend, joinpoint
from analysis.reporting.charts import Chart, Line, draw_lines
from analysis.reporting.findings import capital, label, where
from analysis.reporting.numbers import Cell, Number, Passage, Sentence, Slots, Table, joined, number
from analysis.reporting.words import say
from analysis.vintages.history import History
from analysis.vintages.linked import linked_levels
from analysis.vocabulary import maker_label, measures

FEWEST = 5  # years; a line through fewer says nothing of its error
MOST = 3  # joinpoints
LEVEL = 95  # percent, of the intervals
TRIED = 0.4  # correlation of the errors of neighbouring years in harnesses/joinpoint_simulations.py


@dataclass(frozen=True)
class Fitted:
    """A trend with the series that it was fitted to."""

    history: History
    levels: pd.DataFrame  # as `linked_levels` gives them
    trend: Trend | None  # None: too few years

    @property
    def rows(self) -> list[str]:
        """The ids of all figures behind it."""
        return list(dict.fromkeys(row for rows in self.levels["rows"] for row in rows))

    @property
    def counts(self) -> bool:
        """Whether the figures are counts, and so weighted."""
        return _weights(self.history) == "counts"

    @property
    def slots(self) -> Slots:
        """What, where, when and how many years."""
        what: Slots = {"what": label(self.history.measure), "place": where(self.history.place)}
        years = number(len(self.levels), "years", self.rows, text=_many(len(self.levels), "year"))
        return {**what, "years": years, "level": number(LEVEL, "percent")} | self._ends()

    def _ends(self) -> Slots:
        ends = {"first_year": "min", "last_year": "max"} if len(self.levels) else {}
        return {name: number(self.levels["year"].agg(end), "year", self.rows) for name, end in ends.items()}

    def percent(self, change: AnnualChange) -> dict[str, Number]:
        """An annual change and the ends of its interval."""
        parts = {"apc": change.percent, "low": change.low, "high": change.high}
        return {name: number(part, "percent a year", self.rows) for name, part in parts.items()}


def fit(history: History) -> Fitted:
    """Fit a trend to the longest unbroken stretch of a history, counts weighted as Poisson counts."""
    levels = linked_levels(history)
    years, values = tuple(levels["year"]), tuple(levels["value"])
    return Fitted(history, levels, _fitted(years, values, _weights(history)) if len(levels) >= FEWEST else None)


def _weights(history: History) -> str:
    return "counts" if measures()[history.measure].unit == "deaths" else "constant"


@lru_cache(maxsize=32)
def _fitted(years: tuple[int, ...], values: tuple[float, ...], weights: str) -> Trend:
    return joinpoint(years, values, weights=weights, most=MOST)


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _joinpoints(fitted: Fitted, count: int) -> Number:
    return number(count, "figures", fitted.rows, text=_many(count, "joinpoint"))


def trend_passage(fitted: Fitted) -> Passage:
    """How many joinpoints the trend has by either method, its average change, and what its residuals say."""
    id, trend = f"fit_{fitted.history.measure}", fitted.trend
    if trend is None:
        return Passage(id, (say("fit_too_short", fitted.slots, id=f"{id}_short"),))
    average = trend.aapc()
    slots = fitted.slots | {name: _joinpoints(fitted, count) for name, count in _counts(trend).items()}
    slots |= {**fitted.percent(average), "r": number(trend.autocorrelation, "correlation", fitted.rows)}
    slots |= {"aapc": fitted.percent(average)["apc"], "tried": number(TRIED, "correlation")}
    names = ["stretch", "chosen", "aapc", *(["weights"] if fitted.counts else []), "autocorrelation"]
    return Passage(id, tuple(say(f"fit_{name}", slots, id=f"{id}_{name}") for name in names))


def _counts(trend: Trend) -> dict[str, int]:
    return {"most": trend.most, "joinpoints": trend.by_wbic, "tested": trend.by_permutation or 0}


def trend_table(fitted: Fitted) -> Table:
    """The segments of the trend with their annual percent change and its interval, and the average of all."""
    id = f"fit_{fitted.history.measure}_segments"
    segments = fitted.trend.segments if fitted.trend else ()
    changes = [*segments, fitted.trend.aapc()] if fitted.trend and len(segments) > 1 else [*segments]
    rows: list[list[Cell]] = [[_span(fitted, change), *fitted.percent(change).values()] for change in changes]
    keys = [f"segment {place}" if place <= len(segments) else "all" for place in range(1, len(rows) + 1)]
    headings = ["Years", "Change a year", "From", "To"]
    return Table(id, say("fit_caption", fitted.slots, id=id), headings, rows, keys)


def _span(fitted: Fitted, change: AnnualChange) -> Number:
    return number(change.first, "year", fitted.rows, text=f"{change.first:.0f}–{change.last:.0f}")


def trend_chart(fitted: Fitted) -> Chart:
    """The series at one level as points, hollow where chained, with the fitted curve."""
    measure, levels = fitted.history.measure, fitted.levels
    id = f"fit_{measure}_chart"
    points = levels.assign(figure=levels["rows"].map(lambda rows: rows[0]), joined=False, hollow=levels["chained"])
    curve = levels[["year"]].assign(value=fitted.trend.predicted) if fitted.trend else None
    colour = {"coca_area": "area", "cocaine_output": "output"}.get(measure, "deaths")
    line = Line(maker_label(fitted.history.estimates), colour, points, fit=curve)
    years = (int(levels["year"].min()), int(levels["year"].max())) if len(levels) else (0, 1)
    picture, drawn = draw_lines(id, [line], years, "No figures were printed for these years.")
    words = f"{capital(label(measure))}, {fitted.history.place}, {measures()[measure].unit}; all at the level of the last year"
    hollow = "; hollow: chained" if points["hollow"].any() else ""
    source = "Source: the releases behind the growth of each year; see the list of sources."
    unit = measures()[measure].unit
    return Chart(id, _title(id, fitted), _alt(id, fitted), words + hollow, source, picture, drawn, unit)


def _title(id: str, fitted: Fitted) -> Sentence:
    what = capital(label(fitted.history.measure))
    if fitted.trend is None:
        return say("fit_title_none", id=f"{id}_title", what=what)
    pieces = [_segment(place, fitted, change) for place, change in enumerate(fitted.trend.segments)]
    return say("fit_title", id=f"{id}_title", what=what, segments=joined(pieces, ", "))


def _segment(place: int, fitted: Fitted, change: AnnualChange) -> Sentence:
    names = ("first", "second", "third", "fourth")
    last = number(change.last, "year", fitted.rows)
    name = "fit_segment_unclear" if change.low <= 0 <= change.high else "fit_segment"
    return say(name, id=names[place], apc=fitted.percent(change)["apc"], last=last)


def _alt(id: str, fitted: Fitted) -> Sentence:
    if fitted.trend is None:
        return say("fit_alt_none", fitted.slots, id=f"{id}_alt")
    count, average = len(fitted.trend.segments), fitted.percent(fitted.trend.aapc())["apc"]
    segments = number(count, "figures", fitted.rows, text=_many(count, "segment"))
    return say("fit_alt", fitted.slots, id=f"{id}_alt", segments=segments, aapc=average)
