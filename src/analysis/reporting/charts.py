"""The house style: one panel a chart, as inline SVG, with its title, alt text, source line and data.

Text stays text in the SVG, and colours are CSS variables, so a page can recolour them in the dark.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import StringIO
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.reporting.numbers import Sentence, bundle
from analysis.tables import records

# On white all three reach a contrast of 4.5 and stay apart for the colour-blind; the page has a dark set.
COLOURS = {"area": "#0072b2", "output": "#b34700", "yield": "#00664b", "deaths": "#5b3a8e", "deaths_2": "#8a1c4a"}
INK, FAINT = "#1f2328", "#6e7781"
_STYLE: Any = {
    "svg.fonttype": "none", "svg.hashsalt": "coca-trends", "path.simplify": False,
    "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "font.size": 10,
    "axes.edgecolor": FAINT, "axes.labelcolor": INK, "text.color": INK, "xtick.color": FAINT, "ytick.color": FAINT,
    "xtick.labelcolor": INK, "ytick.labelcolor": INK,
}  # fmt: skip
_WIDTH = 600  # pixels where no page says otherwise, as in JupyterLab
_SIZE = (4.8, 3.0)  # small, so that its text can be read on a phone
_PAD = 12  # points, between the plot and its labels


@dataclass(frozen=True)
class Line:
    """One series of a chart."""

    label: str  # written at its end
    colour: str  # a name in `COLOURS`
    # `year`, `value`, `figure` (id), `joined` (whether a line may lead here from the year before: both figures
    # come from one release) and `hollow` (unsettled or not of one release).
    points: pd.DataFrame
    dashed: bool = False  # to tell it from another line in grey


@dataclass(frozen=True)
class Chart:
    """A figure, its data and its words; shows itself in a notebook."""

    id: str  # its name in the report
    title: Sentence  # the finding
    alt: Sentence  # the finding for those who don't see the picture
    subtitle: str  # measure, place and unit
    source: str  # the publications
    svg: str
    data: pd.DataFrame  # what was drawn

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        html = (
            f'<figure id="{escape(self.id)}"><figcaption><strong>{self.title.html}</strong><br>'
            f"<span>{escape(self.subtitle)}</span></figcaption>"
            f'<div role="img" aria-label="{escape(self.alt.text)}">{self.svg}</div>'
            f'<p class="source">{escape(self.source)}</p></figure>'
        )
        text = f"{self.title.text}\n{self.alt.text}"
        columns = {name: [_plain(cell) for cell in self.data[name]] for name in self.data.columns}
        return bundle("chart", self.id, html, text, self.title.numbers + self.alt.numbers, columns)


def _plain(cell: Any) -> Any:
    if isinstance(cell, (bool, np.bool_)):
        return bool(cell)
    if isinstance(cell, (float, np.floating)):
        return None if np.isnan(cell) else float(f"{cell:.6g}")
    return int(cell) if isinstance(cell, np.integer) else cell


def draw_lines(id: str, lines: Sequence[Line], years: tuple[int, int], empty: str) -> tuple[str, pd.DataFrame]:
    """Draw series over years from zero: the SVG, and the table of what was drawn.

    Figures of one release are joined, the others stand as points; lines without points are left out. `id` makes
    the ids inside the SVG unique on a page; `empty` is what the panel says when there is nothing to draw.
    """
    drawn = [line for line in lines if not line.points.empty]
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=_SIZE)
        axes = figure.add_axes((0.1, 0.1, 0.88, 0.86))
        _frame(axes, years, max((line.points["value"].max() for line in drawn), default=1))
        for line in drawn:
            _draw(axes, line)
        if drawn:
            _label_ends(axes, drawn)
        else:
            axes.text(0.5, 0.5, empty, transform=axes.transAxes, ha="center", va="center", wrap=True)
        _make_room(figure, axes)
        svg = _svg(figure, id)
    tables = [
        line.points.assign(line=line.label)[["line", "year", "value", "joined", "hollow", "figure"]] for line in drawn
    ]
    return svg, pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _make_room(figure: Figure, axes: Axes) -> None:
    """Set the margins to what the tick labels and end labels measure, so that nothing is clipped."""
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    ticks = [tick.get_window_extent(renderer).width for tick in axes.get_yticklabels()]
    ends = [text.get_window_extent(renderer).width for text in axes.texts if text.get_horizontalalignment() == "left"]
    width = figure.bbox.width
    left = (max(ticks) + _PAD) / width
    right = (max(ends, default=0) + _PAD) / width
    axes.set_position((left, 0.1, 1 - left - right, 0.86))


def _frame(axes: Axes, years: tuple[int, int], highest: float) -> None:
    sns.despine(ax=axes, left=True)
    axes.set_xlim(years[0] - 0.6, years[1] + 0.6)
    axes.set_ylim(0, highest * 1.08)
    axes.grid(axis="y", color=FAINT, alpha=0.25, linewidth=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.tick_params(axis="y", length=0)


def _draw(axes: Axes, line: Line) -> None:
    colour, points = COLOURS[line.colour], line.points
    for point in records(points[points["joined"]]):
        before = points[points["year"] == point.year - 1].iloc[-1]
        style = "--" if line.dashed or point.hollow or before["hollow"] else "-"
        axes.plot([before["year"], point.year], [before["value"], point.value], style, color=colour, linewidth=1.8)
    for hollow, group in points.groupby("hollow"):
        face = "#ffffff" if hollow else colour
        axes.plot(
            group["year"], group["value"], "o", color=colour, markerfacecolor=face, markersize=5, markeredgewidth=1.5
        )


def _label_ends(axes: Axes, lines: Sequence[Line]) -> None:
    """Write each label at the height of its last point, pushed apart where they would touch."""
    top = axes.get_ylim()[1]
    ends = sorted(lines, key=lambda line: float(line.points["value"].iloc[-1]))
    height = -top
    for line in ends:
        rows = line.label.count("\n") + 1
        height = max(float(line.points["value"].iloc[-1]), height + 0.075 * top * rows)
        axes.annotate(
            line.label, (1.01, height / top), xycoords="axes fraction", color=COLOURS[line.colour],
            va="center", fontweight="bold", fontsize=9,
        )  # fmt: skip


def _svg(figure: Figure, id: str) -> str:
    buffer = StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{id}-", text)
    text = re.sub(r'(<svg [^>]*?)width="[^"]*" height="[^"]*"', rf'\1width="{_WIDTH}"', text, count=1)
    names = {**{colour: name for name, colour in COLOURS.items()}, INK: "ink", FAINT: "faint", "#ffffff": "page"}
    for colour, name in names.items():
        text = text.replace(colour, f"var(--{name.replace('_', '-')}, {colour})")
    return text.strip()
