"""One measure by every agency: how they differ, and its panel with the finding as the title."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.display.drawing import Line
from analysis.display.numbers import Number, Sentence, Slots, about, joined, number, say
from analysis.display.outputs import Chart, chart_words
from analysis.display.panels import Panel, panel_chart
from analysis.precision import exceeds, recorded
from analysis.sections.overview_lines import (
    NEAR,
    STYLES,
    Drawn,
    events_of,
    extremes_slots,
)
from analysis.sections.scope import Scope
from analysis.tables import records
from analysis.vocabulary import label, measures

_UNITS = {
    "ha": "thousand net hectares",
    "t": "metric tons of pure cocaine a year",
    "deaths": "thousand a year",
}
_NAMED = 3  # releases in a source line; the rest stand in the list of figures


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

    @property
    def by(self) -> str:
        """Whose figures the sentences follow."""
        agency = self.lines[0].history.agency
        return say(f"overview_name_{agency}").text

    def apart(self) -> Sentence | None:
        """By how much two agencies differ at most; None without a common year."""
        if len(self.lines) < 2:
            return None
        one, two = self.lines[:2]
        ratios: dict[int, float] = {}
        for year in _common_years(one, two):
            pair = one.levels[year], two.levels[year]
            ratios[year] = max(pair) / min(pair)
        if not ratios:
            return None
        year = max(ratios, key=lambda at: (recorded(ratios[at]), at))
        rows = [one.rows[year], two.rows[year]]
        text = f"{ratios[year]:.1f}"
        slots: Slots = {"what": label(self.measure)}
        slots["factor"] = number(ratios[year], "times", rows, text=text)
        slots["year"] = number(year, "year", rows)
        return say("overview_apart", slots, id=self.measure)

    def opposite(self) -> Sentence | str:
        """The last year in which one agency says that it rose and another that it fell."""
        if len(self.lines) < 2:
            return ""
        one, two = self.lines[:2]
        for year in reversed(_common_years(one, two)):
            step = one.history.yearly_link(year - 1, year)
            other = two.history.yearly_link(year - 1, year)
            if not step or not other:
                continue
            change = step.factor - 1
            other_change = other.factor - 1
            if not exceeds(0, change * other_change):
                continue
            rows = [*step.rows, *other.rows]
            slots: Slots = {"one": one.name, "two": two.name}
            slots["way"] = "up" if change > 0 else "down"
            slots["other_way"] = "up" if other_change > 0 else "down"
            slots["year"] = number(year, "year", rows)
            slots["change"] = number(100 * abs(change), "percent", rows)
            slots["other"] = number(100 * abs(other_change), "percent", rows)
            return say("overview_opposite", slots, id="opposite")
        return ""


def _common_years(one: Drawn, two: Drawn) -> list[int]:
    return sorted({*one.levels} & {*two.levels})


@dataclass(frozen=True)
class Panels:
    """Charts shown one after the other by one cell."""

    charts: Sequence[Chart]

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for chart in self.charts:
            display(chart)  # type: ignore[no-untyped-call]


def compared_chart(panel: Compared, scope: Scope, since: Sentence | str) -> Chart:
    """A measure as a panel; `since` is what its title says of the years after the last settled one."""
    id = f"overview_{panel.measure}"
    unit = measures()[panel.measure].unit
    events = events_of(panel.place, scope.years, scope.as_of)
    lines = [line.line() for line in panel.lines]
    drawing = Panel(lines, events, scope.years, STYLES[unit].scale)
    title = tight(_title(panel, since))
    slots = about(panel.measure, panel.place)
    slots["unit"] = _UNITS[unit]
    slots["legend"] = _legend(lines)
    slots["releases"] = _releases(lines)
    if lines:
        slots["lines"] = joined([*map(_in_words, panel.lines)], " ")
        slots["events"] = "; ".join(event.label for event in events) or "none"
    words = chart_words("overview", slots, id=id, empty=not lines, title=title)
    return panel_chart(id, drawing, words, unit)


def _in_words(line: Drawn) -> Sentence:
    """A line for those who don't see it: its extremes, and what is drawn hollow."""
    unit = measures()[line.history.measure].unit
    hollow = []
    for row in records(line.late):
        slots: Slots = {"status": NEAR[row.status]}
        slots["value"] = number(row.value, unit, [row.figure])
        slots["year"] = number(row.year, "year", [row.figure])
        id = f"{line.name}_{row.year}"
        hollow.append(say("overview_alt_hollow", slots, id=id))
    late = joined(hollow, "") if hollow else ""
    return say("overview_alt_line", extremes_slots(line) | {"late": late}, id=line.name)


def _title(panel: Compared, since: Sentence | str) -> Sentence:
    """The finding of a panel."""
    id = f"overview_{panel.measure}_title"
    line = panel.lead
    if line is None:
        return say("title_no_figures", about(panel.measure), id=id)
    slots = line.slots(line.legs[-1])
    slots["by"] = panel.by
    slots["since"] = since
    if len(line.legs) == 1:
        return say("overview_title_straight", slots, id=id)
    slots["before_way"] = line.slots(line.legs[0])["way"]
    return say("overview_title_turned", slots, id=id)


def _legend(lines: Sequence[Line]) -> str:
    """What the marks of a panel mean, of those that it has."""
    has: set[str] = set()
    for line in lines:
        points = line.points
        has.update(points["link"])
        if (points["low"] < points["high"]).any():
            has.add("bars")
        if points["hollow"].any():
            has.add("hollow")
        if _has_gap(line):
            has.add("gap")
    names = ("one", "other", "bars", "hollow", "gap")
    parts = [say(f"overview_legend_{name}").text for name in names if name in has]
    return "; ".join(parts)


def _releases(lines: Sequence[Line]) -> str:
    """The newest releases that a panel draws."""
    dated: list[tuple[str, str]] = []
    for line in lines:
        points = line.points
        dated += zip(points["release_date"], points["release"], strict=True)
    dated.sort(reverse=True)
    names = list(dict.fromkeys(name for _, name in dated))
    if not names:
        return "none"
    newest = ", ".join(names[:_NAMED])
    return f"{newest} and older ones" if len(names) > _NAMED else newest


def _has_gap(line: Line) -> bool:
    settled = line.points[~line.points["hollow"]]
    links = settled["link"].iloc[1:]
    return bool((links == "").any())


def tight(sentence: Sentence) -> Sentence:
    """A sentence with no space before a percent sign."""
    parts: list[Number | str] = []
    for part in sentence.parts:
        if isinstance(part, Number):
            text = part.text.replace("\u00a0%", "%")
            part = part._replace(text=text)
        parts.append(part)
    return replace(sentence, parts=tuple(parts))
