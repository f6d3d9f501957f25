"""The doorkeeper of `data/processed`: writes it whole or not at all, and reads it back."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.cleaning.claims import clean_claims
from analysis.cleaning.columns import TABLES, Column, names
from analysis.cleaning.figures import clean_breaks, clean_figures
from analysis.cleaning.gate import check_gate
from analysis.cleaning.raw import read_raw
from analysis.errors import InputError
from analysis.project import Project
from analysis.vintages.releases import KEY, check_agreement, newest_release

_DESCRIPTIONS = {
    "figures.csv": "every printed figure, cleaned: every vintage",
    "breaks.csv": "known breaks of method, over which no growth is taken",
    "claims.csv": "what articles claim, to be held against the figures",
    "publications.csv": "every publication, with the date of its release",
    "series.csv": "for each maker, measure, place, period and status the figure of the newest release",
}
# The code that decides what is processed.
_CLEANING = ("reading/*.*", "cleaning/*.*", "vintages/releases.py", "vocabulary.*")
_TYPES = {"number": "float64", "integer": "int64", "boolean": "bool"}


def build_processed(project: Project) -> pd.DataFrame:
    """Clean the raw figures into `data/processed` and return them; InputError, and nothing written, if any is wrong."""
    raw = read_raw(project)
    figures, publications = clean_figures(raw)
    check_gate(figures)
    check_agreement(figures)
    order = [*KEY, "release_date", "release", "publication"]
    figures = figures.sort_values(order, kind="stable").reset_index(drop=True)
    contents = {
        "figures.csv": _csv(figures[names("figures.csv")]),
        "series.csv": _csv(newest_release(figures)[names("series.csv")]),
        "breaks.csv": _csv(clean_breaks(raw)[names("breaks.csv")]),
        "claims.csv": _csv(clean_claims(raw, publications)[names("claims.csv")]),
        "publications.csv": _csv(publications.reset_index().sort_values("publication")[names("publications.csv")]),
    }
    contents["datapackage.json"] = _datapackage(project, contents)
    write_whole(project.processed, contents)
    return figures


def _csv(table: pd.DataFrame) -> str:
    text = table.copy()
    for column in text.columns:
        if text[column].dtype == "float64":
            text[column] = [_plain(number) for number in text[column]]
        elif text[column].dtype == "bool":
            text[column] = text[column].map({True: "true", False: "false"})
    return str(text.to_csv(index=False, lineterminator="\n"))


def _plain(number: float) -> str:
    return "" if pd.isna(number) else f"{number:.12g}" if abs(number) < 1e12 else f"{number:.0f}"


def write_whole(folder: Path, contents: dict[str, str]) -> None:
    """Write texts by file name so that each file is the old one or the new one, never a part; the folder is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in contents.items():
        (folder / f".{name}.new").write_text(text, encoding="utf-8", newline="\n")
    for name in contents:
        (folder / f".{name}.new").replace(folder / name)


def read_processed(project: Project, name: str) -> pd.DataFrame:
    """A table by its file name; missing text is "", missing numbers (float64) NaN. InputError if it is not there."""
    path = project.processed / name
    if not path.is_file():
        raise InputError([f"{project.name(path)}: no such file; run: python -m analysis clean"])
    types = {column.name: _TYPES.get(column.type, "object") for column in TABLES[name]}
    numbers = {column.name: [""] for column in TABLES[name] if column.type == "number"}
    return pd.read_csv(path, dtype=types, keep_default_na=False, na_values=numbers)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def raw_hashes(project: Project) -> dict[str, str]:
    """SHA-256 of every raw file, by its name in the project."""
    return {project.name(path): sha256(path) for path in sorted(project.raw.iterdir()) if path.suffix == ".csv"}


def cleaning_hashes(project: Project) -> dict[str, str]:
    """SHA-256 of every file of code that decides what is processed."""
    files = (path for pattern in _CLEANING for path in project.package.glob(pattern))
    return {project.name(path): sha256(path) for path in sorted(files)}


def is_current(project: Project) -> bool:
    """Whether `data/processed` was made from the raw files and the cleaning that are there now."""
    try:
        package = json.loads((project.processed / "datapackage.json").read_text("utf-8"))
        written = all(
            sha256(project.processed / entry["path"]) == entry["hash"].removeprefix("sha256:")
            for entry in package["resources"]
        )
        made_from = {source["path"]: source["hash"].removeprefix("sha256:") for source in package["sources"]}
    except (OSError, ValueError, KeyError):
        return False
    return written and made_from == {**raw_hashes(project), **cleaning_hashes(project)}


def _datapackage(project: Project, contents: dict[str, str]) -> str:
    hashes = {**raw_hashes(project), **cleaning_hashes(project)}
    package = {
        "name": "coca-trends",
        "title": "Coca area, potential cocaine output and US overdose deaths, as publications printed them",
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "sources": [{"title": name, "path": name, "hash": f"sha256:{digest}"} for name, digest in hashes.items()],
        "resources": [_resource(name, columns, contents[name].encode()) for name, columns in TABLES.items()],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _resource(name: str, columns: tuple[Column, ...], content: bytes) -> dict[str, Any]:
    key = "figure" if name == "series.csv" else columns[0].name
    return {
        "name": name.removesuffix(".csv"),
        "path": name,
        "description": _DESCRIPTIONS[name],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {"fields": [_field(column) for column in columns], "missingValues": [""], "primaryKey": key},
    }


def _field(column: Column) -> dict[str, str]:
    field = {"name": column.name, "type": column.type, "description": column.meaning}
    return field | ({"unit": column.unit} if column.unit else {})
