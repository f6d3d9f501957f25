"""Where the project's folders are. Nothing else in the package knows a path."""

import os
from dataclasses import dataclass
from pathlib import Path

from notebook_runner.errors import InputError

ROOT_VARIABLE = "ANALYSIS_PROJECT"


class _at:  # noqa: N801 (reads as a word in the class below)
    """A place in the project, under its root."""

    def __init__(self, path: str, doc: str) -> None:
        self.path = path
        self.__doc__ = doc

    def __get__(self, project: "Project", _: type) -> Path:
        return project.root / self.path


@dataclass(frozen=True)
class Project:
    """One checkout of the project, by the folder that holds `data`, `notebooks` and `reports`."""

    root: Path

    data = _at("data", "All that the reports may read.")
    raw = _at(
        "data/raw",
        "What was printed; written by people only, or by `add` when they say so.",
    )
    processed = _at(
        "data/processed",
        "What passed the gate; written by `analysis.cleaning.processed` only.",
    )
    notebooks = _at("notebooks", "Source notebooks, without outputs.")
    reports = _at("reports", "Executed reports; written by `notebook_runner.run` only.")
    package = _at("src/analysis", "The code that cleans and reports.")
    runner = _at("src/notebook_runner", "The code that runs notebooks.")
    glossary = _at("docs/glossary.md", "What the words mean.")
    lock = _at(
        "requirements/run.txt",
        "The versions, with hashes, of all that the reports run on.",
    )

    def name(self, path: Path) -> str:
        """The path as messages and outputs print it: relative to the root, with slashes."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.name


@dataclass(frozen=True)
class WorkingCopy(Project):
    """The same checkout, for a notebook of one's own: its page lies beside it."""

    reports: Path


OWN = Project(Path(__file__).resolve().parents[2])  # that this package lies in


def here() -> Project:
    """The checkout that `ANALYSIS_PROJECT` names, or that this package lies in; InputError if it holds no `data/raw`."""
    project = (
        Project(Path(os.environ[ROOT_VARIABLE]))
        if os.environ.get(ROOT_VARIABLE)
        else OWN
    )
    if not project.raw.is_dir():
        raise InputError(
            [
                f"{project.root}: no data/raw here; set {ROOT_VARIABLE} to a checkout of the project"
            ]
        )
    return project
