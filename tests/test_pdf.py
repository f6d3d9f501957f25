import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.cli import main
from analysis.site.pdf import NO_CHROMIUM, find_chromium

A3 = 420  # mm, its longer side
needs_chromium = pytest.mark.skipif(not find_chromium(), reason=NO_CHROMIUM)
pytestmark = pytest.mark.live


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def pdf(*words: str) -> Result:
    return CliRunner().invoke(main, ["pdf", *words])


@needs_chromium
def test_a_report_becomes_a_pdf_in_this_folder(tmp_path: Path) -> None:
    assert pdf("start-here").output == "start-here.pdf\n"
    assert pdf("start-here", "--to", "chosen.pdf").output == "chosen.pdf\n"
    assert (tmp_path / "start-here.pdf").read_bytes().startswith(b"%PDF-")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "chosen.pdf",
        "start-here.pdf",
    ]


@needs_chromium
def test_a_table_wider_than_paper_has_a_wider_page(tmp_path: Path) -> None:
    pdf("revisions-colombia-output")
    printed = (tmp_path / "revisions-colombia-output.pdf").read_bytes()
    widths = {
        round(float(points))
        for points in re.findall(rb"/MediaBox \[0 0 ([0-9.]+)", printed)
    }
    assert max(widths) == round(A3 / 25.4 * 72) > 1.9 * min(widths)


def test_what_prints_nothing_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "start-here.pdf").write_text("old")
    monkeypatch.setenv("CHROMIUM", "true")
    failed = pdf("start-here")
    assert failed.exit_code == 1
    assert failed.stderr.startswith("start-here.pdf: ")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["pery"], "report: found 'pery'; is no report; did you mean 'peru'?"),
        (["peru"], NO_CHROMIUM),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(
    words: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHROMIUM", "no-such-program")
    refused = pdf(*words)
    assert (refused.exit_code, refused.stdout, refused.stderr) == (
        2,
        "",
        message + "\n",
    )


@needs_chromium
def test_a_folder_that_is_not_there_is_refused() -> None:
    refused = pdf("peru", "--to", "nowhere/peru.pdf")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert (
        refused.stderr
        == "--to: found 'nowhere/peru.pdf'; name a file in a folder that is there\n"
    )


def test_one_file_is_for_one_report() -> None:
    assert pdf("peru", "bolivia").exit_code == 2
