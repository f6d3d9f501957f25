"""The number of a cell: its mark, its separators, and what it means where there is none."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from analysis.importing.cells import Cell
from analysis.reading.marks import none_meant, small_count, split_mark
from analysis.reading.numerals import UnreadableError, plain_digits

_COMMA = re.compile(
    r"-?[0-9]{1,3}(?:\.[0-9]{3})*,(?:[0-9]{1,2}|[0-9]{4,})|-?[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]{1,3}\.[0-9]{3},[0-9]+"
)
_POINT = re.compile(
    r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)\.(?:[0-9]{1,2}|[0-9]{4,})|-?[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]{1,3},[0-9]{3}\.[0-9]+|[0-9]{4,}\.[0-9]+"
)


@dataclass(frozen=True)
class Number:
    """What a cell prints: its digits with a decimal point, or why it holds no figure."""

    digits: str  # empty where there is none
    mark: str
    none: str  # what its emptiness means

    @property
    def value(self) -> Decimal:
        """The number itself."""
        return Decimal(self.digits)


def decimal_sign(name: str, cells: Iterable[Cell]) -> str:
    """The decimal sign of one column, by its cells that can mean one thing only; "" where none does.

    UnreadableError if some mean the one and some the other.
    """
    texts = [split_mark(cell.text)[0] for cell in cells]
    comma = next((text for text in texts if _COMMA.fullmatch(text)), "")
    point = next((text for text in texts if _POINT.fullmatch(text)), "")
    if comma and point:
        raise UnreadableError(
            f"column {name} has both {comma!r} and {point!r}; give the sign of its decimals by --decimal"
        )
    return "," if comma else "." if point else ""


def read_number(text: str, sign: str, missing: dict[str, str]) -> Number:
    """A cell's number by its column's decimal sign; UnreadableError if it is none, or may be two.

    >>> read_number("8.832,92", ",", {}).digits, read_number("1.234", ",", {}).digits
    ('8832.92', '1234')
    >>> read_number("1,234*", ".", {}).mark, read_number("Suppressed", ".", {}).none
    ('*', 'suppressed')
    """
    none = missing.get(text) or (
        missing.get("", "blank") if not text else none_meant(text)
    )
    if none or (limit := small_count(text)):
        return Number("", "", none or f"suppressed, {limit}")
    figure, mark = split_mark(text)
    if not sign:
        return Number(plain_digits(figure), mark, "")
    whole = figure.replace("\u2212", "-")
    other = "." if sign == "," else ","
    grouped = re.fullmatch(
        rf"[0-9]{{1,3}}(?:\{other}[0-9]{{3}})+(?:\{sign}[0-9]+)?", whole
    )
    plain = (
        whole.replace(other, "").replace(sign, ".")
        if grouped
        else whole.replace(sign, ".")
    )
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", plain):
        plain = plain_digits(whole)
    return Number(plain, mark, "")


def lines_named(lines: Sequence[int]) -> str:
    """Lines in few words.

    >>> lines_named([2, 3, 4, 9])
    '2-4, 9'
    """
    runs = list[list[int]]()
    for line in sorted({*lines}):
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return ", ".join(
        f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs
    )
