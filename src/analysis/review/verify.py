"""
Verify reports: run each again, and compare on three rungs.

The rungs are the inputs, the content, and the bytes. A copy may be a stranger's: it is
read, never run. What runs is a notebook of this checkout, with parameters it declares.
"""

import csv
import hashlib
import json
import math
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from html import unescape
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

import nbformat
from nbformat.v4.rwbase import rejoin_lines

from analysis.display.records import records
from analysis.questions import in_words
from analysis.reports import HOOKS, jobs
from analysis.review import RUNGS
from analysis.review.aside import project_beside, run_aside
from analysis.review.committed import export
from analysis.review.renamed import todays_parameters, todays_report
from notebook_runner.catalogue import Job, checked, read_catalogue
from notebook_runner.errors import InputError, Problem
from notebook_runner.parameters import declared_parameters, effective_parameters
from notebook_runner.project import Project
from notebook_runner.provenance import answers_in, notebook_hash, provenance

FILES = ("report.ipynb", "report.html", "numbers.csv", "provenance.json")
# Bytes and files of a report; a committed one has a million in twenty.
LARGEST = 50_000_000
MOST = 1_000
# Differences of a report that are told, and characters of each.
MOST_TOLD = 20
WIDTH = 160
_OF_CELLS = ("tags",)  # metadata that counts; the rest an editor writes as it likes
_NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
_HIDDEN = re.compile(r"(^|/)\.")
# What a page says beside its words: pictures, style, scripts, tags, and hashes, which are of inputs. None of these
# patterns looks at a character twice, however the page is broken.
_NO_WORDS = re.compile(
    r"<svg\b(?:(?!<svg\b).)*?</svg>|<style>[^<]*</style>|<script\b[^<]*</script>|<[^<>]*>|\b[0-9a-f]{64}\b",
    re.DOTALL,
)
Files = dict[str, bytes]  # of a report, by name; they may hold anything
Difference = tuple[str, str, str]  # where, as expected, and as found there


class Verdict(NamedTuple):
    """The differences of one report by rung; a rung that could not be judged has no entry."""

    name: str
    differences: dict[str, list[Difference]]
    saved_again: bool = False  # by an editor, which is no difference

    def holds(self, at_least: str) -> bool:
        """Whether a rung holds, and all below it."""
        rungs = RUNGS[: RUNGS.index(at_least) + 1]
        return all(self.differences.get(rung) == [] for rung in rungs)

    def __str__(self) -> str:
        summary = ", ".join(map(_rung_text, self.differences.items()))
        if self.saved_again:
            summary += ", saved again by an editor, nothing that counts"
        lines = [
            f"  {rung}: {place}: expected {old!r}, found {new!r}"
            for rung, differences in self.differences.items()
            for place, old, new in differences
        ]
        more = ["  and more"] if lines[MOST_TOLD:] else []
        shown = [f"{self.name}: {summary}", *lines[:MOST_TOLD], *more]
        return "\n".join(map(_printable, shown))


def _rung_text(rung: tuple[str, list[Difference]]) -> str:
    name, differences = rung
    if not differences:
        return f"same {name}"
    places = ", ".join(dict.fromkeys(place for place, _, _ in differences))
    return f"other {name} ({places[:WIDTH]})"


def _printable(line: str) -> str:
    """A line whose signs can't steer a terminal: a stranger's names may hold any."""
    return "".join(sign if sign.isprintable() else "?" for sign in line)


def verify(project: Project, names: Sequence[str], against: str) -> list[Verdict]:
    """Judge the reports of these names (or all), as they lie in the project, a folder or a commit."""
    with tempfile.TemporaryDirectory(prefix="coca-trends-") as scratch:
        copies = read_copies(project, names, against, Path(scratch))
        data = list(data_differences(project))
        fresh = run_again(project, copies, Path(scratch, "runs"))
        return [
            judge(project, name, copy, fresh[name], data)
            for name, copy in copies.items()
        ]


def read_copies(
    project: Project, names: Sequence[str], against: str, scratch: Path
) -> dict[str, Files]:
    """
    The files of each report, none if it is not there.

    Raises InputError for an unknown name, or for what is no folder or commit with reports.
    """
    catalogue = read_catalogue(project)
    folders = _folders(_place_of_copies(project, against, scratch))
    copies = {todays_report(folder.name): _contents(folder) for folder in folders}
    if not copies:
        raise _not_readable(against)
    if len(names) == len(copies) == 1 and not copies.keys() & catalogue.keys():
        # Alone it may lie in a folder of any name.
        copies = dict(zip(names, copies.values(), strict=True))
    if absent := [name for name in names if name not in copies]:
        jobs(project, absent)  # refuses what is no report
    wanted = names or (copies if against else catalogue)
    return {name: copies.get(name, {}) for name in wanted}


