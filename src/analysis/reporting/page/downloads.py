"""What stands under a chart on a page: its data and pictures as files, and its data for a page that was saved alone."""

from html import escape
from typing import Any
from urllib.parse import quote

from analysis.reporting.chart_files import chart_csv, is_drawn
from analysis.reporting.numbers import MIME


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
