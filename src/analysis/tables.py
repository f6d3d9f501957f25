"""The processed tables, read back; rows of tables: how to go through them, and what columns they have."""

from collections.abc import Iterator
from typing import Any, Protocol

import pandas as pd

from analysis.schema import fields
from notebook_runner.errors import InputError
from notebook_runner.project import Project


def records(table: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples, in order, without the index."""
    return iter(table.itertuples(index=False))


def read_processed(project: Project, name: str) -> pd.DataFrame:
    """A table by its file name; missing text is "", missing numbers (float64) NaN. InputError if it is not there."""
    path = project.processed / name
    if not path.is_file():
        raise InputError(
            [f"{project.name(path)}: no such file; run: python -m analysis clean"]
        )
    types = {"number": "float64", "integer": "int64", "boolean": "bool"}
    columns = {
        field["name"]: types.get(field["type"], "object") for field in fields(name)
    }
    numbers = {column: [""] for column, kind in columns.items() if kind == "float64"}
    return pd.read_csv(path, dtype=columns, keep_default_na=False, na_values=numbers)


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
