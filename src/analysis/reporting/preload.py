"""What a report's cells and its runner import, and a first picture, done once by the server that they are forked from.

`multiprocessing`'s fork server imports this module when it starts. Nothing of it is an output: the picture is thrown
away, but its fonts are found and its parts are loaded. The server ends with its command, however that ends.
"""

import atexit
import gc
import os
import shutil
import signal
import socket
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from analysis.reporting.workers import COMMAND, die_with_parent

_IMPORTED = """
IPython.core.completer IPython.core.oinspect nbconvert.filters papermill
analysis.reporting.claimed analysis.reporting.engine analysis.reporting.explore analysis.reporting.page.overview
analysis.reporting.revised analysis.reporting.run analysis.reporting.trend
"""


def _end_with(command: int) -> None:
    """End this server when its command has ended, however that ended, and take away the socket by which it was reached."""
    server, sockets = os.getpid(), list[Path]()
    for path in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            listening = socket.socket(fileno=int(path.name))
            sockets.append(Path(str(listening.getsockname())))
            listening.detach()

    def take_away() -> None:
        for place in (path.parent for path in sockets if path.parent.name.startswith("pymp-")):
            shutil.rmtree(place, ignore_errors=True)

    def end(*_: Any) -> None:
        if os.getpid() == server and os.getppid() != command:
            take_away()
            os._exit(0)

    atexit.register(take_away)  # an idle server ends of itself; one that makes reports would live on with them
    signal.signal(signal.SIGTERM, end)
    die_with_parent(signal.SIGTERM)
    end()


if COMMAND in os.environ:
    _end_with(int(os.environ.pop(COMMAND)))
for name in _IMPORTED.split():
    import_module(name)
import_module("analysis.reporting.charts").picture("preload", (0, 1), (0, 1), lambda _: None)
gc.freeze()  # what is loaded stays in pages that all forks share
