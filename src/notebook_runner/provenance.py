"""What a report was made from: parameters, what it read, and the hashes of its inputs.

While its notebook runs, the project's readers note what is asked of them. The questions
are kept with the hash of each answer, and the report is stale when one has another now.

It is asked of every report before any is run, so nothing here imports pandas.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from notebook_runner.catalogue import Job, read_catalogue
from notebook_runner.files import sha256
from notebook_runner.project import Project
from notebook_runner.source import source_hashed

RECORD = "provenance.json"


class Shared(NamedTuple):
    """What all reports are made from; asked for once where many are looked at."""

    package: str  # SHA-256
    lock: str
    names: list[str]  # of the catalogue, in order


def shared(project: Project) -> Shared:
    """What all reports of a project are made from now."""
    return Shared(
        package_hash(project), sha256(project.lock), list(read_catalogue(project))
    )


def provenance(
    job: Job, by: Shared | None = None, questions: Iterable[str] | None = None
) -> dict[str, Any]:  # fmt: skip
    """What a report is made from now; nothing of the machine or the day.

    Its parameters, its neighbours, the answers to its `questions` (those of its last
    run by default), and the SHA-256 of each input; `rows` is that of all answers.
    """
    by = by or shared(job.project)
    asked = answers_in(_written(job)) if questions is None else questions
    read = job.hooks.answers(job.project, asked)
    hashes = {
        "rows": hashlib.sha256(json.dumps(read).encode()).hexdigest(),
        "notebook": notebook_hash(job.notebook),
        "package": by.package,
        "lock": by.lock,
    }
    made = {
        "report": job.name,
        "notebook": job.project.name(job.notebook),
        "parameters": job.parameters,
        "neighbours": neighbours(job.name, by.names),
    }
    return {**made, "read": read, "sha256": hashes}


def _written(job: Job) -> Any:
    """The record of a report's last run; None if there is none that can be read."""
    try:
        return json.loads((job.project.reports / job.name / RECORD).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def answers_in(record: Any) -> dict[str, Any]:
    """The hashes of answers that a record keeps, by question; none if it has none."""
    read = record.get("read") if isinstance(record, dict) else None
    return read if isinstance(read, dict) else {}


def sealed(record: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """`provenance.json`: what a report was made from, and the SHA-256 of each of its other files."""
    outputs = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in sorted(files.items())
    }
    return (
        json.dumps({**record, "outputs": outputs}, indent=2, ensure_ascii=False) + "\n"
    ).encode()


def differences(job: Job, by: Shared | None = None) -> str:
    """Why a report is not what a run would make now, in words: it was never run, or what differs; "" if it is the same."""
    folder = job.project.reports / job.name
    there = [
        path for path in folder.rglob("*") if path.is_file() and path.name != RECORD
    ]
    names = {path.relative_to(folder).as_posix() for path in there}
    return stale_reason(folder / RECORD, provenance(job, by), names, job.hooks.in_words)


def stale_reason(
    record: Path, now: dict[str, Any], there: set[str],
    in_words: Callable[[str], str] = str,
) -> str:  # fmt: skip
    """Why the files beside a record are not what would be made `now`, in words.

    "" if they are. `there` are their names; `in_words` names a question.
    """
    try:
        was = json.loads(record.read_text("utf-8"))
        outputs = was.pop("outputs")
        inputs = was.pop("sha256")
    except (FileNotFoundError, NotADirectoryError):
        return "never run"
    except (ValueError, KeyError, AttributeError):
        return f"changed: {record.name}"
    found = others({**was, "sha256": inputs}, now, in_words)
    found += sorted(there ^ {*outputs})
    found += [
        name
        for name in sorted(there & {*outputs})
        if sha256(record.parent / name) != outputs[name]
    ]
    return f"changed: {', '.join(found)}" if found else ""


def others(
    was: dict[str, Any], now: dict[str, Any], in_words: Callable[[str], str] = str
) -> list[str]:  # fmt: skip
    """By what two provenances differ: other answers, other inputs, then what else.

    A name may be both an input's and an entry's.
    """
    read = _unlike(answers_in(was), answers_in(now))
    inputs = _unlike(was["sha256"], now["sha256"])
    if read:  # say more than the hash of all answers
        inputs = [name for name in inputs if name != "rows"]
    rest = [name for name in _unlike(was, now) if name not in ("read", "sha256")]
    return [*map(in_words, read), *inputs, *rest]


def _unlike(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [name for name in {**old, **new} if old.get(name) != new.get(name)]


def outdated(jobs: list[Job]) -> list[Job]:
    """Those of the jobs that were never run, or whose inputs or files are others now."""
    by = shared(jobs[0].project) if jobs else None
    return [job for job in jobs if differences(job, by)]


def notebook_hash(path: Path) -> str:
    """The SHA-256 of what counts of a source notebook; what an editor rewrites does not."""
    return hashlib.sha256(source_hashed(path).encode()).hexdigest()


def neighbours(name: str, names: Sequence[str]) -> list[str]:
    """The reports before and after it in the catalogue, to which its page leads; "" where there is none."""
    ordered = ["", *dict.fromkeys([*names, name]), ""]
    return [ordered[ordered.index(name) - 1], ordered[ordered.index(name) + 1]]


def package_hash(project: Project) -> str:
    """One SHA-256 over every file of the code that makes reports, by name and content.

    That is the package that the notebooks import, and the runner's.
    """
    digest = hashlib.sha256()
    for folder, folders, files in chain.from_iterable(
        map(os.walk, (project.package, project.runner))
    ):
        folders[:] = sorted({*folders} - {"__pycache__"})
        for path in (Path(folder, name) for name in sorted(files)):
            name = path.relative_to(project.root).as_posix()
            digest.update(f"{name}\0{sha256(path)}\n".encode())
    return digest.hexdigest()
