"""
Why each number moved since a commit.

Code, parameters, revised figures and new years take the place of the old ones in turn,
always with today's code; a cause's share is how far the number moves as it is let in.
"""

import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from analysis.cleaning.datapackage import is_current
from analysis.editing.release_diff import NEW_YEAR, REVISED, RawRow
from analysis.reports import jobs
from analysis.review.aside import project_beside, run_aside
from analysis.review.committed import (
    Numbers,
    Report,
    Shown,
    export,
    read_report,
    read_reports,
)
from analysis.review.states import rows_that_differ, write_revised
from notebook_runner.catalogue import Job
from notebook_runner.errors import InputError, Problem
from notebook_runner.parameters import declared_parameters
from notebook_runner.project import Project
from notebook_runner.provenance import outdated, provenance

CODE = "the code"
PARAMETER = "a parameter"
STALE = "a stale report in the commit"  # not made from what is committed with it
OTHER_ROWS = "a claim or a break"  # new in the raw files where no year is


class Step(NamedTuple):
    """What today's code makes once one more cause is let in."""

    cause: str
    reports: dict[str, Numbers | str]  # by name, or why one could not be run


class Move(NamedTuple):
    """One number that moved."""

    report: str
    id: str
    old: Shown | None  # None: the number was not there
    new: Shown | None
    shares: dict[
        str, float
    ]  # of each cause, in the number's unit; they add up to new - old
    cause: str  # where there are no shares: what made the number come, go, or read otherwise
    rows: tuple[RawRow, ...]  # the raw rows behind the number that differ


class Changes(NamedTuple):
    """All numbers that moved since a commit."""

    rev: str  # as given
    commit: str  # its short hash
    moves: tuple[Move, ...]
    notes: tuple[
        str, ...
    ]  # reports and parameters that changed, steps that could not be run


class Moved(NamedTuple):
    """A report whose numbers moved."""

    job: Job
    old: Report
    new: Report

    @property
    def old_parameters(self) -> dict[str, Any]:
        """Those of the commit that today's notebook has, and its defaults for those that are new."""
        declared = declared_parameters(self.job.notebook)
        return {
            name: self.old.parameters.get(name, new.default)
            for name, new in declared.items()
        }

    @property
    def first_cause(self) -> str:
        """Why today's code makes something else of the same figures: it changed, or it never made that."""
        old = self.old.hashes
        new = self.new.hashes
        changed = any(
            old.get(part) != new[part] for part in ("notebook", "package", "lock")
        )
        return CODE if changed else STALE


class States(NamedTuple):
    """Raw figures of other times, each in a project with today's code."""

    old: Project
    revised: Project  # old figures as they are now, and no new years
    rows: dict[str, RawRow]  # what differs between the commit and now, by figure


def change_report(project: Project, rev: str) -> Changes:
    """
    Why each number moved since the commit `rev`.

    Raises InputError if there is no such commit, if today's code can't read it, or if a
    report of today is stale.
    """
    with tempfile.TemporaryDirectory(prefix="coca-trends-") as folder:
        scratch = Path(folder)
        before = Project(scratch / "commit")
        commit = export(project, rev, before.root)
        _check_current(project)
        new = read_reports(project)
        with _readable(rev):
            old = read_reports(before)
            moved = _moved(jobs(project), old, new)
            if not moved:
                return Changes(rev, commit, (), tuple(_notes(old, new)))
            states = _states(before, project, scratch)
        steps = list(_steps(moved, states, scratch))
    moves = [move for report in moved for move in _moves(report, steps, states.rows)]
    return Changes(rev, commit, tuple(moves), (*_notes(old, new), *_failures(steps)))


def _moved(
    jobs: Sequence[Job], old: Mapping[str, Report], new: Mapping[str, Report]
) -> list[Moved]:
    both = [Moved(job, old[job.name], new[job.name]) for job in jobs if job.name in old]
    return [report for report in both if report.old.numbers != report.new.numbers]


def _states(before: Project, project: Project, scratch: Path) -> States:
    rows = rows_that_differ(before, project)
    old = project_beside(project, before.raw, scratch / "old")
    raw = write_revised(before, project, rows, scratch / "raw")
    return States(old, project_beside(project, raw, scratch / "revised"), rows)


