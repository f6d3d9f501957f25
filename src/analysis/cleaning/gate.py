"""The gate behind cleaning: what can't be true is refused, with the raw file and line of each row."""

from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from analysis.errors import Problems
from analysis.vocabulary import Total, measures, totals

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

_VERDICTS = {
    "in_file": "the row stands in another maker's file; move it to the file named after estimate_by",
    "possible": "is outside what is possible for the measure; mend the row, or correct {figure} in corrections.csv",
    "limits": "the limits must rise",
    "begun": "the period begins after the publication; mend one of them",
    "years": "the period must lie between 1900 and 2100",
}
_REPEATED = "another row prints the same measure, place, period and status in this publication; keep one"
_REMEDIES = {"figure": _REPEATED, **_VERDICTS}


@cache
def _schema() -> "DataFrameSchema":
    from pandera.pandas import Check, Column, DataFrameSchema

    columns = {
        "figure": Column(str, unique=True),
        "value": Column(float, nullable=True),
        "rounding_unit": Column(float, Check.gt(0)),
    }
    return DataFrameSchema({**columns, **{verdict: Column(bool, Check.eq(True)) for verdict in _VERDICTS}})


def check_gate(figures: pd.DataFrame) -> None:
    """Let the figures that `clean_figures` gives pass, or say what is wrong with every one that may not.

    Raises InputError if keys are not unique, a figure is impossible, stands in another maker's file or before its
    period, or parts of one release do not make its printed total.
    """
    problems = Problems()
    _check_rows(_with_verdicts(figures), problems)
    for total in totals():
        check_total(figures, total, problems)
    problems.raise_any()


def _with_verdicts(figures: pd.DataFrame) -> pd.DataFrame:
    low, high = (
        figures["measure"].map({name: getattr(measure, end) for name, measure in measures().items()})
        for end in ("low", "high")
    )
    numbers = [figures[column] for column in ("value", "low", "high")]
    # A release's file lies elsewhere: its rows are still to be put into those of their makers.
    placed = figures["raw_file"].str.startswith("data/raw/") & (figures["raw_file"] != "data/raw/articles.csv")
    return figures.assign(
        in_file=~placed | (figures["raw_file"] == "data/raw/" + figures["estimate_by"] + ".csv"),
        possible=pd.concat([number.isna() | number.between(low, high) for number in numbers], axis=1).all(axis=1),
        limits=~(figures["low"] > figures["high"]),
        begun=figures["period_start"] <= figures["available"],
        years=figures["period_start"].between("1900", "2100") & figures["period_end"].between("1900", "2101"),
    )


def _check_rows(figures: pd.DataFrame, problems: Problems) -> None:
    from pandera.errors import SchemaErrors

    try:
        _schema().validate(figures, lazy=True)
    except SchemaErrors as error:
        failures = error.failure_cases.drop_duplicates(["column", "index"])
        for column, index in zip(failures["column"], failures["index"], strict=True):
            row = figures.loc[index]
            remedy = _REMEDIES.get(str(column), "is not of the type that it must be").format(figure=row["figure"])
            printed = f"{row['period']}, {row['printed']} {row['unit_printed']}"
            problems.add_row(row, row["measure"], row["estimate_by"] if column == "in_file" else printed, remedy)


def check_total(figures: pd.DataFrame, total: Total, problems: Problems) -> int:
    """Hold a printed total against its parts wherever one release prints them all; how many were held.

    They agree within half the sum of their rounding units, or exactly if the total says so.
    """
    column, whole = total.total[0]
    parts = [part[0][1] for part in total.parts]
    keys = ["release", "estimate_by", "measure", "place", "period_start", "period_end", "status"]
    keys.remove(column)
    rows = figures[figures["value"].notna() & ~figures["set_aside"] & figures[column].isin([whole, *parts])]
    rows = rows.sort_values("rounding_unit", kind="stable").drop_duplicates([*keys, column])
    values, units = (
        rows.pivot(index=keys, columns=column, values=name).reindex(columns=[whole, *parts]).dropna()
        for name in ("value", "rounding_unit")
    )
    added = values[parts].sum(axis=1)
    allowed = 0.0 if total.exact else units.sum(axis=1) / 2
    lines = rows.set_index([*keys, column], drop=False)
    for key, sum_of_parts in added[(added - values[whole]).abs() > allowed].items():
        row = lines.loc[(*key, whole)]  # type: ignore[misc]
        remedy = f"its parts {', '.join(parts)} add up to {sum_of_parts:,.12g} in one release; mend the one at fault"
        problems.add_row(row, row["measure"] if column == "place" else whole, row["printed"], remedy)
    return len(values)