def _place_of_copies(project: Project, against: str, scratch: Path) -> Path:
    """The folder that holds the reports to judge: the project's, a folder, or a commit put into `scratch`."""
    place = Path(against) if against else project.reports
    if place.is_dir():
        return place
    with suppress(InputError):  # what is no commit has no reports
        export(project, against, scratch / "commit")
    return scratch / "commit" / "reports"


def _not_readable(against: str) -> InputError:
    remedy = f"is no folder or commit with reports, each in a folder of its name, of at most {LARGEST:,} bytes"
    return InputError([Problem("--against", 0, "", against, remedy)])


def _folders(place: Path) -> list[Path]:
    """The folders of reports in a place, which may be one itself."""
    patterns = (
        f"{depth}/{name}" for depth in (".", "[!.]*", "[!.]*/[!.]*") for name in FILES
    )
    files = [path.resolve() for pattern in patterns for path in place.glob(pattern)]
    # A link may lead to what the sender could not read.
    return sorted(
        {path.parent for path in files if path.is_relative_to(place.resolve())}
    )


def _contents(folder: Path) -> Files:
    files = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
    files = {name: path for name, path in files.items() if not _HIDDEN.search(name)}
    if len(files) > MOST or sum(map(_size, files.values())) > LARGEST:
        raise _not_readable(folder.name)
    return {name: path.read_bytes() for name, path in files.items()}


def _size(path: Path) -> int:
    return path.stat().st_size


def run_again(
    project: Project, copies: dict[str, Files], scratch: Path
) -> dict[str, Files | Difference]:
    """A fresh run of each copy, with its parameters; or why there can be none."""
    fresh: dict[str, Files | Difference] = {}
    jobs = []
    for name, copy in copies.items():
        try:
            jobs.append(recorded_job(project, name, copy))
        except InputError as error:
            fresh[name] = _no_run(str(error))
    for name, ran in run_aside(jobs, scratch).items():
        fresh[name] = _no_run(ran) if isinstance(ran, str) else _contents(ran)
    return fresh


def _no_run(why: str) -> Difference:
    return "run", "a run to the end", why


def recorded_job(project: Project, name: str, copy: Files) -> Job:
    """
    What a copy says it was made by: a notebook of this checkout, with parameters that it allows.

    The notebook is the one of the copy's hash or, where that is of another version, the
    one that the catalogue has for this name. Raises InputError if there is none.
    """
    by_hash = {
        notebook_hash(path): path.name for path in project.notebooks.glob("*.ipynb")
    }
    entry = read_catalogue(project).get(name, {})
    try:
        record = json.loads(copy["provenance.json"])
        given = todays_parameters(record["parameters"])
        file = by_hash.get(record["sha256"]["notebook"]) or entry["notebook"]
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        raise InputError(
            ["its provenance names no notebook of this checkout by its hash"]
        ) from None
    notebook = project.notebooks / file
    parameters = effective_parameters(declared_parameters(notebook), given)
    strict = entry.get("strict", False)
    return checked([Job(name, notebook, parameters, project, HOOKS, strict)])[0]


def judge(
    project: Project,
    name: str,
    copy: Files,
    fresh: Files | Difference,
    data: list[Difference],
) -> Verdict:
    """Judge a copy rung by rung against a `fresh` run; `data` are differences that all reports share."""
    if missing := [(file, "a file", "none") for file in FILES if file not in copy]:
        return Verdict(name, {"content": missing})
    others = _listed(lambda: inputs(project, name, copy, fresh))
    rungs = {"inputs": [*data, *others]}
    if isinstance(fresh, tuple):
        return Verdict(name, {**rungs, "content": [fresh]})
    rungs["content"] = _listed(lambda: compared("", content(fresh), content(copy)))
    rungs["bytes"] = _listed(
        lambda: compared("", texts(fresh, fresh), texts(copy, fresh))
    )
    saved_again = not rungs["bytes"] and copy["report.ipynb"] != fresh["report.ipynb"]
    return Verdict(name, rungs, saved_again)


def _listed(rung: Callable[[], Iterator[Difference]]) -> list[Difference]:
    try:
        return list(rung())
    # A stranger's file can be wrong in any way: that is found in the copy, and no failure of the check.
    except Exception as error:
        return [("unreadable", "a report", f"{type(error).__name__}: {error}"[:WIDTH])]


