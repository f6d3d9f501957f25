import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from analysis.reports import HOOKS, jobs
from notebook_runner import cluster
from notebook_runner.batch import run_all
from notebook_runner.errors import InputError, ReportFailed
from notebook_runner.project import ROOT_VARIABLE, Project
from notebook_runner.provenance import shared

DASK = str(Path(sys.executable).with_name("dask"))
NAMES = ["revisions-colombia-output", "start-here", "peru"]
Processes = tuple[str, list["subprocess.Popen[bytes]"]]


@pytest.fixture
def workers(tmp_path: Path, copy: Project) -> Iterator[Processes]:
    """The address of a scheduler, and it and two workers on the copy's checkout, as processes of this machine."""
    at = tmp_path / "scheduler.json"
    how: dict[str, Any] = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "start_new_session": True,
    }
    how["env"] = os.environ | {ROOT_VARIABLE: str(copy.root)}
    options = ["--scheduler-file", str(at), "--no-dashboard", "--host", "127.0.0.1"]
    worker = [
        DASK,
        "worker",
        *options,
        "--nthreads",
        "1",
        "--local-directory",
        str(tmp_path),
    ]
    commands = [[DASK, "scheduler", *options, "--port", "0"], worker, worker]
    running = [subprocess.Popen(words, **how) for words in commands]
    until(at.is_file)
    yield json.loads(at.read_text())["address"], running
    for process in running:
        end(process)


def end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(there: Callable[[], object]) -> None:
    last = time.monotonic() + 120
    while not there():
        assert time.monotonic() < last
        time.sleep(0.05)


def written(project: Project) -> dict[str, bytes]:
    paths = [path for path in project.reports.rglob("*") if path.is_file()]
    return {
        path.relative_to(project.reports).as_posix(): path.read_bytes()
        for path in paths
    }


@pytest.mark.slow
def test_a_cluster_makes_the_same_bytes_though_a_worker_is_killed(
    workers: Processes, copy: Project
) -> None:
    address, (_, one, _) = workers
    killer = Timer(8, end, [one])
    killer.start()
    assert {
        error for _, error in run_all(copy, jobs(copy, NAMES), scheduler=address)
    } == {""}
    killer.join()
    elsewhere = written(copy)
    assert {error for _, error in run_all(copy, jobs(copy, NAMES))} == {""}
    assert written(copy) == elsewhere


def test_a_worker_with_other_code_or_another_catalogue_makes_no_report(
    project: Project,
) -> None:
    made_from = cluster._asked(jobs(project, ["peru"])[0], shared(project))
    made_from["sha256"] |= {"package": "0" * 64}
    made_from["neighbours"] = ["", ""]
    message = "peru: a worker's package, neighbours differ from the caller's; give it the same checkout"
    with pytest.raises(ReportFailed, match=re.escape(message)):
        cluster.report_there(made_from, 60, HOOKS)


def test_an_address_without_a_scheduler_is_refused(
    copy: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    with pytest.raises(
        InputError,
        match=r"--scheduler: found 'tcp://127\.0\.0\.1:9'; answers nothing that is a Dask scheduler",
    ):
        list(run_all(copy, jobs(copy, NAMES), scheduler="tcp://127.0.0.1:9"))
    assert written(copy) == {}
