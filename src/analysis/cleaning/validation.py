"""The gate behind cleaning: what can't be true is refused, with the raw file and line of each row."""

from collections.abc import Callable
from operator import attrgetter

import pandas as pd

from analysis.cleaning.parts import check_parts
from analysis.tables import records
from analysis.vocabulary import Total, measures, totals
from notebook_runner.errors import Problems

_MISPLACED = (
    "the row is in another agency's file; move it to the file named after agency"
)


def _in_own_file(rows: pd.DataFrame) -> pd.Series:
    # A release's file lies elsewhere: its rows are still to be put into those of their agencies.
    free = ~rows["raw_file"].str.startswith("data/raw/") | (
        rows["raw_file"] == "data/raw/articles.csv"
    )
    return free | (rows["raw_file"] == "data/raw/" + rows["agency"] + ".csv")


def _within_bounds(rows: pd.DataFrame) -> pd.Series:
    limits = rows["measure"].map(measures())
    numbers = rows[["value", "low", "high"]]
    below = numbers.lt(limits.map(attrgetter("low")), axis=0)
    above = numbers.gt(limits.map(attrgetter("high")), axis=0)
    return ~(below | above).any(axis=1)


_Rule = Callable[[pd.DataFrame], pd.Series]  # True for each row that keeps it
# What must hold of every row, by the remedy where it does not.
_RULES: dict[str, _Rule] = {
    "another row prints the same measure, place, period and status in this publication; keep one": lambda rows: (
        ~rows["figure"].duplicated(keep=False)
    ),
    _MISPLACED: _in_own_file,
    "is outside what is possible for the measure; fix the row, or correct {figure} in corrections.csv": _within_bounds,
    "the limits must rise": lambda rows: ~(rows["low"] > rows["high"]),
    "the period begins after the publication; fix one of them": lambda rows: (
        rows["period_start"] <= rows["available"]
    ),
    "the period must lie between 1900 and 2100": lambda rows: rows[
        "period_start"
    ].between("1900", "2100"),
}


def check_gate(figures: pd.DataFrame) -> None:
    """Let the figures that `clean_figures` gives pass, or say what is wrong with every one that may not.

    Raises InputError if keys are not unique, a figure is impossible, stands in another agency's file or before its
    period, parts of one release do not make its printed total, or a place in one release is above the one around it.
    """
    problems = Problems()
    _check_rows(figures, problems)
    for total in totals():
        check_total(figures, total, problems)
    check_parts(figures, problems)
    problems.raise_any()


def _check_rows(figures: pd.DataFrame, problems: Problems) -> None:
    for remedy, holds in _RULES.items():
        for row in records(figures[~holds(figures)]):
            printed = f"{row.period}, {row.printed} {row.unit_printed}"
            found = row.agency if remedy == _MISPLACED else printed
            problems.add_row(row, row.measure, found, remedy.format(figure=row.figure))


def check_total(figures: pd.DataFrame, total: Total, problems: Problems) -> int:
    """Hold a printed total against its parts wherever one release prints them all; how many were held.

    They agree within half the sum of their rounding units, or exactly if the total says so.
    """
    column, whole, parts = total.column, total.whole, total.parts
    keys = [
        "release",
        "agency",
        "measure",
        "place",
        "period_start",
        "period_end",
        "status",
    ]
    keys.remove(column)
    rows = figures[
        figures["value"].notna()
        & ~figures["set_aside"]
        & figures[column].isin([whole, *parts])
    ]
    rows = rows.sort_values("rounding_unit", kind="stable").drop_duplicates(
        [*keys, column]
    )
    values, units = (
        rows.pivot(index=keys, columns=column, values=name)
        .reindex(columns=[whole, *parts])
        .dropna()
        for name in ("value", "rounding_unit")
    )
    added, allowed = (
        values[parts].sum(axis=1),
        0.0 if total.exact else units.sum(axis=1) / 2,
    )
    lines = rows.set_index([*keys, column], drop=False)
    for key, sum_of_parts in added[(added - values[whole]).abs() > allowed].items():
        row = lines.loc[(*key, whole)]  # type: ignore[misc]
        remedy = f"its parts {', '.join(parts)} add up to {sum_of_parts:,.12g} in one release; fix the wrong one"
        problems.add_row(
            row, row["measure"] if column == "place" else whole, row["printed"], remedy
        )
    return len(values)
