"""The numbers of a table as figures of this project: measure, place, period, status, and where each stands."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from analysis.importing.cells import Cell, without_marks
from analysis.importing.layouts import OWN, Layout
from analysis.importing.numbers import Number, decimal_sign, lines_named, read_number
from analysis.importing.totals import check_totals, group_words, is_total
from analysis.reading.numerals import UnreadableError, plain_digits
from analysis.reading.periods import Period, read_period
from analysis.vocabulary import measures, words_of
from notebook_runner.errors import Problems
from notebook_runner.files import cell_text

_FIELD = re.compile(r"\{([^{}:]+)(?::0([0-9]))?\}")
Row = dict[str, str]


class _PassedOver(Exception):
    """Why a number is no figure of this project; it is counted under these words."""


@dataclass
class Outcome:
    """What became of a table's numbers."""

    rows: list[Row] = field(
        default_factory=list
    )  # columns of FIGURE_COLUMNS without publication
    passed: Counter[str] = field(default_factory=Counter)  # numbers passed over, by why
    totals: int = 0  # totals held against their parts


@dataclass(frozen=True)
class _Known:
    """What a word is known as, and the mark behind it."""

    meaning: Any
    mark: str = ""


@dataclass(frozen=True)
class _Figure:
    row: Row
    cell: Cell
    number: Number
    period: Period


def fill(template: str, labels: dict[str, str]) -> str:
    """A template with the words of a row: `{Heading}`, or `{Heading:02}` for two digits.

    >>> fill("12 months to {Year}-{Month:02}", {"Year": "2026", "Month": "3"})
    '12 months to 2026-03'
    """
    return _FIELD.sub(
        lambda match: labels.get(match[1], "").zfill(int(match[2] or 0)), template
    ).strip()


def read_rows(
    name: str, cells: list[Cell], layout: Layout, skip: set[str], problems: Problems
) -> Outcome:
    """The figures of a table; what can't be one goes to `problems`, what is none of this project is counted."""
    outcome = Outcome()
    signs = _signs(name, cells, layout, problems)
    left = _left(cells, skip, outcome)
    read = partial(_number, signs=signs, layout=layout)
    outcome.totals = check_totals(name, left, layout, read, problems)
    figures = _figures(name, left, layout, read, outcome, problems)
    if layout.sums:
        figures = _summed(name, figures, layout, problems)
    figures = _kept(figures, layout, outcome)
    outcome.rows = _one_a_key(name, figures, outcome, problems)
    return outcome


def _left(cells: list[Cell], skip: set[str], outcome: Outcome) -> list[Cell]:
    """The numbers that --skip leaves; those with a text that it does not are counted."""
    out = {id(cell) for cell in cells if skip & {*cell.labels.values(), cell.heading}}
    texts = [cell for cell in cells if id(cell) in out and cell.text]
    outcome.passed["left out by --skip"] = len(texts)
    return [cell for cell in cells if id(cell) not in out]


def _figures(
    name: str,
    cells: list[Cell],
    layout: Layout,
    read: Callable[[Cell], Number],
    outcome: Outcome,
    problems: Problems,
) -> list[_Figure]:
    """Each number as a figure; a word that nothing knows is one problem, whatever rows have it."""
    figures = list[_Figure]()
    unknown = defaultdict[tuple[str, ...], list[int]](list)
    for cell in cells:
        try:
            figures.append(_figure(cell, layout, read(cell)))
        except _PassedOver as why:
            outcome.passed[str(why)] += 1
        except LookupError as error:
            unknown[error.args].append(cell.line)
        except UnreadableError as error:
            problems.add(name, cell.line, cell.heading, cell.text, str(error))
    for (column, found, remedy), lines in unknown.items():
        more = f" (rows {lines_named(lines)})" if len({*lines}) > 1 else ""
        problems.add(name, lines[0], column, found, remedy + more)
    return figures


def _signs(
    name: str, cells: list[Cell], layout: Layout, problems: Problems
) -> dict[tuple[str, str], str]:
    columns: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        columns[cell.labels.get("sheet", ""), cell.heading].append(cell)
    signs = dict.fromkeys(columns, layout.decimal)
    for key, column in columns.items():
        try:
            signs[key] = (
                layout.decimal
                or decimal_sign(key[1], column)
                or ("." if key[0] else "")
            )
        except UnreadableError as error:
            problems.add(
                name, column[0].line, key[1], "two signs of decimals", str(error)
            )
            signs[key] = "."
    return signs


def _number(cell: Cell, signs: dict[tuple[str, str], str], layout: Layout) -> Number:
    return read_number(
        cell.text, signs[cell.labels.get("sheet", ""), cell.heading], layout.missing
    )


