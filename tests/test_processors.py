import os
import subprocess
import sys
from pathlib import Path

import pytest
from processors import KERNELS, Processor, processors

from notebook_runner.project import Project

NAME = "overdose-deaths"  # fits joinpoints to four series
RUN = """
import sys
from pathlib import Path
from processors import check
from notebook_runner.project import here
from analysis.reports import jobs
from notebook_runner.run import run_report
folder = Path(sys.argv[2])
(folder / "scratch").mkdir()
run_report(jobs(here(), [sys.argv[1]])[0], folder / "report", folder / "scratch")
sys.exit(check() or 0)
"""
TRIED = [
    kind
    for kind in processors()
    if kind.variables.get("OPENBLAS_CORETYPE") in ("Haswell", "Prescott")
]


@pytest.mark.parametrize("kind", TRIED, ids=lambda kind: kind.name)
def test_a_report_with_joinpoints_has_the_same_bytes_on_each_processor(
    kind: Processor, tmp_path: Path, project: Project
) -> None:
    if kind.missing:
        pytest.skip(kind.missing)
    harnesses = str(Path(__file__).parents[1] / "harnesses")
    variables = {**os.environ, **kind.variables, "PYTHONPATH": harnesses}
    subprocess.run(
        [sys.executable, "-c", RUN, NAME, str(tmp_path)], env=variables, check=True
    )
    committed = project.reports / NAME
    names = [
        path.relative_to(committed)
        for path in sorted(committed.rglob("*"))
        if path.is_file()
    ]
    differing = [
        str(name)
        for name in names
        if (committed / name).read_bytes() != (tmp_path / "report" / name).read_bytes()
    ]
    assert differing == []


def test_every_kernel_is_tried_or_named_with_the_reason() -> None:
    kinds = processors()
    assert {kind.variables["OPENBLAS_CORETYPE"] for kind in kinds[:-1]} == set(KERNELS)
    assert all(kind.missing or kind.variables for kind in kinds)
