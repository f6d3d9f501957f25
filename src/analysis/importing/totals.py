"""Totals of a table, held against the rows that they are of."""

import re
from collections.abc import Callable
from decimal import Decimal

from analysis.importing.cells import Cell
from analysis.importing.layouts import Layout
from analysis.importing.numbers import Number
from analysis.reading.numerals import UnreadableError, rounding_unit
from notebook_runner.errors import Problems

_TOTALS = ("total", "totals", "total general", "gran total", "grand total", "totales")
_LEAST_PARTS = 2
_ADDED = ("heading", "sheet", "row", "codes", "year")  # labels that the reader adds


def is_total(cell: Cell, layout: Layout) -> bool:
    """Whether a row adds up others: by the column that says so, else by its label."""
    if layout.total:
        return cell.labels.get(layout.total, "") == "Total"
    return any(text.lower() in _TOTALS for text in cell.labels.values())


def check_totals(
    name: str,
    cells: list[Cell],
    layout: Layout,
    read: Callable[[Cell], Number],
    problems: Problems,
) -> int:
    """Hold each total against the sum of its rows, where all have numbers; how many were held."""
    held = 0
    rows = [cell for cell in cells if not is_total(cell, layout)]
    for total in cells:
        adds = not layout.total or total.heading in layout.adds
        if not adds or not is_total(total, layout):
            continue
        parts = [cell for cell in rows if _is_part(cell, total, layout)]
        numbers = _numbers([total, *parts], read)
        if len(numbers) <= _LEAST_PARTS:
            continue
        held += 1
        added = sum((number.value for number in numbers[1:]), Decimal(0))
        if abs(added - numbers[0].value) > (0 if layout.total else _room(numbers)):
            remedy = f"its {len(parts)} rows add up to {added:,}; fix the wrong one"
            more = ", or leave the total out by --skip"
            problems.add(name, total.line, total.heading, total.text, remedy + more)
    return held


def _numbers(cells: list[Cell], read: Callable[[Cell], Number]) -> list[Number]:
    """The numbers of all cells; none if one has no number, or can't be read, which is said of that cell."""
    try:
        numbers = [read(cell) for cell in cells]
    except UnreadableError:
        return []
    return [] if any(number.none for number in numbers) else numbers


def _room(numbers: list[Number]) -> Decimal:
    units = (rounding_unit(number.digits) for number in numbers)
    return sum(units, Decimal(0)) / 2


def _is_part(cell: Cell, total: Cell, layout: Layout) -> bool:
    """Whether a row is one that a total adds up: it has every word that the total's row has."""
    if cell.heading != total.heading:
        return False
    if not layout.total:
        return cell.labels.get("section") == total.labels.get("section")
    words = [word for word in group_words(total, layout) if word != layout.total]
    return all(cell.labels.get(word) == total.labels[word] for word in words)


def group_words(cell: Cell, layout: Layout) -> list[str]:
    """The headings of a row's words, without those of its figures and what the reader itself adds."""
    return [
        word
        for word, text in cell.labels.items()
        if text
        and word not in _ADDED
        and word not in layout.values
        and not any(re.fullmatch(pattern, word) for pattern in layout.optional)
    ]
