"""Raw rows for tests: a sound one, with the cells that a test changes."""

import csv
from collections.abc import Callable
from pathlib import Path

from analysis.cleaning.raw import (
    BREAK_COLUMNS,
    CLAIM_COLUMNS,
    CORRECTION_COLUMNS,
    FIGURE_COLUMNS,
    PUBLICATION_COLUMNS,
)
from notebook_runner.project import Project

Row = dict[str, str]
Made = Callable[..., Project]


def figure(**cells: str) -> Row:
    row = dict.fromkeys(FIGURE_COLUMNS, "")
    row.update(
        publication="ondcp-a", agency="us_government", measure="cocaine_output", place="Colombia",
        period="2021", printed="972", unit="t", status="estimate", locator="table", read_from="official",
    )  # fmt: skip
    return row | cells


def publication(**cells: str) -> Row:
    row = dict.fromkeys(PUBLICATION_COLUMNS, "")
    row.update(
        id="ondcp-a",
        kind="original",
        publisher="ONDCP",
        title="Release",
        published="2022-07-14",
        url="https://www.whitehouse.gov/ondcp/",
    )
    row["release"] = cells.get("release") or cells.get("id") or row["id"]
    return row | cells


def claim(stated: str, **cells: str) -> Row:
    row = dict.fromkeys(CLAIM_COLUMNS, "")
    row.update(
        id="a-claim", article="article", locator=f"sentence 1, characters 0-{len(stated)}", wording=stated, kind="level",
        measure="cocaine_output", place="Colombia", period="2021", stated=stated, unit="t", agency="us_government",
    )  # fmt: skip
    return row | cells


def write_rows(path: Path, columns: tuple[str, ...], rows: list[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def make_project(
    folder: Path, figures: list[Row], publications: list[Row] | None = None, corrections: list[Row] | None = None,
    claims: list[Row] | None = None,
) -> Project:  # fmt: skip
    raw = folder / "data" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for agency in {row["agency"] for row in figures}:
        mine = [row for row in figures if row["agency"] == agency]
        write_rows(raw / f"{agency}.csv", FIGURE_COLUMNS, mine)
    write_rows(
        raw / "publications.csv", PUBLICATION_COLUMNS, publications or [publication()]
    )
    write_rows(raw / "corrections.csv", CORRECTION_COLUMNS, corrections or [])
    write_rows(raw / "breaks.csv", BREAK_COLUMNS, [])
    if claims is not None:
        write_rows(raw / "claims.csv", CLAIM_COLUMNS, claims)
    return Project(folder)
