"""Execute a notebook by papermill in a clean environment, and refuse what only looks whole."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from notebook_runner.catalogue import Job
from notebook_runner.environment import EXECUTED, clean_environment
from notebook_runner.errors import ReportFailed

MOST_SAID = 100_000  # characters that a cell may print: a report shows tables, charts and sentences


def execute(job: Job, scratch: Path) -> Any:
    """
    Run a report's notebook from top to bottom in this process; what comes back is not yet settled.

    The process is the report's own, and ends with it. `job` has all parameters, already
    checked; papermill writes into the empty folder `scratch`, where the file `cells` grows
    by one character with each cell that was run.
    Raises ReportFailed if a cell raises, says anything on stderr, shows an error, says too
    much, or was not run.
    """
    from papermill.exceptions import PapermillExecutionError

    (scratch / "cells").touch()
    clean_environment(job, scratch)
    _forget_the_command()
    try:
        _run(job, scratch)
    except PapermillExecutionError as error:
        raise ReportFailed(
            f"{job.name}: cell {error.exec_count}: {error.ename}: {error.evalue}"
        ) from None
    notebook = nbformat.read(scratch / EXECUTED, as_version=4)
    check_whole(job.name, notebook)
    return notebook


def _forget_the_command() -> None:
    """A kernel sees neither the folder and program that called it, nor their arguments."""
    theirs = ("", str(Path.cwd()), str(Path(sys.argv[0]).parent))
    sys.path[:] = [place for place in sys.path if place not in theirs]
    sys.argv = [""]


def _run(job: Job, scratch: Path) -> None:
    import papermill

    from notebook_runner.engine import NAME

    def count(**_: Any) -> None:
        with (scratch / "cells").open("a") as file:
            file.write(".")

    papermill.execute_notebook(
        str(job.notebook),
        str(scratch / EXECUTED),
        parameters=job.parameters,
        engine_name=NAME,
        kernel_name="python3",
        language="python",
        cwd=str(scratch),
        progress_bar=False,
        on_cell_executed=count,
        most_printed=MOST_SAID + 1,
    )


def check_whole(name: str, notebook: Any) -> None:
    """Raise ReportFailed if a cell was not run, ended with an error, wrote to stderr, or printed too much."""
    for index, cell in enumerate(notebook.cells):
        if wrong := [*_faults(cell)]:
            raise ReportFailed(f"{name}: cell {index} {wrong[0]}")


def _faults(cell: Any) -> Iterator[str]:
    if cell.get("execution_count", 0) is None:
        yield "was not run"
    printed = 0
    for output in cell.get("outputs", []):
        text = output.get("text", "")
        printed += len(text)
        if output.output_type == "error":
            yield f"ended with {output.ename}: {output.evalue}"
        elif output.get("name") == "stderr":
            yield f"said on stderr: {text.strip()[:500]}"
        elif "Traceback (most recent call last)" in text:
            yield "printed a traceback; let what goes wrong raise"
    if printed > MOST_SAID:
        yield f"printed more than the {MOST_SAID:,} characters that a page can carry"
