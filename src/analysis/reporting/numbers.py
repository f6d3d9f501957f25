"""The one way by which a figure gets into a report: `number`, printed and recorded.

What a cell shows (a sentence, a table, a chart) carries its numbers with it in its output, under a MIME
type of the project's own. So an executed notebook holds the record, and nothing is kept in between.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

MIME = "application/vnd.coca-trends+json"
_DIGITS = {"year": 0, "t": 0, "ha": 0, "deaths": 0, "rank": 0, "figures": 0, "times": 1, "kg/ha": 1, "percent": 0}
_AFTER = {
    "t": "\u00a0t", "ha": "\u00a0ha", "kg/ha": "\u00a0kg/ha", "percent": "\u00a0%", "per 100,000": " per 100,000",
    "deaths": " deaths", "years": " years", "USD": " dollars", "USD a month": " dollars a month",
}  # fmt: skip


@dataclass(frozen=True)
class Number:
    """A number as a report prints it.

    Parameters
    ----------
    value : float
        With all its digits.
    unit : str
        Its unit; `year`, `times` and `figures` (a count of figures) among them.
    text : str
        As printed.
    rows : tuple of str
        Ids of the processed rows that it comes from.
    id : str
        Its name in the report, set by the sentence or table that holds it.
    """

    value: float
    unit: str
    text: str
    rows: tuple[str, ...]
    id: str = ""

    def html(self) -> str:
        """Markup that names the number, so that a page can lead from it to its source."""
        return f'<data class="number" data-id="{escape(self.id)}" value="{self.value:.12g}">{escape(self.text)}</data>'

    def record(self) -> dict[str, Any]:
        """What numbers.csv says of it."""
        return {"id": self.id, "value": self.value, "unit": self.unit, "text": self.text, "rows": list(self.rows)}


def number(
    value: float, unit: str, rows: Iterable[str] = (), *, digits: int | None = None, bare: bool = False, text: str = ""
) -> Number:
    r"""Print a number and keep where it comes from.

    Parameters
    ----------
    value : float
        The number.
    unit : str
        Its unit; a year is `year` and prints without separators.
    rows : iterable of str
        Ids of the processed rows behind it.
    digits : int, optional
        Decimals; by default what suits the unit.
    bare : bool
        Leave the unit out, where a heading says it.
    text : str
        Words to print instead, such as the wording of an article.

    Examples
    --------
    >>> number(972, "t").text, number(3.5604, "times").text, number(2021, "year").text
    ('972\xa0t', '×3.6', '2021')
    """
    decimals = _DIGITS.get(unit, 1) if digits is None else digits
    plain = f"{value:.0f}" if unit == "year" else f"{value:,.{decimals}f}"
    printed = "×" + plain if unit == "times" else plain + ("" if bare else _AFTER.get(unit, ""))
    return Number(float(value), unit, text or printed, tuple(dict.fromkeys(rows)))


@dataclass(frozen=True)
class Link:
    """Text that leads to an address; the address is https or http, or there is none."""

    text: str
    url: str

    def html(self) -> str:
        """Markup of the link, or of the text alone."""
        match = re.match(r"https?://[^\s\"'<>]+", self.url)
        return f'<a href="{escape(match[0])}" rel="noreferrer">{escape(self.text)}</a>' if match else escape(self.text)


Cell = str | Number | Link


@dataclass(frozen=True)
class Sentence:
    """A sentence with its numbers; shows itself in a notebook as a paragraph.

    Parameters
    ----------
    id : str
        Its name in the report.
    parts : tuple
        Text and `Number`s in turn.
    level : str
        The element it is shown as: `p`, `h1`, `li` ...
    """

    id: str
    parts: tuple[str | Number, ...]
    level: str = "p"

    @property
    def text(self) -> str:
        """The sentence without markup."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def html(self) -> str:
        """The sentence with its numbers marked, everything escaped."""
        return "".join(escape(part) if isinstance(part, str) else part.html() for part in self.parts)

    @property
    def numbers(self) -> list[dict[str, Any]]:
        """The record of its numbers."""
        return [part.record() for part in self.parts if isinstance(part, Number)]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return bundle("sentence", self.id, f"<{self.level}>{self.html}</{self.level}>", self.text, self.numbers)


