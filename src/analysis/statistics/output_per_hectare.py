"""Output per hectare: potential output over coca area, one release deciding where one prints both."""

from collections.abc import Collection
from typing import Literal

import pandas as pd

KG_PER_TON = 1000
Basis = Literal["year_end", "mean_of_year_ends"]
# UNODC makes output on the productive area of a year; of the US estimates we have not read on what.
_MEAN_BY = ("unodc",)


def basis_of(agency: str) -> Basis:
    """The area to which an agency's output is held: at the end of the year, or the mean of two ends.

    >>> basis_of("unodc")
    'mean_of_year_ends'
    """
    return "mean_of_year_ends" if agency in _MEAN_BY else "year_end"


def output_per_hectare(
    output: pd.DataFrame,
    area: pd.DataFrame,
    *,
    area_basis: Basis = "year_end",
    breaks: Collection[int] = (),
) -> pd.DataFrame:
    """Potential output over coca area, by year, in kilograms a hectare.

        output per hectare = output (t) x 1000 / area (ha)

    Output is itself area times yield, so this is not evidence on its own. Area is what stands at the end
    of the year; the mean of the year's end and the year before's is closer to what was harvested, the
    productive area on which UNODC makes its estimate and publishes a yield of field samples.

    Parameters
    ----------
    output, area : DataFrame
        Vintages of one place and agency, as `every_vintage` gives them.
    area_basis : str
        "year_end", or "mean_of_year_ends": only where one release prints the area of both.
    breaks : collection of int
        Years whose area was found otherwise than the year before's: they have no mean.

    Returns
    -------
    DataFrame
        Columns `year`, `value` (kg/ha), `tonnes` (the output), `one_release` (bool: both figures of one release; otherwise each
        is its newest), `release` ("" where mixed), `output`, `area` (ids of the rows),
        and for the mean `area_before`, the id of the year before's area.
        Years in which one of the two is missing or zero are left out.

    Examples
    --------
    >>> columns = {"year": [2021], "release": ["a"], "release_date": ["2022"], "kind": ["original"]}
    >>> output = pd.DataFrame({**columns, "value": [972.0], "figure": ["o"]})
    >>> area = pd.DataFrame({**columns, "value": [234_000.0], "figure": ["a"]})
    >>> output_per_hectare(output, area)["value"].round(2).tolist()
    [4.15]
    """
    ids = ["output", "area"]
    if area_basis == "mean_of_year_ends":
        area = _mean_of_year_ends(area, breaks)
        ids = [*ids, "area_before"]
    together = output.merge(
        area, on=["year", "release", "release_date"], suffixes=("_output", "_area")
    )
    together = together.assign(one_release=True)
    apart = _newest(output).merge(
        _newest(area), on="year", suffixes=("_output", "_area")
    )
    apart = apart.assign(one_release=False, release="", release_date="")
    rows = pd.concat([together, apart], ignore_index=True)
    rows = rows[(rows["value_area"] > 0) & (rows["value_output"] > 0)]
    # A compilation prints two releases side by side: it counts only where no originals have both.
    rows["original"] = (rows["kind_output"] != "compilation") & (
        rows["kind_area"] != "compilation"
    )
    order = ["year", "original", "one_release", "release_date"]
    rows = rows.sort_values(order, kind="stable").drop_duplicates("year", keep="last")
    rows["value"] = rows["value_output"] * KG_PER_TON / rows["value_area"]
    rows = rows.rename(
        columns={
            "figure_output": "output",
            "figure_area": "area",
            "value_output": "tonnes",
        }
    )
    return rows[
        ["year", "value", "one_release", "release", "tonnes", *ids]
    ].reset_index(drop=True)


def _mean_of_year_ends(area: pd.DataFrame, breaks: Collection[int]) -> pd.DataFrame:
    """Each release's mean; a compilation has none, for it prints several releases side by side."""
    area = area[area["kind"] != "compilation"]
    before = area[["year", "release", "release_date", "value", "figure"]].assign(
        year=area["year"] + 1
    )
    before = before.rename(columns={"value": "before", "figure": "area_before"})
    pairs = area[~area["year"].isin(breaks)].merge(
        before, on=["year", "release", "release_date"]
    )
    return pairs.assign(value=(pairs["value"] + pairs["before"]) / 2)


def _newest(vintages: pd.DataFrame) -> pd.DataFrame:
    originals_last = vintages.assign(_original=vintages["kind"] != "compilation")
    order = originals_last.sort_values(
        ["year", "_original", "release_date"], kind="stable"
    )
    return order.drop_duplicates("year", keep="last").drop(
        columns=["_original", "release", "release_date"]
    )
