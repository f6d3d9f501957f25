"""What a shell offers at the Tab key: names of reports, publications, figures and numbers."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from analysis.project import Project

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def _offers(words: Callable[["Project", dict[str, Any]], Iterable[str]]) -> Complete:
    """The words that begin as what is typed; none where there is no project, or a file can't be read."""

    def begun(ctx: click.Context, _: click.Parameter, typed: str) -> list[str]:
        from analysis.errors import InputError
        from analysis.project import here

        try:
            return [word for word in words(here(), ctx.params) if word.startswith(typed)]
        except (InputError, OSError, KeyError):
            return []

    return begun


@_offers
def reports(project: "Project", _: dict[str, Any]) -> Iterable[str]:
    """The names in notebooks/reports.toml."""
    from analysis.reporting.catalogue import read_catalogue

    return read_catalogue(project)


@_offers
def publications(project: "Project", _: dict[str, Any]) -> Iterable[str]:
    """The ids of all publications."""
    return _column(project, "data/processed/publications.csv", "publication")


@_offers
def figures(project: "Project", _: dict[str, Any]) -> Iterable[str]:
    """The ids of all figures."""
    return _column(project, "data/processed/figures.csv", "figure")


@_offers
def numbers(project: "Project", given: dict[str, Any]) -> Iterable[str]:
    """The ids of the numbers of the report that is named before."""
    return _column(project, f"reports/{given['name']}/numbers.csv", "id")


def _column(project: "Project", path: str, column: str) -> list[str]:
    import csv

    with (project.root / path).open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]
