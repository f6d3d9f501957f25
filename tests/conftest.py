import shutil
from functools import partial
from pathlib import Path

import pytest
from rows import Made, make_project

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
    return partial(make_project, tmp_path)
