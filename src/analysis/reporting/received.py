"""Copies of reports to be judged, from a folder, a zip or a commit; a stranger's are read as data only, never unpacked."""

import json
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import BadZipFile, ZipFile

import nbformat

from analysis.errors import InputError, Problem, Problems
from analysis.project import Project
from analysis.reporting.catalogue import read_catalogue
from analysis.reporting.combinations import export
from analysis.vocabulary import nearest

FILES = ("report.ipynb", "report.html", "numbers.csv", "provenance.json")
LARGEST = 50_000_000  # bytes of all files together; the committed reports have five million


@dataclass(frozen=True)
class Copy:
    """A report as it was found: its name, and its files, which may hold anything."""

    name: str
    files: dict[str, bytes]

    @cached_property
    def notebook(self) -> Any:
        """The executed notebook."""
        return nbformat.reads(self.files["report.ipynb"].decode(), as_version=4)

    @cached_property
    def record(self) -> Any:
        """Its provenance."""
        return json.loads(self.files["provenance.json"])

    @property
    def outputs(self) -> list[Any]:
        """All outputs of the notebook, in order."""
        return [output for cell in self.notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def read_copy(name: str, folder: Path) -> Copy:
    """The report in a folder; a file that is missing is missing in `files`."""
    return Copy(name, {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")})


def read_copies(project: Project, names: Sequence[str], against: str) -> list[Copy]:
    """The reports of these names (or all) in a folder, a zip or a commit, or in the project where `against` is empty.

    A copy without files stands for one that is not there. InputError for an unknown name, or what can't be opened.
    """
    catalogue, unknown = read_catalogue(project), Problems()
    with tempfile.TemporaryDirectory() as scratch:
        found = _by_name(against, _files(project, against, Path(scratch)))
    if against and len(found) == 1 and not {*found} & {*catalogue}:
        [files] = found.values()
        found = {names[0] if names else _recorded(files): files}
    for name in (name for name in names if name not in {**found, **catalogue}):
        unknown.add("report", 0, "", name, f"is no report; {nearest(name, list(catalogue))}")
    unknown.raise_any()
    return [Copy(name, found.get(name, {})) for name in dict.fromkeys(names or (found if against else catalogue))]


def _recorded(files: dict[str, bytes]) -> str:
    with suppress(KeyError, ValueError, TypeError, RecursionError):
        return str(json.loads(files["provenance.json"])["report"])
    return "report"


def _files(project: Project, against: str, scratch: Path) -> list[tuple[PurePosixPath, bytes]]:
    if against and Path(against).is_file():
        return _unzipped(Path(against))
    folder = Path(against) if against else project.reports
    if not folder.is_dir():
        try:
            export(project, against, scratch / "commit")
        except InputError:
            raise InputError([Problem("--against", 0, "", against, "is no folder, zip or commit here")]) from None
        folder = scratch / "commit" / "reports"
    paths = [path for path in [*folder.glob("*"), *folder.glob("*/*")] if path.is_file()]
    _refuse_unless(sum(path.stat().st_size for path in paths) <= LARGEST, folder, "is too large")
    return [
        (PurePosixPath(folder.resolve().name, *path.relative_to(folder).parts), path.read_bytes()) for path in paths
    ]


def _unzipped(path: Path) -> list[tuple[PurePosixPath, bytes]]:
    try:
        with ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            names = [member.filename for member in members]
            _refuse_unless(sum(member.file_size for member in members) <= LARGEST, path, "is too large")
            _refuse_unless(len(set(names)) == len(names), path, "names a file twice")
            leads_out = any({"..", "/"} & {*PurePosixPath(name).parts} or "\\" in name for name in names)
            _refuse_unless(not leads_out, path, "names a file outside itself")
            return [(PurePosixPath(name), archive.read(name)) for name in names]
    except (BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise InputError([f"{path.name}: can't be read as a zip: {error}"]) from None


def _by_name(against: str, files: list[tuple[PurePosixPath, bytes]]) -> dict[str, dict[str, bytes]]:
    """The files of each report, by the name of its folder."""
    folders: dict[PurePosixPath, dict[str, bytes]] = defaultdict(dict)
    for path, content in sorted(files):
        if not any(part.startswith((".", "__MACOSX")) for part in path.parts):
            folders[path.parent][path.name] = content
    reports = [folder for folder, contents in folders.items() if {*contents} & {*FILES}]
    _refuse_unless(
        len({folder.name for folder in reports}) == len(reports), Path(against), "holds two reports of one name"
    )
    return {folder.name: folders[folder] for folder in reports}


def _refuse_unless(right: bool, path: Path, message: str) -> None:
    if not right:
        raise InputError([f"{path.name}: {message}; send the four files of each report in a folder of its name"])
