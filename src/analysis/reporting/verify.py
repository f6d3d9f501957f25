"""Verify reports: run each again from its recorded parameters, and say on which of six rungs it is the same.

The copy that is judged may be a stranger's: only the notebook of this checkout is run, and only parameters that it declares.
"""

import csv
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from analysis.cleaning.processed import build_processed, sha256
from analysis.errors import InputError, ReportFailed
from analysis.project import Project
from analysis.reporting.catalogue import Job, jobs, read_catalogue
from analysis.reporting.checks import check_parameters
from analysis.reporting.execute import check_whole
from analysis.reporting.numbers import MIME
from analysis.reporting.parameters import declared_parameters, effective_parameters
from analysis.reporting.provenance import provenance
from analysis.reporting.received import FILES, Copy, read_copies, read_copy
from analysis.reporting.run import report_files, run_report
from analysis.reporting.settle import INJECTED
from analysis.reporting.shown import Shown, as_float, drawn_otherwise

# The rungs, from the lowest, and what is said where one does not hold.
RUNGS = {
    "whole": "not whole", "inputs": "inputs differ", "executes": "does not execute", "numbers": "numbers differ",
    "sentences": "sentences differ", "bytes": "bytes differ",
}  # fmt: skip
DIGITS = 6  # significant digits in which computed values agree, but for one unit of the last
TOLD = 20  # differences of a report
_WIDTH = 160  # characters of each


class Difference(NamedTuple):
    """Where a copy differs, as expected and as found there."""

    place: str
    expected: str
    found: str


Differences = Iterator[Difference]


class Verdict(NamedTuple):
    """What was found of one report: the differences by rung; a rung that could not be judged has no entry."""

    name: str
    differences: dict[str, list[Difference]]

    def holds(self, rung: str) -> bool:
        """Whether a rung holds, and the copy is whole: else its parts contradict each other."""
        return self.differences["whole"] == self.differences.get(rung) == []

    def __str__(self) -> str:
        held = [place for place, rung in enumerate(RUNGS, 1) if self.differences.get(rung) == []]
        said = (
            f"{self.name}: {[*RUNGS][held[-1] - 1]} ({held[-1]} of {len(RUNGS)})"
            if held
            else f"{self.name}: nothing holds"
        )
        lines = []
        for rung, found in self.differences.items():
            places = [*dict.fromkeys(difference.place for difference in found)]
            more = [f"{len(places) - 3} more"] if len(places) > 3 else []
            said += f"; {RUNGS[rung]}: {', '.join(places[:3] + more)}" if found else ""
            lines += [f"  {rung}: {place}: expected {old!r}, found {new!r}" for place, old, new in found]
        return "\n".join([said, *lines[:TOLD], *([f"  ... and {len(lines) - TOLD} more"] if len(lines) > TOLD else [])])


def verify(project: Project, names: Sequence[str], against: str) -> list[Verdict]:
    """Judge the reports of these names (or all): those of the project, or of a folder, a zip or a commit `against` it."""
    copies, data = read_copies(project, names, against), list(data_differences(project))
    with tempfile.TemporaryDirectory(prefix="coca-trends-") as scratch:
        again = rerun(project, copies, Path(scratch))
    return [judge(project, copy, fresh, data) for copy, fresh in zip(copies, again, strict=True)]


def rerun(project: Project, copies: Sequence[Copy], scratch: Path) -> list[Copy | Difference]:
    """Run the committed notebook of each copy with its recorded parameters; a difference says why one can't be run."""
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        places = [scratch / str(place) for place in range(len(copies))]
        return list(pool.map(partial(_rerun, project), copies, places))


def _rerun(project: Project, copy: Copy, folder: Path) -> Copy | Difference:
    try:
        return read_copy(copy.name, run_report(recorded_job(project, copy), folder))
    except (InputError, ReportFailed) as error:
        return Difference("run", "a run to the end", str(error))


def recorded_job(project: Project, copy: Copy) -> Job:
    """What a copy says it was made by; InputError unless that is a notebook of this checkout, with parameters it allows."""
    known = {sha256(path): path for path in project.notebooks.glob("*.ipynb")}
    try:
        notebook, given = known[copy.record["sha256"]["notebook"]], dict(copy.record["parameters"])
    except (LookupError, TypeError, ValueError, RecursionError):
        raise InputError(["its provenance names no notebook of this checkout by hash, or no parameters"]) from None
    parameters = effective_parameters(declared_parameters(notebook), given)
    check_parameters(parameters)
    return Job(copy.name, notebook, parameters, project)


