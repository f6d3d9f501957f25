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
from analysis.reports import HOOKS, jobs
from analysis.review import RUNGS
from analysis.review.aside import project_beside, run_aside
from analysis.review.committed import export
from analysis.review.renamed import todays_parameters, todays_report
from notebook_runner.catalogue import Job, checked, read_catalogue
from notebook_runner.errors import InputError, Problem
from notebook_runner.parameters import declared_parameters, effective_parameters
from notebook_runner.project import Project
from notebook_runner.provenance import notebook_hash, provenance

FILES = ("report.ipynb", "report.html", "numbers.csv", "provenance.json")
LARGEST, MOST = (
    50_000_000,
    1_000,
)  # bytes and files of a report; a committed one has a million in twenty
TOLD, WIDTH = 20, 160  # differences of a report, and characters of each
_OF_CELLS = ("tags",)  # metadata that counts; the rest an editor writes as it likes
_NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
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
        said = []
        told = []
        for rung, found in self.differences.items():
            places = ", ".join(dict.fromkeys(place for place, _, _ in found))
            said.append(f"other {rung} ({places[:WIDTH]})" if found else f"same {rung}")
            told += [
                f"  {rung}: {at}: expected {old!r}, found {new!r}"
                for at, old, new in found
            ]
        if self.saved_again:
            said.append("saved again by an editor, nothing that counts")
        more = ["  and more"] if told[TOLD:] else []
        lines = [f"{self.name}: {', '.join(said)}", *told[:TOLD], *more]
        # A stranger's names must not steer a terminal.
        return "\n".join(
            "".join(sign if sign.isprintable() else "?" for sign in line)
            for line in lines
        )


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
    place = Path(against) if against else project.reports
    if not place.is_dir():
        with suppress(InputError):  # what is no commit has no reports
            export(project, against, scratch / "commit")
        place = scratch / "commit" / "reports"
    found = {
        todays_report(folder.name): _contents(folder) for folder in _folders(place)
    }
    if not found:
        raise _not_readable(against)
    if len(names) == len(found) == 1 and not {*found} & {*catalogue}:
        found = {
            names[0]: next(iter(found.values()))
        }  # alone it may lie in a folder of any name
    if absent := [name for name in names if name not in found]:
        jobs(project, absent)
    return {
        name: found.get(name, {}) for name in names or (found if against else catalogue)
    }


def _not_readable(against: str) -> InputError:
    remedy = f"is no folder or commit with reports, each in a folder of its name, of at most {LARGEST:,} bytes"
    return InputError([Problem("--against", 0, "", against, remedy)])


def _folders(place: Path) -> list[Path]:
    """The folders of reports in a place, which may be one itself."""
    depths = (".", "[!.]*", "[!.]*/[!.]*")
    there = (
        at.resolve()
        for depth in depths
        for name in FILES
        for at in place.glob(f"{depth}/{name}")
    )
    # A link may lead to what the sender could not read.
    return sorted({at.parent for at in there if at.is_relative_to(place.resolve())})


def _contents(folder: Path) -> Files:
    there = [
        at for at in sorted(folder.rglob("*")) if at.is_file() and not at.is_symlink()
    ]
    named = {at.relative_to(folder).as_posix(): at for at in there}
    kept = {name: at for name, at in named.items() if not re.search(r"(^|/)\.", name)}
    if len(kept) > MOST or sum(at.stat().st_size for at in kept.values()) > LARGEST:
        raise _not_readable(folder.name)
    return {name: at.read_bytes() for name, at in kept.items()}


def run_again(
    project: Project, copies: dict[str, Files], scratch: Path
) -> dict[str, Files | Difference]:
    """A fresh run of each copy, with its parameters; or why there can be none."""
    found: dict[str, Files | Difference] = {}
    jobs = []
    for name, copy in copies.items():
        try:
            jobs.append(recorded_job(project, name, copy))
        except InputError as error:
            found[name] = ("run", "a run to the end", str(error))
    for name, ran in run_aside(jobs, scratch).items():
        found[name] = (
            ("run", "a run to the end", ran) if isinstance(ran, str) else _contents(ran)
        )
    return found


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
    found = {"inputs": [*data, *_listed(lambda: inputs(project, name, copy))]}
    if isinstance(fresh, tuple):
        return Verdict(name, {**found, "content": [fresh]})
    found["content"] = _listed(lambda: compared("", content(fresh), content(copy)))
    found["bytes"] = _listed(
        lambda: compared("", texts(fresh, fresh), texts(copy, fresh))
    )
    saved_again = not found["bytes"] and copy["report.ipynb"] != fresh["report.ipynb"]
    return Verdict(name, found, saved_again)


