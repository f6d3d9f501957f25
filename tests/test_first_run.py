from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result

from analysis.cli import main
from analysis.reports import jobs
from notebook_runner.catalogue import Job
from notebook_runner.first_run import Committed, not_yet_run, note
from notebook_runner.project import Project
from notebook_runner.provenance import provenance, sealed, shared

ENTRY = '[small]\nnotebook = "small.ipynb"\nstrict = true\nparameters = {}\n'
CELLS = [
    "year: int = 1  # year",
    "from analysis.display.numbers import say",
    'say("growth_unsettled", count="Two")',
]


@pytest.fixture
def small(copy: Project) -> Job:
    (copy.notebooks / "reports.toml").write_text(ENTRY)
    first, *rest = map(nbformat.v4.new_code_cell, CELLS)
    first.metadata["tags"] = ["parameters"]
    notebook = nbformat.v4.new_notebook(
        cells=[first, *rest], metadata={"language_info": {"name": "python"}}
    )
    nbformat.write(notebook, copy.notebooks / "small.ipynb")
    return jobs(copy)[0]


def commit(job: Job, page: bytes = b"page") -> Path:
    """Put a report in place as a commit would, without running it."""
    folder = job.project.reports / job.name
    folder.mkdir(parents=True)
    (folder / "report.html").write_bytes(page)
    (folder / "provenance.json").write_bytes(
        sealed(provenance(job), {"report.html": page})
    )
    return folder


def test_a_committed_report_has_not_run_until_it_is_noted(small: Job) -> None:
    assert not_yet_run(small.project, [small]) == []
    commit(small)
    assert not_yet_run(small.project, [small]) == [small]
    note(small.project, ["small"])
    assert not_yet_run(small.project, [small]) == []


def test_a_note_that_cannot_be_read_counts_as_none(small: Job) -> None:
    commit(small)
    note(small.project, ["small"])
    [path] = (small.project.root / ".cache").iterdir()
    path.write_text("{")
    assert not_yet_run(small.project, [small]) == [small]


def test_reports_that_come_out_the_same_are_counted(small: Job) -> None:
    commit(small)
    committed = Committed([small], shared(small.project))
    assert (
        committed.compared(["small"])
        == "1 of 1 reports came out as committed, byte for byte"
    )


def test_a_report_that_comes_out_differently_is_named_with_its_files_and_the_reason(
    small: Job,
) -> None:
    folder = commit(small)
    same = Committed([small], shared(small.project))
    (folder / "report.html").write_bytes(b"another")
    said = "0 of 1 reports came out as committed, byte for byte\n  small: report.html came out differently; "
    assert (
        same.compared(["small"])
        == f"{said}it is made from the same; see: python -m analysis verify small --against HEAD"
    )
    edited = Committed([small], shared(small.project))
    (folder / "report.html").write_bytes(b"page")
    assert (
        edited.compared(["small"])
        == f"{said}what it is made from has changed: report.html"
    )


def report(project: Project) -> Result:
    return CliRunner(env={"ANALYSIS_PROJECT": str(project.root)}).invoke(
        main, ["report"]
    )


@pytest.mark.slow
def test_the_first_run_runs_all_compares_and_is_the_last_one_to(small: Job) -> None:
    made = report(small.project)
    assert made.stdout == "reports/small/report.html\nAll reports: reports/index.html\n"
    (small.project.root / ".cache" / "reports_run_here.json").unlink()
    first, second = report(small.project), report(small.project)
    assert first.stdout.splitlines()[1:] == [
        "reports/small/report.html",
        "1 of 1 reports came out as committed, byte for byte",
        "All reports: reports/index.html",
    ]
    assert first.stdout.startswith(
        "First run on this machine: 1 report to run and compare with what is committed, in about 1 minute."
    )
    assert (
        second.stdout
        == "All reports: reports/index.html (1 of 1 are up to date; --force runs them again)\n"
    )
