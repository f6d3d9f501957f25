"""What a report was made from: parameters, and the hashes of the rows it may read, notebook, package and lock.

It is asked of every report before any is run, so nothing here imports pandas.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
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


def provenance(job: Job, by: Shared | None = None) -> dict[str, Any]:
    """What a report was made from: parameters, neighbours, and the SHA-256 of each input; nothing of the machine or the day."""
    by = by or shared(job.project)
    hashes = {
        "rows": job.hooks.hash_rows(job),
        "notebook": notebook_hash(job.notebook),
        "package": by.package,
        "lock": by.lock,
    }
    made = {
        "report": job.name,
        "notebook": job.project.name(job.notebook),
        "parameters": job.parameters,
    }
    return {**made, "neighbours": neighbours(job.name, by.names), "sha256": hashes}


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
    return stale_reason(
        folder / RECORD,
        provenance(job, by),
        {path.relative_to(folder).as_posix() for path in there},
    )


def stale_reason(record: Path, now: dict[str, Any], there: set[str]) -> str:
    """Why the files beside a record are not what would be made `now`, in words; `there` are their names. "" if they are."""
    try:
        was = json.loads(record.read_text("utf-8"))
        outputs, inputs = was.pop("outputs"), was.pop("sha256")
    except (FileNotFoundError, NotADirectoryError):
        return "never run"
    except (ValueError, KeyError, AttributeError):
        return f"changed: {record.name}"
    found = [*others({**was, "sha256": inputs}, now), *sorted(there ^ {*outputs})]
    found += [
        name
        for name in sorted(there & {*outputs})
        if sha256(record.parent / name) != outputs[name]
    ]
    return f"changed: {', '.join(found)}" if found else ""


def others(was: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """By what two provenances differ: inputs with other hashes, then what else is not the same (a name may be both)."""
    inputs = _unlike(was["sha256"], now["sha256"])
    return inputs + [name for name in _unlike(was, now) if name != "sha256"]


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
    """One SHA-256 over every file of the package that the notebooks import, by name and content."""
    return code_hash(project.package)


def code_hash(package: Path) -> str:
    """One SHA-256 over every file below a folder of code, by name and content."""
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(package):
        folders[:] = sorted({*folders} - {"__pycache__"})
        for path in (Path(folder, name) for name in sorted(files)):
            digest.update(
                f"{path.relative_to(package).as_posix()}\0{sha256(path)}\n".encode()
            )
    return digest.hexdigest()


def runner_hash() -> str:
    """The same of this package: it is in no report's provenance, but other processes must run the same code."""
    return code_hash(Path(__file__).parent)
