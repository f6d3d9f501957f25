"""Run one report into a folder, whole and settled."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from notebook_runner.catalogue import Job, Publish
from notebook_runner.errors import ReportFailed
from notebook_runner.execute import execute
from notebook_runner.files import write_whole
from notebook_runner.provenance import RECORD, provenance, sealed
from notebook_runner.settle import settle


def run_report(job: Job, folder: Path, scratch: Path) -> Path:
    """Run one report and write all its files into a folder, which is made; depends on nothing but its arguments.

    The files are `report.ipynb`, `provenance.json`, and what the job's `publish` makes of the notebook. `scratch` is an
    empty folder for the run. Raises ReportFailed if the notebook fails, two numbers of one name differ, or an input
    changed while it ran; nothing is written then.
    """
    made_from = provenance(job)
    notebook = settle(execute(job, scratch), job)
    files = report_files(notebook, made_from, job.hooks.publish)
    if provenance(job) != made_from:
        raise ReportFailed(
            f"{job.name}: rows, notebook or code were changed while it ran; run it again"
        )
    write_whole(folder, files)
    return folder


def report_files(
    notebook: Any, record: Mapping[str, Any], publish: Publish
) -> dict[str, bytes]:
    """All files of a report, by name: what an executed and settled notebook and its provenance say."""
    made_from = {name: value for name, value in record.items() if name != "outputs"}
    files = {"report.ipynb": (nbformat.writes(notebook) + "\n").encode()}
    files |= publish(notebook, made_from)
    return {**files, RECORD: sealed(made_from, files)}
