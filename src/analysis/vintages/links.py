"""
Links between years: where growth is known, by which release, and where a series is broken.

A link joins two years if one release prints both, or prints the growth itself. Where none joins two neighbouring
years of a series, or the method is known to have changed, the series is broken, and nothing is fitted across.
"""

from dataclasses import dataclass

import pandas as pd

from analysis.tables import records


@dataclass(frozen=True)
class Link:
    """What one release says of the growth between two calendar years."""

    first_year: int
    last_year: int
    factor: float  # last over first
    low: float  # what the factor may be, for the rounding of the print
    high: float
    release: str
    release_date: str
    rows: tuple[
        str, ...
    ]  # ids: the first and the last figure, or the printed rate alone


def links(vintages: pd.DataFrame, changes: pd.DataFrame) -> list[Link]:
    """Every link that `vintages` (levels) and `changes` (printed rates, in percent, with `base_year`) give.

    Both are of one measure, place and agency. A compilation links nothing: it prints several releases side by side.
    Figures of zero link nothing either. Oldest release first, a printed rate before levels of the same release.
    """
    sound = vintages[(vintages["kind"] != "compilation") & (vintages["value"] > 0)]
    printed = sound[
        ["release", "release_date", "year", "value", "rounding_unit", "figure"]
    ]
    pairs = printed.merge(
        printed, on=["release", "release_date"], suffixes=("", "_last")
    )
    found = []
    for pair in records(pairs[pairs["year"] < pairs["year_last"]]):
        first, last, halves = (
            pair.value,
            pair.value_last,
            (pair.rounding_unit / 2, pair.rounding_unit_last / 2),
        )
        low, high = (
            (last - halves[1]) / (first + halves[0]),
            (last + halves[1]) / (first - halves[0]),
        )
        rows, by = (pair.figure, pair.figure_last), (pair.release, pair.release_date)
        found.append(
            Link(pair.year, pair.year_last, last / first, low, high, *by, rows)
        )
    for rate in records(changes[changes["kind"] != "compilation"]):
        low, factor, high = (
            1 + (rate.value + way * rate.rounding_unit / 2) / 100 for way in (-1, 0, 1)
        )
        by = (rate.release, rate.release_date)
        found.append(
            Link(rate.base_year, rate.year, factor, low, high, *by, (rate.figure,))
        )
    return sorted(
        found,
        key=lambda link: (
            link.release_date,
            len(link.rows),
            link.release,
            link.first_year,
        ),
    )
