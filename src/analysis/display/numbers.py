"""The one way by which a figure gets into a report: `number`, printed and recorded, in the sentences of words.toml.

What a cell shows (a sentence, a table, a chart) carries its numbers with it in its output, under a MIME
type of the project's own. So an executed notebook holds the record, and nothing is kept in between.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, NamedTuple

from analysis.precision import digits, recorded
from analysis.vocabulary import (
    agency_label,
    capital,
    label,
    measures,
    place_label,
    vocabulary,
)

MIME = "application/vnd.coca-trends+json"
Record = dict[str, Any]


class Number(NamedTuple):
    """A number as a report prints it."""

    value: float  # to ten significant digits
    unit: str  # `year`, `times` and `figures` (a count of figures) among them
    text: str  # as printed
    rows: tuple[str, ...]  # ids of the processed rows that it comes from
    id: str = ""  # its name in the report, set by the sentence or table that holds it

    def html(self) -> str:
        """Markup that names the number, so that a page can lead from it to its source."""
        return f'<data class="number" data-id="{escape(self.id)}" value="{digits(self.value)}">{escape(self.text)}</data>'

    def record(self) -> Record:
        """What numbers.csv says of it."""
        return {
            "id": self.id,
            "value": self.value,
            "unit": self.unit,
            "text": self.text,
            "rows": list(self.rows),
        }


def number(
    value: float,
    unit: str,
    rows: Iterable[str] = (),
    *,
    bare: bool = False,
    text: str = "",
    one: str = "",
) -> Number:
    r"""Print a number and keep where it comes from.

    Parameters
    ----------
    unit : str
        Its unit; a year is `year` and prints without separators.
    rows : iterable of str
        Ids of the processed rows behind it.
    bare : bool
        Leave the unit out, where a heading says it.
    text : str
        Words to print instead, such as the wording of an article.
    one : str
        Of a count, the word for one, which is printed behind it: "1 year", "2 years".

    Examples
    --------
    >>> number(972, "t").text, number(3.5604, "times").text, number(2021, "year").text
    ('972\xa0t', '×3.6', '2021')
    """
    if one:
        text = f"{value} {one}{'' if value == 1 else 's'}"
    value = recorded(value)
    printing = vocabulary()["printing"].get(unit, {})
    decimals = printing.get("decimals", 1)
    plain = (
        f"{value:.0f}"
        if unit == "year"
        else f"{round(value, decimals) + 0.0:,.{decimals}f}".replace("-", "\u2212")
    )
    plain = f"below {10**-decimals}" if unit == "p" and value < 10**-decimals else plain
    printed = (
        "×" + plain
        if unit == "times"
        else plain + ("" if bare else printing.get("after", ""))
    )
    return Number(value, unit, text or printed, tuple(dict.fromkeys(rows)))


def counted(table: Any, column: str = "figure", one: str = "") -> Number:
    """How many different entries a column of figures has; with a word behind it where the word for one is given."""
    count = table[column].nunique()
    return number(count, "figures", table["figure"], one=one)


def numbers(
    unit: str, rows: Iterable[str], values: Mapping[str, float], one: str = ""
) -> dict[str, Number]:
    """Several numbers of one unit that come from the same rows, by the slots that they fill."""
    rows = tuple(rows)
    return {name: number(value, unit, rows, one=one) for name, value in values.items()}


def value_of(row: Any, unit: str, bare: bool = False) -> Number:
    """The figure of a row of a series, leading to its id."""
    return number(float(row["value"]), unit, [str(row["figure"])], bare=bare)


def year_in(row: Any) -> Number:
    """The year of a row of a series, leading to its id."""
    return number(int(row["year"]), "year", [str(row["figure"])])


class Link(NamedTuple):
    """Text that leads to an address; the address is https or http, or there is none."""

    text: str
    url: str

    def html(self) -> str:
        """Markup of the link, or of the text alone."""
        match = re.match(r"https?://[^\s\"'<>]+", self.url)
        return (
            f'<a href="{escape(match[0])}" rel="noreferrer">{escape(self.text)}</a>'
            if match
            else escape(self.text)
        )


Cell = str | Number | Link


def text_of(cell: Cell) -> str:
    """The words of a cell, or of a part of a sentence."""
    return cell if isinstance(cell, str) else cell.text


def html_of(cell: Cell) -> str:
    """Its markup, everything escaped."""
    return escape(cell) if isinstance(cell, str) else cell.html()


def with_id(id: str, cell: Any) -> Any:
    """A number with its name in the report; anything else as it is."""
    return cell._replace(id=id) if isinstance(cell, Number) else cell


# What a cell shows is a dataclass: IPython would print a tuple as a tuple.
@dataclass(frozen=True)
class Sentence:
    """A sentence with its numbers; shows itself in a notebook as a paragraph, or as the title if it is the headline."""

    id: str  # its name in the report
    parts: tuple[str | Number, ...]  # text and numbers in turn

    @property
    def text(self) -> str:
        """The sentence without markup."""
        return "".join(map(text_of, self.parts))

    @property
    def html(self) -> str:
        """The sentence with its numbers marked, everything escaped."""
        return "".join(map(html_of, self.parts))

    @property
    def numbers(self) -> list[Record]:
        """The record of its numbers."""
        return [part.record() for part in self.parts if isinstance(part, Number)]

    def _repr_mimebundle_(self, **_: Any) -> Record:
        element = "h1" if self.id == "headline" else "p"
        return bundle(
            "sentence",
            self.id,
            f"<{element}>{self.html}</{element}>",
            self.text,
            self.numbers,
        )


Slot = Number | str | Sentence
Slots = dict[str, Slot]


def about(measure: str, place: str = "", agency: str = "") -> Slots:
    """The words for a measure, a place and an agency; `where` is the place as it stands alone."""
    what = label(measure)
    return {
        "what": what,
        "capital": capital(what),
        "unit": measures()[measure].unit,
        "place": place_label(place),
        "where": place,
        "agency": agency_label(agency) if agency else "",
    }


def sentence(id: str, template: str, **slots: Slot) -> Sentence:
    """Fill a template's slots; each number takes the name of the sentence and its slot.

    Parameters
    ----------
    id : str
        Name of the sentence, unique in a report.
    template : str
        Text with `{slots}` and no digit of its own.
    slots
        Numbers, words, or sentences, which become a part of this one; what the template does not name is left out.

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
    if typed or not set(pieces[1::2]) <= set(slots):
        raise ValueError(
            f"sentence {id}: a digit is typed or the slots are not {sorted(slots)}: {template!r}"
        )
    filled = (
        _parts(id, piece, slots[piece]) if place % 2 else (piece,)
        for place, piece in enumerate(pieces)
    )
    return Sentence(id, tuple(part for parts in filled for part in parts if part))


