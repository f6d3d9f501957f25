"""Lows and highs of a series, and the turn inside a window: what a growth between two years hides."""

from itertools import pairwise
from typing import NamedTuple

from analysis.precision import exceeds
from analysis.vintages.history import Growth, History

AROUND = 3  # years on either side among which a low is the lowest
TURN = 1.2  # how far the series rises from a low, or falls from a high, on both sides
BESIDE = 2  # years from a low or high at which a window still begins or ends beside it


class TurningPoint(NamedTuple):
    """A year whose figure is the lowest or highest of those around it."""

    year: int
    kind: str  # low or high


def turning_points(history: History) -> list[TurningPoint]:
    """
    The lows and highs of a series, by the growth from year to year that publications link.

    A low is the lowest of the three years before and after it, and lies below the highest of
    them on both sides by a factor of 1.2 or more; a high is the reverse. A year at the end of
    an unbroken stretch is neither.

    Examples
    --------
    >>> from analysis import history
    >>> area = history("coca_area", "Colombia", "unodc")
    >>> [point.year for point in turning_points(area) if point.kind == "low"]
    [2012, 2020]
    """
    found = []
    for years in history.unbroken_spans():
        levels = _linked(history, years)
        for place in range(1, len(years) - 1):
            before = levels[max(0, place - AROUND) : place]
            after = levels[place + 1 : place + 1 + AROUND]
            kind = _kind(levels[place], before, after)
            found += [TurningPoint(years[place], kind)] if kind else []
    return found


def _linked(history: History, years: list[int]) -> list[float]:
    levels = [1.0]
    for pair in pairwise(years):
        link = history.yearly_link(*pair)
        assert link  # a span is cut where there is none
        levels.append(levels[-1] * link.factor)
    return levels


def _kind(level: float, before: list[float], after: list[float]) -> str:
    if not exceeds(level, min(*before, *after)) and all(
        exceeds(max(side), TURN * level) for side in (before, after)
    ):
        return "low"
    if not exceeds(max(*before, *after), level) and all(
        exceeds(level, TURN * min(side)) for side in (before, after)
    ):
        return "high"
    return ""


def beside(history: History, year: int) -> TurningPoint | None:
    """The low or high at most two years from a year, the nearest; None if there is none."""
    near = [
        point for point in turning_points(history) if abs(point.year - year) <= BESIDE
    ]
    return min(near, key=lambda point: abs(point.year - year), default=None)


def turn_inside(history: History, growth: Growth) -> tuple[Growth, Growth] | None:
    """The growth to the lowest (of a fall: highest) year inside a window, and from there.

    None where the series does not turn by a factor of 1.2 or more in the window.
    """
    first = growth.first_year
    last = growth.last_year
    parts = (
        (history.growth(first, year), history.growth(year, last))
        for year in history.levels
        if first < year < last
    )
    turns = [
        (to, since)
        for to, since in parts
        if isinstance(to, Growth) and isinstance(since, Growth)
    ]
    rising = growth.factor >= 1
    sizes = [to.factor if rising else 1 / to.factor for to, _ in turns]
    if not sizes or not exceeds(1 / TURN, min(sizes)):
        return None
    return turns[sizes.index(min(sizes))]
