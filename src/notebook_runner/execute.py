"""Execute a notebook by papermill in a clean environment, and refuse what only looks whole."""

import os
import socket
from pathlib import Path
from typing import Any

import nbformat

from notebook_runner.catalogue import Job
from notebook_runner.environment import EXECUTED, clean_environment
from notebook_runner.errors import ReportFailed
from notebook_runner.warm import forked_kernel

_NO_KERNEL = "Kernel died before replying to kernel_info"  # in the words of jupyter_client
MOST_SAID = 100_000  # characters that a cell may print: a report shows tables, charts and sentences


def execute(job: Job, scratch: Path) -> Any:
    """Run a report's notebook from top to bottom in a kernel of its own; what comes back is not yet settled.

    `job` has all parameters, already checked; papermill and the kernel write into the empty folder `scratch`, where the
    file `cells` grows by one character with each cell that was run.
    Raises ReportFailed if a cell raises, says anything on stderr, shows an error, says too much, or was not run.
    """
    (scratch / "cells").touch()
    with clean_environment(job, scratch), forked_kernel() as asked_for:
        from papermill.exceptions import PapermillExecutionError

        os.environ.update(asked_for)
        try:
            _run(job, scratch)
        except PapermillExecutionError as error:
            raise ReportFailed(f"{job.name}: cell {error.exec_count}: {error.ename}: {error.evalue}") from None
        except RuntimeError as error:  # of a kernel that died, or that never came up
            raise ReportFailed(f"{job.name}: {str(error).strip().splitlines()[0]}") from None
    notebook = nbformat.read(scratch / EXECUTED, as_version=4)
    check_whole(job.name, notebook)
    return notebook


def _sockets(folder: Path) -> dict[str, str]:
    """How Jupyter reaches a kernel: by sockets in a folder; where there can be none (too long a name, say), by free ports.

    A port that was found free may be taken by another program before the kernel does.
    """
    place = folder / "kernel"
    try:
        with socket.socket(socket.AF_UNIX) as tried:
            tried.bind(f"{place}-tried")
    except (AttributeError, OSError):
        return {"transport_encryption": "auto"}
    return {"transport": "ipc", "ip": str(place)}


def _run(job: Job, scratch: Path, tries: int = 2) -> None:
    """Run it; once more if no kernel came up."""
    import papermill
    from traitlets.config import Config

    connection = {**_sockets(scratch), "connection_file": str(scratch / "kernel.json")}

    def count(**_: Any) -> None:
        with (scratch / "cells").open("a") as file:
            file.write(".")

    try:
        papermill.execute_notebook(
            str(job.notebook), str(scratch / EXECUTED), parameters=job.parameters, kernel_name="python3",
            language="python", cwd=str(scratch), progress_bar=False, start_timeout=120, on_cell_executed=count,
            config=Config({"KernelManager": connection}), extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
        )  # fmt: skip
    except RuntimeError as error:
        if _NO_KERNEL not in str(error) or tries < 2:
            raise
        _run(job, scratch, tries - 1)


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
