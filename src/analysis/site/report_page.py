"""One report as a page: an executed notebook, and how it was made."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from analysis import __version__
from analysis.display.citations import CITED, listed
from analysis.display.numbers import words
from analysis.display.records import records
from analysis.site.parts import heading_of, parts_of, plain, title_cell
from analysis.site.prose import prose
from analysis.site.render import rendered
from notebook_runner.cells import tags
from notebook_runner.parameters import declared

ONE_PAGE = "one-page"  # tag of the first cell of a notebook that prints on one page
_NUMBER = re.compile(r'<data class="number" data-id="([^"]*)"[^>]*>[^<]*</data>')


def report_page(notebook: Any, record: Mapping[str, Any]) -> str:
    """An executed and settled notebook, with its provenance at the end, as a page that asks for nothing from outside."""
    parts = parts_of(notebook)
    groups = listed(notebook)
    first_section = next(
        (place for place, part in enumerate(parts) if part.slug), len(parts)
    )
    explored = next(
        (
            output["data"]
            for output in records(notebook)
            if output["kind"] == "explorer"
        ),
        None,
    )
    page = rendered(
        "report.html.j2",
        ("cards.js", "explorer.js") if explored else ("cards.js",),
        rules="".join(part.rules for part in parts),
        title=title(notebook, record["report"]),
        one_page=is_one_page(notebook),
        parts=parts,
        own=bool(records(notebook)),
        first_section=first_section,
        groups=groups,
        record=record,
        home=home(record),
        saved=notebook.metadata.get("notebook_runner", {}).get("saved", []),
        declared=_declared(notebook),
        explored=explored,
        words=words(),
        most=CITED,
        version=__version__,
    )
    return linked(page, notebook, groups)


def _declared(notebook: Any) -> dict[str, Any]:
    given = (cell.source for cell in notebook.cells if "parameters" in tags(cell))
    return dict(declared(next(given, "")))


def home(record: Mapping[str, Any]) -> str:
    """Where the pages over all reports lie from a report, by its provenance."""
    folders = str(record["notebook"]).split("/")[:-1]
    catalogued = folders in ([], ["notebooks"])
    return ".." if catalogued else "/".join([*("..",) * (len(folders) + 2), "reports"])


def title(notebook: Any, name: str) -> str:
    """What a report is headed with, as text: its finding, or its question if it has none."""
    return next(
        (
            str(record["text"])
            for record in records(notebook)
            if record["id"] == "headline"
        ),
        question(notebook, name),
    )


def is_one_page(notebook: Any) -> bool:
    """Whether a report is one page when printed, by the tag of its notebook's first cell."""
    return bool(notebook.cells) and ONE_PAGE in tags(notebook.cells[0])


def question(notebook: Any, name: str) -> str:
    """What a report asks: its first heading of the first level, or else the report's name."""
    place = title_cell(notebook)
    heading = heading_of(notebook.cells[place]) if place >= 0 else None
    return plain(prose(heading.text).html) if heading else name


def linked(page: str, notebook: Any, groups: list[list[dict[str, Any]]]) -> str:
    """A page whose numbers lead to the first of the figures behind them, and name the places of all."""
    places = {
        figure["figure"]: figure["number"] for group in groups for figure in group
    }
    numbers = [number for output in records(notebook) for number in output["numbers"]]
    starts = {
        number["id"]: _start([places[row] for row in number["rows"] if row in places])
        for number in numbers
    }
    return _NUMBER.sub(
        lambda data: (
            f"{starts[data[1]]}{data[0]}</a>" if starts.get(data[1]) else data[0]
        ),
        page,
    )


def spans(numbers: Iterable[int]) -> str:
    """Whole numbers in order, neighbours drawn together.

    >>> spans([7, 3, 1, 2])
    '1–3, 7'
    """
    ordered = sorted({*numbers})
    firsts, lasts = (
        [number for number in ordered if number + step not in ordered]
        for step in (-1, 1)
    )
    ends = (
        f"{first}–{last}" if first < last else str(first)
        for first, last in zip(firsts, lasts, strict=True)
    )
    return ", ".join(ends)


def _start(places: list[int]) -> str:
    # Print counts what is long: a table of nothing but notes can't be read.
    said = spans(places)
    counted = f' data-note="{len(places)} notes"' if said.count(",") > CITED else ""
    return (
        f'<a class="number-link" href="#source-{min(places)}" data-sources="{said}"{counted}>'
        if places
        else ""
    )