def inputs(
    project: Project, name: str, copy: Files, fresh: Files | Difference
) -> Iterator[Difference]:
    """Rung 1: parameters of the catalogue, what was read, and the inputs' hashes.

    What a run reads, the `fresh` one tells; where there is none, the copy is asked.
    """
    known = name in read_catalogue(project)
    job = jobs(project, [name])[0] if known else recorded_job(project, name, copy)
    record = json.loads(copy["provenance.json"])
    ran = copy if isinstance(fresh, tuple) else fresh
    asked = answers_in(json.loads(ran["provenance.json"]))
    made_from = {key: value for key, value in record.items() if key != "outputs"}
    made_from["parameters"] = todays_parameters(record["parameters"])
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
        again = project_beside(project, project.raw, Path(scratch, "again"))
        yield from compared("data/processed", _processed(again), _processed(project))


def _processed(project: Project) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in project.processed.iterdir()}


def content(copy: Files) -> dict[str, Any]:
    """Rung 2: numbers, what the cells record of themselves, the words of the page, and the data of charts."""
    sheets = {
        name: file.decode()
        for name, file in copy.items()
        if name.endswith(".csv") and not name.startswith("files/")
    }
    numbers = csv.DictReader(sheets.pop("numbers.csv").splitlines())
    notebook = nbformat.from_dict(json.loads(as_saved(copy["report.ipynb"].decode())))
    page = unescape(_NO_WORDS.sub(" ", copy["report.html"].decode()))
    return {
        "numbers.csv": {
            line["id"]: {**line, "value": float(line["value"])} for line in numbers
        },
        "records": {
            # Its markup for the page counts by its words there, and by its bytes.
            record["id"]: {**record, "page": None}
            for record in records(notebook)
        },
        "page": " ".join(page.split()),
        "data": {name: _values(text) for name, text in sheets.items()},
    }


def _values(sheet: str) -> list[list[str | float]]:
    """The cells of a CSV, numbers as such."""
    rows = csv.reader(sheet.splitlines())
    return [
        [float(cell) if _NUMBER.fullmatch(cell) else cell for cell in row]
        for row in rows
    ]


def texts(copy: Files, fresh: Files) -> dict[str, str]:
    """Rung 3: every file byte for byte, but for what an editor rewrites as it saves a notebook."""
    files = {
        name: file.decode("utf-8", "backslashreplace") for name, file in copy.items()
    }
    files["report.ipynb"] = as_saved(files["report.ipynb"])
    # A notebook that was saved again has another hash; its content decides.
    own = hashlib.sha256(copy["report.ipynb"]).hexdigest()
    expected = hashlib.sha256(fresh["report.ipynb"]).hexdigest()
    files["provenance.json"] = files["provenance.json"].replace(own, expected)
    return files


def as_saved(notebook: str) -> str:
    """
    A notebook as text, the same whichever editor saved it.

    Order of keys, indents, the kernel's description, what an editor notes of cells and of
    itself, lines kept as lists, and whole numbers written with a fraction don't count.
    Raises ValueError if a key is there twice.
    """
    entries = json.loads(notebook, object_pairs_hook=_once, parse_float=_whole)
    entries["metadata"] = {
        "notebook_runner": entries["metadata"].get("notebook_runner")
    }
    for cell in entries["cells"]:
        about = cell.get("metadata", {})
        cell["metadata"] = {name: about[name] for name in _OF_CELLS if name in about}
    joined = rejoin_lines(nbformat.from_dict(entries))
    return json.dumps(joined, sort_keys=True, indent=1, ensure_ascii=False)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        raise ValueError("an entry is there twice")
    return entries


def _whole(number: str) -> float:
    value = float(number)
    return int(value) if value.is_integer() else value


def compared(place: str, expected: object, found: object) -> Iterator[Difference]:
    """The entries by which two values differ, as JSON has them: numbers within what is declared, all else exactly."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in {**expected, **found}:
            entry = f"{place}.{key}".lstrip(".")
            yield from compared(entry, expected.get(key), found.get(key))
    elif isinstance(expected, list) and isinstance(found, list):
        for index, pair in enumerate(zip_longest(expected, found)):
            yield from compared(f"{place}[{index}]", *pair)
    elif not near(expected, found):
        old = str(expected)
        new = str(found)
        start = max(0, len(os.path.commonprefix([old, new])) - 40)  # noqa: RUF071 (of characters)
        yield place, old[start : start + WIDTH], new[start : start + WIDTH]


def near(expected: object, found: object) -> bool:
    """Equal; or, of numbers, not further apart than one unit of the sixth significant digit."""
    if not (_is_number(expected) and _is_number(found)):
        return type(expected) is type(found) and bool(expected == found)
    largest = max(abs(expected), abs(found)) or 1
    return abs(expected - found) <= 1.01 * 10.0 ** (math.floor(math.log10(largest)) - 5)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
