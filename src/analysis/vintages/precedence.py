"""Of several printings of one figure, which one counts: inside a release, and between releases."""

import pandas as pd

from analysis.tables import records
from notebook_runner.errors import Problems

KEY = [
    "agency",
    "measure",
    "place",
    "period_start",
    "period_end",
    "base_start",
    "base_end",
    "status",
]
_READ_FROM = {"official": 0, "copy": 1, "repeated": 2, "computed": 3}


def one_per_release(figures: pd.DataFrame) -> pd.DataFrame:
    """One row for each key and release: official before copy before repeated, then the more exact.

    `figures` are processed; those set aside are left out. Sorted by key and date of release.
    """
    rows = figures[~figures["set_aside"]]
    return rows.loc[order_in_releases(rows)].drop_duplicates([*KEY, "release"])


def order_in_releases(figures: pd.DataFrame) -> pd.Index:
    """The index, sorted so that of each key and release the printing that counts comes first; articles after their equals."""
    rows = figures.assign(
        _article=figures["raw_file"] == "data/raw/articles.csv",
        _reading=figures["read_from"].map(_READ_FROM),
        _wording=figures["qualifier"] != "exact",
    )
    order = [
        *KEY,
        "release_date",
        "release",
        "_reading",
        "_wording",
        "rounding_unit",
        "_article",
        "publication",
    ]
    return rows.sort_values(order, kind="stable").index


def newest_release(figures: pd.DataFrame) -> pd.DataFrame:
    """One row for each key: the figure of its newest release. A compilation counts only where nothing else is.

    Pass only the processed figures that could be seen on a day to get that day's series.
    """
    rows = one_per_release(figures)
    return rows.loc[order_of_releases(rows)].drop_duplicates(KEY, ignore_index=True)


def order_of_releases(figures: pd.DataFrame) -> pd.Index:
    """The index, sorted so that of each key the figure of the newest release comes first, compilations last."""
    rows = figures.assign(
        _original=figures["kind"] != "compilation",
        _reading=figures["read_from"].map(_READ_FROM),
    )
    rising = dict.fromkeys(
        [*KEY, "_original", "release_date", "_reading", "rounding_unit", "release"],
        True,
    )
    rising |= {"_original": False, "release_date": False}
    return rows.sort_values(
        [*rising], ascending=[*rising.values()], kind="stable"
    ).index


def check_agreement(figures: pd.DataFrame) -> None:
    """Raise InputError if printings of one figure in one release disagree though they are read equally well."""
    problems = Problems()
    equally_read = [*KEY, "release", "read_from", "qualifier", "rounding_unit"]
    numbers = ["value", "low", "high"]
    best = one_per_release(figures)[[*equally_read, *numbers, "raw_file", "raw_line"]]
    pairs = figures[~figures["set_aside"]].merge(
        best, on=equally_read, suffixes=("", "_best")
    )
    alike = (
        pairs[numbers]
        .fillna(-1e99)
        .eq(pairs[[f"{name}_best" for name in numbers]].fillna(-1e99).to_numpy())
    )
    for row in records(pairs[~alike.all(axis=1)]):
        other = f"{row.raw_file_best}:{row.raw_line_best} prints {row.value_best:,.12g} for the same release"
        remedy = f"{other} {row.release}; set one aside in corrections.csv (this row is {row.figure})"
        problems.add_row(row, "printed", row.printed, remedy)
    problems.raise_any()
