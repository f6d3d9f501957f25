"""Which figure of a year counts from which day on, settled in one pass over the days.

It is what `series` gives on every day, without asking for each day anew: 5,000 revisions of one figure would be 5,000
tables of up to 5,000 rows.
"""

from bisect import insort
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol

import pandas as pd

from analysis.tables import records
from analysis.vintages.precedence import order_in_releases, order_of_releases
from analysis.vintages.series import SETTLED, UNSETTLED

_YEAR = ["measure", "place", "agency", "year"]


class _Printing(Protocol):
    """A figure of one year and its ranks, each from 0."""

    row: int  # its place in the table of all
    available: str  # the first day on which it could be seen
    status: str
    release: str
    printing: int  # inside its release: of two, the lower counts
    age: int  # between releases: of two of one status, the lower counts
    weight: int  # between statuses: of two, the higher counts


def replacements(figures: pd.DataFrame) -> pd.DataFrame:
    """Each figure that counts on some day, with the `day` from which on it does, by measure, place, agency and year.

    `figures` are processed. On any day the last row of a year up to that day is what `series` gives: a settled figure, else
    a leaked or provisional one. A row whose value is missing takes the year's figure away.
    """
    rows = _levels_of_years(figures)
    ranked = rows.assign(
        row=rows.index,
        printing=_rank(order_in_releases(rows)),
        age=_rank(order_of_releases(rows)),
        weight=_rank(_order_of_weight(rows)),
    )
    in_order = ranked.sort_values([*_YEAR, "available"], kind="stable")
    by_year = groupby(records(in_order), key=attrgetter(*_YEAR))
    steps = [step for _, of_year in by_year for step in _steps(of_year)]
    return rows.loc[[row for row, _ in steps]].assign(day=[day for _, day in steps])


def _levels_of_years(figures: pd.DataFrame) -> pd.DataFrame:
    level = (figures["period_kind"] == "calendar_year") & (figures["base_start"] == "")
    known = figures["status"].isin((*SETTLED, *UNSETTLED))
    rows = figures[level & known & ~figures["set_aside"]].reset_index(drop=True)
    return rows.assign(year=rows["period_start"].str[:4].astype("int64"))


def _order_of_weight(rows: pd.DataFrame) -> pd.Index:
    """The index, sorted by what counts less: no value, then an unsettled figure, then the older release."""
    counts = rows["value"].notna() * (1 + rows["status"].isin(SETTLED))
    order = ["counts", "release_date", "release", "status"]
    return rows.assign(counts=counts).sort_values(order, kind="stable").index


def _rank(order: pd.Index) -> "pd.Series[int]":
    return pd.Series(range(len(order)), index=order)


def _steps(of_year: Iterable[Any]) -> Iterator[tuple[int, str]]:
    """The rows of one year that count, in order of days, each with the first day on which it does."""
    in_release: dict[tuple[str, str], _Printing] = {}
    by_age: dict[str, list[_Printing]] = {}
    last = None
    for day, of_day in groupby(of_year, key=attrgetter("available")):
        for row in of_day:
            _enter(row, in_release, by_age.setdefault(row.status, []))
        newest = [of_status[0] for of_status in by_age.values()]
        chosen = max(newest, key=attrgetter("weight"))
        if chosen is not last:
            yield chosen.row, str(day)
        last = chosen


def _enter(
    row: _Printing,
    in_release: dict[tuple[str, str], _Printing],
    of_status: list[_Printing],
) -> None:
    """Let a row stand for its release in its status, sorted by age, unless a better printing of the release does."""
    other = in_release.get((row.status, row.release))
    if other and other.printing < row.printing:
        return
    if other:
        of_status.remove(other)
    in_release[row.status, row.release] = row
    insort(of_status, row, key=attrgetter("age"))
