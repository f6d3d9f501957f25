import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import WIDE, Opened, PageAt, chromium, open_file
from rows import Made, make_project

from analysis.project import Project, here

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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
    for folder in ("data/raw", "data/processed", "notebooks", "requirements", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return Project(tmp_path)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Make a small project of given figures, publications and corrections."""
    return partial(make_project, tmp_path)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def page_at(browser: "Browser") -> Iterator[PageAt]:
    """Open pages in contexts of their own, closed after the test."""
    before = len(browser.contexts)

    def opening(path: Path, width: int = WIDE, dark: bool = False, scripts: bool = True, free: bool = False) -> Opened:
        return open_file(browser, path, width, dark, scripts, free)

    yield opening
    for context in browser.contexts[before:]:
        context.close()
