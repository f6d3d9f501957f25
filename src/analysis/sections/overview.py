"""The overview: area, output and deaths side by side, what each did, and whether they are linked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from analysis.display.drawing import Line
from analysis.display.numbers import (
    Number,
    Sentence,
    Slot,
    Slots,
    about,
    joined,
    number,
    numbers,
    say,
)
from analysis.display.outputs import Chart, Passage, chart_words
from analysis.display.panels import Panel, panel_chart
from analysis.precision import exceeds, recorded
from analysis.sections.association import Comparisons
from analysis.sections.growth_doubt import size_of, verb_of
from analysis.sections.overview_lines import (
    STYLES,
    Drawn,
    drawn_of,
    events_of,
    extremes_slots,
)
from analysis.sections.scope import AGENCIES, DEATHS, MEASURES, Scope, check_scope
from analysis.statistics.association import LEVEL
from analysis.vintages.series import LATEST, UNSETTLED, every_vintage
from analysis.vocabulary import label, measures

_COLOURS = {"unodc": "area", "us_government": "output", "devida": "yield"}
_UNITS = {
    "ha": "thousand net hectares",
    "t": "metric tons of pure cocaine a year",
    "deaths": "thousand a year",
}
_NAMED = 3  # releases in a source line; the rest stand in the list of figures


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
class Compared:
    """A measure by every agency that has two figures or more, the latest to end first."""

    measure: str
    place: str
    lines: Sequence[Drawn]

    @property
    def agencies(self) -> list[str]:
        """The agencies, the latest to end first."""
        return [line.history.agency for line in self.lines]

    @property
    def lead(self) -> Drawn | None:
        """The line that the sentences follow; None if there is none."""
        return self.lines[0] if self.lines else None


@dataclass(frozen=True)
class Overview:
    """The parts of the overview; each shows itself in a notebook."""

    scope: Scope  # checked

    @property
    def _window(self) -> dict[str, Any]:
        years = {"start_year": self.scope.start_year, "end_year": self.scope.end_year}
        return {**years, "as_of": self.scope.as_of}

    def _compared(self, measure: str) -> Compared:
        lines = [
            drawn_of(
                measure,
                self.scope.country,
                agency,
                say(f"overview_name_{agency}").text,
                _COLOURS[agency],
                **self._window,
            )
            for agency in AGENCIES
        ]
        found = [line for line in lines if len(line.levels) > 1]
        return Compared(
            measure,
            self.scope.country,
            sorted(found, key=lambda line: -max(line.levels)),
        )

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
        named = {
            "all": ("all", "deaths"),
            "without": (say("overview_without").text, "deaths_2"),
        }
        lines = [
            drawn_of(DEATHS[key], "United States", "cdc", *named[key], **self._window)
            for key in named
        ]
        return Compared(
            DEATHS["all"],
            "United States",
            [line for line in lines if len(line.levels) > 1],
        )

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
        return Passage(
            "key_points", [_tight(sentence) for sentence in said], listed=True
        )

    def _course(self, panel: Compared, id: str, end: Slot = "") -> Sentence:
        """What a measure did, leg by leg, with what other agencies say last."""
        line = panel.lead
        if line is None:
            return say("overview_none", about(panel.measure, panel.place), id=id)
        last = line.slots(line.legs[-1])
        slots = last | {"by": _by(panel)}
        slots["end"] = end or self._others(panel)
        if len(line.legs) == 1:
            return say("overview_straight", slots, id=id)
        first = line.slots(line.legs[0])
        slots |= {f"before_{name}": slot for name, slot in first.items()}
        return say("overview_turned", slots, id=id)

    def _others(self, panel: Compared) -> Sentence | str:
        """The last figure of each other agency."""
        said = [
            say(
                "overview_other",
                line.slots(line.legs[-1]) | {"by": line.name},
                id=line.history.agency,
            )
            for line in panel.lines[1:]
        ]
        return _after(said, "; ") if said else ""

    def _difference(self) -> Sentence:
        """By how much two agencies differ at most, and when they differ in direction."""
        id = "overview_difference"
        pieces = [
            piece for piece in map(self._apart, (self.area, self.output)) if piece
        ]
        if not pieces:
            return say("overview_one_agency", place=self.scope.country, id=id)
        return say(id, pieces=joined(pieces), opposite=self._opposite())

    def _apart(self, panel: Compared) -> Sentence | None:
        if len(panel.lines) < 2:
            return None
        one, two = panel.lines[:2]
        ratios = {
            year: max(one.levels[year], two.levels[year]) / min(one.levels[year], two.levels[year])
            for year in sorted({*one.levels} & {*two.levels})
        }  # fmt: skip
        if not ratios:
            return None
        year = max(ratios, key=lambda at: (recorded(ratios[at]), at))
        rows = [one.rows[year], two.rows[year]]
        factor = number(ratios[year], "times", rows, text=f"{ratios[year]:.1f}")
        slots: Slots = {"factor": factor, "year": number(year, "year", rows)}
        slots["what"] = label(panel.measure)
        return say("overview_apart", slots, id=panel.measure)

    def _opposite(self) -> Sentence | str:
        """The last year in which one agency says that area rose and another that it fell."""
        if len(self.area.lines) < 2:
            return ""
        one, two = self.area.lines[:2]
        for year in sorted({*one.levels} & {*two.levels}, reverse=True):
            steps = [line.history.yearly_link(year - 1, year) for line in (one, two)]
            changes = [step.factor - 1 for step in steps if step]
            if len(changes) == 2 and exceeds(0, changes[0] * changes[1]):
                rows = [row for step in steps if step for row in step.rows]
                sizes = {
                    name: number(100 * abs(change), "percent", rows)
                    for name, change in zip(("change", "other"), changes, strict=True)
                }
                words: Slots = {"one": one.name, "two": two.name}
                words |= {"way": "up" if changes[0] > 0 else "down"}
                words |= {"other_way": "up" if changes[1] > 0 else "down"}
                words["year"] = number(year, "year", rows)
                return say("overview_opposite", words | {**sizes}, id="opposite")
        return ""

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

    def charts(self) -> "Panels":
        """The three panels."""
        return Panels([*map(self._chart, self.panels)])

    def _chart(self, panel: Compared) -> Chart:
        events = events_of(panel.place, self.scope.years, self.scope.as_of)
        unit, lines = (
            measures()[panel.measure].unit,
            [line.line() for line in panel.lines],
        )
        drawing = Panel(lines, events, self.scope.years, STYLES[unit].scale)
        id, slots = f"overview_{panel.measure}", about(panel.measure, panel.place)
        slots |= {"unit": _UNITS[unit], **_legend(drawing)}
        title = _tight(self._title(panel))
        if not panel.lines:
            return panel_chart(id, drawing, chart_words("overview", slots, id=id, empty=True, title=title), unit)  # fmt: skip
        said = [say("overview_alt_line", extremes_slots(line), id=line.name) for line in panel.lines]  # fmt: skip
        slots["lines"] = joined(said, " ")
        slots["events"] = "; ".join(event.label for event in events) or "none"
        return panel_chart(
            id, drawing, chart_words("overview", slots, id=id, title=title), unit
        )

    def _title(self, panel: Compared) -> Sentence:
        """The finding of a panel."""
        id, line = f"overview_{panel.measure}_title", panel.lead
        if line is None:
            return say("title_no_figures", about(panel.measure), id=id)
        slots = line.slots(line.legs[-1]) | {"by": _by(panel), "since": ""}
        if panel is self.deaths:
            slots["since"] = self._provisional() or ""
        if len(line.legs) > 1:
            slots["before_way"] = line.slots(line.legs[0])["way"]
        name = "turned" if len(line.legs) > 1 else "straight"
        return say(f"overview_title_{name}", slots, id=id)

    def limits(self) -> Passage:
        """What cannot be said, in three sentences."""
        names = ("cause", "output", "named")
        return Passage("overview_limits", [say(f"overview_limits_{name}") for name in names], listed=True)  # fmt: skip


@dataclass(frozen=True)
class Panels:
    """Charts shown one after the other by one cell."""

    charts: Sequence[Chart]

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for chart in self.charts:
            display(chart)  # type: ignore[no-untyped-call]


def _legend(panel: Panel) -> Slots:
    """What a panel's marks mean, of those that it has."""
    has = {
        "one": any((line.points["link"] == "one").any() for line in panel.lines),
        "other": any((line.points["link"] == "other").any() for line in panel.lines),
        "bars": any((line.points["low"] < line.points["high"]).any() for line in panel.lines),
        "hollow": any(line.points["hollow"].any() for line in panel.lines),
        "gap": any(_has_gap(line) for line in panel.lines),
    }  # fmt: skip
    parts = [
        say(f"overview_legend_{name}").text
        for name, is_there in has.items()
        if is_there
    ]
    tables = [line.points for line in panel.lines]
    newest = [row for table in tables for row in zip(table["release_date"], table["release"], strict=True)]  # fmt: skip
    releases = list(dict.fromkeys(name for _, name in sorted(newest, reverse=True)))
    older = " and older ones" if len(releases) > _NAMED else ""
    return {
        "legend": "; ".join(parts),
        "releases": (", ".join(releases[:_NAMED]) or "none") + older,
    }


def _by(panel: Compared) -> str:
    """Whose figures the sentences on a measure follow."""
    assert panel.lead
    return say(f"overview_name_{panel.lead.history.agency}").text


def _has_gap(line: Line) -> bool:
    settled = line.points[~line.points["hollow"]]
    return bool((settled["link"].iloc[1:] == "").any())


def _after(sentences: Sequence[Sentence], between: str) -> Sentence:
    """Sentences made one, each with what is `between` before it."""
    parts = [part for said in sentences for part in (between, *said.parts)]
    return Sentence("", tuple(parts))


def _tight(sentence: Sentence) -> Sentence:
    """A sentence with no space before a percent sign."""
    parts = (
        part._replace(text=part.text.replace("\u00a0%", "%"))
        if isinstance(part, Number)
        else part
        for part in sentence.parts
    )
    return replace(sentence, parts=tuple(parts))
