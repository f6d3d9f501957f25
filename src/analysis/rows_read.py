"""Which processed rows a report may read, as one hash: it is stale when that changes. Imports no pandas."""

import csv
import hashlib
from functools import lru_cache
from typing import Any

from analysis.schema import TABLES
from notebook_runner.catalogue import Job
from notebook_runner.project import Project

_RANKED = "cocaine_output"  # the measure by which claims rank countries
# The tables of rows that have a place, and the column of each that names a publication.
_SOURCES = {
    "figures.csv": "publication",
    "breaks.csv": "source",
    "claims.csv": "article",
}


def rows_hash(job: Job) -> str:
    """One SHA-256 over the processed rows that a report may read.

    They are the figures, breaks and claims of the places that its parameters name and of the United States, the output of
    other countries where a rank compares them, the publications of all these, and the names of all measures. A report
    that names neither places nor years reads all. Of a row's line only the order counts: other rows above may come and go.
    """
    stamp = (job.project.processed / "datapackage.json").stat().st_mtime_ns
    every = {
        place for table in _SOURCES for place, _ in _groups(job.project, table, stamp)
    }
    named = every.intersection(map(str, job.parameters.values()))
    places = {
        "United States",
        *(named if "start_year" in job.parameters or named else every),
    }
    digest, used = hashlib.sha256(), set()
    for table in _SOURCES:
        for (place, measure), (sources, hashed) in _groups(
            job.project, table, stamp
        ).items():
            if place in places or (named and measure == _RANKED):
                digest.update(hashed)
                used |= sources
    for (name, _), (_, hashed) in _groups(
        job.project, "publications.csv", stamp
    ).items():
        digest.update(hashed if name in used else b"")
    measures = {measure for _, measure in _groups(job.project, "figures.csv", stamp)}
    digest.update("\n".join(sorted(measures)).encode())
    return digest.hexdigest()


@lru_cache(maxsize=8)
def _groups(
    project: Project, name: str, _: int
) -> dict[tuple[str, str], tuple[set[str], bytes]]:
    """The publications and the hash of the rows of each place and measure, of `publications.csv` of each publication."""
    columns = TABLES[name]
    first, second = (
        ("place", "measure") if name in _SOURCES else ("publication", "publication")
    )
    at = [
        columns.index(column) for column in (first, second, _SOURCES.get(name, first))
    ]
    file, line = columns.index("raw_file"), columns.index("raw_line")
    with (project.processed / name).open(encoding="utf-8", newline="") as table:
        rows = sorted(
            [*csv.reader(table)][1:], key=lambda row: (row[file], int(row[line]))
        )
    groups: dict[tuple[str, str], tuple[set[str], Any]] = {}
    for row in rows:
        one, other, source = (row[place] for place in at)
        sources, digest = groups.setdefault(
            (one, other), (set(), hashlib.sha256(f"{one}\0{other}\0".encode()))
        )
        sources.add(source)
        # Of the line only the order counts.
        digest.update("\0".join([*row[:line], *row[line + 1 :], "\n"]).encode())
    return {
        key: (sources, digest.digest())
        for key, (sources, digest) in sorted(groups.items())
    }
