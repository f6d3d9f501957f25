"""Verify reports: run each again from its recorded parameters, and say on which of six rungs it is the same.

A copy may be a stranger's: it is read, never run. What runs is the notebook of this checkout, with parameters it declares.
"""

import csv
import json
import math
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import zip_longest
from multiprocessing import get_context
from os.path import commonprefix
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile
from zipfile import Path as ZipPath
from zlib import error as ZipError  # noqa: N812

import nbformat

from analysis.cleaning.processed import build_processed, sha256
from analysis.errors import InputError, Problem, ReportFailed
from analysis.project import Project
from analysis.reporting.catalogue import Job, jobs, read_catalogue
from analysis.reporting.checks import check_parameters
from analysis.reporting.combinations import export
from analysis.reporting.execute import check_whole
from analysis.reporting.numbers import MIME
from analysis.reporting.parameters import declared_parameters, effective_parameters
from analysis.reporting.provenance import provenance
from analysis.reporting.run import report_files, run_report

RUNGS = ("whole", "inputs", "executes", "numbers", "sentences", "bytes")
FILES = ("report.ipynb", "report.html", "numbers.csv", "provenance.json")
LARGEST = 50_000_000  # bytes of a zip's contents; the committed reports have five million
_FAR = 10_000  # pixels away, six digits of a coordinate leave 0.1; of a text, which is placed by its measured width, 3
TOLD, WIDTH = 20, 160  # differences of a report, and characters of each
_FAILED = {"whole": "not whole", "executes": "does not execute"}  # of the others: they differ
_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_NUMBER = re.compile(r'<data class="number" data-id="([^"]*)" value="([^"]*)">([^<]*)')
# What other rungs judge: pictures, style, values with all their digits, hashes of inputs.
_ELSEWHERE = re.compile(_SVG.pattern + r'|<style>.*?</style>| value="[^"]*"|\b[0-9a-f]{64}\b', re.DOTALL)
_NOT_KEPT = ("id", "clip-path", "d", "x", "y", "transform")  # of an element of a picture
_COORDINATE = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
Files = dict[str, bytes]  # of a report, by name; they may hold anything
Difference = tuple[str, str, str]  # where, as expected, and as found there


class Verdict(NamedTuple):
    """The differences of one report by rung; a rung that could not be judged has no entry."""

    name: str
    differences: dict[str, list[Difference]]

    def holds(self, rung: str) -> bool:
        """Whether a rung holds, and the copy is whole: else its parts contradict each other."""
        return self.differences["whole"] == self.differences.get(rung) == []

    def __str__(self) -> str:
        said = [f"{rung} ({at} of 6)" for at, rung in enumerate(RUNGS, 1) if self.differences.get(rung) == []][-1:]
        for rung, found in self.differences.items():
            places = ", ".join(dict.fromkeys(place for place, _, _ in found))
            said += [f"{_FAILED.get(rung, f'{rung} differ')}: {places[:WIDTH]}"] if found else []
        told = [f"  {rung}: {at}: {old!r} != {new!r}" for rung, all in self.differences.items() for at, old, new in all]
        return "\n".join([f"{self.name}: {'; '.join(said)}", *told[:TOLD], *(["  and more"] if told[TOLD:] else [])])


def verify(project: Project, names: Sequence[str], against: str) -> list[Verdict]:
    """Judge the reports of these names (or all), as they lie in the project, or in a folder, a zip or a commit."""
    with tempfile.TemporaryDirectory(prefix="coca-trends-") as scratch:
        copies, data = read_copies(project, names, against, Path(scratch)), list(data_differences(project))
        folders = [Path(scratch, str(at)) for at in range(len(copies))]
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
            again = pool.map(partial(run_again, project), copies, copies.values(), folders)
            return [judge(project, *copy, fresh, data) for copy, fresh in zip(copies.items(), again, strict=True)]


def read_copies(project: Project, names: Sequence[str], against: str, scratch: Path) -> dict[str, Files]:
    """The files of each report, none if it is not there; InputError for an unknown name, or what can't be opened."""
    catalogue, place = read_catalogue(project), Path(against) if against else project.reports
    try:
        if not place.exists():
            export(project, against, scratch / "commit")
            place = scratch / "commit" / "reports"
        found = dict(_reports(_opened(place) if place.is_file() else place))
    except (InputError, BadZipFile, ZipError, NotImplementedError, RuntimeError, EOFError, OSError):
        raise InputError([Problem("--against", 0, "", against, "is no folder, zip or commit with reports")]) from None
    if len(names) == len(found) == 1 and not {*found} & {*catalogue}:
        found = {names[0]: next(iter(found.values()))}  # alone it may lie in a folder of any name
    if unknown := [name for name in names if name not in found]:
        jobs(project, unknown)
    return {name: found.get(name, {}) for name in names or (found if against else catalogue)}