def judge(project: Project, copy: Copy, fresh: Copy | Difference, data: Sequence[Difference] = ()) -> Verdict:
    """Judge a copy rung by rung against a `fresh` run (or why there is none); `data` differ for every report."""
    missing = [Difference(name, "a file", "none") for name in FILES if name not in copy.files]
    if missing:
        return Verdict(copy.name, {"whole": missing})
    found = {"whole": _listed(whole, copy), "inputs": [*data, *_listed(inputs, project, copy)]}
    if isinstance(fresh, Difference):
        return Verdict(copy.name, {**found, "executes": [fresh]})
    rungs = {"numbers": numbers, "sentences": sentences, "bytes": same_bytes}
    return Verdict(
        copy.name, {**found, "executes": [], **{name: _listed(rung, fresh, copy) for name, rung in rungs.items()}}
    )


def _listed(rung: Callable[..., Differences], *given: Any) -> list[Difference]:
    try:
        return list(rung(*given))
    # A stranger's file can be wrong in any way: that is found in the copy, and no failure of the check.
    except Exception as error:
        return [Difference("unreadable", "a report", f"{type(error).__name__}: {error}"[:_WIDTH])]


def whole(copy: Copy) -> Differences:
    """Rung 1: executed to its end, and each file says what the notebook and the provenance say."""
    notebook, record = copy.notebook, copy.record
    nbformat.validate(notebook)
    check_whole(copy.name, notebook)
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    yield from _tree("execution counts", [*range(1, len(counts) + 1)], counts)
    yield from _tree("report", copy.name, record["report"])
    said = {name: record[name] for name in ("report", "parameters")} | {"notebook": Path(record["notebook"]).name}
    yield from _tree("report.ipynb", said, notebook.metadata["coca_trends"])
    made = Copy(copy.name, {name: text.encode() for name, text in report_files(notebook, record).items()})
    yield from same_bytes(made, copy)


def data_differences(project: Project) -> Differences:
    """Where `data/processed` is not what the code makes of `data/raw`; made again in a folder of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        again = Project(Path(scratch))
        shutil.copytree(project.raw, again.raw)
        shutil.copytree(project.package, again.package, ignore=shutil.ignore_patterns("__pycache__"))
        try:
            build_processed(again)
        except InputError as error:
            yield Difference("data/raw", "rows that pass the gate", str(error.problems[0]))
            return
        for path in sorted(again.processed.iterdir()):
            old = project.processed / path.name
            yield from _lines(project.name(old), path.read_bytes(), old.read_bytes() if old.is_file() else b"")


def inputs(project: Project, copy: Copy) -> Differences:
    """Rung 2: parameters of the catalogue, and hashes of rows, notebook, package and lock, as in this checkout."""
    listed = copy.name in read_catalogue(project)
    job = jobs(project, [copy.name])[0] if listed else recorded_job(project, copy)
    yield from _tree("", provenance(job), copy.record)
    source = nbformat.read(job.notebook, as_version=4)
    yield from _texts("notebook", _sources(source), _sources(copy.notebook, INJECTED))


def _sources(notebook: Any, *without: str) -> list[str]:
    return [
        f"{cell.cell_type}: {cell.source}"
        for cell in notebook.cells
        if not {*without} & {*cell.metadata.get("tags", [])}
    ]


def numbers(fresh: Copy, copy: Copy) -> Differences:
    """Rung 4: same numbers in `numbers.csv`, the outputs' records and the markup, and the same pictures."""
    yield from _tree("", _recorded(fresh), _recorded(copy))
    for (place, old), new in zip(_shown(fresh).items(), _shown(copy).values(), strict=True):
        yield from _tree(place, old.numbers, new.numbers)
        yield from _tree(f"{place}: pictures", len(old.pictures), len(new.pictures))
        for at, pair in enumerate(zip(old.pictures, new.pictures, strict=False), 1):
            yield from (_difference(f"{place}: picture {at}", *drawn) for drawn in drawn_otherwise(*pair))


