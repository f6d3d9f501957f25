"""Raw rows to clean figures: form is fixed here, nothing is judged (that is the gate's)."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import pandas as pd

from analysis.cleaning.raw import RawTables
from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import (
    Period,
    last_day,
    part_of_year,
    read_period,
    year_of,
)
from analysis.reading.units import unit_factor
from analysis.reading.wording import Reading, read_cell
from analysis.tables import records
from analysis.vocabulary import measures, words_of
from notebook_runner.errors import Problems, nearest

_REGISTERED = {
    "agency": "agencies",
    "measure": "measures",
    "place": "places",
    "unit": "units",
    "status": "statuses",
    "read_from": "read_from",
}
_PART = "part_year"  # a status: its note says which part
_ON_YEAR_BEFORE = "percent on the year before"
# What a wording must be to carry a unit; every other unit takes a plain quantity.
_KINDS_OF_UNIT = {
    "times": ("ratio",),
    "rank": ("rank",),
    "year": ("year", "quantity"),
    "percent": ("quantity", "share"),
    _ON_YEAR_BEFORE: ("change",),
}
_Reader = Callable[[Any], list[Any]]
_UNDATED = "write 2022, 2022-07 or 2022-07-14, of the years 1900 to 2099"
_NOT_CORRECTABLE = (
    "no raw row has this id, or the column is not 'printed' or 'unit'; "
    "remove the correction"
)
LOCATOR_IN_TEXT = re.compile(
    r"sentence [1-9][0-9]*, characters ([0-9]{1,9})-([0-9]{1,9})"
)
_DAYS = ["period_start", "period_end", "base_start", "base_end"]
PERIOD = ["period_kind", *_DAYS]
NUMBERS = ["value", "low", "high", "rounding_unit"]
_CORRECTABLE = {"printed": "printed", "unit": "unit_printed"}
KEY = ("publication", "agency", "measure", "place", *_DAYS, "status")
# How cells of publications.csv are written, and what to do where they are not.
_FORMS = {
    "id": ("[a-z0-9]+(-[a-z0-9]+)*", "write small letters, digits and hyphens"),
    "release": (
        "[a-z0-9]+(-[a-z0-9]+)*",
        "name the release in small letters and hyphens; an original's is its own id",
    ),
    "url": (
        r"(https?://.+)?",
        "write an address that begins with https:// or http://, or nothing",
    ),
    "sha256": (
        "([0-9a-f]{64})?",
        "write what sha256sum gives of the article's text, or nothing",
    ),
}
_OF_PUBLICATION = [
    "release",
    "release_date",
    "kind",
    "published",
    "available",
    "sha256",
]


class _Correction(Protocol):
    """A row of corrections.csv."""

    row: str
    column: str
    expected: str
    used: str
    reason: str


def clean_figures(raw: RawTables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All printed figures with their values, units, periods and releases, and the publications.

    Figures have one row a raw row and the columns of columns.toml; publications go by id, with those of
    columns.toml. Dates are ISO text, missing text is "", missing numbers are NaN.
    Raises InputError with every row that can't be read, and why.
    """
    problems = Problems()
    publications = _clean_publications(raw.publications, problems)
    rows = raw.figures
    words = {column: words_of(section) for column, section in _REGISTERED.items()}
    known = check_vocabulary(
        rows, {**words, "publication": tuple(publications.index)}, problems
    )
    rows = rows[known].join(publications[_OF_PUBLICATION], on="publication")
    rows = parse_column(
        rows, "period", PERIOD, lambda row: period_cells(read_period_of(row)), problems
    )
    rows = rows.assign(figure=row_ids(rows)).rename(columns={"unit": "unit_printed"})
    rows = _apply_corrections(rows, raw.corrections, problems)
    check_locators(rows[rows["sha256"] != ""], "printed", problems)
    rows = parse_column(
        rows, "printed", [*NUMBERS, "qualifier", "unit"], value_cells, problems
    )
    problems.raise_any()
    return rows.astype(dict.fromkeys(NUMBERS, "float64")), publications