def _opened(path: Path) -> Any:
    """A zip as if it were a folder: it is never unpacked, so no name in it can lead anywhere."""
    members = ZipFile(path).infolist()
    if sum(one.file_size for one in members) > LARGEST or len({one.filename for one in members}) < len(members):
        raise BadZipFile
    return ZipPath(path)


def _reports(folder: Any, depth: int = 2) -> Iterator[tuple[str, Files]]:
    inside = sorted((at for at in folder.iterdir() if not at.name.startswith((".", "__MACOSX"))), key=str)
    if {*FILES} & {at.name for at in inside}:
        yield folder.stem, {at.name: at.read_bytes() for at in inside if at.is_file()}
    for at in inside if depth else ():
        yield from _reports(at, depth - 1) if at.is_dir() else ()


def run_again(project: Project, name: str, copy: Files, folder: Path) -> Files | Difference:
    """A fresh run, in `folder`, of the notebook that a copy names, with its parameters; or why there can be none."""
    try:
        run_report(recorded_job(project, name, copy), folder)
    except (InputError, ReportFailed) as error:
        return "run", "a run to the end", str(error)
    return {file: (folder / file).read_bytes() for file in FILES}


def recorded_job(project: Project, name: str, copy: Files) -> Job:
    """What a copy says it was made by; InputError unless that is a notebook of this checkout, with parameters it allows."""
    try:
        record, known = (
            json.loads(copy["provenance.json"]),
            {sha256(at): at for at in project.notebooks.glob("*.ipynb")},
        )
        notebook, given = known[record["sha256"]["notebook"]], dict(record["parameters"])
    except (LookupError, TypeError, ValueError, RecursionError):
        raise InputError(["its provenance names no notebook of this checkout by its hash"]) from None
    parameters = effective_parameters(declared_parameters(notebook), given)
    check_parameters(parameters)
    return Job(name, notebook, parameters, project)


def judge(
    project: Project, name: str, copy: Files, fresh: Files | Difference, data: Sequence[Difference] = ()
) -> Verdict:
    """Judge a copy rung by rung, each by itself, against a `fresh` run; `data` are differences that all reports share."""
    if missing := [(file, "a file", "none") for file in FILES if file not in copy]:
        return Verdict(name, {"whole": missing})
    found = {"whole": _listed(whole, name, copy), "inputs": [*data, *_listed(inputs, project, name, copy)]}
    if isinstance(fresh, tuple):
        return Verdict(name, {**found, "executes": [fresh]})
    rungs = {"numbers": numbers, "sentences": sentences, "bytes": texts}
    rest = {rung: _listed(lambda by=by: compared("", by(fresh), by(copy))) for rung, by in rungs.items()}
    return Verdict(name, {**found, "executes": [], **rest})


def _listed(rung: Callable[..., Iterator[Difference]], *given: Any) -> list[Difference]:
    try:
        return list(rung(*given))
    # A stranger's file can be wrong in any way: that is found in the copy, and no failure of the check.
    except Exception as error:
        return [("unreadable", "a report", f"{type(error).__name__}: {error}"[:WIDTH])]


def whole(name: str, copy: Files) -> Iterator[Difference]:
    """Rung 1: executed to its end, under its own name, and each file is what notebook and provenance make of it."""
    notebook, record = nbformat.reads(copy["report.ipynb"].decode(), 4), json.loads(copy["provenance.json"])
    nbformat.validate(notebook)
    check_whole(name, notebook)
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    yield from compared("execution counts", [*range(1, len(counts) + 1)], counts)
    said = {"report": name, "notebook": Path(record["notebook"]).name, "parameters": record["parameters"]}
    yield from compared("metadata", said, notebook.metadata["coca_trends"])
    yield from compared("provenance.json report", name, record["report"])
    yield from compared("", report_files(notebook, record), texts(copy))


def inputs(project: Project, name: str, copy: Files) -> Iterator[Difference]:
    """Rung 2: parameters of the catalogue, and hashes of rows, notebook, package and lock, as in this checkout."""
    job = jobs(project, [name])[0] if name in read_catalogue(project) else recorded_job(project, name, copy)
    yield from compared("", provenance(job), json.loads(copy["provenance.json"]))


