"""What `data/processed` says of itself, `datapackage.json`, and the data dictionary that is made from it."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from analysis.schema import LISTED, TABLES, fields
from analysis.vocabulary import measures, vocabulary
from notebook_runner.files import sha256
from notebook_runner.project import Project

# The code that decides what is processed.
_CLEANING = ("reading/*.*", "cleaning/*.*", "vintages/precedence.py", "vocabulary.*", "columns.toml", "schema.py")
_HEAD = """# Data dictionary

Made by `python -m analysis dictionary` from `data/processed/datapackage.json` and `src/analysis/vocabulary.toml`; don't
edit it here. Missing text and missing numbers are empty cells.
"""


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
    made_from = [{"title": name, "path": name, "hash": f"sha256:{by}"} for name, by in sources(project).items()]
    resources = [_resource(name, contents[name]) for name in TABLES]
    package = {**LISTED["package"], "sources": made_from, "resources": resources}
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _resource(name: str, content: bytes) -> dict[str, Any]:
    key = "figure" if name == "series.csv" else TABLES[name][0]
    return {
        "name": name.removesuffix(".csv"), "path": name, "description": LISTED["descriptions"][name], **LISTED["form"],
        "bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {"fields": fields(name), "missingValues": [""], "primaryKey": key},
    }  # fmt: skip


def data_dictionary(project: Project) -> str:
    """Every column of every processed table, and every registered word, as Markdown."""
    package = json.loads((project.processed / "datapackage.json").read_text("utf-8"))
    parts = [_HEAD]
    for table in package["resources"]:
        columns = [(f"`{field['name']}`", field["type"], field["description"]) for field in table["schema"]["fields"]]
        parts.append(_section(f"`{table['path']}`: {table['description']}", ("Column", "Type", "Meaning"), columns))
    words = [(f"`{measure.name}`", measure.unit, measure.meaning) for measure in measures().values()]
    agencies = [(f"`{name}`", agency["label"], agency["meaning"]) for name, agency in vocabulary()["agencies"].items()]
    statuses = [(f"`{name}`", meaning) for name, meaning in vocabulary()["statuses"].items()]
    parts.append(_section("Measures", ("Measure", "Unit", "Meaning"), words))
    parts.append(_section("Agencies", ("Agency", "Name", "Meaning"), agencies))
    return "\n".join([*parts, _section("Statuses", ("Status", "Meaning"), statuses)])


def _section(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---" for _ in headings], *rows]
    return f"## {title}\n\n" + "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"
