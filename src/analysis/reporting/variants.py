"""Two states of the data: which raw rows differ and how, and the states in between."""

import shutil
import subprocess
import tempfile
from collections.abc import Set
from contextlib import suppress
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analysis.cleaning.amending import appended, without
from analysis.cleaning.figures import clean_figures
from analysis.cleaning.preview import within_rounding
from analysis.cleaning.raw import read_raw
from analysis.errors import InputError, Problem
from analysis.project import Project
from analysis.tables import records
from analysis.vintages.releases import KEY, newest_release

REVISED, NEW_YEAR = "a revised figure", "a new year"
ROUNDING, REMOVED, SOURCE = "within rounding", "removed", "another source or date"
_key = attrgetter(*KEY)
_UNSEEN = ("figure", "raw_file", "raw_line", "locator", "note")  # what may differ in a row that still says the same


class RawRow(NamedTuple):
    """A raw row that was added, changed or removed."""

    kind: str  # one of the words above
    place: str  # file and line; those of old for a removed row
    old: str  # as printed: by this row before, else by the newest release before; empty where there was none
    new: str

    def __str__(self) -> str:
        return f"{self.place}: {self.old or 'not there'} → {self.new or 'not there'}, {self.kind}"


def export(project: Project, rev: str, folder: Path) -> str:
    """Put the project of a commit into a folder and return the commit's short hash; InputError if there is none."""
    archive = folder.with_suffix(".zip")
    try:
        commit = _git(project, "rev-parse", "--verify", "--short", "--end-of-options", f"{rev}^{{commit}}")
        _git(project, "archive", f"--output={archive}", commit)
    except (OSError, subprocess.CalledProcessError):
        raise InputError([Problem("--from", 0, "", rev, "is no commit here; give one that git log shows")]) from None
    shutil.unpack_archive(archive, folder)
    return commit


def _git(project: Project, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=project.root, capture_output=True, check=True, text=True).stdout.strip()


def compare(old: pd.DataFrame, new: pd.DataFrame) -> dict[str, RawRow]:
    """The figures (as `clean_figures` gives them) that differ between two states, by id."""
    own, known = {row.figure: row for row in records(old)}, {_key(row): row for row in records(old)}
    known |= {_key(row): row for row in records(newest_release(old))}
    rows = {}
    for row in records(new):
        before = own.pop(row.figure, None) or known.get(_key(row))
        if before is None or _said(before) != _said(row):
            rows[row.figure] = _raw_row(before, row)
    return rows | {figure: _raw_row(row, None) for figure, row in own.items()}


def _raw_row(old: Any, new: Any) -> RawRow:
    at = new or old
    printed = [f"{row.printed} {row.unit_printed}" if row else "" for row in (old, new)]
    return RawRow(_kind(old, new), f"{at.raw_file}:{at.raw_line}", *printed)


def _kind(old: Any, new: Any) -> str:
    if not (old and new):
        return NEW_YEAR if new else REMOVED
    if old.set_aside != new.set_aside or not within_rounding(old, new):
        return REVISED
    return SOURCE if (old.printed, old.unit_printed) == (new.printed, new.unit_printed) else ROUNDING


def _said(row: Any) -> dict[str, str]:
    return {name: str(cell) for name, cell in row._asdict().items() if name not in _UNSEEN}


class RawStates:
    """The raw files of two states, and those in between: with the revised figures only, or the new years only."""

    def __init__(self, old: Project, new: Project, scratch: Path) -> None:
        self.projects, self._scratch = (old, new), scratch
        self.rows: dict[str, RawRow] = {}  # those that differ, by figure
        self._with_years: list[pd.DataFrame] = []  # the raw rows that come with the new years
        self._only_with_years: list[pd.DataFrame] = []  # and those of them that nothing else needs
        # Data that this code can't read are taken as one: all that differs in them is a revision.
        with suppress(InputError):
            before, after = read_raw(old), read_raw(new)
            figures = clean_figures(after)[0]
            self.rows = compare(clean_figures(before)[0], figures)
            of_year = figures["figure"].isin({id for id, row in self.rows.items() if row.kind == NEW_YEAR})
            years, rest = figures[of_year], figures[~of_year]
            rows = after.figures.merge(years[["raw_file", "raw_line"]])
            notes = after.corrections[after.corrections["row"].isin(years["figure"])]
            # A publication comes with the first of its figures, since it may set the date of its release.
            ids = {*years["publication"]} - {*before.publications["id"]}
            came = after.publications[after.publications["id"].isin(ids)]
            self._with_years = [rows, notes, came]
            self._only_with_years = [rows, notes, came[~came["id"].isin(rest["publication"])]]

    @property
    def factors(self) -> list[str]:
        """Which of revised figures and new years there are."""
        revised = _lines(self.write({REVISED})) != _lines(self.projects[0])
        new_years = any(row.kind == NEW_YEAR for row in self.rows.values())
        return [factor for factor, there in ((REVISED, revised), (NEW_YEAR, new_years)) if there]

    def write(self, taken: Set[str]) -> Project:
        """A project of its own whose raw files have the changes taken in."""
        project = Project(Path(tempfile.mkdtemp(dir=self._scratch)))
        shutil.copytree(self.projects[REVISED in taken].raw, project.raw)
        edit, tables = (without, self._only_with_years) if REVISED in taken else (appended, self._with_years)
        for table in tables if len(taken & {REVISED, NEW_YEAR}) == 1 else ():
            for name, rows in table.groupby("raw_file"):
                path = project.root / str(name)
                path.write_bytes(edit(path, rows).encode())
        return project


def _lines(project: Project) -> list[bytes]:
    return sorted(line for path in project.raw.glob("*.csv") for line in path.read_bytes().splitlines()[1:])
