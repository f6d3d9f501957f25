"""Reports on the workers of a Dask cluster: each is the same process of one report, only elsewhere.

A worker has a checkout of its own. It runs a report only if all that the report is made from has the caller's hashes
there, and sends the files back: what a lost worker had begun is run by another, and only the caller writes.
"""

import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from notebook_runner.catalogue import Hooks, Job, read_catalogue
from notebook_runner.errors import InputError, Problem, ReportFailed
from notebook_runner.files import sha256, write_whole
from notebook_runner.pool import Made, die_with_parent, run_each
from notebook_runner.project import OWN, here
from notebook_runner.provenance import (
    Shared,
    others,
    package_hash,
    provenance,
    shared,
)

_PATIENCE = 20  # seconds to find the scheduler


def run_on(
    address: str, jobs: Sequence[Job], folder: Path, limit: float
) -> Iterator[tuple[Made, str]]:
    """Make each report on a worker of the scheduler at `address`; yields as `run_each` does, with the files in `folder`."""
    try:
        from distributed import Client, as_completed
    except ImportError:
        remedy = "needs dask.distributed: pip install 'coca-trends[cluster]'"
        raise InputError([Problem("--scheduler", 0, "", address, remedy)]) from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            [
                Problem(
                    "--scheduler",
                    0,
                    "",
                    address,
                    f"answers nothing that is a Dask scheduler: {error}",
                )
            ]
        ) from None
    by = shared(jobs[0].project)
    with client:
        made = {
            client.submit(
                report_there, _asked(job, by), limit, job.hooks, pure=False
            ): job
            for job in jobs
        }
        for future in as_completed(list(made), loop=client.loop):
            one = Made(made[future], folder / made[future].name)
            yield one, _received(one, future)


def _asked(job: Job, by: Shared) -> dict[str, Any]:
    """By what a worker tells that it would make the caller's report.

    What the report will ask of the data nobody knows before it has run: the worker's
    are the same as a whole, or it makes no report.
    """
    made_from = provenance(job, by, questions=())
    data = sha256(job.project.processed / "datapackage.json")
    more = {"rows": data, "running code": package_hash(OWN)}
    return {**made_from, "sha256": {**made_from["sha256"], **more}}


def _received(one: Made, future: Any) -> str:
    """Write the files that came back; what went wrong if none did."""
    try:
        write_whole(one.folder / "report", future.result())
    except (ReportFailed, InputError) as error:
        return str(error)
    except (
        Exception
    ) as error:  # whatever Dask raises of workers and connections that were lost
        return f"{one.job.name}: no worker brought it to its end: {type(error).__name__}: {error}"
    return ""


def report_there(
    made_from: dict[str, Any], limit: float, hooks: Hooks
) -> dict[str, bytes]:
    """On a worker: the files of the report that has this provenance; ReportFailed if it fails, or can't be the caller's."""
    # A process of its own: the code that it loads is what lies there now, whatever the worker loaded at its start.
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "notebook_runner.cluster"],
        input=pickle.dumps((made_from, limit, hooks)),
        capture_output=True,
        check=False,
    )
    if ran.returncode:
        raise ReportFailed(
            ran.stderr.decode(errors="replace").strip()
            or f"ended with exit code {ran.returncode}"
        )
    return {
        name: bytes.fromhex(content) for name, content in json.loads(ran.stdout).items()
    }


def _files(made_from: dict[str, Any], limit: float, hooks: Hooks) -> dict[str, str]:
    """The files of one report in hexadecimal, made here."""
    project = here()
    name = str(made_from["report"])
    job = Job(
        name,
        project.root / made_from["notebook"],
        made_from["parameters"],
        project,
        hooks,
        read_catalogue(project).get(name, {}).get("strict", False),
    )
    if differ := others(made_from, _asked(job, shared(project))):
        raise ReportFailed(
            f"{name}: a worker's {', '.join(differ)} differ from the caller's; give it the same checkout"
        )
    with tempfile.TemporaryDirectory(prefix="coca-trends-") as folder:
        [(one, error)] = run_each([job], Path(folder), 1, limit, lambda _: limit)
        if error:
            raise ReportFailed(error)
        paths = [path for path in (one.folder / "report").rglob("*") if path.is_file()]
        return {
            path.relative_to(one.folder / "report").as_posix(): path.read_bytes().hex()
            for path in paths
        }


if __name__ == "__main__":
    die_with_parent()
    try:
        sys.stdout.write(json.dumps(_files(*pickle.load(sys.stdin.buffer))))
    except (ReportFailed, InputError) as error:
        sys.exit(str(error))
