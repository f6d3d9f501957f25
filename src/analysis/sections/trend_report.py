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
    deaths,
    decomposition,
    evidence,
    growth,
    sensitivity,
    series_charts,
    trends,
)
from analysis.sections.explorer import Explorer, explorer
from analysis.sections.scope import (
    AGENCIES,
    DEATHS,
    MEASURES,
    Scope,
    check_deaths,
    check_scope,
)
from analysis.statistics.output_per_hectare import (
    Basis,
    basis_of,
    output_per_hectare,
)
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
    >>> report.growth("cocaine_output").sentences[0].text[:71]
    'Potential cocaine output in Colombia grew about 3.6-fold (3.6 to 4.4), '
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
    compared: dict[str, association.Comparisons] = field(
        default_factory=dict
    )  # by the measure of deaths, those asked for so far

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

    def output_per_hectare(self, basis: Basis | None = None) -> pd.DataFrame:
        """Potential output over coca area by year, kg/ha, on the agency's own basis unless another is named."""
        breaks = self._area_before.breaks["year"].tolist()
        return output_per_hectare(
            self.vintages("cocaine_output"),
            self._area_before.vintages,
            area_basis=basis or basis_of(self.scope.agency),
            breaks=breaks,
        )

    @cached_property
    def _area_before(self) -> History:
        """The history of coca area from the year before the window on."""
        window = {**self._window, "start_year": self.scope.start_year - 1}
        statuses = (*SETTLED, *UNSETTLED) if self.scope.include_provisional else SETTLED
        whose = self._whose("coca_area")
        return history("coca_area", *whose, **window, statuses=statuses)

    def headline(self) -> Sentence:
        """The finding on area and output, or on cocaine deaths, as the report's title."""
        if self.scope.measures != MEASURES:
            past = self.history(DEATHS["all"])
            newest = deaths.newest_slots(past, self.scope.as_known)
            return self._kept(growth.headline_deaths(past, self.scope.years, newest))
        return self._kept(
            growth.headline(
                *self._coca, self.scope.country, self.scope.agency, self.scope.years
            )
        )

    def headline_together(self, deaths: str) -> Sentence:
        """How many comparisons of coca with these deaths show a signal, as the report's title."""
        return self._kept(self._comparisons(deaths).headline())

    def key_points(self, *measures: str) -> Passage:
        """The growth of measures in a sentence each, the share of deaths with a synthetic opioid, and what can't be shown."""
        said = [*map(self._key_point, measures)]
        if self.scope.measures != MEASURES:
            past = self.settled(DEATHS["all"])
            newest = deaths.newest_sentence(past, self.scope.as_known)
            said += [newest] if newest else []
            said.append(say("key_limits_deaths"))
        else:
            said.append(say("key_limits"))
        return self._kept(Passage("key_points", said, listed=True))

    def _key_point(self, measure: str) -> Sentence:
        if measure != DEATHS["with"]:
            return growth.key_growth(self.history(measure), self.scope.years)
        slots = self.deaths().slots
        return say("key_share", slots) if slots else say("key_share_none")

    def key_points_together(self, deaths: str) -> Passage:
        """The one p-value of all comparisons, what it rests on, and what it can't show."""
        return self._kept(self._comparisons(deaths).key_points())

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
        whole = history(measure, *self._whose(measure), **self.scope.as_known)
        others = [
            history(measure, self.scope.country, agency, **self._window)
            for agency in AGENCIES
            if measure in MEASURES and agency != self.scope.agency
        ]
        past = self.history(measure)
        years = self.scope.years_of(past)
        return self._kept(growth.growth_passage(past, years, whole, others))

    def chart(self, measure: str) -> Chart:
        """One measure over the years; lines join figures of one release only."""
        past = self.history(measure)
        unsettled = self.series(measure, UNSETTLED)
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
        """Output per hectare on both areas, and the yield that the agency published."""
        return self._kept(
            series_charts.per_hectare_table(
                self.output_per_hectare("year_end"),
                self.output_per_hectare("mean_of_year_ends"),
                self.vintages("cocaine_yield_productive_area"),
            )
        )

    @cached_property
    def _parts(self) -> decomposition.Parts:
        area = self._area_before
        output = self.history("cocaine_output")
        return decomposition.Parts(area, output, self.scope.years_of(area, output))

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
        everyone, without = map(self.history, (DEATHS["all"], DEATHS["without"]))
        beside = self.vintages(DEATHS["with"])
        return self._kept(growth.deaths_passage(everyone, without, beside))

    def deaths_beside(self) -> Passage:
        """Counts beside rates, deaths without any opioid, the share of all, better naming, the newest months."""
        names = (deaths.ALL, deaths.RATE, deaths.OVERDOSE, deaths.WITHOUT_ANY)
        histories = {name: self.settled(name) for name in names}
        return self._kept(deaths.deaths_beside(histories, self.scope.as_known))

    def table_deaths(self) -> Table:
        """The same year by year."""
        names = (deaths.ALL, deaths.OVERDOSE, *deaths.BESIDE)
        return self._kept(
            deaths.deaths_table({name: self.series(name) for name in names})
        )

    def chart_deaths(self) -> Chart:
        """US cocaine deaths: all, with and without a synthetic opioid named."""
        tables = {name: self.series(measure) for name, measure in DEATHS.items()}
        provisional = self.series(DEATHS["all"], UNSETTLED)
        years = self._axis(*tables.values(), provisional)
        return self._kept(series_charts.deaths_chart(tables, provisional, years))

    def _comparisons(self, deaths: str) -> association.Comparisons:
        if deaths not in self.compared:
            known = {**self._window, "place": self.scope.country}
            coca = tuple(
                history(measure, agency=agency, **known)
                for measure in MEASURES
                for agency in association.AGENCIES
            )
            (other,) = {DEATHS["all"], DEATHS["without"]} - {deaths}
            found = association.Comparisons(
                coca, self.settled(deaths), self.settled(other)
            )
            self.compared[deaths] = found
        return self.compared[deaths]

    def together(self, measure: str, deaths: str) -> Passage:
        """What the figures show of coca and deaths moving together."""
        return self._kept(self._comparisons(deaths).passage(measure))

    def table_comparisons(self, deaths: str) -> Table:
        """Coca by each measure and agency beside deaths: the strongest correlation and its p."""
        return self._kept(self._comparisons(deaths).table())

    def chart_comparisons(self, deaths: str) -> Chart:
        """The correlation at each lag of each comparison."""
        return self._kept(self._comparisons(deaths).chart())

    def chart_growth(self, measure: str, deaths: str) -> Chart:
        """Growth rates of coca by the report's agency and of deaths, year by year."""
        x = self.settled(measure)
        y = self.settled(deaths)
        years = self._axis(x.table, y.table)
        return self._kept(association.growth_chart(x, y, years))

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
        places = tuple(dict.fromkeys((self.scope.country, "United States")))
        checked = check_claims(self.scope.as_of, places)
        return self._kept(claims.claims_table(checked, places))

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
