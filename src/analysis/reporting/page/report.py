"""One report as a page: an executed notebook, and how it was made."""

import re
from typing import Any

from analysis import __version__
from analysis.reporting.cited import CITED
from analysis.reporting.numbers import MIME
from analysis.reporting.page.render import rendered
from analysis.reporting.page.sources import linked, listed
from analysis.reporting.parameters import declared
from analysis.reporting.words import words


def report_page(notebook: Any, record: dict[str, Any]) -> str:
    """An executed and settled notebook, with its provenance at the end, as a page that asks for nothing from outside."""
    from nbconvert.filters.highlight import Highlight2HTML

    highlight = Highlight2HTML(pygments_lexer="ipython3")
    parts = [_part(cell, highlight) for cell in notebook.cells]
    first_section = next((place for place, part in enumerate(parts) if part["heading"]), len(parts))
    sections = [(part["slug"], part["heading"]) for part in parts if part["heading"]]
    contents = {"parts": parts, "first_section": first_section, "sections": sections}
    groups = listed(notebook)
    source = next((cell.source for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])), "")
    made = {"record": record, "declared": dict(declared(source)), "version": __version__}
    shown = {"title": title(notebook), "groups": groups, "words": words(), "most": CITED, **made, **contents}
    return linked(rendered("report.html.j2", ("cards.js",), **shown), notebook, groups)


def markdown(text: str) -> str:
    """Markdown as HTML."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    return str(MarkdownWithMath(renderer=IPythonRenderer(escape=False, exclude_anchor_links=True)).render(text))


def _part(cell: Any, highlight: Any) -> dict[str, Any]:
    """What the template needs of a cell: markup, code, and the heading that begins a section."""
    part = {"kind": "prose", "heading": "", "question": "", "slug": "", "html": "", "code": ""}
    if cell.cell_type == "markdown":
        heading = re.match(r"(#{1,2}) (.+)\n*", cell.source)
        if not heading:
            return part | {"html": markdown(cell.source)}
        slug = re.sub(r"[^a-z]+", "-", heading[2].lower()).strip("-")
        named = {"question": heading[2], "kind": "question"} if heading[1] == "#" else {"heading": heading[2]}
        return part | named | {"slug": slug, "html": markdown(cell.source[heading.end() :])}
    outputs = [output["data"]["text/html"] for output in cell.outputs if "text/html" in output.get("data", {})]
    shown = {output["data"].get(MIME, {}).get("id") for output in cell.outputs if "data" in output}
    kind = next((id for id in ("headline", "key_points") if id in shown), "code")
    return part | {"kind": kind, "html": "".join(outputs), "code": highlight(cell.source)}


def title(notebook: Any) -> str:
    """What a report is headed with, as text: its finding, or its question if it has none."""
    from analysis.reporting.settle import records

    question = str(notebook.cells[0].source).splitlines()[0].removeprefix("# ")
    return next((str(record["text"]) for record in records(notebook) if record["id"] == "headline"), question)
