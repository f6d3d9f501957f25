"""The doorkeeper of `data/raw`: a strict reader of its CSV files, everything as text."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.errors import Problems
from analysis.project import Project
from analysis.vocabulary import words_of

FIGURE_COLUMNS = tuple(
    "publication estimate_by measure place period printed unit status locator read_from note".split()
)
PUBLICATION_COLUMNS = ("id", "release", "kind", "publisher", "title", "published", "date_basis", "url", "sha256")
CORRECTION_COLUMNS = ("row", "column", "expected", "used", "reason")
BREAK_COLUMNS = ("estimate_by", "measure", "place", "year", "reason", "source")
_OF_CLAIM = "article locator wording kind measure place period base_period over stated unit estimates note"
CLAIM_COLUMNS = ("id", *_OF_CLAIM.split())
ARTICLES, CLAIMS = "articles.csv", "claims.csv"
_OTHER = {"publications.csv": PUBLICATION_COLUMNS, "corrections.csv": CORRECTION_COLUMNS, "breaks.csv": BREAK_COLUMNS}
_OTHER |= {CLAIMS: CLAIM_COLUMNS}
_Row = dict[str, str | int]


@dataclass(frozen=True)
class RawTables:
    """All raw files, as text, each row with its `raw_file` and `raw_line`; other columns as the constants above."""

    figures: pd.DataFrame
    publications: pd.DataFrame
    corrections: pd.DataFrame
    breaks: pd.DataFrame
    claims: pd.DataFrame


def read_raw(project: Project) -> RawTables:
    """Read every raw file; raises InputError with every fault of form in every file, from encoding to stray blanks."""
    problems = Problems()
    figures = [read_table(project, path, FIGURE_COLUMNS, problems) for path in figure_files(project, problems)]
    others = [read_table(project, project.raw / name, columns, problems) for name, columns in _OTHER.items()]
    problems.raise_any()
    return RawTables(pd.concat(figures, ignore_index=True), *others)


def figure_files(project: Project, problems: Problems) -> list[Path]:
    """The files of figures, by name: the articles and one file a registered maker of estimates."""
    known = [ARTICLES, *(f"{maker}.csv" for maker in words_of("makers"))]
    found = sorted(path for path in project.raw.iterdir() if path.suffix == ".csv" and path.name not in _OTHER)
    remedy = "no registered maker has this name; register it in vocabulary.toml or rename the file"
    for path in found:
        if path.name not in known:
            problems.add(project.name(path), 0, "", path.name, remedy)
    return [path for path in found if path.name in known]


def read_table(
    project: Project, path: Path, columns: tuple[str, ...], problems: Problems, more: tuple[str, ...] = ()
) -> pd.DataFrame:
    """One CSV file in UTF-8 with exactly these columns, or these and `more`, every cell as text as it stands.

    A byte-order mark, CRLF and another order of columns are accepted. What is wrong goes to `problems`; the
    rows without fault are still returned.
    """
    name = project.name(path)
    text = _text(path, name, problems)
    rows = _read_rows(text, name, columns, problems, more) if text is not None else []
    every = [*columns, *more, "raw_file", "raw_line"]
    table = (
        pd.DataFrame(rows, columns=every, dtype="object").astype({"raw_line": "int64"}).fillna(dict.fromkeys(more, ""))
    )
    for column in columns:
        stray = table[column] != table[column].str.strip()
        problems.add_rows(table[stray], column, "blanks at an end; remove them")
    return table


def _text(path: Path, name: str, problems: Problems) -> str | None:
    if path.name == CLAIMS and not path.exists():  # `changes` reads states from before there were claims
        return ",".join(CLAIM_COLUMNS)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError:
        problems.add(name, 0, "", "no such file", "every raw file must be there, if only with its header")
    except UnicodeDecodeError as error:
        line, found = error.object.count(b"\n", 0, error.start) + 1, f"byte 0x{error.object[error.start]:02x}"
        problems.add(name, line, "", found, "is not UTF-8; save the file as UTF-8")
    else:
        if "\0" not in text:
            return text
        problems.add(name, text.count("\n", 0, text.index("\0")) + 1, "", "\0", "a NUL character; remove it")
    return None


def _read_rows(text: str, name: str, columns: tuple[str, ...], problems: Problems, more: tuple[str, ...]) -> list[_Row]:
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines, strict=True)
    rows: list[_Row] = []
    line = 1
    try:
        header = next(reader, [])
        if sorted(header) not in (sorted(columns), sorted((*columns, *more))):
            problems.add(name, 1, "", ",".join(header)[:200], f"the header must be {','.join(columns)}")
            return []
        line = reader.line_num + 1
        for row in reader:
            if reader.line_num > line:
                problems.add(name, line, "", row[0][:60], "a line break inside a cell; quotes may not be closed")
            elif len(row) != len(header):
                cells = f"{len(row)} cells where the header has {len(header)}"
                problems.add(name, line, "", ",".join(row)[:200], cells)
            else:
                rows.append({**dict(zip(header, row, strict=True)), "raw_file": name, "raw_line": line})
            line = reader.line_num + 1
    except csv.Error:
        problems.add(name, line, "", lines[line - 1].strip()[:60], "the row can't be read as CSV; check its quotes")
    return rows
