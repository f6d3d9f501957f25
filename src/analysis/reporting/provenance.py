"""What a report was made from: parameters, and the hashes of the rows it may read, notebook, package and lock."""

import hashlib
from typing import Any

from analysis.cleaning.processed import read_processed, sha256
from analysis.project import Project
from analysis.reporting.catalogue import Job, read_catalogue
from analysis.vocabulary import words_of

_RANKED = "cocaine_output"  # the measure by which claims rank countries


def provenance(job: Job) -> dict[str, Any]:
    """What a report was made from: parameters, neighbours, and the SHA-256 of each input; nothing of the machine or the day."""
    hashes = {"rows": rows_hash(job), "notebook": sha256(job.notebook)}
    hashes |= {"package": package_hash(job.project), "lock": sha256(job.project.lock)}
    notebook = job.project.name(job.notebook)
    made = {"report": job.name, "notebook": notebook, "parameters": job.parameters}
    return {**made, "neighbours": neighbours(job), "sha256": hashes}


def neighbours(job: Job) -> list[str]:
    """The reports before and after it in the catalogue, to which its page leads; "" where there is none."""
    names = ["", *dict.fromkeys([*read_catalogue(job.project), job.name]), ""]
    return [names[names.index(job.name) - 1], names[names.index(job.name) + 1]]


def rows_hash(job: Job) -> str:
    """One SHA-256 over the processed rows that a report may read.

    They are the figures, breaks and claims of the places that its parameters name and of the United States, the output of
    other countries where a rank compares them, the publications of all these, and the names of all measures. A report
    that names neither places nor years reads all. Of a row's line only the order counts: other rows above may come and go.
    """
    names = ("figures.csv", "breaks.csv", "claims.csv", "publications.csv")
    figures, breaks, claims, publications = (read_processed(job.project, name) for name in names)
    named = {word for word in job.parameters.values() if word in words_of("places")}
    places = {"United States", *(named if "start_year" in job.parameters or named else words_of("places"))}
    rows, broken, claimed = (
        table[table["place"].isin(places) | (bool(named) & (table["measure"] == _RANKED))]
        for table in (figures, breaks, claims)
    )
    used = [*rows["publication"], *broken["source"], *claimed["article"]]
    listed = publications[publications["publication"].isin(used)]
    ordered = [table.sort_values(["raw_file", "raw_line"]) for table in (rows, broken, claimed, listed)]
    read = [table.drop(columns="raw_line").to_csv(index=False, lineterminator="\n") for table in ordered]
    return hashlib.sha256("\n".join([*read, *sorted(set(figures["measure"]))]).encode()).hexdigest()


def package_hash(project: Project) -> str:
    """One SHA-256 over every file of the package, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(project.package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{project.name(path)}\0{sha256(path)}\n".encode())
    return digest.hexdigest()
