import shutil
from pathlib import Path

import pytest
from rows import Made, Row, publication, write_rows

from analysis.cleaning.raw import CORRECTION_COLUMNS, FIGURE_COLUMNS, PUBLICATION_COLUMNS
from analysis.project import Project, here

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def this_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANALYSIS_PROJECT", raising=False)


@pytest.fixture
def project() -> Project:
    return here()


@pytest.fixture
def copy(tmp_path: Path) -> Project:
    """The project's data and notebooks in a folder of their own."""
    for folder in ("data/raw", "data/processed", "notebooks", "requirements"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return Project(tmp_path)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Make a small project of given figures, publications and corrections."""

    def make(
        figures: list[Row], publications: list[Row] | None = None, corrections: list[Row] | None = None
    ) -> Project:
        raw = tmp_path / "data" / "raw"
        raw.mkdir(parents=True, exist_ok=True)
        for maker in {row["estimate_by"] for row in figures}:
            mine = [row for row in figures if row["estimate_by"] == maker]
            write_rows(raw / f"{maker}.csv", FIGURE_COLUMNS, mine)
        write_rows(raw / "publications.csv", PUBLICATION_COLUMNS, publications or [publication()])
        write_rows(raw / "corrections.csv", CORRECTION_COLUMNS, corrections or [])
        return Project(tmp_path)

    return make
