import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import cast

import nbformat
import pytest
from click.testing import CliRunner

from analysis.cleaning.processed import build_processed
from analysis.cli import main
from analysis.reports import jobs
from notebook_runner import progress
from notebook_runner.files import write_whole
from notebook_runner.project import Project
from notebook_runner.provenance import differences, provenance, sealed

REVISIONS = ["revisions", "--measure", "cocaine_output"]
TRIALS = {
    ("clean",): "data/processed is up to date with data/raw",
    ("report", "peru"): "peru would run; never run",
    ("undo", "unodc-2012-09-17"): "to be taken out: unodc-2012-09-17 with its 4 figures",
}  # fmt: skip


def run(
    *words: str, folder: Path | None = None, project: Project | None = None
) -> "subprocess.CompletedProcess[str]":
    environment = {
        **os.environ,
        **({"ANALYSIS_PROJECT": str(project.root)} if project else {}),
    }
    return subprocess.run(
        [sys.executable, "-m", *words],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["report", "peru", "-p", "end_yaer", "2020"],
            "parameter: found 'end_yaer'; is no parameter of this notebook; did you mean 'end_year'?",
        ),
        (
            ["report", "peru", "-p", "end_year", "banana"],
            "parameter: end_year: found 'banana'; write a whole number, such as 2021",
        ),
        (["report", "pery"], "report: found 'pery'; is no report; did you mean 'peru'?"),
        pytest.param(["changes", "--from", "v9"], "--from: found 'v9'; is no commit here; give one that git log shows", marks=pytest.mark.live),
        pytest.param(["trace", "pery", "x"], "report: found 'pery'; is no report; did you mean 'peru'?", marks=pytest.mark.live),
        (["trace", "fig-0"], "figure: found 'fig-0'; no figure has this id; ids are in data/processed/figures.csv"),
        (["trace", "fig-4c2da0a4b5"], "figure: found 'fig-4c2da0a4b5'; no figure has this id; did you mean 'fig-4c2da0a4b4'?"),
        (["undo", "unodc-2012-09-18"], "publication: found 'unodc-2012-09-18'; is not in publications.csv; did you mean 'unodc-2012-09-17'?"),
        (["report", "peru", "-p", "as_of", "soon"], "parameter: as_of: found 'soon'; write a date such as 2022-08-31, or latest"),
        ([*REVISIONS, "--place", "Colombia", "--as-of", "soon"], "parameter: as_of: found 'soon'; write a date such as 2022-08-31, or latest"),
        ([*REVISIONS, "--place", "Columbia"], "parameter: place: found 'Columbia'; did you mean 'Colombia'?"),
        pytest.param(["verify", "pery"], "report: found 'pery'; is no report; did you mean 'peru'?", marks=pytest.mark.live),
    ],
)  # fmt: skip
def test_a_users_mistake_is_one_line_and_exit_2(words: list[str], message: str) -> None:
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message + "\n")


@pytest.mark.parametrize(
    "words",
    [["reprot"], ["report", "--nmae"], ["trace"], ["trace", "peru"], ["add"], ["add", "nowhere.csv"], ["revisions"],
     ["verify", "--at-least", "most"]],
)  # fmt: skip
def test_a_wrong_call_says_how_it_is_called_and_exits_with_2(words: list[str]) -> None:
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: ")


@pytest.mark.parametrize("verb", ["clean", "changes", "report", "undo", "verify"])
def test_every_verb_says_where_it_looked_for_the_project(
    verb: str, tmp_path: Path
) -> None:
    words = [verb, *(["x"] if verb == "undo" else [])]
    result = CliRunner(env={"ANALYSIS_PROJECT": str(tmp_path)}).invoke(main, words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        result.stderr
        == f"{tmp_path}: no data/raw here; set ANALYSIS_PROJECT to a checkout of the project\n"
    )


def failing(copy: Project) -> None:
    (copy.notebooks / "reports.toml").write_text(
        '[x]\nnotebook = "x.ipynb"\nstrict = true\nparameters = {}'
    )
    cells = [
        nbformat.v4.new_code_cell(
            "year: int = 1  # year", metadata={"tags": ["parameters"]}
        ),
        nbformat.v4.new_code_cell("1 / 0"),
    ]
    notebook = nbformat.v4.new_notebook(
        cells=cells, metadata={"language_info": {"name": "python"}}
    )
    nbformat.write(notebook, copy.notebooks / "x.ipynb")


