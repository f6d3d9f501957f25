import json
import re
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import tamper
from click.testing import CliRunner

from analysis.cli import main
from analysis.reports import jobs
from analysis.review.pages import verdicts_page
from analysis.review.verify import FILES, Files, Verdict, judge, read_copies, recorded_job, run_again
from notebook_runner.errors import InputError
from notebook_runner.project import Project
from notebook_runner.run import run_report

NAME = tamper.REPORT


@pytest.fixture(scope="module")
def fresh(frozen: Project, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Files]:
    """A report of the frozen figures, run once."""

    @cache
    def run(name: str) -> Files:
        folder, [job] = tmp_path_factory.mktemp(name), jobs(frozen, [name])
        (folder / "scratch").mkdir()
        run_report(job, folder / "report", folder / "scratch")
        return files_of(folder / "report")

    return run


@pytest.fixture
def files(fresh: Callable[[str], Files]) -> Files:
    return fresh(NAME)


def files_of(folder: Path) -> Files:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def failing(project: Project, fresh: Callable[[str], Files]) -> Callable[..., set[str]]:
    """The rungs that fail for a kind of tampering, inputs aside: changed data are tried by the harness."""

    def rungs(kind: str, name: str = NAME) -> set[str]:
        copy = tamper.KINDS[name][kind](fresh(name))
        return {*tamper.failing(judge(project, name, copy, fresh(name), []))} - {"inputs"}

    return rungs


@pytest.mark.live
def test_a_committed_report_is_the_same_as_itself_on_every_rung(project: Project) -> None:
    files = files_of(project.reports / NAME)
    verdict = judge(project, NAME, files, files, [])
    assert {*tamper.failing(verdict)} <= {"inputs"}
    assert str(verdict).startswith(f"{NAME}: bytes (6 of 6)")


@pytest.mark.parametrize(
    ("kind", "rungs"),
    [
        ("a number in the page only", "whole numbers sentences bytes"),
        ("a value in numbers.csv only", "whole numbers bytes"),
        ("a number's value in a record, everywhere", "numbers bytes"),
        ("a number's seventh digit in a record, everywhere", "bytes"),
        ("a chart's axis reversed, everywhere", "numbers bytes"),
        ("a point missing in a chart, everywhere", "numbers bytes"),
        ("two series swapped by colour, everywhere", "numbers bytes"),
        ("two labels of series swapped, everywhere", "numbers bytes"),
        ("a label changed, everywhere", "numbers bytes"),
        ("a caption, everywhere", "sentences bytes"),
        ("a cell that was not run", "whole sentences bytes"),
        ("a script in the page", "whole sentences bytes"),
        ("numbers.csv missing", "whole"),
    ],
)
def test_tampering_fails_on_the_rungs_it_touches(failing: Callable[..., set[str]], kind: str, rungs: str) -> None:
    assert failing(kind) == {*rungs.split()}


@pytest.mark.parametrize(
    ("kind", "rungs"),
    [
        ("a digit in a chart's CSV", "whole numbers bytes"),
        ("the last digit but one of six in a chart's CSV", "whole numbers bytes"),
        ("a chart's CSV missing", "whole numbers bytes"),
        ("a chart's SVG file swapped for another's", "whole bytes"),
        ("a chart's PNG file swapped for another's", "whole bytes"),
        ("a mark painted over in a chart's PNG, everywhere", "bytes"),
        ("a chart's PNG taken out, everywhere", "numbers sentences bytes"),
        ("data held in the page only", "whole bytes"),
    ],
)
def test_tampering_with_the_files_of_a_chart_fails(failing: Callable[..., set[str]], kind: str, rungs: str) -> None:
    assert failing(kind) == {*rungs.split()}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for name in (tamper.BARS, tamper.MARKS) for kind in tamper.KINDS[name]]
)
def test_bars_and_marks_can_be_drawn_no_other_way(failing: Callable[..., set[str]], kind: str, name: str) -> None:
    assert failing(kind, name) == {"numbers", "bytes"}


def test_noise_in_the_last_digit_of_a_picture_is_no_difference(project: Project, files: Files) -> None:
    def noise(svg: str) -> str:
        return svg.replace('y="192.24"', 'y="192.240001"')

    noisy = tamper.everywhere(tamper.picture("coca_area", noise))(files)
    assert {*tamper.failing(judge(project, NAME, noisy, files, []))} - {"inputs"} == {"bytes"}


def test_a_difference_names_id_and_both_values(project: Project, files: Files) -> None:
    copy = tamper.everywhere(tamper.number(0, value=3.81))(files)
    told = str(judge(project, NAME, copy, files, []))
    assert "numbers: numbers.csv.headline.coca_area.size.value: expected '2.819277108', found '3.81'" in told


