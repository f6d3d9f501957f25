"""The named reports: one file says which notebook each runs, and with which parameters."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import InputError, Problem, Problems
from analysis.project import Project
from analysis.reporting.parameters import Value, declared_parameters, effective_parameters, read_texts
from analysis.vocabulary import nearest

_NAME = r"[a-z0-9]+(-[a-z0-9]+)*"


@dataclass(frozen=True)
class Job:
    """One report to run; plain data, so that it can be sent to another process."""

    name: str  # its folder under `reports`
    notebook: Path
    parameters: dict[str, Value]  # every parameter of the notebook with the value used
    project: Project


def read_catalogue(project: Project) -> dict[str, dict[str, Any]]:
    """The entries of `notebooks/reports.toml` by name; InputError if it can't be read or could lead outside the project."""
    path = project.notebooks / "reports.toml"
    try:
        entries = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InputError([Problem(project.name(path), 0, "", str(error), "write it as TOML")]) from None
    remedy, wrong = "write [name] in lower case with hyphens, notebook = '...', parameters = {...}", Problems()
    for name, entry in entries.items():
        whole = isinstance(entry, dict) and set(entry) == {"notebook", "parameters"}
        if not (whole and re.fullmatch(_NAME, name) and Path(entry["notebook"]).name == entry["notebook"]):
            wrong.add(project.name(path), 0, name, str(entry), remedy)
    wrong.raise_any()
    return entries


def jobs(project: Project, names: Sequence[str] = (), overrides: Mapping[str, str] | None = None) -> list[Job]:
    """The reports of these names (or all) with the texts of `overrides`; InputError with all that is wrong in any of them."""
    entries, unknown = read_catalogue(project), Problems()
    for name in (name for name in names if name not in entries):
        unknown.add("report", 0, "", name, f"is no report; {nearest(name, list(entries))}")
    unknown.raise_any()
    made, problems = [], []
    for name in dict.fromkeys(names or entries):
        try:
            made.append(_job(project, name, entries[name], overrides or {}))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    return made


def _job(project: Project, name: str, entry: dict[str, Any], overrides: Mapping[str, str]) -> Job:
    from analysis.reporting.checks import check_parameters

    notebook = project.notebooks / entry["notebook"]
    declared = declared_parameters(notebook)
    parameters = effective_parameters(declared, {**entry["parameters"], **read_texts(declared, overrides)})
    check_parameters(parameters)
    return Job(name, notebook, parameters, project)
