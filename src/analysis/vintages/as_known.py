"""Which figure of a year counts from which day on, settled in one pass over the days."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import pandas as pd

from analysis.tables import records
from analysis.vintages.precedence import order_in_releases, order_of_releases
from analysis.vintages.series import SETTLED, UNSETTLED

_YEAR = ["measure", "place", "agency", "year"]


def replacements(figures: pd.DataFrame) -> pd.DataFrame:
    """Each figure that counts on some day, with the `day` from which on it does, by measure, place, agency and year.

    `figures` are processed. On any day the last row of a year up to that day is what `series` gives: a settled figure, else
    a leaked or provisional one. A row whose value is missing takes the year's figure away.
    """
    sound = (figures["period_kind"] == "calendar_year") & (figures["base_start"] == "") & ~figures["set_aside"]
    rows = figures[sound & figures["status"].isin((*SETTLED, *UNSETTLED))].reset_index(drop=True)
    rows = rows.assign(year=rows["period_start"].str[:4].astype("int64"))
    counts = rows["value"].notna() * (1 + rows["status"].isin(SETTLED))
    rising = rows.assign(counts=counts).sort_values(["counts", "release_date", "release", "status"], kind="stable")
    orders = {"printing": order_in_releases(rows), "age": order_of_releases(rows), "weight": rising.index}
    ranks = {name: pd.Series(range(len(rows)), index=order) for name, order in orders.items()}
    ranked = rows[[*_YEAR, "available", "status", "release"]].assign(row=rows.index, **ranks)
    by_year = groupby(records(ranked.sort_values([*_YEAR, "available"], kind="stable")), key=lambda row: row[:4])
    steps = [step for _, of_year in by_year for step in _steps(of_year)]
    return rows.loc[[row for row, _ in steps]].assign(day=[day for _, day in steps])


def _steps(of_year: Iterable[Any]) -> Iterator[tuple[int, str]]:
    """The rows of one year that count, in order of days, each with the first day on which it does."""
    printed, newest, last = dict[tuple[str, str], Any](), dict[str, Any](), None
    for day, of_day in groupby(of_year, key=lambda row: str(row.available)):
        for row in of_day:
            _enter(row, printed, newest)
        chosen = max(newest.values(), key=lambda row: row.weight)
        if chosen is not last:
            yield chosen.row, day
        last = chosen


def _enter(row: Any, printed: dict[tuple[str, str], Any], newest: dict[str, Any]) -> None:
    """Put a row in its release's place, if it counts there, and keep the newest release of its status."""
    place, first = (row.status, row.release), newest.get(row.status)
    other = printed.get(place)
    if other and other.printing < row.printing:
        return
    printed[place] = row
    alone = first is None or first is other
    rivals = [one for (status, _), one in printed.items() if status == row.status] if alone else [first, row]
    newest[row.status] = min(rivals, key=lambda one: one.age)
