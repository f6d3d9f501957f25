"""A number traced to its published source: from its sentence to the lines of print."""

import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from html import unescape
from itertools import chain
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from analysis.cleaning.figures import LOCATOR_IN_TEXT
from analysis.cleaning.raw import read_raw
from analysis.display.citations import CITED, figure_citation, listed, number_citation
from analysis.display.numbers import MIME
from analysis.display.records import markup, shown_by
from analysis.editing.raw_edits import unknown_figure
from analysis.precision import digits
from analysis.tables import read_processed
from notebook_runner.errors import InputError, Problem, nearest
from notebook_runner.files import sha256
from notebook_runner.project import Project

_SHOWN = 10
# What holds a number, without those that hold another of them.
_ELEMENTS = "(?:tr|p|h1|li|strong|caption)"
_Place = tuple[Any, Any, str, Any]  # see `_numbers`


def citation(figure: str, figures: pd.DataFrame, publications: pd.DataFrame) -> str:
    """One figure, by its id, as its citation and the raw row that holds it.

    `figures` and `publications` are the processed tables. Raises InputError if no figure has this id.
    """
    row, source = _behind(figure, figures, publications)
    return f"{figure_citation(row, source)} {row['raw_file']}:{row['raw_line']}"


def _behind(
    figure: str, figures: pd.DataFrame, publications: pd.DataFrame
) -> tuple[Any, Any]:
    """The rows of a figure and of its publication."""
    rows = figures[figures["figure"] == figure]
    if rows.empty:
        raise unknown_figure(figure, figures)
    row = rows.iloc[0]
    sources = publications[publications["publication"] == row["publication"]]
    return row, sources.iloc[0]


def trace_figure(project: Project, figure: str, articles: Path | None = None) -> str:
    """How to cite one figure, by its id, with its raw row, why it was corrected, and its place in the text of its article.

    An id that is retired leads to its successor. Raises InputError if no figure has this id, or it has no successor.
    """
    retired = read_raw(project).retired.set_index("id")
    if figure not in retired.index:
        return "\n".join(_printed_source(figure, *_tables(project), articles))
    successor, reason = map(str, retired.loc[figure, ["successor", "reason"]])
    if not successor:
        wrong = f"is retired, without a successor: {reason}"
        raise InputError([Problem("figure", 0, "", figure, wrong)])
    heading = f"{figure} is retired: {reason}\nIts successor is {successor}.\n"
    return heading + trace_figure(project, successor, articles)


def _tables(project: Project) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The figures and the publications."""
    return (
        read_processed(project, "figures.csv"),
        read_processed(project, "publications.csv"),
    )


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
    tables = _tables(project)
    notebook = _executed(project, name)
    numbers = _numbers(notebook)
    places = [place for place in numbers if place[0]["id"] == id]
    if not places:
        hint = _hint(id, [number for number, *_ in numbers])
        raise InputError([Problem("number", 0, "", id, hint)])
    number = places[0][0]
    rows = number["rows"]
    shown = rows if every else rows[:_SHOWN]
    lines = [
        f"{number['text']}: value {digits(number['value'])}, unit {number['unit']} ({name}, {id})",
        *_places_text(places),
        f"Figures behind it: {len(rows) or 'none; it follows from parameters and code'}",
        _how_to_cite(project, name, number, notebook, tables),
        *_figures_text(shown, *tables, articles),
    ]
    if len(shown) < len(rows):
        lines.append(f"\n... and {len(rows) - _SHOWN} more; see --all")
    return "\n".join(lines)


def _places_text(places: Sequence[_Place]) -> Iterator[str]:
    """Each output that holds a number, and the code that gave it."""
    for number, output, html, cell in places:
        yield _stands(number["id"], output, html)
        yield f"Computed by cell {cell.id}:"
        yield textwrap.indent(cell.source, "    ")


def _figures_text(
    ids: Sequence[str],
    figures: pd.DataFrame,
    publications: pd.DataFrame,
    articles: Path | None,
) -> Iterator[str]:
    """Each figure with its value in the unit kept, and its printed source."""
    for id in ids:
        row, _ = _behind(id, figures, publications)
        yield f"\n{id}: {digits(row['value'], ',')} {row['unit']}"
        yield from _printed_source(id, figures, publications, articles)


def _how_to_cite(
    project: Project,
    name: str,
    number: Any,
    notebook: Any,
    tables: tuple[pd.DataFrame, pd.DataFrame],
) -> str:
    """A number as a reference list cites it, with the figures that the report lists first."""
    figures = chain.from_iterable(listed(notebook))
    notes = {figure["figure"]: figure["number"] for figure in figures}
    first = sorted(number["rows"], key=lambda figure: notes.get(figure, 0))[:CITED]
    cited = [figure_citation(*_behind(figure, *tables)) for figure in first]
    record = json.loads((project.reports / name / "provenance.json").read_text("utf-8"))
    return f"To cite it: {number_citation(number, record, cited)}"


def _numbers(notebook: Any) -> list[_Place]:
    """Each number's record, with the record and markup of the output that holds it, and the cell."""
    return [
        (number, forms[MIME], markup(forms), cell)
        for cell in notebook.cells
        for forms in shown_by(cell)
        if MIME in forms
        for number in forms[MIME]["numbers"]
    ]


