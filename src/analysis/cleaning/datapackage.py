"""What `data/processed` says of itself: `datapackage.json`."""

import hashlib
import json
from typing import Any

from analysis.schema import LISTED, TABLES, fields
from notebook_runner.files import sha256
from notebook_runner.project import Project

# The code that decides what is processed.
_CLEANING = (
    "reading/*.*",
    "cleaning/*.*",
    "vintages/precedence.py",
    "vocabulary.*",
    "columns.toml",
    "schema.py",
)


def is_current(project: Project) -> bool:
    """Whether `data/processed` was made from the raw files and the cleaning that are there now."""
    try:
        package = (project.processed / "datapackage.json").read_text("utf-8")
        return package == datapackage(
            project, {name: (project.processed / name).read_bytes() for name in TABLES}
        )
    except (OSError, ValueError):
        return False


def sources(project: Project) -> dict[str, str]:
    """The SHA-256 of each raw file and of each file of cleaning code, by name."""
    code = (path for pattern in _CLEANING for path in project.package.glob(pattern))
    paths = [*sorted(project.raw.glob("*.csv")), *sorted(code)]
    return {project.name(path): sha256(path) for path in paths if path.is_file()}


def datapackage(project: Project, contents: dict[str, bytes]) -> str:
    """What describes `data/processed`: the tables' columns and hashes, and the hashes of raw files and cleaning code."""
    made_from = [
        {"title": name, "path": name, "hash": f"sha256:{by}"}
        for name, by in sources(project).items()
    ]
    resources = [_resource(name, contents[name]) for name in TABLES]
    package = {**LISTED["package"], "sources": made_from, "resources": resources}
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _resource(name: str, content: bytes) -> dict[str, Any]:
    key = "figure" if name == "series.csv" else TABLES[name][0]
    return {
        "name": name.removesuffix(".csv"),
        "path": name,
        "description": LISTED["descriptions"][name],
        **LISTED["form"],
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {"fields": fields(name), "missingValues": [""], "primaryKey": key},
    }
