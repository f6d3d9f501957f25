"""A notebook as text that is laid out by what changes together: a figure more is a line more.

Jupyter's own layout gives each item of a record a line, thousands in a report; one line
for all would show no change at all.
"""

import json
from typing import Any

import nbformat
from nbformat.v4.rwbase import split_lines, strip_transient

_SHORT = 100  # characters of what stands in one line
_RECORD = "+json"  # how a MIME type of data ends


def notebook_text(notebook: Any) -> str:
    """An executed notebook as JSON: keys in order, Jupyter's indents, records in fewer lines."""
    copied = nbformat.from_dict(json.loads(json.dumps(notebook)))
    entries = split_lines(strip_transient(copied))
    return _laid_out(entries, "\n", packed=False) + "\n"


def _laid_out(value: Any, indent: str, packed: bool) -> str:
    if packed and _fits(value):
        return _flat(value)
    inner = indent + " "
    if isinstance(value, dict) and value:
        entries = (
            f"{_flat(key)}: {_laid_out(part, inner, packed or key.endswith(_RECORD))}"
            for key, part in sorted(value.items())
        )
        return "{" + inner + ("," + inner).join(entries) + indent + "}"
    if isinstance(value, list) and value:
        items = (_laid_out(part, inner, packed) for part in value)
        return "[" + inner + ("," + inner).join(items) + indent + "]"
    return _flat(value)


def _fits(value: Any) -> bool:
    """Whether it stands in one line: what is short, and a column of short cells of any length."""
    if len(_flat(value)) <= _SHORT:
        return True
    return isinstance(value, list) and all(_is_short(cell) for cell in value)


def _is_short(cell: Any) -> bool:
    return not isinstance(cell, dict | list) and len(str(cell)) <= _SHORT // 4


def _flat(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
