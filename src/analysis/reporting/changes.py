"""Why a number moved between two commits: what of it is a revised figure, a new year, a parameter, or the code."""

import math
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

from analysis.errors import InputError
from analysis.project import Project
from analysis.reporting.combinations import Answer, Combination, Combinations, Report, Shown, Taken, read_reports
from analysis.reporting.variants import NEW_YEAR, REVISED, ROUNDING, RawRow, RawStates, export

NOT_SEPARABLE = "not separable"


@dataclass(frozen=True)
class Move:
    """One number that moved."""

    report: str
    id: str
    old: Shown | None  # None: the number was not there
    new: Shown | None
    shares: dict[str, float]  # of each factor, in the number's unit; they add up to new - old
    cause: str  # where there are no shares: the one factor that decides, or that it can't be separated
    rows: tuple[RawRow, ...]  # the raw rows behind the number that differ


@dataclass(frozen=True)
class Changes:
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
        old, new = read_reports(before), read_reports(project)
        _check_current(new)
        between = Combinations(old, new, RawStates(before, project), Path(scratch))
        moved = {name: ids for name in new if name in old and (ids := _moved(old[name].numbers, new[name].numbers))}
        factors = {name: between.factors(name) for name in moved}
        answers = between.run([(name, taken) for name in moved for taken in between.subsets(name, factors[name])])
        moves = tuple(_move(between, factors[name], answers, name, id) for name, ids in moved.items() for id in ids)
    return Changes(rev, commit, moves, tuple(_notes(old, new, answers)))


def _check_current(reports: dict[str, Report]) -> None:
    remedy = "not made from what is here now; run: python -m analysis report"
    if stale := [f"reports/{name}: {remedy}" for name, report in reports.items() if not report.current]:
        raise InputError(stale)


def _moved(old: dict[str, Shown], new: dict[str, Shown]) -> list[str]:
    return [id for id in {**new, **old} if old.get(id) != new.get(id)]


def _move(between: Combinations, factors: list[str], answers: dict[Combination, Answer], name: str, id: str) -> Move:
    old, new = between.old[name], between.new[name]
    seen = {taken: answer.get(id) for (of, taken), answer in answers.items() if of == name and isinstance(answer, dict)}
    ends = {frozenset(factors): new.numbers.get(id), frozenset[str](): old.numbers.get(id)}
    # What may be stale was run again, and must come out as it was committed.
    sound = (name, frozenset()) not in answers or seen.get(frozenset(), math.nan) == old.numbers.get(id)
    shares, cause = attribute(factors, seen | ends) if sound else ({}, NOT_SEPARABLE)
    figures = dict.fromkeys([*old.rows.get(id, []), *new.rows.get(id, [])])
    rows = tuple(between.states.rows[figure] for figure in figures if figure in between.states.rows)
    if {row.kind for row in rows} - {NEW_YEAR} == {ROUNDING}:
        shares = {ROUNDING if factor == REVISED else factor: share for factor, share in shares.items()}
        cause = ROUNDING if cause == REVISED else cause
    return Move(name, id, old.numbers.get(id), new.numbers.get(id), shares, cause, rows)


def _notes(old: dict[str, Report], new: dict[str, Report], answers: dict[Combination, Answer]) -> Iterator[str]:
    for name in sorted({*old} | {*new}):
        if name not in old or name not in new:
            yield f"{name}: a {'new' if name in new else 'removed'} report"
            continue
        was, now = old[name].record["parameters"], new[name].record["parameters"]
        for parameter in (parameter for parameter in {**was, **now} if was.get(parameter) != now.get(parameter)):
            yield f"{name}: {parameter} was {was.get(parameter, 'not there')}, is {now.get(parameter, 'not there')}"
    if any(old[name].record["sha256"]["lock"] != new[name].record["sha256"]["lock"] for name in {*old} & {*new}):
        yield "The lock changed; every combination was run with the versions installed here"
    failed = defaultdict[str, list[str]](list)
    for (name, taken), answer in answers.items():
        if isinstance(answer, str):
            failed[f"can't be run with only {' and '.join(sorted(taken)) or 'what was old'}: {answer}"].append(name)
    yield from (f"{', '.join(names)} {said}" for said, names in failed.items())


def why(move: Move) -> str:
    """What a number's move is due to, in words: each share that is not zero, or the one cause."""
    if not (move.shares and move.old and move.new):
        return move.cause
    digits = 3 - math.floor(math.log10(abs(move.new.value - move.old.value)))
    shares = {cause: round(share, digits) for cause, share in move.shares.items()}
    return ", ".join(f"{cause} {share:+,.12g}".replace("-", "−") for cause, share in shares.items() if share)


def table(moves: Sequence[Move]) -> list[list[str]]:
    """The cells of a table of moves: number, old, new, share by cause, and the raw rows one a line."""
    return [[move.id, *_shown(move), why(move), "\n".join(map(str, move.rows))] for move in moves]


def _shown(move: Move) -> list[str]:
    """The number before and now as printed; with all digits where the print is the same."""
    alike = move.old and move.new and move.old.text == move.new.text
    words = "{0.text} ({0.value:,.12g})" if alike else "{0.text}"
    return [words.format(number) if number else "not there" for number in (move.old, move.new)]


def as_text(changes: Changes) -> str:
    """The moves as a table of aligned columns, three raw rows each, with the notes below."""
    head = ["report", "number", "old", "new", "share by cause", "raw rows"]
    lines = [head] if changes.moves else []
    for move, cells in zip(changes.moves, table(changes.moves), strict=True):
        rows = cells.pop().split("\n")
        first, *rest = rows if len(rows) <= 3 else [*rows[:3], f"and {len(rows) - 3} more"]
        lines += [[move.report, *cells, first], *([""] * 5 + [row] for row in rest)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    aligned = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
    said = f"Numbers that moved since {changes.rev} ({changes.commit}): {len(changes.moves) or 'none'}."
    return "\n".join([*aligned, said, *changes.notes])
