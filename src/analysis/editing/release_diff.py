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
REVISED, NEW_YEAR = "a revised figure", "a new year"
ROUNDING, REMOVED, SOURCE = "within rounding", "removed", "another source or date"
EDITED, CORRECTED = (
    "raw row edited",
    "corrected",
)  # of one publication's figure, which reads otherwise now
_key = attrgetter(*KEY)
_NOT_COMPARED = (
    "figure",
    "raw_file",
    "raw_line",
    "locator",
    "note",
)  # what may differ in a row that still says the same
_YEARS_AHEAD = 2  # years
_SERIES = ["agency", "measure", "place", "status"]


def preview(figures: pd.DataFrame) -> pd.DataFrame:
    """The added figures beside the newest before (`_old`): `what` of `KINDS`, `change` (a fraction) and any `doubt`."""
    before, after = newest_release(figures[~figures["added"]]), newest_release(figures)
    table = one_per_release(figures[figures["added"]]).merge(
        before, on=KEY, how="left", suffixes=("", "_old")
    )
    known, pairs = (
        {row.figure: row for row in records(before)},
        zip(table["figure_old"], records(table), strict=True),
    )
    same = [old in known and within_rounding(known[old], row) for old, row in pairs]
    is_new, is_older = (
        table["release_old"].isna(),
        table["release_date"] < table["release_date_old"].fillna(""),
    )
    unused = ~table["figure"].isin(after["figure"])
    what = np.select(
        [is_new, same, is_older, unused], ["new", "same", "older", "beside"], "revises"
    )
    level = (table["base_start"] == "") & (table["value_old"] > 0)
    table = table.assign(
        what=what, change=(table["value"] / table["value_old"] - 1).where(level)
    )
    order = table["what"].map({kind: place for place, kind in enumerate(KINDS)})
    return (
        _add_doubts(table, figures)
        .iloc[order.argsort(kind="stable")]
        .reset_index(drop=True)
    )


def _add_doubts(table: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    yearly = (
        (figures["period_kind"] == "calendar_year")
        & (figures["base_start"] == "")
        & (figures["value"] > 0)
    )
    levels = figures[yearly & (figures["kind"] != "compilation")]
    newest, printed = (
        choose(levels[~levels["added"]]) for choose in (newest_release, one_per_release)
    )
    years = (
        newest.assign(year=newest["period_start"].str[:4].astype("int64"))
        .groupby(_SERIES)["year"]
        .diff()
    )
    rates = (
        newest.assign(rate=_log_steps(newest, _SERIES) / years)
        .groupby(_SERIES)["rate"]
        .max()
    )
    revisions = (
        printed.assign(revision=_log_steps(printed, KEY))
        .groupby(_SERIES)["revision"]
        .max()
    )
    table = table.join(pd.concat([rates, revisions], axis=1), on=_SERIES)
    is_new, revises = (
        table["what"] == "new",
        (table["what"] == "revises") & table["change"].notna(),
    )
    after = newest_release(levels)
    steps = table["figure"].map(_log_steps(after, _SERIES).set_axis(after["figure"]))
    move = steps.where(is_new, np.log1p(table["change"]).abs())
    most = table["rate"].where(is_new, table["revision"])
    factors = zip(np.exp(move), np.exp(most), strict=True)
    told = pd.Series(
        [
            f"moves by a factor of {now:.2f}; never more than {ever:.2f} before"
            for now, ever in factors
        ]
    )
    doubt = told.where(move > most + 1e-9, "").mask(
        revises & most.isna(), "the first revision here"
    )
    # No clock tells a publication of the future: it is one that stands far from all others.
    last = str(figures.loc[~figures["added"], "release_date"].max())
    late = (
        table["release_date"] > f"{int(last[:4]) + _YEARS_AHEAD}{last[4:]}"
        if last[:4].isdecimal()
        else is_new & False
    )
    return table.assign(
        doubt=doubt.where(is_new | revises, "").mask(
            late, f"released over {_YEARS_AHEAD} years after all others"
        )
    )


def _log_steps(levels: pd.DataFrame, by: list[str]) -> pd.Series:
    """How far each level is from the one before it of the same cells, as |log(factor)|."""
    return levels.assign(log=np.log(levels["value"])).groupby(by)["log"].diff().abs()


def preview_text(table: pd.DataFrame) -> str:
    """A preview as lines of text, in columns, with a count of each kind."""
    rows = [("", "figure", "period", "old", "new", "change", "look again")]
    for row in records(table):
        year = (
            row.period_start[:4]
            if row.period_kind == "calendar_year"
            else f"{row.period_start} to {row.period_end}"
        )
        what = f"{agency_label(row.agency)}: {measures()[row.measure].label}, {row.place} ({row.unit})"
        old = (
            ""
            if row.what == "new"
            else f"{_old_or_new(row.value_old, row.printed_old)} [{row.release_old}]"
        )
        change = "" if pd.isna(row.change) else f"{row.change:+.1%}"
        rows.append(
            (
                row.what,
                what,
                year,
                old,
                _old_or_new(row.value, row.printed),
                change,
                row.doubt,
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
    counts = table["what"].value_counts()
    told = [
        f"{counts[kind]} {kind}: {meaning}"
        for kind, meaning in KINDS.items()
        if kind in counts
    ]
    return "\n".join([*lines, "", *told])


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
    own, rows = {row.figure: row for row in records(old)}, {}
    known = {_key(row): row for row in [*records(old), *records(newest_release(old))]}
    for row in records(new):
        before = own.pop(row.figure, None) or known.get(_key(row))
        if before is None or _compared_cells(before) != _compared_cells(row):
            rows[row.figure] = _raw_row(before, row)
    removed = {
        figure: RawRow(REMOVED, _line(row), _printed(row), "")
        for figure, row in own.items()
    }
    return rows | removed


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
    ends = ("low", "high") if pd.isna(old.value) or pd.isna(new.value) else ("value",)
    pairs = [(getattr(old, end), getattr(new, end)) for end in ends]
    allowed = (old.rounding_unit + new.rounding_unit) / 2 * (1 + 1e-9)
    return all((pd.isna(a) and pd.isna(b)) or abs(b - a) <= allowed for a, b in pairs)


def _compared_cells(row: Any) -> dict[str, str]:
    return {
        name: str(cell)
        for name, cell in row._asdict().items()
        if name not in _NOT_COMPARED
    }
