import os
import sys
from pathlib import Path

import pytest

from notebook_runner import pool
from notebook_runner.catalogue import read_catalogue
from notebook_runner.errors import InputError, ReportFailed
from notebook_runner.pool import called
from notebook_runner.project import Project
from notebook_runner.warm import can_fork

linux = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")


@linux
def test_a_report_begins_where_a_kernel_can_be_forked() -> None:
    assert called(can_fork)
    assert not can_fork()  # this process has not loaded what a kernel needs


def test_what_a_process_raises_arrives_here(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"reports\.toml: found .* write it as TOML"):
        called(read_catalogue, Project(tmp_path))
    with pytest.raises(ReportFailed, match="a process ended before it had answered"):
        called(os._exit, 3)


@linux
def test_a_server_that_has_loaded_other_code_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pool._context().get_start_method() == "forkserver"
    monkeypatch.setitem(pool._started_with, "package", "older")
    assert pool._context().get_start_method() == "spawn"
