"""Execute a notebook by papermill in a clean environment, and refuse what only looks whole."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from notebook_runner.catalogue import Job
from notebook_runner.cells import cell_name, tags
from notebook_runner.environment import EXECUTED, clean_environment
from notebook_runner.errors import ReportFailed
from notebook_runner.source import read_source

MOST_SAID = 100_000  # characters that a cell may print: a report shows tables, charts and sentences
_SOURCE = "source.ipynb"
_SHOWN = 500  # characters of what was wrong
_MENDS = {
    "ModuleNotFoundError": "is it written right? what the project runs on is in requirements/run.txt",
    "FileNotFoundError": "a relative path leads from the folder of the notebook",
    "StdinNotImplementedError": "nobody is there to answer; write the answer into the cell",
    "SystemExit": "take the exit away: a notebook is run to its last cell",
}


def execute(job: Job, scratch: Path, folder: Path | None = None) -> Any:
    """
    Run a report's notebook from top to bottom in this process; what comes back is not yet settled.

    The process is the report's own, and ends with it. `job` has all parameters, already
    checked; papermill writes into the folder `scratch`, where the file `cells` grows
    by one character with each cell that was run. The cells run in `folder`, or there.
    Raises ReportFailed if a cell raises, says too much, or was not run; of a strict job also
    if it says anything on stderr, or prints a traceback.
    """
    from papermill.exceptions import PapermillExecutionError

    (scratch / "cells").touch()
    source = read_source(job.notebook, keep_ids=job.strict)
    nbformat.write(source, scratch / _SOURCE)
    clean_environment(job, scratch)
    _forget_the_command()
    try:
        _run(job, scratch, folder or scratch)
    except PapermillExecutionError as error:
        ran = nbformat.read(scratch / EXECUTED, as_version=4)
        raise ReportFailed(f"{job.name}: {_failure(ran, error)}") from None
    notebook = nbformat.read(scratch / EXECUTED, as_version=4)
    check_whole(job, notebook)
    return notebook


def _failure(notebook: Any, error: Any) -> str:
    """Which cell failed, of what, and what may mend it."""
    place = next(
        index
        for index, cell in enumerate(notebook.cells)
        if cell.get("execution_count") == error.exec_count
    )
    mend = _MENDS.get(error.ename)
    said = f"{cell_name(notebook, place)}: {error.ename}: {error.evalue}"
    return f"{said}; {mend}" if mend else said


def _forget_the_command() -> None:
    """A kernel sees neither the folder and program that called it, nor their arguments."""
    theirs = ("", str(Path.cwd()), str(Path(sys.argv[0]).parent))
    sys.path[:] = [place for place in sys.path if place not in theirs]
    sys.argv = [""]


def _run(job: Job, scratch: Path, folder: Path) -> None:
    import papermill

    from notebook_runner.engine import NAME

    def count(**_: Any) -> None:
        with (scratch / "cells").open("a") as file:
            file.write(".")

    papermill.execute_notebook(
        str(scratch / _SOURCE),
        str(scratch / EXECUTED),
        parameters=job.parameters,
        engine_name=NAME,
        kernel_name="python3",
        language="python",
        cwd=str(folder),
        progress_bar=False,
        on_cell_executed=count,
        most_printed=MOST_SAID + 1,
    )


def check_whole(job: Job, notebook: Any) -> None:
    """Raise ReportFailed if a cell was not run, failed, or printed too much; see `execute`."""
    for index, cell in enumerate(notebook.cells):
        if wrong := [*_faults(cell, job.strict)]:
            named = cell_name(notebook, index)
            raise ReportFailed(f"{job.name}: {named} {wrong[0]}")


def _faults(cell: Any, strict: bool) -> Iterator[str]:
    if cell.cell_type == "code" and cell.source.strip() and not cell.execution_count:
        yield "was not run"
    printed = 0
    for output in cell.get("outputs", []):
        text = output.get("text", "")
        printed += len(text)
        if output.output_type == "error":
            if strict or "raises-exception" not in tags(cell):
                yield f"ended with {output.ename}: {output.evalue}"
        elif strict and output.get("name") == "stderr":
            yield f"said on stderr: {text.strip()[:_SHOWN]}"
        elif strict and "Traceback (most recent call last)" in text:
            yield "printed a traceback; let what goes wrong raise"
    if printed > MOST_SAID:
        yield f"printed more than the {MOST_SAID:,} characters that a page can carry"
