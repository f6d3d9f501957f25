"""Parameters of a notebook: what it declares, and the check of what it is given, before a cell runs."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from notebook_runner.errors import InputError, Problem, Problems, nearest

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
    """What a notebook's cell tagged `parameters` declares; InputError if there is none, or a line is no typed literal."""
    try:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        source = next(
            "".join(cell["source"])
            for cell in cells
            if "parameters" in cell["metadata"].get("tags", [])
        )
        return dict(declared(source))
    except (OSError, ValueError, KeyError, StopIteration, AttributeError) as error:
        remedy = "needs a cell tagged 'parameters' of lines such as: end_year: int = 2021  # last year"
        raise InputError(
            [Problem(notebook.name, 0, "parameters", str(error) or "none", remedy)]
        ) from None


def declared(source: str) -> Iterator[tuple[str, Declared]]:
    """The parameters that the code of a tagged cell declares, by name; ValueError or KeyError at a line that is none."""
    for node in ast.parse(source).body:
        line = source.splitlines()[node.lineno - 1]
        if not isinstance(node, ast.AnnAssign) or node.value is None or "#" not in line:
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
            remedy = (
                f"is no parameter of this notebook; {nearest(name, list(declared))}"
            )
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
