"""Cells as a person speaks of them: by their number, counted from 1, and their first line."""

from typing import Any

INJECTED = (
    "injected-parameters"  # the tag of the cell by which papermill gives parameters
)
_NOT_THEIRS = {INJECTED, "papermill-error-cell-tag"}  # by papermill
_WIDTH = 60  # characters of a first line


def cell_name(notebook: Any, index: int) -> str:
    r"""
    What a message calls a cell: its number among those that its author wrote, and how it begins.

    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> cell_name(new_notebook(cells=[new_code_cell("x = 1\nx")]), 0)
    'cell 1 (x = 1)'
    """
    before = notebook.cells[: index + 1]
    number = sum(_NOT_THEIRS.isdisjoint(tags(cell)) for cell in before)
    lines = notebook.cells[index].source.strip().splitlines() or ["empty"]
    return f"cell {number} ({lines[0][:_WIDTH]})"


def tags(cell: Any) -> list[str]:
    """The tags of a cell; none where its author gave none, or something else in their place."""
    given = cell.get("metadata", {}).get("tags", [])
    return (
        [tag for tag in given if isinstance(tag, str)]
        if isinstance(given, list)
        else []
    )
