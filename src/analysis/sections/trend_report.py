"""A report on coca and deaths, part by part: what a notebook asks for, one call a cell."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import pandas as pd

from analysis.display.numbers import MIME, Sentence, say
from analysis.display.outputs import Chart, Passage, Table
from analysis.sections import (
    association,
    claims,
    decomposition,
    evidence,
    growth,
    sensitivity,
    series_charts,
    trends,
)
from analysis.sections.explorer import Explorer, explorer
from analysis.sections.scope import DEATHS, MEASURES, Scope, check_deaths, check_scope
from analysis.statistics.output_per_hectare import output_per_hectare
from analysis.vintages.claims import check_claims
from analysis.vintages.history import History, history
from analysis.vintages.series import SETTLED, UNSETTLED, every_vintage, series

_Part = TypeVar("_Part", Sentence, Passage, Table, Chart)
_OPEN = 9999  # the last year of a window without an end


def open_report(**parameters: Any) -> "TrendReport":
    """A report on one country, one agency and a span of years, and on US deaths of the same years.

    Parameters
    ----------
    country, agency, as_of, publications : str
        See `Scope`.
    start_year, end_year : int
        First and last calendar year, both included.

    Raises
    ------
    InputError
        If a parameter is wrong or there are no figures for them.

    Examples
    --------
    >>> report = open_report(country="Colombia", agency="us_government", start_year=2011, end_year=2021)
    >>> report.growth("cocaine_output").sentences[0].text[:54]
    'Potential cocaine output in Colombia grew ×3.6, from 2'
    """
    return TrendReport(check_scope(**parameters))


def open_deaths(**parameters: Any) -> "TrendReport":
    """A report on US deaths alone: `start_year`, `end_year`, `as_of` and `include_provisional`, as in `open_report`."""
    return TrendReport(check_deaths(**parameters))


@dataclass(frozen=True)
class TrendReport:
    """The parts of a report; each method's result shows itself in a notebook."""

    scope: Scope  # checked
    used: set[str] = field(
        default_factory=set
    )  # ids of the rows behind what was shown so far
    pairs: dict[tuple[str, str], association.Pair] = field(
        default_factory=dict
    )  # those asked for so far

    def _kept(self, part: _Part) -> _Part:
        """What a method shows, once the rows behind it are noted for the list of sources."""
        record = part._repr_mimebundle_()[MIME]
        self.used.update(
            id for ids in record["data"].get("figure", []) for id in str(ids).split()
        )
        self.used.update(id for number in record["numbers"] for id in number["rows"])
        return part

    def series(self, measure: str, statuses: tuple[str, ...] = SETTLED) -> pd.DataFrame:
        """One figure a year of the scope's country and agency (deaths: of the United States by CDC)."""
        return series(measure, *self._whose(measure), **self._window, statuses=statuses)

    def _beyond(self, measure: str) -> pd.DataFrame:
        """The figures after the window, provisional and leaked ones too."""
        after = {"start_year": self._window["end_year"] + 1, "end_year": _OPEN}
        window = {**self._window, **after, "statuses": (*SETTLED, *UNSETTLED)}
        return series(measure, *self._whose(measure), **window)

    def history(self, measure: str) -> History:
        """All that was printed of a measure in the window, with its links and breaks; see `history`."""
        statuses = (*SETTLED, *UNSETTLED) if self.scope.include_provisional else SETTLED
        return history(
            measure, *self._whose(measure), **self._window, statuses=statuses
        )

    def vintages(self, measure: str) -> pd.DataFrame:
        """Every release's figure of every year in the window; see `every_vintage`."""
        return every_vintage(measure, *self._whose(measure), **self._window)

    def _whose(self, measure: str) -> tuple[str, str]:
        of_deaths = measure.endswith(("_deaths", "_death_rate"))
        return (
            ("United States", "cdc")
            if of_deaths
            else (self.scope.country, self.scope.agency)
        )

    @property
    def _window(self) -> dict[str, Any]:
        return {
            **self.scope.as_known,
            "start_year": self.scope.start_year,
            "end_year": _OPEN if self.scope.latest else self.scope.end_year,
        }

    def _axis(self, *tables: pd.DataFrame) -> tuple[int, int]:
        """The years of a chart: of an open window, up to the last that its tables have."""
        if not self.scope.latest:
            return self.scope.years
        years = [int(year) for table in tables for year in table["year"]]
        return (self.scope.start_year, max(years, default=self.scope.start_year))

    def output_per_hectare(self, mean: bool = False) -> pd.DataFrame:
        """Potential output over coca area by year, kilograms a hectare; on the `mean` of two year-ends if asked for."""
        output, area = (self.vintages(measure) for measure in reversed(MEASURES))
        breaks = self.history("coca_area").breaks["year"].tolist()
        return output_per_hectare(
            output,
            area,
            area_basis="mean_of_year_ends" if mean else "year_end",
            breaks=breaks,
        )

    def headline(self) -> Sentence:
        """The finding on area and output, or on cocaine deaths, as the report's title."""
        if self.scope.measures != MEASURES:
            return self._kept(
                growth.headline_deaths(self.history(DEATHS["all"]), self.scope.years)
            )
        return self._kept(
            growth.headline(
                *self._coca, self.scope.country, self.scope.agency, self.scope.years
            )
        )

    def headline_together(self, measure: str, deaths: str) -> Sentence:
        """The sentence that the rule on coca and deaths chooses, as the report's title."""
        return self._kept(self._pair(measure, deaths).headline())

    def key_points(self, *measures: str) -> Passage:
        """The growth of measures in a sentence each, the share of deaths with a synthetic opioid, and what can't be shown."""
        limits = say(
            "key_limits_deaths" if self.scope.measures != MEASURES else "key_limits"
        )
        return self._kept(
            Passage(
                "key_points", (*map(self._key_point, measures), limits), listed=True
            )
        )

    def _key_point(self, measure: str) -> Sentence:
        if measure != DEATHS["with"]:
            return growth.key_growth(self.history(measure), self.scope.years)
        slots = self.deaths().slots
        return say("key_share", slots) if slots else say("key_share_none")

    def key_points_together(self, measure: str, deaths: str) -> Passage:
        """The one p-value of all lags, and what it can't show."""
        return self._kept(
            growth.key_points(
                self.together(measure, deaths), "key_together", "key_confounder"
            )
        )

    @property
    def _coca(self) -> tuple[History, History]:
        return self.history("coca_area"), self.history("cocaine_output")

    def coverage(self, *measures: str) -> Table:
        """How much was printed of each measure, and by how many releases; those of coca and cocaine deaths by default."""
        asked = measures or (*MEASURES, *DEATHS.values())
        return self._kept(
            evidence.coverage({measure: self.vintages(measure) for measure in asked})
        )

    def growth(self, measure: str) -> Passage:
        """Growth over the window by one release, or what keeps it from being said."""
        past = self.history(measure)
        return self._kept(growth.growth_passage(past, self.scope.years_of(past)))

    def chart(self, measure: str) -> Chart:
        """One measure over the years; lines join figures of one release only."""
        past, unsettled = self.history(measure), self.series(measure, UNSETTLED)
        years = self._axis(past.table, unsettled)
        return self._kept(series_charts.measure_chart(past, unsettled, years))

    def chart_index(self, *measures: str) -> Chart:
        """Measures as multiples of one year that all have, joined as in their own charts."""
        pasts = [*map(self.history, measures)]
        years = self._axis(*(past.table for past in pasts))
        return self._kept(series_charts.index_chart(pasts, years))

    def chart_output_per_hectare(self) -> Chart:
        """Output per hectare over the years; hollow where output and area come from two releases."""
        breaks = pd.concat([self.history(measure).breaks for measure in MEASURES])
        return self._kept(
            series_charts.per_hectare_chart(
                self.output_per_hectare(), breaks, self.scope
            )
        )

    def table_output_per_hectare(self) -> Table:
        """Output per hectare of the area at the end of the year, and of the mean of two year-ends."""
        return self._kept(
            series_charts.per_hectare_table(
                self.output_per_hectare(), self.output_per_hectare(mean=True)
            )
        )

    @cached_property
    def _parts(self) -> decomposition.Parts:
        return decomposition.Parts(*self._coca, self.scope.years_of(*self._coca))

    def decomposition(self) -> Passage:
        """What of the change in output is area, and what output per hectare."""
        return self._kept(self._parts.passage())

    def table_decomposition(self) -> Table:
        """The same year by year."""
        return self._kept(self._parts.table())

    def chart_decomposition(self) -> Chart:
        """The same as bars."""
        return self._kept(self._parts.chart())

    def trend(self, measure: str) -> Passage:
        """The joinpoint trend of a measure over its longest unbroken stretch, in words."""
        return self._kept(self._fitted(measure).passage())

    def table_trend(self, measure: str) -> Table:
        """Its segments with their annual percent change."""
        return self._kept(self._fitted(measure).table())

    def chart_trend(self, measure: str) -> Chart:
        """Its points and the fitted curve."""
        return self._kept(self._fitted(measure).chart())

    def _fitted(self, measure: str) -> trends.Fitted:
        return trends.Fitted(self.settled(measure))

    def settled(self, measure: str) -> History:
        """As `history`, but never with provisional figures: nothing is fitted to those."""
        return history(measure, *self._whose(measure), **self._window)

    def deaths(self) -> Passage:
        """How US cocaine deaths changed, with and without synthetic opioids."""
        deaths, without = self.history(DEATHS["all"]), self.history(DEATHS["without"])
        return self._kept(
            growth.deaths_passage(deaths, without, self.vintages(DEATHS["with"]))
        )

    def chart_deaths(self) -> Chart:
        """US cocaine deaths: all, with and without a synthetic opioid named."""
        tables = {name: self.series(measure) for name, measure in DEATHS.items()}
        provisional = self.series(DEATHS["all"], UNSETTLED)
        years = self._axis(*tables.values(), provisional)
        return self._kept(series_charts.deaths_chart(tables, provisional, years))

    def _pair(self, measure: str, deaths: str) -> association.Pair:
        return self.pairs.setdefault(
            (measure, deaths),
            association.Pair(self.settled(measure), self.settled(deaths)),
        )

    def together(self, measure: str, deaths: str) -> Passage:
        """What the figures show of coca and deaths moving together."""
        return self._kept(self._pair(measure, deaths).passage())

    def table_lags(self, measure: str, deaths: str) -> Table:
        """The correlation of their growth at each lag."""
        return self._kept(self._pair(measure, deaths).lag_table())

    def chart_lags(self, measure: str, deaths: str) -> Chart:
        """The same as marks."""
        return self._kept(self._pair(measure, deaths).lag_chart())

    def chart_growth(self, measure: str, deaths: str) -> Chart:
        """Their growth rates, year by year."""
        pair = self._pair(measure, deaths)
        years = self._axis(pair.x.table, pair.y.table)
        return self._kept(pair.growth_chart(years))

    def robustness(self, measure: str) -> Passage:
        """The report's statement on a measure under other choices, in words."""
        return self._kept(self._statement(measure).passage())

    def table_robustness(self, measure: str) -> Table:
        """Every choice by name."""
        return self._kept(self._statement(measure).table())

    def chart_robustness(self, measure: str) -> Chart:
        """Every choice as a mark."""
        return self._kept(self._statement(measure).chart())

    def _statement(self, measure: str) -> sensitivity.Statement:
        past = self.settled(measure)
        last = self.scope.years_of(past)[1]
        return sensitivity.Statement(
            past, self.scope._replace(end_year=last, latest=False)
        )

    def claims(self) -> Table:
        """What the articles claim of these places, with a verdict for the articles' day and the report's."""
        return self._kept(
            claims.claims_table(
                check_claims(self.scope.as_of), (self.scope.country, "United States")
            )
        )

    def limits(self) -> Passage:
        """What the evidence cannot show."""
        tables = {
            measure: self.series(measure)
            for measure in (*self.scope.measures, DEATHS["all"])
        }
        unsettled = {measure: self.series(measure, UNSETTLED) for measure in tables}
        beyond = {measure: self._beyond(measure) for measure in tables}
        per_hectare = (
            self.output_per_hectare() if self.scope.measures == MEASURES else None
        )
        return self._kept(
            evidence.limits(
                tables,
                unsettled,
                list(map(self.history, tables)),
                self.scope,
                per_hectare,
                beyond,
            )
        )

    def explorer(self) -> Explorer:
        """What the page's explorer draws from: every figure of the country that a reader had, day by day."""
        return explorer(self.scope)

    def sources(self) -> Table:
        """The publications behind every figure shown so far, newest first."""
        return self._kept(evidence.sources(self.used, self.scope.as_of))
