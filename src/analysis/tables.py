"""Rows of tables: how to go through them, for what can't be done by column, and what columns they have."""

from collections.abc import Iterator
from typing import Any, Protocol

import pandas as pd


def records(table: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples, in order, without the index."""
    return iter(table.itertuples(index=False))


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
    raw_file: str
    raw_line: int
