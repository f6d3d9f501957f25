"""Raw rows to clean figures: form is fixed here, nothing is judged (that is the gate's)."""

import hashlib
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd

from analysis.cleaning.corrections import apply_corrections
from analysis.cleaning.publications import clean_publications
from analysis.cleaning.raw import RawTables
from analysis.errors import Problems
from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import Period, part_of_year, read_period, year_of
from analysis.reading.units import unit_factor
from analysis.reading.wording import Reading, read_cell
from analysis.tables import records
from analysis.vocabulary import measures, nearest, words_of

_REGISTERED = {
    "estimate_by": "makers",
    "measure": "measures",
    "place": "places",
    "unit": "units",
    "status": "statuses",
    "read_from": "read_from",
}
_ON_YEAR_BEFORE = "percent on the year before"
# What a wording must be to carry a unit; every other unit takes a plain quantity.
_KINDS_OF_UNIT = {
    "times": ("ratio",),
    "rank": ("rank",),
    "year": ("year", "quantity"),
    "percent": ("quantity", "share"),
    _ON_YEAR_BEFORE: ("change",),
}
LOCATOR_IN_TEXT = re.compile(r"sentence [1-9][0-9]*, characters ([0-9]+)-([0-9]+)")
KEY = (
    "publication", "estimate_by", "measure", "place", "period_start", "period_end", "base_start", "base_end", "status",
)  # fmt: skip


def clean_figures(raw: RawTables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    All printed figures with their values, units, periods and releases, and the publications.

    Returns
    -------
    tuple of DataFrame
        Figures, one row a raw row, with the columns of `columns.FIGURES`; publications by id, with those of
        `columns.PUBLICATIONS`. Dates are ISO text, missing text is "", missing numbers are NaN.

    Raises
    ------
    InputError
        With every row that can't be read, and why.
    """
    problems = Problems()
    publications = clean_publications(raw, problems)
    rows = raw.figures
    sound = _check_words(rows, problems) & _check_publications(rows, publications, problems)
    rows = rows[sound].join(
        publications[["release", "release_date", "kind", "published", "available", "sha256"]], on="publication"
    )
    rows = _with_periods(rows, problems)
    rows = rows.assign(figure=row_ids(rows), unit_printed=rows["unit"])
    rows = apply_corrections(rows, raw.corrections, problems)
    _check_locators(rows, problems)
    rows = _with_values(rows, problems)
    problems.raise_any()
    return rows, publications


def row_ids(rows: pd.DataFrame) -> pd.Series:
    """
    Ids made from what each row is, not from its place in a file: mending a figure keeps its id.

    Parameters
    ----------
    rows : DataFrame
        With the columns of `KEY`.
    """
    keys = ("|".join(cells) for cells in zip(*(rows[column] for column in KEY), strict=True))
    ids = ["fig-" + hashlib.sha256(key.encode()).hexdigest()[:10] for key in keys]
    return pd.Series(ids, index=rows.index, dtype="object")


def _check_words(rows: pd.DataFrame, problems: Problems) -> pd.Series:
    sound = pd.Series(True, index=rows.index)
    for column, section in _REGISTERED.items():
        allowed = words_of(section)
        known = rows[column].isin(allowed)
        for row in records(rows[~known]):
            found = str(getattr(row, column))
            problems.add(row.raw_file, row.raw_line, column, found, f"is not registered; {nearest(found, allowed)}")
        sound &= known
    return sound


def _check_publications(rows: pd.DataFrame, publications: pd.DataFrame, problems: Problems) -> pd.Series:
    known = rows["publication"].isin(publications.index)
    for row in records(rows[~known]):
        found = row.publication
        hint = nearest(found, list(publications.index)) if len(publications) < 20_000 else ""
        hint = hint if hint.startswith("did") else "add it to publications.csv"
        problems.add(row.raw_file, row.raw_line, "publication", found, f"stands not in publications.csv; {hint}")
    return known


def _check_locators(rows: pd.DataFrame, problems: Problems) -> None:
    """A figure in a text must be as long as its offsets say."""
    for row in records(rows[rows["sha256"] != ""]):
        match = LOCATOR_IN_TEXT.fullmatch(row.locator)
        if not match or int(match[2]) - int(match[1]) != len(row.printed):
            problems.add(
                row.raw_file, row.raw_line, "locator", row.locator,
                f"write 'sentence N, characters A-B' with B - A the {len(row.printed)} characters of {row.printed!r}",
            )  # fmt: skip


def _with_periods(rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    undated = {name for name, measure in measures().items() if measure.undated}

    def read(row: Any) -> Period:
        if not row.period and row.measure not in undated:
            raise UnreadableError("a figure of this measure needs a period")
        if row.status == "part_year":
            return part_of_year(row.note, row.period)
        period = read_period(row.period, row.published)
        if row.unit == _ON_YEAR_BEFORE:
            before = year_of(period.start.year - 1)
            return Period(period.kind, period.start, period.end, before.start, before.end)
        return period

    kept, periods = _read_each(rows, "period", read, problems)
    columns = {
        "period_kind": [period.kind for period in periods],
        **{
            name: [_iso(getattr(period, name.replace("period_", ""))) for period in periods]
            for name in ("period_start", "period_end", "base_start", "base_end")
        },
    }
    return kept.assign(**{name: pd.Series(cells, index=kept.index, dtype="object") for name, cells in columns.items()})


def _with_values(rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    def read(row: Any) -> tuple[Reading, float]:
        reading = read_cell(row.printed, row.published)
        allowed = _KINDS_OF_UNIT.get(row.unit_printed, ("quantity",))
        if reading.kind not in allowed:
            raise UnreadableError(
                f"reads as a {reading.kind}, but the unit {row.unit_printed!r} takes a {' or '.join(allowed)}"
            )
        if reading.unit not in (None, row.unit_printed):
            raise UnreadableError(
                f"is in {reading.unit!r} by its wording, but the unit column says {row.unit_printed!r}"
            )
        try:
            return reading, unit_factor(row.unit_printed, measures()[row.measure].unit)
        except ValueError as error:
            raise UnreadableError(f"a figure in {row.unit_printed!r}: {error}, the unit of {row.measure}") from None

    kept, readings = _read_each(rows, "printed", read, problems)
    numbers = {
        name: pd.Series([getattr(reading, name) for reading, _ in readings], index=kept.index, dtype="float64")
        for name in ("value", "low", "high", "rounding_unit")
    }
    factors = pd.Series([factor for _, factor in readings], index=kept.index, dtype="float64")
    kept = kept.assign(**{name: (column * factors) for name, column in numbers.items()})
    kept["rounding_unit"] = kept["rounding_unit"].where(kept["unit_printed"] != "year", 1.0)
    kept["qualifier"] = pd.Series([reading.qualifier for reading, _ in readings], index=kept.index, dtype="object")
    kept["unit"] = kept["measure"].map({name: measure.unit for name, measure in measures().items()})
    return kept


def _read_each(
    rows: pd.DataFrame, column: str, read: Callable[[Any], Any], problems: Problems
) -> tuple[pd.DataFrame, list[Any]]:
    results, kept = [], []
    for row in records(rows):
        try:
            results.append(read(row))
            kept.append(True)
        except UnreadableError as error:
            kept.append(False)
            problems.add(row.raw_file, row.raw_line, column, getattr(row, column), str(error))
    return rows[pd.Series(kept, index=rows.index, dtype=bool)], results


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
