"""What the outputs of an executed notebook show, and what they record of themselves."""

from typing import Any

from analysis.display.numbers import MIME


def shown_by(cell: Any) -> list[Any]:
    """What a cell shows: of each output its forms by MIME type."""
    return [output.get("data", {}) for output in cell.get("outputs", [])]


def shown(notebook: Any) -> list[Any]:
    """What the cells of a notebook show, in order: of each output its forms by MIME type."""
    return [forms for cell in notebook.cells for forms in shown_by(cell)]


def markup(forms: Any) -> str:
    """The markup of one of the project's own outputs, as a page shows it."""
    own = forms[MIME].get("page")
    return "\n".join(own) if own else str(forms["text/html"])


def records(notebook: Any) -> list[dict[str, Any]]:
    """What the project's own outputs record of themselves, in order: kind, id, text, numbers, data."""
    return [forms[MIME] for forms in shown(notebook) if MIME in forms]
