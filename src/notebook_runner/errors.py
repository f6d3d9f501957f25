"""Errors of what a user gave: every problem at once, each with its place and what to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

SHOWN = 50


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in one place."""

    file: str  # relative to the project, or what was given ("parameter")
    line: int  # counted from 1; 0 where there is none
    column: str  # the column or name concerned; empty where there is none
    found: str  # what is there
    remedy: str  # what is understood or allowed, and what to do

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        column = f" {self.column}:" if self.column else ""
        found = self.found[:200] + " ..." * (len(self.found) > 200)
        return f"{place}:{column} found {found!r}; {self.remedy}"


class InputError(Exception):
    """A user's mistake: bad rows, parameters or names; the first 50 are shown, the rest counted. Exit code 2."""

    def __init__(self, problems: Sequence[Problem | str]) -> None:
        super().__init__(
            problems
        )  # what pickle keeps: the error survives the way back from a worker
        self.problems = list(problems)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in a notebook: the way through the code tells a reader nothing about what to type."""
        return str(self).splitlines()

    def __str__(self) -> str:
        more = len(self.problems) - SHOWN
        return "\n".join(
            [
                *map(str, self.problems[:SHOWN]),
                *([f"... and {more} more"] if more > 0 else []),
            ]
        )


class ReportFailed(Exception):
    """A report that did not finish, or wrote to stderr. Exit code 1."""


@dataclass
class Problems:
    """A collection of problems of one step, raised together when the step is done."""

    found: list[Problem] = field(default_factory=list)
    texts: list[str] = field(
        default_factory=list
    )  # problems of no row, such as a missing file

    def add(self, file: str, line: int, column: str, found: str, remedy: str) -> None:
        """Note one problem; see `Problem` for what is what."""
        self.found.append(Problem(file, line, column, found, remedy))

    def add_row(self, row: Any, column: str, found: str, remedy: str) -> None:
        """Note a problem of a row of a table, in the raw file and line that its `raw_file` and `raw_line` name."""
        self.add(str(row.raw_file), int(row.raw_line), str(column), str(found), remedy)

    def add_rows(
        self, rows: Any, column: str, remedy: str | Callable[[str], str]
    ) -> None:
        """Note a problem of each row of a table: what its `column` holds, and the remedy, which may depend on that."""
        for row in rows.itertuples(index=False):
            found = str(getattr(row, column))
            self.add_row(
                row, column, found, remedy if isinstance(remedy, str) else remedy(found)
            )

    def add_all(self, error: InputError) -> None:
        """Note every problem of an error that another step raised, those that are text too."""
        for problem in error.problems:
            if isinstance(problem, Problem):
                self.found.append(problem)
            else:
                self.texts.append(problem)

    def raise_any(self) -> None:
        """Raise InputError with all problems noted, if there are any: by file and line, then those that are text."""
        if self.found or self.texts:
            raise InputError([*sorted(self.found), *self.texts])


def nearest(word: str, allowed: Sequence[str], otherwise: str = "") -> str:
    """A hint for a word that is not allowed; where none is near, `otherwise`, or all that are.

    >>> nearest("coca_aera", ("coca_area", "cocaine_output"))
    "did you mean 'coca_area'?"
    >>> nearest("zzz", ("coca_area", "cocaine_output"))
    'allowed: coca_area, cocaine_output'
    """
    close = get_close_matches(word, allowed, n=1)
    return (
        f"did you mean {close[0]!r}?"
        if close
        else otherwise or "allowed: " + ", ".join(allowed)
    )
