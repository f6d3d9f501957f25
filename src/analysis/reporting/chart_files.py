"""The files of a report's charts, made of its executed notebook alone: data as CSV, pictures as SVG and PNG."""

import base64
import re
from html import escape
from typing import Any

from analysis.cleaning.amending import csv_text
from analysis.reporting.numbers import MIME

_FIRST = ("line", "row", "year", "years", "value", "unit")  # columns; the ids of figures come last
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # how a spreadsheet tells that a cell is to be computed
_BACKGROUND = '<rect width="100%" height="100%" style="fill: #ffffff"/>'


def chart_files(notebook: Any) -> dict[str, bytes]:
    """The data and the pictures of each chart, by file name; a chart that had nothing to draw has none."""
    found: dict[str, bytes] = {}
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        if is_drawn(data := output.get("data", {})):
            name = f"charts/{data[MIME]['id']}"
            found |= {f"{name}.csv": chart_csv(data[MIME]).encode(), f"{name}.svg": _alone(data).encode()}
            found[f"{name}.png"] = base64.b64decode(data["image/png"])
    return found


def is_drawn(data: Any) -> bool:
    """Whether an output is a chart with data and pictures."""
    record = data.get(MIME, {})
    return record.get("kind") == "chart" and bool(record["data"]) and "image/png" in data


def columns(record: Any) -> list[str]:
    """The columns of a chart's data: what names a mark, then its value and unit, at last the ids of the figures behind it."""
    first = {name: at for at, name in enumerate(_FIRST)}
    return sorted(record["data"], key=lambda name: (first.get(name, len(first)), name == "figure", name))


def chart_csv(record: Any) -> str:
    r"""
    The data behind a chart as CSV, a line a mark, from the record of its output; a missing value is empty.

    Text that a spreadsheet would compute begins with an apostrophe; numbers stay numbers.

    >>> chart_csv({"data": {"value": [-0.5, None], "line": ["=1+1", "area"]}})
    "line,value\n'=1+1,-0.5\narea,\n"
    """
    names, data = columns(record), record["data"]
    rows = zip(*([_cell(cell) for cell in data[name]] for name in names), strict=True)
    return csv_text([names, *rows])


def _cell(cell: Any) -> str:
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else f"{cell:.12g}"


def _alone(data: Any) -> str:
    """The picture as a file of its own: titled, on white, in colours and fonts that need no page."""
    html, (title, alt) = data["text/html"], data[MIME]["text"].split("\n", 1)
    svg = html[html.index("<svg") : html.rindex("</svg>")] + "</svg>\n"
    svg = re.sub(r"var\(--[\w-]+, (#\w{6})\)", r"\1", svg).replace("'DejaVu Sans'", "'DejaVu Sans', Verdana")
    start = svg.index(">") + 1
    words = f"\n <title>{escape(title)}</title>\n <desc>{escape(alt)}</desc>\n {_BACKGROUND}"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{svg[:start]}{words}{svg[start:]}'
