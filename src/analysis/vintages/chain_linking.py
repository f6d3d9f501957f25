"""A series at one level, for statistics: the newest figure of its last year, led back by sound growth."""

import pandas as pd

from analysis.vintages.history import Growth, History

_Row = tuple[int, float, tuple[str, ...], bool]


def linked_levels(history: History) -> pd.DataFrame:
    """
    The longest unbroken stretch of a series, every year at the level of its last one.

        value(year) = newest figure of the last year / growth from `year` to the last year

    So a revision between two years never looks like growth. Earlier years whose growth to the last year is refused (a
    newer release contradicts the chain) are left out. Of equally long stretches the latest counts.

    Returns
    -------
    DataFrame
        By year: `value` in the unit kept, `rows` (ids of the figures behind it), `chained` (whether no release prints
        it beside the last year). Empty where nothing was printed.

    Examples
    --------
    One release prints both years, so the value is the printed one:

    >>> from analysis import history
    >>> deaths = linked_levels(history("cocaine_deaths", "United States", "cdc", start_year=2015, end_year=2021))
    >>> deaths["value"].tolist()[:2]
    [6784.0, 10375.0]
    """
    tables = (_linked_span(history, years) for years in history.unbroken_spans())
    return max(
        tables, key=lambda table: (len(table), table["year"].max()), default=_table([])
    )


def _linked_span(history: History, years: list[int]) -> pd.DataFrame:
    last = years[-1]
    figures = history.table.set_index("year")["figure"]
    level = history.levels[last]
    rows: list[_Row] = [(last, level, (str(figures[last]),), False)]
    for year in reversed(years[:-1]):
        growth = history.growth(year, last)
        if not isinstance(growth, Growth):
            break
        rows.append((year, level / growth.factor, growth.rows, growth.chained))
    return _table(rows[::-1])


def _table(rows: list[_Row]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year", "value", "rows", "chained"])
