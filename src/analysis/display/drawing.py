"""The house style: one panel a chart, as inline SVG and as PNG, with its title, alt text, source line and data.

Text stays text in the SVG, and colours are CSS variables, so a page can recolour them in the dark.
"""

import re
import textwrap
from collections.abc import Callable, Sequence
from functools import partial
from importlib.resources import files
from io import BytesIO, StringIO
from itertools import pairwise
from typing import Any, NamedTuple

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.ticker import MaxNLocator
from PIL import Image

from analysis.display.outputs import WIDTH, Chart, ChartWords, Picture
from analysis.precision import drawn
from analysis.tables import records

# On white all reach a contrast of 4.5 and stay apart for the colour-blind (tests/test_palette.py); the page has a dark set.
COLOURS = {
    "area": "#0072b2",
    "output": "#b34700",
    "yield": "#065e32",
    "deaths": "#4b2d7d",
    "deaths_2": "#821e53",
}
# Told apart without colour.
MARKERS = {"area": "o", "output": "s", "yield": "^", "deaths": "D", "deaths_2": "v"}
INK, FAINT = "#1f2328", "#6e7781"
_STYLE = str(files("analysis.display").joinpath("house.mplstyle"))
_WIDTH = WIDTH  # where no page says otherwise, as in JupyterLab
# Pixels, and the colours that a few hues and their edges need.
_PNG_WIDTH = 1000
_PNG_COLOURS = 64
_SIZE = (4.8, 3.0)  # small, so that its text can be read on a phone
_LABEL = 14  # characters in a line of a label beside the plot
_HATCHES = ("", "///")  # of the parts of a bar, from zero outwards
_PAD = 12  # pixels, between the plot and its labels
# Columns of a line's data.
_DRAWN = ["line", "year", "value", "joined", "hollow", "figure"]
_NO_FIGURES = "No figures were printed for these years."


class Line(NamedTuple):
    """One series of a chart."""

    label: str  # written at its end
    colour: str  # a name in `COLOURS`
    # `year`, `value`, `figure` (id), `joined` (whether a line may lead here from the year before: both figures
    # come from one release) and `hollow` (unsettled or not of one release).
    points: pd.DataFrame
    dashed: bool = False  # to tell it from another line in grey
    # A fitted curve, drawn behind the points: `year` and `value`, `low` and `high` of its band,
    # and `joinpoint`, whether the trend changes there; and another fit, drawn dashed.
    fit: pd.DataFrame | None = None
    other_fit: pd.DataFrame | None = None


Span = tuple[float, float]


Place = tuple[float, float, float, float]  # left, bottom, width, height


def picture(
    id: str,
    x: Span,
    y: Span,
    paint: Callable[[Axes], None],
    place: Place | None = None,
) -> Picture:
    """
    One panel in the house style, `paint`ed between the limits of `x` and `y`.

    `id` is unique on a page. The plot is at `place`, in parts of the picture; without
    one it leaves the room that its labels take.
    """
    with mpl.rc_context(fname=_STYLE):
        figure = Figure(figsize=_SIZE)
        axes = figure.add_axes(place or (0.1, 0.1, 0.88, 0.86))
        _frame(axes, x, y)
        paint(axes)
        if place is None:
            _make_room(figure, axes)
        return Picture(_svg(figure, id), _png(figure))


def line_chart(
    id: str,
    lines: Sequence[Line],
    years: tuple[int, int],
    words: ChartWords,
    unit: str,
    empty: str = "",
) -> Chart:
    """Series over years, zero on the axis; the data of the chart are the table of what was drawn.

    Points that are `joined` are, the others stand alone; lines without points are left out. `empty` is what the panel
    says when there is nothing to draw.
    """
    shown = [_as_drawn(line) for line in lines if not line.points.empty]
    tables = [line.points.assign(line=line.label)[_DRAWN] for line in shown]
    for line in shown:
        for fit, name in ((line.fit, "fitted"), (line.other_fit, "other fit")):
            if fit is not None:
                tables.append(fit.assign(line=f"{line.label}, {name}"))
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    values = [0.0, *table.get("value", ()), *table.get("high", pd.Series()).dropna()]
    limits = _with_room(min(values), max(values) or 1)
    paint = partial(_paint_lines, shown, empty or _NO_FIGURES)
    return Chart(id, *words, table, picture(id, _around(*years), limits, paint), unit)


