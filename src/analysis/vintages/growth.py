"""Growth as textbooks define it."""


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