def _check_current(project: Project) -> None:
    remedy = "not made from what is here now; run: python -m analysis report"
    if stale := outdated(jobs(project)) if is_current(project) else jobs(project):
        raise InputError([f"reports/{job.name}: {remedy}" for job in stale])


@contextmanager
def _readable(rev: str) -> Iterator[None]:
    """Refuse in one line a commit that is of another form than today's code can read."""
    try:
        yield
    except InputError as error:
        remedy = f"holds what today's code can't read ({error.problems[0]}); give a later commit"
        raise InputError([Problem("--from", 0, "", rev, remedy)]) from None


def _steps(moved: Sequence[Moved], states: States, scratch: Path) -> Iterator[Step]:
    """The steps from the commit to now; what was made of the same before is not run again."""
    known = {
        job.name: [report for report in reports if report.intact]
        for job, *reports in moved
    }
    for cause, asked in _asked(moved, states):
        yield Step(cause, _numbers(asked, known, scratch / "runs" / cause))
    is_new_year = any(row.kind == NEW_YEAR for row in states.rows.values())
    today: dict[str, Numbers | str] = {
        report.job.name: report.new.numbers for report in moved
    }
    yield Step(NEW_YEAR if is_new_year else OTHER_ROWS, today)


def _asked(moved: Sequence[Moved], states: States) -> Iterator[tuple[str, list[Job]]]:
    """What would have to run at each step but the last."""
    old = [replace(report.job, project=states.old) for report in moved]
    pairs = zip(old, moved, strict=True)
    yield (
        CODE,
        [replace(job, parameters=report.old_parameters) for job, report in pairs],
    )
    yield PARAMETER, old
    yield REVISED, [replace(report.job, project=states.revised) for report in moved]


def _numbers(
    asked: Sequence[Job], known: Mapping[str, list[Report]], folder: Path
) -> dict[str, Numbers | str]:
    """The numbers of reports, or why one failed; adds those that had to run to `known`."""
    to_run = [job for job in asked if not _made_before(job, known)]
    ran = run_aside(to_run, folder)
    failed = {name: found for name, found in ran.items() if isinstance(found, str)}
    for name, found in ran.items():
        if isinstance(found, Path):
            known[name].append(read_report(found))
    return {
        job.name: failed.get(job.name) or _made_before(job, known)[0].numbers
        for job in asked
    }


def _made_before(job: Job, known: Mapping[str, list[Report]]) -> list[Report]:
    """The known reports that a run of this job would make again: the same code, parameters and answers."""
    return [
        report
        for report in known[job.name]
        if report.parameters == job.parameters
        and report.hashes == provenance(job, questions=report.questions)["sha256"]
    ]


def _moves(
    report: Moved, steps: Sequence[Step], rows: Mapping[str, RawRow]
) -> Iterator[Move]:
    """The numbers of a report that moved, those of today first."""
    name = report.job.name
    was = report.old.numbers
    now = report.new.numbers
    made = [
        (step.cause, numbers)
        for step in steps
        if not isinstance(numbers := step.reports[name], str)
    ]
    for id in {**now, **was}:
        old = was.get(id)
        new = now.get(id)
        if old == new:
            continue
        differing = _differing(old, new, rows)
        words = {CODE: report.first_cause, REVISED: _called(differing)}
        seen = [(words.get(cause, cause), numbers.get(id)) for cause, numbers in made]
        yield Move(name, id, old, new, *attribute(old, seen), differing)


def _differing(
    old: Shown | None, new: Shown | None, rows: Mapping[str, RawRow]
) -> tuple[RawRow, ...]:
    """The raw rows behind a number, then or now, that are other ones."""
    behind = [figure for number in (old, new) if number for figure in number.rows]
    return tuple(rows[figure] for figure in dict.fromkeys(behind) if figure in rows)


def _called(differing: Sequence[RawRow]) -> str:
    """How revised rows are called: where all are, say, within rounding, so."""
    kinds = {row.kind for row in differing} - {NEW_YEAR}
    return kinds.pop() if len(kinds) == 1 else REVISED


