"""Two states of the data: which raw rows differ and how, and the states in between."""

import io
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.cleaning.figures import clean_figures
from analysis.cleaning.raw import read_raw
from analysis.errors import InputError, Problem
from analysis.project import Project
from analysis.tables import records
from analysis.vintages.releases import KEY, newest_release

REVISED, NEW_YEAR = "a revised figure", "a new year"
ROUNDING, REMOVED, SOURCE = "within rounding", "removed", "another source or date"
_key = attrgetter(*KEY)
_UNSEEN = ("figure", "raw_file", "raw_line", "locator", "note")  # what may differ in a row that still says the same


@dataclass(frozen=True)
class RawRow:
    """A raw row that was added, changed or removed."""

    kind: str  # one of the words above
    place: str  # file and line; those of old for a removed row
    old: str  # as printed: by this row before, else by the newest release before; empty where there was none
    new: str

    def __str__(self) -> str:
        return f"{self.place}: {self.old or 'not there'} → {self.new or 'not there'}, {self.kind}"


def export(project: Project, rev: str, folder: Path) -> str:
    """Put the project of a commit into a folder and return the commit's short hash; InputError if there is none."""
    try:
        commit = _git(project, "rev-parse", "--verify", "--short", "--end-of-options", f"{rev}^{{commit}}")
        content = _git(project, "archive", "--format=zip", commit.decode().strip())
    except (OSError, subprocess.CalledProcessError):
        raise InputError([Problem("--from", 0, "", rev, "is no commit here; give one that git log shows")]) from None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return commit.decode().strip()


def _git(project: Project, *words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=project.root, capture_output=True, check=True).stdout


def compare(old: pd.DataFrame, new: pd.DataFrame) -> dict[str, RawRow]:
    """The figures (as `clean_figures` gives them) that differ between two states, by id."""
    own, known = {row.figure: row for row in records(old)}, {_key(row): row for row in records(old)}
    known |= {_key(row): row for row in records(newest_release(old))}
    rows = {}
    for row in records(new):
        was, before = own.pop(row.figure, None), known.get(_key(row))
        if was is None or _said(was) != _said(row):
            rows[row.figure] = _raw_row(_kind(was, before, row), row, was or before, row)
    return rows | {figure: _raw_row(REMOVED, row, row, None) for figure, row in own.items()}


def _raw_row(kind: str, at: Any, old: Any, new: Any) -> RawRow:
    return RawRow(kind, f"{at.raw_file}:{at.raw_line}", _printed(old), _printed(new))


def _kind(was: Any, before: Any, row: Any) -> str:
    if before is None:
        return NEW_YEAR
    if was and was.set_aside != row.set_aside:
        return REVISED
    if was and _printed(was) == _printed(row):
        return SOURCE
    allowed = ((was or before).rounding_unit + row.rounding_unit) / 2
    return ROUNDING if _gap(was or before, row) <= allowed * (1 + 1e-9) else REVISED


def _gap(old: Any, new: Any) -> float:
    """How far apart two figures are: their values, or their limits where one of them has no value."""
    pairs = [(getattr(old, name), getattr(new, name)) for name in ("value", "low", "high")]
    compared = pairs[:1] if pd.notna(old.value) and pd.notna(new.value) else pairs[1:]
    gaps = [abs(a - b) for a, b in compared if pd.notna(a) or pd.notna(b)]
    return max((float("inf") if pd.isna(gap) else gap for gap in gaps), default=0.0)


def _said(row: Any) -> dict[str, str]:
    return {name: str(cell) for name, cell in row._asdict().items() if name not in _UNSEEN}


def _printed(row: Any) -> str:
    return f"{row.printed} {row.unit_printed}" if row else ""


def _places(*tables: pd.DataFrame) -> set[tuple[str, int]]:
    return {(row.raw_file, row.raw_line) for table in tables for row in records(table)}


class RawStates:
    """The raw files of two states, and those in between: with the revised figures only, or the new years only."""

    def __init__(self, old: Project, new: Project) -> None:
        self.old, self.new = old, new
        self.rows: dict[str, RawRow] = {}  # those that differ, by figure
        self._with_years = self._only_with_years = _places()  # file and line of what comes with the new years
        # Data that this code can't read are taken as one: all that differs in them is a revision.
        with suppress(InputError):
            tables = read_raw(old), read_raw(new)
            (before, had), (after, has) = map(clean_figures, tables)
            self.rows = compare(before, after)
            of_year = after["figure"].isin({id for id, row in self.rows.items() if row.kind == NEW_YEAR})
            years, rest, notes = after[of_year], after[~of_year], tables[1].corrections
            # A publication comes with the first of its figures, since it may set the date of its release.
            came = has[has.index.isin(years["publication"]) & ~has.index.isin(had.index)]
            self._with_years = _places(years, came, notes[notes["row"].isin(years["figure"])])
            self._only_with_years = self._with_years - _places(came[came.index.isin(rest["publication"])])

    @property
    def factors(self) -> list[str]:
        """Which of revised figures and new years there are."""
        revised = any(sorted(lines) != sorted(self._lines(self.old, name)) for name, lines in self.mixed({REVISED}))
        return [factor for factor, there in ((REVISED, revised), (NEW_YEAR, self._with_years)) if there]

    def mixed(self, taken: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
        """Every raw file's name and lines with the changes taken in; a raw row is a line."""
        names = {path.name for project in (self.old, self.new) for path in project.raw.glob("*.csv")}
        for name in sorted(names):
            old, new = self._lines(self.old, name), self._lines(self.new, name)
            lines = {(f"data/raw/{name}", number): line for number, line in enumerate(new, 1)}
            if REVISED in taken:
                left_out = set() if NEW_YEAR in taken else self._only_with_years
                yield name, [line for place, line in lines.items() if place not in left_out]
                continue
            added = [lines[place] for place in sorted(self._with_years & {*lines})] if NEW_YEAR in taken else []
            base = old or new[:1] if added else old
            if added and base[0] != new[0]:
                raise InputError([f"data/raw/{name}: its columns are others than before"])
            yield name, base + added

    def write(self, taken: Iterable[str], folder: Path) -> Project:
        """A project in the folder whose raw files have the changes taken in."""
        project = Project(folder)
        project.raw.mkdir(parents=True)
        for name, lines in self.mixed(taken):
            if lines:
                (project.raw / name).write_text("\n".join(lines) + "\n", "utf-8", newline="\n")
        return project

    def _lines(self, project: Project, name: str) -> list[str]:
        path = project.raw / name
        return path.read_text("utf-8-sig").splitlines() if path.is_file() else []
