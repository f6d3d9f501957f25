"""Growth between two years, only ever from figures of one release."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Growth:
    """The growth between two calendar years as one release prints both."""

    first_year: int
    last_year: int
    first: float  # the figures, in `unit`
    last: float
    factor: float  # last / first
    per_year: float  # compound growth a year, as a fraction
    unit: str
    measure: str
    place: str
    estimates: str  # by whom
    release: str
    release_date: str
    rows: tuple[str, str]  # ids of the two figures


def annual_growth(first: float, last: float, years: int) -> float:
    """Compound growth per year between two figures, as a fraction.

        growth = (last / first) ** (1 / years) - 1

    Both figures must come from one release: a revision between them would be counted as growth.

    Parameters
    ----------
    first, last : float
        The figure of the first and of the last year, in one unit, above zero.
    years : int
        Years between them, 1 or more.

    Raises
    ------
    ValueError
        If a figure is not above zero or `years` is below 1.

    Examples
    --------
    Output that quadruples in two years doubles every year:

    >>> annual_growth(100, 400, years=2)
    1.0
    """
    if not (first > 0 and last > 0 and years >= 1):
        raise ValueError(f"growth needs two figures above zero and 1 year or more, not {first}, {last}, {years}")
    return float((last / first) ** (1 / years) - 1)


def linked_pairs(vintages: pd.DataFrame) -> pd.DataFrame:
    """Every pair of years that one release prints, with both figures, in columns ending in `_first` and `_last`.

    `vintages` are of one measure, place, maker and status. A compilation links nothing: it prints figures of
    several releases side by side.
    """
    sound = vintages[(vintages["kind"] != "compilation") & (vintages["value"] > 0)]
    pairs = sound.merge(sound, on=["release", "release_date"], suffixes=("_first", "_last"))
    return pairs[pairs["year_first"] < pairs["year_last"]]


def growth_between(vintages: pd.DataFrame, first_year: int, last_year: int) -> Growth | None:
    """Growth between two years by the newest release that prints both; None where none does.

    The release of July 2022 prints 273 t for 2011 and 972 t for 2021. The newest figure of 2011 that a
    reader had in 2013 was 190 t: beside 972 it would make a growth that never was.

    >>> from analysis import every_vintage
    >>> growth = growth_between(every_vintage("cocaine_output", "Colombia", "us_government"), 2011, 2021)
    >>> round(growth.factor, 2), growth.release
    (3.56, 'ondcp-release-2022-07')
    """
    pairs = linked_pairs(vintages)
    pairs = pairs[(pairs["year_first"] == first_year) & (pairs["year_last"] == last_year)]
    return _newest(pairs)


def widest_growth(vintages: pd.DataFrame) -> Growth | None:
    """Growth over the longest span that one release prints, the newest such release deciding; None without any."""
    pairs = linked_pairs(vintages)
    spans = pairs["year_last"] - pairs["year_first"]
    return _newest(pairs[spans == spans.max()])


def _newest(pairs: pd.DataFrame) -> Growth | None:
    if pairs.empty:
        return None
    pair = pairs.sort_values(["release_date", "year_last", "release"], kind="stable").iloc[-1]
    first_year, last_year = int(pair["year_first"]), int(pair["year_last"])
    first, last = float(pair["value_first"]), float(pair["value_last"])
    return Growth(
        first_year, last_year, first, last, last / first, annual_growth(first, last, last_year - first_year),
        pair["unit_first"], pair["measure_first"], pair["place_first"], pair["estimate_by_first"],
        pair["release"], pair["release_date"], (pair["figure_first"], pair["figure_last"]),
    )  # fmt: skip
