import os
import sys
from pathlib import Path

import pytest

from analysis.errors import InputError, ReportFailed
from analysis.project import Project
from analysis.reporting import workers
from analysis.reporting.catalogue import read_catalogue
from analysis.reporting.workers import called

linux = pytest.mark.skipif(sys.platform != "linux", reason="reports are forked on Linux only")


@linux
def test_a_report_begins_with_its_imports_done() -> None:
    loaded = "'analysis.reporting.engine' in __import__('sys').modules"
    assert called(eval, loaded)


def test_what_a_process_raises_arrives_here(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"reports\.toml: found .* write it as TOML"):
        called(read_catalogue, Project(tmp_path))
    with pytest.raises(ReportFailed, match="a process ended before it had answered"):
        called(os._exit, 3)


@linux
def test_a_server_that_has_loaded_other_code_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    assert workers._context().get_start_method() == "forkserver"
    monkeypatch.setitem(workers._started_with, "package", "older")
    assert workers._context().get_start_method() == "spawn"
