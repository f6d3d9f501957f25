"""Corrections are data: what a row is read as instead, with a reason, and only while the row says what it said."""

import pandas as pd

from analysis.errors import Problems
from analysis.tables import records

_CORRECTABLE = {"printed": "printed", "unit": "unit_printed"}


def apply_corrections(rows: pd.DataFrame, corrections: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Rows with the cells that corrections name replaced; `raw_line` still leads to what was printed.

    A correction names a `row` (id), its `column` (`printed` or `unit`), what is `expected` there, what is `used`
    instead (empty sets the figure aside: it stays in figures.csv and enters no series) and the `reason`.
    Adds the columns `set_aside` (bool) and `correction` (the reason, or "").
    """
    rows = rows.assign(set_aside=False, correction="")
    places = dict(zip(rows["figure"], rows.index, strict=True))
    for correction in records(corrections):
        place, column = places.get(correction.row), _CORRECTABLE.get(correction.column)
        if place is None or column is None:
            remedy = "no raw row has this id, or the column is not 'printed' or 'unit'; remove the correction"
            problems.add_row(correction, "row", correction.row, remedy)
        elif (found := str(rows.loc[place, column])) != correction.expected:
            remedy = f"the raw row now says {found!r}; look again, then mend or remove the correction"
            problems.add_row(correction, "expected", correction.expected, remedy)
        elif not correction.reason:
            problems.add_row(correction, "reason", "", "a correction needs its reason")
        else:
            read_as = (column, correction.used) if correction.used else ("set_aside", True)
            rows.loc[place, ["correction", read_as[0]]] = correction.reason, read_as[1]
    return rows
