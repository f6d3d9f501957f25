"""What a report was made from: parameters, and the hashes of the rows it may read, notebook, package and lock."""

import hashlib
from typing import Any

from analysis.cleaning.processed import read_processed, sha256
from analysis.project import Project
from analysis.reporting.catalogue import Job
from analysis.vocabulary import words_of


def provenance(job: Job) -> dict[str, Any]:
    """What a report was made from: parameters, and the SHA-256 of each input; nothing of the machine or the day."""
    hashes = {"rows": rows_hash(job), "notebook": sha256(job.notebook)}
    hashes |= {"package": package_hash(job.project), "lock": sha256(job.project.lock)}
    notebook = job.project.name(job.notebook)
    return {"report": job.name, "notebook": notebook, "parameters": job.parameters, "sha256": hashes}


def rows_hash(job: Job) -> str:
    """One SHA-256 over the processed rows that a report may read.

    They are the figures and breaks of the places that its parameters name and of the United States, the publications
    of both, and the names of all measures. Of a row's line only the order counts: other rows above may come and go.
    """
    names = ("figures.csv", "breaks.csv", "publications.csv")
    figures, breaks, publications = (read_processed(job.project, name) for name in names)
    places = {"United States", *(word for word in job.parameters.values() if word in words_of("places"))}
    rows, broken = (table[table["place"].isin(places)] for table in (figures, breaks))
    listed = publications[publications["publication"].isin([*rows["publication"], *broken["source"]])]
    ordered = [table.sort_values(["raw_file", "raw_line"]) for table in (rows, broken, listed)]
    read = [table.drop(columns="raw_line").to_csv(index=False, lineterminator="\n") for table in ordered]
    return hashlib.sha256("\n".join([*read, *sorted(set(figures["measure"]))]).encode()).hexdigest()


def package_hash(project: Project) -> str:
    """One SHA-256 over every file of the package, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(project.package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{project.name(path)}\0{sha256(path)}\n".encode())
    return digest.hexdigest()
