"""Raw rows to clean figures: form is fixed here, nothing is judged (that is the gate's)."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import astuple, replace
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
    "estimate_by": "makers", "measure": "measures", "place": "places", "unit": "units", "status": "statuses",
    "read_from": "read_from",
}  # fmt: skip
_ON_YEAR_BEFORE = "percent on the year before"
# What a wording must be to carry a unit; every other unit takes a plain quantity.
_KINDS_OF_UNIT = {
    "times": ("ratio",), "rank": ("rank",), "year": ("year", "quantity"), "percent": ("quantity", "share"),
    _ON_YEAR_BEFORE: ("change",),
}  # fmt: skip
LOCATOR_IN_TEXT = re.compile(r"sentence [1-9][0-9]*, characters ([0-9]+)-([0-9]+)")
_DAYS = ["period_start", "period_end", "base_start", "base_end"]
KEY = ("publication", "estimate_by", "measure", "place", *_DAYS, "status")
_OF_PUBLICATION = ["release", "release_date", "kind", "published", "available", "sha256"]


def clean_figures(raw: RawTables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All printed figures with their values, units, periods and releases, and the publications.

    Figures have one row a raw row and the columns of columns.toml; publications go by id, with those of
    columns.toml. Dates are ISO text, missing text is "", missing numbers are NaN.
    Raises InputError with every row that can't be read, and why.
    """
    problems = Problems()
    publications = clean_publications(raw, problems)
    rows = raw.figures
    words = {column: words_of(section) for column, section in _REGISTERED.items()}
    rows = rows[check_words(rows, words, problems) & _check_publications(rows, publications, problems)]
    rows = with_periods(rows.join(publications[_OF_PUBLICATION], on="publication"), _read_period, problems)
    units = rows["measure"].map({name: measure.unit for name, measure in measures().items()})
    rows = rows.assign(figure=row_ids(rows), unit_printed=rows["unit"], unit=units)
    rows = apply_corrections(rows, raw.corrections, problems)
    check_locators(rows[rows["sha256"] != ""], "printed", problems)
    rows = with_values(rows, "printed", read_value, problems)
    problems.raise_any()
    return rows, publications


def clean_breaks(raw: RawTables) -> pd.DataFrame:
    """Known breaks of method, sorted; raises InputError if a word, the year or the source of one is not known."""
    problems, rows = Problems(), raw.breaks
    words = {column: words_of(_REGISTERED[column]) for column in ("estimate_by", "measure", "place")}
    check_words(rows, words | {"source": tuple(raw.publications["id"])}, problems)
    for row in records(rows[~rows["year"].str.fullmatch("(19|20)[0-9]{2}") | (rows["reason"] == "")]):
        problems.add_row(row, "year", row.year, "a break needs its calendar year and its reason")
    problems.raise_any()
    return rows.assign(year=rows["year"].astype("int64")).sort_values(["estimate_by", "measure", "place", "year"])


def row_ids(rows: pd.DataFrame) -> pd.Series:
    """Ids made from what each row is (the columns of `KEY`), not from its place: mending a figure keeps its id."""
    keys = ("|".join(cells) for cells in zip(*(rows[column] for column in KEY), strict=True))
    ids = ["fig-" + hashlib.sha256(key.encode()).hexdigest()[:10] for key in keys]
    return pd.Series(ids, index=rows.index, dtype="object")


def check_words(rows: pd.DataFrame, words: Mapping[str, tuple[str, ...]], problems: Problems) -> pd.Series:
    """Which rows hold only the words that are allowed in each column; every other word goes to `problems`."""
    sound = pd.Series(True, index=rows.index)
    for column, allowed in words.items():
        known = rows[column].isin(allowed)
        for row in records(rows[~known]):
            found = str(getattr(row, column))
            problems.add_row(row, column, found, f"is not registered; {nearest(found, allowed)}")
        sound &= known
    return sound


