"""A strict reader of the CSV files of `data/raw`, every cell as text."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import is_normalized

import pandas as pd

from analysis.vocabulary import words_of
from notebook_runner.errors import Problems
from notebook_runner.files import utf8_text
from notebook_runner.project import Project

FIGURE_COLUMNS = tuple(
    "publication agency measure place period printed unit status locator read_from note".split()
)
_PLACE = ("raw_file", "raw_line")
PUBLICATION_COLUMNS = (
    "id",
    "release",
    "kind",
    "publisher",
    "title",
    "published",
    "date_basis",
    "url",
    "sha256",
)
CORRECTION_COLUMNS = ("row", "column", "expected", "used", "reason")
BREAK_COLUMNS = ("agency", "measure", "place", "year", "reason", "source")
_OF_CLAIM = "article locator wording kind measure place period base_period over stated unit agency note"
CLAIM_COLUMNS = ("id", *_OF_CLAIM.split())
RETIRED_COLUMNS = ("id", "successor", "reason")
EVENT_COLUMNS = ("date", "place", "what", "source")
ARTICLES = "articles.csv"
CLAIMS = "claims.csv"
RETIRED = "retired.csv"
EVENTS = "events.csv"
_OTHER = {
    "publications.csv": PUBLICATION_COLUMNS,
    "corrections.csv": CORRECTION_COLUMNS,
    "breaks.csv": BREAK_COLUMNS,
}
# `changes` reads states from before there were these: where one is missing, it has no rows.
_LATER = {
    CLAIMS: CLAIM_COLUMNS,
    RETIRED: RETIRED_COLUMNS,
    EVENTS: EVENT_COLUMNS,
}
_OTHER |= _LATER
# What no raw file needs, and what memory could not hold: 100,000 figures take about 15 million bytes.
_BYTES = 50_000_000
_LINES = 200_000
_LONGEST_LINE = 100_000
# Controls, marks of direction, blanks without width, characters for private use or already lost.
_UNSEEN = "[\0-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ue000-\uf8ff\ufeff\ufff9-\ufffd]"


@dataclass(frozen=True)
class RawTables:
    """All raw files, as text, each row with its `raw_file` and `raw_line`; other columns as the constants above."""

    figures: pd.DataFrame
    publications: pd.DataFrame
    corrections: pd.DataFrame
    breaks: pd.DataFrame
    claims: pd.DataFrame
    retired: (
        pd.DataFrame
    )  # ids that are no more, each with its successor, if it has one
    events: pd.DataFrame


def read_raw(project: Project) -> RawTables:
    """Read every raw file; raises InputError with every fault of form in every file, from encoding to stray blanks."""
    problems = Problems()
    figures = [
        read_table(project, path, FIGURE_COLUMNS, problems)
        for path in figure_files(project, problems)
    ]
    others = [
        read_table(project, project.raw / name, columns, problems)
        for name, columns in _OTHER.items()
    ]
    problems.raise_any()
    return RawTables(pd.concat(figures, ignore_index=True), *others)


def figure_files(project: Project, problems: Problems) -> list[Path]:
    """The files of figures, by name: the articles and one file a registered agency."""
    known = [ARTICLES, *(f"{agency}.csv" for agency in words_of("agencies"))]
    files = [
        path for path in sorted(project.raw.glob("*.csv")) if path.name not in _OTHER
    ]
    if not files:
        place = project.name(project.raw)
        remedy = "put one here for each agency"
        problems.add(place, 0, "", "no file of figures", remedy)
    remedy = "no registered agency has this name; register it in vocabulary.toml or rename the file"
    for path in files:
        if path.name not in known:
            problems.add(project.name(path), 0, "", path.name, remedy)
    return [path for path in files if path.name in known]


def read_table(
    project: Project,
    path: Path,
    columns: tuple[str, ...],
    problems: Problems,
    more: tuple[str, ...] = (),
) -> pd.DataFrame:
    """One CSV file in UTF-8 with exactly these columns, or these and `more`, every cell as the text that is there.

    A byte-order mark, CRLF and another order of columns are accepted. What is wrong goes to `problems`; the
    rows without fault are still returned.
    """
    name = project.name(path)
    text = _text(path, name, problems)
    header: Sequence[str] = columns
    rows: list[list[str | int]] = []
    if text is not None:
        header, rows = _read_rows(text, name, columns, problems, more)
    table = pd.DataFrame(rows, columns=[*header, *_PLACE], dtype="object")
    return table.astype({"raw_line": "int64"}).reindex(
        columns=[*columns, *more, *_PLACE], fill_value=""
    )


def _text(path: Path, name: str, problems: Problems) -> str | None:
    if path.name in _LATER and not path.exists():
        return ",".join(_LATER[path.name])
    try:
        with path.open("rb") as file:
            content = file.read(_BYTES + 1)
    except OSError as error:
        remedy = "every raw file must be there, if only its header"
        problems.add(name, 0, "", str(error.strerror).lower(), remedy)
        return None
    if len(content) > _BYTES or content.count(b"\n") > _LINES:
        remedy = f"split it: at most {_BYTES:,} bytes and {_LINES:,} lines are read"
        problems.add(name, 0, "", "a larger file", remedy)
        return None
    remedy = "is not text in UTF-8; save the table as CSV in UTF-8"
    return utf8_text(content, name, remedy, problems)


def _read_rows(
    text: str,
    name: str,
    columns: Sequence[str],
    problems: Problems,
    more: Sequence[str] = (),
) -> tuple[Sequence[str], list[list[str | int]]]:
    """The header, and the cells of each row without fault with its file and line."""
    # Only these end a line: str.splitlines ends one at form feeds and others too, where no editor counts a line.
    lines = text.removesuffix("\n").split("\n")
    header = _cells(lines[0]) or []
    if sorted(header) not in (sorted(columns), sorted([*columns, *more])):
        remedy = f"the header must be {','.join(columns)}"
        problems.add(name, 1, "", lines[0].strip(), remedy)
        return columns, []
    rows: list[list[str | int]] = []
    for number, line in enumerate(lines[1:], 2):
        cells = _cells(line)
        faults = _faults(line, cells, header)
        if cells is not None and not faults:
            rows.append([*cells, name, number])
        for column, cell, remedy in faults:
            problems.add(name, number, column, cell, remedy)
    return header, rows


def _no_row(cells: list[str] | None, header: Sequence[str]) -> str:
    if cells is None:
        return _NO_ROW
    return f"{len(cells)} cells where the header has {len(header)}"


def _faults(
    line: str, cells: list[str] | None, header: Sequence[str]
) -> list[tuple[str, str, str]]:
    """What is wrong with the form of a line: column, what is there, and what to do."""
    if cells is None or len(cells) != len(header):
        return [("", line.strip(), _no_row(cells, header))]
    # What is plain in a line is plain in its cells, and nearly all lines are.
    plain = line.isascii() and line.isprintable()
    faults = [*map(_blanks if plain else _fault, cells)]
    if not any(faults):
        return []
    named = zip(header, cells, faults, strict=True)
    return [fault for fault in named if fault[2]]


_NO_ROW = f"can't be read as a row; close its quotes, and keep it on one line of at most {_LONGEST_LINE:,} characters"


def _cells(line: str) -> list[str] | None:
    if len(line) > _LONGEST_LINE:
        return None
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return None


def _fault(cell: str) -> str:
    """What is wrong with the form of a cell and what to do, or nothing."""
    if unseen := re.search(_UNSEEN, cell):
        return f"holds U+{ord(unseen[0]):04X}, which can't be seen; remove it"
    if blanks := _blanks(cell):
        return blanks
    if not is_normalized("NFC", cell):
        return "has decomposed accents (not NFC); retype it"
    return ""


def _blanks(cell: str) -> str:
    return "blanks at an end; remove them" if cell != cell.strip() else ""
