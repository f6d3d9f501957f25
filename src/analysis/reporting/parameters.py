"""Parameters of a notebook: what it declares, and the check of what it is given, before a kernel starts."""

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import InputError, Problem
from analysis.vocabulary import nearest

Value = str | int
_TYPES: dict[str, type[Value]] = {"str": str, "int": int}


@dataclass(frozen=True)
class Declared:
    """A parameter as the tagged cell declares it: `name: type = default  # meaning, unit`."""

    name: str
    type: type[Value]
    default: Value
    meaning: str


def declared_parameters(notebook: Path) -> dict[str, Declared]:
    """The parameters that a notebook's cell tagged `parameters` declares.

    Raises
    ------
    InputError
        If the notebook is missing, has no such cell, or a line of it is no typed and commented literal.
    """
    try:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        source = next("".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", []))
        return dict(_declared(source))
    except (OSError, ValueError, KeyError, StopIteration, AttributeError) as error:
        remedy = "needs a cell tagged 'parameters' of lines such as: end_year: int = 2021  # last year"
        raise InputError([Problem(notebook.name, 0, "parameters", str(error) or "none", remedy)]) from None


def _declared(source: str) -> list[tuple[str, Declared]]:
    lines = source.splitlines()
    found = []
    for node in ast.parse(source).body:
        line = lines[node.lineno - 1]
        if not isinstance(node, ast.AnnAssign) or node.value is None or "#" not in line:
            raise ValueError(line)
        name, kind = ast.unparse(node.target), _TYPES[ast.unparse(node.annotation)]
        meaning = line.rsplit("#", 1)[1].strip()
        found.append((name, Declared(name, kind, ast.literal_eval(node.value), meaning)))
    return found


def read_texts(declared: Mapping[str, Declared], texts: Mapping[str, str]) -> dict[str, Value]:
    """Values from a command line, by the types that the notebook declares: never YAML, so NO stays a text.

    Raises
    ------
    InputError
        For every name that is not declared, and every text that is not of its type.
    """
    problems, values = _unknown(declared, texts), {}
    for name in texts.keys() & declared.keys():
        text = texts[name]
        if declared[name].type is int and not text.removeprefix("-").isdecimal():
            problems.append(
                Problem("parameter", 0, name, text, f"write a whole number, such as {declared[name].default}")
            )
        else:
            values[name] = declared[name].type(text)
    if problems:
        raise InputError(sorted(problems))
    return values


def effective_parameters(declared: Mapping[str, Declared], given: Mapping[str, Any]) -> dict[str, Value]:
    """The notebook's defaults with what is given in their place.

    Raises
    ------
    InputError
        For every name that is not declared, and every value of another type.
    """
    problems = _unknown(declared, given)
    for name in given.keys() & declared.keys():
        if type(given[name]) is not declared[name].type:
            problems.append(
                Problem("parameter", 0, name, repr(given[name]), f"must be of type {declared[name].type.__name__}")
            )
    if problems:
        raise InputError(sorted(problems))
    return {name: given.get(name, parameter.default) for name, parameter in declared.items()}


def _unknown(declared: Mapping[str, Declared], given: Mapping[str, Any]) -> list[Problem]:
    return [
        Problem("parameter", 0, "", name, f"is no parameter of this notebook; {nearest(name, list(declared))}")
        for name in given
        if name not in declared
    ]