def _check_publications(rows: pd.DataFrame, publications: pd.DataFrame, problems: Problems) -> pd.Series:
    known = rows["publication"].isin(publications.index)
    for row in records(rows[~known]):
        hint = nearest(row.publication, list(publications.index)) if len(publications) < 20_000 else ""
        hint = hint if hint.startswith("did") else "add it to publications.csv"
        problems.add_row(row, "publication", row.publication, f"stands not in publications.csv; {hint}")
    return known


def check_locators(rows: pd.DataFrame, column: str, problems: Problems) -> None:
    """What a column quotes from a text must be as long as its offsets say."""
    for row in records(rows):
        match, quoted = LOCATOR_IN_TEXT.fullmatch(row.locator), getattr(row, column)
        if not match or int(match[2]) - int(match[1]) != len(quoted):
            remedy = f"write 'sentence N, characters A-B' with B - A the {len(quoted)} characters of {quoted!r}"
            problems.add_row(row, "locator", row.locator, remedy)


def with_periods(rows: pd.DataFrame, read: Callable[[Any], Period], problems: Problems) -> pd.DataFrame:
    """The rows whose period could be read, with its kind and days as ISO text."""
    kept, periods = _read_each(rows, "period", read, problems)
    cells = [[period.kind, *(day.isoformat() if day else "" for day in astuple(period)[1:])] for period in periods]
    return kept.join(pd.DataFrame(cells, index=kept.index, columns=["period_kind", *_DAYS], dtype="object"))


def _read_period(row: Any) -> Period:
    if not row.period and not measures()[row.measure].undated:
        raise UnreadableError("a figure of this measure needs a period")
    if row.status == "part_year":
        return part_of_year(row.note, row.period)
    period = read_period(row.period, row.published)
    if row.unit == _ON_YEAR_BEFORE:
        before = year_of(period.start.year - 1)
        return replace(period, base_start=before.start, base_end=before.end)
    return period


def with_values(rows: pd.DataFrame, column: str, reader: Callable[[Any], Any], problems: Problems) -> pd.DataFrame:
    """The rows whose wording could be read, with its numbers in the unit kept, and its qualifier."""
    kept, read = _read_each(rows, column, reader, problems)
    names = ["value", "low", "high", "rounding_unit"]
    numbers = [[getattr(reading, name) for name in names] for reading, _ in read]
    factors = pd.Series([factor for _, factor in read], index=kept.index, dtype="float64")
    kept = kept.join(pd.DataFrame(numbers, kept.index, names, dtype="float64").mul(factors, axis=0))
    kept["rounding_unit"] = kept["rounding_unit"].where(kept["unit_printed"] != "year", 1.0)
    kept["qualifier"] = pd.Series([reading.qualifier for reading, _ in read], index=kept.index, dtype="object")
    return kept


def read_value(row: Any) -> tuple[Reading, float]:
    """A row's `printed` as read, and the factor from `unit_printed` to `unit`; UnreadableError if they don't fit."""
    reading, unit = read_cell(row.printed, row.published), row.unit_printed
    allowed = _KINDS_OF_UNIT.get(unit, ("quantity",))
    if reading.kind not in allowed:
        raise UnreadableError(f"reads as a {reading.kind}, but the unit {unit!r} takes a {' or '.join(allowed)}")
    if reading.unit not in (None, unit):
        raise UnreadableError(f"is in {reading.unit!r} by its wording, but the unit column says {unit!r}")
    try:
        return reading, unit_factor(unit, row.unit)
    except ValueError as error:
        raise UnreadableError(f"a figure in {unit!r}: {error}, the unit of {row.measure}") from None


def _read_each(
    rows: pd.DataFrame, column: str, read: Callable[[Any], Any], problems: Problems
) -> tuple[pd.DataFrame, list[Any]]:
    """The rows that could be read, and what each was read as; the others go to `problems`."""
    results: dict[Any, Any] = {}
    for index, row in zip(rows.index, records(rows), strict=True):
        try:
            results[index] = read(row)
        except UnreadableError as error:
            problems.add_row(row, column, getattr(row, column), str(error))
    return rows.loc[list(results)], list(results.values())