def test_the_name_and_the_catalogues_parameters_are_judged(project: Project, files: Files) -> None:
    verdict = judge(project, "peru", files, files, [])
    assert ("provenance.json report", "peru", NAME) in verdict.differences["whole"]
    assert ("parameters.country", "Peru", "Colombia") in verdict.differences["inputs"]


@pytest.mark.parametrize("field", ["notebook", "rows"])
def test_only_a_notebook_of_this_checkout_is_run(project: Project, tmp_path: Path, field: str) -> None:
    hashes = {"notebook": "0" * 64} if field == "notebook" else {"rows": "0" * 64}
    copy = {"provenance.json": json.dumps({"sha256": hashes, "parameters": {}}).encode()}
    assert run_again(project, {NAME: copy}, tmp_path / "new")[NAME] == (
        "run", "a run to the end", "its provenance names no notebook of this checkout by its hash",
    )  # fmt: skip
    assert not (tmp_path / "new").exists()


def test_a_parameter_that_the_notebook_does_not_declare_is_refused(project: Project, files: Files) -> None:
    record = json.loads(files["provenance.json"])
    record["parameters"]["__import__"] = "os"
    copy = {**files, "provenance.json": json.dumps(record).encode()}
    with pytest.raises(InputError, match="is no parameter of this notebook"):
        recorded_job(project, NAME, copy)


def sent(path: Path, members: dict[str, bytes]) -> str:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return str(path)


def test_a_zip_is_read_and_nothing_leaves_its_folder(project: Project, tmp_path: Path, files: Files) -> None:
    members = {f"reports/{NAME}/{name}": content for name, content in files.items()} | {"../../evil.txt": b"x"}
    assert read_copies(project, [], sent(tmp_path / "sent.zip", members), tmp_path) == {NAME: files}
    assert [path.parent for path in tmp_path.parent.rglob("evil.txt")] == [tmp_path / "zip" / "sent"]
    alone = sent(tmp_path / "mail.zip", dict(files))
    assert read_copies(project, [NAME], alone, tmp_path) == {NAME: files}


@pytest.mark.parametrize("content", [b"no zip", b""])
def test_what_is_no_zip_is_a_users_mistake(project: Project, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "sent.zip").write_bytes(content)
    with pytest.raises(InputError, match="is no folder, zip or commit with reports"):
        read_copies(project, [], str(tmp_path / "sent.zip"), tmp_path)


def test_a_zip_bomb_is_refused(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.review.verify.LARGEST", 1_000)
    with pytest.raises(InputError):
        read_copies(project, [], sent(tmp_path / "sent.zip", {f"{NAME}/report.html": b"0" * 1_001}), tmp_path)


@pytest.mark.live
def test_a_folder_and_a_commit_are_read(project: Project, tmp_path: Path) -> None:
    files = files_of(project.reports / NAME)
    assert read_copies(project, [NAME], str(project.reports), tmp_path)[NAME] == files
    assert read_copies(project, [], str(project.reports / NAME), tmp_path) == {NAME: files}
    assert {*FILES} <= set(read_copies(project, [NAME], "HEAD", tmp_path)[NAME])


@pytest.mark.live
def test_a_users_mistake_exits_with_2() -> None:
    for words in (["pery"], ["--against", "v9"], ["--at-least", "most"]):
        assert CliRunner().invoke(main, ["verify", *words]).exit_code == 2


def test_the_page_escapes_what_a_stranger_wrote() -> None:
    verdict = Verdict("<b>\x1b[2J", {"whole": [("<i>", "a", "<script>alert()</script>")]})
    assert "\x1b" not in str(verdict)
    page = verdicts_page([verdict])
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_page_names_a_chart_and_sets_its_coordinates_side_by_side(project: Project, files: Files) -> None:
    copy = tamper.IN_REPORT["a chart's axis reversed, everywhere"](files)
    page = verdicts_page([judge(project, NAME, copy, files, [])])
    assert page.count("picture in the page: coca_area.0, coordinates in their order") == 1
    expected, found = re.findall(r"<td>([\d., ]+, [\d., ]+)</td>", page)[:2]
    assert sorted(expected.split(", ")) == sorted(found.split(", "))
    assert expected != found


@pytest.mark.live
@pytest.mark.slow
def test_a_report_run_again_holds_every_rung_but_stale_inputs(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["verify", NAME, "--html", str(tmp_path / "page.html")])
    assert result.exit_code == 0
    assert NAME in (tmp_path / "page.html").read_text("utf-8")
