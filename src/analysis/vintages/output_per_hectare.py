"""Output per hectare: potential output over coca area, one release deciding where one prints both."""

import pandas as pd

KG_PER_TON = 1000


def output_per_hectare(output: pd.DataFrame, area: pd.DataFrame) -> pd.DataFrame:
    """Potential output over coca area, by year, in kilograms a hectare.

        output per hectare = output (t) x 1000 / area (ha)

    Output is itself area times yield, so this gives back the yield that the maker assumed: it is not
    evidence on its own. Area is what stands at the end of the year.

    Parameters
    ----------
    output, area : DataFrame
        Vintages of one place and maker, as `every_vintage` gives them.

    Returns
    -------
    DataFrame
        Columns `year`, `value` (kg/ha), `one_release` (bool: both figures of one release; otherwise each
        is its newest), `release` ("" where mixed), `output`, `area` (ids of the rows).
        Years in which one of the two is missing or zero are left out.

    Examples
    --------
    >>> columns = {"year": [2021], "release": ["a"], "release_date": ["2022"], "kind": ["original"]}
    >>> output = pd.DataFrame({**columns, "value": [972.0], "figure": ["o"]})
    >>> area = pd.DataFrame({**columns, "value": [234_000.0], "figure": ["a"]})
    >>> output_per_hectare(output, area)["value"].round(2).tolist()
    [4.15]
    """
    together = output.merge(area, on=["year", "release", "release_date"], suffixes=("_output", "_area"))
    together = together.assign(one_release=True)
    apart = _newest(output).merge(_newest(area), on="year", suffixes=("_output", "_area"))
    apart = apart[~apart["year"].isin(together["year"])].assign(one_release=False, release="", release_date="")
    rows = pd.concat([together, apart], ignore_index=True)
    rows = rows[(rows["value_area"] > 0) & (rows["value_output"] > 0)]
    rows = rows.sort_values(["year", "release_date"], kind="stable").drop_duplicates("year", keep="last")
    rows["value"] = rows["value_output"] * KG_PER_TON / rows["value_area"]
    rows = rows.rename(columns={"figure_output": "output", "figure_area": "area"})
    return rows[["year", "value", "one_release", "release", "output", "area"]].reset_index(drop=True)


def _newest(vintages: pd.DataFrame) -> pd.DataFrame:
    originals_last = vintages.assign(_original=vintages["kind"] != "compilation")
    order = originals_last.sort_values(["year", "_original", "release_date"], kind="stable")
    return order.drop_duplicates("year", keep="last").drop(columns=["_original", "release", "release_date"])
