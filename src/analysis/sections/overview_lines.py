"""What the overview draws: lines of every agency with their joins, intervals and labels, and events."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import floor
from typing import Any, NamedTuple

import pandas as pd

from analysis.display.drawing import Line
from analysis.display.numbers import Slots, about, number
from analysis.display.panels import Event
from analysis.precision import exceeds, same
from analysis.sections.growth import growth_slots
from analysis.sections.growth_doubt import size_of, verb_of
from analysis.sections.series_charts import with_joins
from analysis.vintages.history import Growth, History, history
from analysis.vintages.series import UNSETTLED, processed, series
from analysis.vintages.turning_points import TURN
from analysis.vocabulary import measures

_INTERVALS = {"coca_area": "coca_area_interval_90"}
NEAR = {"leaked": "leaked", "provisional_predicted": "provisional"}


class Style(NamedTuple):
    """How the values of a measure are written in its panel."""

    scale: float  # by which they are divided
    decimals: int


STYLES = {"ha": Style(1_000, 0), "t": Style(1, 0), "deaths": Style(1_000, 1)}


class Leg(NamedTuple):
    """A part of a series between two years that count."""

    first_year: int
    last_year: int


@dataclass(frozen=True)
class Drawn:
    """One measure by one agency in a window of years, as the overview says and draws it."""

    history: History
    unsettled: pd.DataFrame  # leaked and provisional figures, as `series` gives them
    intervals: pd.DataFrame  # published intervals, `year`, `low` and `high`
    name: str  # at the line's end
    colour: str

    @property
    def style(self) -> Style:
        """How its values are written."""
        return STYLES[measures()[self.history.measure].unit]

    @property
    def levels(self) -> dict[int, float]:
        """Its settled figures by year."""
        return self.history.levels

    @property
    def rows(self) -> dict[int, str]:
        """The ids of its settled figures by year."""
        table = self.history.table
        return dict(zip(table["year"], table["figure"], strict=True))

    @cached_property
    def legs(self) -> tuple[Leg, ...]:
        """The whole as one leg, or two where it turns on the way by 1.2 or more.

        It turns in the year of the lowest or the highest figure, whichever is further
        from the nearer of the first and the last.
        """
        years = sorted(self.levels)
        if len(years) < 2:
            return ()
        first = years[0]
        last = years[-1]
        ends = self.levels[first], self.levels[last]
        turns: dict[float, int] = {}
        for year in years[1:-1]:
            level = self.levels[year]
            fall = min(ends) / level
            rise = level / max(ends)
            turns[fall] = year
            turns[rise] = year
        furthest = max(turns, default=0.0)
        if not exceeds(furthest, TURN):
            return (Leg(first, last),)
        return (Leg(first, turns[furthest]), Leg(turns[furthest], last))

    def slots(self, leg: Leg) -> Slots:
        """What a sentence may say of a leg: its figures, years, verb and size.

        `doubt` says what a size rests on that is not one publication.
        """
        unit = measures()[self.history.measure].unit
        rows = self.rows
        bare = unit == "deaths"  # which the sentence says
        slots = about(self.history.measure, self.history.place, self.history.agency)
        for name, year in zip(("first", "last"), leg, strict=True):
            slots[name] = number(self.levels[year], unit, [rows[year]], bare=bare)
            slots[f"{name}_year"] = number(year, "year", [rows[year]])
        return slots | self._size(leg)

    def _size(self, leg: Leg) -> Slots:
        """How far a leg goes, which way, and what that rests on."""
        factor = self.levels[leg.last_year] / self.levels[leg.first_year]
        slots: Slots = {"way": "rose" if factor >= 1 else "fell"}
        growth = self.history.growth(*leg)
        if isinstance(growth, Growth):
            sized = growth_slots(self.history, growth)
            slots["verb"] = sized["verb"]
            slots["size"] = sized["size"]
            slots["doubt"] = " (linked across publications)" if growth.chained else ""
            return slots
        both = tuple(self.rows[year] for year in leg)
        slots["verb"] = verb_of(factor)
        slots["size"] = size_of(factor, both, factor < 1, factor >= 2)
        slots["doubt"] = " (figures of two publications, so a part may be revision)"
        return slots

    @property
    def late(self) -> pd.DataFrame:
        """Leaked and provisional figures after the last settled one."""
        return self.unsettled[self.unsettled["year"] > max(self.levels, default=0)]

    def line(self) -> Line:
        """Its points with joins, intervals and labels."""
        settled = with_joins(self.history.table, self.history.breaks["year"].tolist())
        points = pd.concat([settled, with_joins(self.late).assign(hollow=True)])
        points = points.reset_index(drop=True)
        points["link"] = [*map(self._link, points["year"], points["joined"])]
        for limit in ("low", "high"):
            known = self.intervals.set_index("year")[limit]
            points[limit] = points["year"].map(known).astype("float64")
        points["label"] = [
            *map(self._label, points["year"], points["value"], points["status"])
        ]
        return Line(self.name, self.colour, points)

    def _link(self, year: int, joined: bool) -> str:
        """How a line leads to a year from the one before: see `Panel`."""
        if year not in self.levels or year - 1 not in self.levels:
            return ""
        if self.history.crossed(year - 1, year):
            return ""
        return "one" if joined or self._one_gives(year - 1, year) else "other"

    def _one_gives(self, *years: int) -> bool:
        """Whether one release gives both figures as they are drawn."""
        rows = self.history.vintages
        rows = rows[rows["kind"] != "compilation"]
        given = []
        for year in years:
            level = self.levels[year]
            of_year = rows[rows["year"] == year]
            shown = [same(value, level) for value in of_year["value"]]
            given.append({*of_year["release"][shown]})
        return bool(set.intersection(*given))

    def _label(self, year: int, value: float, status: str) -> str:
        """What is written at a point: the first, the last, and the lowest and highest."""
        text = f"{year}:\u00a0{self._written(value)}"
        if year not in self.levels:
            return f"{text}, {NEAR[status]}"
        return text if year in self._labelled else ""

    def _written(self, value: float) -> str:
        """A value in the unit of the panel; halves are rounded up, as a reader does."""
        scale, decimals = self.style
        whole = floor(value / scale * 10**decimals + 0.5)
        return f"{whole / 10**decimals:,.{decimals}f}"

    @cached_property
    def _labelled(self) -> set[int]:
        """The first and last year, and those of the lowest and the highest figure."""
        levels = self.levels
        extremes = {extreme(levels, key=levels.__getitem__) for extreme in (min, max)}
        return {min(levels), max(levels), *extremes}


def drawn_of(
    measure: str, place: str, agency: str, name: str, colour: str, **window: Any
) -> Drawn:
    """A measure by one agency; `window` has start_year, end_year, as_of."""
    words = (measure, place, agency)
    intervals = pd.DataFrame(columns=["year", "low", "high"])
    if measure in _INTERVALS:
        intervals = series(_INTERVALS[measure], place, agency, **window)
    unsettled = series(*words, statuses=UNSETTLED, **window)
    return Drawn(history(*words, **window), unsettled, intervals, name, colour)


def events_of(place: str, years: tuple[int, int], as_of: str) -> list[Event]:
    """The events of a place inside a window, of those that a reader knew on a day."""
    found = processed("events.csv", as_of, place=place)
    inside = found[found["first_year"].ge(years[0]) & found["last_year"].le(years[1])]
    columns = [inside[name] for name in Event._fields]
    return [Event(*row) for row in zip(*columns, strict=True)]


def extremes_slots(drawn: Drawn) -> Slots:
    """The first, lowest, highest and last settled figure of a line, with their years."""
    unit = measures()[drawn.history.measure].unit
    rows = drawn.rows
    levels: Mapping[int, float] = drawn.levels
    years = {
        "first": min(levels),
        "bottom": min(levels, key=levels.__getitem__),
        "top": max(levels, key=levels.__getitem__),
        "last": max(levels),
    }
    slots: Slots = {"name": drawn.name}
    for name, year in years.items():
        slots[name] = number(levels[year], unit, [rows[year]])
        slots[f"{name}_year"] = number(year, "year", [rows[year]])
    return slots
