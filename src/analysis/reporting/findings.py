"""What a trend report says of growth and deaths: which sentence is said is a rule, with tests on both sides."""

from dataclasses import replace

import pandas as pd

from analysis.reporting.numbers import Number, Passage, Sentence, Slots, counted, joined, number
from analysis.reporting.words import named, say
from analysis.statistics.growth import annual_growth
from analysis.vintages.history import Growth, History, Refusal
from analysis.vintages.series import SETTLED
from analysis.vocabulary import maker_label, measures


def label(measure: str) -> str:
    """The measure's name as sentences print it."""
    return measures()[measure].label


def where(place: str) -> str:
    """The place's name as sentences print it."""
    return f"the {place}" if place == "United States" else place


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def change_words(growth: Growth) -> tuple[str, Number]:
    """A verb and a size for a growth: "grew" ×3.6, "rose by" 12 %, "fell by" 55 %."""
    if growth.factor >= 2:
        return "grew", number(growth.factor, "times", growth.rows)
    verb = "rose by" if growth.factor >= 1 else "fell by"
    return verb, number(abs(growth.factor - 1) * 100, "percent", growth.rows)


def growth_slots(history: History, growth: Growth, bare: bool = False) -> Slots:
    """What a sentence may say of a growth: what, place, verb, size, first, last, their years, and the releases."""
    verb, size = change_words(growth)
    unit = measures()[history.measure].unit
    return {
        "what": capital(label(history.measure)),
        "place": where(history.place),
        "verb": verb,
        "size": size,
        "first": number(growth.first, unit, growth.rows[:1] if not growth.chained else growth.rows, bare=bare),
        "last": number(growth.last, unit, growth.rows[-1:], bare=bare),
        "first_year": number(growth.first_year, "year", growth.rows[:1]),
        "last_year": number(growth.last_year, "year", growth.rows[-1:]),
        "steps": number(len(growth.by), "figures", growth.rows),
        "release": ", ".join(growth.releases),
    }


def growth_sentence(id: str, history: History, growth: Growth) -> Sentence:
    """Growth with what it rests on: one release, or a chain; a fall is called a fall."""
    name = "growth_chained" if growth.chained else "growth_one_release"
    return say(name, growth_slots(history, growth), id=id)


def refusal_sentence(id: str, history: History, refusal: Refusal) -> Sentence:
    """Why there is no growth over a window, with the years and the figures that stand in its way."""
    by, table = refusal.link, history.vintages
    years = [number(year, "year", table.loc[table["year"] == year, "figure"]) for year in refusal.years]
    slots: Slots = {"what": label(history.measure), "place": where(history.place), "year": years[0]}
    slots["reason"] = refusal.reason
    if refusal.why == "missing" and len(years) > 1:
        slots["year"] = number(refusal.years[0], "year", text=" and ".join(map(str, refusal.years)))
    if by:
        slots["chain"] = number(refusal.factor, "times", table["figure"])
        slots |= {"factor": number(by.factor, "times", by.rows), "release": by.release}
    return say(f"growth_{refusal.why}", slots, id=f"{id}_{refusal.why}", other=years[-1])


def growth_passage(history: History, years: tuple[int, int]) -> Passage:
    """What can be said of the growth of one measure between two years: by one release, chained, or why not.

    Where there is none over the whole window, the widest growth inside it that is sound follows.
    """
    id = f"growth_{history.measure}"
    whole = history.growth(*years)
    found = whole if isinstance(whole, Growth) else history.widest()
    said = [] if isinstance(whole, Growth) else [refusal_sentence(id, history, whole)]
    if found:
        said += [growth_sentence(id, history, found), _annual(id, found)]
    else:
        said.append(say("growth_none", id=f"{id}_none"))
    unsettled = history.table[~history.table["status"].isin(SETTLED)]
    if not unsettled.empty:
        said.append(say("growth_unsettled", id=f"{id}_unsettled", count=counted(unsettled)))
    return Passage(id, tuple(said))


def _annual(id: str, growth: Growth) -> Sentence:
    rate = annual_growth(1, growth.factor, growth.last_year - growth.first_year)
    return say("growth_annual", id=f"{id}_annual", annual=number(100 * rate, "percent a year", growth.rows))


