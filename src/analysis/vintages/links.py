"""
Links between years: where growth is known, by which release, and where a series is broken.

A link joins two years if one release prints both, or prints the growth itself. Where none joins two neighbouring
years of a series, or the method is known to have changed, the series is broken, and nothing is fitted across.
"""

from collections.abc import Iterator
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
    # Ids: the first and the last figure, or the printed rate alone.
    rows: tuple[str, ...]


def links(vintages: pd.DataFrame, changes: pd.DataFrame) -> list[Link]:
    """Every link that `vintages` (levels) and `changes` (printed rates, in percent, with `base_year`) give.

    Both are of one measure, place and agency. A compilation links nothing: it prints several releases side by side.
    Figures of zero link nothing either. Oldest release first, a printed rate before levels of the same release.
    """
    found = [*_of_levels(vintages), *_of_rates(changes)]
    return sorted(found, key=_age)


def _of_levels(vintages: pd.DataFrame) -> Iterator[Link]:
    """A link for each two years whose figures one release prints."""
    used = vintages[(vintages["kind"] != "compilation") & (vintages["value"] > 0)]
    by = ["release", "release_date"]
    printed = used[[*by, "year", "value", "rounding_unit", "figure"]]
    pairs = printed.merge(printed, on=by, suffixes=("", "_last"))
    for pair in records(pairs[pairs["year"] < pairs["year_last"]]):
        first = pair.value
        last = pair.value_last
        half = pair.rounding_unit / 2
        half_last = pair.rounding_unit_last / 2
        yield Link(
            pair.year,
            pair.year_last,
            factor=last / first,
            low=(last - half_last) / (first + half),
            high=(last + half_last) / (first - half),
            release=pair.release,
            release_date=pair.release_date,
            rows=(pair.figure, pair.figure_last),
        )


def _of_rates(changes: pd.DataFrame) -> Iterator[Link]:
    """A link for each printed rate of change."""
    for rate in records(changes[changes["kind"] != "compilation"]):
        half = rate.rounding_unit / 2
        yield Link(
            rate.base_year,
            rate.year,
            factor=1 + rate.value / 100,
            low=1 + (rate.value - half) / 100,
            high=1 + (rate.value + half) / 100,
            release=rate.release,
            release_date=rate.release_date,
            rows=(rate.figure,),
        )


def _age(link: Link) -> tuple[str, int, str, int]:
    """The order of links: oldest first, a printed rate before levels of the same day."""
    return link.release_date, len(link.rows), link.release, link.first_year
