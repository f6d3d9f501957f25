"""A papermill engine that runs the cells in this process: no second one, no sockets.

Jupyter's two halves, without the wire between them. The cells run in the shell of
an ordinary kernel (ipykernel), and each message that it would send goes at once to
an ordinary client (nbclient), which keeps the outputs: their order and form are
Jupyter's own.

It is for one notebook, in a process that ends with it: what the cells change of the
process is not put back, but for its streams. Cells that must not see what the
process has loaded can't be helped; what a new kernel sets is set.
"""

import asyncio
import builtins
import codecs
import getpass
import json
import logging
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import TextIOBase
from pathlib import Path
from threading import RLock, Thread
from typing import Any, NoReturn

from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.shellapp import InteractiveShellApp
from jupyter_client.session import Session
from nbclient import NotebookClient
from papermill.engines import Engine, papermill_engines
from traitlets.config import Config

NAME = "in-process"  # for `papermill.execute_notebook(engine_name=NAME)`
_DESCRIPTORS = {"stdout": 1, "stderr": 2}
_INLINE = "module://matplotlib_inline.backend_inline"
_PIPE = 2**20  # bytes; more than a pipe holds, so that one read takes all there is


class Descriptors:
    """What child programs write to file descriptors 1 and 2, which are pipes until `close`.

    Not on Windows, where a pipe can't be asked whether it holds something.
    """

    def __init__(self) -> None:
        self._awake, self._end = os.pipe()
        self._before: dict[int, int] = {}
        self._reading: dict[int, tuple[str, Any]] = {}
        self._writing: list[int] = []
        for name, number in _DESCRIPTORS.items():
            if sys.platform != "win32":
                self._lead_away(name, number)

    def _lead_away(self, name: str, number: int) -> None:
        reading, writing = os.pipe()
        self._before[number] = os.dup(number)
        os.dup2(writing, number)
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._reading[reading] = (name, decoder)
        # Kept open: a cell that closes its own end must not end the reading.
        self._writing.append(writing)

    def read(self) -> Iterator[tuple[str, str]]:
        """All that was written so far, by the stream's name; does not wait for more."""
        if not self._reading:
            return
        ready, _, _ = select.select([*self._reading], [], [], 0)
        for reading in ready:
            name, decoder = self._reading[reading]
            yield name, decoder.decode(os.read(reading, _PIPE))

    def wait(self) -> bool:
        """Wait until there is something to read; False at the end."""
        if not self._reading:
            return False
        ready, _, _ = select.select([self._awake, *self._reading], [], [])
        return self._awake not in ready

    def stop(self) -> None:
        """Make them what they were; `wait` ends."""
        for number, before in self._before.items():
            os.dup2(before, number)
        os.close(self._end)

    def close(self) -> None:
        """Let go of the pipes, once nobody waits."""
        for one in [self._awake, *self._reading, *self._writing, *self._before.values()]:
            os.close(one)


class Outputs:
    """The outputs of a notebook's cells, as they come: messages, printed text, and what child programs write.

    Of the text of a cell at most `most` characters are kept, however much it prints.
    """

    def __init__(self, notebook: Any, most: int) -> None:
        self._client = NotebookClient(notebook)
        # A cell may turn on the log of everything, into the outputs that are logged.
        self._client.log = logging.Logger("silent", logging.CRITICAL)
        self._client.reset_execution_trackers()
        self._most = most
        self._room = 0
        self._place: tuple[Any, int] = (None, -1)
        self._stream = ""
        self._text: list[str] = []
        self._lock = RLock()
        self._descriptors = Descriptors()
        self._watching = Thread(target=self._watch, daemon=True)
        self._watching.start()

    def begin(self, cell: Any, index: int) -> None:
        """From now on, all is this cell's."""
        with self._lock:
            self.flush()
            self._place = (cell, index)
            self._room = self._most
            self._client.clear_before_next_output = False

    def message(self, kind: str, content: Any) -> None:
        """Take a message of the shell."""
        with self._lock:
            self.flush()
            if kind == "clear_output":
                self._room = self._most
            self._give(kind, content)

    def print(self, stream: str, text: str) -> None:
        """Take text that a cell prints."""
        with self._lock:
            self._read()
            self._keep(stream, text)

    def flush(self) -> None:
        """Make an output of the text so far."""
        with self._lock:
            self._read()
            self._close_stream()

    def close(self) -> None:
        """The notebook has ended."""
        self.flush()
        self._descriptors.stop()
        self._watching.join()
        self._descriptors.close()

    def _watch(self) -> None:
        while self._descriptors.wait():
            with self._lock:
                self._read()

    def _read(self) -> None:
        for stream, text in self._descriptors.read():
            self._keep(stream, text)

    def _keep(self, stream: str, text: str) -> None:
        kept = text[: self._room]
        if not kept:
            return
        if stream != self._stream:
            self._close_stream()
        self._stream = stream
        self._text.append(kept)
        self._room -= len(kept)

    def _close_stream(self) -> None:
        if self._text:
            text = "".join(self._text)
            self._text.clear()
            self._give("stream", {"name": self._stream, "text": text})

    def _give(self, kind: str, content: Any) -> None:
        header = {"msg_type": kind}
        message = {"header": header, "parent_header": {}, "content": content, **header}
        self._client.process_message(message, *self._place)


