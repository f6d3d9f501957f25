"""An executed notebook, settled: two runs of it are the same."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.preprocessors.coalescestreams import CoalesceStreamsPreprocessor

from notebook_runner.catalogue import Job
from notebook_runner.cells import INJECTED, cell_name, tags
from notebook_runner.errors import ReportFailed
from notebook_runner.source import KERNEL

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,}")
# Both begin where a word does: no character of a long text is looked at twice.
_CELL_FILE = re.compile(r"(?<![^\s'\"<>(])/[^\s'\"<>]*?/ipykernel_\d+/\d+\.py")
_LIBRARY = re.compile(r"(?<![^\s'\"<>(])/[^\s'\"<>]*?/site-packages/")
_BASE64 = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf")
# Made at random for each object: of tables that pandas styles, of widgets, and of SVG.
_RANDOM = {
    "text/html": re.compile(
        r"\bT_[0-9a-f]{5}(?=_|\b)|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    ),
    "image/svg+xml": re.compile(r"(?<=[\"#])[mpCP]?[0-9a-f]{10}(?=[\")_])"),
}
_SVG_DATE = re.compile(r"<dc:date>[^<]*</dc:date>")
_SHOWN_BY = {"alt", "width", "height", "needs_background", "isolated"}  # of a picture


def settle(notebook: Any, job: Job, folder: Path) -> Any:
    """
    Take clocks, paths, versions and random ids out of an executed notebook, in place.

    The job's parameters are kept. `folder` is where its cells ran. Raises ReportFailed if an
    output of a strict job shows an object's address, which no two runs share.
    """
    about = {
        "report": job.name,
        "notebook": job.notebook.name,
        "parameters": job.parameters,
    }
    notebook.metadata = nbformat.from_dict({**KERNEL, "notebook_runner": about})
    places = _places(job, folder)
    for index, cell in enumerate(notebook.cells):
        kept = tags(cell)
        cell.metadata = nbformat.from_dict({"tags": kept} if kept else {})
        if INJECTED in kept:
            cell.id = INJECTED
        if cell.cell_type == "code":
            # One print may arrive as two.
            CoalesceStreamsPreprocessor().preprocess_cell(cell, {}, 0)
            if job.strict and any(map(_shows_address, cell.outputs)):
                raise ReportFailed(
                    f"{job.name}: {cell_name(notebook, index)} shows an object's address; "
                    "show a table, a chart or a sentence instead"
                )
            cell.outputs = [
                _settled(output, index, places, job.strict) for output in cell.outputs
            ]
    return notebook


def _places(job: Job, folder: Path) -> dict[str, str]:
    """Folders of this machine, longest first, and how the project names them."""
    root = job.project.root.resolve()
    named = {
        str(folder): job.project.name(job.notebook.parent),
        str(folder.parent): ".",
        str(root): ".",
        str(Path.home()): "~",
        sys.prefix: "python",
    }
    longest = sorted(named, key=len, reverse=True)
    return {place: named[place] for place in longest if Path(place).name}


def _shows_address(output: Any) -> bool:
    texts = [output.get("text", ""), *map(str, output.get("data", {}).values())]
    return any(_ADDRESS.search(text) for text in texts)


def _settled(output: Any, index: int, places: Mapping[str, str], strict: bool) -> Any:
    kept = output.get("metadata", {})
    if "metadata" in output:
        shown = {kind: _of_picture(about) for kind, about in kept.items()}
        output.metadata = nbformat.from_dict(
            {kind: about for kind, about in shown.items() if about}
        )
    if strict:
        return output
    if "text" in output:
        output.text = _plain(output.text, places)
    if "traceback" in output:
        output.traceback = [_plain(line, places) for line in output.traceback]
        output.evalue = _plain(output.evalue, places)
    for kind, form in output.get("data", {}).items():
        if isinstance(form, str) and kind not in _BASE64:
            output.data[kind] = _numbered(kind, _plain(form, places), index)
    return output


def _of_picture(about: Any) -> dict[str, Any]:
    """What is kept of what an output says of one of its forms: how it is to be shown."""
    if not isinstance(about, dict):
        return {}
    return {name: value for name, value in about.items() if name in _SHOWN_BY}


def _plain(text: str, places: Mapping[str, str]) -> str:
    text = _CELL_FILE.sub("cell", _LIBRARY.sub("site-packages/", text))
    for place, name in places.items():
        text = re.sub(rf"(?<![\w.-]){re.escape(place)}(?![\w.-])", name, text)
    return _ADDRESS.sub(" at 0x0", text)


def _numbered(kind: str, text: str, index: int) -> str:
    """A text whose random ids are numbers of their cell, in order."""
    if kind not in _RANDOM:
        return text
    ids = dict.fromkeys(_RANDOM[kind].findall(text))
    numbers = {id: f"T_{index}_{place}" for place, id in enumerate(ids)}
    text = _RANDOM[kind].sub(lambda found: numbers[found[0]], text)
    return _SVG_DATE.sub("", text)
