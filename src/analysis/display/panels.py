"""Panels on one time axis: several lines each, events, and the values that matter written at their points."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from math import cos, hypot, pi, sin
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox, BboxBase

from analysis.display.drawing import (
    COLOURS,
    FAINT,
    INK,
    MARKERS,
    Line,
    label_ends,
    picture,
)
from analysis.display.outputs import Chart, ChartWords
from analysis.precision import drawn
from analysis.tables import records

_PLOT = (0.115, 0.105, 0.62, 0.745)  # the same in every panel, so that years line up
_AWAY = range(4, 64, 2)  # points between a mark and its label, nearest first
_DIRECTIONS = 16
_MARK = 4.5  # points from the middle of a mark to where a label may begin
_ROWS = 2  # of events above the plot
_SIZE = 9  # points, of the labels inside
_STEPS = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10])
_LEADER = 14  # points from a mark at which a label needs a line to it
_SAME = 4  # points: marks that are nearer need one label
_COLUMNS = ["line", "year", "value", "low", "high", "link", "hollow", "figure"]


class Event(NamedTuple):
    """What happened in a year, or over years."""

    what: str
    first_year: int
    last_year: int

    @property
    def label(self) -> str:
        """The words and the years, as a chart writes them."""
        years = dict.fromkeys((self.first_year, self.last_year))
        return f"{self.what}, {'–'.join(map(str, years))}"


class Panel(NamedTuple):
    """
    One panel: lines, events and how values are written.

    Of each line `points` has `year`, `value`, `low` and `high` (a published interval or
    NaN), `figure`, `hollow`, `label` (what is written at the point, or "") and `link`:
    how a line leads here from the year before, "one" where one publication gives both
    figures, "other" where they are of two, "" where there is no line.
    """

    lines: Sequence[Line]
    events: Sequence[Event]
    years: tuple[int, int]
    scale: float  # by which the ticks divide the values


def panel_chart(id: str, panel: Panel, told: ChartWords, unit: str) -> Chart:
    """A panel as a chart; its data are the points and, a line each, the events."""
    lines = [line for line in panel.lines if not line.points.empty]
    tables = [line.points.assign(line=line.label)[_COLUMNS] for line in lines]
    tables += [_event_rows(panel.events)] if lines and panel.events else []
    data = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    if data.empty:
        return Chart(id, *told, data, unit=unit)
    highest = drawn(data[["value", "high"]].max().max())
    ticks = _STEPS.tick_values(0, highest * 1.02)
    limits = (panel.years[0] - 0.6, panel.years[1] + 0.6), (0.0, float(ticks[-1]))
    paint = partial(_paint, panel._replace(lines=lines))
    return Chart(id, *told, data, picture(id, *limits, paint, _PLOT), unit)


def _event_rows(events: Sequence[Event]) -> pd.DataFrame:
    names = [f"event: {event.label}" for event in events]
    years = [event.first_year for event in events]
    blank = {"value": float("nan"), "low": float("nan"), "high": float("nan")}
    rest = {"link": "", "hollow": False, "figure": ""}
    return pd.DataFrame({"line": names, "year": years, **blank, **rest})


def _paint(panel: Panel, axes: Axes) -> None:
    bottom, top = axes.get_ylim()
    ticks = [float(at) for at in _STEPS.tick_values(bottom, top) if at <= top]
    axes.set_yticks(ticks, [f"{tick / panel.scale:,.10g}" for tick in ticks])
    taken = _Taken(axes)
    for event in panel.events:
        _draw_event(axes, event, taken)
    for line in panel.lines:
        _draw_line(axes, line, taken)
    label_ends(axes, [end for line in panel.lines for end in _ends(line)])
    for line in panel.lines:
        inside = line.points[(line.points["label"] != "") & ~_is_end(line)]
        for point in records(inside):
            taken.write(point.label, (point.year, point.value), COLOURS[line.colour])


def _is_end(line: Line) -> "pd.Series[bool]":
    """Whether a point is labelled beside the plot: the last settled one and later ones."""
    settled = line.points[~line.points["hollow"]]
    last: pd.Series[bool] = line.points["year"] >= settled["year"].max()
    return last


def _ends(line: Line) -> Iterator[tuple[tuple[str, str], float]]:
    """What is written beside the plot: words with their colour, and height."""
    for point in records(line.points[_is_end(line)]):
        name = "" if point.hollow else f"{line.label} "
        yield (name + point.label, line.colour), point.value


def _draw_line(axes: Axes, line: Line, taken: "_Taken") -> None:
    colour = COLOURS[line.colour]
    _draw_links(axes, line.points, colour, taken)
    _draw_intervals(axes, line.points, colour, taken)
    for hollow, group in line.points.groupby("hollow"):
        face = "#ffffff" if hollow else colour
        look: Any = {"color": colour, "markerfacecolor": face, "markersize": 4}
        axes.plot(group["year"], group["value"], MARKERS[line.colour], **look)
        for at in zip(group["year"], group["value"], strict=True):
            taken.add_mark(at)


def _draw_links(axes: Axes, points: pd.DataFrame, colour: str, taken: "_Taken") -> None:
    """Join points: thick where one publication gives both, thin and grey where two meet."""
    before = dict(zip(points["year"], points["value"], strict=True))
    thick: Any = {"color": colour, "linewidth": 2.2}
    thin: Any = {"color": FAINT, "linewidth": 0.8}
    for link, look in (("one", thick), ("other", thin)):
        linked = records(points[points["link"] == link])
        steps = [((p.year - 1, before[p.year - 1]), (p.year, p.value)) for p in linked]
        _draw_steps(axes, steps, look, taken)


def _draw_intervals(
    axes: Axes, points: pd.DataFrame, colour: str, taken: "_Taken"
) -> None:
    """Published intervals, as bars with caps."""
    bars = records(points[points["low"] < points["high"]])
    steps = [((bar.year, bar.low), (bar.year, bar.high)) for bar in bars]
    look = {"color": colour, "linewidth": 1.2, "marker": "_", "markersize": 7}
    _draw_steps(axes, steps, look, taken)
    for step in steps:
        for end in step:
            taken.add_mark(end)


_Point = tuple[float, float]
_GAP = (float("nan"), float("nan"))


def _draw_steps(
    axes: Axes, steps: Sequence[tuple[_Point, _Point]], look: Any, taken: "_Taken"
) -> None:
    """Straight lines between pairs of points, as one path."""
    if not steps:
        return
    x, y = zip(*(point for step in steps for point in (*step, _GAP)), strict=True)
    axes.plot(x, y, **look)
    for step in steps:
        taken.add_line(*step)


def _draw_event(axes: Axes, event: Event, taken: "_Taken") -> None:
    bottom, top = axes.get_ylim()
    middle = (event.first_year + event.last_year) / 2
    if event.first_year < event.last_year:
        span = event.first_year - 0.5, event.last_year + 0.5
        axes.axvspan(*span, color=FAINT, alpha=0.18, linewidth=0, zorder=0)
        taken.add_band(*span)
    else:
        axes.vlines(middle, bottom, top, colors=INK, linestyles=":", linewidth=1)
        taken.add_line((middle, bottom), (middle, top))
    taken.write_above(event.label, middle)


class _Taken:
    """What labels may not cover: marks, lines, other labels. All in pixels."""

    def __init__(self, axes: Axes) -> None:
        self.axes = axes
        self.pixel = axes.figure.dpi / 72
        self.boxes: list[Bbox] = []
        self.texts: list[Bbox] = []
        self.lines: list[Path] = []
        self.named: list[tuple[float, float]] = []
        left, right = axes.get_xlim()
        for tick in axes.get_yticks():
            self.add_line((left, tick), (right, tick))

    def add_line(self, *ends: tuple[float, float]) -> None:
        self.lines.append(Path([self._at(end) for end in ends]))

    def add_band(self, first: float, last: float) -> None:
        bottom, top = self.axes.get_ylim()
        self.boxes.append(Bbox([self._at((first, bottom)), self._at((last, top))]))

    def add_mark(self, point: tuple[float, float]) -> None:
        (x, y), half = self._at(point), _MARK * self.pixel
        self.boxes.append(Bbox([[x - half, y - half], [x + half, y + half]]))

    def _at(self, point: tuple[float, float]) -> tuple[float, float]:
        x, y = self.axes.transData.transform(point)
        return float(x), float(y)

    def write(self, words: str, point: tuple[float, float], colour: str) -> None:
        """Write words as near to a point as there is room; nowhere if there is none."""
        if self._is_named(point):
            return
        text = self._text(words, colour)
        for x, y in _around(text, self._at(point), self.pixel):
            self._move(text, x, y)
            box = text.get_window_extent()
            leader = self._leader(self._at(point), box)
            through = leader and any(
                leader.intersects_bbox(other, filled=False) for other in self.texts
            )
            if not through and self._is_free(text, self.axes.get_window_extent()):
                self._keep(box, leader, colour)
                return
        text.remove()

    def _move(self, text: Text, x: float, y: float) -> None:
        x, y = self.axes.transAxes.inverted().transform((x, y)).tolist()
        text.set_position((x, y))

    def _leader(self, at: tuple[float, float], box: Bbox) -> Path | None:
        """A thin line from a mark to a label that is far from it; None for a near one."""
        x, y = (
            min(max(place, low), high)
            for place, low, high in zip(at, box.min, box.max, strict=True)
        )
        away = hypot(x - at[0], y - at[1])
        if away < _LEADER * self.pixel:
            return None
        start = _MARK * self.pixel / away
        middle = [a + start * (b - a) for a, b in zip(at, (x, y), strict=True)]
        return Path([middle, (x, y)])

    def _keep(self, box: Bbox, leader: Path | None, colour: str) -> None:
        self.boxes.append(box)
        self.texts.append(box)
        if leader is None:
            return
        self.lines.append(leader)
        ends = self.axes.transAxes.inverted().transform(leader.vertices)
        look: Any = {"color": colour, "linewidth": 0.6}
        self.axes.plot(*ends.T, "-", transform=self.axes.transAxes, **look)

    def _is_named(self, point: tuple[float, float]) -> bool:
        """Whether a mark in the same place has its label; from now on this one counts."""
        x, y = self._at(point)
        near = [hypot(x - x2, y - y2) < _SAME * self.pixel for x2, y2 in self.named]
        self.named.append((x, y))
        return any(near)

    def write_above(self, words: str, year: float) -> None:
        """Write words above the plot over a year, in the lowest row that has room."""
        text = self._text(words, INK)
        whole, (x, top) = self.axes.figure.bbox, self._at((year, 0))
        top = self.axes.get_window_extent().y1
        height = text.get_window_extent().height + 2 * self.pixel
        half = text.get_window_extent().width / 2
        rows = range(_ROWS)
        sides = (0, half - self.pixel, self.pixel - half)
        for row, side in product(rows, sides):
            at = (x + side, top + (row + 0.7) * height)
            self._move(text, *at)
            if self._is_free(text, whole):
                self.boxes.append(text.get_window_extent())
                return
        text.remove()

    def _text(self, words: str, colour: str) -> Text:
        place: Any = {"transform": self.axes.transAxes, "ha": "center", "va": "center"}
        return self.axes.text(0, 0, words, color=colour, fontsize=_SIZE, **place)

    def _is_free(self, text: Text, within: BboxBase) -> bool:
        box = text.get_window_extent().padded(self.pixel)
        inside = within.containsx(box.x0) and within.containsx(box.x1)
        inside = inside and within.containsy(box.y0) and within.containsy(box.y1)
        crossed = any(line.intersects_bbox(box, filled=False) for line in self.lines)
        return inside and not crossed and not box.count_overlaps(self.boxes)


def _around(
    text: Text, point: tuple[float, float], pixel: float
) -> Iterator[tuple[float, float]]:
    """Middles of a text around a point, the nearest first, above before below."""
    box = text.get_window_extent()
    for away, turn in product(_AWAY, range(_DIRECTIONS)):
        angle = pi / 2 + (-1) ** turn * ((turn + 1) // 2) * 2 * pi / _DIRECTIONS
        x = point[0] + cos(angle) * (box.width / 2 + away * pixel)
        y = point[1] + sin(angle) * (box.height / 2 + away * pixel)
        yield round(x, 3), round(y, 3)
