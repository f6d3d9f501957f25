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
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import nbformat

from analysis.cleaning.processed import build_processed
from analysis.display.numbers import MIME
from analysis.display.records import shown
from analysis.questions import in_words
from analysis.reports import HOOKS, jobs, publish
from analysis.review import RUNGS
from analysis.review.combinations import export
from notebook_runner.batch import LIMIT
from notebook_runner.catalogue import Job, checked, read_catalogue
from notebook_runner.errors import InputError, Problem
from notebook_runner.execute import check_whole
from notebook_runner.files import sha256
from notebook_runner.parameters import declared_parameters, effective_parameters
from notebook_runner.pool import run_each
from notebook_runner.project import Project
from notebook_runner.provenance import answers_in, provenance
from notebook_runner.run import report_files

FILES = ("report.ipynb", "report.html", "numbers.csv", "provenance.json")
LARGEST, MOST = 50_000_000, 1_000  # bytes and files in a zip; the committed reports have seven million in two hundred
_FAR = 10_000  # pixels away, six digits of a coordinate leave 0.1; of a text, which is placed by its measured width, 3
TOLD, WIDTH = 20, 160  # differences of a report, and characters of each
_FAILED = {"whole": "not whole", "executes": "does not execute"}  # of the others: they differ
_SVG = re.compile(r"<svg\b(?:(?!<svg\b).)*?</svg>", re.DOTALL)  # linear in what is never closed
_NUMBER = re.compile(r'<data class="number" data-id="([^"]*)" value="([^"]*)">([^<]*)')
# What other rungs judge: pictures, style, values with all their digits, data of charts, hashes of inputs.
_DATA = r' value="[^"]*"| href="data:[^"]*"|\b[0-9a-f]{64}\b|sha256-[\w+/=]{44}'
_ELSEWHERE = re.compile(rf"{_SVG.pattern}|<style>[^<]*</style>|{_DATA}", re.DOTALL)
_ID = re.compile(r'\bid="(\w+)-')  # in a picture, which begins with the chart's name
_PLACED = ("d", "x", "y", "transform")  # attributes that hold coordinates
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
        held = [(at, rung) for at, rung in enumerate(RUNGS, 1) if self.differences.get(rung) == []]
        said, told = [f"{rung} ({at} of {len(RUNGS)})" for at, rung in held[-1:]], []
        for rung, found in self.differences.items():
            places = ", ".join(dict.fromkeys(place for place, _, _ in found))
            said += [f"{_FAILED.get(rung, f'{rung} differ')}: {places[:WIDTH]}"] if found else []
            told += [f"  {rung}: {at}: expected {old!r}, found {new!r}" for at, old, new in found]
        lines = [f"{self.name}: {'; '.join(said)}", *told[:TOLD], *(["  and more"] if told[TOLD:] else [])]
        # A stranger's names must not steer a terminal.
        return "\n".join("".join(sign if sign.isprintable() else "?" for sign in line) for line in lines)


def verify(project: Project, names: Sequence[str], against: str) -> list[Verdict]:
    """Judge the reports of these names (or all), as they lie in the project, or in a folder, a zip or a commit."""
    with tempfile.TemporaryDirectory(prefix="coca-trends-") as scratch:
        copies, data = read_copies(project, names, against, Path(scratch)), list(data_differences(project))
        fresh = run_again(project, copies, Path(scratch, "runs"))
        return [judge(project, name, copy, fresh[name], data) for name, copy in copies.items()]