def attribute(
    old: Shown | None, steps: Sequence[tuple[str, Shown | None]]
) -> tuple[dict[str, float], str]:
    """
    The shares of a move by cause, or where there are none the causes in words.

    A share is how far the number moves as its cause is let in. Of a number that comes or
    goes, or only reads otherwise, each step at which it does so is named.

    Parameters
    ----------
    old : Shown or None
        The number in the commit, None if it was not there.
    steps : sequence of (str, Shown or None)
        Each cause in turn, with the number once it is let in; the last is today's.

    Examples
    --------
    >>> before, revised, now = (Shown(value, "t", f"{value} t") for value in (900, 950, 1400))
    >>> attribute(before, [("revised", revised), ("new year", now)])
    ({'revised': 50, 'new year': 450}, '')
    >>> attribute(None, [("revised", None), ("new year", now)])
    ({}, 'new year')
    """
    new = steps[-1][1]
    if old and new and old.unit == new.unit and old.value != new.value:
        return _shares(old, steps), ""
    seen = [_read(number, both=bool(old and new)) for _, number in [("", old), *steps]]
    pairs = zip(steps, pairwise(seen), strict=True)
    return {}, ", ".join(cause for (cause, _), (before, now) in pairs if before != now)


def _read(number: Shown | None, *, both: bool) -> object:
    """How a number reads, or where it came or went only whether it is there."""
    return number and (number.unit, number.text) if both else bool(number)


def _shares(old: Shown, steps: Sequence[tuple[str, Shown | None]]) -> dict[str, float]:
    shares: dict[str, float] = {}
    last = old.value
    for cause, number in steps:
        # Where the number is not there, or in another unit, the next step has the whole way.
        if number and number.unit == old.unit and number.value != last:
            shares[cause] = number.value - last
            last = number.value
    return shares


def _notes(old: Mapping[str, Report], new: Mapping[str, Report]) -> Iterator[str]:
    """Reports that came or went, and parameters that are others now, in words."""
    for name in sorted({*old} ^ {*new}):
        yield f"{name}: a {'new' if name in new else 'removed'} report"
    for name in sorted({*old} & {*new}):
        for parameter in {**old[name].parameters, **new[name].parameters}:
            was, now = (
                reports[name].parameters.get(parameter, "not there")
                for reports in (old, new)
            )
            if was != now:
                yield f"{name}: {parameter} was {was}, is {now}"


def _failures(steps: Sequence[Step]) -> Iterator[str]:
    """What could not be run, and which causes can't be told from the next for that."""
    causes: dict[str, list[str]] = {}
    for step in steps:
        for error in step.reports.values():
            if isinstance(error, str):
                causes.setdefault(error.splitlines()[0], []).append(step.cause)
    for error, of in causes.items():
        yield f"{error} (so {', '.join(of)} can't be told from the next cause)"


def why(move: Move) -> str:
    """What a number's move is due to, in words: each share, or the causes."""
    if not (move.shares and move.old and move.new):
        return move.cause
    digits = 3 - math.floor(math.log10(abs(move.new.value - move.old.value)))
    shares = {cause: round(share, digits) for cause, share in move.shares.items()}
    return ", ".join(
        f"{cause} {share:+,.10g}".replace("-", "−")
        for cause, share in shares.items()
        if share
    )


def table(moves: Sequence[Move]) -> list[list[str]]:
    """The cells of a table of moves: number, old, new, share by cause, and the raw rows one a line."""
    return [
        [
            move.id,
            *_shown(move.old, move.new),
            why(move),
            "\n".join(map(str, move.rows)),
        ]
        for move in moves
    ]


def _shown(*ends: Shown | None) -> list[str]:
    """The number before and now as printed; with all digits where the print is the same."""
    words = (
        "{0.text}"
        if len({number and number.text for number in ends}) > 1
        else "{0.text} ({0.value:,.10g})"
    )
    return [words.format(number) if number else "not there" for number in ends]


def as_text(changes: Changes) -> str:
    """Each move on a line, with the raw rows behind it below, three at most; then the notes."""
    lines = [
        f"Numbers that moved since {changes.rev} ({changes.commit}): {len(changes.moves) or 'none'}."
    ]
    for move, (id, old, new, cause, _) in zip(
        changes.moves, table(changes.moves), strict=True
    ):
        more = [f"and {len(move.rows) - 3} more"] if len(move.rows) > 3 else []
        lines.append(f"{move.report} {id}: {old} → {new} ({cause})")
        lines += [f"    {row}" for row in [*move.rows[:3], *more]]
    return "\n".join([*lines, *changes.notes])
