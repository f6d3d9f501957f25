"""Revisions: every value that was printed of each year, and how far the newest is from the first."""

import pandas as pd

from analysis.precision import SAME


def revision_table(vintages: pd.DataFrame) -> pd.DataFrame:
    """
    Years down, releases across by date: every value that was printed, NaN where a release is silent.

    `vintages` is of one measure, place and agency, as `every_vintage` gives it. The columns are named by release; the
    values stand in the unit kept.
    """
    order = vintages.sort_values(["release_date", "release"])["release"].unique()
    return vintages.pivot(index="year", columns="release", values="value").reindex(
        columns=list(order)
    )


def revisions(vintages: pd.DataFrame) -> pd.DataFrame:
    """
    First against newest figure of every year that more than one release prints.

    A compilation is no vintage. A difference within half the sum of the two rounding units is no revision (`revised` is
    False). `revision` is newest over first, less 1, as a fraction.

    >>> table = pd.DataFrame({"year": [2011, 2011, 2012], "value": [200.0, 220.0, 175.0], "rounding_unit": 1.0,
    ...     "release": list("aba"), "release_date": ["2012", "2017", "2012"], "kind": "original", "figure": list("xyz")})
    >>> revisions(table)[["year", "first", "newest", "revision", "revised"]].values.tolist()
    [[2011, 200.0, 220.0, 0.1, True]]
    """
    sound = vintages[(vintages["kind"] != "compilation") & (vintages["value"] > 0)]
    ordered = sound.sort_values(["year", "release_date", "release"], kind="stable")
    first = ordered.drop_duplicates("year")
    newest = ordered.drop_duplicates("year", keep="last")
    both = first.merge(newest, on="year", suffixes=("_first", "_newest"))
    both = both[both["figure_first"] != both["figure_newest"]]
    both = both.rename(columns={"value_first": "first", "value_newest": "newest"})
    gap = both["newest"] - both["first"]
    rounding = both["rounding_unit_first"] + both["rounding_unit_newest"]
    revised = gap.abs() - rounding / 2 > SAME * both["newest"]
    both = both.assign(
        revision=(both["newest"] / both["first"] - 1).round(12), revised=revised
    )
    columns = [
        "year",
        "first",
        "newest",
        "revision",
        "revised",
        "figure_first",
        "figure_newest",
    ]
    return both[columns].reset_index(drop=True)


def revision_range(table: pd.DataFrame) -> dict[str, float]:
    """
    How far newest figures lie from the first ones, as multiples; `table` comes from `revisions`.

    `low` and `high` are the lowest and highest of newest over first, `low_most` and `high_most`
    those between which four fifths of the years lie (NaN without any year).

    >>> spread = revision_range(pd.DataFrame({"revision": [-0.1, 0.0, 0.0, 0.1, 0.4]}))
    >>> [round(multiple, 2) for multiple in spread.values()]
    [0.9, 1.4, 0.94, 1.28]
    """
    multiples = table["revision"] + 1
    return {
        "low": float(multiples.min()),
        "high": float(multiples.max()),
        "low_most": float(multiples.quantile(0.1)),
        "high_most": float(multiples.quantile(0.9)),
    }


def revision_summary(table: pd.DataFrame) -> dict[str, float]:
    """
    How large revisions are and which way they go; `table` comes from `revisions`.

    `years` counts the years printed more than once, `revised` those that changed; `mean` and `mean_absolute` are
    fractions over all of them (NaN without any), `upward` is the share of the revised years that went up.
    """
    revised = table[table["revised"]]
    return {
        "years": len(table),
        "revised": len(revised),
        "mean": float(table["revision"].mean()),
        "mean_absolute": float(table["revision"].abs().mean()),
        "upward": float((revised["revision"] > 0).mean()),
    }
