"""Do coca and deaths move together? Every comparison that is open, each p-value and the one for all."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.display.drawing import Line, draw_banded_marks, line_chart
from analysis.display.numbers import (
    Cell,
    Number,
    Sentence,
    Slots,
    about,
    number,
    numbers,
    say,
)
from analysis.display.outputs import NONE, Chart, Passage, Table, chart_words, table
from analysis.precision import exceeds
from analysis.statistics import association
from analysis.statistics.association import Association
from analysis.tables import records
from analysis.vintages.history import History
from analysis.vocabulary import agency_label, capital, label

AGENCIES = ("us_government", "unodc")
EPISODE = (2014, 2017)  # years of growth: coca rose fast, and fentanyl came


def sound_growth(past: History) -> pd.DataFrame:
    """Growth on the year before as a difference of logarithms, where sound; with the rows behind it."""
    years = list(past.levels)
    steps = [
        (year, past.yearly_link(year - 1, year))
        for year in years
        if year - 1 in past.levels
    ]
    found = [
        (year, float(np.log(step.factor)), step.rows) for year, step in steps if step
    ]
    return pd.DataFrame(found, columns=["year", "growth", "rows"])


@dataclass(frozen=True)
class Comparisons:
    """Coca by every measure and agency beside deaths; what the parts of a report share is computed once."""

    coca: tuple[History, ...]
    deaths: History
    other_deaths: History  # those that the page's parameters reach besides

    @cached_property
    def _growth(self) -> tuple[pd.DataFrame, ...]:
        """Sound growth of each of coca, then of the deaths and of the others."""
        return tuple(map(sound_growth, (*self.coca, self.deaths, self.other_deaths)))

    @cached_property
    def found(self) -> association.Comparisons:
        """Each comparison with the deaths, and all at once."""
        *coca, deaths, _ = self._growth
        return association.compare([(x, deaths) for x in coca])

    @cached_property
    def of_all_deaths(self) -> association.Comparisons:
        """The same with the other deaths too: all that the page's parameters reach."""
        *coca, deaths, others = self._growth
        return association.compare([(x, y) for y in (deaths, others) for x in coca])

    @cached_property
    def without_episode(self) -> association.Comparisons:
        """The same without the growth of deaths in the years of the episode."""
        *coca, deaths, _ = self._growth
        rest = deaths[~deaths["year"].between(*EPISODE)]
        return association.compare([(x, rest) for x in coca])

    @cached_property
    def rows(self) -> list[str]:
        """The ids of all figures behind it."""
        *tables, _ = self._growth
        rows = (row for growth in tables for ids in growth["rows"] for row in ids)
        return list(dict.fromkeys(rows))

    @cached_property
    def made(self) -> list[tuple[History, Association]]:
        """The comparisons for which there are years enough."""
        each = zip(self.coca, self.found.each, strict=True)
        return [(past, result) for past, result in each if result]

    @property
    def _ending(self) -> str:
        """Which sentence is said, by the p-value of all with the episode and without it."""
        if not self.made:
            return "too_few"
        if not self.found.p_value < association.LEVEL:
            return "no_signal"
        rests = not self.without_episode.p_value < association.LEVEL
        return "episode" if rests else "beyond_episode"

    @cached_property
    def slots(self) -> Slots:
        """What is compared, how often, and what the comparisons give."""
        slots = about(self.deaths.measure, self.coca[0].place)
        level = number(100 * association.LEVEL, "percent")
        slots |= {"y": label(self.deaths.measure), "level": level}
        if not self.made:
            return slots
        past, best = min(self.made, key=lambda pair: pair[1].p_value)
        lag, _, r = best.strongest
        first, last = EPISODE
        years = {"before": first - 1, "from": first, "to": last}
        return {
            **slots,
            **self._counts(),
            **self._p_values(best),
            **numbers("year", self.rows, years),
            **self._sizes(),
            "r": number(r, "correlation", self.rows),
            "lag": self._lag(lag),
            "strongest": _named(past),
        }

    def _counts(self) -> dict[str, Number]:
        """How many comparisons there are, how many stand out, and what the test is made of."""
        counts = {
            "comparisons": len(self.made),
            "signals": sum(result.stands_out for _, result in self.made),
            "reached": sum(map(bool, self.of_all_deaths.each)),
            "lags": len(association.LAGS),
            "draws": association.DRAWS,
            "block": association.BLOCK,
        }
        return numbers("figures", self.rows, counts)

    def _p_values(self, best: Association) -> dict[str, Number]:
        """The p-value of the best comparison, and those of all."""
        p_values = {
            "p": best.p_value,
            "adjusted": self.found.p_value,
            "reached_p": self.of_all_deaths.p_value,
            "without": self.without_episode.p_value,
        }
        return numbers("p", self.rows, p_values)

    def _sizes(self) -> dict[str, Number]:
        """The fewest and most pairs of years, and the range of what they could show."""
        results = [result for _, result in self.made]
        pairs = [result.strongest[1] for result in results]
        shown = [result.smallest_shown for result in results]
        sizes = {"low": min(shown), "high": max(shown)}
        counts = {"fewest": min(pairs), "most": max(pairs)}
        return {
            **numbers("correlation", self.rows, sizes),
            **numbers("figures", self.rows, counts),
        }

    def _lag(self, years: int) -> Number:
        return number(years, "lag", self.rows, one="year")

    def passage(self, measure: str) -> Passage:
        """What the comparisons show: which sentences are said follows from the p-values of all."""
        names = [f"together_{self._ending}"]
        slots = self.slots
        if self.made:
            levels = self._levels(measure)
            slots |= levels
            names = [
                *(["together_levels"] if levels else []),
                "together_all",
                "together_adjusted",
                *names,
                "together_power",
                "together_test",
            ]
        names.append("together_confounder")
        return Passage("together", [say(name, slots) for name in names])

    def _levels(self, measure: str) -> Slots:
        """How the levels of one measure correlate with deaths, by the first agency that has it."""
        for past in self.coca:
            both = sorted({*past.levels} & {*self.deaths.levels})
            if past.measure == measure and len(both) >= association.FEWEST_PAIRS:
                x, y = (
                    [of.levels[year] for year in both] for of in (past, self.deaths)
                )
                r = number(float(np.corrcoef(x, y)[0, 1]), "correlation", self.rows)
                return {"levels": r, "levels_of": _named(past)}
        return {}

    def headline(self) -> Sentence:
        """How many comparisons show a signal, as a report's title."""
        return say(f"together_{self._ending}_title", self.slots, id="headline")

    def key_points(self) -> Passage:
        """The one p-value, what it rests on, and what it cannot show."""
        names = ["key_together", f"together_{self._ending}_key"] if self.made else []
        points = [say(name, self.slots) for name in (*names, "key_confounder")]
        return Passage("key_points", points, listed=True)

    def table(self) -> Table:
        """Each comparison: its strongest correlation, what chance gives, its p and what it could show."""
        rows = [*map(self._row, self.coca, self.found.each)]
        return table("comparisons", rows, self.slots)

    def _row(self, past: History, result: Association | None) -> list[Cell]:
        name = _name(past)
        if result is None:
            return [name, "too few", *[""] * 5]
        lag, pairs, r = result.strongest
        sizes = {"r": r, "limit": result.limit, "shown": result.smallest_shown}
        found = numbers("correlation", self.rows, sizes)
        return [
            name,
            number(pairs, "figures", self.rows),
            self._lag(lag),
            found["r"],
            found["limit"],
            number(result.p_value, "p", self.rows),
            found["shown"],
        ]

    def chart(self) -> Chart:
        """The correlation at each lag of each comparison, beside what its draws give."""
        parts = [
            result.by_lag.assign(row=_name(past), limit=result.limit)
            for past, result in self.made
        ]
        marks = pd.DataFrame({"row": [], "lag": [], "value": [], "limit": []})
        if parts:
            marks = pd.concat(parts, ignore_index=True).rename(columns={"r": "value"})
        marks["filled"] = [
            exceeds(abs(mark.value), mark.limit) for mark in records(marks)
        ]
        counts = {"beyond": int(marks["filled"].sum()), "marks": len(marks)}
        slots = self.slots | numbers("figures", self.rows, counts)
        words = chart_words("comparisons", slots, empty=not self.made)
        picture = draw_banded_marks("comparisons_chart", marks) if parts else NONE
        data = marks.assign(figure="")
        return Chart("comparisons_chart", *words, data, picture, "correlation")


