"""Parameters of a notebook: what it declares, and the check of what it is given, before a cell runs."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from notebook_runner.cells import tags
from notebook_runner.errors import InputError, Problem, Problems, nearest
from notebook_runner.source import source_cells

Value = str | int | bool
LATEST = "latest"
_TYPES: dict[str, type[Value]] = {"str": str, "int": int, "bool": bool}
_BOOLS = {"true": True, "false": False}


class Declared(NamedTuple):
    """A parameter as the tagged cell declares it: `name: type = default  # meaning, unit`."""

    type: type[Value]
    default: Value
    meaning: str


def declared_parameters(notebook: Path) -> dict[str, Declared]:
    """
    What a notebook's cell tagged `parameters` declares; nothing where there is none.

    Raises InputError if the file is no notebook of Python, or a line declares in a wrong way.
    """
    tagged = (cell for cell in source_cells(notebook) if "parameters" in tags(cell))
    source = next((cell["source"] for cell in tagged), "")
    try:
        return dict(declared(source))
    except (ValueError, KeyError, SyntaxError) as error:
        remedy = "write the cell tagged 'parameters' in lines such as: end_year: int = 2021  # last year"
        raise InputError(
            [Problem(notebook.name, 0, "parameters", str(error), remedy)]
        ) from None


def declared(source: str) -> Iterator[tuple[str, Declared]]:
    """
    The parameters that the code of a tagged cell declares, by name.

    A line without a type, as papermill allows it, is code: it runs, and takes no value.
    Raises ValueError or KeyError at a line with a type that is no parameter.
    """
    for node in ast.parse(source).body:
        line = source.splitlines()[node.lineno - 1]
        if not isinstance(node, ast.AnnAssign):
            continue
        if node.value is None or "#" not in line:
            raise ValueError(line)
        kind, meaning = (
            _TYPES[ast.unparse(node.annotation)],
            line.rsplit("#", 1)[1].strip(),
        )
        yield (
            ast.unparse(node.target),
            Declared(kind, ast.literal_eval(node.value), meaning),
        )


def read_texts(
    declared: Mapping[str, Declared], texts: Mapping[str, str]
) -> dict[str, Value]:
    """Texts from a command line as values of the declared types: never YAML, so NO stays a text.

    What is not declared or not of its type stays as it is, for `effective_parameters` to refuse.
    """
    return {
        name: _read(declared[name].type, text) if name in declared else text
        for name, text in texts.items()
    }


def _read(kind: type[Value], text: str) -> Value:
    if kind is int and re.fullmatch("-?(0|[1-9][0-9]{0,8})", text):
        return int(text)
    return _BOOLS.get(text, text) if kind is bool else text


def effective_parameters(
    declared: Mapping[str, Declared], given: Mapping[str, Any]
) -> dict[str, Value]:
    """The notebook's defaults with what is given in their place; InputError for unknown names and wrong types."""
    problems = Problems()
    for name, value in given.items():
        if name not in declared:
            allowed = nearest(name, list(declared)) if declared else "it has none"
            remedy = f"is no parameter of this notebook; {allowed}"
            problems.add("parameter", 0, "", name, remedy)
        # The word `latest` stands for a value where the parameter's comment offers it.
        elif type(value) is not declared[name].type and not (
            value == LATEST and LATEST in declared[name].meaning
        ):
            whole = f"a whole number, such as {declared[name].default}"
            words = {str: "a text", int: whole, bool: "true or false"}
            problems.add(
                "parameter", 0, name, str(value), f"write {words[declared[name].type]}"
            )
    problems.raise_any()
    return {
        name: given.get(name, parameter.default) for name, parameter in declared.items()
    }