def clean_breaks(raw: RawTables) -> pd.DataFrame:
    """Known breaks of method, sorted; raises InputError if a word, the year or the source of one is not known."""
    problems = Problems()
    rows = raw.breaks
    key = ["agency", "measure", "place", "year"]
    known = {column: words_of(_REGISTERED[column]) for column in key[:3]}
    check_vocabulary(rows, {**known, "source": tuple(raw.publications["id"])}, problems)
    incomplete = ~rows["year"].str.fullmatch("(19|20)[0-9]{2}") | (rows["reason"] == "")
    problems.add_rows(
        rows[incomplete], "year", "a break needs its calendar year and its reason"
    )
    repeated = rows[rows.duplicated(key)]
    problems.add_rows(repeated, "year", "an earlier line has the same break; keep one")
    problems.raise_any()
    return rows.assign(year=rows["year"].astype("int64")).sort_values(key)


def row_ids(rows: pd.DataFrame) -> pd.Series:
    """Ids made from what each row is (the columns of `KEY`), not from its place: mending a figure keeps its id."""
    keys = (
        "|".join(cells) for cells in zip(*(rows[column] for column in KEY), strict=True)
    )
    ids = ["fig-" + hashlib.sha256(key.encode()).hexdigest()[:10] for key in keys]
    return pd.Series(ids, index=rows.index, dtype="object")


