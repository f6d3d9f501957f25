"""Run one report into a folder, whole and settled."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat

from analysis.errors import ReportFailed
from analysis.files import cell_text, csv_text, write_whole
from analysis.precision import digits
from analysis.reporting.catalogue import Job
from analysis.reporting.execute import execute
from analysis.reporting.page.report import report_page
from analysis.reporting.provenance import provenance, sealed
from analysis.reporting.settle import chart_files, records, settle

NUMBER_COLUMNS = ("id", "value", "unit", "text", "rows")


def run_report(job: Job, folder: Path, scratch: Path) -> Path:
    """Run one report and write all its files into a folder, which is made; depends on nothing but its arguments.

    The files are `report.ipynb`, `report.html`, `numbers.csv`, `provenance.json`, and the data and pictures of each chart
    in `charts`. `scratch` is an empty folder for the run. Raises ReportFailed if the notebook fails, two numbers of one name
    differ, or an input changed while it ran; nothing is written then.
    """
    made_from = provenance(job)
    files = report_files(settle(execute(job, scratch), job), made_from)
    if provenance(job) != made_from:
        raise ReportFailed(f"{job.name}: rows, notebook or code were changed while it ran; run it again")
    write_whole(folder, files)
    return folder


def report_files(notebook: Any, record: Mapping[str, Any]) -> dict[str, bytes]:
    """All files of a report, by name: what an executed and settled notebook and its provenance say."""
    made_from = {name: value for name, value in record.items() if name != "outputs"}
    texts = {
        "report.ipynb": nbformat.writes(notebook) + "\n",
        "numbers.csv": numbers_csv(record["report"], records(notebook)),
        "report.html": report_page(notebook, made_from),
    }
    files = {name: text.encode() for name, text in texts.items()} | chart_files(notebook)
    return {**files, "provenance.json": sealed(made_from, files)}


def numbers_csv(name: str, outputs: Sequence[dict[str, Any]]) -> str:
    """Every number that a report quotes, with the rows behind it; raises ReportFailed if one id has two values."""
    numbers: dict[str, dict[str, Any]] = {}
    for entry in (number for output in outputs for number in output["numbers"]):
        if numbers.setdefault(entry["id"], entry) != entry:
            raise ReportFailed(f"{name}: two numbers are called {entry['id']}; give their sentences two names")
    cells = (
        [id, digits(entry["value"]), *(cell_text(entry[name]) for name in ("unit", "text")), " ".join(entry["rows"])]
        for id, entry in numbers.items()
    )
    return csv_text([NUMBER_COLUMNS, *cells])
