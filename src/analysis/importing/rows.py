"""The numbers of a table as figures of this project: measure, place, period, status, and where each stands."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

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
_T = TypeVar("_T")


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
    outcome, figures = Outcome(), list[_Figure]()
    signs = _signs(name, cells, layout, problems)
    left = [cell for cell in cells if not skip & {*cell.labels.values(), cell.heading}]
    outcome.passed["left out by --skip"] = sum(bool(cell.text) for cell in cells) - sum(
        bool(cell.text) for cell in left
    )
    read = partial(_number, signs=signs, layout=layout)
    outcome.totals = check_totals(name, left, layout, read, problems)
    unknown: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for cell in left:
        try:
            figures.append(_figure(cell, layout, read(cell)))
        except _PassedOver as why:
            outcome.passed[str(why)] += 1
        except LookupError as error:
            column, found, remedy = error.args
            unknown[column, found, remedy].append(cell.line)
        except UnreadableError as error:
            problems.add(name, cell.line, cell.heading, cell.text, str(error))
    for (column, found, remedy), lines in unknown.items():
        more = f" (rows {lines_named(lines)})" if len({*lines}) > 1 else ""
        problems.add(name, lines[0], column, found, remedy + more)
    if layout.sums:
        figures = _summed(name, figures, layout, problems)
    figures = _kept(figures, layout, outcome)
    outcome.rows = _one_a_key(name, figures, outcome, problems)
    return outcome


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
    labels = cell.labels
    for word, wanted in layout.must.items():
        if labels.get(word, wanted) != wanted:
            raise LookupError(
                word,
                labels[word],
                f"only {wanted!r} is known; leave others out with --skip",
            )
    _check_subgroup(cell, layout)
    measure = _measure(labels, layout)
    place = _place(labels, layout)
    if cell.formula and not layout.formulas:
        raise UnreadableError(
            f"is computed by {cell.formula}; write what was published, or leave it out by --skip"
        )
    if cell.formula and not cell.text:
        raise UnreadableError(
            f"holds the formula {cell.formula} without its value; open and save the workbook"
        )
    set_by = layout.values.get(cell.heading, {}) | measure
    row = {
        "agency": set_by.get("agency", layout.agency),
        "measure": measure["measure"],
        "place": place,
        "unit": set_by.get("unit") or measures()[measure["measure"]].unit,
        "status": set_by.get("status", layout.status),
        "period": fill(layout.period, labels),
    }
    notes = [f"computed in the workbook: {cell.formula}"] if cell.formula else []
    notes += filter(None, [layout.place_notes.get(fill(layout.place, labels))])
    symbol, text = [*map(labels.get, layout.footnote), None, None][:2]
    for mark in filter(None, (cell.mark, number.mark, symbol)):
        set_by_mark = _marked(mark, text if mark == symbol else "", layout)
        notes += [set_by_mark[word] for word in ("note",) if word in set_by_mark]
        row["status"] = set_by_mark.get("status", row["status"])
    if number.none:
        because = f" ({text})" if text and not cell.text else ""
        raise _PassedOver(f"no figure: {number.none}{because}")
    row["printed"] = _printed(cell.text, number, notes)
    row["locator"] = cell_text(fill(layout.locator or _locator(cell), labels))
    row["note"] = cell_text("; ".join(dict.fromkeys(notes)))
    period = read_period(row["period"]) if row["period"] else None
    if period is None:
        raise UnreadableError("has no period; name it by --period")
    return _Figure(row, cell, number, period)


def _check_subgroup(cell: Cell, layout: Layout) -> None:
    """Pass over what counts a subgroup, or adds up the years: only a whole year of all people is a figure here."""
    if not layout.total:
        if (
            layout.name == OWN
            and is_total(cell, layout)
            and not _searched(layout.places, cell.labels)
        ):
            raise _PassedOver("a total, held against its rows")
        return
    known = {*layout.columns, *layout.groups}
    groups = [word for word in group_words(cell, layout) if word not in known]
    if groups:
        raise _PassedOver(f"a subgroup, by {groups[0]}")
    if not cell.labels.get("year"):
        raise _PassedOver("a total of several years, held against them")


def _measure(labels: dict[str, str], layout: Layout) -> dict[str, str]:
    if layout.measure:
        key = fill(layout.measure, labels)
        other = any(re.fullmatch(pattern, key) for pattern in layout.others)
        found = [layout.measures[key]] if key in layout.measures else [{}] * other
    else:
        own = {name: {"measure": name} for name in measures()}
        found, key = _searched(own | layout.measures, labels), labels["heading"]
    if not found:
        raise LookupError(
            "measure",
            key,
            "is known to no layout; leave it out with --skip, or name it by --measure",
        )
    if not found[0]:
        raise _PassedOver(f"of no measure here: {key}")
    if len({*map(str, found)}) > 1:
        raise LookupError(
            "measure",
            ", ".join(sorted({entry["measure"] for entry in found})),
            "two measures fit; name one by --measure",
        )
    return found[0]


def _place(labels: dict[str, str], layout: Layout) -> str:
    if layout.place and "{" not in layout.place:
        return layout.place
    own = {name: name for name in words_of("places")}
    key = fill(layout.place, labels)
    found = (
        [layout.places[key]]
        if key in layout.places
        else []
        if key
        else _searched(own | layout.places, labels)
    )
    if not found:
        raise LookupError(
            "place",
            key or labels.get("label", ""),
            "is known to no layout; leave it out with --skip, or name it by --place",
        )
    if not found[0]:
        raise _PassedOver(f"of no place here: {key or labels.get('label', '')}")
    if len({*found}) > 1:
        raise LookupError(
            "place", ", ".join(sorted({*found})), "two places fit; name one by --place"
        )
    return found[0]


def _searched(known: dict[str, _T], labels: dict[str, str]) -> list[_T]:
    """What the words of a row are known as, without the marks that stick to them."""
    words = [without_marks(text)[0] for text in labels.values()]
    return [known[word] for word in words if word in known]


def _marked(mark: str, text: str | None, layout: Layout) -> Row:
    """What a footnote's mark sets; one that no layout knows is asked for."""
    told = layout.marks.get(mark)
    if told is None and text:
        return {"note": text}
    if told is None:
        raise LookupError(
            "mark",
            mark,
            f"is a mark that no layout knows; say what it means: --mark '{mark}=...'",
        )
    if "skip" in told:
        raise _PassedOver(told["skip"])
    return told


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
        first, lines = group[0], [figure.cell.line for figure in group]
        names = Counter(fill(layout.each, figure.cell.labels) for figure in group)
        for twice in [part for part, times in names.items() if times > 1]:
            line = next(
                one.cell.line
                for one in group[::-1]
                if fill(layout.each, one.cell.labels) == twice
            )
            problems.add(
                name,
                line,
                layout.each,
                twice,
                "stands on two rows, and would be counted twice; keep one",
            )
        row = first.row | {
            "printed": f"{sum(figure.number.value for figure in group):f}",
            "locator": f"rows {lines_named(lines)}, column {first.cell.heading}",
            "note": f"computed at import: the sum of {len(group)} {layout.sums}",
        }
        summed.append(replace(first, row=row))
    return summed


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
    row, period = figure.row, figure.period
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
