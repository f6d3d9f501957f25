"""What a trend report is about: its parameters, checked against the data that there are."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import last_day, read_period
from analysis.reading.wording import read_cell
from analysis.vintages.history import History
from analysis.vintages.series import (
    LATEST,
    SETTLED,
    UNSETTLED,
    figures_seen,
    known_until,
    series,
)
from analysis.vocabulary import agency_label, check_words
from notebook_runner.errors import InputError, Problem, Problems

AGENCIES = ("us_government", "unodc", "devida")
MEASURES = ("coca_area", "cocaine_output")
DEATHS = {
    "all": "cocaine_deaths",
    "with": "cocaine_with_synthetic_opioid_deaths",
    "without": "cocaine_without_synthetic_opioid_deaths",
}


class Scope(NamedTuple):
    """The parameters of a report on coca, or on deaths alone."""

    country: (
        str  # whose coca: Colombia, Peru or Bolivia; United States for deaths alone
    )
    agency: str  # by whom: us_government, unodc or devida; cdc for deaths
    start_year: int  # first and last calendar year, both included
    end_year: int
    as_of: str = (
        "latest"  # or a date: only publications of that day or earlier are seen
    )
    publications: str = (
        "all"  # "articles": only what the articles print, or "others": all but that
    )
    include_provisional: bool = (
        False  # whether growth may use provisional and leaked figures
    )
    latest: bool = (
        False  # whether the window is open: each measure ends with its own last year
    )

    @property
    def years(self) -> tuple[int, int]:
        """First and last year."""
        return (self.start_year, self.end_year)

    def years_of(self, *pasts: History) -> tuple[int, int]:
        """The years over which growth is asked for: of an open window, up to the last that all these histories have."""
        if not self.latest:
            return self.years
        last = min(max(past.levels, default=self.start_year) for past in pasts)
        return (self.start_year, last)

    @property
    def measures(self) -> tuple[str, ...]:
        """What the report is about: coca area and output, or cocaine deaths."""
        return (DEATHS["all"],) if self.agency == "cdc" else MEASURES

    @property
    def as_known(self) -> dict[str, Any]:
        """What `series` is told of the reader: the day, and which publications."""
        return {"as_of": self.as_of, "publications": self.publications}


def check_deaths(**parameters: Any) -> Scope:
    """The scope of a report on US deaths alone; see `check_scope`."""
    return check_scope(country="United States", agency="cdc", **parameters)


def check_scope(**parameters: Any) -> Scope:
    """The scope that parameters describe. An `end_year` of "latest" is for each measure its own last year.

    Raises InputError with every parameter that is wrong: of another type, an unknown word, years that fall, or a
    country, agency and years for which nothing was printed.
    """
    latest = parameters.get("end_year") == LATEST
    parameters = {**parameters, **({"end_year": 9999} if latest else {})}
    _check_types(parameters)
    scope = Scope(**{**parameters, "latest": latest})
    known_until(scope.as_of)
    if _own(scope).empty:
        _check_country(scope)
    scope = scope._replace(end_year=_last_year(scope)) if latest else scope
    _check_years(scope)
    return scope


def check_revisions(**words: Any) -> None:
    """Raise InputError, with what is allowed, if there is no figure of this measure, place and agency by that day."""
    as_of = str(words.get("as_of", LATEST))
    asked = {name: words[name] for name in ("measure", "place", "agency")}
    if not figures_seen(as_of, **asked).empty:
        return
    figures = figures_seen(as_of)
    for name, word in asked.items():
        check_words(**{name: (word, sorted(figures[name].unique()))})
        figures = figures[figures[name] == word]


def read_words(wording: str, period: str, published: str) -> tuple[Any, Any]:
    """A printed figure and a printed period, as read on a day; InputError if one of the three can't be read."""
    try:
        name = "published"
        text = published
        last_day(published)
        name = "wording"
        text = wording
        read = read_cell(wording, published)
        name = "period"
        text = period
        return read, read_period(period, published)
    except UnreadableError as error:
        raise InputError([Problem("parameter", 0, name, text, str(error))]) from None