def _figure(cell: Cell, layout: Layout, number: Number) -> _Figure:
    """One number as a raw row; raises why it is passed over, which word is not known, or what can't be read."""
    _check_kept(cell, layout)
    measure = _measure(cell.labels, layout)
    place = _place(cell.labels, layout)
    _check_formula(cell, layout)
    set_by = layout.values.get(cell.heading, {}) | measure.meaning
    notes, status = _marks(cell, layout, [measure.mark, place.mark, number.mark])
    _check_number(cell, layout, number)
    printed = _printed(cell.text, number, notes)
    row = {
        "agency": layout.agency,
        "measure": set_by["measure"],
        "place": place.meaning,
        "unit": set_by.get("unit") or measures()[set_by["measure"]].unit,
        "status": status or set_by.get("status", layout.status),
        "period": fill(layout.period, cell.labels),
        "printed": printed,
        "locator": cell_text(fill(layout.locator or _locator(cell), cell.labels)),
        "note": cell_text("; ".join(dict.fromkeys(notes))),
    }
    if not row["period"]:
        raise UnreadableError("has no period; name it by --period")
    return _Figure(row, cell, number, read_period(row["period"]))


def _check_number(cell: Cell, layout: Layout, number: Number) -> None:
    """Pass over a cell without a figure, for the reason that its footnote gives."""
    if number.none and layout.sums and number.none not in layout.missing.values():
        remedy = "a sum without it would be too low; leave its place out by --skip"
        raise UnreadableError(f"is no figure ({number.none}); {remedy}")
    if number.none:
        [because] = (
            map(cell.labels.get, layout.footnote[1:2]) if layout.footnote else [""]
        )
        more = f" ({because})" if because else ""
        raise _PassedOver(f"no figure: {number.none}{more}")


def _check_kept(cell: Cell, layout: Layout) -> None:
    """Pass over what counts a subgroup, or adds up rows: only a whole year of all people is a figure here."""
    for word, wanted in layout.must.items():
        if cell.labels.get(word, wanted) != wanted:
            remedy = f"only {wanted!r} is known; leave others out with --skip"
            raise LookupError(word, cell.labels[word], remedy)
    if not layout.total:
        own = layout.name == OWN and is_total(cell, layout)
        if own and not _searched(layout.places, cell.labels):
            raise _PassedOver("a total, held against its rows")
        return
    known = {*layout.columns, *layout.groups}
    if groups := [word for word in group_words(cell, layout) if word not in known]:
        raise _PassedOver(f"a subgroup, by {groups[0]}")
    if not cell.labels.get("year"):
        raise _PassedOver("a total of several years, held against them")


def _check_formula(cell: Cell, layout: Layout) -> None:
    """A figure is what was published: a formula only counts in an office's own workbook, with the value it showed."""
    if not cell.formula:
        return
    if not layout.formulas:
        remedy = "write what was published, or leave it out by --skip"
        raise UnreadableError(f"is computed by {cell.formula}; {remedy}")
    if not cell.text:
        remedy = "open and save the workbook"
        raise UnreadableError(
            f"holds the formula {cell.formula} without its value; {remedy}"
        )


def _measure(labels: dict[str, str], layout: Layout) -> _Known:
    key = fill(layout.measure, labels)
    other = any(re.fullmatch(pattern, key) for pattern in layout.others if key)
    registered = {name: {"measure": name} for name in measures()}
    known = layout.measures | ({key: {}} if other else {})
    found = _known(key, known, {**registered, **layout.measures}, labels)
    return _only_one("measure", found, key or labels["heading"])


def _place(labels: dict[str, str], layout: Layout) -> _Known:
    if layout.place and "{" not in layout.place:
        return _Known(layout.place)
    key = fill(layout.place, labels)
    registered = {name: name for name in words_of("places")}
    found = _known(key, layout.places, registered | layout.places, labels)
    return _only_one("place", found, key or labels.get("label", ""))


def _known(
    key: str, known: Mapping[str, Any], own: Mapping[str, Any], labels: dict[str, str]
) -> list[_Known]:
    """What a layout's word is known as; in a table of one's own, what any word of its row is."""
    if key:
        return [_Known(known[key])] if key in known else []
    return _searched(own, labels)


def _only_one(column: str, found: list[_Known], key: str) -> _Known:
    if not found:
        remedy = (
            f"is known to no layout; leave it out with --skip, or name it by --{column}"
        )
        raise LookupError(column, key, remedy)
    if not found[0].meaning:
        raise _PassedOver(f"of no {column} here: {key}")
    if len(different := sorted({str(one.meaning) for one in found})) > 1:
        raise LookupError(
            column, ", ".join(different), f"two fit; name one by --{column}"
        )
    return found[0]


