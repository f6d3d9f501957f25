"""Parameters of a notebook: what it declares, and the check of what it is given, before a kernel starts."""

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import InputError, Problem, Problems
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

    Raises InputError if the notebook is missing, has no such cell, or a line of it is no typed, commented literal.
    """
    try:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        source = next("".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", []))
        return {parameter.name: parameter for parameter in _declared(source)}
    except (OSError, ValueError, KeyError, StopIteration, AttributeError) as error:
        remedy = "needs a cell tagged 'parameters' of lines such as: end_year: int = 2021  # last year"
        raise InputError([Problem(notebook.name, 0, "parameters", str(error) or "none", remedy)]) from None


def _declared(source: str) -> Iterator[Declared]:
    for node in ast.parse(source).body:
        line = source.splitlines()[node.lineno - 1]
        if not isinstance(node, ast.AnnAssign) or node.value is None or "#" not in line:
            raise ValueError(line)
        kind, meaning = _TYPES[ast.unparse(node.annotation)], line.rsplit("#", 1)[1].strip()
        yield Declared(ast.unparse(node.target), kind, ast.literal_eval(node.value), meaning)


def read_texts(declared: Mapping[str, Declared], texts: Mapping[str, str]) -> dict[str, Value]:
    """Values from a command line, by the types that the notebook declares: never YAML, so NO stays a text.

    Raises InputError for every name that is not declared, and every text that is not of its type.
    """
    problems = _unknown(declared, texts)
    for name in texts.keys() & declared.keys():
        if declared[name].type is int and not texts[name].removeprefix("-").isdecimal():
            remedy = f"write a whole number, such as {declared[name].default}"
            problems.add("parameter", 0, name, texts[name], remedy)
    problems.raise_any()
    return {name: declared[name].type(text) for name, text in texts.items()}


def effective_parameters(declared: Mapping[str, Declared], given: Mapping[str, Any]) -> dict[str, Value]:
    """The notebook's defaults with what is given in their place; InputError for unknown names and wrong types."""
    problems = _unknown(declared, given)
    for name in given.keys() & declared.keys():
        kind = declared[name].type
        if type(given[name]) is not kind:
            problems.add("parameter", 0, name, repr(given[name]), f"must be of type {kind.__name__}")
    problems.raise_any()
    return {name: given.get(name, parameter.default) for name, parameter in declared.items()}


def _unknown(declared: Mapping[str, Declared], given: Mapping[str, Any]) -> Problems:
    problems = Problems()
    for name in given.keys() - declared.keys():
        remedy = f"is no parameter of this notebook; {nearest(name, list(declared))}"
        problems.add("parameter", 0, "", name, remedy)
    return problems
