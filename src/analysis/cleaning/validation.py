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


_TOTAL_KEYS = (
    "release",
    "agency",
    "measure",
    "place",
    "period_start",
    "period_end",
    "status",
)
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
    column = total.column
    whole = total.whole
    keys = [key for key in _TOTAL_KEYS if key != column]
    rows = _finest_rows(figures, total, keys)
    values = _by_part(rows, total, keys, "value")
    parts = values[total.parts].sum(axis=1)
    allowed = _by_part(rows, total, keys, "rounding_unit").sum(axis=1) / 2
    if total.exact:
        allowed *= 0
    totals_printed = rows[rows[column] == whole].set_index(keys, drop=False)
    for key, sum_of_parts in parts[(parts - values[whole]).abs() > allowed].items():
        row = totals_printed.loc[key]  # type: ignore[call-overload]
        remedy = f"its parts {', '.join(total.parts)} add up to {sum_of_parts:,.12g} in one release; fix the wrong one"
        name = row["measure"] if column == "place" else whole
        problems.add_row(row, name, row["printed"], remedy)
    return len(values)


def _finest_rows(figures: pd.DataFrame, total: Total, keys: list[str]) -> pd.DataFrame:
    """The figures of a total and its parts, the one with the most digits where a release prints two."""
    usable = figures["value"].notna() & ~figures["set_aside"]
    rows = figures[usable & figures[total.column].isin([total.whole, *total.parts])]
    finest_first = rows.sort_values("rounding_unit", kind="stable")
    return finest_first.drop_duplicates([*keys, total.column])


def _by_part(
    rows: pd.DataFrame, total: Total, keys: list[str], name: str
) -> pd.DataFrame:
    """A column for the total and for each part, a row wherever all are printed."""
    table = rows.pivot(index=keys, columns=total.column, values=name)
    return table.reindex(columns=[total.whole, *total.parts]).dropna()
