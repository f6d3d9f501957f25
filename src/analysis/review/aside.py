"""Reports run beside the project, which stays as it is: to compare, not to keep."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from analysis.cleaning.processed import build_processed
from notebook_runner.batch import LIMIT
from notebook_runner.catalogue import Job
from notebook_runner.pool import run_each
from notebook_runner.project import Project

_CODE = ("src", "notebooks", "requirements", ".cache/matplotlib")


def project_beside(project: Project, raw: Path, folder: Path) -> Project:
    """
    A project in a new folder: today's code, and the raw files of `raw`, cleaned.

    Raises InputError if a raw row can't be read.
    """
    beside = Project(folder)
    ignore = shutil.ignore_patterns("__pycache__")
    for name in _CODE:
        if (project.root / name).is_dir():
            shutil.copytree(project.root / name, folder / name, ignore=ignore)
    shutil.copytree(raw, beside.raw)
    build_processed(beside)
    return beside


def run_aside(jobs: Sequence[Job], folder: Path) -> dict[str, Path | str]:
    """Run reports into a new folder; of each the folder with its files, or why it failed."""
    workers = os.cpu_count() or 1
    finished = run_each(jobs, folder, workers, LIMIT, lambda _: LIMIT)
    return {run.job.name: error or run.folder / "report" for run, error in finished}
