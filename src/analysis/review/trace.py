"""A number traced to its published source: from its sentence to the lines of print."""

import json
import re
import textwrap
from difflib import get_close_matches
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from analysis.cleaning.figures import LOCATOR_IN_TEXT
from analysis.display.citations import CITED, figure_citation, listed, number_citation
from analysis.display.numbers import MIME
from analysis.display.records import markup
from analysis.editing.raw_edits import unknown_figure
from analysis.precision import digits
from analysis.tables import read_processed
from notebook_runner.errors import InputError, Problem, nearest
from notebook_runner.files import sha256
from notebook_runner.project import Project

_SHOWN = 10
_ELEMENTS = "(?:tr|p|h1|li|strong|caption)"  # what holds a number, without those that hold another of them


def citation(figure: str, figures: pd.DataFrame, publications: pd.DataFrame) -> str:
    """One figure, by its id, as its citation and the raw row that holds it.

    `figures` and `publications` are the processed tables. Raises InputError if no figure has this id.
    """
    row, source = _behind(figure, figures, publications)
    return f"{figure_citation(row, source)} {row['raw_file']}:{row['raw_line']}"


def _behind(
    figure: str, figures: pd.DataFrame, publications: pd.DataFrame
) -> tuple[Any, Any]:
    found = figures[figures["figure"] == figure]
    if found.empty:
        raise unknown_figure(figure, figures)
    return found.iloc[0], publications[
        publications["publication"] == found.iloc[0]["publication"]
    ].iloc[0]


def trace_figure(project: Project, figure: str, articles: Path | None = None) -> str:
    """How to cite one figure, by its id, with its raw row, why it was corrected, and its place in the text of its article.

    Raises InputError if no figure has this id.
    """
    tables = (
        read_processed(project, "figures.csv"),
        read_processed(project, "publications.csv"),
    )
    return "\n".join(_printed_source(figure, *tables, articles))


def _printed_source(
    figure: str,
    figures: pd.DataFrame,
    publications: pd.DataFrame,
    articles: Path | None,
) -> list[str]:
    row, source = _behind(figure, figures, publications)
    lines = [citation(figure, figures, publications)]
    if row["correction"]:
        lines.append(f"Corrected: {row['correction']}")
    if articles and source["sha256"]:
        lines.append(_in_article(row, source["sha256"], articles))
    return lines


def trace_number(
    project: Project,
    name: str,
    id: str,
    articles: Path | None = None,
    every: bool = False,
) -> str:
    """Where a number of a report stands, the code that gave it, and the first ten figures behind it (or `every` one).

    The offsets of articles' figures are checked in the text files of the folder `articles`. Raises InputError if there is
    no such report or number.
    """
    tables = (
        read_processed(project, "figures.csv"),
        read_processed(project, "publications.csv"),
    )
    numbers = _numbers(project, name)
    places = [place for place in numbers if place[0]["id"] == id]
    if not places:
        raise InputError(
            [
                Problem(
                    "number", 0, "", id, _hint(id, [number for number, *_ in numbers])
                )
            ]
        )
    number, rows = places[0][0], places[0][0]["rows"]
    told = [
        f"{number['text']}: value {digits(number['value'])}, unit {number['unit']} ({name}, {id})"
    ]
    for _, output, html, cell in places:
        told += [
            _stands(id, output, html),
            f"Computed by cell {cell.id}:",
            textwrap.indent(cell.source, "    "),
        ]
    told.append(
        f"Figures behind it: {len(rows) or 'none; it follows from parameters and code'}"
    )
    notes = {
        figure["figure"]: figure["number"]
        for group in listed(_executed(project, name))
        for figure in group
    }
    first = sorted(rows, key=lambda row: notes.get(row, 0))[:CITED]
    cited = [figure_citation(*_behind(figure, *tables)) for figure in first]
    record = json.loads((project.reports / name / "provenance.json").read_text("utf-8"))
    told.append(f"To cite it: {number_citation(number, record, cited)}")
    for figure in rows if every else rows[:_SHOWN]:
        row, _ = _behind(figure, *tables)
        told += [
            f"\n{figure}: {digits(row['value'], ',')} {row['unit']}",
            *_printed_source(figure, *tables, articles),
        ]
    more = len(rows) > _SHOWN and not every
    return "\n".join(
        [*told, *([f"\n... and {len(rows) - _SHOWN} more; see --all"] if more else [])]
    )


def _numbers(project: Project, name: str) -> list[tuple[Any, Any, str, Any]]:
    """Each number's record, with the record and markup of the output that holds it, and the cell."""
    cells = _executed(project, name).cells
    outputs = [
        (cell, output.get("data", {}))
        for cell in cells
        for output in cell.get("outputs", [])
    ]
    shown = [(cell, markup(data), data[MIME]) for cell, data in outputs if MIME in data]
    return [
        (number, output, html, cell)
        for cell, html, output in shown
        for number in output["numbers"]
    ]


def _executed(project: Project, name: str) -> Any:
    files = {
        path.parent.name: path
        for path in sorted(project.reports.glob("*/report.ipynb"))
    }
    if name not in files:
        raise InputError(
            [
                Problem(
                    "report", 0, "", name, f"is no report; {nearest(name, list(files))}"
                )
            ]
        )
    return nbformat.read(files[name], as_version=4)


def _hint(id: str, numbers: list[Any]) -> str:
    printed = [
        number["id"]
        for number in numbers
        if number["text"].replace("\u00a0", " ") == id.replace("\u00a0", " ")
    ]
    close = printed or get_close_matches(
        id, {number["id"]: None for number in numbers}, n=3, cutoff=0
    )
    return f"is no number's id here; {'printed so' if printed else 'nearest'}: {', '.join(dict.fromkeys(close))}"


def _stands(id: str, output: Any, html: str) -> str:
    """The sentence, title or row of the output that holds the number; what only the alt text holds is its last line."""
    pieces = [
        re.split(rf"<{_ELEMENTS}\b[^>]*>", piece)[-1]
        for piece in re.split(f"</{_ELEMENTS}>", html)
    ]
    held = next((piece for piece in pieces if f'data-id="{id}"' in piece), "")
    text = (
        unescape(re.sub(r"<[^>]*>", "", re.sub(r"</t[hd]>(?=<)", " | ", held)))
        or output["text"].splitlines()[-1]
    )
    named = (
        f" ({output['text'].splitlines()[0]}; column {id.rpartition('.')[2]})"
        if "<th" in held
        else ""
    )
    return (
        f"\nIn {output['kind']} {output['id']}{named if held else ', alt text'}: {text}"
    )


def _in_article(row: Any, digest: str, articles: Path) -> str:
    file = next(
        (path for path in sorted(articles.glob("*.txt")) if sha256(path) == digest),
        None,
    )
    if not (file and (place := LOCATOR_IN_TEXT.fullmatch(row["locator"]))):
        return f"Article: no text file of {articles.name} has the SHA-256 {digest}"
    found = file.read_bytes().decode("utf-8")[int(place[1]) : int(place[2])]
    return f"Article: {file.name} holds {found!r} there: {'matches' if found == row['printed'] else 'does not match'}"
