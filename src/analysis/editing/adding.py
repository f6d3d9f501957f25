"""Check a release file (one figure a row, with its publication) against all raw data, and preview what it changes."""

from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.cleaning.addresses import is_own_address
from analysis.cleaning.figures import clean_figures
from analysis.cleaning.raw import (
    ARTICLES,
    FIGURE_COLUMNS,
    PUBLICATION_COLUMNS,
    RawTables,
    read_raw,
    read_table,
)
from analysis.cleaning.validation import check_gate
from analysis.editing.raw_edits import append_rows
from analysis.editing.release_diff import preview
from analysis.tables import FigureRow, records
from analysis.vintages.precedence import check_agreement, one_per_release
from notebook_runner.errors import InputError, Problems
from notebook_runner.project import Project

# What `extract` writes beside: a row enters only when nothing in it is unsure; the others are for the reader.
PROPOSED_COLUMNS = ("unsure", "confidence", "evidence", "known")
_UNSURE = "settle what it names in this row, then empty this cell; nothing enters that a person has not settled"
_ELSEWHERE = "is not on a host of the publisher; write copy or repeated, or register the host in vocabulary.toml"
_EMPTY = "holds no figures; write a row for each below the header"
_THERE = "is in publications.csv already; take it out with undo, or edit its rows in data/raw"
RELEASE_COLUMNS = ("publication", *PUBLICATION_COLUMNS[1:], *FIGURE_COLUMNS[1:])


def template() -> str:
    """A release file with one example row, to be written over."""
    return files("analysis.editing").joinpath("release.csv").read_text("utf-8")


def check_addition(project: Project, path: Path) -> tuple[dict[str, str], pd.DataFrame]:
    """The raw files with a release file's rows, by name, and its `preview`; InputError with every row that can't be."""
    problems = Problems()
    rows = read_table(project, path, RELEASE_COLUMNS, problems, PROPOSED_COLUMNS)
    raw = read_raw(project)
    _check_proposed(path, rows, problems)
    publications = _publications(rows, raw, problems)
    together = replace(
        raw,
        figures=pd.concat([raw.figures, rows[raw.figures.columns]], ignore_index=True),
        publications=pd.concat([raw.publications, publications], ignore_index=True),
    )
    cleaned = _collected(problems, clean_figures, together)
    problems.raise_any()
    figures = cleaned[0].assign(added=cleaned[0]["raw_file"] == project.name(path))
    for check in (check_gate, check_agreement, _check_changes):
        _collected(problems, check, figures)
    problems.raise_any()
    return _contents(project, rows, publications), preview(figures)


def _check_proposed(path: Path, rows: pd.DataFrame, problems: Problems) -> None:
    """Note rows that nobody has settled, an official address that is another's, and a file without rows."""
    problems.add_rows(rows[rows["unsure"] != ""], "unsure", _UNSURE)
    own = [*map(is_own_address, rows["publisher"], rows["url"])]
    elsewhere = (rows["read_from"] == "official") & ~pd.Series(own, rows.index, "bool")
    problems.add_rows(rows[elsewhere], "url", _ELSEWHERE)
    if rows.empty and not problems.found:
        problems.add(path.name, 1, "", "", _EMPTY)


def _contents(
    project: Project, rows: pd.DataFrame, publications: pd.DataFrame
) -> dict[str, str]:
    """The raw files, by name, with the rows of a release file."""
    # A text with its hash is an article, whose figures are read by their offsets.
    files = (rows["agency"] + ".csv").where(rows["sha256"] == "", ARTICLES)
    added = {str(name): own_rows for name, own_rows in rows.groupby(files)}
    added["publications.csv"] = publications
    return {
        name: append_rows(project.raw / name, own_rows)
        for name, own_rows in added.items()
    }


def _collected(problems: Problems, check: Callable[[Any], Any], table: Any) -> Any:
    try:
        return check(table)
    except InputError as error:
        problems.add_all(error)


def _publications(
    rows: pd.DataFrame, raw: RawTables, problems: Problems
) -> pd.DataFrame:
    """The publications of a release file, one row each, without those that are in publications.csv already."""
    columns = [*RELEASE_COLUMNS[: len(PUBLICATION_COLUMNS)]]
    known = rows["publication"].isin(raw.publications["id"])
    later = rows.duplicated("publication")
    problems.add_rows(rows[known & ~later], "publication", _THERE)
    differing = rows[later & ~rows.duplicated(columns)]
    problems.add_rows(differing, "publication", "its first row has other metadata")
    new = rows.loc[~(known | later), [*columns, "raw_file", "raw_line"]]
    return new.rename(columns={"publication": "id"})


def _check_changes(figures: pd.DataFrame) -> None:
    """Hold each change that the added rows print against the two levels that its release prints, within rounding."""
    problems = Problems()
    years = figures[figures["period_kind"] == "calendar_year"]
    levels = one_per_release(years[(years["base_start"] == "") & (years["value"] > 0)])
    by_year = {_end(row, row.measure, row.period_start): row for row in records(levels)}
    stated = years["added"] & years["qualifier"].isin(["exact", "about"])
    is_change = years["measure"].str.endswith("_change")
    for row in records(years[stated & is_change]):
        level = row.measure.removesuffix("_change")
        first = by_year.get(_end(row, level, row.base_start))
        last = by_year.get(_end(row, level, row.period_start))
        if first and last and not _agrees(row, first, last):
            growth = f"{first.value:,.12g} and {last.value:,.12g}, {last.value / first.value - 1:+.1%}"
            remedy = f"its release prints {growth}; fix the wrong one"
            problems.add_row(row, row.measure, row.printed, remedy)
    problems.raise_any()


def _agrees(change: FigureRow, first: FigureRow, last: FigureRow) -> bool:
    """Whether a change in percent may be that between two levels, all three rounded."""
    half_first = first.rounding_unit / 2
    half_last = last.rounding_unit / 2
    least = ((last.value - half_last) / (first.value + half_first) - 1) * 100
    most = ((last.value + half_last) / (first.value - half_first) - 1) * 100
    half = change.rounding_unit / 2
    return least - half <= change.value <= most + half


def _end(row: FigureRow, level: str, start: str) -> tuple[str, ...]:
    return (row.release, row.agency, level, row.place, row.status, start)
