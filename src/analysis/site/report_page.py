"""One report as a page: an executed notebook, and how it was made."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from analysis import __version__
from analysis.display.citations import CITED, listed
from analysis.display.numbers import MIME, words
from analysis.display.records import records
from analysis.site.chart_files import with_downloads
from analysis.site.render import rendered
from notebook_runner.parameters import declared

ONE_PAGE = "one-page"  # tag of the first cell of a notebook that prints on one page
_NUMBER = re.compile(r'<data class="number" data-id="([^"]*)"[^>]*>[^<]*</data>')


def report_page(notebook: Any, record: Mapping[str, Any]) -> str:
    """An executed and settled notebook, with its provenance at the end, as a page that asks for nothing from outside."""
    from nbconvert.filters.highlight import Highlight2HTML

    highlight = Highlight2HTML(pygments_lexer="ipython3")
    parts, groups = (
        [_part(cell, highlight) for cell in notebook.cells],
        listed(notebook),
    )
    first_section = next(
        (place for place, part in enumerate(parts) if part["heading"]), len(parts)
    )
    source = next(
        (
            cell.source
            for cell in notebook.cells
            if "parameters" in cell.metadata.get("tags", [])
        ),
        "",
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
        title=title(notebook),
        one_page=is_one_page(notebook),
        parts=parts,
        first_section=first_section,
        groups=groups,
        record=record,
        declared=dict(declared(source)),
        explored=explored,
        words=words(),
        most=CITED,
        version=__version__,
    )
    return linked(page, notebook, groups)


def markdown(text: str) -> str:
    """Markdown as HTML: markup in it is shown as text, and a link leads nowhere if it is a script."""
    import mistune

    return str(mistune.create_markdown(escape=True)(text))


def _part(cell: Any, highlight: Any) -> dict[str, Any]:
    """What the template needs of a cell: markup, code, and the heading that begins a section."""
    part = {
        "kind": "prose",
        "heading": "",
        "question": "",
        "slug": "",
        "html": "",
        "code": "",
    }
    if cell.cell_type == "markdown":
        heading = re.match(r"(#{1,2}) (.+)\n*", cell.source)
        if not heading:
            return part | {"html": markdown(cell.source)}
        slug = re.sub(r"[^a-z]+", "-", heading[2].lower()).strip("-")
        named = (
            {"question": heading[2], "kind": "question"}
            if heading[1] == "#"
            else {"heading": heading[2]}
        )
        return (
            part
            | named
            | {"slug": slug, "html": markdown(cell.source[heading.end() :])}
        )
    outputs = [
        with_downloads(output["data"])
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]
    shown = {
        output["data"].get(MIME, {}).get("id")
        for output in cell.outputs
        if "data" in output
    }
    kind = next((id for id in ("headline", "key_points") if id in shown), "code")
    html = "".join(outputs)
    return part | {
        "kind": kind,
        "html": f'<div class="panels">{html}</div>' if outputs[1:] else html,
        "code": highlight(cell.source),
    }


def title(notebook: Any) -> str:
    """What a report is headed with, as text: its finding, or its question if it has none."""
    return next(
        (
            str(record["text"])
            for record in records(notebook)
            if record["id"] == "headline"
        ),
        question(notebook),
    )


def is_one_page(notebook: Any) -> bool:
    """Whether a report is one page when printed, by the tag of its notebook's first cell."""
    return ONE_PAGE in notebook.cells[0].metadata.get("tags", [])


def question(notebook: Any) -> str:
    """What a report asks: the heading of its first cell."""
    return str(notebook.cells[0].source).splitlines()[0].removeprefix("# ")


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
