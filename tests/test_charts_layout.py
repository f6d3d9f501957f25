"""Every picture of every committed report, measured; and pictures with a known fault, which must be found."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from layout import faults
from matplotlib.axes import Axes

from analysis.display import drawing
from analysis.site.chart_files import chart_files

REPORTS = sorted(Path(__file__).parents[1].glob("reports/*/report.ipynb"))
pytestmark = pytest.mark.live


def pictures(path: Path) -> dict[str, str]:
    files = chart_files(nbformat.read(path, as_version=4))
    return {
        name: content.decode()
        for name, content in files.items()
        if name.endswith(".svg")
    }


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.parent.name)
def test_every_text_of_a_reports_charts_can_be_read(path: Path) -> None:
    assert {
        name: faults(svg) for name, svg in pictures(path).items() if faults(svg)
    } == {}


def test_most_reports_have_charts() -> None:
    assert sum(len(pictures(path)) for path in REPORTS) > 40


def painted(paint: Callable[[Axes], None], top: float = 97) -> str:
    return drawing.picture("x", (2010.4, 2021.6), (0, top), paint).svg


def plain(axes: Axes) -> None:
    axes.grid(visible=False)


def say(axes: Axes, x: float, words: str) -> None:
    axes.text(x, 0.5, words, transform=axes.transAxes)


def too_long(axes: Axes) -> None:
    plain(axes)
    say(axes, 0.9, "a label that is too long")


def on_another(axes: Axes) -> None:
    plain(axes)
    say(axes, 0.4, "one label")
    say(axes, 0.45, "another label")


def under_a_line(axes: Axes) -> None:
    plain(axes)
    say(axes, 0.4, "a label")
    axes.plot([2011, 2021], [30, 70])


def under_a_mark(axes: Axes) -> None:
    plain(axes)
    axes.plot([2016], [50], "o")
    axes.text(2015.9, 49, "a label")


def under_a_bar(axes: Axes) -> None:
    plain(axes)
    axes.bar([2016], [80])
    axes.text(2016, 30, "a label", ha="center")


@pytest.mark.parametrize(
    ("paint", "found"),
    [
        (too_long, "clipped: a label that is too long"),
        (on_another, "overlap: one label / another label"),
        (under_a_line, "line through: a label"),
        (under_a_mark, "mark on: a label"),
        (under_a_bar, "mark on: a label"),
    ],
)
def test_a_fault_of_layout_is_found(paint: Callable[[Axes], None], found: str) -> None:
    assert found in faults(painted(paint))
    assert faults(painted(plain)) == []


def test_a_tick_that_lost_its_first_digit_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawing, "_make_room", lambda *_: None)
    assert "clipped: 2,000,000" in faults(painted(plain, top=2_400_000))
