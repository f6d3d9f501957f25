"""The colours of series, on the page's light and dark ground: as text, for the colour-blind, and in grey."""

import re
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

import analysis.site
from analysis.display import drawing
from analysis.display.drawing import COLOURS, MARKERS

CSS = (Path(analysis.site.__file__).parent / "page.css").read_text("utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#\w{6});", block))
    for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
)
GROUNDS = {"light": LIGHT, "dark": DARK}
# Of linear RGB, at full severity: Machado, Oliveira, Fernandes (2009), IEEE Transactions on Visualization and
# Computer Graphics 15 (6), table 1.
SEEN = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
APART = 15  # CIE 1976 distance in L*a*b*; about 2.3 is just noticed side by side (Mahy and others 1994)
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def series(ground: str) -> dict[str, str]:
    return {name: GROUNDS[ground][name.replace("_", "-")] for name in COLOURS}


def linear(colour: str) -> np.ndarray:
    shades = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(
        shades <= 0.04045, shades / 12.92, ((shades + 0.055) / 1.055) ** 2.4
    )


def contrast(one: str, two: str) -> float:
    """As WCAG 2 defines it."""
    low, high = sorted(
        float(linear(colour) @ TO_XYZ[1]) + 0.05 for colour in (one, two)
    )
    return high / low


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear RGB, white D65."""
    relative = TO_XYZ @ np.clip(rgb, 0, 1) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(
        relative > 0.008856, np.cbrt(relative), 7.787 * relative + 16 / 116
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def closest(ground: str, kind: str) -> tuple[float, str]:
    seen = {
        name: lab(np.array(SEEN.get(kind, np.eye(3))) @ linear(colour))
        for name, colour in series(ground).items()
    }
    pairs = combinations(seen, 2)
    return min(
        (float(np.linalg.norm(seen[one] - seen[two])), f"{one} and {two}")
        for one, two in pairs
    )


def test_the_page_and_the_charts_have_the_same_colours() -> None:
    assert series("light") == COLOURS
    assert [LIGHT[name] for name in ("ink", "page")] == [drawing.INK, "#ffffff"]


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_label_in_a_series_colour_can_be_read(ground: str) -> None:
    page = GROUNDS[ground]["page"]
    assert {
        name: contrast(colour, page)
        for name, colour in series(ground).items()
        if contrast(colour, page) < 4.5
    } == {}


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("kind", ["everyone", *SEEN])
def test_two_series_are_told_apart_whoever_looks(ground: str, kind: str) -> None:
    distance, pair = closest(ground, kind)
    assert distance >= APART, pair


def test_in_grey_each_series_has_a_mark_of_its_own_and_each_part_of_a_bar_a_hatch() -> (
    None
):
    assert MARKERS.keys() == COLOURS.keys()
    assert len(set(MARKERS.values())) == len(COLOURS)
    assert len(set(drawing._HATCHES)) == len(drawing._HATCHES)


def test_colours_that_are_too_close_are_found() -> None:
    assert contrast("#ff9d5c", "#ffffff") < 4.5 < contrast("#b34700", "#ffffff")
    brown, green = (
        lab(np.array(SEEN["deuteranopia"]) @ linear(colour))
        for colour in ("#8c564b", "#2c7a3f")
    )
    assert float(np.linalg.norm(brown - green)) < APART


def test_the_style_file_has_the_ink_of_the_charts() -> None:
    style = mpl.rc_params_from_file(drawing._STYLE, use_default_template=False)
    used = {str(value) for name, value in style.items() if name.endswith("color")}
    assert used == {drawing.INK, drawing.FAINT}
