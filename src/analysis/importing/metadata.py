"""The publication of an imported table: from the options, a file of metadata, the table's own notes, its layout."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.editing.adding import RELEASE_COLUMNS
from analysis.importing.layouts import Layout
from notebook_runner.errors import InputError, Problem, Problems, nearest

_METADATA = ("id", *RELEASE_COLUMNS[1:9], "read_from", "agency")
_NEEDED = {
    "publisher": "say who published it",
    "title": "give its title",
    "published": "give its date: 2026, 2026-05 or 2026-05-13",
    "read_from": "official if the file is from the publisher's own address, else copy",
    "agency": "say whose figures they are",
}


def read_metadata(
    name: str,
    layout: Layout,
    facts: dict[str, str],
    options: Mapping[str, Any],
    problems: Problems,
) -> dict[str, str]:
    """The cells of its publication, by the columns of a release file; what is not known and must be goes to `problems`.

    `facts` are what the notes of the table say. An option counts before the file `meta`, that before `facts`, and those
    before the layout.
    """
    given = {word: str(options[word]) for word in _METADATA if options.get(word)}
    given = _meta(options.get("meta")) | given
    basis = (
        "query date"
        if facts.get("published") and "published" not in given
        else "given at import"
    )
    known = {"kind": "original", "date_basis": basis, "agency": layout.agency}
    known |= {**layout.publication, "id": "", **facts, **given}
    for word, remedy in _NEEDED.items():
        if not known.get(word):
            option = word.replace("_", "-")
            problems.texts.append(f"{name}: no {word} is known; --{option}: {remedy}")
    if known.get("read_from") == "official" and not known.get("url"):
        remedy = "what is read from the publisher has its address; give it by --url"
        problems.texts.append(f"{name}: {remedy}")
    slug = layout.publication.get("id", "table")
    id = known["id"] or f"{slug}-{known.get('published', '')}"
    return {**known, "publication": id, "release": known.get("release") or id}


def _meta(path: Path | None) -> dict[str, str]:
    """The file of metadata; InputError if it is no TOML, or has words that no publication has."""
    if path is None:
        return {}
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = Problem(path.name, 0, "", str(error), "write it as TOML")
        raise InputError([problem]) from None
    unknown = [word for word in told if word not in _METADATA]
    if unknown:
        raise InputError(
            [
                Problem(path.name, 0, "", word, nearest(word, _METADATA))
                for word in unknown
            ]
        )
    return {word: str(text) for word, text in told.items()}