def _parts(id: str, name: str, slot: Slot) -> tuple[Any, ...]:
    if isinstance(slot, Sentence):
        return tuple(
            with_id(f"{id}.{getattr(part, 'id', '')}", part) for part in slot.parts
        )
    return (with_id(f"{id}.{name}", slot),)


@cache
def words() -> dict[str, str]:
    """Every sentence by its name, read once."""
    return tomllib.loads(
        files("analysis.display").joinpath("words.toml").read_text("utf-8")
    )


def named(name: str) -> list[str]:
    """The slots of a sentence, by its name."""
    return re.findall(r"\{(\w+)\}", words()[name])


def say(
    name: str, slots: Mapping[str, Slot] | None = None, *, id: str = "", **more: Slot
) -> Sentence:
    """The sentence called `name`, filled from `slots` and `more`; what it does not name is left out.

    `id` is its name in the report, `name` if empty: one sentence may be said of several measures.

    >>> say("growth_unsettled", count="Two").text
    'The report was asked to use provisional and leaked figures: Two of those above are.'
    """
    return sentence(id or name, words()[name], **{**(slots or {}), **more})


def joined(sentences: Sequence[Sentence], between: str = " and ") -> Sentence:
    """Sentences made one, for the slot of another."""
    parts = [part for said in sentences for part in (between, *said.parts)]
    return Sentence("", tuple(parts[1:]))


def slug(text: str) -> str:
    """A name for an id or an address: lower case, with a hyphen for all but letters and digits."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def bundle(
    kind: str,
    id: str,
    html: str,
    text: str,
    numbers: list[Record],
    data: Record | None = None,
) -> Record:
    """An output: what is shown, and the record of its numbers and data beside it."""
    record = {
        "kind": kind,
        "id": id,
        "text": text,
        "numbers": numbers,
        "data": data or {},
    }
    return {"text/html": html, "text/plain": text, MIME: record}
