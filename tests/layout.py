"""What can't be read in a picture: texts that are clipped, that overlap, or that something drawn runs through."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any, NamedTuple
from xml.etree import ElementTree

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

_SVG = "{http://www.w3.org/2000/svg}"
_FINE = 10  # pixels a point, at which texts are measured
_RENDERER: Any = RendererAgg(100, 100, 72 * _FINE)  # type: ignore[no-untyped-call]
_TOUCH = 0.5  # points by which edges may meet


class Box(NamedTuple):
    """A rectangle in points, with what it holds; y runs down."""

    what: str
    x0: float
    y0: float
    x1: float
    y1: float

    def meets(self, other: "Box") -> bool:
        """Whether two rectangles share more than an edge."""
        apart = self.x1 - _TOUCH <= other.x0 or other.x1 - _TOUCH <= self.x0
        return not (
            apart or self.y1 - _TOUCH <= other.y0 or other.y1 - _TOUCH <= self.y0
        )


Segment = tuple[float, float, float, float]


def faults(svg: str) -> list[str]:
    """What is wrong with the texts of a picture of the house style, as matplotlib's renderer measures them."""
    root = ElementTree.fromstring(svg)
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    marks = {
        f"#{path.get('id')}": path
        for path in root.iter(f"{_SVG}path")
        if path.get("id")
    }
    texts = [box(text) for text in root.iter(f"{_SVG}text")]
    clipped = [
        t.what for t in texts if t.x0 < 0 or t.y0 < 0 or t.x1 > width or t.y1 > height
    ]
    overlapping = [
        f"{one.what} / {two.what}"
        for one, two in combinations(texts, 2)
        if one.meets(two)
    ]
    lines = [segment for path in drawn(root) for segment in segments(path)]
    crossed = [
        text.what for text in texts if any(crosses(segment, text) for segment in lines)
    ]
    shapes = [
        *map(solid, drawn(root, filled=True)),
        *(mark(use, marks) for use in root.iter(f"{_SVG}use")),
    ]
    covered = [
        text.what for text in texts if any(text.meets(shape) for shape in shapes)
    ]
    kinds = {
        "clipped": clipped,
        "overlap": overlapping,
        "line through": crossed,
        "mark on": covered,
    }
    return [f"{kind}: {what}" for kind, whats in kinds.items() for what in whats]


def box(text: ElementTree.Element) -> Box:
    """The rectangle of a text element, from its font, anchor and place."""
    style = dict(re.findall(r"([\w-]+): ([^;]+)", text.get("style", "")))
    font = FontProperties(
        family="DejaVu Sans",
        size=float(style["font-size"][:-2]),
        weight=style.get("font-weight", 400),
    )
    words = (text.text or "").strip()
    w, h, descent = (
        size / _FINE
        for size in _RENDERER.get_text_width_height_descent(words, font, ismath=False)
    )
    x, y = map(
        float,
        re.findall(
            r"-?[\d.]+", text.get("transform", f"{text.get('x')} {text.get('y')}")
        )[-2:],
    )
    left = x - w * {"middle": 0.5, "end": 1.0}.get(style.get("text-anchor", ""), 0.0)
    return Box(words, left, y + descent - h, left + w, y + descent)


def drawn(
    root: ElementTree.Element, filled: bool = False
) -> Iterator[ElementTree.Element]:
    """The paths that are lines, or those that are filled; neither what is only defined nor what is clear."""
    if root.tag == f"{_SVG}defs":
        return
    style = root.get("style", "")
    if (
        root.tag == f"{_SVG}path"
        and (("fill: none" in style) != filled)
        and (filled or "stroke:" in style)
    ):
        yield root
    for child in root:
        yield from drawn(child, filled)


def points(path: ElementTree.Element) -> list[tuple[str, float, float]]:
    """The corners of a path, each with its command."""
    found = re.findall(r"([MLC])([^MLCz]*)", path.get("d", ""))
    numbers = [(command, [*map(float, rest.split())]) for command, rest in found]
    return [(command, at[-2], at[-1]) for command, at in numbers]


def segments(path: ElementTree.Element) -> list[Segment]:
    """The straight pieces of a line."""
    corners = points(path)
    return [(*one[1:], *two[1:]) for one, two in pairwise(corners) if two[0] != "M"]


def around(path: ElementTree.Element, what: str, x: float = 0, y: float = 0) -> Box:
    """The rectangle around a path that is moved by x and y."""
    xs, ys = (
        [x + corner[1] for corner in points(path)],
        [y + corner[2] for corner in points(path)],
    )
    return Box(what, min(xs), min(ys), max(xs), max(ys))


def solid(path: ElementTree.Element) -> Box:
    """The rectangle around a filled shape."""
    return around(path, "shape")


def mark(use: ElementTree.Element, marks: dict[str, ElementTree.Element]) -> Box:
    """The rectangle around a mark."""
    path = marks[use.attrib["{http://www.w3.org/1999/xlink}href"]]
    return around(path, "mark", float(use.get("x", 0)), float(use.get("y", 0)))


def crosses(segment: Segment, text: Box) -> bool:
    """Whether a straight line runs through a text's rectangle (Liang and Barsky 1984)."""
    x, y, x2, y2 = segment
    first, last = 0.0, 1.0
    inner = (text.x0 + _TOUCH, text.y0 + _TOUCH, text.x1 - _TOUCH, text.y1 - _TOUCH)
    for step, room in (
        (x - x2, x - inner[0]),
        (x2 - x, inner[2] - x),
        (y - y2, y - inner[1]),
        (y2 - y, inner[3] - y),
    ):
        if step == 0 and room <= 0:
            return False
        if step < 0:
            first = max(first, room / step)
        elif step > 0:
            last = min(last, room / step)
    return first < last
