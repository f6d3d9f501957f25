"""Reports as they lie in a folder or in a commit, by the names of today."""

import csv
import json
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from analysis.precision import recorded
from analysis.review.renamed import (
    rename_columns,
    todays_id,
    todays_parameters,
    todays_report,
)
from notebook_runner.errors import InputError, Problem
from notebook_runner.files import cell_text, sha256
from notebook_runner.project import Project
from notebook_runner.provenance import answers_in


@dataclass(frozen=True)
class Shown:
    """A number as a report shows it."""

    value: float
    unit: str
    text: str
    rows: tuple[str, ...] = field(default=(), compare=False)  # the figures behind it


Numbers = dict[str, Shown]  # of a report, by id


class Report(NamedTuple):
    """A report as it lies in its folder."""

    parameters: dict[str, Any]
    hashes: dict[str, str]  # of what it was made from, as its provenance says
    questions: tuple[str, ...]  # that it asked of the data
    numbers: Numbers
    intact: bool  # whether numbers.csv is as the run left it


def export(project: Project, rev: str, folder: Path) -> str:
    """
    Put a commit into a folder, its raw columns named as today; its short hash.

    Raises InputError if there is no such commit.
    """
    archive = folder.with_suffix(".zip")
    asked = ("--verify", "--short", "--end-of-options", f"{rev}^{{commit}}")
    try:
        commit = _git(project, "rev-parse", *asked)
        _git(project, "archive", f"--output={archive}", commit)
    except (OSError, subprocess.CalledProcessError):
        remedy = "is no commit here; give one that git log shows"
        raise InputError([Problem("--from", 0, "", rev, remedy)]) from None
    shutil.unpack_archive(archive, folder)
    rename_columns(Project(folder))
    return commit


def _git(project: Project, *words: str) -> str:
    ran = subprocess.run(
        ["git", *words], cwd=project.root, capture_output=True, check=True, text=True
    )
    return ran.stdout.strip()


def read_reports(project: Project) -> dict[str, Report]:
    """All reports of a project, by the names of today; InputError if one is of another form than today's."""
    folders = [
        path.parent for path in sorted(project.reports.glob("[!.]*/provenance.json"))
    ]
    try:
        return {todays_report(folder.name): read_report(folder) for folder in folders}
    except (LookupError, TypeError, ValueError, OSError) as error:
        raise InputError([f"reports: {type(error).__name__}: {error}"]) from None


def read_report(folder: Path) -> Report:
    """The report in a folder; LookupError, TypeError, ValueError or OSError if it is of another form."""
    record = json.loads((folder / "provenance.json").read_text("utf-8"))
    numbers = folder / "numbers.csv"
    digest = sha256(numbers)
    intact = (
        record.get("outputs", {}).get(numbers.name, digest) == digest
    )  # older records name no outputs
    return Report(
        todays_parameters(record["parameters"]),
        record["sha256"],
        tuple(answers_in(record)),
        read_numbers(numbers),
        intact,
    )


def read_numbers(path: Path) -> Numbers:
    """The numbers of a `numbers.csv`."""
    with path.open(encoding="utf-8", newline="") as file:
        return {todays_id(line["id"]): _shown(**line) for line in csv.DictReader(file)}


def _shown(id: str, value: str, unit: str, text: str, rows: str) -> Shown:  # noqa: ARG001 (a column of the file)
    return Shown(recorded(float(value)), unit, cell_text(text), tuple(rows.split()))
