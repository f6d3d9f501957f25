"""The processed tables, read back; rows of tables: how to go through them, and what columns they have."""

from collections.abc import Iterator
from typing import Any, Protocol

import pandas as pd

from analysis.questions import Question, by_a_reader, note
from analysis.schema import fields
from notebook_runner.errors import InputError
from notebook_runner.project import Project


def records(table: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples, in order, without the index."""
    return iter(table.itertuples(index=False))


def read_processed(project: Project, name: str) -> pd.DataFrame:
    """A table by its file name; missing text is "", missing numbers (float64) NaN.

    InputError if it is not there.
    """
    note(Question(name))
    return read_unasked(project, name)


def read_unasked(project: Project, name: str) -> pd.DataFrame:
    """The same for a reader that gives a part, and notes for which it was asked."""
    path = project.processed / name
    if not path.is_file():
        remedy = "no such file; run: python -m analysis clean"
        raise InputError([f"{project.name(path)}: {remedy}"])
    types = {"number": "float64", "integer": "int64", "boolean": "bool"}
    listed = fields(name)
    kinds = {field["name"]: types.get(field["type"], "object") for field in listed}
    numbers = {column: [""] for column, kind in kinds.items() if kind == "float64"}
    with by_a_reader():
        return pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=numbers)


class Measured(Protocol):
    """A row with a number, in the unit kept; NaN where none is printed."""

    value: float
    low: float
    high: float
    rounding_unit: float


class FigureRow(Measured, Protocol):
    """A row of cleaned figures; days are ISO text, and what is missing is ""."""

    figure: str  # its id
    agency: str
    measure: str
    place: str
    period_start: str
    base_start: str
    status: str
    release: str
    printed: str
    unit_printed: str
    set_aside: bool
    correction: str  # why it is read otherwise than published
    raw_file: str
    raw_line: int
