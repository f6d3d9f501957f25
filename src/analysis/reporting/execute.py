"""Execute a notebook by papermill in a clean environment, and refuse what only looks whole."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import nbformat

from analysis.errors import ReportFailed
from analysis.project import ROOT_VARIABLE, Project
from analysis.reporting.catalogue import Job

CELL_LIMIT = 300  # seconds; a report takes about ten
_FIXED = {
    "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
    "JUPYTER_NO_CONFIG": "1",
}  # fmt: skip
_FOLDERS = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
# A user's settings of Python and matplotlib must not reach a report.
_REMOVED = ("MATPLOTLIBRC", "MPLBACKEND", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONWARNINGS", "JUPYTER_PATH")


def execute(job: Job, scratch: Path, counter: Path | None = None) -> Any:
    """Run a report's notebook from top to bottom in a kernel of its own; what comes back is not yet settled.

    `job` has all parameters, already checked; papermill and the kernel write into the empty folder `scratch`. The file
    `counter`, outside of it, grows by one character with each cell that was run.
    Raises ReportFailed if a cell raises, runs too long, says anything on stderr, shows an error, or was not run.
    """
    executed, counter = scratch / "executed.ipynb", counter or scratch / "cells"
    counter.touch()

    def count(**_: Any) -> None:
        with counter.open("a") as file:
            file.write(".")

    with clean_environment(job, scratch):
        import papermill
        from nbclient.exceptions import CellTimeoutError, DeadKernelError
        from papermill.exceptions import PapermillExecutionError
        from traitlets.config import Config

        try:
            papermill.execute_notebook(
                str(job.notebook), str(executed), parameters=job.parameters, kernel_name="python3",
                cwd=str(scratch), progress_bar=False, execution_timeout=CELL_LIMIT, start_timeout=120,
                on_cell_executed=count,
                config=Config({"KernelManager": {"transport_encryption": "auto"}}),
                extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
            )  # fmt: skip
        except PapermillExecutionError as error:
            raise ReportFailed(f"{job.name}: cell {error.exec_count}: {error.ename}: {error.evalue}") from None
        except (CellTimeoutError, DeadKernelError) as error:
            raise ReportFailed(f"{job.name}: {str(error).strip().splitlines()[0]}") from None
    notebook = nbformat.read(executed, as_version=4)
    check_whole(job.name, notebook)
    return notebook


def check_whole(name: str, notebook: Any) -> None:
    """Raise ReportFailed if a cell of an executed notebook was not run, ended with an error, or wrote to stderr."""
    for index, cell in enumerate(notebook.cells):
        wrong = ["was not run"] if cell.get("execution_count", 0) is None else []
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                wrong.append(f"ended with {output.ename}: {output.evalue}")
            elif output.get("name") == "stderr":
                wrong.append(f"said on stderr: {output.text.strip()[:500]}")
        if wrong:
            raise ReportFailed(f"{name}: cell {index} {wrong[0]}")


def fixed_environment(project: Project) -> dict[str, str]:
    """The variables that a run of this project sees: the same whoever runs it."""
    kept = {name: value for name, value in os.environ.items() if name not in _REMOVED}
    fonts = project.root.resolve() / ".cache" / "matplotlib"
    fonts.mkdir(parents=True, exist_ok=True)
    return kept | _FIXED | {"MPLCONFIGDIR": str(fonts), ROOT_VARIABLE: str(project.root.resolve())}


@contextmanager
def clean_environment(job: Job, scratch: Path) -> Iterator[None]:
    """The environment of a run: the same whoever runs it, put back afterwards."""
    fixed = fixed_environment(job.project) | {name: str(scratch / name) for name in _FOLDERS}
    with patch.dict(os.environ, fixed, clear=True):
        # Built inside a report, matplotlib's list of fonts would speak on stderr.
        if not list(Path(fixed["MPLCONFIGDIR"]).glob("fontlist-*.json")):
            subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=True, capture_output=True)
        yield