def _as_drawn(line: Line) -> Line:
    fit, other = (
        None if fit is None else _rounded(fit) for fit in (line.fit, line.other_fit)
    )
    return line._replace(points=_rounded(line.points), fit=fit, other_fit=other)


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    """A table with the digits that the chart's data give: a drawing is then the same on every processor."""
    numbers = table.select_dtypes("float")
    return table.assign(**{str(name): numbers[name].map(drawn) for name in numbers})


def _with_room(low: float, high: float) -> Span:
    """Limits with room for a mark above the highest value, and below the lowest if that is below zero."""
    room = 0.07 * (high - low)
    return low - (room if low < 0 else 0), high + room


def _around(first: float, last: float) -> Span:
    return first - 0.6, last + 0.6


def _paint_lines(lines: Sequence[Line], empty: str, axes: Axes) -> None:
    for line in lines:
        _draw(axes, line)
    names = [(line.label, line.colour) for line in lines]
    if not lines:
        _say_empty(axes, empty)
    elif len(lines) == 1:
        fitted = [] if lines[0].fit is None else [("fitted", "")]
        _label_above(axes, names + fitted)
    else:
        ends = [float(line.points["value"].iloc[-1]) for line in lines]
        label_ends(axes, [*zip(names, ends, strict=True)])


def _say_empty(axes: Axes, text: str) -> None:
    middle: Any = {"transform": axes.transAxes, "ha": "center", "va": "center"}
    axes.text(0.5, 0.5, text, wrap=True, **middle)


def draw_bars(id: str, bars: pd.DataFrame, colours: dict[str, str]) -> Picture:
    """Parts of a change by year as stacked bars, rises above zero and falls below.

    `bars` has a column `year` and one for each part; `colours` names the parts and their colours.
    """
    bars = _rounded(bars)
    rises = bars[[*colours]].clip(lower=0)
    falls = bars[[*colours]].clip(upper=0)
    limits = _with_room(falls.sum(axis=1).min(), rises.sum(axis=1).max())
    years = _around(bars["year"].min(), bars["year"].max())
    return picture(
        id, years, limits, partial(_paint_bars, bars["year"], rises, falls, colours)
    )


def _paint_bars(
    years: Any,
    rises: pd.DataFrame,
    falls: pd.DataFrame,
    colours: dict[str, str],
    axes: Axes,
) -> None:
    above, below = (
        side.cumsum(axis=1).shift(axis=1, fill_value=0) for side in (rises, falls)
    )
    looks = list(zip(colours.items(), _HATCHES, strict=False))
    for (part, colour), hatch in looks:
        base = above[part].where(rises[part] > 0, below[part])
        look = COLOURS[colour]
        axes.bar(
            years,
            rises[part] + falls[part],
            0.7,
            base,
            color=look,
            hatch=hatch,
            edgecolor="#ffffff",
            linewidth=0,
        )
    _label_above(
        axes,
        [
            (f"{part}, hatched" if hatch else part, colour)
            for (part, colour), hatch in looks
        ],
    )


def draw_marks(id: str, marks: pd.DataFrame, x: Span) -> Picture:
    """Marks in rows, from top to bottom.

    `marks` has `row` (its label), `value` and `filled`; a value that is missing is marked left of zero by a cross.
    """
    paint = partial(_paint_marks, _rounded(marks))
    return picture(id, x, (marks["row"].nunique() - 0.4, -0.6), paint)


def _paint_marks(marks: pd.DataFrame, axes: Axes) -> None:
    rows = list(dict.fromkeys(marks["row"]))
    axes.xaxis.set(major_locator=MaxNLocator(nbins=6), major_formatter=_tick)
    axes.set_yticks(range(len(rows)), [textwrap.fill(row, _LABEL) for row in rows])
    axes.axvline(0, color=FAINT, linewidth=1)
    left = axes.get_xlim()[0] * 0.5
    for mark in records(marks):
        missing = pd.isna(mark.value)
        look: Any = {
            "color": COLOURS["output"],
            "markerfacecolor": COLOURS["output"] if mark.filled else "#ffffff",
        }
        at, sign = (left, "x") if missing else (mark.value, "o")
        axes.plot(at, rows.index(mark.row), sign, **look, markersize=6, clip_on=False)


