"""Sentences of the trend report, computed from tables: which one is said is a rule, with tests on both sides."""

from dataclasses import replace

import pandas as pd

from analysis.reporting.numbers import Number, Passage, Sentence, Slots, number, sentence
from analysis.vintages.growth import Growth, growth_between, widest_growth
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


def growth_slots(growth: Growth, bare: bool = False) -> Slots:
    """What a sentence may say of a growth: what, place, verb, size, first, last, their years, and the release."""
    verb, size = change_words(growth)
    return {
        "what": capital(label(growth.measure)),
        "place": growth.place,
        "verb": verb,
        "size": size,
        "first": number(growth.first, growth.unit, growth.rows[:1], bare=bare),
        "last": number(growth.last, growth.unit, growth.rows[1:], bare=bare),
        "first_year": number(growth.first_year, "year", growth.rows[:1]),
        "last_year": number(growth.last_year, "year", growth.rows[1:]),
        "release": growth.release,
    }


def said_of(id: str, template: str, slots: Slots) -> Sentence:
    """A sentence that takes from many slots those that its template names."""
    return sentence(id, template, **{name: slot for name, slot in slots.items() if f"{{{name}}}" in template})


def growth_sentence(id: str, growth: Growth) -> Sentence:
    """Growth inside one release, naming the release; a fall is called a fall."""
    template = (
        "{what} in {place} {verb} {size}, from {first} to {last} between {first_year} and {last_year}; both figures come "
        "from one release, {release}."
    )
    return said_of(id, template, growth_slots(growth))


def growth_passage(vintages: pd.DataFrame, measure: str, place: str, years: tuple[int, int]) -> Passage:
    """What can be said of the growth of one measure between two years, both included in `vintages`.

    If one release prints both years, its growth. If none does, that the vintages are mixed and no growth is
    given, and then the widest growth inside the window that one release carries.
    """
    id = f"growth_{measure}"
    whole = growth_between(vintages, *years)
    if whole:
        return Passage(id, (growth_sentence(id, whole),))
    mixed = _why_no_growth(id, vintages, label(measure), place, years)
    widest = widest_growth(vintages)
    if widest:
        return Passage(id, (mixed, growth_sentence(id, widest)))
    alone = sentence(f"{id}_none", "No release prints two years of this window, so no growth can be given at all.")
    return Passage(id, (mixed, alone))


def _why_no_growth(id: str, vintages: pd.DataFrame, what: str, place: str, years: tuple[int, int]) -> Sentence:
    missing = [year for year in dict.fromkeys(years) if not (vintages["year"] == year).any()]
    if missing:
        template = (
            "No settled figure of {what} in {place} is printed for {year}, so no growth is given over the whole window."
        )
        named = number(missing[0], "year", text=" and ".join(map(str, missing)))
        return sentence(f"{id}_missing", template, what=what, place=place, year=named)
    template = (
        "No single release seen prints {what} in {place} for both {first} and {last}: vintages are mixed, and no "
        "growth is given between them."
    )
    first, last = (number(year, "year", vintages.loc[vintages["year"] == year, "figure"]) for year in years)
    return sentence(f"{id}_mixed", template, what=what, place=place, first=first, last=last)


def telling_growth(vintages: pd.DataFrame, years: tuple[int, int]) -> Growth | None:
    """The growth that may head a page or chart: one release's, over at least half of the window; None without."""
    growth = growth_between(vintages, *years) or widest_growth(vintages)
    telling = growth and 2 * (growth.last_year - growth.first_year) >= years[1] - years[0]
    return growth if telling else None


def headline(area: pd.DataFrame, output: pd.DataFrame, place: str, estimates: str, years: tuple[int, int]) -> Sentence:
    """The report's title: the growth of both measures by one release each, or that none can be told.

    `area` and `output` are vintages of coca area and potential output in the window of `years`.
    """
    grown = {"coca_area": telling_growth(area, years), "cocaine_output": telling_growth(output, years)}
    found = [growth for growth in grown.values() if growth]
    same_years = len({(growth.first_year, growth.last_year) for growth in found}) == 1
    slots: Slots = growth_slots(found[0]) if found else {}
    slots |= {"place": place, "maker": maker_label(estimates)}
    pieces = []
    for growth in found:
        key = growth.measure
        own = "" if same_years else f" between {{{key}_first_year}} and {{{key}_last_year}}"
        pieces.append(f"{label(key)} {{{key}_verb}} {{{key}_size}}{own}")
        slots |= {f"{key}_{name}": slot for name, slot in growth_slots(growth).items()}
    span = " between {first_year} and {last_year}" if same_years else ""
    untold = " or ".join(label(measure) for measure, growth in grown.items() if not growth)
    beginning = f"{' and '.join(pieces)}{span}, by {{maker}} figures" if found else "by {maker} figures"
    ending = f"; no release tells the growth of {untold} in these years" if untold else ""
    return replace(said_of("headline", f"{{place}}: {beginning}{ending}", slots), level="h1")


def deaths_passage(deaths: pd.DataFrame, without: pd.DataFrame, beside: pd.DataFrame) -> Passage:
    """How cocaine deaths changed, and those among them without a synthetic opioid, inside one release.

    `deaths`, `without` and `beside` are vintages of cocaine deaths: all, without and with a synthetic opioid.
    """
    total, alone = widest_growth(deaths), widest_growth(without)
    if total is None or alone is None or total.release != alone.release:
        none = (
            "No release seen prints final cocaine deaths with and without synthetic opioids for two years of this "
            "window, so their change is not split here."
        )
        return Passage("deaths_change", (sentence("deaths_change_none", none),))
    last = beside[(beside["release"] == total.release) & (beside["year"] == total.last_year)].iloc[-1]
    share = number(float(last["value"]) / total.last * 100, "percent", [str(last["figure"]), total.rows[1]])
    template = (
        "US cocaine deaths went from {first} in {first_year} to {last} in {last_year}; those whose certificate names no "
        "synthetic opioid from {alone_first} to {alone_last}. In {last_year} {share} of cocaine deaths also named a "
        "synthetic opioid. All by one release, {release}."
    )
    split = {f"alone_{name}": slot for name, slot in growth_slots(alone, bare=True).items()}
    slots = {**growth_slots(total, bare=True), **split, "share": share}
    return Passage("deaths_change", (said_of("deaths_change", template, slots),))
