"""Why a number moved between two commits: what of it is a revised figure, a new year, a parameter, or the code."""

import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

from analysis.cleaning.datapackage import is_current
from analysis.editing.release_diff import NEW_YEAR, REVISED, RawRow
from analysis.reports import jobs
from analysis.review.combinations import Answer, Combinations, RawStates, Report, Shown, Taken, export, read_reports
from notebook_runner.errors import InputError
from notebook_runner.project import Project
from notebook_runner.provenance import outdated

NOT_SEPARABLE = "not separable"


class Move(NamedTuple):
    """One number that moved."""

    report: str
    id: str
    old: Shown | None  # None: the number was not there
    new: Shown | None
    shares: dict[str, float]  # of each factor, in the number's unit; they add up to new - old
    cause: str  # where there are no shares: the one factor that decides, or that it can't be separated
    rows: tuple[RawRow, ...]  # the raw rows behind the number that differ


class Changes(NamedTuple):
    """All numbers that moved since a commit."""

    rev: str  # as given
    commit: str  # its short hash
    moves: tuple[Move, ...]
    notes: tuple[str, ...]  # reports and parameters that changed, combinations that failed


def shapley(factors: Sequence[str], values: Mapping[Taken, float]) -> dict[str, float]:
    """Each factor's share of `values[all] - values[none]`: what it adds as it joins, the mean over all orders of joining.

    Together two factors add 3 more than apart; each gets half of that:

    >>> game = {(): 0, ("a",): 2, ("b",): 4, ("a", "b"): 9}
    >>> shapley(["a", "b"], {frozenset(taken): value for taken, value in game.items()})
    {'a': 3.5, 'b': 5.5}
    """
    added: dict[str, list[float]] = {factor: [] for factor in factors}
    for order in permutations(factors):
        for place, factor in enumerate(order):
            added[factor].append(values[frozenset(order[: place + 1])] - values[frozenset(order[:place])])
    return {factor: math.fsum(steps) / len(steps) for factor, steps in added.items()}


def attribute(factors: Sequence[str], seen: Mapping[Taken, Shown | None]) -> tuple[dict[str, float], str]:
    """The shares of a move, or the one factor that decides it; `seen` is the number in every combination that ran."""
    if not factors or len(seen) < 2 ** len(factors):
        return {}, NOT_SEPARABLE
    old, new = seen[frozenset()], seen[frozenset(factors)]
    values = {taken: number.value for taken, number in seen.items() if number}
    one_unit = len({number and number.unit for number in seen.values()}) == 1
    if old and new and old.value != new.value and one_unit:
        return shapley(factors, values), ""
    state = {taken: number and number[1:] if old and new else bool(number) for taken, number in seen.items()}
    ends = {False: state[frozenset()], True: state[frozenset(factors)]}
    deciding = [factor for factor in factors if all(at == ends[factor in taken] for taken, at in state.items())]
    return {}, deciding[0] if len(deciding) == 1 else NOT_SEPARABLE


def change_report(project: Project, rev: str) -> Changes:
    """Why each number moved since the commit `rev`; InputError if there is none, or a report is stale."""
    with tempfile.TemporaryDirectory(prefix="coca-trends-") as scratch:
        before = Project(Path(scratch) / "old")
        commit = export(project, rev, before.root)
        _check_current(project)
        old, new = read_reports(before), read_reports(project)
        moved = [name for name in new if name in old and old[name].numbers != new[name].numbers]
        both = {name: old[name] for name in moved}, {name: new[name] for name in moved}
        between = Combinations(both, RawStates(before, project, Path(scratch)))
        answers = between.run()
        ids = ((name, id) for name in moved for id in {**new[name].numbers, **old[name].numbers})
        moves = [_move(between, answers, name, id) for name, id in ids]
    return Changes(rev, commit, tuple(move for move in moves if move.old != move.new), tuple(_notes(old, new, answers)))


