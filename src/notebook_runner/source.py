"""
A source notebook as it is run: of today's format, whichever editor wrote it, and whole.

What must be known of it before it runs, or to find that it need not, imports no nbformat.
"""

import base64
import json
import re
import warnings
from collections.abc import Iterator
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from notebook_runner.cells import tags
from notebook_runner.errors import InputError, Problem

_ID = r"[a-zA-Z0-9_-]{1,64}"
_LANGUAGES = ("", "python")
_MARKDOWN_IMAGE = re.compile(r"(!\[[^\]]*\]\(\s*<?)([^)>\s]+)")
_HTML_IMAGE = re.compile(
    r"""(<img\b[^<>]*?\bsrc\s*=\s*["'])([^"'<>]+)""", re.IGNORECASE
)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)
KERNEL = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


def read_source(path: Path, keep_ids: bool = False) -> Any:
    """
    A notebook by its path, without outputs, in nbformat 4.5; any older format is made that.

    Cells have ids by their place, or their own (`keep_ids`) where these are there, allowed
    and different. Pictures that prose shows from files become attachments, so that an
    executed notebook shows them wherever it lies. Raises InputError if it can't be read or
    is not of Python.
    """
    from nbformat import from_dict

    notebook = from_dict(_parsed(path))
    met: set[str] = set()
    for place, cell in enumerate(notebook.cells, start=1):
        _make_whole(cell)
        own = str(cell.get("id", ""))
        kept = keep_ids and re.fullmatch(_ID, own) and own not in met
        cell["id"] = own if kept else f"cell-{place}"
        met.add(cell["id"])
        if cell.cell_type == "markdown":
            _attach_pictures(cell, path.parent)
    notebook.nbformat = 4
    notebook.nbformat_minor = 5
    notebook.metadata = from_dict(KERNEL)
    return notebook


def source_cells(path: Path) -> list[dict[str, Any]]:
    """The cells of a notebook as its file has them, each with its type and its source as one text.

    Raises InputError if it can't be read or is not of Python.
    """
    cells: list[dict[str, Any]] = _parsed(path)["cells"]
    return cells


def source_hashed(path: Path) -> str:
    """
    What counts of a source notebook, as text to hash: cells, their tags and attachments.

    What an editor rewrites as it saves is left out: outputs, counts, its own metadata, how
    lines are kept. The text of a file that is no notebook is all of it.
    """
    try:
        cells = source_cells(path)
    except InputError:
        return path.read_text("utf-8", "backslashreplace")
    counted = [
        (cell["cell_type"], cell["source"], tags(cell), cell.get("attachments", {}))
        for cell in cells
    ]
    ids = [cell.get("id", "") for cell in cells]
    return json.dumps([counted, ids], sort_keys=True)


def _parsed(path: Path) -> Any:
    try:
        text = path.read_text("utf-8-sig")
        notebook = json.loads(text)
        if notebook.get("nbformat", 4) < 4:
            notebook = _of_today(text)
        cells = [cell for cell in notebook["cells"] if isinstance(cell, dict)]
        notebook["cells"] = cells
        for cell in cells:
            cell["source"] = str(_joined(cell.get("source", "")))
            cell["cell_type"] = cell.get("cell_type", "code")
            for forms in (cell.get("attachments") or {}).values():
                forms.update({kind: _joined(form) for kind, form in forms.items()})
    except FileNotFoundError:
        raise _unreadable(path, "no file", "write the notebook's name") from None
    except Exception as error:  # what lies there may be wrong in any way
        raise _unreadable(path, f"{error}", "save it from Jupyter as .ipynb") from None
    language = _language(notebook)
    if language not in _LANGUAGES:
        raise _unreadable(path, f"a notebook of {language}", "only Python is run here")
    return notebook


def _of_today(text: str) -> Any:
    import nbformat

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return nbformat.reads(text, as_version=4)


def _joined(text: Any) -> Any:
    """A text that may be kept as a list of its lines."""
    lines = isinstance(text, list) and all(isinstance(line, str) for line in text)
    return "".join(text) if lines else text


def _unreadable(path: Path, found: str, remedy: str) -> InputError:
    return InputError([Problem(path.name, 0, "", found, remedy)])


def _language(notebook: Any) -> str:
    about = notebook.get("metadata", {})
    named = about.get("kernelspec", {}).get("language") or about.get(
        "language_info", {}
    ).get("name", "")
    return re.sub(r"^i?python\d*$", "python", str(named).lower())


def _make_whole(cell: Any) -> None:
    """Give a cell what the format asks for, and take from it what its kind may not have."""
    from nbformat import from_dict

    kept = tags(cell)
    cell.metadata = from_dict({"tags": kept} if kept else {})
    if cell.cell_type not in ("code", "markdown"):
        cell.cell_type = "raw"
    for name in ("outputs", "execution_count"):
        cell.pop(name, None)
    if cell.cell_type == "code":
        cell.pop("attachments", None)
        cell.outputs = []
        cell.execution_count = None


def _attach_pictures(cell: Any, folder: Path) -> None:
    from nbformat import from_dict

    held = cell.get("attachments") or {}
    for pattern in (_MARKDOWN_IMAGE, _HTML_IMAGE):
        for name, path in _pictures(pattern, cell.source, folder):
            kind = guess_type(path.name)[0] or "image/png"
            flat = re.sub(r"[^\w.-]+", "-", unquote(name)).strip("-.")
            held[flat] = {kind: base64.b64encode(path.read_bytes()).decode()}
            leads = f"attachment:{flat}"
            cell.source = pattern.sub(
                lambda found, name=name, leads=leads: (  # type: ignore[misc]
                    found[1] + (leads if found[2] == name else found[2])
                ),
                cell.source,
            )
    if held:
        cell.attachments = from_dict(held)


def _pictures(
    pattern: re.Pattern[str], text: str, folder: Path
) -> Iterator[tuple[str, Path]]:
    """Each picture that a text shows from a file that is there, as named and by its path."""
    for name in dict.fromkeys(found[1] for found in pattern.findall(text)):
        path = folder / unquote(name)
        if not _ELSEWHERE.match(name) and path.is_file():
            yield name, path
