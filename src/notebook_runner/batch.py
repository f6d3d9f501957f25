"""Run reports at a time, each in a process of its own, and put them in place; the only writer of `reports`."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from ctypes import CDLL
from pathlib import Path

from notebook_runner.catalogue import Job
from notebook_runner.environment import EXECUTED
from notebook_runner.pool import Look, Made, Running, run_each
from notebook_runner.progress import EVERY, Line, cells_of
from notebook_runner.project import Project

FAILED = ".failed"  # in `reports`, and in no commit
_HERE, _EXCHANGE = (
    -100,
    2,
)  # of Linux: paths count from this folder; two names change places in one step
LIMIT = 600.0  # seconds for one report, which takes about five


def run_all(
    project: Project,
    jobs: Sequence[Job],
    workers: int | None = None,
    limit: float | None = None,
    line: Line | None = None,
    scheduler: str | None = None,
) -> Iterator[tuple[Job, str]]:
    """Run reports, each in a process of its own, and put each in place when it is whole; its folder stays as it was if not.

    Yields each job when it ends, with "" or what went wrong with it alone: its notebook, as far as it came, is then in
    `reports/.failed`. `limit` is in seconds, for one report. `line` is told how far they are, if it is shown.
    """
    project.reports.mkdir(parents=True, exist_ok=True)
    workers = workers or os.cpu_count() or 1
    limit = limit or LIMIT

    def look(running: list[Running]) -> float:
        if line is None or not line.shown:
            return limit
        done = sum(path.stat().st_size for path in made.glob("*/scratch/cells"))
        line.tell([one.job.name for one in running], done + sum(finished))
        return EVERY

    finished: list[int] = []  # cells of the reports that have ended
    with tempfile.TemporaryDirectory(
        dir=project.reports, prefix=".running-", ignore_cleanup_errors=True
    ) as folder:
        made = Path(folder)
        for one, error in _ended(scheduler, jobs, made, workers, limit, look):
            yield one.job, _put_in_place(one) if not error else _set_aside(one, error)
            finished.append(cells_of(one.job))
            shutil.rmtree(one.folder)


def _ended(
    scheduler: str | None,
    jobs: Sequence[Job],
    made: Path,
    workers: int,
    limit: float,
    look: Look,
) -> Iterator[tuple[Made, str]]:
    if not scheduler:
        return run_each(jobs, made, workers, limit, look)
    from notebook_runner.cluster import run_on

    return run_on(scheduler, jobs, made, limit)


def _put_in_place(one: Made) -> str:
    place = one.job.project.reports / one.job.name
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        return f"{one.job.name}: reports/{place.name} is no folder; move it away"
    exchange(one.folder / "report", place)
    shutil.rmtree(one.job.project.reports / FAILED / one.job.name, ignore_errors=True)
    return ""


def _set_aside(one: Made, error: str) -> str:
    """Keep what a failed report came to, and say where."""
    executed = one.folder / "scratch" / EXECUTED
    place = one.job.project.reports / FAILED / one.job.name
    if not executed.is_file():
        return error
    place.mkdir(parents=True, exist_ok=True)
    executed.replace(place / "report.ipynb")
    (place / "error.txt").write_text(f"{error}\n", "utf-8")
    return f"{error}\n  as far as it came: {one.job.project.name(place)}/report.ipynb"


def exchange(new: Path, old: Path) -> None:
    """Put a folder in place of another, in one step where the system can; the other one is then gone."""
    if not old.exists():
        new.replace(old)
        return
    names = (_HERE, os.fsencode(new), _HERE, os.fsencode(old))
    try:
        exchanged = CDLL(None).renameat2(*names, _EXCHANGE) == 0
    except (
        AttributeError,
        OSError,
        TypeError,
    ):  # no such function: another system than Linux
        exchanged = False
    if not exchanged:
        aside = old.with_name(f".{old.name}.old")
        old.replace(aside)
        new.replace(old)
        new = aside
    shutil.rmtree(new)