def check_parameters(parameters: Mapping[str, Any]) -> None:
    """Raise InputError with every parameter of a notebook that is of the wrong kind, unknown to the data, or without figures.

    Which check is needed, the parameters' names tell.
    """
    given = {name: parameters[name] for name in Scope._fields if name in parameters}
    known_until(parameters.get("as_of", LATEST))
    if "country" in parameters:
        # What a notebook does not declare is as wide as the data.
        check_scope(
            **{
                "agency": "us_government",
                "start_year": 1900,
                "end_year": LATEST,
                **given,
            }
        )
        asked = {"measure": MEASURES, "deaths": (DEATHS["all"], DEATHS["without"])}
        check_words(
            **{
                name: (parameters[name], asked[name])
                for name in asked
                if name in parameters
            }
        )
    elif "start_year" in parameters:
        check_deaths(**given)
    elif "measure" in parameters:
        check_revisions(**parameters)
    elif "wording" in parameters:
        read_words(*(parameters[name] for name in ("wording", "period", "published")))


def _last_year(scope: Scope) -> int:
    """The last year for which a measure of the scope has a figure, be it provisional or leaked."""
    known = {**scope.as_known, "statuses": (*SETTLED, *UNSETTLED)}
    tables = [
        series(measure, scope.country, scope.agency, **known)
        for measure in scope.measures
    ]
    return max(
        (int(table["year"].max()) for table in tables if not table.empty),
        default=scope.start_year,
    )


def _check_types(parameters: dict[str, Any]) -> None:
    types = dict.fromkeys(parameters, str) | {
        "start_year": int,
        "end_year": int,
        "include_provisional": bool,
    }
    words = {
        str: "a text",
        int: "a whole year, such as those the data have",
        bool: "true or false",
    }
    wrong = Problems()
    for name, value in parameters.items():
        if type(value) is not types[name]:
            wrong.add("parameter", 0, name, str(value), f"write {words[types[name]]}")
    wrong.raise_any()


def _own(scope: Scope) -> pd.DataFrame:
    """The figures of calendar years of the scope's measures, country and agency."""
    sight = {**scope.as_known, "place": scope.country, "agency": scope.agency}
    tables = [figures_seen(**sight, measure=measure) for measure in scope.measures]
    figures = pd.concat(tables)
    return figures[figures["period_kind"] == "calendar_year"]


def _check_country(scope: Scope) -> None:
    """Raise InputError if there are no figures of the country, or no such agency."""
    figures = figures_seen(publications=scope.publications)
    agencies = ["cdc"] if scope.agency == "cdc" else list(AGENCIES)
    known = figures["agency"].isin(agencies) & figures["measure"].isin(scope.measures)
    places = sorted(figures.loc[known, "place"].unique())
    check_words(country=(scope.country, places), agency=(scope.agency, agencies))


def _check_years(scope: Scope) -> None:
    wrong = Problems()
    mine = _own(scope)
    if mine.empty:
        raise _nothing_seen(scope)
    printed = mine["period_start"].str[:4].astype("int64")
    rising = scope.start_year <= scope.end_year
    have = f"the data of {scope.country} by {agency_label(scope.agency)} have {printed.min()} to {printed.max()}"
    for name, year in (("start_year", scope.start_year), ("end_year", scope.end_year)):
        if rising and not 1900 <= year <= 2100:
            wrong.add("parameter", 0, name, str(year), have)
    if not wrong.found and not printed.between(*scope.years).any():
        remedy = have if rising else f"the years must rise; {have}"
        years = f"{scope.start_year}-{scope.end_year}"
        wrong.add("parameter", 0, "start_year, end_year", years, remedy)
    wrong.raise_any()


def _nothing_seen(scope: Scope) -> InputError:
    """What is wrong where no figure was published by then, and by whom there are figures."""
    figures = figures_seen(**scope.as_known, place=scope.country)
    asked = f"{scope.country}, {scope.agency}, {scope.as_of}"
    agencies = ", ".join(sorted(set(figures["agency"]) & set(AGENCIES))) or "nobody"
    remedy = f"no figures were printed by then; figures of {scope.country} seen are by {agencies}"
    return InputError(
        [Problem("parameter", 0, "country, agency, as_of", asked, remedy)]
    )