def data_differences(project: Project) -> Iterator[Difference]:
    """Where `data/processed` is not what the code makes of `data/raw`; it is made again in a folder of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        again = Project(Path(scratch))
        shutil.copytree(project.raw, again.raw)
        shutil.copytree(project.package, again.package, ignore=shutil.ignore_patterns("__pycache__"))
        try:
            build_processed(again)
        except InputError as error:
            yield "data/raw", "rows that pass the gate", str(error.problems[0])
            return
        tables = ({at.name: at.read_text("utf-8") for at in one.processed.iterdir()} for one in (again, project))
        yield from compared("data/processed", *tables)


def numbers(copy: Files) -> dict[str, Any]:
    """Rung 4: the numbers in `numbers.csv`, in the outputs' records and in both markups, and the pictures."""
    lines = csv.DictReader(texts(copy)["numbers.csv"].splitlines())
    bundles = _bundles(nbformat.reads(copy["report.ipynb"].decode(), 4))
    markups = "".join(bundle.get("text/html", "") for bundle in bundles), copy["report.html"].decode()
    return {
        "numbers.csv": {line["id"]: {**line, "value": float(line["value"])} for line in lines},
        "outputs": {bundle[MIME]["id"]: {**bundle[MIME], "text": ""} for bundle in bundles if MIME in bundle},
        "shown": [[[id, float(value), text] for id, value, text in _NUMBER.findall(html)] for html in markups],
        "pictures": [[drawn(svg) for svg in _SVG.findall(html)] for html in markups],
    }


def _bundles(notebook: Any) -> list[Any]:
    return [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]


def drawn(svg: str) -> list[list[Any]]:
    """The elements of an SVG in order: tag, style and what is written, then coordinates; ids, which are hashes, by place.

    >>> drawn('<svg><path id="a" d="M 1 2"/></svg>')
    [['svg ;;;'], ['path M § §;;;', 10001.0, 10002.0]]
    """
    if re.search("<!(doctype|entity)", svg, re.IGNORECASE):
        raise ValueError("a picture that declares entities is not read")
    elements = [*ElementTree.fromstring(svg).iter()]
    places = {f"#{element.get('id')}": str(at) for at, element in enumerate(elements)}
    return [_mark(element, places) for element in elements]


def _mark(element: ElementTree.Element, places: dict[str, str]) -> list[Any]:
    tag, placed = element.tag.rpartition("}")[2], ";".join(element.get(key, "") for key in ("d", "x", "y", "transform"))
    kept = [places.get(value, value) for key, value in sorted(element.items()) if key not in _NOT_KEPT]
    words = " ".join([tag, _COORDINATE.sub("§", placed), *kept, element.text or "", element.tail or ""])
    scale = 1 / 30 if tag == "text" else 1
    return [" ".join(words.split()), *(_FAR + float(found) * scale for found in _COORDINATE.findall(placed))]


def sentences(copy: Files) -> dict[str, Any]:
    """Rung 5: all words of cells, outputs, titles, captions, table cells and alt texts, and the markup around them."""
    notebook = nbformat.reads(copy["report.ipynb"].decode(), 4)
    for bundle in _bundles(notebook):
        bundle["text/html"] = _ELSEWHERE.sub("", bundle.get("text/html", ""))
        bundle[MIME] = bundle.get(MIME, {}).get("text", "")
    return {"report.ipynb": notebook, "report.html": _ELSEWHERE.sub("", copy["report.html"].decode())}


def texts(copy: Files) -> dict[str, str]:
    """Rung 6: every file, byte for byte."""
    return {name: content.decode("utf-8", "backslashreplace") for name, content in copy.items()}


def compared(place: str, expected: Any, found: Any) -> Iterator[Difference]:
    """The entries by which two values differ, as JSON has them: numbers within what is declared, all else exactly."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in {**expected, **found}:
            yield from compared(f"{place}.{key}".lstrip("."), expected.get(key), found.get(key))
    elif isinstance(expected, list) and isinstance(found, list):
        for at, pair in enumerate(zip_longest(expected, found)):
            yield from compared(f"{place}[{at}]", *pair)
    elif not near(expected, found):
        start = max(0, len(commonprefix([str(expected), str(found)])) - 40)  # noqa: RUF071
        yield place, str(expected)[start : start + WIDTH], str(found)[start : start + WIDTH]


def near(expected: Any, found: Any) -> bool:
    """Equal; or, of numbers with a fraction, not further apart than one unit of the sixth significant digit.

    >>> near(3.14159, 3.1416), near(3.14159, 3.14161), near(2011, 2012)
    (True, False, False)
    """
    if not isinstance(expected, float) or not isinstance(found, float):
        return type(expected) is type(found) and bool(expected == found)
    largest = max(abs(expected), abs(found)) or 1
    return bool(abs(expected - found) <= 1.01 * 10 ** (math.floor(math.log10(largest)) - 5))
