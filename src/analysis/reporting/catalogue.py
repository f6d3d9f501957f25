"""The named reports: one file says which notebook each runs, and with which parameters."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import InputError, Problem
from analysis.project import Project
from analysis.reporting.parameters import Value, declared_parameters, effective_parameters, read_texts
from analysis.vocabulary import nearest

_NAME = r"[a-z0-9]+(-[a-z0-9]+)*"


@dataclass(frozen=True)
class Job:
    """One report to run; plain data, so that it can be sent to another process.

    Parameters
    ----------
    name : str
        Its folder under `reports`.
    notebook : Path
        The source notebook.
    parameters : dict
        Every parameter of the notebook with the value used.
    project : Project
        Where it belongs.
    """

    name: str
    notebook: Path
    parameters: dict[str, Value]
    project: Project


def read_catalogue(project: Project) -> dict[str, dict[str, Any]]:
    """The entries of `notebooks/reports.toml` by name.

    Raises
    ------
    InputError
        If the file can't be read, a name is not lower-case words with hyphens, or an entry has other keys
        than `notebook` and `parameters`.
    """
    path = project.notebooks / "reports.toml"
    name = project.name(path)
    try:
        entries = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InputError([Problem(name, 0, "", str(error), "write it as TOML")]) from None
    problems = [
        Problem(
            name,
            0,
            entry,
            str(content),
            "write [name] in lower case with hyphens, notebook = '...', parameters = {...}",
        )
        for entry, content in entries.items()
        if not re.fullmatch(_NAME, entry)
        or not isinstance(content, dict)
        or set(content) != {"notebook", "parameters"}
        or Path(content["notebook"]).name != content["notebook"]
    ]
    if problems:
        raise InputError(problems)
    return entries


def jobs(project: Project, names: Sequence[str] = (), overrides: Mapping[str, str] | None = None) -> list[Job]:
    """The reports to run, with all their parameters checked.

    Parameters
    ----------
    names : sequence of str
        Names in the catalogue; all of them if empty.
    overrides : dict of str
        Texts by parameter, put in place of what the catalogue says.

    Raises
    ------
    InputError
        For unknown names, and for every parameter that is wrong in any of the reports.
    """
    entries = read_catalogue(project)
    unknown = [name for name in names if name not in entries]
    if unknown:
        raise InputError(
            [Problem("report", 0, "", name, f"is no report; {nearest(name, list(entries))}") for name in unknown]
        )
    made, problems = [], []
    for name in dict.fromkeys(names or entries):
        try:
            made.append(_job(project, name, entries[name], overrides or {}))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    return made


def _job(project: Project, name: str, entry: dict[str, Any], overrides: Mapping[str, str]) -> Job:
    from analysis.reporting.scope import check_scope

    notebook = project.notebooks / entry["notebook"]
    declared = declared_parameters(notebook)
    given = {**entry["parameters"], **read_texts(declared, overrides)}
    parameters = effective_parameters(declared, given)
    check_scope(**parameters)
    return Job(name, notebook, parameters, project)