def draw_banded_marks(id: str, marks: pd.DataFrame) -> Picture:
    """Correlations in rows, each on the band of its row, those of one row below each other.

    `marks` has `row` (its label), `lag` (written at the right), `value`, `limit` (the band goes
    so far to either side of zero) and `filled`.
    """
    paint = partial(_paint_banded_marks, _rounded(marks))
    return picture(id, (-1.0, 1.0), (marks["row"].nunique() - 0.5, -0.5), paint)


def _paint_banded_marks(marks: pd.DataFrame, axes: Axes) -> None:
    rows = list(dict.fromkeys(marks["row"]))
    axes.xaxis.set(major_locator=MaxNLocator(nbins=6), major_formatter=_tick)
    axes.set_yticks(range(len(rows)), [textwrap.fill(row, _LABEL) for row in rows])
    axes.axvline(0, color=FAINT, linewidth=1)
    look: Any = {"color": FAINT, "alpha": 0.18, "linewidth": 0}
    middle = (marks["lag"].min() + marks["lag"].max()) / 2
    for at, row in enumerate(rows):
        mine = marks[marks["row"] == row]
        limit = mine["limit"].iloc[0]
        axes.barh(at, 2 * limit, 0.86, -limit, **look)
        for mark in records(mine):
            _mark_lag(axes, mark, at + 0.22 * (mark.lag - middle))


def _mark_lag(axes: Axes, mark: Any, height: float) -> None:
    face = COLOURS["output"] if mark.filled else "#ffffff"
    look: Any = {"color": COLOURS["output"], "markerfacecolor": face, "markersize": 6}
    axes.plot(mark.value, height, "o", **look, clip_on=False)
    # Beside the plot, where nothing that is drawn can run through it.
    place: Any = {"xytext": (5, 0), "textcoords": "offset points", "va": "center"}
    axes.annotate(f"{mark.lag:.0f}", (1, height), **place, fontsize=7, color=INK)


def _make_room(figure: Figure, axes: Axes) -> None:
    """Set the margins to what the labels beside and above the plot measure, so that nothing is clipped."""
    beside = [
        text
        for text in axes.texts
        if text.get_horizontalalignment() == "left"
        and text.get_verticalalignment() == "center"
    ]
    above = any(text.get_verticalalignment() == "bottom" for text in axes.texts)
    left, right = (
        (max((text.get_window_extent().width for text in texts), default=0) + _PAD)
        / figure.bbox.width
        for texts in (axes.get_yticklabels(), beside)
    )
    axes.set_position((left, 0.11, 1 - left - right, 0.77 if above else 0.85))


def _frame(axes: Axes, x: Span, y: Span) -> None:
    sns.despine(ax=axes, left=True, bottom=y[0] < 0)
    axes.set(xlim=x, ylim=y)
    axes.set_xticks(
        [
            year
            for year in MaxNLocator(nbins=7, integer=True).tick_values(*x)
            if x[0] < year < x[1]
        ]
    )
    axes.xaxis.set_major_formatter("{x:.0f}")
    axes.yaxis.set(major_locator=MaxNLocator(nbins=5), major_formatter=_tick)
    if y[0] < 0 < y[1]:
        axes.axhline(0, color=FAINT, linewidth=1)


def _tick(value: float, _: float) -> str:
    return f"{value:,.10g}".replace("-", "\u2212")


def _draw(axes: Axes, line: Line) -> None:
    colour = COLOURS[line.colour]
    marker = MARKERS[line.colour]
    if line.other_fit is not None:
        curve = line.other_fit["year"], line.other_fit["value"]
        axes.plot(*curve, "--", color=INK, linewidth=1.2)
    if line.fit is not None:
        _draw_fit(axes, line.fit)
    _join_points(axes, line, colour)
    for hollow, group in line.points.groupby("hollow"):
        axes.plot(
            group["year"],
            group["value"],
            marker,
            color=colour,
            markerfacecolor="#ffffff" if hollow else colour,
            markersize=5,
        )


def _draw_fit(axes: Axes, fit: pd.DataFrame) -> None:
    """The curve on its band, with a dotted line down from each joinpoint."""
    years = fit["year"]
    bends = fit[fit["joinpoint"]]
    look: Any = {"color": FAINT, "alpha": 0.18, "linewidth": 0}
    axes.fill_between(years, fit["low"], fit["high"], **look)
    axes.plot(years, fit["value"], "-", color=INK, linewidth=1.2)
    axes.vlines(
        bends["year"], 0, bends["value"], colors=INK, linestyles=":", linewidth=1
    )


