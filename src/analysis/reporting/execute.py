"""Execute a notebook by papermill in a clean environment, and refuse what only looks whole."""

import os
from pathlib import Path
from typing import Any

import nbformat

from analysis.errors import ReportFailed
from analysis.reporting.catalogue import Job
from analysis.reporting.environment import EXECUTED, clean_environment
from analysis.reporting.warm import forked_kernel

MOST_SAID = 100_000  # characters that a cell may print: a report shows tables, charts and sentences


def execute(job: Job, scratch: Path) -> Any:
    """Run a report's notebook from top to bottom in a kernel of its own; what comes back is not yet settled.

    `job` has all parameters, already checked; papermill and the kernel write into the empty folder `scratch`, where the
    file `cells` grows by one character with each cell that was run.
    Raises ReportFailed if a cell raises, says anything on stderr, shows an error, says too much, or was not run.
    """
    executed, counter, connection = scratch / EXECUTED, scratch / "cells", str(scratch / "kernel.json")
    counter.touch()

    def count(**_: Any) -> None:
        with counter.open("a") as file:
            file.write(".")

    with clean_environment(job, scratch), forked_kernel() as asked_for:
        import papermill
        from papermill.exceptions import PapermillExecutionError
        from traitlets.config import Config

        os.environ.update(asked_for)
        try:
            papermill.execute_notebook(
                str(job.notebook), str(executed), parameters=job.parameters, kernel_name="python3", language="python",
                cwd=str(scratch), progress_bar=False, start_timeout=120, on_cell_executed=count,
                config=Config({"KernelManager": {"transport_encryption": "auto", "connection_file": connection}}),
                extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
            )  # fmt: skip
        except PapermillExecutionError as error:
            raise ReportFailed(f"{job.name}: cell {error.exec_count}: {error.ename}: {error.evalue}") from None
        except RuntimeError as error:  # of a kernel that died, or that never came up
            raise ReportFailed(f"{job.name}: {str(error).strip().splitlines()[0]}") from None
    notebook = nbformat.read(executed, as_version=4)
    check_whole(job.name, notebook)
    return notebook


def check_whole(name: str, notebook: Any) -> None:
    """Raise ReportFailed if a cell was not run, ended with an error, wrote to stderr, or printed too much."""
    for index, cell in enumerate(notebook.cells):
        wrong = ["was not run"] if cell.get("execution_count", 0) is None else []
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                wrong.append(f"ended with {output.ename}: {output.evalue}")
            elif output.get("name") == "stderr":
                wrong.append(f"said on stderr: {output.text.strip()[:500]}")
            elif "Traceback (most recent call last)" in output.get("text", ""):
                wrong.append("printed a traceback; let what goes wrong raise")
            elif len(output.get("text", "")) > MOST_SAID:
                wrong.append(
                    f"printed {len(output.text):,} characters, more than the {MOST_SAID:,} that a page can carry"
                )
        if wrong:
            raise ReportFailed(f"{name}: cell {index} {wrong[0]}")
