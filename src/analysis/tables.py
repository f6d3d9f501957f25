"""The processed tables, read back; and the one way to go through a table row by row, for what can't be done by column."""

from collections.abc import Iterator
from typing import Any

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
        raise InputError([f"{project.name(path)}: no such file; run: python -m analysis clean"])
    types = {"number": "float64", "integer": "int64", "boolean": "bool"}
    columns = {field["name"]: types.get(field["type"], "object") for field in fields(name)}
    numbers = {column: [""] for column, kind in columns.items() if kind == "float64"}
    return pd.read_csv(path, dtype=columns, keep_default_na=False, na_values=numbers)
