"""Between two states of the project: reports where some of data, parameters and code are new, the rest old."""

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analysis.cleaning.figures import clean_figures
from analysis.cleaning.raw import read_raw
from analysis.display.numbers import MIME
from analysis.editing.raw_edits import append_rows, drop_rows
from analysis.editing.release_diff import NEW_YEAR, REVISED, RawRow, compare
from analysis.precision import recorded
from analysis.review import evaluate
from notebook_runner.environment import fixed_environment
from notebook_runner.errors import InputError, Problem
from notebook_runner.files import cell_text, sha256
from notebook_runner.project import ROOT_VARIABLE, Project
from notebook_runner.provenance import package_hash

PARAMETER, CODE = "a parameter", "the code"
Taken = frozenset[str]  # the factors that are new


class Shown(NamedTuple):
    """A number as a report shows it."""

    value: float
    unit: str
    text: str


Answer = dict[str, Shown] | str  # the numbers by id, or why the combination can't be run


class Report(NamedTuple):
    """A report as it lies in its folder."""

    notebook: Path
    code: tuple[str, str]  # hashes of the package and the notebook beside it
    record: dict[str, Any]  # its provenance
    numbers: dict[str, Shown]  # by id
    rows: dict[str, list[str]]  # figures behind each number


def read_reports(project: Project) -> dict[str, Report]:
    """All reports of a project, by name."""
    found, package = {}, package_hash(project)
    for path in sorted(project.reports.glob("[!.]*/provenance.json")):
        record = json.loads(path.read_text("utf-8"))
        notebook = project.root / record["notebook"]
        lines = [*csv.DictReader(path.with_name("numbers.csv").read_text("utf-8").splitlines())]
        numbers = {
            line["id"]: Shown(recorded(float(line["value"])), line["unit"], cell_text(line["text"])) for line in lines
        }
        rows = {line["id"]: line["rows"].split() for line in lines}
        # A report that is left of a notebook that is not there any more can't be run.
        if notebook.is_file():
            found[path.parent.name] = Report(notebook, (package, sha256(notebook)), record, numbers, rows)
    return found


def export(project: Project, rev: str, folder: Path) -> str:
    """Put the project of a commit into a folder and return the commit's short hash; InputError if there is none."""
    archive = folder.with_suffix(".zip")
    try:
        commit = _git(project, "rev-parse", "--verify", "--short", "--end-of-options", f"{rev}^{{commit}}")
        _git(project, "archive", f"--output={archive}", commit)
    except (OSError, subprocess.CalledProcessError):
        raise InputError([Problem("--from", 0, "", rev, "is no commit here; give one that git log shows")]) from None
    shutil.unpack_archive(archive, folder)
    return commit


def _git(project: Project, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=project.root, capture_output=True, check=True, text=True).stdout.strip()


class RawStates:
    """The raw files of two states, and those in between: with the revised figures only, or the new years only."""

    def __init__(self, old: Project, new: Project, scratch: Path) -> None:
        self.projects, self._scratch = (old, new), scratch
        self.rows: dict[str, RawRow] = {}  # those that differ, by figure
        # The raw rows that come with the new years: to add to the old, and to take from the new.
        self._of_years: tuple[list[pd.DataFrame], ...] = ([], [])
        # Data that this code can't read are taken as one: all that differs in them is a revision.
        with suppress(InputError):
            before, after = read_raw(old), read_raw(new)
            figures = clean_figures(after)[0]
            self.rows = compare(clean_figures(before)[0], figures)
            of_year = figures["figure"].isin({id for id, row in self.rows.items() if row.kind == NEW_YEAR})
            years, rest = figures[of_year], figures[~of_year]
            rows = after.figures.merge(years[["raw_file", "raw_line"]])
            notes = after.corrections[after.corrections["row"].isin(years["figure"])]
            # A publication comes with the first of its figures, since it may set the date of its release.
            ids = {*years["publication"]} - {*before.publications["id"]}
            came = after.publications[after.publications["id"].isin(ids)]
            self._of_years = [rows, notes, came], [rows, notes, came[~came["id"].isin(rest["publication"])]]

    @property
    def factors(self) -> list[str]:
        """Which of revised figures and new years there are."""
        revised = _lines(self.write({REVISED})) != _lines(self.projects[0])
        new_years = any(row.kind == NEW_YEAR for row in self.rows.values())
        return [factor for factor, there in ((REVISED, revised), (NEW_YEAR, new_years)) if there]

    def write(self, taken: Set[str]) -> Project:
        """A project of its own whose raw files have the changes taken in."""
        project = Project(Path(tempfile.mkdtemp(dir=self._scratch)))
        shutil.copytree(self.projects[REVISED in taken].raw, project.raw)
        edit, tables = (append_rows, drop_rows)[REVISED in taken], self._of_years[REVISED in taken]
        for table in tables if len(taken & {REVISED, NEW_YEAR}) == 1 else ():
            for name, rows in table.groupby("raw_file"):
                path = project.root / str(name)
                path.write_bytes(edit(path, rows).encode())
        return project


def _lines(project: Project) -> list[bytes]:
    return sorted(line for path in project.raw.glob("*.csv") for line in path.read_bytes().splitlines()[1:])


@dataclass(frozen=True)
class Combinations:
    """Two states of the project, and the means to run what lies between them."""

    reports: tuple[dict[str, Report], dict[str, Report]]  # old and new, by name: those in both whose numbers moved
    states: RawStates

    @cached_property
    def factors(self) -> list[str]:
        """What differs: figures, years, parameters, code."""
        pairs = list(zip(*(reports.values() for reports in self.reports), strict=True))
        parameters = any(old.record["parameters"] != new.record["parameters"] for old, new in pairs)
        differ = ((PARAMETER, parameters), (CODE, any(old.code != new.code for old, new in pairs)))
        return [*self.states.factors, *(factor for factor, there in differ if there)] if pairs else []

    def run(self) -> dict[Taken, dict[str, Answer]]:
        """The answers of all reports with each selection of the factors new but all, each in a process of its own."""
        subsets = [frozenset(some) for size in range(len(self.factors)) for some in combinations(self.factors, size)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return dict(zip(subsets, pool.map(self._run, subsets), strict=True))

    def _run(self, taken: Taken) -> dict[str, Answer]:
        code, given = (self.reports[factor in taken] for factor in (CODE, PARAMETER))
        jobs = [(str(report.notebook), given[name].record["parameters"], MIME) for name, report in code.items()]
        root, package = self.states.write(taken).root, self.states.projects[CODE in taken].package
        places = {"PYTHONPATH": str(package.parent), ROOT_VARIABLE: str(root)}
        ran = subprocess.run(
            [sys.executable, "-P", evaluate.__file__, json.dumps(jobs)], cwd=root, capture_output=True, text=True,
            env=fixed_environment(self.states.projects[1]) | places, check=False,
        )  # fmt: skip
        said = (ran.stderr.strip().splitlines() or [f"ended with exit code {ran.returncode}"])[-1]
        answers = [said] * len(code) if ran.returncode else json.loads(ran.stdout.splitlines()[-1])
        return {name: _answer(answer) for name, answer in zip(code, answers, strict=True)}


def _answer(answer: Any) -> Answer:
    if isinstance(answer, str):
        return answer
    return {id: Shown(recorded(value), unit, cell_text(text)) for id, (value, unit, text) in answer.items()}
