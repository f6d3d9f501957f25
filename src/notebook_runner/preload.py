"""What a report's runner imports, done once by the server that reports are forked from.

`multiprocessing`'s fork server imports this module when it starts, and then the modules that the project names in
`Hooks.preload`. The server ends with its command, however that ends.
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

from notebook_runner.pool import COMMAND, die_with_parent

_IMPORTED = """
IPython.core.completer IPython.core.oinspect nbconvert.filters papermill notebook_runner.engine notebook_runner.run
"""


def _end_with(command: int) -> None:
    """End this server when its command has ended, however that ended, and take away the socket by which it was reached."""
    server = os.getpid()
    sockets = list[Path]()
    for path in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            listening = socket.socket(fileno=int(path.name))
            sockets.append(Path(str(listening.getsockname())))
            listening.detach()

    def take_away() -> None:
        for place in (
            path.parent for path in sockets if path.parent.name.startswith("pymp-")
        ):
            shutil.rmtree(place, ignore_errors=True)

    def end(*_: Any) -> None:
        if os.getpid() == server and os.getppid() != command:
            take_away()
            os._exit(0)

    atexit.register(
        take_away
    )  # an idle server ends of itself; one that makes reports would live on with them
    signal.signal(signal.SIGTERM, end)
    die_with_parent(signal.SIGTERM)
    end()


if COMMAND in os.environ:
    _end_with(int(os.environ.pop(COMMAND)))
for name in _IMPORTED.split():
    import_module(name)
gc.freeze()  # what is loaded stays in pages that all forks share
