"""The named reports: one file says which notebook each runs, and with which parameters."""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from notebook_runner.errors import InputError, Problem, Problems, nearest
from notebook_runner.parameters import (
    Value,
    declared_parameters,
    effective_parameters,
    read_texts,
)
from notebook_runner.project import Project, WorkingCopy

Given = TypeVar("Given")
Made = TypeVar("Made")
# A name is a folder: Windows has devices of these names in every one, and `articles` is for the pages of `extract`.
_NAME = r"(?!(con|prn|aux|nul|com\d|lpt\d|articles)$)[a-z0-9]+(-[a-z0-9]+)*"


# Questions are texts that only the project understands: round a run their list grows.
Record = Callable[[Project], AbstractContextManager[Callable[[], list[str]]]]
# The SHA-256 of the answer to each question as the data are now, by question, in order.
Answers = Callable[[Project, Iterable[str]], dict[str, str]]
Publish = Callable[[Any, Mapping[str, Any]], dict[str, bytes]]


class Hooks(NamedTuple):
    """What the runner must know of the project whose notebooks it runs; functions of modules, which other processes import."""

    check: Callable[
        [Mapping[str, Value]], None
    ]  # raises InputError for parameters that the data do not know
    record: Record  # what is asked of the data while a notebook runs
    answers: Answers
    in_words: Callable[[str], str]  # a question, as a message names it
    publish: Publish  # the files of a report beside its notebook, of the settled notebook and its provenance
    preload: tuple[str, ...] = ()  # modules that its notebooks import


@dataclass(frozen=True)
class Job:
    """One report to run; plain data, so that it can be sent to another process."""

    name: str  # its folder under `reports`
    notebook: Path
    parameters: dict[str, Value]  # every parameter of the notebook with the value used
    project: Project
    hooks: Hooks
    strict: bool = False  # refused for anything on stderr, an address, a file it saves


def read_catalogue(project: Project) -> dict[str, dict[str, Any]]:
    """The entries of `notebooks/reports.toml` by name, grids as an entry for each combination of their values.

    Raises InputError if it can't be read, or could lead outside the project.
    """
    path = project.notebooks / "reports.toml"
    try:
        written = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            [
                Problem(
                    project.name(path), 0, "", str(error), "write it as TOML in UTF-8"
                )
            ]
        ) from None
    remedy = "write [name] in lower case with hyphens, notebook = '...', parameters = {...}, strict = true"
    wrong = Problems()
    entries: dict[str, dict[str, Any]] = {}
    for name, entry in (
        (name, entry) for whole in written.items() for name, entry in _expanded(*whole)
    ):
        if not (_sound(entry) and re.fullmatch(_NAME, name)):
            wrong.add(project.name(path), 0, name, str(entry), remedy)
        elif name in entries:
            wrong.add(
                project.name(path),
                0,
                name,
                str(entry),
                "two reports have this name; name it by all of its grid",
            )
        entries[name] = entry
    wrong.raise_any()
    return entries


def _sound(entry: Any) -> bool:
    match entry:
        case {"notebook": str(notebook), **more}:
            strict = more.pop("strict", False)
            given = more.pop("parameters", {})
            sound = isinstance(strict, bool) and isinstance(given, dict)
            return sound and not more and Path(notebook).name == notebook
    return False


def _expanded(name: str, entry: Any) -> Iterator[tuple[str, Any]]:
    """The reports of one entry: itself, or one for each combination of the values of its `grid`."""
    grid = entry.get("grid") if isinstance(entry, dict) else None
    if not isinstance(grid, dict) or not all(
        isinstance(values, list) for values in grid.values()
    ):
        yield name, entry
        return
    for values in product(*grid.values()):
        chosen = dict(zip(grid, values, strict=True))
        words = {
            key: re.sub("[^a-z0-9]+", "-", str(value).lower()).strip("-")
            for key, value in chosen.items()
        }
        named = re.sub(r"\{(\w+)\}", lambda match: words.get(match[1], match[0]), name)  # noqa: B023 (called at once)
        rest = {key: value for key, value in entry.items() if key != "grid"}
        given = rest.get("parameters", {})
        yield (
            named,
            rest
            | {"parameters": {**given, **chosen} if isinstance(given, dict) else given},
        )


def jobs(
    project: Project,
    hooks: Hooks,
    names: Sequence[str] = (),
    overrides: Mapping[str, str] | None = None,
) -> list[Job]:
    """The reports of these names (or all) with the texts of `overrides`, held against what their notebooks declare.

    Raises InputError with all that is wrong in any of them. What the data say of the parameters, `checked` asks.
    """
    entries = read_catalogue(project)
    unknown = Problems()
    for name in (name for name in names if name not in entries):
        unknown.add(
            "report", 0, "", name, f"is no report; {nearest(name, list(entries))}"
        )
    unknown.raise_any()
    found = {name: entries[name] for name in names or entries}
    return _all_of(
        found.items(), lambda item: _job(project, hooks, *item, overrides or {})
    )


def checked(jobs: Sequence[Job]) -> list[Job]:
    """The same jobs; InputError with every parameter that is unknown to the data, or without figures."""
    _all_of(jobs, lambda job: job.hooks.check(job.parameters))
    return list(jobs)


def _all_of(given: Iterable[Given], make: Callable[[Given], Made]) -> list[Made]:
    """What is made of each; InputError with the problems of all."""
    made = []
    problems = []
    for one in given:
        try:
            made.append(make(one))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    return made


def _job(
    project: Project,
    hooks: Hooks,
    name: str,
    entry: dict[str, Any],
    overrides: Mapping[str, str],
) -> Job:
    notebook = project.notebooks / entry["notebook"]
    declared = declared_parameters(notebook)
    parameters = effective_parameters(
        declared, {**entry.get("parameters", {}), **read_texts(declared, overrides)}
    )
    strict = entry.get("strict", False)
    return Job(name, notebook, parameters, project, hooks, strict)


def job_of_file(
    project: Project, hooks: Hooks, notebook: Path, overrides: Mapping[str, str]
) -> Job:
    """
    The report of a notebook that the catalogue does not name, by its path.

    Its page goes to a folder `reports` beside the notebook. Raises InputError as `jobs` does.
    """
    own = WorkingCopy(project.root, notebook.resolve().parent / "reports")
    name = re.sub("[^a-z0-9]+", "-", notebook.stem.lower()).strip("-") or "notebook"
    entry = {"notebook": notebook.resolve()}
    return _job(own, hooks, name, entry, overrides)