def _searched(known: Mapping[str, Any], labels: dict[str, str]) -> list[_Known]:
    """What the words of a row are known as, with the mark that sticks to one or stands behind it ("Peru a")."""
    found = []
    for text in labels.values():
        word, mark = without_marks(text)
        behind = re.fullmatch(r"(.+?)\s?\(?([a-z]{1,2})\)?", text)
        if word in known:
            found.append(_Known(known[word], mark))
        elif behind and behind[1] in known:
            found.append(_Known(known[behind[1]], behind[2]))
    return found


def _marks(cell: Cell, layout: Layout, marks: list[str]) -> tuple[list[str], str]:
    """The notes of a figure, and the status that a mark gives it; a mark that nothing explains is asked for."""
    symbol, text = [*map(cell.labels.get, layout.footnote), "", ""][:2]
    left_out = layout.place_notes.get(fill(layout.place, cell.labels), "")
    notes = [f"computed in the workbook: {cell.formula}"] if cell.formula else []
    notes = [*notes, *filter(None, [left_out])]
    status = ""
    for mark in filter(None, dict.fromkeys([cell.mark, *marks, symbol])):
        meant = layout.marks.get(
            mark, {"note": text} if mark == symbol and text else None
        )
        if meant is None:
            remedy = f"is a mark that no layout knows; say what it means: --mark '{mark}=...'"
            raise LookupError("mark", mark, remedy)
        if "skip" in meant:
            raise _PassedOver(meant["skip"])
        notes += filter(None, [meant.get("note")])
        status = meant.get("status", status)
    return notes, status


def _printed(text: str, number: Number, notes: list[str]) -> str:
    """The cell's own text where it is a plain number, else its digits, the text being noted."""
    try:
        if plain_digits(text) == number.digits:
            return text
    except UnreadableError:
        pass
    if not number.mark:
        notes.append(f"printed: {text}")
    return number.digits


def _locator(cell: Cell) -> str:
    sheet = "sheet {sheet}, " if cell.labels.get("sheet") else ""
    return sheet + "row {row}, column {heading}"


def _summed(
    name: str, figures: list[_Figure], layout: Layout, problems: Problems
) -> list[_Figure]:
    """One figure a place and period: the sum of its parts, marked as computed, with the rows behind it."""
    groups: dict[tuple[str, ...], list[_Figure]] = defaultdict(list)
    for figure in figures:
        groups[_key(figure)].append(figure)
    summed = []
    for group in groups.values():
        _check_each(name, group, layout, problems)
        first = group[0]
        lines = [figure.cell.line for figure in group]
        row = first.row | {
            "printed": f"{sum(figure.number.value for figure in group):f}",
            "locator": f"rows {lines_named(lines)}, column {first.cell.heading}",
            "note": f"computed at import: the sum of {len(group)} {layout.sums}",
        }
        summed.append(replace(first, row=row))
    return summed


def _check_each(
    name: str, group: list[_Figure], layout: Layout, problems: Problems
) -> None:
    """A part that stands on two rows would be counted twice."""
    lines = dict[str, int]()
    for figure in group:
        part = fill(layout.each, figure.cell.labels)
        line = figure.cell.line
        if lines.setdefault(part, line) != line:
            remedy = "stands on two rows, and would be counted twice; keep one"
            problems.add(name, line, layout.each, part, remedy)


def _kept(figures: list[_Figure], layout: Layout, outcome: Outcome) -> list[_Figure]:
    if not layout.keep:
        return figures
    latest = max((figure.period.end for figure in figures), default=None)
    kept = [
        figure
        for figure in figures
        if ("december" in layout.keep and figure.period.end.month == 12)
        or ("latest" in layout.keep and figure.period.end == latest)
    ]
    outcome.passed["other months (--every-month takes them in)"] = len(figures) - len(
        kept
    )
    return kept


def _key(figure: _Figure) -> tuple[str, ...]:
    row = figure.row
    period = figure.period
    return (
        row["agency"],
        row["measure"],
        row["place"],
        row["status"],
        str(period.start),
        str(period.end),
    )


def _one_a_key(
    name: str, figures: list[_Figure], outcome: Outcome, problems: Problems
) -> list[Row]:
    """The rows, each key once; the same number twice is counted, two numbers for one cell are refused."""
    kept: dict[tuple[str, ...], _Figure] = {}
    for figure in figures:
        before = kept.setdefault(_key(figure), figure)
        if before is figure:
            continue
        if before.number.digits == figure.number.digits:
            outcome.passed["the same figure again"] += 1
            continue
        found = f"{before.row['printed']} (row {before.cell.line}) and {figure.row['printed']}"
        words = (
            f"{figure.row['measure']}, {figure.row['place']}, {figure.row['period']}"
        )
        problems.add(
            name,
            figure.cell.line,
            words,
            found,
            "are two numbers for one cell; leave one out by --skip",
        )
    return [figure.row for figure in kept.values()]