def _listed(rung: Callable[[], Iterator[Difference]]) -> list[Difference]:
    try:
        return list(rung())
    # A stranger's file can be wrong in any way: that is found in the copy, and no failure of the check.
    except Exception as error:
        return [("unreadable", "a report", f"{type(error).__name__}: {error}"[:WIDTH])]


def inputs(project: Project, name: str, copy: Files) -> Iterator[Difference]:
    """Rung 1: parameters of the catalogue, and hashes of rows, notebook, package and lock, as in this checkout."""
    job = (
        jobs(project, [name])[0]
        if name in read_catalogue(project)
        else recorded_job(project, name, copy)
    )
    record = json.loads(copy["provenance.json"])
    made_from = {key: value for key, value in record.items() if key != "outputs"}
    made_from["parameters"] = todays_parameters(record["parameters"])
    yield from compared("", provenance(job), made_from)


def data_differences(project: Project) -> Iterator[Difference]:
    """Where `data/processed` is not what the code makes of `data/raw`; InputError if a raw row can't be read."""
    with tempfile.TemporaryDirectory() as scratch:
        again = project_beside(project, project.raw, Path(scratch, "again"))
        expected, found = (
            {at.name: at.read_text("utf-8") for at in one.processed.iterdir()}
            for one in (again, project)
        )
        yield from compared("data/processed", expected, found)


def content(copy: Files) -> dict[str, Any]:
    """Rung 2: numbers, what the cells record of themselves, the words of the page, and the data of charts."""
    sheets = {
        name: file.decode()
        for name, file in copy.items()
        if name.endswith(".csv") and not name.startswith("files/")
    }
    lines = csv.DictReader(sheets.pop("numbers.csv").splitlines())
    notebook = nbformat.from_dict(json.loads(as_saved(copy["report.ipynb"].decode())))
    return {
        "numbers.csv": {
            line["id"]: {**line, "value": float(line["value"])} for line in lines
        },
        "records": {
            # Its markup for the page counts by its words there, and by its bytes.
            record["id"]: {**record, "page": None}
            for record in records(notebook)
        },
        "page": " ".join(
            unescape(_NO_WORDS.sub(" ", copy["report.html"].decode())).split()
        ),
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
    found = {
        name: file.decode("utf-8", "backslashreplace") for name, file in copy.items()
    }
    found["report.ipynb"] = as_saved(found["report.ipynb"])
    # A notebook that was saved again has another hash; its content decides.
    mine, runs = (
        hashlib.sha256(files["report.ipynb"]).hexdigest() for files in (copy, fresh)
    )
    found["provenance.json"] = found["provenance.json"].replace(mine, runs)
    return found


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
            yield from compared(
                f"{place}.{key}".lstrip("."), expected.get(key), found.get(key)
            )
    elif isinstance(expected, list) and isinstance(found, list):
        for at, pair in enumerate(zip_longest(expected, found)):
            yield from compared(f"{place}[{at}]", *pair)
    elif not near(expected, found):
        start = max(0, len(os.path.commonprefix([str(expected), str(found)])) - 40)  # noqa: RUF071 (of characters)
        yield (
            place,
            str(expected)[start : start + WIDTH],
            str(found)[start : start + WIDTH],
        )


def near(expected: object, found: object) -> bool:
    """Equal; or, of numbers, not further apart than one unit of the sixth significant digit."""
    if not (_is_number(expected) and _is_number(found)):
        return type(expected) is type(found) and bool(expected == found)
    largest = max(abs(expected), abs(found)) or 1
    return abs(expected - found) <= 1.01 * 10.0 ** (math.floor(math.log10(largest)) - 5)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
