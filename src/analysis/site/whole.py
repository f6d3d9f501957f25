"""The pages over all reports: whether they are what would be made now, and making them."""

import hashlib
from typing import Any

from notebook_runner.files import sha256, write_whole
from notebook_runner.project import Project
from notebook_runner.provenance import RECORD, package_hash, sealed, stale_reason

OVERVIEW_RECORD = "made_from.json"
PAGES = ("index.html", "figures.html", "glossary.html")


def overview_differences(project: Project) -> str:
    """Why the pages over all reports are not what they would be made now, in words; "" if they are the same."""
    there = {name for name in PAGES if (project.reports / name).is_file()}
    return stale_reason(
        project.reports / OVERVIEW_RECORD, overview_provenance(project), there
    )


def overview_provenance(project: Project) -> dict[str, Any]:
    """What the pages over all reports are made from: the SHA-256 of each input."""
    reports = hashlib.sha256()
    for path in sorted(project.reports.glob(f"[!.]*/{RECORD}")):
        reports.update(f"{path.parent.name}\0{sha256(path)}\n".encode())
    files = {
        "data": project.processed / "datapackage.json",
        "glossary": project.glossary,
    }
    files |= {
        "catalogue": project.notebooks / "reports.toml",
        "reviews": project.reports / "reviews.toml",
    }
    hashes = {name: sha256(path) for name, path in files.items() if path.is_file()}
    return {
        "sha256": {
            "reports": reports.hexdigest(),
            "package": package_hash(project),
            **hashes,
        }
    }


def write_overview(project: Project) -> None:
    """Make the pages over all reports: index, all figures, glossary."""
    from analysis.site.overview import pages_of_all

    pages = {name: text.encode() for name, text in pages_of_all(project).items()}
    write_whole(
        project.reports,
        {**pages, OVERVIEW_RECORD: sealed(overview_provenance(project), pages)},
    )
