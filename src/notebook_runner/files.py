"""Files put in place whole, and who may write them: of use to every doorkeeper, and quick to import."""

import csv
import hashlib
import io
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from notebook_runner.errors import Problems, ReportFailed
from notebook_runner.project import Project

_ALL_THERE = ".all-there"  # is in a folder while new files, all of them written, are put in place one by one
_COMPUTED = r"(?:(?<=^)|(?<=;))(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])"  # the signs in full width too


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def utf8_text(content: bytes, name: str, remedy: str, problems: Problems) -> str | None:
    """A file's bytes as text, without a byte-order mark; None, and a problem of the line and byte that is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{error.object[error.start]:02x}"
        problems.add(name, line, "", found, remedy)
    return None


def csv_text(rows: Iterable[Iterable[str]], ending: str = "\n") -> str:
    """Rows as CSV, quoted only where they must be."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator=ending).writerows(rows)
    return buffer.getvalue()


def write_whole(folder: Path, contents: Mapping[str, str | bytes]) -> None:
    """Write files by name so that each is the old one or the new one, never a part; folders are made, texts are UTF-8.

    Where one can't be written, none is put in place. If this process is killed while they are, `clear_left_over` does the rest.
    """
    all_there = folder / _ALL_THERE
    paths = {
        (path := folder / name): path.with_name(f".{path.name}.new")
        for name in contents
    }
    try:
        for (path, new), content in zip(paths.items(), contents.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            with new.open("wb") as file:
                file.write(content if isinstance(content, bytes) else content.encode())
                file.flush()
                os.fsync(
                    file.fileno()
                )  # a name must not lead to a file that the disk does not have yet
        if len(paths) > 1:
            all_there.touch()
        for path, new in paths.items():
            new.replace(path)
        all_there.unlink(missing_ok=True)
    except OSError:
        for left in (all_there, *paths.values()):
            left.unlink(missing_ok=True)
        raise


def cell_text(text: str) -> str:
    r"""Text for a table that a spreadsheet opens: in one line, an apostrophe before what would be computed.

    Where a semicolon parts columns, what follows one is a cell too.

    >>> cell_text("=1+1"), cell_text("p. 3;@x"), cell_text("a\t-b")
    ("'=1+1", "p. 3;'@x", 'a -b')
    """
    return re.sub(_COMPUTED, "'", re.sub(r"[\t\r\n]+", " ", text).strip())


@contextmanager
def only_writer(project: Project) -> Iterator[None]:
    """Hold the project against other commands that write; ReportFailed if one is at work. A process that dies lets go.

    What a command that was killed left behind is taken away first.
    """
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:  # Windows
        yield
        return
    folder = os.open(project.root, os.O_RDONLY)
    try:
        try:
            flock(folder, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise ReportFailed(
                "another command is writing this project's files; wait until it has ended"
            ) from None
        for place in (project.reports, project.raw, project.processed):
            clear_left_over(place)
        yield
    finally:
        os.close(folder)


def clear_left_over(folder: Path) -> None:
    """Take away what a killed command left in a folder, and put back what it had moved aside. Call as its only writer.

    New files are taken away unless all of them were there: then some may be in place, and the rest follows.
    """
    all_there = folder / _ALL_THERE
    for path in [
        *folder.glob(".*.old"),
        *folder.glob(".*.new"),
        *folder.glob(".running-*"),
    ]:
        there = path.with_name(path.stem.removeprefix("."))
        if (path.suffix == ".old" and not there.exists()) or (
            path.suffix == ".new" and all_there.exists()
        ):
            path.replace(there)
        elif path.is_dir():
            end_all_in(path)
            shutil.rmtree(path)
        else:
            path.unlink()
    all_there.unlink(missing_ok=True)


def end_all_in(folder: Path) -> None:
    """End every process that works in a folder: a cell may have started some, which would outlive its report."""
    import psutil

    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if Path(process.cwd()).is_relative_to(folder.resolve()):
                process.kill()
