"""The data and the pictures of each chart, as files beside the page that shows it."""

import base64
import re
from html import escape
from typing import Any
from urllib.parse import quote

from analysis.display.numbers import MIME
from analysis.display.records import markup, shown
from analysis.precision import digits
from notebook_runner.files import cell_text, csv_text

_FIRST = (
    "line",
    "row",
    "year",
    "years",
    "value",
    "unit",
)  # columns of a chart's data; the ids of figures come last


def chart_files(notebook: Any) -> dict[str, bytes]:
    """The data and the pictures of each chart, by file name; a chart that had nothing to draw has none."""
    found: dict[str, bytes] = {}
    for data in filter(is_drawn, shown(notebook)):
        forms = {"csv": chart_csv(data[MIME]).encode(), "svg": _alone(data).encode()}
        forms["png"] = base64.b64decode(data["image/png"])
        found |= {
            f"charts/{data[MIME]['id']}.{kind}": content
            for kind, content in forms.items()
        }
    return found


def is_drawn(data: Any) -> bool:
    """Whether an output is a chart with data and pictures."""
    record = data.get(MIME, {})
    return (
        record.get("kind") == "chart" and bool(record["data"]) and "image/png" in data
    )


def chart_csv(record: Any) -> str:
    r"""
    The data behind a chart as CSV, a line a mark, from the record of its output; a missing value is empty.

    Text is in one line, and begins with an apostrophe where a spreadsheet would compute it; numbers stay numbers.

    >>> chart_csv({"data": {"line": ["=1+1", "area"], "value": [-0.5, None]}})
    "line,value\n'=1+1,-0.5\narea,\n"
    """
    names = sorted(
        record["data"],
        key=lambda name: ([*_FIRST, name].index(name), name == "figure", name),
    )
    rows = zip(*(map(_cell, record["data"][name]) for name in names), strict=True)
    return csv_text([names, *rows])


def _cell(cell: Any) -> str:
    if isinstance(cell, str):
        return cell_text(cell)
    return (
        ""
        if cell is None
        else str(cell).lower()
        if isinstance(cell, bool)
        else digits(cell)
    )


def _alone(data: Any) -> str:
    """The picture as a file of its own: titled, on white, in colours and fonts that need no page."""
    html, (title, alt) = markup(data), data[MIME]["text"].split("\n", 1)
    svg = html[html.index("<svg") : html.rindex("</svg>")] + "</svg>\n"
    svg = re.sub(r"var\(--[\w-]+, (#\w{6})\)", r"\1", svg).replace(
        "'DejaVu Sans'", "'DejaVu Sans', Verdana"
    )
    start = svg.index(">") + 1
    words = f'\n <title>{escape(title)}</title>\n <desc>{escape(alt)}</desc>\n <rect width="100%" height="100%" fill="#ffffff"/>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{svg[:start]}{words}{svg[start:]}'


def with_downloads(data: Any, html: str) -> str:
    """The markup of an output; a chart's ends with links to its files, and with its data."""
    if not is_drawn(data):
        return html
    shown = html.removesuffix("</figure>")
    name = escape(data[MIME]["id"])
    csv, svg, png = (
        f'<a href="charts/{name}.{kind}">{kind.upper()}</a>'
        for kind in ("csv", "svg", "png")
    )
    held = quote(chart_csv(data[MIME]), safe=",;:/()'")
    here = f'<a download="{name}.csv" href="data:text/csv;charset=utf-8,{held}">Data in this page</a>'
    return f'{shown}<p class="downloads">Data: {csv} · Picture: {svg}, {png} · {here}</p></figure>'
