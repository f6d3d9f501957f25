"""What a trend report is about: its parameters, checked against the data that there are."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.errors import InputError, Problem
from analysis.vintages.series import figures_seen, seen_until
from analysis.vocabulary import maker_label, nearest

MAKERS = ("us_government", "unodc", "devida")
MEASURES = ("coca_area", "cocaine_output")


@dataclass(frozen=True)
class Scope:
    """The parameters of a trend report.

    Parameters
    ----------
    country : str
        Whose coca: Colombia, Peru or Bolivia.
    estimates : str
        By whom: `us_government`, `unodc` or `devida`.
    start_year, end_year : int
        First and last calendar year, both included.
    as_of : str
        "latest", or a date: only publications of that day or earlier are seen.
    publications : str
        "all", or "articles": only what the articles print.
    """

    country: str
    estimates: str
    start_year: int
    end_year: int
    as_of: str = "latest"
    publications: str = "all"

    @property
    def years(self) -> tuple[int, int]:
        """First and last year."""
        return (self.start_year, self.end_year)

    @property
    def sight(self) -> dict[str, str]:
        """What `series` is told of the reader: the day, and which publications."""
        return {"as_of": self.as_of, "publications": self.publications}


def check_scope(**parameters: Any) -> Scope:
    """The scope that parameters describe.

    Raises
    ------
    InputError
        With every parameter that is wrong: of another type, an unknown word, years that fall, or a
        country, maker and years for which nothing was printed.
    """
    problems = [*_wrong_types(parameters)]
    if problems:
        raise InputError(problems)
    scope = Scope(**parameters)
    seen_until(scope.as_of)
    figures = figures_seen(publications=scope.publications)
    countries = sorted(
        figures.loc[figures["estimate_by"].isin(MAKERS) & figures["measure"].isin(MEASURES), "place"].unique()
    )
    if scope.country not in countries:
        problems.append(_wrong("country", scope.country, nearest(scope.country, countries)))
    if scope.estimates not in MAKERS:
        problems.append(_wrong("estimates", scope.estimates, nearest(scope.estimates, MAKERS)))
    if not problems:
        problems.extend(_wrong_years(scope))
    if problems:
        raise InputError(problems)
    return scope


def _wrong(name: str, found: Any, remedy: str) -> Problem:
    return Problem("parameter", 0, name, str(found), remedy)


def _wrong_types(parameters: dict[str, Any]) -> list[Problem]:
    types = dict.fromkeys(parameters, str) | {"start_year": int, "end_year": int}
    words = {str: "a text", int: "a whole year, such as those the data have"}
    return [
        _wrong(name, value, f"write {words[types[name]]}")
        for name, value in parameters.items()
        if type(value) is not types[name]
    ]


def _wrong_years(scope: Scope) -> list[Problem]:
    figures = figures_seen(**scope.sight)
    mine = figures[
        (figures["place"] == scope.country)
        & (figures["estimate_by"] == scope.estimates)
        & figures["measure"].isin(MEASURES)
        & (figures["period_kind"] == "calendar_year")
    ]
    if mine.empty:
        asked = f"{scope.country}, {scope.estimates}, {scope.as_of}"
        makers = sorted(set(figures.loc[figures["place"] == scope.country, "estimate_by"]) & set(MAKERS))
        remedy = (
            f"no figures were printed by then; figures of {scope.country} seen are by {', '.join(makers) or 'nobody'}"
        )
        return [_wrong("country, estimates, as_of", asked, remedy)]
    first, last = (int(year) for year in (mine["period_start"].min()[:4], mine["period_start"].max()[:4]))
    have = f"the data of {scope.country} by {maker_label(scope.estimates)} have {first} to {last}"
    asked = f"{scope.start_year}-{scope.end_year}"
    if scope.start_year > scope.end_year:
        return [_wrong("start_year, end_year", asked, f"the years must rise; {have}")]
    outside = [
        _wrong(name, year, have)
        for name, year in (("start_year", scope.start_year), ("end_year", scope.end_year))
        if not 1900 <= year <= 2100
    ]
    if outside:
        return outside
    return [] if _any_year(mine, scope) else [_wrong("start_year, end_year", asked, have)]


def _any_year(figures: pd.DataFrame, scope: Scope) -> bool:
    years = figures["period_start"].str[:4].astype("int64")
    return bool(years.between(*scope.years).any())
