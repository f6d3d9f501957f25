"""What a release's figures are to those that are there: new, revising, the same, older, and where to look again."""

import numpy as np
import pandas as pd

from analysis.tables import records
from analysis.vintages.releases import KEY, newest_release, one_per_release
from analysis.vocabulary import maker_label, measures

KINDS = {
    "new": "nothing was printed of this year",
    "revises": "stands for the old figure from now on",
    "same": "as the old figure, within half the sum of their rounding units",
    "older": "of an older release than the old figure, which stays",
    "beside": "a compilation's, or less well read than the old figure, which stays",
}
_SERIES = ["estimate_by", "measure", "place", "status"]


def preview(figures: pd.DataFrame) -> pd.DataFrame:
    """The added figures beside the newest before (`_old`): `what` of `KINDS`, `change` (a fraction) and any `doubt`."""
    before, after = newest_release(figures[~figures["added"]]), newest_release(figures)
    old = before[[*KEY, "value", "low", "high", "rounding_unit", "printed", "release", "release_date"]]
    table = one_per_release(figures[figures["added"]]).merge(old, on=KEY, how="left", suffixes=("", "_old"))
    allowed = (table["rounding_unit"] + table["rounding_unit_old"]) / 2 + 1e-9
    within = (table["value"] - table["value_old"]).abs() <= allowed
    limits = [table[end].fillna(-1e99) == table[f"{end}_old"].fillna(-1e99) for end in ("value", "low", "high")]
    is_new, is_older = table["release_old"].isna(), table["release_date"] < table["release_date_old"].fillna("")
    same, unused = within | pd.concat(limits, axis=1).all(axis=1), ~table["figure"].isin(after["figure"])
    what = np.select([is_new, same, is_older, unused], ["new", "same", "older", "beside"], "revises")
    level = (table["base_start"] == "") & (table["value_old"] > 0)
    table = table.assign(what=what, change=(table["value"] / table["value_old"] - 1).where(level))
    order = table["what"].map({kind: place for place, kind in enumerate(KINDS)})
    return _with_doubts(table, figures).iloc[order.argsort(kind="stable")].reset_index(drop=True)


def _with_doubts(table: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    yearly = (figures["period_kind"] == "calendar_year") & (figures["base_start"] == "") & (figures["value"] > 0)
    levels = figures[yearly & (figures["kind"] != "compilation")]
    before = levels[~levels["added"]]
    largest = [_steps(newest_release(before))["rate"], _revisions(before)["revision"]]
    table = table.join(pd.concat([moves.groupby(level=_SERIES).max() for moves in largest], axis=1), on=_SERIES)
    is_new, revises = table["what"] == "new", (table["what"] == "revises") & table["change"].notna()
    steps = _steps(newest_release(levels)).set_index("figure")["step"]
    move = table["figure"].map(steps).where(is_new, np.log1p(table["change"]).abs())
    most = table["rate"].where(is_new, table["revision"])
    factors = zip(np.exp(move), np.exp(most), strict=True)
    told = pd.Series([f"moves by a factor of {now:.2f}; never more than {ever:.2f} before" for now, ever in factors])
    doubt = told.where(move > most + 1e-9, "").mask(revises & most.isna(), "the first revision here")
    return table.assign(doubt=doubt.where(is_new | revises, ""))


def _steps(newest: pd.DataFrame) -> pd.DataFrame:
    """Each figure's `step` from the year before it that has one, |log(factor)|, and the `rate` a year."""
    rows = newest.assign(step=np.log(newest["value"]), rate=newest["period_start"].str[:4].astype("int64"))
    moves = rows.groupby(_SERIES)[["step", "rate"]].diff()
    return rows.assign(step=moves["step"].abs(), rate=moves["step"].abs() / moves["rate"]).set_index(_SERIES)


def _revisions(levels: pd.DataFrame) -> pd.DataFrame:
    """Each figure's `revision` of that of the release before, |log(factor)|."""
    rows = one_per_release(levels)
    moves = np.log(rows["value"]).groupby([rows[column] for column in KEY]).diff()
    return rows.assign(revision=moves.abs()).set_index(_SERIES)


def preview_text(table: pd.DataFrame) -> str:
    """A preview as lines of text, in columns, with a count of each kind."""
    rows = [("", "figure", "period", "old", "new", "change", "look again")]
    for row in records(table):
        year = row.period_start[:4] if row.period_kind == "calendar_year" else f"{row.period_start} to {row.period_end}"
        what = f"{maker_label(row.estimate_by)}: {measures()[row.measure].label}, {row.place} ({row.unit})"
        old = "" if row.what == "new" else f"{_shown(row.value_old, row.printed_old)} [{row.release_old}]"
        change = "" if pd.isna(row.change) else f"{row.change:+.1%}"
        rows.append((row.what, what, year, old, _shown(row.value, row.printed), change, row.doubt))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    counts = table["what"].value_counts()
    told = [f"{counts[kind]} {kind}: {meaning}" for kind, meaning in KINDS.items() if kind in counts]
    return "\n".join([*lines, "", *told])


def _shown(value: float, printed: str) -> str:
    return printed if pd.isna(value) else f"{value:,.12g}"
