"""Corrections are data: what a row is read as instead, with a reason, and only while the row says what it said."""

from typing import Any

import pandas as pd

from analysis.errors import Problems
from analysis.tables import records

_CORRECTABLE = {"printed": "printed", "unit": "unit_printed"}


def apply_corrections(rows: pd.DataFrame, corrections: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """
    Rows with the cells that corrections name replaced; `raw_line` still leads to what was printed.

    Parameters
    ----------
    rows : DataFrame
        Figures with ids, as printed.
    corrections : DataFrame
        `row` (id), `column` (`printed` or `unit`), `expected` (what the raw row says), `used` (what is read
        instead; empty sets the figure aside: it stays in figures.csv and enters no series), `reason`.

    Returns
    -------
    DataFrame
        With `set_aside` (bool) and `correction` (the reason, or "").
    """
    rows = rows.assign(set_aside=False, correction="")
    places = {str(figure): place for place, figure in enumerate(rows["figure"])}
    for correction in records(corrections):
        place = places.get(correction.row)
        column = _CORRECTABLE.get(correction.column, "")
        found = str(rows[column].iloc[place]) if place is not None and column else None
        if found != correction.expected or not correction.reason:
            _refuse(correction, found, problems)
            continue
        cells = {"set_aside": True} if correction.used == "" else {column: correction.used}
        for name, cell in {**cells, "correction": correction.reason}.items():
            rows.loc[rows.index[places[correction.row]], name] = cell
    return rows


def _refuse(correction: Any, found: str | None, problems: Problems) -> None:
    if found is None:
        column, text = "row", correction.row
        remedy = "no raw row has this id, or the column is not 'printed' or 'unit'; remove the correction"
    elif found != correction.expected:
        column, text = "expected", correction.expected
        remedy = f"the raw row now says {found!r}; look again, then mend or remove the correction"
    else:
        column, text, remedy = "reason", "", "a correction needs its reason"
    problems.add(correction.raw_file, correction.raw_line, column, text, remedy)