def _clean_publications(listed: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Publications by id, with `available` and `release_date` as ISO text; those with a fault go to `problems` instead."""
    table = listed.assign(available=listed["published"].map(_available))
    for column, (pattern, remedy) in _FORMS.items():
        problems.add_rows(table[~table[column].str.fullmatch(pattern)], column, remedy)
    undated = ~table["available"].between("1900", "2100")
    problems.add_rows(table[undated], "published", _UNDATED)
    repeated = table["id"].duplicated()
    problems.add_rows(
        table[repeated], "id", "is on an earlier line too; ids are unique"
    )
    unknown = ~table["kind"].isin(words_of("kinds"))
    problems.add_rows(
        table[unknown], "kind", lambda kind: nearest(kind, words_of("kinds"))
    )
    sound = table[~(undated | repeated | unknown)]
    dates = sound.groupby("release")["available"].transform("min")
    return (
        sound.assign(release_date=dates)
        .rename(columns={"id": "publication"})
        .set_index("publication")
    )


def _available(published: str) -> str:
    try:
        return last_day(published).isoformat()
    except UnreadableError:
        return ""


def check_vocabulary(
    rows: pd.DataFrame, allowed: dict[str, tuple[str, ...]], problems: Problems
) -> pd.Series:
    """Which rows hold only the words that are allowed in each column; every other word goes to `problems`."""
    known = pd.DataFrame(
        {column: rows[column].isin(words) for column, words in allowed.items()}
    )
    for column, words in allowed.items():
        problems.add_rows(
            rows[~known[column]], column, partial(_unregistered, column, words)
        )
    return known.all(axis=1)


def _unregistered(column: str, words: tuple[str, ...], word: str) -> str:
    if column != "publication":
        return f"is not registered; {nearest(word, words)}"
    # To compare with more publications would take minutes.
    hint = nearest(word, words[:20_000], "add it to publications.csv")
    return f"is not in publications.csv; {hint}"


def _apply_corrections(
    rows: pd.DataFrame, corrections: pd.DataFrame, problems: Problems
) -> pd.DataFrame:
    """Rows with the cells that corrections name replaced; `raw_line` still leads to what was printed.

    A correction names a `row` (id), its `column` (`printed` or `unit`), what is `expected` there, what is `used`
    instead (empty sets the figure aside: it stays in figures.csv and enters no series) and the `reason`.
    Adds the columns `set_aside` (bool) and `correction` (the reason, or "").
    """
    rows = rows.assign(set_aside=False, correction="")
    indexes = dict(zip(rows["figure"], rows.index, strict=True))
    rows_are_missing = bool(problems.found)
    for correction in records(corrections):
        index = indexes.get(correction.row)
        column = _CORRECTABLE.get(correction.column)
        if index is None and column and rows_are_missing:
            continue  # its row may be one of those that are at fault
        if index is None or column is None:
            problems.add_row(correction, "row", correction.row, _NOT_CORRECTABLE)
            continue
        if wrong := _fault_of(correction, str(rows.loc[index, column])):
            cell, remedy = wrong
            problems.add_row(correction, cell, getattr(correction, cell), remedy)
            continue
        rows.loc[index, "correction"] = correction.reason
        if correction.used:
            rows.loc[index, column] = correction.used
        else:
            rows.loc[index, "set_aside"] = True
    return rows


def _fault_of(correction: _Correction, published: str) -> tuple[str, str] | None:
    """The cell of a correction that is wrong, and what to do; `published` is what the raw row says."""
    if published != correction.expected:
        remedy = f"the raw row now says {published!r}; check it, then fix or remove the correction"
        return "expected", remedy
    units = words_of("units")
    if correction.column == "unit" and correction.used not in ("", *units):
        return "used", nearest(correction.used, units)
    if not correction.reason:
        return "reason", "a correction needs its reason"
    return None


def check_locators(rows: pd.DataFrame, column: str, problems: Problems) -> None:
    """What a column quotes from a text must be as long as its offsets say."""
    for row in records(rows):
        match = LOCATOR_IN_TEXT.fullmatch(row.locator)
        quoted = getattr(row, column)
        if not match or int(match[2]) - int(match[1]) != len(quoted):
            remedy = f"write 'sentence N, characters A-B' with B - A the {len(quoted)} characters of {quoted!r}"
            problems.add_row(row, "locator", row.locator, remedy)


def parse_column(
    rows: pd.DataFrame,
    column: str,
    columns: list[str],
    read: _Reader,
    problems: Problems,
) -> pd.DataFrame:
    """The rows with a cell that could be read, and the columns it was read as; the others go to `problems`."""
    cells = {}
    for index, row in zip(rows.index, records(rows), strict=True):
        try:
            cells[index] = read(row)
        except UnreadableError as error:
            problems.add_row(row, column, getattr(row, column), str(error))
    parsed = pd.DataFrame(
        list(cells.values()), columns=columns, dtype="object", index=list(cells)
    )
    return rows.loc[list(cells)].join(parsed)


def period_cells(period: Period) -> list[str]:
    """A period as the columns `PERIOD` hold it."""
    days = (period.start, period.end, period.base_start, period.base_end)
    return [period.kind, *(day.isoformat() if day else "" for day in days)]


class PeriodPrinted(Protocol):
    """The columns that decide on the period of a raw row."""

    period: str
    published: str
    measure: str
    unit: str
    status: str
    note: str


class ValuePrinted(Protocol):
    """The columns that decide on the value of a raw row."""

    printed: str
    published: str
    measure: str
    unit_printed: str


def read_period_of(row: PeriodPrinted) -> Period:
    """The period of a raw row, read as its status and unit demand; UnreadableError if it can't be."""
    if not row.period and not measures()[row.measure].undated:
        raise UnreadableError("a figure of this measure needs a period")
    if row.status == _PART:
        return part_of_year(row.note, row.period, row.published)
    period = read_period(row.period, row.published)
    if row.unit == _ON_YEAR_BEFORE:
        before = year_of(period.start.year - 1)
        return replace(period, base_start=before.start, base_end=before.end)
    return period


def value_cells(row: ValuePrinted, kept: str = "") -> list[float | str | None]:
    """What a row prints, as the columns `NUMBERS`, qualifier and unit hold it; UnreadableError if it can't be read.

    `kept` is the unit of these numbers; empty for that of the row's measure.
    """
    reading = read_cell(row.printed, row.published)
    unit = row.unit_printed
    _check_unit(reading, unit)
    kept = kept or measures()[row.measure].unit
    try:
        factor = unit_factor(unit, kept)
    except ValueError as error:
        raise UnreadableError(
            f"a figure in {unit!r}: {error}, the unit of {row.measure}"
        ) from None
    rounding_unit = 1 if unit == "year" else reading.rounding_unit
    numbers = (reading.value, reading.low, reading.high, rounding_unit)
    converted = [None if number is None else number * factor for number in numbers]
    return [*converted, reading.qualifier, kept]


def _check_unit(reading: Reading, unit: str) -> None:
    """Raise UnreadableError if a wording can't carry the unit that its row names."""
    allowed = _KINDS_OF_UNIT.get(unit, ("quantity",))
    if reading.kind not in allowed:
        raise UnreadableError(
            f"reads as a {reading.kind}, but the unit {unit!r} takes a {' or '.join(allowed)}"
        )
    if reading.unit not in (None, unit):
        raise UnreadableError(
            f"is in {reading.unit!r} by its wording, but the unit column says {unit!r}"
        )
