"""Which data a test reads, those of tests/frozen or, where it is marked `live`, the project's own; and what tests share."""

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import WIDE, Opened, PageAt, chromium, open_file
from freezing import make_frozen
from rows import Made, make_project

from notebook_runner.project import ROOT_VARIABLE, Project, here

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDERS = ("data/raw", "data/processed", "notebooks", "requirements", "docs")


@pytest.fixture(scope="session", autouse=True)
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The project that every test reads, doctests too, unless it is marked `live`."""
    made = os.environ.get(
        "FROZEN_PROJECT"
    )  # one for many sessions, of harnesses/mutation.py
    project = (
        Project(Path(made)) if made else make_frozen(tmp_path_factory.mktemp("frozen"))
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ROOT_VARIABLE, str(project.root))
        yield project


@pytest.fixture(autouse=True)
def this_project(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let a test marked `live` read the data and reports of this checkout."""
    if request.node.get_closest_marker("live"):
        monkeypatch.delenv(ROOT_VARIABLE)


@pytest.fixture
def project() -> Project:
    """The frozen project, or the checkout where a test is marked `live`."""
    return here()


@pytest.fixture
def copy(project: Project, tmp_path: Path) -> Project:
    """The project's data and notebooks in a folder of their own."""
    for folder in FOLDERS:
        shutil.copytree(project.root / folder, tmp_path / folder)
    return Project(tmp_path)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Make a small project of given figures, publications and corrections."""
    return partial(make_project, tmp_path)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Chromium, without a window."""
    with chromium() as launched:
        yield launched


@pytest.fixture
def page_at(browser: "Browser") -> Iterator[PageAt]:
    """Open pages in contexts of their own, closed after the test."""
    before = len(browser.contexts)

    def opening(
        path: Path,
        width: int = WIDE,
        dark: bool = False,
        scripts: bool = True,
        free: bool = False,
    ) -> Opened:
        return open_file(browser, path, width, dark, scripts, free)

    yield opening
    for context in browser.contexts[before:]:
        context.close()