def _check_current(project: Project) -> None:
    remedy = "not made from what is here now; run: python -m analysis report"
    if stale := outdated(jobs(project)) if is_current(project) else jobs(project):
        raise InputError([f"reports/{job.name}: {remedy}" for job in stale])


def _move(between: Combinations, answers: Mapping[Taken, dict[str, Answer]], name: str, id: str) -> Move:
    old, new = (reports[name] for reports in between.reports)
    was, now = (report.numbers.get(id) for report in (old, new))
    seen = {taken: answer.get(id) for taken, of in answers.items() if isinstance(answer := of[name], dict)}
    # What was committed may have been stale: run again, it must come out the same.
    sound = seen.get(frozenset(), was) == was
    ends: dict[Taken, Shown | None] = {frozenset(): was, frozenset(between.factors): now}
    shares, cause = attribute(between.factors, seen | ends) if sound else ({}, NOT_SEPARABLE)
    figures = dict.fromkeys([*old.rows.get(id, []), *new.rows.get(id, [])])
    rows = tuple(between.states.rows[figure] for figure in figures if figure in between.states.rows)
    # Where all revised rows are, say, within rounding, their share is called so.
    kinds = {row.kind for row in rows} - {NEW_YEAR}
    names = {REVISED: kinds.pop()} if len(kinds) == 1 else {}
    shares = {names.get(factor, factor): share for factor, share in shares.items()}
    return Move(name, id, was, now, shares, names.get(cause, cause), rows)


def _notes(old: dict[str, Report], new: dict[str, Report], answers: Mapping[Taken, dict[str, Answer]]) -> Iterator[str]:
    for name in sorted({*old} ^ {*new}):
        yield f"{name}: a {'new' if name in new else 'removed'} report"
    for name in sorted({*old} & {*new}):
        was, now = old[name].record["parameters"], new[name].record["parameters"]
        for parameter in (parameter for parameter in {**was, **now} if was.get(parameter) != now.get(parameter)):
            yield f"{name}: {parameter} was {was.get(parameter, 'not there')}, is {now.get(parameter, 'not there')}"
    for taken, of in answers.items():
        for said in dict.fromkeys(answer for answer in of.values() if isinstance(answer, str)):
            names = ", ".join(name for name, answer in of.items() if answer == said)
            yield f"{names} can't be run with only {' and '.join(sorted(taken)) or 'what was old'}: {said}"


def why(move: Move) -> str:
    """What a number's move is due to, in words: each share that is not zero, or the one cause."""
    if not (move.shares and move.old and move.new):
        return move.cause
    digits = 3 - math.floor(math.log10(abs(move.new.value - move.old.value)))
    shares = {cause: round(share, digits) for cause, share in move.shares.items()}
    return ", ".join(f"{cause} {share:+,.10g}".replace("-", "−") for cause, share in shares.items() if share)


def table(moves: Sequence[Move]) -> list[list[str]]:
    """The cells of a table of moves: number, old, new, share by cause, and the raw rows one a line."""
    return [[move.id, *_shown(move.old, move.new), why(move), "\n".join(map(str, move.rows))] for move in moves]


def _shown(*ends: Shown | None) -> list[str]:
    """The number before and now as printed; with all digits where the print is the same."""
    words = "{0.text}" if len({number and number.text for number in ends}) > 1 else "{0.text} ({0.value:,.10g})"
    return [words.format(number) if number else "not there" for number in ends]


def as_text(changes: Changes) -> str:
    """Each move on a line, with the raw rows behind it below, three at most; then the notes."""
    lines = [f"Numbers that moved since {changes.rev} ({changes.commit}): {len(changes.moves) or 'none'}."]
    for move, (id, old, new, cause, _) in zip(changes.moves, table(changes.moves), strict=True):
        more = [f"and {len(move.rows) - 3} more"] if len(move.rows) > 3 else []
        lines += [f"{move.report} {id}: {old} → {new} ({cause})", *(f"    {row}" for row in [*move.rows[:3], *more])]
    return "\n".join([*lines, *changes.notes])