def _named(past: History) -> str:
    return f"{label(past.measure)} ({agency_label(past.agency)})"


def _name(past: History) -> str:
    what = label(past.measure).split()[-1]  # area or output
    return f"{capital(what)}, {agency_label(past.agency)}"


def growth_chart(x: History, y: History, years: tuple[int, int]) -> Chart:
    """The growth rates of both by year; neighbouring years are joined, unsound steps are gaps."""
    growth = sound_growth(x), sound_growth(y)
    points = [*map(_growth_points, growth)]
    lines = [
        Line(label(past.measure), colour, part)
        for past, colour, part in zip((x, y), ("area", "deaths"), points, strict=True)
    ]
    rows = [row for part in points for row in part["figure"]]
    both = {*points[0]["year"]} & {*points[1]["year"]}
    slots = about(x.measure, x.place) | {"y": label(y.measure), "place_y": y.place}
    slots["pairs"] = number(len(both), "figures", rows)
    none = "No growth is sound in these years."
    words = chart_words("growth_rates", slots)
    return line_chart("growth_rates", lines, years, words, "percent", none)


def _growth_points(growth: pd.DataFrame) -> pd.DataFrame:
    value = 100 * np.expm1(growth["growth"])
    figure = growth["rows"].str[-1]
    return growth.assign(
        value=value, figure=figure, joined=growth["year"].diff().eq(1), hollow=False
    )
