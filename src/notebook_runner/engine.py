"""A papermill engine that runs the cells in this process: no second one, no sockets.

Jupyter's two halves, without the wire between them. The cells run in the shell of
an ordinary kernel (ipykernel), and each message that it would send goes at once to
an ordinary client (nbclient), which keeps the outputs: their order and form are
Jupyter's own.

It is for one notebook, in a process that ends with it: what the cells change of the
process is not put back, but for its streams. A module that the process has loaded
is there for them; a name is not, and settings are those of a new kernel.
"""

import asyncio
import builtins
import getpass
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any, NoReturn

from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.shellapp import InteractiveShellApp
from papermill.engines import Engine, papermill_engines
from traitlets.config import Config

from notebook_runner.outputs import Outputs, Stream, Wire

NAME = "in-process"  # for `papermill.execute_notebook(engine_name=NAME)`
Executed = Callable[..., None]
_INLINE = "module://matplotlib_inline.backend_inline"


class Shell(ZMQInteractiveShell):
    """A kernel's shell, without a kernel."""

    def enable_gui(self, gui: Any = None) -> None:
        """Windows can't be shown."""
        if gui is not None:
            raise UsageError(f"{gui} needs a screen")

    def ask_exit(self) -> NoReturn:
        """`exit` and `quit` would leave the cells that follow unrun."""
        raise SystemExit("a notebook is run to its last cell")


def new_shell(outputs: Outputs) -> Shell:
    """A shell in which nothing has run, in a process set as a new kernel's is."""
    InteractiveShellApp().init_path()  # type: ignore[no-untyped-call]
    _set_matplotlib()
    _let_nobody_be_asked()
    _let_interrupt()
    config = Config({"HistoryManager": {"enabled": False}})
    shell = Shell.instance(config=config, compiler_class=XCachingCompiler)
    wire = Wire()
    wire.outputs = outputs
    senders: list[Any] = [shell.displayhook, shell.display_pub]
    for sender in senders:
        sender.session = wire
    _show_pictures(shell)
    return shell


def _show_pictures(shell: Any) -> None:
    """Show figures under their cell also where pyplot was loaded before there was a shell."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None and os.environ["MPLBACKEND"] == _INLINE:
        shell.enable_matplotlib("inline")
        pyplot.switch_backend(_INLINE)  # by the name that a kernel gives it


def _set_matplotlib() -> None:
    """Pictures are shown under their cell; those drawn before it leave no setting."""
    os.environ.setdefault("MPLBACKEND", _INLINE)
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is not None:
        matplotlib.rc_file_defaults()
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]


def _let_nobody_be_asked() -> None:
    builtins.input = _refuse("raw_input")
    getpass.getpass = _refuse("getpass")


def _refuse(name: str) -> Callable[..., NoReturn]:
    def ask(*_: Any, **__: Any) -> NoReturn:
        words = "was called, but this frontend does not support input requests."
        raise StdinNotImplementedError(f"{name} {words}")

    return ask


def _let_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


class InProcess(Engine):  # type: ignore[misc]
    """Runs a notebook's cells here, up to the first that fails."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        _: str,
        most_printed: int = 2**20,
        on_cell_executed: Executed = lambda **_: None,
        **__: Any,
    ) -> None:
        """
        Run the notebook of papermill's manager, up to the first cell that fails.

        It is written before and after each cell, whatever that does to the process.
        `on_cell_executed` is called after each cell of code. Of the text that a cell
        prints no more than `most_printed` characters are kept.
        """
        nb_man.save = lambda **_: _write(nb_man.nb, Path(nb_man.output_path))
        outputs = Outputs(nb_man.nb, most_printed)
        stdout = Stream("stdout", outputs)
        stderr = Stream("stderr", outputs)
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            with redirect_stdout(stdout), redirect_stderr(stderr):
                loop.run_until_complete(_run_all(nb_man, outputs, on_cell_executed))
        finally:
            outputs.close()


def _write(notebook: Any, path: Path) -> None:
    """Write a notebook so that a kill leaves this one or the one before."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps(notebook), "utf-8")
    new.replace(path)


async def _run_all(nb_man: Any, outputs: Outputs, after_each: Executed) -> None:
    shell = new_shell(outputs)
    process = os.getpid()
    for index, cell in enumerate(nb_man.nb.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        nb_man.cell_start(cell, index)
        outputs.begin(cell, index)
        cell.execution_count = shell.execution_count
        good = await _run(shell, cell.source)
        if os.getpid() != process:  # a cell forked, and left a second one of us
            os._exit(0)
        await _settle(outputs)
        after_each(cell=cell, cell_index=index)
        failed = not good and "raises-exception" not in cell.metadata.get("tags", [])
        if failed:
            nb_man.cell_exception(cell, index)
        nb_man.cell_complete(cell, index)
        if failed:
            return


async def _run(shell: Any, source: str) -> bool:
    """Run a cell in the loop that runs, as ipykernel does; whether all went well."""
    unreadable = None
    transformed = source
    try:
        transformed = shell.transform_cell(source)
    except Exception:
        unreadable = sys.exc_info()
    how = {"transformed_cell": transformed, "preprocessing_exc_tuple": unreadable}
    if shell.should_run_async(source, **how):
        result = await _run_async(shell, source, how)
    else:
        result = shell.run_cell(source, store_history=True)
    shell.payload_manager.clear_payload()
    return bool(result.success) and not shell._last_traceback_during_displayhook


async def _run_async(shell: Any, source: str, how: Any) -> Any:
    result = None
    try:
        cell = shell.run_cell_async(source, store_history=True, **how)
        result = await asyncio.ensure_future(cell)
    finally:
        shell.events.trigger("post_execute")
        shell.events.trigger("post_run_cell", result)
    return result


async def _settle(outputs: Outputs) -> None:
    """Let tasks go on that a cell has begun, and take what is still on its way."""
    await asyncio.sleep(0)
    streams: list[Any] = [sys.__stdout__, sys.__stderr__]
    for stream in streams:
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    outputs.flush()


papermill_engines.register(NAME, InProcess)
