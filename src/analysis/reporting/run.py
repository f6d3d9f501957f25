"""Run one report into a folder, whole and settled, and put it in place; the only writer of `reports`."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import nbformat

from analysis.cleaning.amending import csv_text
from analysis.cleaning.processed import write_whole
from analysis.errors import InputError, ReportFailed
from analysis.project import Project
from analysis.reporting.catalogue import Job, jobs
from analysis.reporting.chart_files import chart_files
from analysis.reporting.execute import execute
from analysis.reporting.page.report import report_page
from analysis.reporting.progress import EVERY, Line
from analysis.reporting.provenance import provenance
from analysis.reporting.settle import records, settle

NUMBER_COLUMNS = ("id", "value", "unit", "text", "rows")


def run_report(job: Job, folder: Path, counter: Path | None = None) -> Path:
    """Run one report and write all its files into a folder, which is made; depends on nothing but its arguments.

    The files are `report.ipynb`, `report.html`, `numbers.csv`, `provenance.json`, and the data and pictures of each chart
    in `charts`. Raises ReportFailed if the notebook fails, or two numbers of one name differ; nothing is written then.
    For `counter` see `execute`.
    """
    with tempfile.TemporaryDirectory(prefix="coca-trends-") as scratch:
        notebook = settle(execute(job, Path(scratch), counter), job)
    write_whole(folder, report_files(notebook, provenance(job)))
    return folder


def report_files(notebook: Any, record: dict[str, Any]) -> dict[str, bytes]:
    """All files of a report, by name: what an executed and settled notebook and its provenance say."""
    texts = {
        "report.ipynb": nbformat.writes(notebook) + "\n",
        "numbers.csv": numbers_csv(record["report"], records(notebook)),
        "provenance.json": json.dumps(record, indent=2, ensure_ascii=False) + "\n",
        "report.html": report_page(notebook, record),
    }
    return {name: text.encode() for name, text in texts.items()} | chart_files(notebook)


def numbers_csv(name: str, outputs: Sequence[dict[str, Any]]) -> str:
    """Every number that a report quotes, with the rows behind it; raises ReportFailed if one id has two values."""
    numbers: dict[str, dict[str, Any]] = {}
    for entry in (number for output in outputs for number in output["numbers"]):
        if numbers.setdefault(entry["id"], entry) != entry:
            raise ReportFailed(f"{name}: two numbers are called {entry['id']}; give their sentences two names")
    cells = (entry | {"value": f"{entry['value']:.12g}", "rows": " ".join(entry["rows"])} for entry in numbers.values())
    return csv_text([NUMBER_COLUMNS, *([row[column] for column in NUMBER_COLUMNS] for row in cells)])


def publish(folder: Path, target: Path) -> None:
    """Put a whole report in place of the last one; both lie on one file system, so each step is a rename."""
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.replace(old)
    folder.replace(target)
    shutil.rmtree(old, ignore_errors=True)


def outdated(project: Project) -> list[Job]:
    """The named reports that were never run, or whose parameters, rows, notebook, package or lock are others now."""
    return [job for job in jobs(project) if differences(job)]


def differences(job: Job) -> str:
    """Why a report is not what a run would make now, in words: it was never run, or what differs; "" if it is the same."""
    path = job.project.reports / job.name / "provenance.json"
    if not path.is_file():
        return "never run"
    was, now = json.loads(path.read_text("utf-8")), provenance(job)
    pairs = ((was, now), (was.pop("sha256", {}), now.pop("sha256")))
    names = [name for old, new in pairs for name in {**old, **new} if old.get(name) != new.get(name)]
    return f"changed: {', '.join(dict.fromkeys(names))}" if names else ""


def run_all(project: Project, jobs: Sequence[Job], workers: int, line: Line | None = None) -> Iterator[tuple[Job, str]]:
    """Run reports, each in a process of its own; yields each job in order, with "" or what went wrong with it alone.

    `line` is told how far they are, if it is shown.
    """
    project.reports.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=project.reports, prefix=".running-") as made,
        ProcessPoolExecutor(min(workers, len(jobs)), mp_context=get_context("spawn")) as pool,
    ):
        running = Path(made)
        given = ((job, running / job.name, running / f"{job.name}.cells") for job in jobs)
        waiting = [(job, pool.submit(run_report, job, *places)) for job, *places in given]
        for job, future in waiting:
            while line and line.shown and wait([future], EVERY).not_done:
                done = {path.stem: path.stat().st_size for path in running.glob("*.cells")}
                begun = [job.name for job, future in waiting if job.name in done and not future.done()]
                line.tell(begun, sum(done.values()))
            try:
                publish(future.result(), project.reports / job.name)
                yield job, ""
            except (ReportFailed, InputError) as error:
                yield job, str(error)
