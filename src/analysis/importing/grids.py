"""A file of a table as rows of text: CSV with any delimiter, or the sheets of a workbook."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from notebook_runner.errors import InputError, Problem, Problems
from notebook_runner.files import utf8_text

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_BYTES = 50_000_000
MOST_UNPACKED = 200_000_000
MOST_ROWS = 200_000
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
# Files that look like tables and are none that is read, by how they begin.
_OTHERS = {
    b"\xd0\xcf\x11\xe0": ("a binary workbook (.xls)", "save it as .xlsx"),
    b"%PDF": (
        "a PDF",
        "type its table into a CSV file, and import that with --as table",
    ),
    b"\xff\xfe": ("text in UTF-16", "save it as CSV in UTF-8"),
    b"\xfe\xff": ("text in UTF-16", "save it as CSV in UTF-8"),
}
_SHOWN = re.compile(r"[#,]*0(?:\.(0+))?(%?)")


@dataclass(frozen=True)
class Grid:
    """One table as it lies in its file, each cell as the text that is shown there."""

    name: str  # of the sheet; empty for a text file
    rows: list[tuple[int, list[str]]]  # the line counted from 1, and its cells
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)


def read_grids(path: Path, delimiter: str = "") -> tuple[list[Grid], str]:
    """The tables of a file, and how it was read ("comma between columns"); InputError if it is no table."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        remedy = f"at most {MOST_BYTES:,} bytes are read; keep the rows that are needed"
        raise _refused(path, "a larger file", remedy)
    for start, (found, remedy) in _OTHERS.items():
        if content.startswith(start):
            raise _refused(path, found, remedy)
    if content.startswith(b"PK"):
        return _sheets(path, content), "workbook"
    problems = Problems()
    text = utf8_text(
        content, path.name, "is not UTF-8; save it as CSV in UTF-8", problems
    )
    problems.raise_any()
    delimiter = delimiter or _delimiter(text or "")
    rows = _text_rows(path, text or "", delimiter)
    return [Grid("", rows)], f"{DELIMITERS.get(delimiter, delimiter)} between columns"


def _refused(path: Path, found: str, remedy: str, line: int = 0) -> InputError:
    return InputError([Problem(path.name, line, "", found, remedy)])


def _delimiter(text: str) -> str:
    """The delimiter that parts the first lines into most cells."""
    head = [line[:10_000] for line in text.splitlines()[:50] if line.strip()][:10]
    cells = {
        mark: sum(map(len, csv.reader(head, delimiter=mark))) for mark in DELIMITERS
    }
    return max(cells, key=cells.__getitem__)


def _text_rows(path: Path, text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        rows = [
            (reader.line_num, [*map(_one_line, cells)])
            for cells in reader
            if any(map(str.strip, cells))
        ]
    except csv.Error as error:
        line = reader.line_num
        raise _refused(path, str(error), "mend the quotes of this line", line) from None
    if len(rows) > MOST_ROWS:
        raise _refused(path, f"{len(rows):,} rows", f"at most {MOST_ROWS:,} are read")
    return rows


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _sheets(path: Path, content: bytes) -> list[Grid]:
    """Every visible sheet, read twice: for the values that the file last showed, and for the formulas behind them."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MOST_UNPACKED:
            remedy = f"at most {MOST_UNPACKED:,} bytes are unpacked"
            raise _refused(path, "a larger workbook", remedy)
        books = [
            load_workbook(io.BytesIO(content), read_only=True, data_only=values)
            for values in (True, False)
        ]
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        remedy = "is no workbook that can be read; open it and save it as .xlsx or CSV"
        raise _refused(path, "a packed file", remedy) from None
    return [_sheet(path, books, name) for name in _visible(books[0])]


def _visible(book: "Workbook") -> list[str]:
    return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _sheet(path: Path, books: "Iterable[Workbook]", name: str) -> Grid:
    shown, typed = ([*book[name].iter_rows()] for book in books)
    if len(shown) > MOST_ROWS:
        raise _refused(path, f"{len(shown):,} rows", f"at most {MOST_ROWS:,} are read")
    texts = [[_one_line(cell_shown(cell)) for cell in row] for row in shown]
    rows = [(line, cells) for line, cells in enumerate(texts, 1) if any(cells)]
    formulas = {
        (line, place): str(getattr(cell.value, "text", cell.value))
        for line, row in enumerate(typed, 1)
        for place, cell in enumerate(row)
        if cell.data_type == "f"
    }
    return Grid(name.strip(), rows, formulas)


def cell_shown(cell: Any) -> str:
    """A cell's value with the decimals that its format shows: what a reader of the workbook sees."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if shown := _SHOWN.fullmatch(cell.number_format or ""):
        percent = shown[2]
        decimals = len(shown[1] or "")
        return f"{value * (100 if percent else 1):.{decimals}f}{percent}"
    return str(int(value)) if value == int(value) else f"{value:.10g}"
