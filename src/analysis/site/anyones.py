"""Outputs that are none of this project's: text, tables, pictures, as any notebook shows them."""

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from analysis.site.prose import math, prose
from analysis.site.safe_html import safe_html, svg_image

# What stock nbconvert prefers, first to last.
_ORDER = (
    "application/vnd.jupyter.widget-view+json",
    "application/javascript",
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "text/latex",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "application/pdf",
    "text/plain",
)
_LEFT_OUT = {
    "application/vnd.jupyter.widget-view+json": "a live widget",
    "application/javascript": "a script",
    "application/pdf": "a PDF",
}
_ANSI = re.compile(
    r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|[\x00-\x08\x0b-\x1f\x7f]"
)
_TEX = re.compile(r"^\$+(.*?)\$+$", re.DOTALL)
_ASK = (
    "This picture has no description; its author can give one: "
    'display(figure, metadata={"image/png": {"alt": "..."}})'
)


def output_parts(output: Any, cell: str) -> Iterator[tuple[str, str]]:
    """The markup of one output, and the rules of style that go with it; `cell` is its name."""
    kind = output.output_type
    if kind == "stream":
        yield _text(_overwritten(output.text), output.name), ""
    elif kind == "error":
        yield _text("\n".join(output.traceback) or output.evalue, "stderr"), ""
    else:
        data = output.get("data", {})
        form = next((form for form in _ORDER if form in data), None)
        if form in _LEFT_OUT:
            yield _left_out(_LEFT_OUT[str(form)], cell), ""
        elif form:
            yield _shown(form, data[form], output.get("metadata", {}), cell)
        elif data:
            yield _left_out(f"what is of type {', '.join(sorted(data))}", cell), ""


def _shown(form: str, content: Any, about: Any, cell: str) -> tuple[str, str]:
    if form == "text/html":
        return _html(str(content), cell)
    if form == "text/markdown":
        return prose(str(content)).html, ""
    if form == "text/latex":
        tex = _TEX.sub(r"\1", str(content).strip())
        return f'<p class="math">{math(tex, "block")}</p>', ""
    if form.startswith("image/"):
        return _picture(form, str(content), about.get(form, about), cell), ""
    return _text(str(content), "result"), ""


def _html(content: str, cell: str) -> tuple[str, str]:
    safe = safe_html(content)
    notes = "".join(_left_out(words, cell) for words in safe.alive)
    if not safe.html.strip():
        return notes, ""
    styled = " styled" * bool(safe.rules or ' style="' in safe.html)
    name = f"Table of {cell}" if "<table" in safe.html else f"Output of {cell}"
    region = f'tabindex="0" role="region" aria-label="{escape(name)}"'
    return f'<div class="table{styled}" {region}>{safe.html}</div>{notes}', safe.rules


def _picture(form: str, content: str, about: Any, cell: str) -> str:
    alt = str(about.get("alt", "")) if isinstance(about, dict) else ""
    words = alt or f"Picture of {cell}, without a description"
    if form == "image/svg+xml":
        image = svg_image(content, words)
    else:
        held = "".join(content.split())
        image = f'<img src="data:{form};base64,{escape(held)}" alt="{escape(words)}">'
    width = about.get("width") if isinstance(about, dict) else None
    if isinstance(width, int):
        image = image.replace("<img ", f'<img width="{width}" ', 1)
    note = "" if alt else f'<figcaption class="left-out">{escape(_ASK)}</figcaption>'
    return f'<figure class="picture">{image}{note}</figure>'


def _overwritten(text: str) -> str:
    """Text as a terminal leaves it: of a line that was written over, the last."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)


def _text(text: str, name: str) -> str:
    shown = escape(_ANSI.sub("", text).strip("\n"))
    label = ' aria-label="Warnings and errors"' if name == "stderr" else ""
    return f'<pre class="text {escape(name)}" tabindex="0"{label}>{shown}</pre>'


def _left_out(what: str, cell: str) -> str:
    return (
        f'<p class="left-out">Left out here, since a page can\'t carry it: {escape(what)} of '
        f'{escape(cell)}. <a href="report.ipynb">report.ipynb</a> has it.</p>'
    )
