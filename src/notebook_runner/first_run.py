"""The first run on a machine: every report is run, and held byte for byte against what is committed.

Which reports have run here is noted outside git, in `.cache`: a fresh clone has run none.
"""

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence

from notebook_runner.catalogue import Job
from notebook_runner.files import sha256, write_whole
from notebook_runner.project import Project
from notebook_runner.provenance import RECORD, Shared, differences

_FOLDER = ".cache"
_NOTE = "reports_run_here.json"
_SECONDS = 6  # of one processor, for a report
_MINUTE = 60


def not_yet_run(project: Project, jobs: Sequence[Job]) -> list[Job]:
    """The jobs whose reports are there, and have never run on this machine."""
    known = _noted(project)
    there = [job for job in jobs if (project.reports / job.name / RECORD).is_file()]
    return [job for job in there if job.name not in known]


def note(project: Project, names: Iterable[str]) -> None:
    """Note that these reports have run on this machine."""
    names = sorted({*_noted(project), *names})
    write_whole(project.root / _FOLDER, {_NOTE: json.dumps(names, indent=1) + "\n"})


def _noted(project: Project) -> set[str]:
    try:
        names = json.loads((project.root / _FOLDER / _NOTE).read_text("utf-8"))
    except (OSError, ValueError):
        return set()
    return {str(name) for name in names} if isinstance(names, list) else set()


def announcement(count: int, workers: int | None) -> str:
    """What a first run says before it begins, with how long it will take.

    >>> announcement(12, 2)
    'First run on this machine: 12 reports to run and compare with what is committed, in about 1 minute.'
    """
    minutes = math.ceil(count * _SECONDS / (workers or os.cpu_count() or 1) / _MINUTE)
    reports = f"{count} report{'s' if count > 1 else ''}"
    time = f"{minutes} minute{'s' if minutes > 1 else ''}"
    return f"First run on this machine: {reports} to run and compare with what is committed, in about {time}."


class Committed:
    """The reports as they lie there before a first run."""

    def __init__(self, jobs: Sequence[Job], by: Shared) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._stale = {name: differences(job, by) for name, job in self._jobs.items()}
        self._files = {name: _hashes(job) for name, job in self._jobs.items()}

    def compared(self, ran: Iterable[str]) -> str:
        """How many of the reports that ran came out the same; of each other one which files did not, and why."""
        names = [name for name in ran if name in self._jobs]
        changed = {
            name: _changed(self._files[name], _hashes(self._jobs[name]))
            for name in names
        }
        differing = {name: files for name, files in changed.items() if files}
        same = len(names) - len(differing)
        lines = [f"{same} of {len(names)} reports came out as committed, byte for byte"]
        lines += [
            f"{name}: {', '.join(files)} came out differently; {self._why(name)}"
            for name, files in differing.items()
        ]
        return "\n  ".join(lines)

    def _why(self, name: str) -> str:
        if self._stale[name]:
            return f"what it is made from has {self._stale[name]}"
        return f"it is made from the same; see: python -m analysis verify {name} --against HEAD"


def _hashes(job: Job) -> dict[str, str]:
    folder = job.project.reports / job.name
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path) for path in files}


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return [name for name in {**before, **now} if before.get(name) != now.get(name)]