def _recorded(copy: Copy) -> dict[str, Any]:
    """Numbers by id from `numbers.csv`, then the numbers and data of each output, by its id."""
    lines = csv.DictReader(copy.files["numbers.csv"].decode().splitlines())
    table = {f"numbers.csv: {line['id']}": line | {"value": as_float(line["value"])} for line in lines}
    records = [output.data[MIME] for output in copy.outputs if MIME in output.get("data", {})]
    order = {"outputs": [record["id"] for record in records]}
    return table | order | {f"report.ipynb: {record['id']}": {**record, "text": ""} for record in records}


def _shown(copy: Copy) -> dict[str, Shown]:
    markup = "".join(output.data.get("text/html", "") for output in copy.outputs if "data" in output)
    return {"report.ipynb": Shown(markup), "report.html": Shown(copy.files["report.html"].decode())}


def sentences(fresh: Copy, copy: Copy) -> Differences:
    """Rung 5: same words in every cell, output, title, caption, table cell and alt text."""
    yield from _texts("report.ipynb: cells", _sources(fresh.notebook), _sources(copy.notebook))
    yield from _texts("report.ipynb: outputs", _said(fresh), _said(copy))
    for (place, old), new in zip(_shown(fresh).items(), _shown(copy).values(), strict=True):
        yield from _texts(place, old.words, new.words)


def _said(copy: Copy) -> list[str]:
    """Of each output its kinds and texts."""
    kinds = [[output.output_type, *sorted(output.get("data", {}))] for output in copy.outputs]
    data = [output.get("data", {}) for output in copy.outputs]
    texts = [(entry.get("text/plain", ""), entry.get(MIME, {}).get("text", "")) for entry in data]
    streams = [output.get("text", "") for output in copy.outputs]
    return [text for parts in zip(kinds, texts, streams, strict=True) for text in (*parts[0], *parts[1], parts[2])]


def same_bytes(fresh: Copy, copy: Copy) -> Differences:
    """Rung 6: the same files, byte for byte."""
    for name in {**fresh.files, **copy.files}:
        yield from _lines(name, fresh.files.get(name, b""), copy.files.get(name, b""))


def _lines(place: str, expected: bytes, found: bytes) -> Differences:
    old, new = (content.decode("utf-8", "backslashreplace").splitlines(keepends=True) for content in (expected, found))
    yield from _texts(place, old, new)


def _texts(place: str, expected: Sequence[str], found: Sequence[str]) -> Differences:
    """One difference: from the first text that differs to the last."""
    if expected != found:
        start = _alike(expected, found)
        end = _alike(expected[start:][::-1], found[start:][::-1])
        yield _difference(place, *(" ".join(texts[start : len(texts) - end]) for texts in (expected, found)))


def _tree(place: str, expected: Any, found: Any) -> Differences:
    """The entries that differ in what JSON holds; floats agree to six digits, all else exactly."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in {**expected, **found}:
            yield from _tree(f"{place}.{key}".lstrip("."), expected.get(key, "nothing"), found.get(key, "nothing"))
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for key, (old, new) in enumerate(zip(expected, found, strict=True)):
            yield from _tree(f"{place}[{key}]", old, new)
    elif not same(expected, found):
        yield _difference(place, str(expected), str(found))


def same(expected: Any, found: Any) -> bool:
    """Whether two values are the same: numbers with a fraction to six significant digits, but for one unit of the last.

    >>> same(3.14159, 3.14160), same(3.14159, 3.14161), same(2011, 2012)
    (True, False, False)
    """
    if float in (type(expected), type(found)) and not isinstance(expected, str) and not isinstance(found, str):
        largest = max(abs(expected), abs(found))
        return bool(largest == 0 or abs(expected - found) <= 1.01 * 10 ** (math.floor(math.log10(largest)) + 1 - DIGITS))
    return type(expected) is type(found) and bool(expected == found)


def _alike(expected: Sequence[str], found: Sequence[str]) -> int:
    """How many first entries are the same."""
    return next((at for at, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b), min(len(expected), len(found)))


def _difference(place: str, expected: str, found: str) -> Difference:
    """A difference with both texts cut to where they begin to differ."""
    start = max(0, _alike(expected, found) - 40)
    return Difference(place, *(text[start : start + _WIDTH] for text in (expected, found)))
