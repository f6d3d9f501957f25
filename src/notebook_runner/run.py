"""Run one report into a folder, whole and settled."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from notebook_runner.catalogue import Job, Publish
from notebook_runner.errors import ReportFailed
from notebook_runner.execute import execute
from notebook_runner.files import sha256, write_whole
from notebook_runner.project import Project
from notebook_runner.provenance import RECORD, provenance, sealed
from notebook_runner.settle import settle

_TABLES = "data/processed/"  # begins the names of what readers read


def run_report(job: Job, folder: Path, scratch: Path) -> Path:
    """Run one report and write all its files into a folder, which is made; depends on nothing but its arguments.

    The files are `report.ipynb`, `provenance.json`, and what the job's `publish` makes of the notebook. `scratch` is an
    empty folder for the run. Raises ReportFailed if the notebook fails, two numbers of one name differ, or an input
    changed while it ran; nothing is written then.
    """
    project = job.project
    before = _inputs(job)
    data = _data(project)
    with job.hooks.record(project) as asked:
        executed = execute(job, scratch)
    questions = asked()
    made_from = provenance(job, questions=questions)
    files = report_files(settle(executed, job), made_from, job.hooks.publish)
    if _inputs(job) != before or _moved(data, _data(project), questions):
        what = "rows, notebook or code were changed while it ran"
        raise ReportFailed(f"{job.name}: {what}; run it again")
    write_whole(folder, files)
    return folder


def _inputs(job: Job) -> dict[str, Any]:
    """What a report is made from, but for what it reads."""
    return provenance(job, questions=())


def _data(project: Project) -> dict[str, str]:
    """The SHA-256 of each file of data, by name."""
    paths = sorted(path for path in project.data.rglob("*") if path.is_file())
    return {path.relative_to(project.root).as_posix(): sha256(path) for path in paths}


def _moved(
    before: dict[str, str], now: dict[str, str], asked: list[str]
) -> bool:  # fmt: skip
    """Whether a processed table was changed, or a file that a cell opened."""
    changed = {name for name, _ in before.items() ^ now.items()}
    return any(name in asked or name.startswith(_TABLES) for name in changed)


def report_files(
    notebook: Any, record: Mapping[str, Any], publish: Publish
) -> dict[str, bytes]:
    """All files of a report, by name: what an executed and settled notebook and its provenance say."""
    made_from = {name: value for name, value in record.items() if name != "outputs"}
    files = {"report.ipynb": (nbformat.writes(notebook) + "\n").encode()}
    files |= publish(notebook, made_from)
    return {**files, RECORD: sealed(made_from, files)}
