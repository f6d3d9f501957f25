"""The doorkeeper of `data/processed`: writes it whole or not at all, and reads it back."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.cleaning.claims import clean_claims
from analysis.cleaning.columns import DESCRIPTIONS, TABLES, fields, names
from analysis.cleaning.figures import clean_breaks, clean_figures
from analysis.cleaning.gate import check_gate
from analysis.cleaning.raw import read_raw
from analysis.errors import InputError
from analysis.project import Project
from analysis.vintages.releases import KEY, check_agreement, newest_release

# The code that decides what is processed.
_CLEANING = ("reading/*.*", "cleaning/*.*", "vintages/releases.py", "vocabulary.*")


def build_processed(project: Project) -> pd.DataFrame:
    """Clean the raw figures into `data/processed` and return them; InputError, and nothing written, if any is wrong."""
    raw = read_raw(project)
    figures, publications = clean_figures(raw)
    check_gate(figures)
    check_agreement(figures)
    order = [*KEY, "release_date", "release", "publication"]
    figures = figures.sort_values(order, kind="stable").reset_index(drop=True)
    tables = {
        "figures.csv": figures,
        "series.csv": newest_release(figures),
        "breaks.csv": clean_breaks(raw),
        "claims.csv": clean_claims(raw, publications),
        "publications.csv": publications.reset_index().sort_values("publication"),
    }
    contents = {name: _csv(table[names(name)]) for name, table in tables.items()}
    package = _datapackage(project, {name: text.encode() for name, text in contents.items()})
    write_whole(project.processed, {**contents, "datapackage.json": package})
    return figures


def _csv(table: pd.DataFrame) -> str:
    yes_no = {str(name): table[name].map({True: "true", False: "false"}) for name in table.select_dtypes("bool")}
    return str(table.assign(**yes_no).to_csv(index=False, lineterminator="\n", float_format=_plain))


def _plain(number: Any) -> str:
    return f"{number:.12g}" if abs(number) < 1e12 else f"{number:.0f}"


def write_whole(folder: Path, contents: Mapping[str, str | bytes]) -> None:
    """Write files by name so that each is the old one or the new one, never a part; folders are made, texts are UTF-8."""
    paths = {(path := folder / name): path.with_name(f".{path.name}.new") for name in contents}
    for (path, new), content in zip(paths.items(), contents.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(content if isinstance(content, bytes) else content.encode())
    for path, new in paths.items():
        new.replace(path)


def read_processed(project: Project, name: str) -> pd.DataFrame:
    """A table by its file name; missing text is "", missing numbers (float64) NaN. InputError if it is not there."""
    path = project.processed / name
    if not path.is_file():
        raise InputError([f"{project.name(path)}: no such file; run: python -m analysis clean"])
    types = {"number": "float64", "integer": "int64", "boolean": "bool"}
    columns = {field["name"]: types.get(field["type"], "object") for field in fields(name)}
    numbers = {column: [""] for column, kind in columns.items() if kind == "float64"}
    return pd.read_csv(path, dtype=columns, keep_default_na=False, na_values=numbers)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_current(project: Project) -> bool:
    """Whether `data/processed` was made from the raw files and the cleaning that are there now."""
    try:
        package = (project.processed / "datapackage.json").read_text("utf-8")
        return package == _datapackage(project, {name: (project.processed / name).read_bytes() for name in TABLES})
    except (OSError, ValueError):
        return False


def _datapackage(project: Project, contents: dict[str, bytes]) -> str:
    code = (path for pattern in _CLEANING for path in project.package.glob(pattern))
    sources = {project.name(path): sha256(path) for path in [*sorted(project.raw.glob("*.csv")), *sorted(code)]}
    package = {
        "name": "coca-trends",
        "title": "Coca area, potential cocaine output and US overdose deaths, as publications printed them",
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "sources": [{"title": name, "path": name, "hash": f"sha256:{digest}"} for name, digest in sources.items()],
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
