"""What a trend report says of growth and deaths: which sentence is said is a rule, with tests on both sides."""

from collections.abc import Sequence

import pandas as pd

from analysis.display.numbers import (
    Sentence,
    Slots,
    about,
    counted,
    joined,
    named,
    number,
    say,
)
from analysis.display.outputs import Passage
from analysis.precision import SAME
from analysis.sections.growth_doubt import (
    beyond_slots,
    first_reading,
    others_sentence,
    range_sentence,
    revised_sentence,
    size_slot,
    verb_of,
    window_sentences,
)
from analysis.statistics.growth import annual_growth
from analysis.vintages.history import Growth, History, Refusal
from analysis.vintages.series import SETTLED
from analysis.vocabulary import agency_label, label, measures


def growth_slots(history: History, growth: Growth, bare: bool = False) -> Slots:
    """What a sentence may say of a growth: what, place, verb, size with range, first, last, years, what it rests on."""
    rows = growth.rows
    unit = measures()[history.measure].unit
    slots = about(history.measure, history.place)
    slots |= {"verb": verb_of(growth.factor), "size": size_slot(history, growth)}
    first_rows = rows if growth.chained else rows[:1]
    slots["first"] = number(growth.first, unit, first_rows, bare=bare)
    slots["last"] = number(growth.last, unit, rows[-1:], bare=bare)
    slots["first_year"] = number(growth.first_year, "year", rows[:1])
    slots["last_year"] = number(growth.last_year, "year", rows[-1:])
    slots["steps"] = number(len(growth.by), "figures", rows)
    return slots | {
        "chained": " (chained)" if growth.chained else "",
        "release": ", ".join(growth.releases),
    }


def refusal_sentence(id: str, history: History, refusal: Refusal) -> Sentence:
    """Why there is no growth over a window, with the years and the figures that stand in its way."""
    by = refusal.link
    table = history.vintages
    years = [
        number(year, "year", table.loc[table["year"] == year, "figure"])
        for year in refusal.years
    ]
    slots = about(history.measure, history.place) | {
        "year": years[0],
        "reason": refusal.reason,
    }
    if refusal.why == "missing" and len(years) > 1:
        slots["year"] = number(
            refusal.years[0], "year", text=" and ".join(map(str, refusal.years))
        )
    if by:
        slots["chain"] = number(refusal.factor, "times", table["figure"])
        slots |= {"factor": number(by.factor, "times", by.rows), "release": by.release}
    return say(
        f"growth_{refusal.why}", slots, id=f"{id}_{refusal.why}", other=years[-1]
    )


def growth_passage(
    history: History,
    years: tuple[int, int],
    whole: History | None = None,
    others: Sequence[History] = (),
) -> Passage:
    """What can be said of the growth of one measure between two years: by one release, chained, or why not.

    Where there is none over the whole window, the widest growth inside it that is sound
    follows, and then its range, its window and what lies beyond. `whole` is the history
    without a window, `history` itself if there is none; `others` are of other agencies.
    """
    id = f"growth_{history.measure}"
    asked = history.growth(*years)
    found = history.best_growth(*years)
    said = [refusal_sentence(id, history, asked)] if isinstance(asked, Refusal) else []
    if found:
        said += _growth_sentences(id, history, found)
        said += window_sentences(id, history, found, whole or history)
        beyond = beyond_slots(history, found)
        said += [say("growth_beyond", beyond, id=f"{id}_beyond")] if beyond else []
    else:
        said.append(say("growth_none"))
    revised = revised_sentence(id, whole or history)
    said += [revised] if found and revised else []
    newer = others_sentence(id, history, list(others))
    said += [newer] if newer else []
    unsettled = history.table[~history.table["status"].isin(SETTLED)]
    if not unsettled.empty:
        said.append(
            say("growth_unsettled", id=f"{id}_unsettled", count=counted(unsettled))
        )
    return Passage(id, said)


def _growth_sentences(id: str, history: History, growth: Growth) -> list[Sentence]:
    rate = annual_growth(1, growth.factor, growth.last_year - growth.first_year)
    annual = number(100 * rate, "percent a year", growth.rows)
    slots = growth_slots(history, growth) | {"annual": annual}
    name = "growth_one_release"
    if growth.chained:
        was_given = _is_given(history, growth)
        name = "growth_chained" if was_given else "growth_chained_back"
    read = say(f"growth_read_{first_reading(history, growth)}", slots, id=f"{id}_read")
    of_range = range_sentence(id, history, growth)
    return [
        say(name, slots, id=id),
        *([] if growth.chained else [read]),
        *([of_range] if of_range else []),
        say("growth_annual", slots, id=f"{id}_annual"),
    ]


