"""What a report's kernel and its runner import, and a first picture, done once by the server that they are forked from.

`multiprocessing`'s fork server imports this module when it starts. Nothing of it is an output: the picture is thrown
away, but its fonts are found and its parts are loaded. The server ends with its command, however that ends.
"""

import atexit
import gc
import os
import shutil
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from analysis.reporting.workers import COMMAND, die_with_parent

_IMPORTED = """
ipykernel.ipkernel ipykernel.kernelapp jupyter_client.manager nbclient.exceptions nbconvert.filters papermill traitlets.config
analysis.reporting.checks analysis.reporting.claimed analysis.reporting.explore analysis.reporting.page.overview
analysis.reporting.revised analysis.reporting.run analysis.reporting.trend
"""


def _end_with(command: int) -> None:
    """End this server when its command ends, however that ends, and take away the socket by which it was reached."""
    for path in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            listening = socket.socket(fileno=int(path.name))
            place = Path(str(listening.getsockname())).parent
            listening.detach()
            if place.name.startswith("pymp-"):
                atexit.register(shutil.rmtree, place, ignore_errors=True)
    signal.signal(signal.SIGTERM, lambda *_: os.getppid() == command or sys.exit())
    die_with_parent(signal.SIGTERM)  # of itself it would live on with the reports that it makes
    if os.getppid() != command:
        sys.exit()


if COMMAND in os.environ:
    _end_with(int(os.environ.pop(COMMAND)))
for name in _IMPORTED.split():
    import_module(name)
import_module("analysis.reporting.charts").picture("preload", (0, 1), (0, 1), lambda _: None)
gc.freeze()  # what is loaded stays in pages that all forks share