class Wire(Session):
    """Where the shell sends its messages: to the outputs, in the form that they would arrive in."""

    outputs: Outputs

    def send(self, *message: Any, **_: Any) -> None:
        """
        Send to a socket, which there is none: a message, or one of a kind and content.

        Nothing comes from a process that a cell has forked.
        """
        kind, content = message[1:3] if len(message) > 2 else _parts(message[1])
        if os.getpid() == self.pid:
            self.outputs.message(kind, self.unpack(self.pack(content)))


def _parts(message: dict[str, Any]) -> tuple[str, Any]:
    return message["msg_type"], message["content"]


class Stream(TextIOBase):
    """What stands for `sys.stdout` or `sys.stderr`."""

    encoding = "UTF-8"

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name = name
        self._outputs = outputs
        self._process = os.getpid()

    def fileno(self) -> int:
        """The descriptor that child programs are given."""
        return _DESCRIPTORS[self.name]

    def writable(self) -> bool:
        """Whether it takes text."""
        return True

    def flush(self) -> None:
        """Nothing is held back here; also of a stream that a cell has closed."""

    def write(self, text: str) -> int:
        """Take text; from a process that a cell has forked, by the descriptor."""
        if self.closed:
            raise ValueError("I/O operation on closed file")
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() == self._process:
            self._outputs.print(self.name, text)
        else:
            os.write(self.fileno(), text.encode("utf-8", "replace"))
        return len(text)


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
    """A shell in which nothing has run, and a process that looks as a new kernel's does."""
    InteractiveShellApp().init_path()  # type: ignore[no-untyped-call]
    _set_matplotlib()
    _set_streams(outputs)
    config = Config({"HistoryManager": {"enabled": False}})
    shell = Shell.instance(config=config, compiler_class=XCachingCompiler)
    wire = Wire()
    wire.outputs = outputs
    senders: list[Any] = [shell.displayhook, shell.display_pub]
    for sender in senders:
        sender.session = wire
    return shell


def _set_matplotlib() -> None:
    """Pictures are shown under their cell; what was drawn before the notebook began leaves no setting."""
    os.environ.setdefault("MPLBACKEND", _INLINE)
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is not None:
        matplotlib.rc_file_defaults()
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]


def _set_streams(outputs: Outputs) -> None:
    sys.stdout = Stream("stdout", outputs)
    sys.stderr = Stream("stderr", outputs)
    builtins.input = _refuse("raw_input")
    getpass.getpass = _refuse("getpass")


def _refuse(name: str) -> Callable[..., NoReturn]:
    def ask(*_: Any, **__: Any) -> NoReturn:
        words = "was called, but this frontend does not support input requests."
        raise StdinNotImplementedError(f"{name} {words}")

    return ask


class InProcess(Engine):  # type: ignore[misc]
    """Runs a notebook's cells here, up to the first that fails."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, _: str, most_printed: int = 2**20,
        on_cell_executed: Callable[..., None] = lambda **_: None, **__: Any,
    ) -> None:  # fmt: skip
        """Run the notebook of papermill's manager, which is written after each cell, whatever the next one does.

        `on_cell_executed` is called after each cell of code; of the text that a cell prints no more than
        `most_printed` characters are kept.
        """
        nb_man.save = lambda **_: _write(nb_man.nb, Path(nb_man.output_path))
        streams = (sys.stdout, sys.stderr, builtins.input, getpass.getpass)
        outputs = Outputs(nb_man.nb, most_printed)
        _let_interrupt()
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(_run_all(nb_man, outputs, on_cell_executed))
        finally:
            sys.stdout, sys.stderr, builtins.input, getpass.getpass = streams
            outputs.close()


def _let_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _write(notebook: Any, path: Path) -> None:
    """Write a notebook so that a kill leaves this one or the one before."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps(notebook), "utf-8")
    new.replace(path)


async def _run_all(nb_man: Any, outputs: Outputs, on_cell_executed: Callable[..., None]) -> None:
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
        on_cell_executed(cell=cell, cell_index=index)
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
    how: dict[str, Any] = {"transformed_cell": transformed, "preprocessing_exc_tuple": unreadable}
    if shell.should_run_async(source, **how):
        result = await _run_async(shell, source, how)
    else:
        result = shell.run_cell(source, store_history=True)
    shell.payload_manager.clear_payload()
    return bool(result.success) and not shell._last_traceback_during_displayhook


async def _run_async(shell: Any, source: str, how: dict[str, Any]) -> Any:
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
