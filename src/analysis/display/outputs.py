"""What a cell of a report shows beside a sentence: a passage, a table or a chart, each with the record of its numbers."""

import base64
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, NamedTuple

import pandas as pd

from analysis.display.numbers import (
    MIME,
    Cell,
    Number,
    Sentence,
    Slots,
    bundle,
    html_of,
    say,
    slug,
    text_of,
    with_id,
    words,
)
from analysis.precision import drawn

WIDTH = 600  # pixels of a chart in a notebook


@dataclass(frozen=True)
class Passage:
    """Sentences shown together, as paragraphs or as a list."""

    id: str
    sentences: Sequence[Sentence]
    listed: bool = False

    @property
    def slots(self) -> Slots:
        """Its numbers by the slots that they fill."""
        parts = (part for said in self.sentences for part in said.parts)
        return {
            part.id.rpartition(".")[2]: part
            for part in parts
            if isinstance(part, Number)
        }

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        element = "li" if self.listed else "p"
        inner = "".join(
            f"<{element}>{said.html}</{element}>" for said in self.sentences
        )
        numbers = [record for said in self.sentences for record in said.numbers]
        text = "\n".join(said.text for said in self.sentences)
        return bundle(
            "passage",
            self.id,
            f"<ul>{inner}</ul>" if self.listed else inner,
            text,
            numbers,
        )


@dataclass(frozen=True)
class Table:
    """A small table with a caption and scoped headings; a number is named after the table, its row's key and its heading."""

    id: str
    caption: Sentence
    headings: Sequence[str]  # one a column; the first column's cells head their rows
    rows: Sequence[Sequence[Cell]]
    keys: Sequence[
        str
    ] = ()  # one a row; the texts of the first column if there are none
    beside: dict[str, Any] = field(
        default_factory=dict
    )  # data that the table carries and does not show

    def _named(self) -> list[list[Cell]]:
        named = []
        met = Counter[str]()
        for place, cells in enumerate(self.rows):
            key = slug(self.keys[place] if self.keys else text_of(cells[0]))
            met[key] += 1
            row = f"{self.id}.{key}" + (f"-{met[key]}" if met[key] > 1 else "")
            columns = zip(self.headings, cells, strict=True)
            named.append(
                [with_id(f"{row}.{slug(heading)}", cell) for heading, cell in columns]
            )
        return named

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        rows = self._named()
        head = "".join(
            f'<th scope="col">{escape(heading)}</th>' for heading in self.headings
        )
        body = "\n".join(f"<tr>{_row_html(cells)}</tr>" for cells in rows)
        html = (
            f'<div class="table" tabindex="0" role="region" aria-label="{escape(self.caption.text)}"><table>'
            f"<caption><span>{self.caption.html}</span></caption>"
            f"<thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>"
        )
        texts = [[text_of(cell) for cell in cells] for cells in rows]
        data = {"columns": list(self.headings), "rows": texts, **self.beside}
        text = "\n".join(
            [
                self.caption.text,
                *(" | ".join(cells) for cells in [self.headings, *texts]),
            ]
        )
        records = [
            cell.record()
            for cells in rows
            for cell in cells
            if isinstance(cell, Number)
        ]
        return bundle(
            "table", self.id, html, text, self.caption.numbers + records, data
        )


def _row_html(cells: Sequence[Cell]) -> str:
    kinds = ["figure" if isinstance(cell, Number) else "text" for cell in cells]
    rest = [
        f'<td class="{kind}">{html_of(cell)}</td>'
        for kind, cell in zip(kinds, cells, strict=True)
    ]
    return f'<th scope="row">{html_of(cells[0])}</th>{"".join(rest[1:])}'


def table(
    name: str,
    rows: Sequence[Sequence[Cell]],
    slots: Slots | None = None,
    *,
    id: str = "",
    **more: Any,
) -> Table:
    """A table of these rows, with the caption (unless given) and the headings that words.toml has under `name`."""
    caption = more.pop("caption", None) or say(f"{name}_caption", slots, id=id)
    return Table(
        id or name, caption, words()[f"{name}_headings"].split(" | "), rows, **more
    )


class Picture(NamedTuple):
    """One drawing in two forms; both empty where there is nothing to draw."""

    svg: str = ""
    png: bytes = b""


NONE = Picture()


@dataclass(frozen=True)
class Chart:
    """A figure, its words and its data; shows itself in a notebook."""

    id: str  # its name in the report
    title: Sentence  # the finding
    alt: Sentence  # the finding for those who don't see the picture
    subtitle: str  # measure, place and unit
    source: str  # the publications
    data: pd.DataFrame  # what was drawn
    picture: Picture = NONE
    unit: str = ""  # of its column `value`

    def _ipython_display_(self) -> None:
        """
        Show its words, and then its picture alone.

        A viewer that has a choice takes markup before a picture, and takes drawings out of
        the markup of a notebook that it does not trust: so neither stands beside the other.
        """
        from IPython.display import display

        about = {"image/png": {"alt": self.alt.text, "width": WIDTH}}
        shown = self._repr_mimebundle_()
        display(self._caption(), raw=True)  # type: ignore[no-untyped-call]
        display(shown, raw=True, metadata=about if self.picture.png else {})  # type: ignore[no-untyped-call]

    def _caption(self) -> dict[str, Any]:
        words = [self.title.text, self.subtitle, self.source]
        html = (
            f"<p><strong>{self.title.html}</strong><br>{escape(self.subtitle)}<br>"
            f"<small>{escape(self.source)}</small></p>"
        )
        return bundle("caption", f"{self.id}_caption", html, "\n".join(words), [])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        html = (
            f'<figure id="{escape(self.id)}"><figcaption><strong>{self.title.html}</strong><br>'
            f"<span>{escape(self.subtitle)}</span></figcaption>"
            f'<div role="img" aria-label="{escape(self.alt.text)}">{self.picture.svg}</div>'
            f'<p class="source">{escape(self.source)}</p></figure>'
        )
        columns: Any = {
            name: [*map(_plain, self.data[name].tolist())] for name in self.data.columns
        }
        columns |= {"unit": [self.unit] * len(self.data)} if self.unit else {}
        numbers = self.title.numbers + self.alt.numbers
        text = f"{self.title.text}\n{self.alt.text}"
        shown = bundle("chart", self.id, "", text, numbers, columns)
        del shown["text/html"]
        shown["text/plain"] = self.alt.text
        shown[MIME]["page"] = html.split("\n")
        if self.picture.png:
            shown["image/png"] = base64.b64encode(self.picture.png).decode()
        return shown


# Title, alt text, subtitle and source line of a chart.
ChartWords = tuple[Sentence, Sentence, str, str]


def chart_words(
    name: str,
    slots: Slots,
    *,
    id: str = "",
    empty: bool = False,
    title: Sentence | None = None,
    alt: Sentence | None = None,
) -> ChartWords:
    """A chart's words from words.toml, under `name`, or those of one that is `empty`; a title or alt text given stays."""
    ending = "_none" if empty else ""
    id = id or name
    return (
        title or say(f"{name}_title{ending}", slots, id=f"{id}_title"),
        alt or say(f"{name}_alt{ending}", slots, id=f"{id}_alt"),
        say(f"{name}_subtitle", slots).text,
        say(f"{name}_source", slots).text,
    )


def _plain(cell: Any) -> Any:
    if isinstance(cell, float):
        return None if math.isnan(cell) else drawn(cell)
    return cell
