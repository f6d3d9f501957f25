"""What new figures change: those of a release before it is added, and all of one state of the data beside another."""

from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.tables import FigureRow, Measured, records
from analysis.vintages.precedence import KEY, newest_release, one_per_release
from analysis.vocabulary import agency_label, measures

KINDS = {
    "new": "nothing was printed of this year",
    "revises": "replaces the old figure from now on",
    "same": "as the old figure, within half the sum of their rounding units",
    "older": "of an older release than the old figure, which stays",
    "beside": "a compilation's, or less well read than the old figure, which stays",
}
REVISED = "a revised figure"
NEW_YEAR = "a new year"
ROUNDING = "within rounding"
REMOVED = "removed"
SOURCE = "another source or date"
# Of one publication's figure, which reads otherwise now.
EDITED = "raw row edited"
CORRECTED = "corrected"
_key = attrgetter(*KEY)
# What may differ in a row that still says the same.
_NOT_COMPARED = ("figure", "raw_file", "raw_line", "locator", "note")
_YEARS_AHEAD = 2  # years
_SERIES = ["agency", "measure", "place", "status"]


def preview(figures: pd.DataFrame) -> pd.DataFrame:
    """The added figures beside the newest before (`_old`): `what` of `KINDS`, `change` (a fraction) and any `doubt`."""
    before = newest_release(figures[~figures["added"]])
    added = one_per_release(figures[figures["added"]])
    table = added.merge(before, on=KEY, how="left", suffixes=("", "_old"))
    is_level = (table["base_start"] == "") & (table["value_old"] > 0)
    change = (table["value"] / table["value_old"] - 1).where(is_level)
    table = table.assign(what=_kinds(table, before, figures), change=change)
    table = table.assign(doubt=_doubts(table, figures))
    order = table["what"].map([*KINDS].index).argsort(kind="stable")
    return table.iloc[order].reset_index(drop=True)


def _kinds(
    table: pd.DataFrame, before: pd.DataFrame, figures: pd.DataFrame
) -> np.ndarray:
    """What each added figure is, by a word of `KINDS`."""
    known = {row.figure: row for row in records(before)}
    pairs = zip(table["figure_old"], records(table), strict=True)
    is_same = [old in known and within_rounding(known[old], row) for old, row in pairs]
    is_older = table["release_date"] < table["release_date_old"].fillna("")
    is_unused = ~table["figure"].isin(newest_release(figures)["figure"])
    return np.select(
        [table["release_old"].isna(), is_same, is_older, is_unused],
        ["new", "same", "older", "beside"],
        "revises",
    )


def _doubts(table: pd.DataFrame, figures: pd.DataFrame) -> pd.Series:
    """Where to look again at a row of a preview, and why; "" elsewhere.

    A level is doubted if it moves by more than any before of its series: a new year
    against the year before it, a revision against what it revises.
    """
    levels = _levels(figures)
    known = levels[~levels["added"]]
    is_new = table["what"] == "new"
    revises = (table["what"] == "revises") & table["change"].notna()
    revision = np.log1p(table["change"]).abs()
    move = _step_of_new_year(table, levels).where(is_new, revision)
    largest_revision = _largest_revision(table, known)
    largest = _fastest_growth(table, known).where(is_new, largest_revision)
    doubt = pd.Series("", index=table.index, dtype="object")
    for row in table.index[(is_new | revises) & (move > largest + 1e-9)]:
        doubt[row] = (
            f"moves by a factor of {np.exp(move[row]):.2f}; "
            f"never more than {np.exp(largest[row]):.2f} before"
        )
    doubt[revises & largest.isna()] = "the first revision here"
    doubt[_is_late(table, figures)] = (
        f"released over {_YEARS_AHEAD} years after all others"
    )
    return doubt


