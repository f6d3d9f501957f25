"""The outputs of a notebook's cells, as they come: of the shell, of streams, of programs.

A message that a kernel's shell would send goes at once to nbclient, which keeps it as
it keeps those of a kernel. Text is put between them where it was written.
"""

import codecs
import logging
import os
import select
import sys
from collections.abc import Iterator
from io import TextIOBase
from threading import RLock, Thread
from typing import Any

from jupyter_client.session import Session
from nbclient import NotebookClient

_DESCRIPTORS = {"stdout": 1, "stderr": 2}
_PIPE = 2**20  # bytes; more than a pipe holds, so that one read takes all there is


class Descriptors:
    """
    What programs write to file descriptors 1 and 2, which are pipes until `stop`.

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
        left = [self._awake, *self._reading, *self._writing, *self._before.values()]
        for one in left:
            os.close(one)


class Outputs:
    """
    The outputs of a notebook's cells, as they come: messages, and text of any way.

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
    """Where the shell sends its messages: to the outputs, as they would arrive."""

    outputs: Outputs

    def send(self, *message: Any, **_: Any) -> None:
        """
        Send to a socket, which is none: a message, or one of a kind and content.

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
