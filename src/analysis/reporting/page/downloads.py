"""What stands under a chart on a page: its data and pictures as files, and its data for a page that was saved alone."""

from html import escape
from typing import Any
from urllib.parse import quote

from analysis.reporting.chart_files import chart_csv, columns, is_drawn
from analysis.reporting.numbers import MIME, Sentence, Table

_FEW = 15  # marks, that a table can show


def with_downloads(data: Any) -> str:
    """The markup of an output; a chart's ends with links to its files, and with its data as a table if they are few."""
    html = str(data["text/html"])
    if not is_drawn(data):
        return html
    name, sheet = escape(data[MIME]["id"]), chart_csv(data[MIME])
    csv, svg, png = (f'<a href="charts/{name}.{kind}">{kind.upper()}</a>' for kind in ("csv", "svg", "png"))
    held = quote(sheet, safe=",;:/()'")
    here = f'<a download="{name}.csv" href="data:text/csv;charset=utf-8,{held}">Data in this page</a>'
    line = f'<p class="downloads">Data: {csv} · Picture: {svg}, {png} · {here}</p>'
    table = _table(data[MIME]) if sheet.count("\n") <= _FEW + 1 else ""
    return f"{html.removesuffix('</figure>')}{line}{table}</figure>"


def _table(record: Any) -> str:
    names = [name for name in columns(record) if name != "figure"]
    rows = [list(map(_shown, row)) for row in zip(*(record["data"][name] for name in names), strict=True)]
    caption = Sentence("", (f"Data of the chart {record['id'].replace('_', ' ')}",))
    table = Table("", caption, [name.replace("_", " ") for name in names], rows)._repr_mimebundle_()["text/html"]
    return f'<details class="drawn"><summary>Data as a table</summary>{table}</details>'


def _shown(cell: Any) -> str:
    if cell is None or isinstance(cell, bool):
        return "yes" if cell else ""
    return f"{cell:,.10g}" if isinstance(cell, float) else str(cell)
