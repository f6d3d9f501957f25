"""Raw rows to clean figures: form is fixed here, nothing is judged (that is the gate's)."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import numpy as np
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
from analysis.reading.wording import read_cell
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
    problems, rows = Problems(), raw.breaks
    known = {
        column: words_of(_REGISTERED[column])
        for column in ("agency", "measure", "place")
    }
    check_vocabulary(rows, {**known, "source": tuple(raw.publications["id"])}, problems)
    incomplete = ~rows["year"].str.fullmatch("(19|20)[0-9]{2}") | (rows["reason"] == "")
    problems.add_rows(
        rows[incomplete], "year", "a break needs its calendar year and its reason"
    )
    repeated = rows.duplicated(["agency", "measure", "place", "year"])
    problems.add_rows(
        rows[repeated], "year", "an earlier line has the same break; keep one"
    )
    problems.raise_any()
    return rows.assign(year=rows["year"].astype("int64")).sort_values(
        ["agency", "measure", "place", "year"]
    )


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
    undated, repeated = (
        ~table["available"].between("1900", "2100"),
        table["id"].duplicated(),
    )
    unknown = ~table["kind"].isin(words_of("kinds"))
    problems.add_rows(
        table[undated],
        "published",
        "write 2022, 2022-07 or 2022-07-14, of the years 1900 to 2099",
    )
    problems.add_rows(
        table[repeated], "id", "is on an earlier line too; ids are unique"
    )
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


def _unregistered(column: str, words: tuple[str, ...], found: str) -> str:
    if column == "publication":
        hint = nearest(
            found, words[:20_000], "add it to publications.csv"
        )  # to compare with more would take minutes
        return f"is not in publications.csv; {hint}"
    return f"is not registered; {nearest(found, words)}"


def _apply_corrections(
    rows: pd.DataFrame, corrections: pd.DataFrame, problems: Problems
) -> pd.DataFrame:
    """Rows with the cells that corrections name replaced; `raw_line` still leads to what was printed.

    A correction names a `row` (id), its `column` (`printed` or `unit`), what is `expected` there, what is `used`
    instead (empty sets the figure aside: it stays in figures.csv and enters no series) and the `reason`.
    Adds the columns `set_aside` (bool) and `correction` (the reason, or "").
    """
    rows = rows.assign(set_aside=False, correction="")
    places, lost = (
        dict(zip(rows["figure"], rows.index, strict=True)),
        bool(problems.found),
    )
    for correction in records(corrections):
        place, column = places.get(correction.row), _CORRECTABLE.get(correction.column)
        if (
            place is None and column and lost
        ):  # its row may be one of those that are at fault
            continue
        if place is None or column is None:
            remedy = "no raw row has this id, or the column is not 'printed' or 'unit'; remove the correction"
            problems.add_row(correction, "row", correction.row, remedy)
        elif (found := str(rows.loc[place, column])) != correction.expected:
            remedy = f"the raw row now says {found!r}; check it, then fix or remove the correction"
            problems.add_row(correction, "expected", correction.expected, remedy)
        elif correction.column == "unit" and correction.used not in (
            "",
            *words_of("units"),
        ):
            problems.add_row(
                correction,
                "used",
                correction.used,
                nearest(correction.used, words_of("units")),
            )
        elif not correction.reason:
            problems.add_row(correction, "reason", "", "a correction needs its reason")
        else:
            read_as = (
                (column, correction.used) if correction.used else ("set_aside", True)
            )
            rows.loc[place, ["correction", read_as[0]]] = correction.reason, read_as[1]
    return rows


def check_locators(rows: pd.DataFrame, column: str, problems: Problems) -> None:
    """What a column quotes from a text must be as long as its offsets say."""
    for row in records(rows):
        match, quoted = LOCATOR_IN_TEXT.fullmatch(row.locator), getattr(row, column)
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
    cells = []
    readable = []
    for row in records(rows):
        try:
            cells.append(read(row))
            readable.append(True)
        except UnreadableError as error:
            problems.add_row(row, column, getattr(row, column), str(error))
            readable.append(False)
    kept = rows[np.array(readable, dtype=bool)]
    return kept.join(
        pd.DataFrame(cells, columns=columns, dtype="object", index=kept.index)
    )


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

    `kept` is the unit that they stand in; empty for that of the row's measure.
    """
    reading, unit, kept = (
        read_cell(row.printed, row.published),
        row.unit_printed,
        kept or measures()[row.measure].unit,
    )
    allowed = _KINDS_OF_UNIT.get(unit, ("quantity",))
    if reading.kind not in allowed:
        raise UnreadableError(
            f"reads as a {reading.kind}, but the unit {unit!r} takes a {' or '.join(allowed)}"
        )
    if reading.unit not in (None, unit):
        raise UnreadableError(
            f"is in {reading.unit!r} by its wording, but the unit column says {unit!r}"
        )
    try:
        factor = unit_factor(unit, kept)
    except ValueError as error:
        raise UnreadableError(
            f"a figure in {unit!r}: {error}, the unit of {row.measure}"
        ) from None
    rounding_unit = 1 if unit == "year" else reading.rounding_unit
    numbers = (reading.value, reading.low, reading.high, rounding_unit)
    return [
        *(None if number is None else number * factor for number in numbers),
        reading.qualifier,
        kept,
    ]
