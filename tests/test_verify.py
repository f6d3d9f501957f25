import json
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
import tamper
from click.testing import CliRunner

from analysis.cli import main
from analysis.reports import jobs
from analysis.review import RUNGS
from analysis.review.pages import verdicts_page
from analysis.review.verify import (
    FILES,
    Files,
    Verdict,
    data_differences,
    judge,
    read_copies,
    recorded_job,
    run_again,
)
from notebook_runner.errors import InputError
from notebook_runner.pool import called
from notebook_runner.project import Project
from notebook_runner.run import run_report

NAME = tamper.REPORT


@pytest.fixture(scope="module")
def fresh(
    frozen: Project, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Files]:
    """A report of the frozen figures, run once."""

    @cache
    def run(name: str) -> Files:
        folder, [job] = tmp_path_factory.mktemp(name), jobs(frozen, [name])
        (folder / "scratch").mkdir()
        called(run_report, job, folder / "report", folder / "scratch")
        return files_of(folder / "report")

    return run


@pytest.fixture
def files(fresh: Callable[[str], Files]) -> Files:
    return fresh(NAME)


def files_of(folder: Path) -> Files:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def failing(project: Project, fresh: Callable[[str], Files]) -> Callable[..., set[str]]:
    """What is not the same after a kind of tampering, inputs aside: changed data are tried by the harness."""

    def rungs(kind: str, name: str = NAME) -> set[str]:
        copy = tamper.KINDS[name][kind](fresh(name))
        return {*tamper.failing(judge(project, name, copy, fresh(name), []))} - {
            "inputs"
        }

    return rungs


@pytest.mark.live
def test_a_committed_report_is_the_same_as_itself(project: Project) -> None:
    files = files_of(project.reports / NAME)
    verdict = judge(project, NAME, files, files, [])
    assert {*tamper.failing(verdict)} <= {"inputs"}
    assert str(verdict).splitlines()[0].endswith("same content, same bytes")


@pytest.mark.parametrize(
    ("kind", "rungs"),
    [
        ("a number in the page only", "content bytes"),
        ("a value in numbers.csv only", "content bytes"),
        ("a number's value in a record, everywhere", "content bytes"),
        ("a number's seventh digit in a record, everywhere", "bytes"),
        ("a chart's data changed, everywhere", "content bytes"),
        ("a chart's axis reversed, everywhere", "bytes"),
        ("two labels of series swapped, everywhere", "bytes"),
        ("a caption, everywhere", "content bytes"),
        ("prose turned round, everywhere", "content bytes"),
        ("a cell of caveats taken out, everywhere", "content bytes"),
        ("a verdict of a claim, everywhere", "content bytes"),
        ("a cell that was not run", "bytes"),
        ("a script in the page", "bytes"),
        ("the notebook's entry given twice", "content bytes"),
        ("the hash of a file in the provenance", "bytes"),
        ("numbers.csv missing", "content"),
        ("a digit in a chart's CSV", "content bytes"),
        ("the last digit but one of six in a chart's CSV", "content bytes"),
        ("a chart's SVG file swapped for another's", "bytes"),
        ("a mark painted over in a chart's PNG, everywhere", "bytes"),
        ("data held in the page only", "bytes"),
    ],
)
def test_tampering_is_found_on_the_rungs_it_touches(
    failing: Callable[..., set[str]], kind: str, rungs: str
) -> None:
    assert failing(kind) == {*rungs.split()}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for name in (tamper.BARS, tamper.MARKS)
        for kind in tamper.KINDS[name]
    ],
)
def test_bars_and_marks_can_be_drawn_no_other_way(
    failing: Callable[..., set[str]], kind: str, name: str
) -> None:
    assert failing(kind, name) == {"bytes"}


def saved_by_an_editor(files: Files, seal: bool) -> Files:
    """A report whose notebook was opened and saved elsewhere; its hash in the provenance old, or `seal`ed anew."""
    notebook = json.loads(
        files["report.ipynb"],
        parse_float=lambda text: (
            int(float(text)) if text.endswith(".0") else float(text)
        ),
    )
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.12.0"}
    notebook["metadata"]["kernelspec"]["display_name"] = "Python 3"
    notebook["cells"][0]["metadata"] |= {"editable": True, "trusted": True}
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    saved = json.dumps(dict(reversed(notebook.items())), indent=4).encode()
    hashes = (sha256(files["report.ipynb"]).hexdigest(), sha256(saved).hexdigest())
    record = files["provenance.json"].decode()
    sealed = record.replace(*hashes) if seal else record
    return {**files, "report.ipynb": saved, "provenance.json": sealed.encode()}


@pytest.mark.parametrize("seal", [False, True])
def test_a_notebook_that_an_editor_saved_is_the_same(
    project: Project, files: Files, seal: bool
) -> None:
    saved = saved_by_an_editor(files, seal)
    assert saved["report.ipynb"] != files["report.ipynb"]
    verdict = judge(project, NAME, saved, files, [])
    assert tamper.failing(verdict) == []
    assert "saved again by an editor, nothing that counts" in str(verdict)


def test_only_what_holds_on_all_rungs_below_holds() -> None:
    data = [("data/processed.figures.csv", "243000", "234000")]
    verdict = Verdict(NAME, {"inputs": data, "content": [], "bytes": []})
    assert [verdict.holds(rung) for rung in RUNGS] == [False, False, False]
    pictures = Verdict(
        NAME, {"inputs": [], "content": [], "bytes": [("charts/a.svg", "1", "2")]}
    )
    assert [pictures.holds(rung) for rung in RUNGS] == [True, True, False]
    assert not Verdict(NAME, {"content": []}).holds("content")


