import os
import signal
import sys
from pathlib import Path

import pytest

from analysis.reports import HOOKS
from notebook_runner import pool
from notebook_runner.catalogue import read_catalogue
from notebook_runner.errors import InputError, ReportFailed
from notebook_runner.pool import called
from notebook_runner.project import Project

linux = pytest.mark.skipif(
    sys.platform != "linux", reason="reports are forked on Linux only"
)


@linux
def test_a_report_begins_with_its_imports_done() -> None:
    loaded = "'notebook_runner.engine' in __import__('sys').modules"
    assert called(eval, loaded)


def test_what_a_process_raises_arrives_here(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"reports\.toml: found .* write it as TOML"):
        called(read_catalogue, Project(tmp_path))
    with pytest.raises(ReportFailed, match="a process ended before it had answered"):
        called(os._exit, 3)


def test_a_process_of_ours_ends_at_a_signal_and_so_do_pools_of_its_cells() -> None:
    assert called(signal.getsignal, signal.SIGTERM) is signal.SIG_DFL


@linux
def test_a_server_that_has_loaded_other_code_is_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert pool._context(HOOKS.preload).get_start_method() == "forkserver"
    monkeypatch.setitem(pool._started_with, "code", "older")
    assert pool._context(HOOKS.preload).get_start_method() == "spawn"
