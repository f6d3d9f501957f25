"""What a trend report is about: its parameters, checked against the data that there are."""

from dataclasses import dataclass, replace
from typing import Any

from analysis.errors import InputError, Problem
from analysis.vintages.series import LATEST, figures_seen, seen_until, series
from analysis.vocabulary import maker_label, nearest

MAKERS = ("us_government", "unodc", "devida")
MEASURES = ("coca_area", "cocaine_output")
DEATHS = {
    "all": "cocaine_deaths",
    "with": "cocaine_with_synthetic_opioid_deaths",
    "without": "cocaine_without_synthetic_opioid_deaths",
}


@dataclass(frozen=True)
class Scope:
    """The parameters of a report on coca, or on deaths alone."""

    country: str  # whose coca: Colombia, Peru or Bolivia; United States for deaths alone
    estimates: str  # by whom: us_government, unodc or devida; cdc for deaths
    start_year: int  # first and last calendar year, both included
    end_year: int
    as_of: str = "latest"  # or a date: only publications of that day or earlier are seen
    publications: str = "all"  # "articles": only what the articles print, or "others": all but that
    include_provisional: bool = False  # whether growth may use provisional and leaked figures

    @property
    def years(self) -> tuple[int, int]:
        """First and last year."""
        return (self.start_year, self.end_year)

    @property
    def measures(self) -> tuple[str, ...]:
        """What the report is about: coca area and output, or cocaine deaths."""
        return (DEATHS["all"],) if self.estimates == "cdc" else MEASURES

    @property
    def sight(self) -> dict[str, str]:
        """What `series` is told of the reader: the day, and which publications."""
        return {"as_of": self.as_of, "publications": self.publications}


def check_deaths(**parameters: Any) -> Scope:
    """The scope of a report on US deaths alone; see `check_scope`."""
    return check_scope(country="United States", estimates="cdc", **parameters)


def check_scope(**parameters: Any) -> Scope:
    """The scope that parameters describe.

    Raises InputError with every parameter that is wrong: of another type, an unknown word, years that fall, or a
    country, maker and years for which nothing was printed.
    """
    latest = parameters.get("end_year") == LATEST
    parameters = {**parameters, **({"end_year": 9999} if latest else {})}
    _stop(_wrong_types(parameters))
    scope = Scope(**parameters)
    seen_until(scope.as_of)
    figures = figures_seen(publications=scope.publications)
    makers = ["cdc"] if scope.estimates == "cdc" else list(MAKERS)
    known = figures["estimate_by"].isin(makers) & figures["measure"].isin(scope.measures)
    right = {"country": sorted(figures.loc[known, "place"].unique()), "estimates": makers}
    found = {"country": scope.country, "estimates": scope.estimates}
    _stop([_wrong(name, word, nearest(word, right[name])) for name, word in found.items() if word not in right[name]])
    scope = replace(scope, end_year=_last_complete_year(scope)) if latest else scope
    _stop(_wrong_years(scope))
    return scope


def _last_complete_year(scope: Scope) -> int:
    """The last year for which each measure of the scope that was printed at all has a settled figure."""
    tables = [
        series(measure, scope.country, scope.estimates, as_of=scope.as_of, publications=scope.publications)
        for measure in scope.measures
    ]
    return min((int(table["year"].max()) for table in tables if not table.empty), default=scope.start_year)


def _stop(problems: list[Problem]) -> None:
    if problems:
        raise InputError(problems)


def _wrong(name: str, found: Any, remedy: str) -> Problem:
    return Problem("parameter", 0, name, str(found), remedy)


def _wrong_types(parameters: dict[str, Any]) -> list[Problem]:
    types = dict.fromkeys(parameters, str) | {"start_year": int, "end_year": int, "include_provisional": bool}
    words = {str: "a text", int: "a whole year, such as those the data have", bool: "true or false"}
    wrong = {name: value for name, value in parameters.items() if type(value) is not types[name]}
    return [_wrong(name, value, f"write {words[types[name]]}") for name, value in wrong.items()]


def _wrong_years(scope: Scope) -> list[Problem]:
    figures = figures_seen(**scope.sight)
    figures = figures[figures["place"] == scope.country]
    by_maker = (figures["estimate_by"] == scope.estimates) & (figures["period_kind"] == "calendar_year")
    mine = figures[by_maker & figures["measure"].isin(scope.measures)]
    if mine.empty:
        asked = f"{scope.country}, {scope.estimates}, {scope.as_of}"
        makers = ", ".join(sorted(set(figures["estimate_by"]) & set(MAKERS))) or "nobody"
        remedy = f"no figures were printed by then; figures of {scope.country} seen are by {makers}"
        return [_wrong("country, estimates, as_of", asked, remedy)]
    printed = mine["period_start"].str[:4].astype("int64")
    have = f"the data of {scope.country} by {maker_label(scope.estimates)} have {printed.min()} to {printed.max()}"
    if scope.start_year <= scope.end_year:
        ends = {"start_year": scope.start_year, "end_year": scope.end_year}
        outside = [_wrong(name, year, have) for name, year in ends.items() if not 1900 <= year <= 2100]
        if outside or printed.between(*scope.years).any():
            return outside
    remedy = have if scope.start_year <= scope.end_year else f"the years must rise; {have}"
    return [_wrong("start_year, end_year", f"{scope.start_year}-{scope.end_year}", remedy)]
