"""The processed tables, read back; and the one way to go through a table row by row, for what can't be done by column."""

from collections.abc import Iterator
from typing import Any

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
