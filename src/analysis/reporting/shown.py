"""What a page shows: its numbers, its words, and its pictures as drawn. Markup is read, never rendered."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple
from xml.etree import ElementTree

NEAR, NEAR_TEXT = 0.1, 3.0  # pixels by which a line, and a text, which is placed by its measured width, may be off
_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_HASH = re.compile(r"\b[0-9a-f]{64}\b")  # of an input; `inputs` compares them
_COORDINATE = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
_PLACED = frozenset({"d", "x", "y", "transform", "points"})  # attributes that hold coordinates
_LONGEST = 5_000_000  # characters of a picture


class Shown(HTMLParser):
    """A page or a part of one: `numbers` (id, value, text), `words` and `pictures` (SVG), each in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.numbers: list[list[float | str]] = []
        self.words: list[str] = []
        self.pictures = _SVG.findall(html)
        self._tag, self._number = "", ("", "")
        self.feed(_SVG.sub("", html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take alt texts and addresses as words, and the value of a number."""
        self._tag, given = tag, dict(attrs)
        self._number = (given.get("data-id") or "", given.get("value") or "")
        self.words += [f"{name}={value}" for name, value in attrs if name not in ("class", "value")]

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 (what follows belongs to none)
        """Leave the element."""
        self._tag = ""

    def handle_data(self, data: str) -> None:
        """Take a text, unless it is a style sheet."""
        if self._tag == "data":
            self.numbers.append([self._number[0], as_float(self._number[1]), data])
        text = " ".join(_HASH.sub("", data).split())
        if text and self._tag != "style":
            self.words.append(text)


def as_float(text: str) -> float | str:
    """The number that a text is, or the text."""
    try:
        return float(text)
    except ValueError:
        return text


class Mark(NamedTuple):
    """An element of a picture."""

    what: str  # tag, style, what is written, and which marker is used
    where: list[float]  # its coordinates, in pixels


def drawn(svg: str) -> list[Mark]:
    """The elements of an SVG in order; ids, which hold hashes of coordinates, are told by their place in the picture.

    >>> drawn('<svg><path id="a" d="M 1 2"/></svg>')[1]
    Mark(what='path d=M § §', where=[1.0, 2.0])
    """
    if len(svg) > _LONGEST or re.search("<!(doctype|entity)", svg, re.IGNORECASE):
        raise ValueError("a picture that is too large, or declares entities, is not read")
    elements = [*ElementTree.fromstring(svg).iter()]
    places = {f"#{element.get('id')}": str(place) for place, element in enumerate(elements)}
    return [_mark(element, places) for element in elements]


def _mark(element: ElementTree.Element, places: dict[str, str]) -> Mark:
    said, where = [element.tag.rpartition("}")[2]], []
    for name, value in sorted(element.items()):
        if name in _PLACED:
            where += [float(coordinate) for coordinate in _COORDINATE.findall(value)]
            said.append(f"{name}={' '.join(_COORDINATE.sub('§', value).split())}")
        elif name not in ("id", "clip-path"):
            said.append(f"{name.rpartition('}')[2]}={places.get(value, value)}")
    written = ((element.text or "") + (element.tail or "")).split()
    return Mark(" ".join([*said, *written]), where)


def drawn_otherwise(expected: str, found: str) -> Iterator[tuple[str, str]]:
    """The first element by which two pictures differ, as expected and as found; nothing if they are the same."""
    if expected == found:
        return
    old, new = drawn(expected), drawn(found)
    if len(old) != len(new):
        yield f"{len(old)} elements", f"{len(new)} elements"
    for mark, other in zip(old, new, strict=False):
        if mark.what != other.what or not _near(mark, other):
            yield f"{mark.what} at {mark.where}", f"{other.what} at {other.where}"
            return


def _near(mark: Mark, other: Mark) -> bool:
    allowed = NEAR_TEXT if mark.what.startswith("text ") else NEAR
    pairs = zip(mark.where, other.where, strict=False)
    return len(mark.where) == len(other.where) and all(abs(a - b) <= allowed for a, b in pairs)
