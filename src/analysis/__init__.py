"""Coca area, potential cocaine output and US overdose deaths, as publications printed them.

The way of one figure, from print to report, is the order of the folders::

    reading     printed words to values: "about 972" tons "last year"
    cleaning    raw rows to processed rows, through a gate
    vintages    which release said what, and when: series, growth, and the articles' claims held against them
    statistics  parts of a change, and whether two series move together; joinpoint: trends that change in a year
    statistics  what textbooks make of a series: growth, its parts, and whether two series move together
    reporting   numbers, sentences, charts and the pages made of them

Notebooks use the names in `__all__`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.reading.periods import read_period as read_period
    from analysis.reading.wording import read_printed as read_printed
    from analysis.reporting.claimed import open_articles as open_articles
    from analysis.reporting.exercises import check as check
    from analysis.reporting.explore import explore as explore
    from analysis.reporting.revised import open_revisions as open_revisions
    from analysis.reporting.trend import open_deaths as open_deaths
    from analysis.reporting.trend import open_report as open_report
    from analysis.statistics.growth import annual_growth as annual_growth
    from analysis.vintages.history import history as history
    from analysis.vintages.output_per_hectare import output_per_hectare as output_per_hectare
    from analysis.vintages.series import every_vintage as every_vintage
    from analysis.vintages.series import series as series

__version__ = "0.1.0"
_HOMES = {
    "read_period": "reading.periods",
    "read_printed": "reading.wording",
    "check": "reporting.exercises",
    "explore": "reporting.explore",
    "open_articles": "reporting.claimed",
    "open_deaths": "reporting.trend",
    "open_report": "reporting.trend",
    "open_revisions": "reporting.revised",
    "annual_growth": "statistics.growth",
    "history": "vintages.history",
    "output_per_hectare": "vintages.output_per_hectare",
    "series": "vintages.series",
    "every_vintage": "vintages.series",
}
__all__ = sorted(_HOMES)  # noqa: PLE0605 (kept in one place with the homes)


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used: the command line's help needs no pandas."""
    if name not in _HOMES:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    return getattr(import_module(f"analysis.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """The public names, for completion: most are not loaded yet."""
    return __all__