def read_copies(project: Project, names: Sequence[str], against: str, scratch: Path) -> dict[str, Files]:
    """The files of each report, none if it is not there; InputError for an unknown name, or what can't be opened."""
    catalogue, place = read_catalogue(project), Path(against) if against else project.reports
    try:
        if place.is_file() and place.stat().st_size <= LARGEST:
            with zipfile.ZipFile(place) as archive:
                place, members = scratch / "zip" / place.stem, archive.infolist()
                if sum(member.file_size for member in members) > LARGEST or len(members) > MOST:
                    raise zipfile.BadZipFile
                archive.extractall(place)  # which keeps names that lead out inside, and makes no links
        elif not place.is_dir():
            export(project, against, scratch / "commit")
            place = scratch / "commit" / "reports"
        depths = (".", "[!.]*", "[!.]*/[!.]*")
        there = (at.resolve() for depth in depths for name in FILES for at in place.glob(f"{depth}/{name}"))
        # A link may lead to what the sender could not read.
        folders = {at.parent for at in there if at.is_relative_to(place.resolve())}
        found = {folder.name: _contents(folder) for folder in sorted(folders)}
    # All that a broken zip raises: an unknown compression is a NotImplementedError, a password a RuntimeError.
    except (InputError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
        found = {}
    if not found or len(found) < len(folders):
        remedy = "is no folder, zip or commit with reports, each in a folder of its name"
        raise InputError([Problem("--against", 0, "", against, remedy)])
    if len(names) == len(found) == 1 and not {*found} & {*catalogue}:
        found = {names[0]: next(iter(found.values()))}  # alone it may lie in a folder of any name
    if absent := [name for name in names if name not in found]:
        jobs(project, absent)
    return {name: found.get(name, {}) for name in names or (found if against else catalogue)}


def _contents(folder: Path) -> Files:
    there = [at for at in sorted(folder.rglob("*")) if at.is_file() and not at.is_symlink()]
    named = {at.relative_to(folder).as_posix(): at for at in there}
    return {name: at.read_bytes() for name, at in named.items() if not re.search(r"(^|/)\.", name)}


def run_again(project: Project, copies: dict[str, Files], scratch: Path) -> dict[str, Files | Difference]:
    """A fresh run of the notebook that each copy names, with its parameters; or why there can be none."""
    found, jobs = dict[str, Files | Difference](), []
    for name, copy in copies.items():
        try:
            jobs.append(recorded_job(project, name, copy))
        except InputError as error:
            found[name] = ("run", "a run to the end", str(error))
    for one, wrong in run_each(jobs, scratch, os.cpu_count() or 1, LIMIT, lambda _: LIMIT):
        found[one.job.name] = ("run", "a run to the end", wrong) if wrong else _contents(one.folder / "report")
    return found


def recorded_job(project: Project, name: str, copy: Files) -> Job:
    """What a copy says it was made by; InputError unless that is a notebook of this checkout, with parameters it allows."""
    known = {sha256(path): path for path in project.notebooks.glob("*.ipynb")}
    try:
        record = json.loads(copy["provenance.json"])
        notebook, given = known[record["sha256"]["notebook"]], dict(record["parameters"])
    except (LookupError, TypeError, ValueError, RecursionError):
        raise InputError(["its provenance names no notebook of this checkout by its hash"]) from None
    parameters = effective_parameters(declared_parameters(notebook), given)
    return checked([Job(name, notebook, parameters, project, HOOKS)])[0]


def judge(project: Project, name: str, copy: Files, fresh: Files | Difference, data: list[Difference]) -> Verdict:
    """Judge a copy rung by rung, each by itself, against a `fresh` run; `data` are differences that all reports share."""
    if missing := [(file, "a file", "none") for file in FILES if file not in copy]:
        return Verdict(name, {"whole": missing})
    others = _listed(inputs, project, name, copy, fresh)
    found = {"whole": _listed(whole, name, copy), "inputs": [*data, *others]}
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
    yield from compared("metadata", said, notebook.metadata["notebook_runner"])
    yield from compared("provenance.json report", name, record["report"])
    yield from compared("", texts(report_files(notebook, record, publish)), texts(copy))


def inputs(
    project: Project, name: str, copy: Files, fresh: Files | Difference
) -> Iterator[Difference]:  # fmt: skip
    """Rung 2: parameters of the catalogue, what was read, and the inputs' hashes.

    What a run reads, the `fresh` one tells; where there is none, the copy is asked.
    """
    known = name in read_catalogue(project)
    job = jobs(project, [name])[0] if known else recorded_job(project, name, copy)
    record = json.loads(copy["provenance.json"])
    ran = copy if isinstance(fresh, tuple) else fresh
    asked = answers_in(json.loads(ran["provenance.json"]))
    made_from = {key: value for key, value in record.items() if key != "outputs"}
    now = provenance(job, questions=asked)
    yield from compared("", _in_words(now), _in_words(made_from))


def _in_words(record: dict[str, Any]) -> dict[str, Any]:
    """A record whose questions are in the words of a message."""
    if record.get("read") != answers_in(record):
        return record
    read = {in_words(text): answer for text, answer in record["read"].items()}
    return {**record, "read": read}


def data_differences(project: Project) -> Iterator[Difference]:
    """Where `data/processed` is not what the code makes of `data/raw`; InputError if a raw row can't be read."""
    with tempfile.TemporaryDirectory() as scratch:
        again = Project(Path(scratch))
        shutil.copytree(project.raw, again.raw)
        shutil.copytree(project.package, again.package, ignore=shutil.ignore_patterns("__pycache__"))
        build_processed(again)
        yield from compared("data/processed", *(texts(_contents(one.processed)) for one in (again, project)))


def numbers(copy: Files) -> dict[str, Any]:
    """Rung 4: the numbers in `numbers.csv`, in the outputs' records and in both markups, and the charts."""
    lines = csv.DictReader(texts(copy)["numbers.csv"].splitlines())
    bundles = shown(nbformat.reads(copy["report.ipynb"].decode(), 4))
    forms = "".join(bundle.get("text/html", "") for bundle in bundles), copy["report.html"].decode()
    return {
        "numbers.csv": {line["id"]: {**line, "value": float(line["value"])} for line in lines},
        "outputs": {bundle[MIME]["id"]: {**bundle[MIME], "text": ""} for bundle in bundles if MIME in bundle},
        "shown": [[[id, float(value), text] for id, value, text in _NUMBER.findall(html)] for html in forms],
        "pictures": [_pictures(html) for html in forms],
        "data": {name: _values(text) for name, text in texts(copy).items() if re.fullmatch(r"charts/.*\.csv", name)},
    }


def _pictures(html: str) -> dict[str, Any]:
    return {f"{_ID.findall(svg)[0]}.{n}": [*drawn(svg)] for n, svg in enumerate(_SVG.findall(html))}


def _values(sheet: str) -> list[list[str | float]]:
    """The cells of a CSV, numbers as such."""
    rows = csv.reader(sheet.splitlines())
    return [[float(cell) if _COORDINATE.fullmatch(cell) else cell for cell in row] for row in rows]


def drawn(svg: str) -> Iterator[list[Any]]:
    """The elements of an SVG in order: tag, style and what is written, then coordinates; ids, which are hashes, by place."""
    if re.search("<!(doctype|entity)", svg, re.IGNORECASE):
        raise ValueError("a picture that declares entities is not read")
    elements = [*ElementTree.fromstring(svg).iter()]
    places = {f"#{element.get('id')}": str(at) for at, element in enumerate(elements)}
    for element in elements:
        tag, placed = element.tag.rpartition("}")[2], ";".join(element.get(key, "") for key in _PLACED)
        style = [places.get(value, value) for key, value in element.items() if key not in ("id", "clip-path", *_PLACED)]
        words = " ".join([tag, _COORDINATE.sub("§", placed), *style, element.text or "", element.tail or ""])
        scale = 1 / 30 if tag == "text" else 1
        yield [" ".join(words.split()), *(_FAR + float(found) * scale for found in _COORDINATE.findall(placed))]


def sentences(copy: Files) -> dict[str, Any]:
    """Rung 5: all words of cells, outputs, titles, captions, table cells and alt texts, and the markup around them."""
    notebook = nbformat.reads(copy["report.ipynb"].decode(), 4)
    for bundle in shown(notebook):
        bundle["text/html"] = _ELSEWHERE.sub("", bundle.get("text/html", ""))
        bundle["image/png"] = ""
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
        start = max(0, len(os.path.commonprefix([str(expected), str(found)])) - 40)  # noqa: RUF071 (of characters)
        yield place, str(expected)[start : start + WIDTH], str(found)[start : start + WIDTH]


def near(expected: Any, found: Any) -> bool:
    """Equal; or, of numbers with a fraction, not further apart than one unit of the sixth significant digit."""
    if not isinstance(expected, float) or not isinstance(found, float):
        return type(expected) is type(found) and bool(expected == found)
    largest = max(abs(expected), abs(found)) or 1
    return bool(abs(expected - found) <= 1.01 * 10 ** (math.floor(math.log10(largest)) - 5))
