"""The trend report, part by part: what a notebook asks for, one call a cell."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.reporting import evidence, findings, panels
from analysis.reporting.charts import Chart
from analysis.reporting.numbers import Passage, Sentence, Table
from analysis.reporting.scope import MEASURES, Scope, check_scope
from analysis.vintages.history import History, history
from analysis.vintages.output_per_hectare import output_per_hectare
from analysis.vintages.series import SETTLED, every_vintage, series

DEATHS = {
    "all": "cocaine_deaths",
    "with": "cocaine_with_synthetic_opioid_deaths",
    "without": "cocaine_without_synthetic_opioid_deaths",
}
UNSETTLED = ("leaked", "provisional_predicted")


def open_report(**parameters: Any) -> "TrendReport":
    """A trend report of one country, one maker of estimates and a span of years.

    Parameters
    ----------
    country, estimates, as_of, publications : str
        See `Scope`.
    start_year, end_year : int
        First and last calendar year, both included.

    Raises
    ------
    InputError
        If a parameter is wrong or there are no figures for them.

    Examples
    --------
    >>> report = open_report(country="Colombia", estimates="us_government", start_year=2011, end_year=2021)
    >>> report.growth("cocaine_output").sentences[0].text[:54]
    'Potential cocaine output in Colombia grew ×3.6, from 2'
    """
    return TrendReport(check_scope(**parameters))


@dataclass(frozen=True)
class TrendReport:
    """The parts of a trend report; each method's result shows itself in a notebook."""

    scope: Scope  # checked

    def series(self, measure: str, statuses: tuple[str, ...] = SETTLED) -> pd.DataFrame:
        """One figure a year of the scope's country and maker (deaths: of the United States by CDC)."""
        return series(measure, *self._whose(measure), **self._window, statuses=statuses)

    def history(self, measure: str) -> History:
        """All that was printed of a measure in the window, with its links and breaks; see `history`."""
        statuses = (*SETTLED, *UNSETTLED) if self.scope.include_provisional else SETTLED
        return history(measure, *self._whose(measure), **self._window, statuses=statuses)

    def vintages(self, measure: str) -> pd.DataFrame:
        """Every release's figure of every year in the window; see `every_vintage`."""
        return every_vintage(measure, *self._whose(measure), **self._window)

    def _whose(self, measure: str) -> tuple[str, str]:
        return ("United States", "cdc") if measure in DEATHS.values() else (self.scope.country, self.scope.estimates)

    @property
    def _window(self) -> dict[str, Any]:
        return {**self.scope.sight, "start_year": self.scope.start_year, "end_year": self.scope.end_year}

    @cached_property
    def output_per_hectare(self) -> pd.DataFrame:
        """Potential output over coca area, kilograms a hectare, by year."""
        return output_per_hectare(self.vintages("cocaine_output"), self.vintages("coca_area"))

    def headline(self) -> Sentence:
        """The finding, as the report's title."""
        area, output = (self.history(measure) for measure in MEASURES)
        return findings.headline(area, output, self.scope.country, self.scope.estimates, self.scope.years)

    def coverage(self) -> Table:
        """How much was printed of each measure, and by how many releases."""
        return evidence.coverage({measure: self.vintages(measure) for measure in (*MEASURES, *DEATHS.values())})

    def growth(self, measure: str) -> Passage:
        """Growth over the window by one release, or what keeps it from being said."""
        return findings.growth_passage(self.history(measure), self.scope.years)

    def chart(self, measure: str) -> Chart:
        """One measure over the years; lines join figures of one release only."""
        return panels.measure_chart(self.history(measure), self.series(measure, UNSETTLED), self.scope)

    def chart_output_per_hectare(self) -> Chart:
        """Output per hectare over the years; hollow where output and area come from two releases."""
        breaks = pd.concat([self.history(measure).breaks for measure in MEASURES])
        return panels.per_hectare_chart(self.output_per_hectare, breaks, self.scope)

    def deaths(self) -> Passage:
        """How US cocaine deaths changed, with and without synthetic opioids."""
        deaths, without = self.history(DEATHS["all"]), self.history(DEATHS["without"])
        return findings.deaths_passage(deaths, without, self.vintages(DEATHS["with"]))

    def chart_deaths(self) -> Chart:
        """US cocaine deaths: all, with and without a synthetic opioid named."""
        tables = {name: self.series(measure) for name, measure in DEATHS.items()}
        return panels.deaths_chart(tables, self.series(DEATHS["all"], UNSETTLED), self.scope)

    def articles(self) -> Table:
        """What the articles say, beside what the figures said on their day and say on the report's."""
        return evidence.articles(self.scope)

    def limits(self) -> Passage:
        """What the evidence cannot show."""
        tables = {measure: self.series(measure) for measure in (*MEASURES, DEATHS["all"])}
        unsettled = {measure: self.series(measure, UNSETTLED) for measure in tables}
        histories = [self.history(measure) for measure in (*MEASURES, DEATHS["all"])]
        return evidence.limits(tables, unsettled, self.output_per_hectare, histories, self.scope)

    def sources(self) -> Table:
        """The publications behind every figure drawn or quoted, newest first."""
        statuses = (*SETTLED, *UNSETTLED)
        drawn = [self.series(measure, statuses)["figure"] for measure in (*MEASURES, *DEATHS.values())]
        per_hectare = self.output_per_hectare[["output", "area"]].to_numpy().ravel()
        quoted: list[Passage | Table] = [*map(self.growth, MEASURES), self.deaths(), self.articles()]
        rows = {row for part in quoted for record in part.numbers for row in record["rows"]}
        return evidence.sources({*pd.concat(drawn), *per_hectare, *rows}, self.scope.as_of)
