"""What a card of the index shows of a report: a chart with its axis and last values, or counts."""

import re
from collections import Counter
from typing import Any

from analysis.display.numbers import MIME
from analysis.display.records import markup, records, shown
from analysis.precision import digits
from analysis.site.chart_files import is_drawn

_COUNTED = "claims"  # the table whose last column is counted, by its first, where there is no chart


def card_charts(notebook: Any, name: str) -> list[dict[str, str]]:
    """
    The charts of a report, in order: title, alt text, subtitle, picture and last values.

    `svg` is the picture with ids that are the report's own; `bare` is the same for the
    same picture of any report.
    """
    found = []
    for forms in filter(is_drawn, shown(notebook)):
        html = markup(forms)
        record = forms[MIME]
        title, alt = record["text"].split("\n", 1)
        svg = html[html.index("<svg") : html.rindex("</svg>")] + "</svg>"
        svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
        subtitle = re.search(r"</strong><br><span>(.*?)</span>", html, re.DOTALL)
        found.append(
            {
                "title": title,
                "alt": alt,
                "subtitle": subtitle[1] if subtitle else "",
                "svg": re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", svg),
                "bare": svg,
                "last": last_values(record["data"]),
            }
        )
    return found


def last_values(data: dict[str, Any]) -> str:
    """
    The last value of each line of a chart, as its record has them; "" without years.

    >>> data = {"line": ["UN", "UN"], "year": [2023, 2024], "value": [2, 1500.0]}
    >>> last_values(data | {"unit": ["t", "t"]})
    'UN 1,500 t (2024)'
    """
    columns = [data.get(name, ()) for name in ("line", "year", "value", "unit")]
    last: dict[str, str] = {}
    for line, year, value, unit in zip(*columns, strict=False):
        if value is not None and not line.endswith((", fitted", ", other fit")):
            of = "" if unit == "index" else f" {unit}"
            last[line] = f"{line} {digits(round(value, 1), ',')}{of} ({year})"
    return "; ".join(last.values())


def counted_cells(notebook: Any) -> list[tuple[str, int, int]]:
    """Of a report without a chart: on how many claims each verdict is given, and in percent."""
    found = [record for record in records(notebook) if record["kind"] == "table"]
    tables = (record for record in found if record["id"] == _COUNTED)
    verdicts: dict[str, str] = {}
    for row in next((table["data"]["rows"] for table in tables), []):
        verdicts[str(row[0])] = str(row[-1])
    counts = Counter(verdicts.values()).most_common()
    return [(word, n, round(100 * n / len(verdicts))) for word, n in counts]