def test_a_digit_of_a_raw_row_is_found_though_nothing_was_rebuilt(
    copy: Project,
) -> None:
    tables = "data/processed.figures.csv", "data/processed.series.csv"
    assert not {*tables} & {place for place, _, _ in data_differences(copy)}
    raw = copy.raw / "us_government.csv"
    raw.write_text(raw.read_text().replace("234,000", "243,000", 1))
    assert {*tables} <= {place for place, _, _ in data_differences(copy)}


def test_a_difference_names_id_and_both_values(project: Project, files: Files) -> None:
    copy = tamper.everywhere(tamper.number(0, value=3.81))(files)
    told = str(judge(project, NAME, copy, files, []))
    assert (
        "content: numbers.csv.headline.coca_area.size.value: expected '2.819277108', found '3.81'"
        in told
    )


def test_the_name_and_the_catalogues_parameters_are_judged(
    project: Project, files: Files
) -> None:
    verdict = judge(project, "peru", files, files, [])
    assert ("report", "peru", NAME) in verdict.differences["inputs"]
    assert ("parameters.country", "Peru", "Colombia") in verdict.differences["inputs"]


@pytest.mark.parametrize("field", ["notebook", "rows"])
def test_only_a_notebook_of_this_checkout_is_run(
    project: Project, tmp_path: Path, field: str
) -> None:
    copy = {
        "provenance.json": json.dumps(
            {"sha256": {field: "0" * 64}, "parameters": {}}
        ).encode()
    }
    assert run_again(project, {"sent": copy}, tmp_path / "new")["sent"] == (
        "run", "a run to the end", "its provenance names no notebook of this checkout by its hash",
    )  # fmt: skip
    assert not (tmp_path / "new").exists()


def test_of_another_version_the_catalogues_notebook_is_run_with_todays_names(
    project: Project, files: Files
) -> None:
    record = json.loads(files["provenance.json"])
    record["sha256"]["notebook"] = "0" * 64
    record["parameters"]["estimates"] = record["parameters"].pop("agency")
    copy = {**files, "provenance.json": json.dumps(record).encode()}
    assert recorded_job(project, NAME, copy) == recorded_job(project, NAME, files)
    places = [
        place
        for place, _, _ in judge(project, NAME, copy, files, []).differences["inputs"]
    ]
    assert places == ["sha256.notebook"]


def test_a_parameter_that_the_notebook_does_not_declare_is_refused(
    project: Project, files: Files
) -> None:
    record = json.loads(files["provenance.json"])
    record["parameters"]["__import__"] = "os"
    copy = {**files, "provenance.json": json.dumps(record).encode()}
    with pytest.raises(InputError, match="is no parameter of this notebook"):
        recorded_job(project, NAME, copy)


def test_what_is_no_folder_is_a_users_mistake(project: Project, tmp_path: Path) -> None:
    (tmp_path / "sent.zip").write_bytes(b"no zip")
    with pytest.raises(InputError, match="is no folder or commit with reports"):
        read_copies(project, [], str(tmp_path / "sent.zip"), tmp_path)


@pytest.mark.parametrize(("bound", "value"), [("LARGEST", 1_000), ("MOST", 1)])
def test_a_copy_too_large_to_read_is_refused(
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bound: str,
    value: int,
) -> None:
    monkeypatch.setattr(f"analysis.review.verify.{bound}", value)
    (tmp_path / NAME).mkdir()
    for name in ("report.html", "numbers.csv"):
        (tmp_path / NAME / name).write_bytes(b"0" * 501)
    with pytest.raises(InputError, match="of at most"):
        read_copies(project, [], str(tmp_path), tmp_path)


@pytest.mark.live
def test_a_folder_and_a_commit_are_read(project: Project, tmp_path: Path) -> None:
    files = files_of(project.reports / NAME)
    assert read_copies(project, [NAME], str(project.reports), tmp_path)[NAME] == files
    assert read_copies(project, [], str(project.reports / NAME), tmp_path) == {
        NAME: files
    }
    assert {*FILES} <= set(read_copies(project, [NAME], "HEAD", tmp_path)[NAME])


@pytest.mark.live
def test_a_users_mistake_exits_with_2() -> None:
    for words in (["pery"], ["--against", "v9"], ["--at-least", "inputs"]):
        assert CliRunner().invoke(main, ["verify", *words]).exit_code == 2


def test_the_page_escapes_what_a_stranger_wrote() -> None:
    verdict = Verdict(
        "<b>\x1b[2J", {"content": [("<i>", "a", "<script>alert()</script>")]}
    )
    assert "\x1b" not in str(verdict)
    page = verdicts_page([verdict])
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.live
@pytest.mark.slow
def test_a_report_run_again_has_the_same_content_and_a_lowered_rung_is_said(
    tmp_path: Path,
) -> None:
    words = [
        "verify",
        NAME,
        "--at-least",
        "content",
        "--html",
        str(tmp_path / "page.html"),
    ]
    result = CliRunner().invoke(main, words)
    assert "same content" in result.output
    assert (
        "Not asked for (--at-least content): that code, markup and pictures are the same"
        in result.output
    )
    assert NAME in (tmp_path / "page.html").read_text("utf-8")