def telling_growth(history: History, years: tuple[int, int]) -> Growth | None:
    """The growth that may head a page or chart: sound, and over at least half of the window; None without."""
    whole = history.growth(*years)
    growth = whole if isinstance(whole, Growth) else history.widest()
    telling = growth and 2 * (growth.last_year - growth.first_year) >= years[1] - years[0]
    return growth if telling else None


def key_growth(history: History, years: tuple[int, int]) -> Sentence:
    """The growth that may head a page, in one short sentence that says what it rests on; or that there is none."""
    growth, id = telling_growth(history, years), f"key_{history.measure}"
    if growth is None:
        return say("key_none", id=id, what=capital(label(history.measure)))
    return say("key_chained" if growth.chained else "key_one_release", growth_slots(history, growth), id=id)


def key_points(passage: Passage, told: str, meaning: str) -> Passage:
    """The sentence `told` of the numbers of a passage, where it has them, and the sentence on what they mean."""
    said = [say(told, passage.slots)] if {*named(told)} <= {*passage.slots} else []
    return Passage("key_points", (*said, say(meaning)), listed=True)


def headline(area: History, output: History, place: str, estimates: str, years: tuple[int, int]) -> Sentence:
    """The report's title: the growth of coca area and of potential output in a window, or that none can be told."""
    grown = [(history, telling_growth(history, years)) for history in (area, output)]
    found = [(history, growth) for history, growth in grown if growth]
    same_years = len({(growth.first_year, growth.last_year) for _, growth in found}) == 1
    span = say("headline_span", growth_slots(*found[0]), id="span") if found else ""
    pieces = [_headline_piece(history, growth, not same_years) for history, growth in found]
    untold = " or ".join(label(history.measure) for history, growth in grown if not growth)
    slots: Slots = {"place": place, "maker": maker_label(estimates), "pieces": joined(pieces)}
    slots |= {"span": span if same_years else "", "untold": say("headline_untold", untold=untold) if untold else ""}
    return replace(say("headline" if found else "headline_none", slots, id="headline"), level="h1")


def _headline_piece(history: History, growth: Growth, with_years: bool) -> Sentence:
    slots = growth_slots(history, growth)
    slots |= {"what": label(history.measure), "chained": " (chained)" if growth.chained else ""}
    slots["span"] = say("headline_span", slots, id=history.measure) if with_years else ""
    return say("headline_piece", slots, id=history.measure)


def headline_deaths(deaths: History, years: tuple[int, int]) -> Sentence:
    """The title of a report on deaths: their growth in a window, or that none can be told."""
    growth = telling_growth(deaths, years)
    slots: Slots = {**(growth_slots(deaths, growth) if growth else {}), "what": label(deaths.measure)}
    chained = " (chained)" if growth and growth.chained else ""
    said = say("headline_deaths" if growth else "headline_deaths_none", slots, id="headline", chained=chained)
    return replace(said, level="h1")


def deaths_passage(deaths: History, without: History, beside: pd.DataFrame) -> Passage:
    """How cocaine deaths changed, and those among them without a synthetic opioid, inside one release.

    `deaths` and `without` a synthetic opioid are histories, `beside` the vintages of those with one.
    """
    alone = without.widest()
    total = deaths.newest.get((alone.first_year, alone.last_year)) if alone else None
    if alone is None or total is None or alone.chained or alone.releases != [total.release]:
        return Passage("deaths_change", (say("deaths_change_none"),))
    all_deaths = deaths.growth(alone.first_year, alone.last_year)
    assert isinstance(all_deaths, Growth)
    last = beside[(beside["release"] == total.release) & (beside["year"] == total.last_year)].iloc[-1]
    share = number(float(last["value"]) / all_deaths.last * 100, "percent", [str(last["figure"]), total.rows[-1]])
    split = {f"alone_{name}": slot for name, slot in growth_slots(without, alone, bare=True).items()}
    slots = {**growth_slots(deaths, all_deaths, bare=True), **split, "share": share}
    return Passage("deaths_change", (say("deaths_change", slots),))