def _is_given(history: History, growth: Growth) -> bool:
    """Whether a publication gives the figure that a chain leads back to, to its rounding."""
    rows = history.vintages[history.vintages["year"] == growth.first_year]
    apart = (rows["value"] - growth.first).abs()
    return bool((~apart.gt(rows["rounding_unit"] / 2 * (1 + SAME))).any())


def telling_growth(history: History, years: tuple[int, int]) -> Growth | None:
    """The growth that may head a page or chart: sound, and over at least half of the window; None without."""
    growth = history.best_growth(*years)
    telling = (
        growth and 2 * (growth.last_year - growth.first_year) >= years[1] - years[0]
    )
    return growth if telling else None


def key_growth(history: History, years: tuple[int, int]) -> Sentence:
    """The growth that may head a page, in one short sentence that says what it rests on; or that there is none."""
    growth = telling_growth(history, years)
    id = f"key_{history.measure}"
    if growth is None:
        return say("key_none", about(history.measure))
    slots = growth_slots(history, growth)
    repeated = first_reading(history, growth) == "repeated"
    slots["read"] = say("key_read") if repeated else ""
    beyond = beyond_slots(history, growth)
    slots["beyond"] = say("key_beyond", beyond) if beyond else ""
    return say("key_chained" if growth.chained else "key_one_release", slots, id=id)


def key_points(passage: Passage, told: str, meaning: str) -> Passage:
    """The sentence `told` of the numbers of a passage, where it has them, and the sentence on what they mean."""
    said = [say(told, passage.slots)] if {*named(told)} <= {*passage.slots} else []
    return Passage("key_points", (*said, say(meaning)), listed=True)


def headline(
    area: History, output: History, place: str, agency: str, years: tuple[int, int]
) -> Sentence:
    """The report's title: the growth of coca area and of potential output in a window, or that none can be told."""
    grown = [(history, telling_growth(history, years)) for history in (area, output)]
    found = [(history, growth) for history, growth in grown if growth]
    same_years = (
        len({(growth.first_year, growth.last_year) for _, growth in found}) == 1
    )
    span = say("headline_span", growth_slots(*found[0]), id="span") if found else ""
    pieces = [
        _headline_piece(history, growth, not same_years) for history, growth in found
    ]
    untold = " or ".join(
        label(history.measure) for history, growth in grown if not growth
    )
    slots: Slots = {
        "place": place,
        "agency": agency_label(agency),
        "pieces": joined(pieces),
    }
    slots |= {
        "span": span if same_years else "",
        "untold": say("headline_untold", untold=untold) if untold else "",
    }
    return say("headline" if found else "headline_none", slots, id="headline")


def _headline_piece(history: History, growth: Growth, with_years: bool) -> Sentence:
    slots = growth_slots(history, growth)
    slots["span"] = (
        say("headline_span", slots, id=history.measure) if with_years else ""
    )
    return say("headline_piece", slots, id=history.measure)


def headline_deaths(
    deaths: History, years: tuple[int, int], newest: Slots | None = None
) -> Sentence:
    """The title of a report on deaths: their growth in a window, and the newest provisional figure (its slots)."""
    growth = telling_growth(deaths, years)
    if growth is None:
        return say("headline_deaths_none", about(deaths.measure), id="headline")
    slots = growth_slots(deaths, growth)
    slots["newest"] = say("headline_newest", newest) if newest else ""
    return say("headline_deaths", slots, id="headline")


def deaths_passage(deaths: History, without: History, beside: pd.DataFrame) -> Passage:
    """How cocaine deaths changed, and those among them without a synthetic opioid, inside one release.

    `deaths` and `without` a synthetic opioid are histories, `beside` the vintages of those with one.
    """
    alone = without.widest()
    total = deaths.newest.get((alone.first_year, alone.last_year)) if alone else None
    if (
        alone is None
        or total is None
        or alone.chained
        or alone.releases != [total.release]
    ):
        return Passage("deaths_change", (say("deaths_change_none"),))
    all_deaths = deaths.growth(alone.first_year, alone.last_year)
    assert isinstance(all_deaths, Growth)
    last = beside[
        (beside["release"] == total.release) & (beside["year"] == total.last_year)
    ].iloc[-1]
    share = number(
        float(last["value"]) / all_deaths.last * 100,
        "percent",
        [str(last["figure"]), total.rows[-1]],
    )
    split = {
        f"alone_{name}": slot
        for name, slot in growth_slots(without, alone, bare=True).items()
    }
    slots = {**growth_slots(deaths, all_deaths, bare=True), **split, "share": share}
    return Passage("deaths_change", (say("deaths_change", slots),))
