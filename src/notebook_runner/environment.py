"""The environment in which every report runs, whoever runs it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from notebook_runner.catalogue import Job
from notebook_runner.project import ROOT_VARIABLE, Project

EXECUTED = "executed.ipynb"  # in the scratch folder of a run
_FIXED = {
    "PYTHONHASHSEED": "0",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "JUPYTER_NO_CONFIG": "1",
}
_FOLDERS = (
    "IPYTHONDIR",
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
)
# A user's settings of Python and matplotlib must not reach a report.
_REMOVED = (
    "MATPLOTLIBRC",
    "MPLBACKEND",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
    "JUPYTER_PATH",
)


def fixed_environment(project: Project) -> dict[str, str]:
    """The variables that a run of this project sees: the same whoever runs it."""
    kept = {name: value for name, value in os.environ.items() if name not in _REMOVED}
    fonts = project.root.resolve() / ".cache" / "matplotlib"
    fonts.mkdir(parents=True, exist_ok=True)
    return (
        kept
        | _FIXED
        | {"MPLCONFIGDIR": str(fonts), ROOT_VARIABLE: str(project.root.resolve())}
    )


@contextmanager
def started_with(variables: dict[str, str]) -> Iterator[None]:
    """These variables and no others, for the processes that are started meanwhile."""
    before = dict(os.environ)
    _set(variables)
    try:
        yield
    finally:
        _set(before)


def clean_environment(job: Job, scratch: Path) -> None:
    """Give this process, which is a run's own, the environment of a run: the same whoever runs it."""
    fixed = fixed_environment(job.project)
    _set(fixed | {name: str(scratch / name) for name in _FOLDERS})
    # Built inside a report, matplotlib's list of fonts would speak on stderr.
    if not list(Path(fixed["MPLCONFIGDIR"]).glob("fontlist-*.json")):
        subprocess.run(
            [sys.executable, "-c", "import matplotlib.font_manager"],
            check=True,
            capture_output=True,
        )


def _set(variables: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(variables)
