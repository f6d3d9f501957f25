"""A file of an official table to a release file: its publication once, its figures, and what was passed over."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.editing.adding import RELEASE_COLUMNS
from analysis.importing.cells import Cell, read_cells, with_labels
from analysis.importing.footers import read_footer
from analysis.importing.grids import Grid, read_grids
from analysis.importing.layouts import Layout, find_layout
from analysis.importing.options import with_options
from analysis.importing.rows import Outcome, read_rows
from notebook_runner.errors import InputError, Problem, Problems, nearest
from notebook_runner.files import csv_text, sha256

_SHOWN = 12  # names of what was passed over
_METADATA = (*RELEASE_COLUMNS[:9], "read_from")
_NEEDED = {
    "publisher": "--publisher: say who published it",
    "title": "--title: give its title",
    "published": "--published: give its date: 2026, 2026-05 or 2026-05-13",
    "read_from": "--read-from: official if the file is from the publisher's own address, else copy",
    "agency": "--agency: say whose figures they are",
}


@dataclass(frozen=True)
class Imported:
    """A release file's text, and what a person should know of how it came about."""

    text: str
    summary: str


def import_table(path: Path, named: str, options: Mapping[str, Any]) -> Imported:
    """Read a file by the layout of that name, or the one that it has; InputError with all that can't be.

    `options` are those of the command: metadata, `meta` (a TOML file of them), and what overlays a layout.
    """
    problems, skip = Problems(), {*options.get("skip", ())}
    grids, how = read_grids(path, options.get("delimiter") or "")
    layout = find_layout(path, grids, named)
    grids, unread = _chosen(path, grids, layout, options.get("sheet", ()))
    layout = with_options(layout, grids, options)
    facts, cells = dict[str, str](), list[Cell]()
    for grid in grids:
        table, lines = _without_footer(grid, layout)
        labels: dict[str, str] = {}
        if layout.notes and (
            footer := read_footer(path.name, lines, layout.notes, problems)
        ):
            labels = {"codes": footer.codes, "year": ""}
            facts = {
                "published": footer.query_date,
                "title": f"CDC WONDER, {footer.dataset}",
            }
            facts["years"] = footer.years
        found = read_cells(path.name, table, layout, skip, problems)
        cells += [
            with_labels(cell, labels | _year_of(cell, layout, facts)) for cell in found
        ]
    metadata = _metadata(path, layout, facts, options, problems)
    unused = (
        skip
        - {text for cell in cells for text in (*cell.labels, *cell.labels.values())}
        - {*unread}
    )
    for word in sorted(unused):
        problems.add("--skip", 0, "", word, "is no word of this table; leave it out")
    outcome = read_rows(path.name, cells, layout, skip, problems)
    if not (outcome.rows or problems.found or problems.texts):
        problems.add(
            path.name, 0, "", "no figure", f"all was passed over: {_counted(outcome)}"
        )
    if problems.found or problems.texts:
        refused = f"{len(problems.found)} refused; nothing is written. Passed over: {_counted(outcome) or 'nothing'}"
        problems.texts.append(refused)
    problems.raise_any()
    rows = [metadata | row for row in outcome.rows]
    text = csv_text(
        [
            RELEASE_COLUMNS,
            *([row.get(word, "") for word in RELEASE_COLUMNS] for row in rows),
        ]
    )
    return Imported(text, _summary(path, layout, how, outcome, unread))


def _chosen(
    path: Path, grids: list[Grid], layout: Layout, wanted: tuple[str, ...]
) -> tuple[list[Grid], list[str]]:
    """The sheets that are read, and the names of the others; one must be named where a layout does not."""
    names = [grid.name for grid in grids]
    for name in wanted:
        if name not in names:
            raise InputError(
                [Problem(path.name, 0, "--sheet", name, nearest(name, names))]
            )
    if not wanted and not layout.sheets and len(grids) > 1:
        raise InputError(
            [
                Problem(
                    path.name,
                    0,
                    "",
                    f"{len(grids)} sheets",
                    f"name one by --sheet: {', '.join(names)}",
                )
            ]
        )
    chosen = [grid for grid in grids if grid.name in (wanted or layout.sheets or names)]
    if not chosen or any(name not in names for name in layout.sheets):
        wants = ", ".join(layout.sheets)
        raise InputError(
            [
                Problem(
                    path.name,
                    0,
                    "",
                    ", ".join(names),
                    f"the sheets of {layout.title} are {wants}; name one by --sheet",
                )
            ]
        )
    return chosen, [
        name for name in names if name not in {grid.name for grid in chosen}
    ]


