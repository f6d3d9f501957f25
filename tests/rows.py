"""Raw rows for tests: a sound one, with the cells that a test changes."""

import csv
from collections.abc import Callable
from pathlib import Path

from analysis.cleaning.raw import FIGURE_COLUMNS, PUBLICATION_COLUMNS
from analysis.project import Project

Row = dict[str, str]
Made = Callable[..., Project]


def figure(**cells: str) -> Row:
    row = dict.fromkeys(FIGURE_COLUMNS, "")
    row.update(
        publication="ondcp-a", estimate_by="us_government", measure="cocaine_output", place="Colombia",
        period="2021", printed="972", unit="t", status="estimate", locator="table", read_from="official",
    )  # fmt: skip
    return row | cells


def publication(**cells: str) -> Row:
    row = dict.fromkeys(PUBLICATION_COLUMNS, "")
    row.update(id="ondcp-a", kind="original", publisher="ONDCP", title="Release", published="2022-07-14")
    row["release"] = cells.get("release") or cells.get("id") or row["id"]
    return row | cells


def write_rows(path: Path, columns: tuple[str, ...], rows: list[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
