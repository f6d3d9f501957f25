"""What a report was made from: parameters, and the hashes of the rows it may read, notebook, package and lock.

It is asked of every report before any is run, so nothing here imports pandas.
"""

import csv
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from analysis.cleaning.package import TABLES
from analysis.files import sha256
from analysis.project import Project
from analysis.reporting.catalogue import Job, read_catalogue

RECORD, OVERVIEW_RECORD = "provenance.json", "made_from.json"
PAGES = ("index.html", "figures.html", "glossary.html")  # over all reports
_RANKED = "cocaine_output"  # the measure by which claims rank countries
# The tables of rows that have a place, and the column of each that names a publication.
_SOURCES = {"figures.csv": "publication", "breaks.csv": "source", "claims.csv": "article"}


class Shared(NamedTuple):
    """What all reports are made from; asked for once where many are looked at."""

    package: str  # SHA-256
    lock: str
    names: list[str]  # of the catalogue, in order


def shared(project: Project) -> Shared:
    """What all reports of a project are made from now."""
    return Shared(package_hash(project), sha256(project.lock), list(read_catalogue(project)))


def provenance(job: Job, by: Shared | None = None) -> dict[str, Any]:
    """What a report was made from: parameters, neighbours, and the SHA-256 of each input; nothing of the machine or the day."""
    by = by or shared(job.project)
    hashes = {"rows": rows_hash(job), "notebook": sha256(job.notebook), "package": by.package, "lock": by.lock}
    made = {"report": job.name, "notebook": job.project.name(job.notebook), "parameters": job.parameters}
    return {**made, "neighbours": neighbours(job.name, by.names), "sha256": hashes}


def sealed(record: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """`provenance.json`: what a report was made from, and the SHA-256 of each of its other files."""
    outputs = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    return (json.dumps({**record, "outputs": outputs}, indent=2, ensure_ascii=False) + "\n").encode()


def differences(job: Job, by: Shared | None = None) -> str:
    """Why a report is not what a run would make now, in words: it was never run, or what differs; "" if it is the same."""
    folder = job.project.reports / job.name
    there = [path for path in folder.rglob("*") if path.is_file() and path.name != RECORD]
    return _differing(folder / RECORD, provenance(job, by), {path.relative_to(folder).as_posix() for path in there})


def _differing(record: Path, now: dict[str, Any], there: set[str]) -> str:
    try:
        was = json.loads(record.read_text("utf-8"))
        outputs, inputs = was.pop("outputs"), was.pop("sha256")
    except (FileNotFoundError, NotADirectoryError):
        return "never run"
    except (ValueError, KeyError, AttributeError):
        return f"changed: {record.name}"
    found = [*others({**was, "sha256": inputs}, now), *sorted(there ^ {*outputs})]
    found += [name for name in sorted(there & {*outputs}) if sha256(record.parent / name) != outputs[name]]
    return f"changed: {', '.join(found)}" if found else ""


def others(was: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """By what two provenances differ: inputs with other hashes, then what else is not the same (a name may be both)."""
    inputs = _unlike(was["sha256"], now["sha256"])
    return inputs + [name for name in _unlike(was, now) if name != "sha256"]


def _unlike(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [name for name in {**old, **new} if old.get(name) != new.get(name)]


def overview_differences(project: Project) -> str:
    """Why the pages over all reports are not what they would be made now, in words; "" if they are the same."""
    there = {name for name in PAGES if (project.reports / name).is_file()}
    return _differing(project.reports / OVERVIEW_RECORD, overview_provenance(project), there)


def overview_provenance(project: Project) -> dict[str, Any]:
    """What the pages over all reports are made from: the SHA-256 of each input."""
    reports = hashlib.sha256()
    for path in sorted(project.reports.glob(f"[!.]*/{RECORD}")):
        reports.update(f"{path.parent.name}\0{sha256(path)}\n".encode())
    files = {"data": project.processed / "datapackage.json", "glossary": project.glossary}
    files |= {"catalogue": project.notebooks / "reports.toml", "reviews": project.reports / "reviews.toml"}
    hashes = {name: sha256(path) for name, path in files.items() if path.is_file()}
    return {"sha256": {"reports": reports.hexdigest(), "package": package_hash(project), **hashes}}


def outdated(jobs: list[Job]) -> list[Job]:
    """Those of the jobs that were never run, or whose inputs or files are others now."""
    by = shared(jobs[0].project) if jobs else None
    return [job for job in jobs if differences(job, by)]


def neighbours(name: str, names: Sequence[str]) -> list[str]:
    """The reports before and after it in the catalogue, to which its page leads; "" where there is none."""
    ordered = ["", *dict.fromkeys([*names, name]), ""]
    return [ordered[ordered.index(name) - 1], ordered[ordered.index(name) + 1]]


def rows_hash(job: Job) -> str:
    """One SHA-256 over the processed rows that a report may read.

    They are the figures, breaks and claims of the places that its parameters name and of the United States, the output of
    other countries where a rank compares them, the publications of all these, and the names of all measures. A report
    that names neither places nor years reads all. Of a row's line only the order counts: other rows above may come and go.
    """
    stamp = (job.project.processed / "datapackage.json").stat().st_mtime_ns
    every = {place for table in _SOURCES for place, _ in _groups(job.project, table, stamp)}
    named = every.intersection(map(str, job.parameters.values()))
    places = {"United States", *(named if "start_year" in job.parameters or named else every)}
    digest, used = hashlib.sha256(), set()
    for table in _SOURCES:
        for (place, measure), (sources, hashed) in _groups(job.project, table, stamp).items():
            if place in places or (named and measure == _RANKED):
                digest.update(hashed)
                used |= sources
    for (name, _), (_, hashed) in _groups(job.project, "publications.csv", stamp).items():
        digest.update(hashed if name in used else b"")
    measures = {measure for _, measure in _groups(job.project, "figures.csv", stamp)}
    digest.update("\n".join(sorted(measures)).encode())
    return digest.hexdigest()


@lru_cache(maxsize=8)
def _groups(project: Project, name: str, _: int) -> dict[tuple[str, str], tuple[set[str], bytes]]:
    """The publications and the hash of the rows of each place and measure, of `publications.csv` of each publication."""
    columns = TABLES[name]
    first, second = ("place", "measure") if name in _SOURCES else ("publication", "publication")
    at = [columns.index(column) for column in (first, second, _SOURCES.get(name, first))]
    file, line = columns.index("raw_file"), columns.index("raw_line")
    with (project.processed / name).open(encoding="utf-8", newline="") as table:
        rows = sorted([*csv.reader(table)][1:], key=lambda row: (row[file], int(row[line])))
    groups: dict[tuple[str, str], tuple[set[str], Any]] = {}
    for row in rows:
        one, other, source = (row[place] for place in at)
        sources, digest = groups.setdefault((one, other), (set(), hashlib.sha256(f"{one}\0{other}\0".encode())))
        sources.add(source)
        # Of the line only the order counts.
        digest.update("\0".join([*row[:line], *row[line + 1 :], "\n"]).encode())
    return {key: (sources, digest.digest()) for key, (sources, digest) in sorted(groups.items())}


def package_hash(project: Project) -> str:
    """One SHA-256 over every file of the package, by name and content."""
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(project.package):
        folders[:] = sorted({*folders} - {"__pycache__"})
        for path in (Path(folder, name) for name in sorted(files)):
            digest.update(f"{path.relative_to(project.package).as_posix()}\0{sha256(path)}\n".encode())
    return digest.hexdigest()
