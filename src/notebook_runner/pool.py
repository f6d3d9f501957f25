"""A process for each report: started, watched, limited in time, and ended with all that it started."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from ctypes import CDLL
from dataclasses import dataclass
from multiprocessing import (
    connection,
    forkserver,
    get_all_start_methods,
    get_context,
    resource_tracker,
)
from pathlib import Path
from typing import Any, TypeVar

from notebook_runner.catalogue import Job
from notebook_runner.environment import fixed_environment, started_with
from notebook_runner.errors import InputError, ReportFailed
from notebook_runner.files import end_all_in
from notebook_runner.project import OWN
from notebook_runner.provenance import package_hash

PRELOAD = "notebook_runner.preload"
COMMAND = "COCA_TRENDS_COMMAND"  # the variable by which a fork server knows the process that it serves
_DIE_WITH_PARENT = 1  # of Linux
Returned = TypeVar("Returned")
_started_with: dict[
    str, str
] = {}  # the hashes of the code that the fork server of this process has loaded


def die_with_parent(by: signal.Signals = signal.SIGKILL) -> None:
    """Have this process killed when the one that started it ends, however that ends. On Linux only."""
    if sys.platform == "linux":
        CDLL(None).prctl(_DIE_WITH_PARENT, by)


@dataclass
class Made:
    """A report that was made, in a folder that only it writes."""

    job: Job
    folder: Path  # holds `report` if it is whole, and `scratch`


@dataclass
class Running(Made):
    """A report that is being made."""

    process: Any
    said: Any  # where its process says what went wrong
    until: float  # on the monotonic clock

    @property
    def left(self) -> float:
        """Seconds until its limit."""
        return max(0.0, self.until - time.monotonic())


Look = Callable[[list[Running]], float]


def run_each(
    jobs: Sequence[Job], folder: Path, workers: int, limit: float, look: Look
) -> Iterator[tuple[Running, str]]:
    """Make each report in a process of its own, some at a time; yields each as it ends, with "" or what went wrong.

    `folder` is empty and lies on the disk of the reports. A report that takes longer than `limit` seconds is ended.
    `look` is told what runs, and answers after how many seconds it wants to be told again.
    """
    waiting = list(jobs)
    running = list[Running]()
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                running.append(_start(waiting.pop(0), folder, limit))
            pause = min(look(running), *(one.left for one in running))
            connection.wait([one.process.sentinel for one in running], pause)
            for one in [
                one for one in running if not one.left or not one.process.is_alive()
            ]:
                running.remove(one)
                yield one, _ended(one, limit)
    finally:
        for one in running:
            _end(one)


def _context(preload: Sequence[str]) -> Any:
    """Processes forked from a server that has the imports done; where that can't be, each begins from nothing."""
    if sys.platform != "linux" or "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    code = package_hash(OWN)
    context = get_context("forkserver")
    _started_with.setdefault("code", code)
    context.set_forkserver_preload([PRELOAD, *preload])
    resource_tracker.ensure_running()  # it would unblock the signal
    # Ctrl-C is meant for this process, which ends the server; it would say where in its imports it was.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    with started_with(fixed_environment(OWN) | {COMMAND: str(os.getpid())}):
        forkserver.ensure_running()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # A server keeps the code that it has loaded: after a change it would make reports of the old one.
    return context if _started_with["code"] == code else get_context("spawn")


def called(
    function: Callable[..., Returned], *arguments: Any, preload: Sequence[str] = ()
) -> Returned:
    """What a function returns, or raises, in a process that has the imports done; this one need not do them."""
    context = _context(preload)
    said, saying = context.Pipe(duplex=False)
    process = context.Process(target=_call, args=(saying, function, arguments))
    process.start()
    saying.close()
    try:
        answer = said.recv()
    except EOFError:
        raise ReportFailed(
            "a process ended before it had answered; run it again"
        ) from None
    finally:
        process.join()
    if isinstance(answer, Exception):
        raise answer
    return answer  # type: ignore[no-any-return]


def _call(
    saying: Any, function: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    _be_a_process_of_its_own()
    with suppress(BrokenPipeError):  # who asked may have been killed
        try:
            saying.send(function(*arguments))
        except (InputError, ReportFailed, OSError) as error:
            saying.send(error)


def _be_a_process_of_its_own() -> None:
    """End with the parent, and at a signal: the server's own way of ending would leave this and its children."""
    die_with_parent()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _start(job: Job, folder: Path, limit: float) -> Running:
    # A notebook that is not strict may be anybody's, and finds what a new kernel has: nothing.
    context = _context(job.hooks.preload) if job.strict else get_context("spawn")
    place = folder / job.name
    (place / "scratch").mkdir(parents=True)
    said, saying = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(job, place, saying))
    with started_with(fixed_environment(job.project)):
        process.start()
    saying.close()
    return Running(job, place, process, said, time.monotonic() + limit)


def _work(job: Job, place: Path, saying: Any) -> None:
    """What the process of one report does; its last word is what went wrong, or "" if nothing did."""
    _be_a_process_of_its_own()
    if hasattr(os, "setsid"):
        os.setsid()
    saying.send(_wrong(job, place))
    os._exit(0)  # with the threads that cells have started


def _wrong(job: Job, place: Path) -> str:
    from notebook_runner.run import run_report

    try:
        run_report(job, place / "report", place / "scratch")
    except (ReportFailed, InputError) as error:
        return str(error)
    except OSError as error:
        return f"{job.name}: {error.strerror or error}"
    except MemoryError:
        return f"{job.name}: there is no memory left"
    except Exception as error:  # a fault of ours, or what no notebook should hold
        return (
            f"{job.name}: no page can be made of this: {type(error).__name__}: {error}"
        )
    return ""


def _ended(one: Running, limit: float) -> str:
    """What went wrong with a report that has ended, or has come to its limit."""
    late = not one.left and one.process.is_alive()
    _end(one)
    if late:
        return f"{one.job.name}: took longer than {limit:g} seconds and was ended; --limit gives it more"
    with suppress(EOFError):  # it said nothing
        if one.said.poll():  # no waiting: what it started may hold the other end still
            return str(one.said.recv())
    code = one.process.exitcode
    ended = f"ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
    return f"{one.job.name}: its process was {ended}; run it again"


def _end(one: Running) -> None:
    """End the process of a report, and all that it started."""
    if one.process.is_alive():
        one.process.kill()
    one.process.join()
    end_all_in(one.folder)
