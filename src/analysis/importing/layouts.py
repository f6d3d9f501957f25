"""What a layout says of the tables of one office, and which layout a file has."""

import tomllib
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from analysis.importing.grids import Grid
from notebook_runner.errors import InputError, Problem, nearest

OWN = "table"  # the layout of a table of one's own
_LIKE = 0.6  # share of a layout's columns from which on a file is taken for a changed edition
_KEY = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Layout:
    """How one office writes its tables. `{Heading}` in a template is the row's cell under that heading.

    Beside headings a template may name `sheet`, `section`, `path`, `label`, `heading`, `year`, `codes` and `row`.
    """

    name: str = OWN
    title: str = ""
    publication: dict[str, str] = field(
        default_factory=dict
    )  # metadata that do not change
    agency: str = ""
    columns: tuple[str, ...] = ()  # headings that must be there
    optional: tuple[
        str, ...
    ] = ()  # patterns of headings that may be there, and are passed over
    sheets: tuple[str, ...] = ()  # the sheets that are read
    years: bool = False  # whether years stand across
    parts: tuple[str, ...] = ()  # labels that belong to the label above ("Female")
    measure: str = ""  # templates
    place: str = ""
    period: str = ""
    locator: str = ""
    status: str = "estimate"
    values: _KEY = field(default_factory=dict)  # columns of figures, and what they set
    measures: _KEY = field(
        default_factory=dict
    )  # {} for one that is known, and not kept
    places: dict[str, str] = field(
        default_factory=dict
    )  # "" for one that is known, and not kept
    place_notes: dict[str, str] = field(default_factory=dict)  # what a place leaves out
    marks: _KEY = field(
        default_factory=dict
    )  # a mark behind a label, year or number: note, status or skip
    missing: dict[str, str] = field(
        default_factory=dict
    )  # words that stand for no figure
    notes: dict[str, Any] = field(
        default_factory=dict
    )  # what the notes below the table must say
    footnote: tuple[str, ...] = ()  # columns that hold a footnote mark, and its text
    others: tuple[str, ...] = ()  # patterns of measures that are known, and not kept
    must: dict[str, str] = field(
        default_factory=dict
    )  # what a column says in every row
    groups: tuple[
        str, ...
    ] = ()  # columns of words that part rows without making subgroups of people
    total: str = ""  # the column that says "Total"
    adds: tuple[
        str, ...
    ] = ()  # columns of figures whose totals are held against their parts
    sums: str = ""  # what is summed to one figure a place and period ("municipalities")
    each: str = ""  # template that names each part of a sum
    keep: tuple[str, ...] = ()  # periods that are kept: december, latest
    decimal: str = ""  # the sign of decimals; empty: by the cells of each column
    formulas: bool = False  # whether the office's own formulas count as published


@cache
def layouts() -> dict[str, Layout]:
    """All layouts by name."""
    folder = files("analysis.importing").joinpath("layouts")
    texts = {
        path.name.removesuffix(".toml"): path.read_text("utf-8")
        for path in folder.iterdir()
    }
    return {name: parse_layout(name, texts[name]) for name in sorted(texts)}


def parse_layout(name: str, text: str) -> Layout:
    """A layout from TOML; InputError with every word in it that no layout has."""
    allowed = [entry.name for entry in fields(Layout)]
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            [Problem(name, 0, "", str(error), "write it as TOML")]
        ) from None
    wrong = [
        Problem(name, 0, "", word, nearest(word, allowed))
        for word in told
        if word not in allowed
    ]
    if wrong:
        raise InputError(wrong)
    lists = {
        word: tuple(value) for word, value in told.items() if isinstance(value, list)
    }
    return Layout(**{**told, **lists, "name": name})


def find_layout(path: Path, grids: list[Grid], named: str) -> Layout:
    """The layout of that name or TOML file, or else the one whose headings or sheets the file has; InputError if none."""
    if named == OWN:
        return Layout()
    if named.endswith(".toml"):
        return parse_layout(named, Path(named).read_text("utf-8"))
    if named and named not in layouts():
        remedy = nearest(named, [*layouts(), OWN])
        raise InputError([Problem("--as", 0, "", named, remedy)])
    if named:
        return layouts()[named]
    lacking = {
        name: _share_lacking(layout, grids) for name, layout in layouts().items()
    }
    name, share = min(lacking.items(), key=lambda one: one[1])
    if share <= 1 - _LIKE:  # its reader names every column that has changed
        return layouts()[name]
    head = next(
        (" | ".join(filter(None, cells)) for grid in grids for _, cells in grid.rows),
        "nothing",
    )
    known = f"has no known layout ({', '.join(layouts())})"
    remedy = f"{known}; a table of one's own is read with --as {OWN}"
    raise InputError([Problem(path.name, 1, "", head, remedy)])


def _share_lacking(layout: Layout, grids: list[Grid]) -> float:
    """The share of the sheets, or else the headings, of a layout that a file does not have."""
    names = {grid.name for grid in grids}
    heads = {text for grid in grids for _, cells in grid.rows[:40] for text in cells}
    firsts = {cells[0] for grid in grids for _, cells in grid.rows}
    wanted = layout.sheets or layout.columns
    lacks = [name for name in wanted if name not in (names if layout.sheets else heads)]
    marked = layout.notes.get("mark", "")
    return len(lacks) / len(wanted) + bool(marked and marked not in firsts)
