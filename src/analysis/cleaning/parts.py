"""A place within another, in one release: a part is never above its whole, nor are all parts together."""

import pandas as pd

from analysis.tables import records
from analysis.vocabulary import vocabulary
from notebook_runner.errors import Problems

_KEYS = ["release", "agency", "measure", "period_start", "period_end", "status"]
_ADDED = (
    "ha",
    "t",
    "deaths",
    "persons",
)  # units of what adds up over places; rates and shares do not


def check_parts(figures: pd.DataFrame, problems: Problems) -> int:
    """Hold the places of one release against the place that they are part of; how many parts were held.

    Places that hold others of the list ("Colombia+Peru") are not added. Parts may add up to less: not all are printed.
    """
    places = vocabulary()["places"]
    rows = figures[
        figures["unit"].isin(_ADDED) & figures["value"].notna() & ~figures["set_aside"]
    ]
    rows = rows.drop_duplicates([*_KEYS, "place"])
    rows = rows.assign(whole=[places[place]["part_of"] for place in rows["place"]])
    wholes = rows[[*_KEYS, "place", "value", "rounding_unit"]].rename(
        columns={
            "place": "whole",
            "value": "of_whole",
            "rounding_unit": "whole_rounded",
        }
    )
    held = rows.merge(wholes, on=[*_KEYS, "whole"])
    single = held[~held["place"].str.contains("+", regex=False)]
    for _, parts in single.groupby([*_KEYS, "whole"]):
        first, added = parts.iloc[0], parts["value"].sum()
        room = (parts["rounding_unit"].sum() + first["whole_rounded"]) / 2
        if added <= first["of_whole"] + room:
            continue
        above = parts[parts["value"] > first["of_whole"] + room]
        found = f"{first['whole']} {first['of_whole']:,.12g} in the same release"
        for row in records(above):
            remedy = f"is above {found}, of which it is a part; fix the wrong one"
            problems.add_row(row, row.measure, f"{row.place} {row.printed}", remedy)
        if above.empty:
            names = ", ".join(parts["place"])
            remedy = f"add up to {added:,.12g}, above {found}; fix the wrong one"
            problems.add_row(next(records(parts)), first["measure"], names, remedy)
    return len(held)
