"""What `data/processed` says of itself, `datapackage.json`: so one sees without cleaning whether it is current."""

import hashlib
import json
from typing import Any

from analysis.cleaning.columns import DESCRIPTIONS, TABLES, fields, names
from analysis.files import sha256
from analysis.project import Project

# The code that decides what is processed.
_CLEANING = ("reading/*.*", "cleaning/*.*", "vintages/releases.py", "vocabulary.*")


def is_current(project: Project) -> bool:
    """Whether `data/processed` was made from the raw files and the cleaning that are there now."""
    try:
        package = (project.processed / "datapackage.json").read_text("utf-8")
        return package == datapackage(project, {name: (project.processed / name).read_bytes() for name in TABLES})
    except (OSError, ValueError):
        return False


def sources(project: Project) -> dict[str, str]:
    """The SHA-256 of each raw file and of each file of cleaning code, by name."""
    code = (path for pattern in _CLEANING for path in project.package.glob(pattern))
    paths = [*sorted(project.raw.glob("*.csv")), *sorted(code)]
    return {project.name(path): sha256(path) for path in paths if path.is_file()}


def datapackage(project: Project, contents: dict[str, bytes]) -> str:
    """What describes `data/processed`: the tables' columns and hashes, and the hashes of raw files and cleaning code."""
    package = {
        "name": "coca-trends",
        "title": "Coca area, potential cocaine output and US overdose deaths, as publications printed them",
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "sources": [
            {"title": name, "path": name, "hash": f"sha256:{digest}"} for name, digest in sources(project).items()
        ],
        "resources": [_resource(name, contents[name]) for name in TABLES],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _resource(name: str, content: bytes) -> dict[str, Any]:
    key = "figure" if name == "series.csv" else names(name)[0]
    return {
        "name": name.removesuffix(".csv"),
        "path": name,
        "description": DESCRIPTIONS[name],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {"fields": fields(name), "missingValues": [""], "primaryKey": key},
    }
