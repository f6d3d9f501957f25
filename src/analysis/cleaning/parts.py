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

    Places that are two of the others ("Colombia+Peru") are passed over. Parts may add up to less: not all are published.
    """
    held = _with_wholes(figures)
    for _, parts in held.groupby([*_KEYS, "whole"]):
        _check_one(parts, problems)
    return len(held)


def _check_one(parts: pd.DataFrame, problems: Problems) -> None:
    """Hold the parts of one figure, each with it in `of_whole`, against it, within their rounding."""
    whole = parts.iloc[0]
    added = parts["value"].sum()
    room = (parts["rounding_unit"].sum() + whole["whole_unit"]) / 2
    if added <= whole["of_whole"] + room:
        return
    found = f"{whole['whole']} {whole['of_whole']:,.12g} in the same release"
    above = parts[parts["value"] > whole["of_whole"] + room]
    for row in records(above):
        remedy = f"is above {found}, of which it is a part; fix the wrong one"
        problems.add_row(row, row.measure, f"{row.place} {row.printed}", remedy)
    if above.empty:
        names = ", ".join(parts["place"])
        remedy = f"add up to {added:,.12g}, above {found}; fix the wrong one"
        problems.add_row(whole, whole["measure"], names, remedy)


def _with_wholes(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures of places whose release prints the place around them too, with that figure."""
    places = vocabulary()["places"]
    usable = figures["value"].notna() & ~figures["set_aside"]
    rows = figures[usable & figures["unit"].isin(_ADDED)]
    rows = rows.drop_duplicates([*_KEYS, "place"])
    around = rows[[*_KEYS, "place", "value", "rounding_unit"]]
    around = around.set_axis(
        [*_KEYS, "whole", "of_whole", "whole_unit"], axis="columns"
    )
    single = rows[~rows["place"].str.contains("+", regex=False)]
    part_of = [places[place]["part_of"] for place in single["place"]]
    whole = pd.Series(part_of, index=single.index, dtype="object")
    return single.assign(whole=whole).merge(around, on=[*_KEYS, "whole"])
