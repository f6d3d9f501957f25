"""Parameters of a notebook: what it declares, and the check of what it is given, before a kernel starts."""

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import InputError, Problem, Problems
from analysis.vocabulary import nearest

Value = str | int | bool
LATEST = "latest"
_TYPES: dict[str, type[Value]] = {"str": str, "int": int, "bool": bool}
_BOOLS = {"true": True, "false": False}


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
    values = {name: _read(declared[name], texts[name]) for name in texts.keys() & declared.keys()}
    for name, value in values.items():
        if not _fits(declared[name], value):
            what = (
                "true or false" if declared[name].type is bool else f"a whole number, such as {declared[name].default}"
            )
            problems.add("parameter", 0, name, texts[name], f"write {what}")
    problems.raise_any()
    return {name: values[name] for name in texts}


def _read(parameter: Declared, text: str) -> Value:
    if parameter.type is int and text.removeprefix("-").isdecimal():
        return int(text)
    return _BOOLS.get(text, text) if parameter.type is bool else text


def _fits(parameter: Declared, value: Any) -> bool:
    """Whether a value is of the declared type, or the word `latest` where the parameter's comment offers it."""
    return type(value) is parameter.type or (value == LATEST and LATEST in parameter.meaning)


def effective_parameters(declared: Mapping[str, Declared], given: Mapping[str, Any]) -> dict[str, Value]:
    """The notebook's defaults with what is given in their place; InputError for unknown names and wrong types."""
    problems = _unknown(declared, given)
    for name in given.keys() & declared.keys():
        if not _fits(declared[name], given[name]):
            problems.add("parameter", 0, name, repr(given[name]), f"must be of type {declared[name].type.__name__}")
    problems.raise_any()
    return {name: given.get(name, parameter.default) for name, parameter in declared.items()}


def _unknown(declared: Mapping[str, Declared], given: Mapping[str, Any]) -> Problems:
    problems = Problems()
    for name in given.keys() - declared.keys():
        remedy = f"is no parameter of this notebook; {nearest(name, list(declared))}"
        problems.add("parameter", 0, "", name, remedy)
    return problems