def _levels(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures of whole years above zero that are no changes, without those of compilations."""
    yearly = figures["period_kind"] == "calendar_year"
    level = (figures["base_start"] == "") & (figures["value"] > 0)
    return figures[yearly & level & (figures["kind"] != "compilation")]


def _step_of_new_year(table: pd.DataFrame, levels: pd.DataFrame) -> pd.Series:
    newest = newest_release(levels)
    steps = _log_steps(newest, _SERIES).set_axis(newest["figure"])
    return table["figure"].map(steps)


def _fastest_growth(table: pd.DataFrame, known: pd.DataFrame) -> pd.Series:
    """The largest step a year that the newest figures of each row's series made."""
    newest = newest_release(known)
    years = newest.assign(year=newest["period_start"].str[:4].astype("int64"))
    rates = _log_steps(newest, _SERIES) / years.groupby(_SERIES)["year"].diff()
    return _largest_of_series(table, newest, rates)


def _largest_revision(table: pd.DataFrame, known: pd.DataFrame) -> pd.Series:
    printed = one_per_release(known)
    return _largest_of_series(table, printed, _log_steps(printed, KEY))


def _largest_of_series(
    table: pd.DataFrame, levels: pd.DataFrame, steps: pd.Series
) -> pd.Series:
    """The largest of the steps between levels of each row's series; NaN where it has none."""
    largest = levels.assign(step=steps).groupby(_SERIES)["step"].max()
    return table[_SERIES].join(largest, on=_SERIES)["step"]


def _is_late(table: pd.DataFrame, figures: pd.DataFrame) -> pd.Series:
    """Whether a release is of the future: no clock tells, but it stands far from all others."""
    last = str(figures.loc[~figures["added"], "release_date"].max())
    if not last[:4].isdecimal():
        return pd.Series(False, index=table.index)
    return table["release_date"] > f"{int(last[:4]) + _YEARS_AHEAD}{last[4:]}"


def _log_steps(levels: pd.DataFrame, by: list[str]) -> pd.Series:
    """How far each level is from the one before it of the same cells, as |log(factor)|."""
    return levels.assign(log=np.log(levels["value"])).groupby(by)["log"].diff().abs()


def preview_text(table: pd.DataFrame) -> str:
    """A preview as lines of text, in columns, with a count of each kind."""
    heading = ("", "figure", "period", "old", "new", "change", "look again")
    rows = [heading, *map(_preview_cells, records(table))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    counts = table["what"].value_counts()
    summary = [
        f"{counts[kind]} {kind}: {meaning}"
        for kind, meaning in KINDS.items()
        if kind in counts
    ]
    return "\n".join([*lines, "", *summary])


def _preview_cells(row: Any) -> tuple[str, ...]:
    period = f"{row.period_start} to {row.period_end}"
    if row.period_kind == "calendar_year":
        period = row.period_start[:4]
    series = f"{agency_label(row.agency)}: {measures()[row.measure].label}"
    old = ""
    if row.what != "new":
        old = f"{_old_or_new(row.value_old, row.printed_old)} [{row.release_old}]"
    return (
        row.what,
        f"{series}, {row.place} ({row.unit})",
        period,
        old,
        _old_or_new(row.value, row.printed),
        "" if pd.isna(row.change) else f"{row.change:+.1%}",
        row.doubt,
    )


def _old_or_new(value: float, printed: str) -> str:
    return printed if pd.isna(value) else f"{value:,.12g}"


class RawRow(NamedTuple):
    """A raw row that was added, changed or removed."""

    kind: str  # one of the words above
    place: str  # file and line; those of old for a removed row
    old: str  # as printed: by this row before, else by the newest release before; empty where there was none
    new: str

    def __str__(self) -> str:
        return f"{self.place}: {self.old or 'not there'} → {self.new or 'not there'}, {self.kind}"


def compare(old: pd.DataFrame, new: pd.DataFrame) -> dict[str, RawRow]:
    """The figures (as `clean_figures` gives them) that differ between two states, by id."""
    not_seen_again = {row.figure: row for row in records(old)}
    known = {_key(row): row for row in [*records(old), *records(newest_release(old))]}
    rows = {}
    for row in records(new):
        before = not_seen_again.pop(row.figure, None) or known.get(_key(row))
        if before is None or _compared_cells(before) != _compared_cells(row):
            rows[row.figure] = _raw_row(before, row)
    for figure, row in not_seen_again.items():
        rows[figure] = RawRow(REMOVED, _line(row), _printed(row), "")
    return rows


def _raw_row(old: FigureRow | None, new: FigureRow) -> RawRow:
    """A row that was added (`old` is None) or changed."""
    before = _printed(old) if old else ""
    same_row = old is not None and old.figure == new.figure
    if not old:
        kind = NEW_YEAR
    elif same_row and old.correction != new.correction:
        kind = CORRECTED
    elif same_row and before != _printed(new):
        kind = EDITED
    elif old.set_aside != new.set_aside or not within_rounding(old, new):
        kind = REVISED
    else:
        kind = SOURCE if before == _printed(new) else ROUNDING
    return RawRow(kind, _line(new), before, _printed(new))


def _printed(row: FigureRow) -> str:
    return f"{row.printed} {row.unit_printed}"


def _line(row: FigureRow) -> str:
    return f"{row.raw_file}:{row.raw_line}"


def within_rounding(old: Measured, new: Measured) -> bool:
    """Whether two figures (or their limits, where one has no value) are no further apart than half their rounding units."""
    allowed = (old.rounding_unit + new.rounding_unit) / 2 * (1 + 1e-9)
    if pd.notna(old.value) and pd.notna(new.value):
        return abs(new.value - old.value) <= allowed
    pairs = ((old.low, new.low), (old.high, new.high))
    return all((pd.isna(a) and pd.isna(b)) or abs(b - a) <= allowed for a, b in pairs)


def _compared_cells(row: Any) -> dict[str, str]:
    return {
        name: str(cell)
        for name, cell in row._asdict().items()
        if name not in _NOT_COMPARED
    }
