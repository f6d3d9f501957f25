"""Coca area, potential cocaine output and US overdose deaths, as publications printed them.

The way of one figure, from print to report, goes through these folders, each of which imports only those above it::

    reading     printed words to values: "about 972" tons "last year"
    vintages    which release said what, and when: series, growth, and the articles' claims held against them
    cleaning    raw rows to processed rows, through a gate
    statistics  what textbooks make of a series: growth, its parts, trends, and whether two series move together
    display     how anything is shown: numbers, sentences, tables, charts, citations
    sections    one module for each heading that a notebook can have
    site        an executed notebook to its page, and the pages over all reports

Beside it stand `editing` (a release in or out), `articles` (an article to proposed raw rows), `review` (where a number
comes from, why it moved) and `cli` (the verbs). The notebooks are run by `notebook_runner`.

Notebooks use the names in `__all__`.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
_HOMES = {
    "read_period": "reading.periods",
    "read_printed": "reading.wording",
    "check": "sections.exercises",
    "explore": "sections.explorer",
    "open_articles": "sections.claims",
    "open_deaths": "sections.trend_report",
    "open_overview": "sections.overview",
    "open_report": "sections.trend_report",
    "open_revisions": "sections.revisions",
    "annual_growth": "statistics.growth",
    "history": "vintages.history",
    "output_per_hectare": "statistics.output_per_hectare",
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
