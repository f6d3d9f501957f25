"""The files of a report beside its executed notebook: page, numbers, and the charts' data and pictures."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.display.records import records
from analysis.precision import digits
from analysis.site.chart_files import chart_files
from analysis.site.report_page import report_page
from notebook_runner.errors import ReportFailed
from notebook_runner.files import cell_text, csv_text

NUMBER_COLUMNS = ("id", "value", "unit", "text", "rows")


def published_files(notebook: Any, made_from: Mapping[str, Any]) -> dict[str, bytes]:
    """Page, numbers and charts of an executed and settled notebook, by file name; `made_from` is its provenance."""
    texts = {
        "numbers.csv": numbers_csv(made_from["report"], records(notebook)),
        "report.html": report_page(notebook, made_from),
    }
    return {name: text.encode() for name, text in texts.items()} | chart_files(notebook)


def numbers_csv(name: str, outputs: Sequence[dict[str, Any]]) -> str:
    """Every number that a report quotes, with the rows behind it; raises ReportFailed if one id has two values."""
    numbers: dict[str, dict[str, Any]] = {}
    for entry in (number for output in outputs for number in output["numbers"]):
        if numbers.setdefault(entry["id"], entry) != entry:
            raise ReportFailed(
                f"{name}: two numbers are called {entry['id']}; give their sentences two names"
            )
    cells = (
        [
            id,
            digits(entry["value"]),
            *(cell_text(entry[name]) for name in ("unit", "text")),
            " ".join(entry["rows"]),
        ]
        for id, entry in numbers.items()
    )
    return csv_text([NUMBER_COLUMNS, *cells])
