"""What a user is told when something they gave is wrong: everything at once, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass, field

SHOWN = 50


@dataclass(frozen=True, order=True)
class Problem:
    """
    One thing wrong in one place.

    Parameters
    ----------
    file : str
        The file, relative to the project, or what was given ("parameter").
    line : int
        Its line, counted from 1; 0 where there is none.
    column : str
        The column or name concerned; empty where there is none.
    found : str
        The text found, as it stands there.
    remedy : str
        What is understood or allowed, and what to do.
    """

    file: str
    line: int
    column: str
    found: str
    remedy: str

    def __str__(self) -> str:
        place = ":".join([self.file, *([str(self.line)] if self.line else [])])
        column = f" {self.column}:" if self.column else ""
        return f"{place}:{column} found {self.found!r}; {self.remedy}"


class InputError(Exception):
    """
    A user's mistake: a bad row, parameter or name. The command line exits with 2.

    Parameters
    ----------
    problems : sequence of Problem or str
        All of them; the first 50 are shown and the rest counted.
    """

    def __init__(self, problems: Sequence[Problem | str]) -> None:
        self.problems = list(problems)
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"... and {len(self.problems) - SHOWN} more")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type["InputError"], tuple[list[Problem | str]]]:
        """Pickle by the problems, so that the error survives the way back from a worker."""
        return (InputError, (self.problems,))


class ReportFailed(Exception):
    """A report that did not come to its end, or said something on stderr. Exit code 1."""


@dataclass
class Problems:
    """A collection of problems of one step, raised together when the step is done."""

    found: list[Problem] = field(default_factory=list)

    def add(self, file: str, line: int, column: str, found: str, remedy: str) -> None:
        """Note one problem; see `Problem` for what is what."""
        self.found.append(Problem(file, line, column, found, remedy))

    def raise_any(self) -> None:
        """
        Stop here if anything was noted.

        Raises
        ------
        InputError
            With all problems, by file and line.
        """
        if self.found:
            raise InputError(sorted(self.found))
