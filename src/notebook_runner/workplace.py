"""The folder in which a notebook's cells run: a copy of its own, so that what they save is kept.

Relative paths lead from it where they lead from the notebook's own folder: what lies
beside that folder, and above it in the project, is linked.
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from notebook_runner.catalogue import Job
from notebook_runner.errors import ReportFailed

SAVED = "files"  # the folder of a report that holds what its cells saved
_MOST, _LARGEST = 200, 20_000_000  # files and bytes that a report may keep
_TREE = "project"  # in the scratch folder of a run
_NOT_COPIED = ("reports", "__pycache__")
Marks = Mapping[Path, tuple[int, int]]  # size and time of each file


class Workplace:
    """Where the cells of one notebook run, and what they leave there."""

    def __init__(self, job: Job, scratch: Path) -> None:
        self._job = job
        self._tree = scratch.resolve() / _TREE
        self.folder = self._tree / self._place()
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        _copy(job.notebook.parent, self.folder)
        self._link(job.project.root.resolve(), self._tree)
        self._before = _marks(self._tree)

    def _place(self) -> Path:
        folder = self._job.notebook.parent.resolve()
        root = self._job.project.root
        if folder.is_relative_to(root.resolve()) and folder != root.resolve():
            return folder.relative_to(root.resolve())
        return Path(folder.name or "notebook")

    def _link(self, real: Path, copied: Path) -> None:
        """Link all that lies beside the folders on the way to the notebook's own."""
        for entry in sorted(real.iterdir()):
            place = copied / entry.name
            if not place.exists() and not entry.name.startswith("."):
                place.symlink_to(entry)
        for step in copied.iterdir():
            on_the_way = not step.is_symlink() and self.folder.is_relative_to(step)
            if on_the_way and step != self.folder:
                self._link(real / step.name, step)

    def saved(self) -> dict[str, bytes]:
        """
        What the cells saved, by name under `files/`.

        Raises ReportFailed if that is too much, lies outside the notebook's folder, or is of a
        notebook whose entry says `strict`.
        """
        found = _changed(self._before, _marks(self._tree))
        outside = [path for path in found if not path.is_relative_to(self.folder)]
        if outside:
            names = [path.relative_to(self._tree).as_posix() for path in outside]
            raise self._refused(names, "outside the notebook's own folder")
        inside = {path.relative_to(self.folder).as_posix(): path for path in found}
        if inside and self._job.strict:
            raise self._refused([*inside], "and its entry in reports.toml says strict")
        size = sum(path.stat().st_size for path in found)
        if len(found) > _MOST or size > _LARGEST:
            most = f"more than {_MOST} files or {_LARGEST:,} bytes"
            raise self._refused([*inside], most)
        return {f"{SAVED}/{name}": path.read_bytes() for name, path in inside.items()}

    def _refused(self, names: list[str], why: str) -> ReportFailed:
        more = f" and {len(names) - 3} more" if names[3:] else ""
        return ReportFailed(
            f"{self._job.name}: its cells saved {', '.join(names[:3])}{more}, {why}; "
            "a report keeps what is saved beside its notebook, if that is small"
        )


def _copy(folder: Path, to: Path) -> None:
    def left_out(_: str, names: list[str]) -> list[str]:
        return [name for name in names if name in _NOT_COPIED or name.startswith(".")]

    shutil.copytree(folder, to, ignore=left_out, ignore_dangling_symlinks=True)


def _marks(folder: Path) -> Marks:
    return {path: _mark(path) for path in _files(folder)}


def _mark(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def _files(folder: Path) -> Iterator[Path]:
    """All files below a folder that are no link and not hidden; links are not followed."""
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        if (
            entry.is_symlink()
            or entry.name.startswith(".")
            or entry.name in _NOT_COPIED
        ):
            continue
        if entry.is_dir():
            yield from _files(entry)
        elif entry.is_file():
            yield entry


def _changed(before: Marks, now: Marks) -> list[Path]:
    return [path for path, mark in now.items() if before.get(path) != mark]
