"""Reports between two states of the project: some of data, parameters and code are new, the rest is old."""

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from analysis.cleaning.processed import is_current, sha256
from analysis.errors import InputError
from analysis.project import ROOT_VARIABLE, Project
from analysis.reporting import evaluate
from analysis.reporting.catalogue import Job
from analysis.reporting.execute import fixed_environment
from analysis.reporting.numbers import MIME
from analysis.reporting.provenance import package_hash, provenance
from analysis.reporting.variants import NEW_YEAR, REVISED, RawStates

PARAMETER, CODE = "a parameter", "the code"
Taken = frozenset[str]  # the factors that are new
Combination = tuple[str, Taken]  # of which report


class Shown(NamedTuple):
    """A number as a report shows it."""

    value: float
    unit: str
    text: str


Answer = dict[str, Shown] | str  # the numbers by id, or why the combination can't be run


class Report(NamedTuple):
    """A report as it lies in its folder."""

    project: Project
    record: dict[str, Any]  # its provenance
    numbers: dict[str, Shown]  # by id
    rows: dict[str, list[str]]  # figures behind each number

    @property
    def notebook(self) -> Path:
        """Where its notebook lies."""
        return self.project.root / str(self.record["notebook"])

    @property
    def current(self) -> bool:
        """Whether it was made from the data, package and notebook that lie beside it."""
        job = Job(self.record["report"], self.notebook, self.record["parameters"], self.project)
        try:
            return is_current(self.project) and self.record == provenance(job)
        # Older commits may have tables of another form, or a lock elsewhere.
        except (InputError, OSError, ValueError, KeyError):
            return False


def read_reports(project: Project) -> dict[str, Report]:
    """All reports of a project, by name."""
    found = {}
    for path in sorted(project.reports.glob("[!.]*/provenance.json")):
        with path.with_name("numbers.csv").open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
        numbers = {line["id"]: Shown(float(line["value"]), line["unit"], line["text"]) for line in lines}
        rows = {line["id"]: line["rows"].split() for line in lines}
        found[path.parent.name] = Report(project, json.loads(path.read_text("utf-8")), numbers, rows)
    return found


@dataclass(frozen=True)
class Combinations:
    """Two states of the project, and the means to run what lies between them."""

    old: dict[str, Report]
    new: dict[str, Report]
    states: RawStates
    scratch: Path  # an empty folder

    def factors(self, name: str) -> list[str]:
        """What differs for a report: figures, years, parameters, code."""
        both = self.old[name], self.new[name]
        parameters, given = (report.record["parameters"] for report in both)
        code, now = ((package_hash(report.project), sha256(report.notebook)) for report in both)
        differ = ((PARAMETER, parameters != given), (CODE, code != now))
        return [*self.states.factors, *(factor for factor, there in differ if there)]

    def subsets(self, name: str, factors: list[str]) -> list[Taken]:
        """Some of the factors, neither none nor all: these are in the reports, but none is run if a report was stale."""
        sizes = range(1 if self.old[name].current else 0, len(factors))
        return [frozenset(taken) for size in sizes for taken in combinations(factors, size)]

    def run(self, asked: list[Combination]) -> dict[Combination, Answer]:
        """The answer to each combination; those of one code and one state of the data share a process."""
        groups = defaultdict(list)
        for name, taken in asked:
            groups[CODE in taken, taken & {REVISED, NEW_YEAR}].append((name, taken))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return {key: answer for found in pool.map(self._run_group, groups.values()) for key, answer in found}

    def _run_group(self, group: list[Combination]) -> list[tuple[Combination, Answer]]:
        folder = Path(tempfile.mkdtemp(dir=self.scratch))
        jobs = [self._job(*combination, folder / f"{place}.json") for place, combination in enumerate(group)]
        name, taken = group[0]
        try:
            variant = self.states.write(taken, folder)
            said = self._evaluate((self.new if CODE in taken else self.old)[name].project, variant, jobs)
        except InputError as error:
            said = str(error)
        return [(key, _answer(Path(job["answer"]), said)) for key, job in zip(group, jobs, strict=True)]

    def _job(self, name: str, taken: Taken, answer: Path) -> dict[str, Any]:
        code, given = ((self.new if factor in taken else self.old)[name] for factor in (CODE, PARAMETER))
        return {"notebook": str(code.notebook), "parameters": given.record["parameters"], "answer": str(answer)}

    def _evaluate(self, code: Project, variant: Project, jobs: list[dict[str, Any]]) -> str:
        """Answer the jobs with one project's code and another's raw data; the last line on stderr."""
        request = variant.root / "request.json"
        request.write_text(json.dumps({"mime": MIME, "jobs": jobs}), "utf-8")
        places = {"PYTHONPATH": str(code.package.parent), ROOT_VARIABLE: str(variant.root)}
        ran = subprocess.run(
            [sys.executable, "-P", evaluate.__file__, str(request)],
            cwd=variant.root, env=fixed_environment(self.states.new) | places, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return (ran.stderr.strip().splitlines() or [f"ended with exit code {ran.returncode}"])[-1]


def _answer(path: Path, said: str) -> Answer:
    answer = json.loads(path.read_text("utf-8")) if path.is_file() else said
    if isinstance(answer, str):
        return answer
    return {id: Shown(float(f"{value:.12g}"), unit, text) for id, (value, unit, text) in answer.items()}
