"""Sentences of the trend report, computed from tables: which one is said is a rule, with tests on both sides."""

from dataclasses import replace

import pandas as pd

from analysis.reporting.numbers import Number, Passage, Sentence, Slots, counted, number, sentence
from analysis.vintages.history import Growth, History, Refusal
from analysis.vintages.series import SETTLED
from analysis.vocabulary import maker_label, measures


def label(measure: str) -> str:
    """The measure's name as sentences print it."""
    return measures()[measure].label


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
        "place": history.place,
        "verb": verb,
        "size": size,
        "first": number(growth.first, unit, growth.rows[:1] if not growth.chained else growth.rows, bare=bare),
        "last": number(growth.last, unit, growth.rows[-1:], bare=bare),
        "first_year": number(growth.first_year, "year", growth.rows[:1]),
        "last_year": number(growth.last_year, "year", growth.rows[-1:]),
        "steps": number(len(growth.by), "figures", growth.rows),
        "release": ", ".join(growth.releases),
    }


def said_of(id: str, template: str, slots: Slots) -> Sentence:
    """A sentence that takes from many slots those that its template names."""
    return sentence(id, template, **{name: slot for name, slot in slots.items() if f"{{{name}}}" in template})


def growth_sentence(id: str, history: History, growth: Growth) -> Sentence:
    """Growth with what it rests on: one release, or a chain; a fall is called a fall."""
    if growth.chained:
        template = (
            "{what} in {place} {verb} {size} between {first_year} and {last_year}, chained: no release prints both years, "
            "so the growth of {steps} steps is multiplied, each by the newest release that prints it ({release}). From "
            "{last} in {last_year} the chain leads back to {first}, which no release prints for {first_year}."
        )
    else:
        template = (
            "{what} in {place} {verb} {size}, from {first} to {last} between {first_year} and {last_year}; both figures "
            "come from one release, {release}."
        )
    return said_of(id, template, growth_slots(history, growth))


_REFUSALS = {
    "missing": "No settled figure of {what} in {place} is printed for {year}, so no growth is given over the whole window.",
    "gap": (
        "No release links {what} in {place} for {year} and {other}: vintages are mixed there, and no growth is given over the "
        "whole window."
    ),
    "break": "Of {what} in {place} no growth leads into {year}, when the method changed: {reason}.",
    "contradiction": (
        "Chained, {what} in {place} would have grown {chain} over the window, but the newer release {release} prints {factor} "
        "from {year} to {other}: the chain is refused."
    ),
}


def refusal_sentence(id: str, history: History, refusal: Refusal) -> Sentence:
    """Why there is no growth over a window, with the years and the figures that stand in its way."""
    by, table = refusal.link, history.vintages
    years = [number(year, "year", table.loc[table["year"] == year, "figure"]) for year in refusal.years]
    slots: Slots = {"what": label(history.measure), "place": history.place, "reason": refusal.reason, "year": years[0]}
    if refusal.why == "missing" and len(years) > 1:
        slots["year"] = number(refusal.years[0], "year", text=" and ".join(map(str, refusal.years)))
    slots |= {"other": years[-1]}
    if by:
        factors = {
            "chain": number(refusal.factor, "times", table["figure"]),
            "factor": number(by.factor, "times", by.rows),
        }
        slots |= {**factors, "release": by.release}
    return said_of(f"{id}_{refusal.why}", _REFUSALS[refusal.why], slots)


def growth_passage(history: History, years: tuple[int, int]) -> Passage:
    """What can be said of the growth of one measure between two years: by one release, chained, or why not.

    Where there is none over the whole window, the widest growth inside it that is sound follows.
    """
    id = f"growth_{history.measure}"
    whole = history.growth(*years)
    if isinstance(whole, Growth):
        said = [growth_sentence(id, history, whole)]
    else:
        widest = history.widest()
        alone = "No release links two years of this window, so no growth can be given at all."
        said = [refusal_sentence(id, history, whole)]
        said.append(growth_sentence(id, history, widest) if widest else sentence(f"{id}_none", alone))
    unsettled = history.table[~history.table["status"].isin(SETTLED)]
    if not unsettled.empty:
        words = "The report was asked to use provisional and leaked figures: {count} of those above are."
        said.append(sentence(f"{id}_unsettled", words, count=counted(unsettled)))
    return Passage(id, tuple(said))


def telling_growth(history: History, years: tuple[int, int]) -> Growth | None:
    """The growth that may head a page or chart: sound, and over at least half of the window; None without."""
    whole = history.growth(*years)
    growth = whole if isinstance(whole, Growth) else history.widest()
    telling = growth and 2 * (growth.last_year - growth.first_year) >= years[1] - years[0]
    return growth if telling else None


def headline(area: History, output: History, place: str, estimates: str, years: tuple[int, int]) -> Sentence:
    """The report's title: the growth of coca area and of potential output in a window, or that none can be told."""
    grown = [(history, telling_growth(history, years)) for history in (area, output)]
    found = [(history, growth) for history, growth in grown if growth]
    same_years = len({(growth.first_year, growth.last_year) for _, growth in found}) == 1
    slots: Slots = growth_slots(*found[0]) if found else {}
    slots |= {"place": place, "maker": maker_label(estimates)}
    pieces = []
    for history, growth in found:
        key = history.measure
        own = "" if same_years else f" between {{{key}_first_year}} and {{{key}_last_year}}"
        chained = " (chained)" if growth.chained else ""
        pieces.append(f"{label(key)} {{{key}_verb}} {{{key}_size}}{own}{chained}")
        slots |= {f"{key}_{name}": slot for name, slot in growth_slots(history, growth).items()}
    span = " between {first_year} and {last_year}" if same_years else ""
    untold = " or ".join(label(history.measure) for history, growth in grown if not growth)
    beginning = f"{' and '.join(pieces)}{span}, by {{maker}} figures" if found else "by {maker} figures"
    ending = f"; no release tells the growth of {untold} in these years" if untold else ""
    return replace(said_of("headline", f"{{place}}: {beginning}{ending}", slots), level="h1")


def deaths_passage(deaths: History, without: History, beside: pd.DataFrame) -> Passage:
    """How cocaine deaths changed, and those among them without a synthetic opioid, inside one release.

    `deaths` and `without` a synthetic opioid are histories, `beside` the vintages of those with one.
    """
    alone = without.widest()
    total = deaths.newest.get((alone.first_year, alone.last_year)) if alone else None
    if alone is None or total is None or alone.chained or alone.releases != [total.release]:
        none = (
            "No release seen prints final cocaine deaths with and without synthetic opioids for two years of this "
            "window, so their change is not split here."
        )
        return Passage("deaths_change", (sentence("deaths_change_none", none),))
    all_deaths = deaths.growth(alone.first_year, alone.last_year)
    assert isinstance(all_deaths, Growth)
    last = beside[(beside["release"] == total.release) & (beside["year"] == total.last_year)].iloc[-1]
    share = number(float(last["value"]) / all_deaths.last * 100, "percent", [str(last["figure"]), total.rows[-1]])
    template = (
        "US cocaine deaths went from {first} in {first_year} to {last} in {last_year}; those whose certificate names no "
        "synthetic opioid from {alone_first} to {alone_last}. In {last_year} {share} of cocaine deaths also named a "
        "synthetic opioid. All by one release, {release}."
    )
    split = {f"alone_{name}": slot for name, slot in growth_slots(without, alone, bare=True).items()}
    slots = {**growth_slots(deaths, all_deaths, bare=True), **split, "share": share}
    return Passage("deaths_change", (said_of("deaths_change", template, slots),))