def _without_footer(grid: Grid, layout: Layout) -> tuple[Grid, list[str]]:
    mark = layout.notes.get("mark", "")
    at = next(
        (at for at, (_, cells) in enumerate(grid.rows) if mark and cells[0] == mark),
        len(grid.rows),
    )
    return replace(grid, rows=grid.rows[:at]), [
        " ".join(cells).strip() for _, cells in grid.rows[at:]
    ]


def _year_of(cell: Cell, layout: Layout, facts: dict[str, str]) -> dict[str, str]:
    """The year of a row of an export: its own, or that of the query if it asks for one year alone."""
    if not layout.notes:
        return {}
    if "Year" in cell.labels:
        match = re.fullmatch(r"([0-9]{4})\s*(.*)", cell.labels["Year"])
        return (
            {"year": match[1], "mark": match[2].strip("()")} if match else {"year": ""}
        )
    years = facts.get("years", "")
    return {"year": years if re.fullmatch("[0-9]{4}", years) else ""}


def _metadata(
    path: Path,
    layout: Layout,
    facts: dict[str, str],
    options: Mapping[str, Any],
    problems: Problems,
) -> dict[str, str]:
    """The publication's cells: from the options, else `meta`, else the notes of the file, else the layout."""
    meta = (
        tomllib.loads(options["meta"].read_text("utf-8")) if options.get("meta") else {}
    )
    for word in meta:
        if word not in (*_METADATA, "id", "agency"):
            problems.add(
                options["meta"].name, 0, "", word, nearest(word, [*_METADATA, "id"])
            )
    told = {
        word: options.get(word) or str(meta.get(word) or "")
        for word in (*_METADATA, "id", "agency")
    }
    given = told["id"]
    basis = (
        "query date" if facts.get("published") and not told["published"] else "printed"
    )
    known = {
        "kind": "original",
        "date_basis": basis,
        **layout.publication,
        "agency": layout.agency,
    }
    known |= {word: text for word, text in facts.items() if word in _METADATA}
    told = {word: text or known.get(word, "") for word, text in told.items()}
    for word, remedy in _NEEDED.items():
        if not told[word]:
            problems.texts.append(f"{path.name}: no {word} is known; {remedy}")
    if told["read_from"] == "official" and not told["url"]:
        problems.texts.append(
            f"{path.name}: what is read from the publisher has its address; give it by --url"
        )
    told["publication"] = (
        given or f"{layout.publication.get('id', 'table')}-{told['published']}"
    )
    told["release"] = told["release"] or told["publication"]
    return told


def _counted(outcome: Outcome) -> str:
    return "; ".join(_passed(outcome))


def _passed(outcome: Outcome) -> list[str]:
    """What was passed over, by why: the count, and the first names."""
    kinds: dict[str, list[str]] = {}
    for why, count in sorted(outcome.passed.items()):
        if count:
            kinds.setdefault(why.partition(": ")[0], []).append(why)
    return [
        f"{sum(outcome.passed[why] for why in whys)} {kind}{_names(whys)}"
        for kind, whys in kinds.items()
    ]


def _names(whys: list[str]) -> str:
    names = [name for why in whys if (name := why.partition(": ")[2])]
    more = f"; and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f" ({'; '.join(names[:_SHOWN])}{more})" if names else ""


def _summary(
    path: Path, layout: Layout, how: str, outcome: Outcome, unread: list[str]
) -> str:
    made = Counter(row["measure"] for row in outcome.rows)
    title = layout.title or "a table of your own"
    lines = [
        f"{path.name}: {title} (--as {layout.name}), {how}, SHA-256 {sha256(path)}",
        f"rows made: {len(outcome.rows)}",
        *(f"  {count:>5} {measure}" for measure, count in sorted(made.items())),
        "numbers refused: 0",
        f"numbers passed over: {outcome.passed.total()}",
        *(f"  {line}" for line in _passed(outcome)),
        *([f"sheets not read: {', '.join(unread)}"] if unread else []),
        *([f"totals that add up: {outcome.totals}"] if outcome.totals else []),
    ]
    return "\n".join(lines)
