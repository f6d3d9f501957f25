"""An executed notebook: settled, so that two runs are the same; what its cells show and record; and its charts as files."""

import base64
import re
from html import escape
from typing import Any
from urllib.parse import quote

from nbconvert.preprocessors.coalescestreams import CoalesceStreamsPreprocessor

from analysis.errors import ReportFailed
from analysis.files import cell_text, csv_text
from analysis.precision import digits
from analysis.reporting.catalogue import Job
from analysis.reporting.numbers import MIME

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,}")
INJECTED = "injected-parameters"
_FIRST = ("line", "row", "year", "years", "value", "unit")  # columns of a chart's data; the ids of figures come last


def settle(notebook: Any, job: Job) -> Any:
    """Take clocks, paths, versions and random ids out of an executed notebook, in place; keep the job's parameters.

    Raises ReportFailed if an output shows an object's address, which no two runs share.
    """
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "coca_trends": {"report": job.name, "notebook": job.notebook.name, "parameters": job.parameters},
    }
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        if INJECTED in tags:
            cell.id = INJECTED
        if cell.cell_type == "code":
            CoalesceStreamsPreprocessor().preprocess_cell(cell, {}, 0)  # one print may arrive as two
            cell.outputs = [_settle_output(output, job.name) for output in cell.outputs]
    return notebook


def _settle_output(output: Any, name: str) -> Any:
    texts = [output.get("text", ""), *(str(part) for part in output.get("data", {}).values())]
    if any(_ADDRESS.search(text) for text in texts):
        raise ReportFailed(f"{name}: an output shows an object's address; show a table, a chart or a sentence instead")
    if "metadata" in output:
        output.metadata = {}
    return output


def shown(notebook: Any) -> list[Any]:
    """What the cells of a notebook show, in order: of each output its forms by MIME type."""
    return [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]


def records(notebook: Any) -> list[dict[str, Any]]:
    """What the project's own outputs record of themselves, in order: kind, id, text, numbers, data."""
    return [forms[MIME] for forms in shown(notebook) if MIME in forms]


def chart_files(notebook: Any) -> dict[str, bytes]:
    """The data and the pictures of each chart, by file name; a chart that had nothing to draw has none."""
    found: dict[str, bytes] = {}
    for data in filter(is_drawn, shown(notebook)):
        forms = {"csv": chart_csv(data[MIME]).encode(), "svg": _alone(data).encode()}
        forms["png"] = base64.b64decode(data["image/png"])
        found |= {f"charts/{data[MIME]['id']}.{kind}": content for kind, content in forms.items()}
    return found


def is_drawn(data: Any) -> bool:
    """Whether an output is a chart with data and pictures."""
    record = data.get(MIME, {})
    return record.get("kind") == "chart" and bool(record["data"]) and "image/png" in data


def chart_csv(record: Any) -> str:
    r"""
    The data behind a chart as CSV, a line a mark, from the record of its output; a missing value is empty.

    Text is in one line, and begins with an apostrophe where a spreadsheet would compute it; numbers stay numbers.

    >>> chart_csv({"data": {"line": ["=1+1", "area"], "value": [-0.5, None]}})
    "line,value\n'=1+1,-0.5\narea,\n"
    """
    names = sorted(record["data"], key=lambda name: ([*_FIRST, name].index(name), name == "figure", name))
    rows = zip(*(map(_cell, record["data"][name]) for name in names), strict=True)
    return csv_text([names, *rows])


def _cell(cell: Any) -> str:
    if isinstance(cell, str):
        return cell_text(cell)
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else digits(cell)


def _alone(data: Any) -> str:
    """The picture as a file of its own: titled, on white, in colours and fonts that need no page."""
    html, (title, alt) = data["text/html"], data[MIME]["text"].split("\n", 1)
    svg = html[html.index("<svg") : html.rindex("</svg>")] + "</svg>\n"
    svg = re.sub(r"var\(--[\w-]+, (#\w{6})\)", r"\1", svg).replace("'DejaVu Sans'", "'DejaVu Sans', Verdana")
    start = svg.index(">") + 1
    words = f'\n <title>{escape(title)}</title>\n <desc>{escape(alt)}</desc>\n <rect width="100%" height="100%" fill="#ffffff"/>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{svg[:start]}{words}{svg[start:]}'


def with_downloads(data: Any) -> str:
    """The markup of an output; a chart's ends with links to its files, and with its data."""
    shown = str(data["text/html"]).removesuffix("</figure>")
    if not is_drawn(data):
        return str(data["text/html"])
    name = escape(data[MIME]["id"])
    csv, svg, png = (f'<a href="charts/{name}.{kind}">{kind.upper()}</a>' for kind in ("csv", "svg", "png"))
    held = quote(chart_csv(data[MIME]), safe=",;:/()'")
    here = f'<a download="{name}.csv" href="data:text/csv;charset=utf-8,{held}">Data in this page</a>'
    return f'{shown}<p class="downloads">Data: {csv} · Picture: {svg}, {png} · {here}</p></figure>'
