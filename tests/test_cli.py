import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.project import Project


def run(*words: str, folder: Path | None = None, project: Project | None = None) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, **({"ANALYSIS_PROJECT": str(project.root)} if project else {})}
    return subprocess.run(
        [sys.executable, "-m", *words], capture_output=True, text=True, cwd=folder, env=environment, check=False
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
        (["changes", "--from", "v9"], "--from: found 'v9'; is no commit here; give one that git log shows"),
        (["trace", "pery", "x"], "report: found 'pery'; is no report; did you mean 'peru'?"),
        (["cite", "fig-0"], "figure: found 'fig-0'; no figure has this id; ids stand in data/processed/figures.csv"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_2(words: list[str], message: str) -> None:
    result = run("analysis", *words)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", message + "\n")


def test_bad_data_stop_a_report_before_it_runs(copy: Project) -> None:
    with (copy.raw / "cdc.csv").open("a") as file:
        file.write("nobody,cdc,cocaine_deaths,United States,2024,1,deaths,final,x,official,\n")
    before = (copy.processed / "figures.csv").read_bytes()
    result = run("analysis", "report", project=copy)
    assert result.returncode == 2
    assert (
        result.stderr
        == "data/raw/cdc.csv:878: publication: found 'nobody'; stands not in publications.csv; add it to publications.csv\n"
    )
    assert (copy.processed / "figures.csv").read_bytes() == before


def test_help_and_version_need_no_pandas() -> None:
    code = "import sys, analysis.cli; sys.exit(bool({'pandas', 'papermill'} & {*sys.modules}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert run("analysis", "--version").stdout == "analysis, version 0.1.0\n"
    assert "Example: python -m analysis report" in run("analysis", "report", "--help").stdout


def test_a_citation_names_vintage_and_line() -> None:
    shown = run("analysis", "cite", "fig-4c2da0a4b4").stdout
    assert "manual eradication, Bolivia, 2010 (estimate): “8200” ha." in shown
    assert (
        "Vintage: unodc-2012-09-17, 2012-09-17; read from: official (fig-4c2da0a4b4). data/raw/bolivia_government.csv:2"
        in shown
    )


def papermill(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    notebook = Path(__file__).parents[1] / "notebooks" / "trend_report.ipynb"
    return run("papermill", str(notebook), "out.ipynb", "--no-progress-bar", *words, folder=folder)


def test_papermill_alone_runs_the_notebook_from_any_folder(tmp_path: Path) -> None:
    result = papermill(tmp_path, "-p", "end_year", "2020")
    assert result.returncode == 0, result.stderr
    cells = json.loads((tmp_path / "out.ipynb").read_text("utf-8"))["cells"]
    shown = "".join(str(output) for cell in cells for output in cell.get("outputs", []))
    assert "between 2011 and 2020" in shown


def test_papermill_alone_is_refused_a_wrong_value_by_the_first_cell(tmp_path: Path) -> None:
    result = papermill(tmp_path, "-p", "end_year", "banana")
    assert result.returncode == 1
    assert "parameter: end_year: found 'banana'; write a whole year, such as those the data have" in result.stderr
