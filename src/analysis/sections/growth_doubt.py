"""What a growth leaves open, in words: its range, how its first figure was read, its window."""

import pandas as pd

from analysis.display.numbers import (
    Number,
    Sentence,
    Slots,
    about,
    joined,
    number,
    say,
    value_of,
    year_in,
)
from analysis.precision import recorded
from analysis.vintages.growth_range import YEARS_BEFORE, Range, growth_range
from analysis.vintages.history import Growth, History
from analysis.vintages.revisions import revision_range, revisions
from analysis.vintages.turning_points import beside, turn_inside
from analysis.vocabulary import agency_label, measures

_ENOUGH = 5  # years published more than once, of which a range can be said


def size_of(factor: float, rows: tuple[str, ...], falling: bool, grew: bool) -> Number:
    """A growth factor as its sentence gives it: 3.6-fold, or the percent of a rise or fall."""
    if grew:
        return number(factor, "times", rows, text=f"{recorded(factor):.1f}-fold")
    return number((1 - factor if falling else factor - 1) * 100, "percent", rows)


def size_slot(history: History, growth: Growth) -> Number | Sentence:
    """
    The size of a growth, with its range where that shows in the digits given.

    So "3.6-fold", or "about 3.6-fold (3.6 to 4.4)": the range is that of `growth_range`.
    """
    grew = recorded(growth.factor) >= 2
    falling = recorded(growth.factor) < 1
    size = size_of(growth.factor, growth.rows, falling, grew)
    limits = growth_range(history, growth)
    rows = (*growth.rows, *limits.rows)
    low, high = (
        _bare(size_of(limit, rows, falling, grew), grew)
        for limit in (limits.low, limits.high)
    )
    if {low.text, high.text} == {_bare(size, grew).text}:
        return size
    ends = (high, low) if falling else (low, high)
    return say("size_range", size=size, size_low=ends[0], size_high=ends[1])


def _bare(size: Number, grew: bool) -> Number:
    text = size.text.removesuffix("-fold")
    return size._replace(text=text if grew else text.replace("\u00a0%", ""))


def range_sentence(id: str, history: History, growth: Growth) -> Sentence | None:
    """What the range of a growth rests on; None where it is no wider than its digits show."""
    if isinstance(size_slot(history, growth), Number):
        return None
    limits = growth_range(history, growth)
    rows = (*growth.rows, *limits.rows)
    slots: Slots = {
        name: number(value, "times", rows, text=f"{value:.2f}")
        for name, value in limits._asdict().items()
        if name in Range._fields[:4]
    }
    slots["first_year"] = number(growth.first_year, "year", growth.rows[:1])
    slots["firsts"] = number(len(limits.rows), "figures", limits.rows, one="figure")
    slots["before"] = number(YEARS_BEFORE, "figures", text="five")
    joints = number(limits.joints, "figures", rows, one="revision")
    slots["joints"] = say("growth_range_joints", joints=joints) if limits.joints else ""
    by_rounding = (limits.low, limits.high) == (limits.rounded_low, limits.rounded_high)
    name = "growth_range_rounding" if by_rounding else "growth_range"
    return say(name, slots, id=f"{id}_range")


def first_reading(history: History, growth: Growth) -> str:
    """How the first figure of a growth was read: official, copy or repeated."""
    read = history.vintages.set_index("figure")["read_from"]
    return str(read.get(growth.rows[0], "official"))


def window_sentences(
    id: str, history: History, growth: Growth, whole: History
) -> list[Sentence]:
    """That a window begins or ends beside a low or high, or that the series turned inside it.

    `whole` is the history of the same figures without a window of years.
    """
    said = []
    for end, year in (("begins", growth.first_year), ("ends", growth.last_year)):
        if point := beside(whole, year):
            rows = history.vintages["figure"]
            slots: Slots = {
                "end": end,
                "kind": point.kind,
                "year": number(point.year, "year", rows),
                "at": number(year, "year", rows),
            }
            name = "growth_at_turn" if point.year == year else "growth_beside"
            said.append(say(name, slots, id=f"{id}_{end}"))
    if turn := turn_inside(history, growth):
        said.append(_turn_sentence(id, history, growth, turn))
    return said


def revised_sentence(id: str, whole: History) -> Sentence | None:
    """How far past figures were revised, newest over first; None where few years were published twice."""
    table = revisions(whole.vintages)
    if len(table) < _ENOUGH:
        return None
    slots = about(whole.measure) | revision_slots(table)
    name = "growth_revised" if table["revised"].any() else "growth_never_revised"
    return say(name, slots, id=f"{id}_revised")


def revision_slots(table: pd.DataFrame) -> Slots:
    """The numbers of `revision_range`, and of how many years it is."""
    rows = [*table["figure_first"], *table["figure_newest"]]
    slots: Slots = {
        name: number(multiple, "times", rows, text=f"{recorded(multiple):.2f}")
        for name, multiple in revision_range(table).items()
    }
    slots["years"] = number(len(table), "figures", rows, one="year")
    return slots


def _turn_sentence(
    id: str, history: History, growth: Growth, turn: tuple[Growth, Growth]
) -> Sentence:
    to, since = turn
    unit = measures()[history.measure].unit
    slots: Slots = {
        "year": number(to.last_year, "year", to.rows),
        "last_year": number(growth.last_year, "year", since.rows[-1:]),
        "level": number(to.last, unit, to.rows[-1:]),
    }
    for name, part in (("to", to), ("since", since)):
        grew = recorded(part.factor) >= 2
        falling = recorded(part.factor) < 1
        slots[name] = size_of(part.factor, part.rows, falling, grew)
        slots[f"{name}_verb"] = verb_of(part.factor)
    return say("growth_turn", slots, id=f"{id}_turn")


def verb_of(factor: float) -> str:
    """Grew (2-fold or more), rose by or fell by."""
    if recorded(factor) >= 2:
        return "grew"
    return "rose by" if recorded(factor) >= 1 else "fell by"


def beyond_slots(history: History, growth: Growth) -> Slots:
    """The newest figure where a growth ends before it, beside the newest of its first year."""
    levels = history.levels
    last = max(history.levels, default=0)
    if last <= growth.last_year:
        return {}
    first = growth.first_year if growth.first_year in levels else min(levels)
    unit = measures()[history.measure].unit
    of_year = history.table.set_index("year")["figure"]
    rows = (str(of_year[first]), str(of_year[last]))
    multiple = levels[last] / levels[first]
    return {
        "first": number(levels[first], unit, rows[:1]),
        "last": number(levels[last], unit, rows[1:]),
        "first_year": number(first, "year", rows[:1]),
        "last_year": number(last, "year", rows[1:]),
        "multiple": number(multiple, "times", rows, text=f"{multiple:.1f}"),
        "linked_year": number(growth.last_year, "year", growth.rows[-1:]),
    }


def others_sentence(
    id: str, history: History, others: list[History]
) -> Sentence | None:
    """The newest figures of other agencies, where they go on after this one's."""
    last = max(history.levels, default=0)
    said = []
    for other in others:
        table = other.table[other.table["value"] > 0]
        if table.empty or int(table["year"].max()) <= last:
            continue
        row = table.iloc[-1]
        slots: Slots = {
            "agency": agency_label(other.agency),
            "last": value_of(row, measures()[other.measure].unit),
            "last_year": year_in(row),
        }
        said.append(say("growth_other", slots, id=other.agency))
    if not said:
        return None
    return say("growth_others", id=f"{id}_others", others=joined(said))