def _join_points(axes: Axes, line: Line, colour: str) -> None:
    """Draw a line from the year before to each point that is joined, dashed where either is hollow."""
    points = line.points
    for point in records(points[points["joined"]]):
        before = points[points["year"] == point.year - 1].iloc[-1]
        dashed = line.dashed or point.hollow or before["hollow"]
        years = [before["year"], point.year]
        values = [before["value"], point.value]
        style = "--" if dashed else "-"
        axes.plot(years, values, style, color=colour, linewidth=1.8)


def label_ends(axes: Axes, ends: Sequence[tuple[tuple[str, str], float]]) -> None:
    """Write each label (and its colour) at its height, right of the plot, apart from the others."""
    bottom, top = axes.get_ylim()
    rising = sorted(ends, key=lambda end: end[1])
    labels = [textwrap.fill(label, _LABEL) for (label, _), _ in rising]
    sizes = [0.08 * len(label.splitlines()) for label in labels]
    wanted = [(value - bottom) / (top - bottom) for _, value in rising]
    place = {"xycoords": "axes fraction", "va": "center"}
    for label, height, end in zip(labels, _apart(wanted, sizes), rising, strict=True):
        (_, colour), _ = end
        _write(axes, label, (1.01, height), colour, **place)


def _apart(wanted: list[float], sizes: list[float]) -> list[float]:
    """Heights of labels, rising, so that none touches the next and the last ends at the upper edge."""
    heights = list(wanted)
    for at, (below, size) in enumerate(pairwise(sizes), start=1):
        heights[at] = max(heights[at], heights[at - 1] + (below + size) / 2)
    upper = 1.04
    for at, size in reversed([*enumerate(sizes)]):
        heights[at] = min(heights[at], upper - size / 2)
        upper = heights[at] - size / 2
    return heights


def _label_above(axes: Axes, labels: Sequence[tuple[str, str]]) -> None:
    """Write labels in a row above the plot, each in its colour or else in ink: one series has the whole width."""
    before: Any = "axes fraction"
    for label, colour in labels:
        xy, offset = (
            ((1, 0), (14, 0)) if before != "axes fraction" else ((0, 1), (0, 8))
        )
        place = {"xytext": offset, "xycoords": before, "textcoords": "offset points"}
        before = _write(axes, label, xy, colour, va="bottom", **place)


def _write(axes: Axes, label: str, xy: Span, colour: str, **place: Any) -> Annotation:
    return axes.annotate(
        label,
        xy,
        color=COLOURS.get(colour, INK),
        fontweight="bold",
        fontsize=10,
        **place,
    )


def _svg(figure: Figure, id: str) -> str:
    buffer = StringIO()
    figure.savefig(
        buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True
    )
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(
        r"<metadata>.*?</metadata>\s*|<defs>\s*<style.*?</style>\s*</defs>\s*",
        "",
        text,
        flags=re.DOTALL,
    )
    # Names of groups that nothing refers to, turns by nothing, and spaces between elements: a fifth of all.
    text = re.sub(
        r'(?<=<g) id="(?!figure_1")[^"]*"| transform="rotate\(-?0 [^"]*"|(?<=>)\s+(?=<)',
        "",
        text,
    )
    text = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{id}-", text)
    size = f'width="{_WIDTH}" stroke-linejoin="round"'
    text = re.sub(
        r'(?<=<svg )([^>]*?)width="[^"]*" height="[^"]*"', rf"\1{size}", text, count=1
    )
    names = {
        **{colour: name for name, colour in COLOURS.items()},
        INK: "ink",
        FAINT: "faint",
        "#ffffff": "page",
    }
    for colour, name in names.items():
        text = text.replace(colour, f"var(--{name.replace('_', '-')}, {colour})")
    return text.strip()


def _png(figure: Figure) -> bytes:
    painted = BytesIO()
    small = BytesIO()
    figure.savefig(
        painted,
        format="png",
        dpi=_PNG_WIDTH / figure.get_figwidth(),
        facecolor="#ffffff",
    )
    # A third of the size, which the executed notebook carries for every chart; and no name of the program in it.
    drawn = (
        Image.open(painted)
        .convert("RGB")
        .quantize(_PNG_COLOURS, dither=Image.Dither.NONE)
    )
    drawn.save(small, "png", optimize=True)
    return small.getvalue()
