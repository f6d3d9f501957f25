"""Growth as textbooks define it."""

import pandas as pd


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
        raise ValueError(
            f"growth needs two figures above zero and 1 year or more, not {first}, {last}, {years}"
        )
    return float((last / first) ** (1 / years) - 1)


def index(values: pd.Series, base: int) -> pd.Series:
    """A series with its base year set to 100.

        index = 100 * value / value of the base year

    Every year must lead to the base year by sound growth: across two vintages or a break it would be no growth.

    Parameters
    ----------
    values : Series
        Figures of one unit, by year; NaN where missing, and so is the index.
    base : int
        The year that is 100.

    Raises
    ------
    ValueError
        If the base year has no figure above zero.

    Examples
    --------
    >>> index(pd.Series({2019: 50.0, 2020: 100.0, 2021: 150.0}), base=2020).tolist()
    [50.0, 100.0, 150.0]
    """
    start = float(values.get(base, 0))
    if not start > 0:
        raise ValueError(
            f"an index needs a figure above zero in its base year {base}, not {start}"
        )
    return values * (100 / start)
