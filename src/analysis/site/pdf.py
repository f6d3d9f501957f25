"""A report's page as a PDF, by Chromium's print. It holds the day it was made, so it is never committed."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from notebook_runner.errors import InputError, ReportFailed

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_CHROMIUM = "no Chromium here; install it (Debian and Ubuntu: apt install chromium), or name its program in CHROMIUM"
# An empty profile of its own, so that the reader's browser and settings have no part in it.
_QUIET = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)
_LIMIT = 120  # seconds; a report takes about three


def find_chromium() -> str | None:
    """The Chromium that the variable CHROMIUM names, else the first on the PATH; None if there is none."""
    named = os.environ.get("CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else _NAMES)), None)


def print_page(page: Path, to: Path) -> None:
    """Print a page into the file `to`, which is the old one until the new one is whole.

    Raises InputError where there is no Chromium, no page or no folder for the file, ReportFailed if Chromium fails.
    """
    chromium = find_chromium()
    if not chromium:
        raise InputError([NO_CHROMIUM])
    if not page.is_file():
        raise InputError(
            [
                f"{page.parent.name}/{page.name}: no such file; run: python -m analysis report"
            ]
        )
    if not to.parent.is_dir() or to.is_dir():
        raise InputError(
            [f"--to: found {str(to)!r}; name a file in a folder that is there"]
        )
    with tempfile.TemporaryDirectory(
        prefix="pdf-", dir=to.parent, ignore_cleanup_errors=True
    ) as scratch:
        printed = Path(scratch) / "page.pdf"
        said = _run(
            chromium,
            f"--user-data-dir={scratch}/own",
            f"--print-to-pdf={printed}",
            page.resolve().as_uri(),
        )
        if not printed.is_file() or not printed.read_bytes().rstrip().endswith(
            b"%%EOF"
        ):
            raise ReportFailed(
                f"{to.name}: {chromium} made no PDF: {said[-500:] or 'it said nothing'}"
            )
        printed.replace(to)


def _run(chromium: str, *options: str) -> str:
    # Chromium's sandbox refuses to run for root; the page is the project's own and asks for nothing.
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [chromium, *_QUIET, *root, *options]
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=_LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return f"it took longer than {_LIMIT} seconds"
    return ended.stderr.strip()
