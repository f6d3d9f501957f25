"""The cells of an executed notebook as the parts of its page."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from analysis.display.numbers import MIME, slug
from analysis.display.records import markup, records
from analysis.site.anyones import output_parts
from analysis.site.chart_files import with_downloads
from analysis.site.prose import prose
from notebook_runner.cells import cell_name

_HEADING = re.compile(r"\s*(#{1,2})[ \t]+(.+?)[ \t#]*(?:\n|$)")
_UNDERLINED = re.compile(r"\s*(\S[^\n]*)\n(=+|-{2,})[ \t]*(?:\n|$)")
_HTML_HEADING = re.compile(r"\s*<h([12])\b[^>]*>(.*?)</h\1>", re.DOTALL | re.IGNORECASE)
_TAKEN = ("figures-behind-the-numbers", "how-this-page-was-made", "behind", "explorer")


class Heading(NamedTuple):
    """The heading with which a cell begins."""

    level: int  # 1 or 2
    text: str  # as Markdown
    rest: str  # of the cell


class Part(NamedTuple):
    """What a page shows of a cell."""

    kind: str  # question, headline, key_points, prose or code
    html: str = ""
    code: str = ""
    heading: str = ""  # markup, of a cell that begins a section
    name: str = ""  # the heading's words
    slug: str = ""  # its address in the page
    rules: str = ""  # style of its tables


def heading_of(cell: Any) -> Heading | None:
    """The heading with which a cell of prose begins, of the first or second level."""
    if cell.cell_type != "markdown":
        return None
    if found := _HEADING.match(cell.source):
        return Heading(len(found[1]), found[2], cell.source[found.end() :])
    if (found := _UNDERLINED.match(cell.source)) and not found[1].startswith(
        ("|", "-")
    ):
        return Heading(1 + (found[2][0] == "-"), found[1], cell.source[found.end() :])
    if found := _HTML_HEADING.match(cell.source):
        words = re.sub(r"\s+", " ", found[2]).strip()
        return Heading(int(found[1]), words, cell.source[found.end() :])
    return None


def title_cell(notebook: Any) -> int:
    """The place of the cell whose heading says what the notebook asks; -1 if none has one."""
    headings = enumerate(map(heading_of, notebook.cells))
    levels = {index: heading.level for index, heading in headings if heading}
    return next((index for index, level in levels.items() if level == 1), -1)


def parts_of(notebook: Any) -> list[Part]:
    """The parts of a page, one a cell, in order."""
    from nbconvert.filters.highlight import Highlight2HTML

    highlight = Highlight2HTML(pygments_lexer="ipython3")
    first = title_cell(notebook)
    charts = (one["id"] for one in records(notebook) if one["kind"] == "chart")
    taken = {*_TAKEN, *charts}
    parts = []
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            parts.append(_code(notebook, index, highlight))
        elif cell.cell_type == "markdown":
            parts.append(_prose(cell, index == first, taken))
        elif cell.source.strip():
            raw = cell.source.replace("```", "` ` `")
            parts.append(Part("prose", prose(f"```\n{raw}\n```").html))
    return parts


def _prose(cell: Any, first: bool, taken: set[str]) -> Part:
    heading = heading_of(cell)
    pictures = cell.get("attachments")
    if not heading:
        return Part("prose", prose(cell.source, pictures).html)
    words = prose(heading.text).html.strip().removeprefix("<p>").removesuffix("</p>")
    name = plain(words)
    rest = prose(heading.rest, pictures).html
    if first:
        return Part("question", rest, heading=words, name=name)
    return Part("prose", rest, heading=words, name=name, slug=_address(name, taken))


def plain(html: str) -> str:
    """The words of markup."""
    from html import unescape

    return unescape(re.sub(r"<[^<>]*>", "", html)).strip()


def _address(name: str, taken: set[str]) -> str:
    """An address for a heading that no other has; it is noted as taken."""
    wanted = slug(name) or "section"
    after = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    free = next(word for word in (wanted, *after) if word not in taken)
    taken.add(free)
    return free


def _code(notebook: Any, index: int, highlight: Any) -> Part:
    cell = notebook.cells[index]
    shown = {
        output["data"].get(MIME, {}).get("id")
        for output in cell.outputs
        if "data" in output
    }
    kind = next((id for id in ("headline", "key_points") if id in shown), "code")
    made = [
        part for output in cell.outputs for part in _output(output, notebook, index)
    ]
    html, rules = (
        ("".join(texts) for texts in zip(*made, strict=True)) if made else ("", "")
    )
    if made[1:] and all(MIME in output.get("data", {}) for output in cell.outputs):
        html = f'<div class="panels">{html}</div>'
    code = highlight(cell.source) if cell.source.strip() else ""
    return Part(kind, html, code, rules=rules)


def _output(output: Any, notebook: Any, index: int) -> Iterator[tuple[str, str]]:
    data = output.get("data", {})
    if MIME not in data:
        yield from output_parts(output, cell_name(notebook, index))
    elif (
        data[MIME]["kind"] != "caption"
    ):  # of a chart, which the page shows with its own
        yield with_downloads(data, markup(data)), ""
