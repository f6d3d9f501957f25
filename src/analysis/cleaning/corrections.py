"""Corrections are data: what a row is read as instead, with a reason, and only while the row says what it said."""

import pandas as pd

from analysis.errors import Problems

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
    by_id = rows["figure"].drop_duplicates().reset_index().set_index("figure")["index"]
    for row in corrections.itertuples():
        where = by_id.get(row.row)
        column = _CORRECTABLE.get(str(row.column), "")
        found = None if where is None or not column else rows.at[where, column]
        if found is None or found != row.expected or not row.reason:
            _refuse(row, found, problems)
        elif row.used == "":
            rows.loc[where, ["set_aside", "correction"]] = [True, row.reason]
        else:
            rows.loc[where, [column, "correction"]] = [row.used, row.reason]
    return rows


def _refuse(row: object, found: object, problems: Problems) -> None:
    file, line, name, expected = (str(getattr(row, part)) for part in ("raw_file", "raw_line", "row", "expected"))
    if found is None:
        column, text, remedy = (
            "row",
            name,
            "no raw row has this id, or the column is not 'printed' or 'unit'; remove the correction",
        )
    elif found != expected:
        column, text, remedy = (
            "expected",
            expected,
            f"the raw row now says {found!r}; look again, then mend or remove the correction",
        )
    else:
        column, text, remedy = "reason", "", "a correction needs its reason"
    problems.add(file, int(line), column, text, remedy)