@pytest.mark.slow
def test_a_failing_notebook_exits_with_1_and_no_terminal_gets_no_progress(
    copy: Project,
) -> None:
    failing(copy)
    result = run("analysis", "report", project=copy)
    assert (result.returncode, result.stdout) == (1, "x failed\n")
    kept = "  as far as it came: reports/.failed/x/report.ipynb\n"
    assert (
        result.stderr
        == f"x: cell 2 (1 / 0): ZeroDivisionError: division by zero\n{kept}"
    )


@pytest.mark.slow
def test_a_terminal_shows_how_far_the_reports_are_on_one_line(copy: Project) -> None:
    failing(copy)
    ours, theirs = pty.openpty()
    environment = {**os.environ, "ANALYSIS_PROJECT": str(copy.root), "TERM": "xterm"}
    words = [sys.executable, "-m", "analysis", "report"]
    with subprocess.Popen(
        words, stderr=theirs, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.communicate()[0] == "x failed\n"
    shown = os.read(ours, 100_000).decode()
    assert "\r\x1b[K0 of 3 cells: x" in shown
    kept = "  as far as it came: reports/.failed/x/report.ipynb\r\n"
    assert shown.endswith(
        f"\r\x1b[Kx: cell 2 (1 / 0): ZeroDivisionError: division by zero\r\n{kept}"
    )


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_line_names_reports_cells_and_time_left(
    copy: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    clock = iter([0.0, 130.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    line = progress.Line(jobs(copy, ["peru", "bolivia"]))
    line.tell(["peru", "bolivia"], 14)
    cells = sum(map(progress.cells_of, jobs(copy, ["peru", "bolivia"])))
    left = round(130 * (cells - 14) / 14)
    told = f"\r\x1b[Kabout {left // 60}:{left % 60:02} left, 14 of {cells} cells: peru, bolivia"
    assert cast(Terminal, sys.stderr).getvalue() == told


VERBS = sorted(main.commands)


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_every_verb_has_an_example_that_can_be_read(verb: str) -> None:
    told = " ".join(CliRunner().invoke(main, [verb, "--help"]).output.split())
    example = re.search(
        rf"Example: python -m analysis ({verb}\b.*?) (?:> |Options:)", told
    )
    assert example
    main.commands[verb].make_context(
        verb, example[1].split()[1:], resilient_parsing=True
    )


WRITERS = {"add", "changes", "clean", "report", "undo"}


def test_what_writes_can_be_tried(
    copy: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANALYSIS_PROJECT", str(copy.root))
    tried = {
        verb
        for verb in VERBS
        if "--dry-run"
        in {name for one in main.commands[verb].params for name in one.opts}
    }
    assert tried >= WRITERS
    build_processed(copy)
    before = {
        path: path.read_bytes() for path in copy.root.rglob("*") if path.is_file()
    }
    told = [CliRunner().invoke(main, [*words, "--dry-run"]).output for words in TRIALS]
    assert [line.rstrip().splitlines()[-1] for line in told] == list(TRIALS.values())
    assert {
        path: path.read_bytes() for path in copy.root.rglob("*") if path.is_file()
    } == before


def test_a_dry_run_says_what_is_not_made_from_the_raw_files(
    copy: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANALYSIS_PROJECT", str(copy.root))
    (copy.raw / "cdc.csv").write_text(
        (copy.raw / "cdc.csv").read_text("utf-8") + "\n", "utf-8"
    )
    told = [
        CliRunner().invoke(main, [*words, "--dry-run"])
        for words in (["clean"], ["undo", "unodc-2012-09-17"])
    ]
    assert [one.exit_code for one in told] == [0, 2]
    assert told[0].stdout.startswith("data/processed would be rebuilt: ")
    assert (
        told[1].stderr
        == "data/processed is out of date; run: python -m analysis clean\n"
    )


def test_a_report_says_what_is_other_than_at_its_last_run(copy: Project) -> None:
    [job] = jobs(copy, ["peru"])
    assert differences(job) == "never run"
    record, folder = provenance(job), copy.reports / "peru"
    folder.mkdir(parents=True)
    changed = {
        **record,
        "parameters": {},
        "sha256": {**record["sha256"], "lock": "", "rows": ""},
    }
    for made, told in ((record, ""), (changed, "changed: rows, lock, parameters")):
        (folder / "provenance.json").write_bytes(sealed(made, {}))
        assert differences(job) == told


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("numbers.csv", b"id,value\n", "changed: numbers.csv"),
        ("notes.txt", b"mine", "changed: notes.txt"),
        ("numbers.csv", None, "changed: numbers.csv"),
        ("provenance.json", b"{", "changed: provenance.json"),
    ],
)
def test_a_report_that_was_edited_is_run_again(
    copy: Project, name: str, content: bytes | None, told: str
) -> None:
    [job] = jobs(copy, ["peru"])
    files = {"numbers.csv": b"id\n"}
    write_whole(
        copy.reports / "peru",
        {**files, "provenance.json": sealed(provenance(job), files)},
    )
    path = copy.reports / "peru" / name
    path.write_bytes(content) if content else path.unlink()
    assert differences(job) == told


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("trac", "trace"),
        ("report colombia-un", "colombia-unodc"),
        ("trace colombia-un", "colombia-unodc"),
        ("report nowhere", ""),
    ],
)
def test_a_shell_completes_verbs_and_names(shell: str, line: str, offered: str) -> None:
    words = f"coca-trends {line}"
    place = line.rpartition(" ")[2] if shell == "fish" else str(len(line.split()))
    asked = {
        "COMP_WORDS": words,
        "COMP_CWORD": place,
        "_COCA_TRENDS_COMPLETE": f"{shell}_complete",
    }
    told = CliRunner(env=asked).invoke(main, prog_name="coca-trends")
    assert told.exit_code == 0
    assert [
        word
        for word in re.split(r"[\n,\t]", told.stdout)
        if word not in ("plain", "_", "")
    ][:1] == ([offered] if offered else [])


def test_bad_data_stop_a_report_before_it_runs(copy: Project) -> None:
    with (copy.raw / "cdc.csv").open("a") as file:
        file.write(
            "nobody,cdc,cocaine_deaths,United States,2024,1,deaths,final,x,official,\n"
        )
    before = (copy.processed / "figures.csv").read_bytes()
    result = run("analysis", "report", project=copy)
    assert result.returncode == 2
    assert (
        result.stderr
        == "data/raw/cdc.csv:878: publication: found 'nobody'; is not in publications.csv; add it to publications.csv\n"
    )
    assert (copy.processed / "figures.csv").read_bytes() == before


def test_help_and_version_need_no_pandas() -> None:
    heavy = {
        "pandas",
        "papermill",
        "dataclasses",
        "json",
        "difflib",
        "tomllib",
        "notebook_runner.errors",
    }
    code = f"import click, sys; before = {{*sys.modules}}; import analysis.cli; sys.exit(bool({heavy} & ({{*sys.modules}} - before)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert run("analysis", "--version").stdout == "analysis, version 0.1.0\n"
    assert (
        "Example: python -m analysis report"
        in run("analysis", "report", "--help").stdout
    )


def test_a_citation_names_vintage_and_line() -> None:
    shown = run("analysis", "trace", "fig-4c2da0a4b4").stdout
    assert "manual eradication, Bolivia, 2010 (estimate): “8200” ha." in shown
    assert (
        "Vintage: unodc-2012-09-17, 2012-09-17; read from: official (fig-4c2da0a4b4). data/raw/bolivia_government.csv:2"
        in shown
    )


def papermill(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    notebook = Path(__file__).parents[1] / "notebooks" / "trend_report.ipynb"
    return run(
        "papermill",
        str(notebook),
        "out.ipynb",
        "--no-progress-bar",
        *words,
        folder=folder,
    )


@pytest.mark.slow
def test_papermill_alone_runs_the_notebook_from_any_folder(tmp_path: Path) -> None:
    result = papermill(tmp_path, "-p", "end_year", "2020")
    assert result.returncode == 0, result.stderr
    cells = json.loads((tmp_path / "out.ipynb").read_text("utf-8"))["cells"]
    shown = "".join(str(output) for cell in cells for output in cell.get("outputs", []))
    assert "between 2011 and 2020" in shown


def test_papermill_alone_is_refused_a_wrong_value_by_the_first_cell(
    tmp_path: Path,
) -> None:
    result = papermill(tmp_path, "-p", "end_year", "banana")
    assert result.returncode == 1
    assert (
        "parameter: end_year: found 'banana'; write a whole year, such as those the data have"
        in result.stderr
    )
