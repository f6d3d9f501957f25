"""Any sound `add` leaves the tests of data, reports and documents green: they hold no value that it may change."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rows import Row, figure, publication, write_rows

from analysis.editing.adding import RELEASE_COLUMNS
from analysis.tables import read_processed
from notebook_runner.project import Project

pytestmark = [pytest.mark.slow, pytest.mark.live]
ROOT = Path(__file__).parents[1]
AREA = {"measure": "coca_area", "unit": "ha"}
DEATHS = {
    "agency": "cdc",
    "measure": "cocaine_deaths",
    "place": "United States",
    "unit": "deaths",
    "status": "final",
}
# Of each publication what it prints: new years, revised ones, figures within the windows of reports, an article's words.
RELEASES: dict[str, list[Row]] = {
    "test-us": [
        *({**AREA, "period": year, "printed": printed} for year, printed in
          [("2011", "84,000"), ("2015", "165,000"), ("2021", "236,000"), ("2022", "230,000"), ("2023", "225,000")]),
        *({"period": year, "printed": printed} for year, printed in
          [("2011", "280"), ("2019", "930"), ("2020", "1,010"), ("2021", "980"), ("2022", "1,001"), ("2023", "1,020")]),
        {"place": "Peru", "period": "2016", "printed": "420"}, {"place": "Peru", "period": "2024", "printed": "850"},
        {**AREA, "place": "Bolivia", "period": "2016", "printed": "37,900"},
    ],
    "test-unodc": [
        {**AREA, "agency": "unodc", "period": "2024", "printed": "259,000"},
        {**AREA, "agency": "unodc", "period": "2025", "printed": "262,500"},
        {"agency": "unodc", "period": "2024", "printed": "2,990"},
    ],
    "test-devida": [{**AREA, "agency": "devida", "place": "Peru", "period": "2025", "printed": "88,000"}],
    "test-nchs": [{**DEATHS, "period": year, "printed": printed} for year, printed in
                  [("2021", "24,490"), ("2024", "21,900"), ("2025", "19,400")]],
    "test-article": [{"period": "2023", "printed": "about 1,020", "locator": "sentence 3, characters 40-51", "read_from": "repeated"}],
}  # fmt: skip
EXACT = """import pytest
from analysis.tables import read_processed

@pytest.mark.live
def test_an_exact_value(project):
    assert len(read_processed(project, "figures.csv")) == {count}
"""


def write_release(path: Path) -> None:
    rows = []
    for id, printed in RELEASES.items():
        source = publication(
            id=id,
            published="2026-10-01",
            sha256="ab" * 32 if id == "test-article" else "",
        )
        source["url"] += id  # each publication has a page of its own
        if id == "test-article":
            source |= {"release": "test-us", "kind": "press"}
        rows += [{**figure(**cells), **source, "publication": id} for cells in printed]
    write_rows(
        path,
        RELEASE_COLUMNS,
        [{column: row[column] for column in RELEASE_COLUMNS} for row in rows],
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files of this checkout that git knows or would take, in a folder of their own."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(
        listed, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def commit_all(folder: Path) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "a release")):
        subprocess.run(["git", *words], cwd=folder, check=True)


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """A module of Python with the package, data and tests of another checkout."""
    others = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "ANALYSIS_"))
    }
    environment = others | {"PYTHONPATH": str(folder / "src")}
    command = [sys.executable, "-m", *words]
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_after_a_sound_release_only_an_exact_value_fails(checkout: Path) -> None:
    count = len(read_processed(Project(checkout), "figures.csv"))
    write_release(checkout / "release.csv")
    added = run(checkout, "analysis", "add", "release.csv", "--yes")
    assert added.returncode == 0, added.stderr
    (checkout / "release.csv").unlink()
    commit_all(checkout)
    (checkout / "tests" / "test_exact.py").write_text(
        EXACT.format(count=count), "utf-8"
    )
    tested = run(
        checkout, "pytest", "-m", "live and not slow", "-q", "-p", "no:cacheprovider"
    ).stdout
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", tested, re.MULTILINE)
    assert failed == ["tests/test_exact.py::test_an_exact_value"], tested
    passed = re.search(r"(\d+) passed", tested)
    assert passed
    assert int(passed[1]) > 250
