"""Nothing that a reader sees hangs on digits in which processors differ."""

import csv
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest

from analysis.display.numbers import number
from analysis.display.records import records
from analysis.precision import digits, drawn, exceeds, recorded
from analysis.reports import jobs
from analysis.statistics.joinpoint.model import Grid
from analysis.vintages.claims import Limits
from analysis.vintages.revisions import revisions
from notebook_runner.batch import run_all
from notebook_runner.project import Project

NOISE = 1e-12  # relative; processors differ by 1.5e-13 at most
ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("way", [-NOISE, 0, NOISE])
def test_a_number_is_recorded_and_printed_the_same_whatever_its_last_digits(
    way: float,
) -> None:
    tie = number(12.45 * (1 + way), "percent")
    assert (tie.value, tie.text) == (
        number(12.45, "percent").value,
        number(12.45, "percent").text,
    )
    assert (recorded(144807.5 * (1 + way)), drawn(144807.5 * (1 + way))) == (
        144807.5,
        144808.0,
    )
    assert digits(2 / 3 * (1 + way)) == "0.6666666667"


@pytest.mark.parametrize("way", [-NOISE, 0, NOISE])
def test_a_limit_is_met_whatever_the_last_digits(way: float) -> None:
    assert Limits(2, 3, strict=False).hold(2 * (1 + way))
    assert not Limits(2, 3, strict=True).hold(2 * (1 + way))
    assert not exceeds(3 * (1 + way), 3)


@pytest.mark.parametrize("way", [-NOISE, 0, NOISE])
def test_a_difference_as_large_as_the_rounding_is_no_revision(way: float) -> None:
    table = {
        "year": [2011, 2011],
        "value": [150_000.0, 150_001 * (1 + way)],
        "rounding_unit": 1.0,
    }
    rest = {
        "release": list("ab"),
        "release_date": ["2012", "2017"],
        "kind": "original",
        "figure": list("xy"),
    }
    assert revisions(pd.DataFrame({**table, **rest}))["revised"].tolist() == [False]


def test_of_two_equal_places_of_a_joinpoint_the_first_is_taken() -> None:
    grid = Grid(range(2001, 2012))
    tent = np.abs(grid.x)[:, None]
    noise = np.random.default_rng(0).normal(size=(11, 200)) * NOISE
    mirrored = np.cos(2 * grid.x)[:, None] + np.zeros_like(tent)
    found = grid.search(1, mirrored + noise)[0]
    assert len(set(found.tolist())) == 1


def perturbed(project: Project, seed: int) -> None:
    """Change every processed figure by up to a relative `NOISE`, each printing by itself."""
    random_number, factors = random.Random(seed), dict[tuple[str, str], float]()
    for name in ("figures.csv", "series.csv"):
        path = project.processed / name
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            for column in (
                column for column in ("value", "low", "high") if row[column]
            ):
                factor = factors.setdefault(
                    (row["figure"], column), 1 + NOISE * random_number.uniform(-1, 1)
                )
                row[column] = repr(float(row[column]) * factor)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def read(folder: Path) -> Iterator[Any]:
    """What a reader sees of a report and what its charts are drawn from: all but the digits of the numbers recorded."""
    notebook = nbformat.read(folder / "report.ipynb", 4)
    for record in records(notebook):
        numbers = [
            {**entry, "value": f"{entry['value']:.6g}"} for entry in record["numbers"]
        ]
        yield {**record, "numbers": numbers}


@pytest.mark.live
@pytest.mark.slow
def test_perturbed_figures_give_the_same_sentences_verdicts_joinpoints_and_charts(
    copy: Project,
) -> None:
    shutil.copytree(ROOT / "src", copy.root / "src")
    perturbed(copy, seed=1)
    assert [error for _, error in run_all(copy, jobs(copy)) if error] == []
    for name in (job.name for job in jobs(copy)):
        assert list(read(copy.reports / name)) == list(read(ROOT / "reports" / name))