def sentence(id: str, template: str, **slots: Number | str) -> Sentence:
    """Fill a template's slots; each number takes the name of the sentence and its slot.

    Parameters
    ----------
    id : str
        Name of the sentence, unique in a report.
    template : str
        Text with `{slots}` and no digit of its own.

    Raises
    ------
    ValueError
        If the template holds a digit, or a slot is missing.

    Examples
    --------
    >>> said = sentence("rise", "Output grew {factor}.", factor=number(3.56, "times"))
    >>> said.text, said.numbers[0]["id"]
    ('Output grew ×3.6.', 'rise.factor')
    """
    pieces = re.split(r"\{(\w+)\}", template)
    typed = re.search(r"\d", "".join(pieces[::2]))
    if typed or set(pieces[1::2]) != set(slots):
        raise ValueError(f"sentence {id}: a digit is typed or the slots are not {sorted(slots)}: {template!r}")
    parts: list[str | Number] = [
        _slot(f"{id}.{piece}", slots[piece]) if position % 2 else piece for position, piece in enumerate(pieces)
    ]
    return Sentence(id, tuple(part for part in parts if part))


def _slot(id: str, content: Cell) -> Any:
    return replace(content, id=id) if isinstance(content, Number) else content


@dataclass(frozen=True)
class Passage:
    """Sentences shown together, as paragraphs or as a list."""

    id: str
    sentences: tuple[Sentence, ...]
    listed: bool = False

    @property
    def numbers(self) -> list[dict[str, Any]]:
        """The record of all their numbers."""
        return [record for said in self.sentences for record in said.numbers]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        element = "li" if self.listed else "p"
        inner = "".join(f"<{element}>{said.html}</{element}>" for said in self.sentences)
        html = f"<ul>{inner}</ul>" if self.listed else inner
        return bundle("passage", self.id, html, "\n".join(said.text for said in self.sentences), self.numbers)


@dataclass(frozen=True)
class Table:
    """A small table with a caption and scoped headings.

    Parameters
    ----------
    id : str
        Its name in the report.
    caption : Sentence
        What it shows.
    headings : sequence of str
        One a column; the first column's cells head their rows.
    rows : sequence
        Cells: text, `Link` or `Number`; numbers are named after the table, row and column.
    """

    id: str
    caption: Sentence
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    @property
    def numbers(self) -> list[dict[str, Any]]:
        """The record of its caption's and cells' numbers."""
        cells = [cell.record() for cells in self._named() for cell in cells if isinstance(cell, Number)]
        return self.caption.numbers + cells

    def _named(self) -> list[list[Cell]]:
        return [
            [_slot(f"{self.id}.{row}.{column}", cell) for column, cell in enumerate(cells, start=1)]
            for row, cells in enumerate(self.rows, start=1)
        ]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        rows = self._named()
        head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in self.headings)
        body = "".join(f"<tr>{_row_html(cells)}</tr>" for cells in rows)
        html = (
            f'<div class="table" tabindex="0" role="region" aria-label="{escape(self.caption.text)}"><table>'
            f"<caption>{self.caption.html}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )
        cells_text = [[cell if isinstance(cell, str) else cell.text for cell in cells] for cells in rows]
        text = "\n".join([self.caption.text, " | ".join(self.headings), *(" | ".join(cells) for cells in cells_text)])
        data = {"columns": list(self.headings), "rows": cells_text}
        return bundle("table", self.id, html, text, self.numbers, data)


def _row_html(cells: Sequence[Cell]) -> str:
    marked = [escape(cell) if isinstance(cell, str) else cell.html() for cell in cells]
    kinds = ["figure" if isinstance(cell, Number) else "text" for cell in cells]
    rest = "".join(f'<td class="{kind}">{cell}</td>' for kind, cell in zip(kinds[1:], marked[1:], strict=True))
    return f'<th scope="row">{marked[0]}</th>{rest}'


def bundle(
    kind: str, id: str, html: str, text: str, numbers: list[dict[str, Any]], data: dict[str, Any] | None = None
) -> dict[str, Any]:
    """An output: what is shown, and the record of its numbers and data beside it."""
    record = {"kind": kind, "id": id, "text": text, "numbers": numbers, "data": data or {}}
    return {"text/html": html, "text/plain": text, MIME: record}
