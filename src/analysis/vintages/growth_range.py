"""How far a growth may be from the one reported, by one rule: vintages, joints of a chain, rounding."""

from collections.abc import Iterator
from itertools import pairwise
from math import prod
from typing import NamedTuple

import pandas as pd

from analysis.precision import exceeds
from analysis.vintages.history import Growth, History
from analysis.vintages.links import Link

YEARS_BEFORE = (
    5  # before the last figure: what was the newest known on a day since then
)
_Limits = tuple[float, float]


class Range(NamedTuple):
    """The lowest and highest growth factor that the published figures allow; see `growth_range`."""

    low: float  # each doubt by itself: another first figure, joints, or rounding
    high: float
    rounded_low: float  # another first figure or joints, and rounding on top
    rounded_high: float
    rows: tuple[str, ...]  # ids of the first-year figures tried
    joints: int  # revisions inside a chain, each carried back or not


def growth_range(history: History, growth: Growth) -> Range:
    """
    The range of a growth, over what the figures leave open.

    1. Each first-year figure that was the newest known on some day of the five years before
       the last figure was published, set against that last figure.
    2. Each joint of a chain where the next publication starts from a revised figure: the
       revision carried back to the earlier years, as the chain does, or not.
    3. The rounding of what was published.

    `low` and `high` take the three by themselves; the `rounded` ones add the rounding to the
    first two. A range of one release whose figures were never revised is that of rounding.

    Examples
    --------
    For 2011 the release of 2022 gives 273 t, those of 2017 to 2019 give 220 t:

    >>> from analysis import history
    >>> output = history("cocaine_output", "Colombia", "us_government")
    >>> limits = growth_range(output, output.growth(2011, 2021))
    >>> round(limits.low, 2), round(limits.high, 2), round(limits.rounded_high, 2)
    (3.55, 4.42, 4.52)
    """
    last = _last_figure(history, growth)
    others = _first_figures(history, growth.first_year, str(last["release_date"]))
    revised = _revisions_at_joints(history, growth.by)
    joints = [growth.factor * part for part in _products(revised)]
    rounding = _rounding(history, growth.by)
    by_rounding = [growth.factor * limit for limit in rounding]
    firsts = [float(last["value"] / value) for value in others["value"]]
    tried = [*joints, *firsts, *by_rounding]
    half = float(last["rounding_unit"]) / 2
    lowest = (last["value"] - half) / (others["value"] + others["rounding_unit"] / 2)
    highest = (last["value"] + half) / (others["value"] - others["rounding_unit"] / 2)
    return Range(
        min(tried),
        max(tried),
        min([*lowest, min(joints) * rounding[0]]),
        max([*highest, max(joints) * rounding[1]]),
        tuple(others["figure"]),
        len(revised),
    )


def _last_figure(history: History, growth: Growth) -> pd.Series:
    of_row = history.vintages["figure"] == growth.rows[-1]
    return history.vintages[of_row].iloc[0]


def _first_figures(history: History, year: int, published: str) -> pd.DataFrame:
    """The figures of a year that were the newest known on some day up to `published`."""
    found = history.vintages
    sound = (found["value"] > 0) & (found["kind"] != "compilation")
    of_year = found[sound & (found["year"] == year)]
    known = of_year[of_year["release_date"] <= published]
    known = known.sort_values(["release_date", "release"], kind="stable")
    known = known.drop_duplicates("release_date", keep="last")
    begin = f"{int(published[:4]) - YEARS_BEFORE:04}{published[4:]}"
    older = known[known["release_date"] <= begin]
    return pd.concat([older.tail(1), known[known["release_date"] > begin]])


def _products(factors: list[float]) -> Iterator[float]:
    """The products of every selection of some factors, the empty one among them."""
    products = [1.0]
    for factor in factors:
        products += [product * factor for product in products]
    return iter(products)


def _revisions_at_joints(history: History, by: tuple[Link, ...]) -> list[float]:
    """The revision at each joint, as the next release's figure over the one before's."""
    found = []
    for step, following in pairwise(by):
        end = _end(history, step)
        start = _start(history, following)
        apart = (
            end and start and (exceeds(start[0], end[2]) or exceeds(end[0], start[2]))
        )
        if end and start and apart:
            found.append(start[1] / end[1])
    return found


def _printed(history: History, release: str, year: int) -> tuple[float, ...] | None:
    """A release's figure of a year: the lowest that rounds to it, itself, the highest."""
    rows = history.vintages
    mine = rows[(rows["release"] == release) & (rows["year"] == year)]
    mine = mine[mine["value"] > 0]
    if mine.empty:
        return None
    value = float(mine["value"].iloc[0])
    half = float(mine["rounding_unit"].iloc[0]) / 2
    return value - half, value, value + half


def _end(history: History, step: Link) -> tuple[float, ...] | None:
    return _printed(history, step.release, step.last_year)


def _start(history: History, step: Link) -> tuple[float, ...] | None:
    """The first figure of a step; of a published rate what it leads back to."""
    end = _end(history, step)
    if len(step.rows) == 2 or end is None:
        return _printed(history, step.release, step.first_year)
    low, value, high = end
    return low / step.high, value / step.factor, high / step.low


def _rounding(history: History, by: tuple[Link, ...]) -> _Limits:
    """How far rounding can move a chain, as factors: figures inside one release cancel."""
    runs: list[list[Link]] = []
    for step in by:
        joins = runs and len(step.rows) == 2 and runs[-1][-1].rows[-1] == step.rows[0]
        runs = [*runs[:-1], [*runs[-1], step]] if joins else [*runs, [step]]
    limits = [_limits_of_run(history, run) for run in runs]
    return prod(low for low, _ in limits), prod(high for _, high in limits)


def _limits_of_run(history: History, run: list[Link]) -> _Limits:
    if len(run) == 1:
        return run[0].low / run[0].factor, run[0].high / run[0].factor
    first = _printed(history, run[0].release, run[0].first_year)
    last = _end(history, run[-1])
    assert first
    assert last
    factor = last[1] / first[1]
    return last[0] / first[2] / factor, last[2] / first[0] / factor
