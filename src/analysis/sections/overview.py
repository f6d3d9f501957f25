"""The overview: area, output and deaths side by side, what each did, and whether they are linked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analysis.display.numbers import (
    Sentence,
    Slot,
    Slots,
    about,
    joined,
    number,
    numbers,
    say,
)
from analysis.display.outputs import Passage, Table
from analysis.sections import evidence
from analysis.sections.association import Comparisons
from analysis.sections.growth_doubt import size_of, verb_of
from analysis.sections.overview_compared import Compared, Panels, compared_chart, tight
from analysis.sections.overview_lines import Drawn, drawn_of
from analysis.sections.scope import AGENCIES, DEATHS, MEASURES, Scope, check_scope
from analysis.statistics.association import LEVEL
from analysis.vintages.series import LATEST, UNSETTLED, every_vintage
from analysis.vocabulary import label

_COLOURS = {"unodc": "area", "us_government": "output", "devida": "yield"}


def open_overview(**parameters: Any) -> "Overview":
    """The overview of one country's coca and of US deaths over the same years.

    Parameters
    ----------
    country, as_of : str
        See `Scope`.
    start_year, end_year : int
        First and last calendar year; `end_year` may be "latest", the last with a figure.

    Raises
    ------
    InputError
        If a parameter is wrong or there are no figures for them.

    Examples
    --------
    >>> report = open_overview(country="Colombia", start_year=1999, end_year=2024)
    >>> report.area.agencies
    ['unodc', 'us_government']
    """
    scope = check_scope(agency="us_government", **parameters)
    if parameters.get("end_year") == LATEST:
        scope = scope._replace(end_year=_last_year(scope))
    return Overview(scope)


def _last_year(scope: Scope) -> int:
    wide = Overview(scope._replace(end_year=9999))
    lines = [line for panel in wide.panels for line in panel.lines]
    return max(max(line.levels) for line in lines)


@dataclass(frozen=True)
class Overview:
    """The parts of the overview; each shows itself in a notebook."""

    scope: Scope  # checked

    @property
    def _window(self) -> dict[str, Any]:
        years = {"start_year": self.scope.start_year, "end_year": self.scope.end_year}
        return {**years, "as_of": self.scope.as_of}

    def _compared(self, measure: str) -> Compared:
        place = self.scope.country
        lines = []
        for agency in AGENCIES:
            name = say(f"overview_name_{agency}").text
            words = (measure, place, agency, name, _COLOURS[agency])
            line = drawn_of(*words, **self._window)
            if len(line.levels) > 1:
                lines.append(line)
        lines.sort(key=lambda line: -max(line.levels))
        return Compared(measure, place, lines)

    @cached_property
    def area(self) -> Compared:
        """Coca area by every agency."""
        return self._compared(MEASURES[0])

    @cached_property
    def output(self) -> Compared:
        """Potential output by every agency."""
        return self._compared(MEASURES[1])

    @cached_property
    def deaths(self) -> Compared:
        """US cocaine deaths, all and without a synthetic opioid."""
        place = "United States"
        without = say("overview_without").text
        named = {"all": ("all", "deaths"), "without": (without, "deaths_2")}
        lines = []
        for key, looks in named.items():
            line = drawn_of(DEATHS[key], place, "cdc", *looks, **self._window)
            if len(line.levels) > 1:
                lines.append(line)
        return Compared(DEATHS["all"], place, lines)

    @property
    def panels(self) -> tuple[Compared, Compared, Compared]:
        """The three panels, from top to bottom."""
        return self.area, self.output, self.deaths

    def headline(self) -> Sentence:
        """What the three did, and whether the figures show a link, as the page's title."""
        leads = [panel.lead for panel in self.panels]
        legs = [line.legs[-1] for line in leads if line]
        ways = {line.slots(line.legs[-1])["way"] for line in leads if line}
        slots: Slots = {"place": self.scope.country, "link": self._link("headline")}
        if len(legs) < len(leads) or len(ways) > 1:
            slots["pieces"] = joined([*self._ways(leads)], ", ")
            return say("overview_headline_apart", slots, id="headline")
        since = max(leg.first_year for leg in legs)
        rows = [line.rows[line.legs[-1].first_year] for line in leads if line]
        slots |= numbers("year", rows, {"since": since})
        slots["risen"] = "risen" if ways == {"rose"} else "fallen"
        return say("overview_headline", slots, id="headline")

    def _ways(self, leads: Sequence[Drawn | None]) -> Iterator[Sentence]:
        for panel, line in zip(self.panels, leads, strict=True):
            what: Slots = {"what": label(panel.measure)}
            if line is None:
                yield say("overview_way_none", what, id=panel.measure)
            else:
                slots = line.slots(line.legs[-1])
                yield say("overview_way", slots, id=panel.measure)

    def key_points(self) -> Passage:
        """Area, output, how agencies differ, deaths, and a link, a sentence each."""
        said = [
            self._course(self.area, "overview_area"),
            self._course(self.output, "overview_output"),
            self._difference(),
            self._deaths_sentence(),
            self._link("link"),
        ]
        tightened = [tight(sentence) for sentence in said]
        return Passage("key_points", tightened, listed=True)

    def _course(self, panel: Compared, id: str, end: Slot = "") -> Sentence:
        """What a measure did, leg by leg, with what other agencies say last."""
        line = panel.lead
        if line is None:
            return say("overview_none", about(panel.measure, panel.place), id=id)
        last = line.slots(line.legs[-1])
        slots = last | {"by": panel.by}
        slots["end"] = end or self._others(panel)
        if len(line.legs) == 1:
            return say("overview_straight", slots, id=id)
        first = line.slots(line.legs[0])
        slots |= {f"before_{name}": slot for name, slot in first.items()}
        return say("overview_turned", slots, id=id)

    def _others(self, panel: Compared) -> Sentence | str:
        """The last figure of each other agency."""
        said = []
        for line in panel.lines[1:]:
            slots = line.slots(line.legs[-1])
            slots["by"] = line.name
            said.append(say("overview_other", slots, id=line.history.agency))
        return _after(said, "; ") if said else ""

    def _difference(self) -> Sentence:
        """By how much two agencies differ at most, and when they differ in direction."""
        id = "overview_difference"
        apart = (self.area.apart(), self.output.apart())
        pieces = [piece for piece in apart if piece]
        if not pieces:
            return say("overview_one_agency", place=self.scope.country, id=id)
        return say(id, pieces=joined(pieces), opposite=self.area.opposite())

    def _deaths_sentence(self) -> Sentence:
        """What deaths did, what provisional counts say since, and the share with fentanyl."""
        parts = [part for part in (self._share(), self._provisional()) if part]
        return self._course(
            self.deaths, "overview_deaths", joined(parts, "") if parts else ""
        )

    def _provisional(self) -> Sentence | None:
        """The change from the last settled year to the last provisional one, by a release that gives both."""
        words = (DEATHS["all"], "United States", "cdc")
        found = every_vintage(*words, statuses=UNSETTLED, **self._window)
        levels = self.deaths.lines[0].levels if self.deaths.lines else ()
        settled = max(levels, default=0)
        starts = found[found["year"] == settled].set_index("release")
        late = found[found["year"] > settled]
        late = late[late["release"].isin(starts.index)]
        if late.empty:
            return None
        last = late.iloc[-1]
        start = starts.loc[last["release"]]
        rows = [str(start["figure"]), str(last["figure"])]
        factor = float(last["value"] / start["value"])
        slots: Slots = {"verb": verb_of(factor)}
        slots["size"] = size_of(factor, tuple(rows), factor < 1, factor >= 2)
        slots |= numbers("year", rows, {"start": settled, "year": int(last["year"])})
        return say("overview_provisional", slots, id="provisional")

    def _share(self) -> Sentence | None:
        """The share of deaths that also involved a synthetic opioid, in the last year."""
        window = self._window
        beside, every = (
            every_vintage(DEATHS[key], "United States", "cdc", **window)
            for key in ("with", "all")
        )
        both = beside.merge(every, on=["release", "year"], suffixes=("", "_all"))
        if both.empty:
            return None
        last = both.iloc[-1]
        rows = [str(last["figure"]), str(last["figure_all"])]
        share = number(100 * last["value"] / last["value_all"], "percent", rows)
        year = number(int(last["year"]), "year", rows)
        return say("overview_share", share=share, year=year, id="share")

    @cached_property
    def _comparisons(self) -> Comparisons | None:
        """Growth of each line of coca beside that of deaths; None without deaths."""
        if not self.deaths.lines:
            return None
        deaths = self.deaths.lines[0].history
        lines = [*self.area.lines, *self.output.lines]
        return Comparisons(tuple(line.history for line in lines), deaths, deaths)

    def _link(self, part: str) -> Sentence:
        """Whether coca and deaths move together, by one p-value for all comparisons."""
        compared = self._comparisons
        if not compared or not compared.made:
            return say(f"overview_{part}_untested", id=f"overview_{part}")
        chance = not compared.found.p_value < LEVEL
        signals = [result.stands_out for _, result in compared.made]
        name = "none" if chance else "all" if all(signals) else "some"
        counts = {"together": sum(signals), "all": len(signals)}
        slots: Slots = {**numbers("figures", compared.rows, counts)}
        slots["p"] = number(compared.found.p_value, "p", compared.rows)
        slots["are"] = "is" if sum(signals) == 1 else "are"
        return say(f"overview_{part}_{name}", slots, id=f"overview_{part}")

    def charts(self) -> Panels:
        """The three panels."""
        charts = []
        for panel in self.panels:
            since = self._provisional() if panel is self.deaths else None
            charts.append(compared_chart(panel, self.scope, since or ""))
        return Panels(charts)

    def sources(self) -> Table:
        """The publications behind every figure said or drawn, newest first."""
        sentences = [self.headline(), *self.key_points().sentences]
        drawn = set[str]()
        for chart in self.charts().charts:
            sentences += [chart.title, chart.alt]
            drawn |= {*chart.data["figure"]} - {""}
        numbers = [number for sentence in sentences for number in sentence.numbers]
        said = {row for number in numbers for row in number["rows"]}
        return evidence.sources(said | drawn, self.scope.as_of)

    def limits(self) -> Passage:
        """What cannot be said, in three sentences."""
        names = ("cause", "output", "named")
        said = [say(f"overview_limits_{name}") for name in names]
        return Passage("overview_limits", said, listed=True)


def _after(sentences: Sequence[Sentence], between: str) -> Sentence:
    """Sentences made one, each with what is `between` before it."""
    parts = [part for said in sentences for part in (between, *said.parts)]
    return Sentence("", tuple(parts))
