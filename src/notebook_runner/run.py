"""Run one report into a folder, whole and settled."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from notebook_runner.catalogue import Job, Publish
from notebook_runner.errors import ReportFailed
from notebook_runner.execute import execute
from notebook_runner.files import sha256, write_whole
from notebook_runner.layout import notebook_text
from notebook_runner.project import Project
from notebook_runner.provenance import RECORD, provenance, sealed
from notebook_runner.settle import settle
from notebook_runner.workplace import SAVED, Workplace

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
    place = Workplace(job, scratch)
    with job.hooks.record(project) as asked:
        executed = execute(job, scratch, place.folder)
    questions = asked()
    made_from = provenance(job, questions=questions)
    notebook = settle(executed, job, place.folder)
    saved = place.saved()
    if saved:
        names = [name.removeprefix(f"{SAVED}/") for name in saved]
        notebook.metadata.notebook_runner.saved = names
    files = report_files(notebook, made_from, job.hooks.publish, saved)
    _check_unchanged(job, before, data, questions)
    write_whole(folder, files)
    return folder


def _inputs(job: Job) -> dict[str, Any]:
    """What a report is made from, but for what it reads."""
    return provenance(job, questions=())


def _data(project: Project) -> dict[str, str]:
    """The SHA-256 of each file of data that is not hidden, by name."""
    paths = sorted(path for path in project.data.rglob("[!.]*") if path.is_file())
    return {path.relative_to(project.root).as_posix(): sha256(path) for path in paths}


def _check_unchanged(
    job: Job, inputs: dict[str, Any], data: dict[str, str], asked: Sequence[str]
) -> None:
    """Raise ReportFailed if an input is no longer what it was, or a file of data that a cell opened."""
    changed = sorted({name for name, _ in data.items() ^ _data(job.project).items()})
    moved = [name for name in changed if name in asked or name.startswith(_TABLES)]
    if not moved and _inputs(job) == inputs:
        return
    what = "rows, notebook or code were changed while it ran; run it again"
    if moved:
        more = f" and {len(moved) - 3} more" if moved[3:] else ""
        what += f" (changed: {', '.join(moved[:3])}{more}; no cell may change data)"
    raise ReportFailed(f"{job.name}: {what}")


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