def _executed(project: Project, name: str) -> Any:
    """The executed notebook of a report."""
    paths = sorted(project.reports.glob("*/report.ipynb"))
    files = {path.parent.name: path for path in paths}
    if name not in files:
        remedy = f"is no report; {nearest(name, list(files))}"
        raise InputError([Problem("report", 0, "", name, remedy)])
    return nbformat.read(files[name], as_version=4)


def _hint(id: str, numbers: list[Any]) -> str:
    """What to ask for in the place of an id that no number has; `id` may be a number as printed."""
    text = id.replace("\u00a0", " ")
    ids = list(dict.fromkeys(number["id"] for number in numbers))
    printed = [
        number["id"]
        for number in numbers
        if number["text"].replace("\u00a0", " ") == text
    ]
    if printed:
        return (
            f"is no number's id here; printed so: {', '.join(dict.fromkeys(printed))}"
        )
    close = get_close_matches(id, ids, n=3, cutoff=0)
    return f"is no number's id here; nearest: {', '.join(close)}"


def _stands(id: str, output: Any, html: str) -> str:
    """The sentence, title or row of the output that holds the number; what only the alt text holds is its last line."""
    place = f"\nIn {output['kind']} {output['id']}"
    lines = output["text"].splitlines()
    markup = _element_with(id, html)
    if not markup:
        return f"{place}, alt text: {lines[-1]}"
    if "<th" in markup:
        place += f" ({lines[0]}; column {id.rpartition('.')[2]})"
    text = re.sub(r"<[^>]*>", "", re.sub(r"</t[hd]>(?=<)", " | ", markup))
    return f"{place}: {unescape(text)}"


def _element_with(id: str, html: str) -> str:
    """What the innermost element that holds a number has in it; "" if none does."""
    for piece in re.split(f"</{_ELEMENTS}>", html):
        inner = re.split(rf"<{_ELEMENTS}\b[^>]*>", piece)[-1]
        if f'data-id="{id}"' in inner:
            return inner
    return ""


def _in_article(row: Any, digest: str, articles: Path) -> str:
    """What the text file of a figure's article holds at the figure's offsets."""
    files = [path for path in sorted(articles.glob("*.txt")) if sha256(path) == digest]
    locator = LOCATOR_IN_TEXT.fullmatch(row["locator"])
    if not files or not locator:
        return f"Article: no text file of {articles.name} has the SHA-256 {digest}"
    start, end = map(int, locator.groups())
    quoted = files[0].read_bytes().decode("utf-8")[start:end]
    verdict = "matches" if quoted == row["printed"] else "does not match"
    return f"Article: {files[0].name} holds {quoted!r} there: {verdict}"
