"""The raw figures of two states, and of the one between: revised, without new years."""

import shutil
from pathlib import Path

import pandas as pd

from analysis.cleaning.figures import clean_figures
from analysis.cleaning.raw import read_raw
from analysis.editing.raw_edits import drop_rows
from analysis.editing.release_diff import NEW_YEAR, RawRow, compare
from notebook_runner.project import Project


def rows_that_differ(old: Project, new: Project) -> dict[str, RawRow]:
    """The raw figures that differ, by id; InputError if a row can't be read."""
    before, after = (clean_figures(read_raw(project))[0] for project in (old, new))
    return compare(before, after)


def write_revised(
    old: Project, new: Project, rows: dict[str, RawRow], folder: Path
) -> Path:
    """
    Write the raw files of now without what was added, and return their folder.

    Figures of new years are left out, and claims, events and breaks of method that the old
    state has not; what was there stays as it was revised, mended or taken out.
    """
    before = read_raw(old)
    after = read_raw(new)
    figures, _ = clean_figures(after)
    new_years = [id for id, row in rows.items() if row.kind == NEW_YEAR]
    added = (
        figures[figures["figure"].isin(new_years)],
        after.corrections[after.corrections["row"].isin(new_years)],
        after.claims[~after.claims["id"].isin(before.claims["id"])],
        after.events[~after.events["what"].isin(before.events["what"])],
        after.breaks[~after.breaks["reason"].isin(before.breaks["reason"])],
    )
    shutil.copytree(new.raw, folder)
    for name, lines in pd.concat(added).groupby("raw_file"):
        path = folder / Path(str(name)).name
        path.write_bytes(drop_rows(path, lines).encode())
    return folder
