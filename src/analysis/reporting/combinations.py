"""Reports between two states of the project: some of data, parameters and code are new, the rest is old."""

import csv
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from analysis.cleaning.processed import sha256
from analysis.project import ROOT_VARIABLE, Project
from analysis.reporting import evaluate
from analysis.reporting.execute import fixed_environment
from analysis.reporting.numbers import MIME
from analysis.reporting.provenance import package_hash
from analysis.reporting.variants import RawStates

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
        numbers = {line["id"]: Shown(float(line["value"]), line["unit"], line["text"]) for line in lines}
        rows = {line["id"]: line["rows"].split() for line in lines}
        # A report that is left of a notebook that is not there any more can't be run.
        if notebook.is_file():
            found[path.parent.name] = Report(notebook, (package, sha256(notebook)), record, numbers, rows)
    return found


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
    return {id: Shown(float(f"{value:.12g}"), unit, text) for id, (value, unit, text) in answer.items()}
