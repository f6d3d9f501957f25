"""A file of an official table to a release file: its publication once, its figures, and what was passed over."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.editing.adding import RELEASE_COLUMNS
from analysis.importing.cells import Cell, read_cells, with_labels
from analysis.importing.footers import read_footer
from analysis.importing.grids import Grid, read_grids
from analysis.importing.layouts import Layout, find_layout
from analysis.importing.metadata import read_metadata
from analysis.importing.options import with_options
from analysis.importing.rows import Outcome, read_rows
from analysis.importing.summary import counted, summary
from notebook_runner.errors import InputError, Problem, Problems
from notebook_runner.files import csv_text


@dataclass(frozen=True)
class Imported:
    """A release file's text, and what a person should know of how it came about."""

    text: str
    summary: str


@dataclass
class _Table:
    """The numbers of a file, and what its own notes say of its publication."""

    cells: list[Cell] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)


def import_table(path: Path, named: str, options: Mapping[str, Any]) -> Imported:
    """Read a file by the layout of that name, or the one that it has; InputError with all that can't be.

    `options` are those of the command: metadata, `meta` (a TOML file of them), and what overlays a layout.
    """
    problems = Problems()
    skip = {*options.get("skip", ())}
    grids, how = read_grids(path, options.get("delimiter") or "")
    layout = find_layout(path, grids, named)
    grids, unread = _chosen(path, grids, layout, options.get("sheet", ()))
    layout = with_options(layout, grids, options)
    table = _read_table(path.name, grids, layout, skip, problems)
    metadata = read_metadata(path.name, layout, table.facts, options, problems)
    _check_skip(skip - {*unread}, table.cells, problems)
    outcome = read_rows(path.name, table.cells, layout, skip, problems)
    _raise_any(path.name, outcome, problems)
    lines = [
        [(metadata | row).get(word, "") for word in RELEASE_COLUMNS]
        for row in outcome.rows
    ]
    told = summary(path, layout, how, outcome, unread)
    return Imported(csv_text([RELEASE_COLUMNS, *lines]), told)


def _raise_any(name: str, outcome: Outcome, problems: Problems) -> None:
    """Refuse the whole table for all that is wrong in it, or if nothing in it is a figure, with the counts."""
    passed = counted(outcome) or "nothing"
    wrong = len(problems.found) + len(problems.texts)
    if not outcome.rows and not wrong:
        problems.add(name, 0, "", "no figure", f"passed over: {passed}")
    if wrong:
        count = f"{wrong} refused; nothing is written"
        problems.texts.append(f"{count}. Passed over: {passed}")
    problems.raise_any()


def _read_table(
    name: str, grids: list[Grid], layout: Layout, skip: set[str], problems: Problems
) -> _Table:
    """The numbers of every sheet, with what the notes below them say."""
    table = _Table()
    for grid in grids:
        rows, lines = _without_footer(grid, layout)
        labels = dict[str, str]()
        years = ""
        if layout.notes and (
            footer := read_footer(name, lines, layout.notes, problems)
        ):
            labels = {"codes": footer.codes}
            years = footer.years
            title = f"CDC WONDER, {footer.dataset}"
            table.facts = {"published": footer.query_date, "title": title}
        for cell in read_cells(name, rows, layout, skip, problems):
            year = _year_of(cell, years) if layout.notes else {}
            table.cells.append(with_labels(cell, labels | year))
    return table


def _check_skip(skip: set[str], cells: list[Cell], problems: Problems) -> None:
    """A word to leave out that nothing has is a slip of the pen."""
    words = {text for cell in cells for text in (*cell.labels, *cell.labels.values())}
    for word in sorted(skip - words):
        problems.add("--skip", 0, "", word, "is no word of this table; leave it out")


def _chosen(
    path: Path, grids: list[Grid], layout: Layout, wanted: tuple[str, ...]
) -> tuple[list[Grid], list[str]]:
    """The sheets that are read, and the names of the others; one must be named where a layout does not."""
    names = [grid.name for grid in grids]
    wants = wanted or layout.sheets
    if not wants and len(grids) > 1:
        remedy = f"name one by --sheet: {', '.join(names)}"
        raise InputError([Problem(path.name, 0, "", f"{len(grids)} sheets", remedy)])
    if lacks := [name for name in wants if name not in names]:
        title = layout.title or "the file"
        remedy = f"no sheet of {title} has this name; name one by --sheet: {', '.join(names)}"
        raise InputError(
            [Problem(path.name, 0, "sheet", name, remedy) for name in lacks]
        )
    chosen = [grid for grid in grids if grid.name in (wants or names)]
    return chosen, [name for name in names if wants and name not in wants]


def _without_footer(grid: Grid, layout: Layout) -> tuple[Grid, list[str]]:
    mark = layout.notes.get("mark", "")
    at = next(
        (at for at, (_, cells) in enumerate(grid.rows) if mark and cells[0] == mark),
        len(grid.rows),
    )
    return replace(grid, rows=grid.rows[:at]), [
        " ".join(cells).strip() for _, cells in grid.rows[at:]
    ]


def _year_of(cell: Cell, years: str) -> dict[str, str]:
    """The year of a row of an export: its own, or that of the query if it asks for one year alone."""
    if "Year" not in cell.labels:
        return {"year": years if re.fullmatch("[0-9]{4}", years) else ""}
    match = re.fullmatch(r"([0-9]{4})\s*(.*)", cell.labels["Year"])
    return {"year": match[1], "mark": match[2].strip("()")} if match else {"year": ""}
