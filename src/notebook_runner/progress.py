"""How far a run of reports is: one line on a terminal, written over; nothing where stderr is no terminal."""

import json
import os
import shutil
import sys
import time
from collections.abc import Sequence

import click

from notebook_runner.catalogue import Job

EVERY = 0.5  # seconds between two looks
TELLING = 0.1  # the part of the cells from which on their pace is telling: the first report waits for the imports


def cells_of(job: Job) -> int:
    """How many cells of code a report runs: the notebook's, and the one that papermill puts in for the parameters."""
    cells = json.loads(job.notebook.read_text("utf-8"))["cells"]
    return len([cell for cell in cells if cell["cell_type"] == "code"]) + bool(
        job.parameters
    )


class Line:
    """The line of one run."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.shown = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._cells = sum(map(cells_of, jobs))
        self._began = time.monotonic()

    def tell(self, running: Sequence[str], done: int) -> None:
        """Show which reports run, how many cells are done, and about how long the rest takes at this pace."""
        words = f"{done} of {self._cells} cells: {', '.join(running) or 'starting'}"
        if done > TELLING * self._cells:
            left = round((time.monotonic() - self._began) * (self._cells - done) / done)
            words = f"about {left // 60}:{left % 60:02} left, {words}"
        self._write(words[: shutil.get_terminal_size().columns - 1])

    def clear(self) -> None:
        """Take the line away, for what is printed in its place."""
        self._write("")

    def _write(self, words: str) -> None:
        if self.shown:
            click.echo(f"\r\x1b[K{words}", nl=False, err=True)
