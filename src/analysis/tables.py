"""The one way to go through a table row by row, for what can't be done by column."""

from collections.abc import Iterator
from typing import Any

import pandas as pd


def records(table: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples, in order, without the index."""
    return iter(table.itertuples(index=False))
