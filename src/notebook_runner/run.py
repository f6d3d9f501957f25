"""Run one report into a folder, whole and settled."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from notebook_runner.catalogue import Job, Publish
from notebook_runner.errors import ReportFailed
from notebook_runner.execute import execute
from notebook_runner.files import write_whole
from notebook_runner.layout import notebook_text
from notebook_runner.provenance import RECORD, provenance, sealed
from notebook_runner.settle import settle
from notebook_runner.workplace import SAVED, Workplace


def run_report(job: Job, folder: Path, scratch: Path) -> Path:
    """Run one report and write all its files into a folder, which is made; depends on nothing but its arguments.

    The files are `report.ipynb`, `provenance.json`, and what the job's `publish` makes of the notebook. `scratch` is an
    empty folder for the run. Raises ReportFailed if the notebook fails, two numbers of one name differ, or an input
    changed while it ran; nothing is written then.
    """
    made_from = provenance(job)
    place = Workplace(job, scratch)
    notebook = settle(execute(job, scratch, place.folder), job, place.folder)
    saved = place.saved()
    if saved:
        notebook.metadata.notebook_runner.saved = [
            name.removeprefix(f"{SAVED}/") for name in saved
        ]
    files = report_files(notebook, made_from, job.hooks.publish, saved)
    if provenance(job) != made_from:
        raise ReportFailed(
            f"{job.name}: rows, notebook or code were changed while it ran; run it again"
        )
    write_whole(folder, files)
    return folder


def report_files(
    notebook: Any,
    record: Mapping[str, Any],
    publish: Publish,
    saved: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """All files of a report, by name: what an executed and settled notebook and its provenance say."""
    made_from = {name: value for name, value in record.items() if name != "outputs"}
    files = {"report.ipynb": notebook_text(notebook).encode(), **(saved or {})}
    files |= publish(notebook, made_from)
    return {**files, RECORD: sealed(made_from, files)}
