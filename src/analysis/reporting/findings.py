"""Sentences of the trend report, computed from tables: which one is said is a rule, with tests on both sides."""

import pandas as pd

from analysis.reporting.numbers import Number, Passage, Sentence, number, sentence
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


def span_slots(growth: Growth) -> dict[str, Number]:
    """The two years of a growth, as the slots `first_year` and `last_year`."""
    return {
        "first_year": number(growth.first_year, "year", growth.rows[:1]),
        "last_year": number(growth.last_year, "year", growth.rows[1:]),
    }


def growth_sentence(id: str, growth: Growth) -> Sentence:
    """Growth inside one release, naming the release; a fall is called a fall."""
    verb, size = change_words(growth)
    return sentence(
        id,
        "{what} in {place} {verb} {size}, from {first} to {last} between {first_year} and {last_year}; both figures come "
        "from one release, {release}.",
        what=capital(label(growth.measure)),
        place=growth.place,
        verb=verb,
        size=size,
        first=number(growth.first, growth.unit, growth.rows[:1]),
        last=number(growth.last, growth.unit, growth.rows[1:]),
        release=growth.release,
        **span_slots(growth),
    )


def growth_passage(vintages: pd.DataFrame, measure: str, place: str, years: tuple[int, int]) -> Passage:
    """What can be said of the growth of one measure between two years.

    If one release prints both years, its growth. If none does, that the vintages are mixed and no growth is
    given, and then the widest growth inside the window that one release carries.

    Parameters
    ----------
    vintages : DataFrame
        From `every_vintage`, already cut to the window.
    measure, place : str
        What and where, for the words.
    years : tuple of int
        First and last year of the window.
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
        return sentence(
            f"{id}_missing",
            "No figure of {what} in {place} is printed for {year}, so no growth is given over the whole window.",
            what=what,
            place=place,
            year=number(missing[0], "year", text=" and ".join(str(year) for year in missing)),
        )
    return sentence(
        f"{id}_mixed",
        "No single release seen prints {what} in {place} for both {first} and {last}: vintages are mixed, and no "
        "growth is given between them.",
        what=what,
        place=place,
        first=number(years[0], "year", vintages.loc[vintages["year"] == years[0], "figure"]),
        last=number(years[1], "year", vintages.loc[vintages["year"] == years[1], "figure"]),
    )


def headline(area: pd.DataFrame, output: pd.DataFrame, place: str, estimates: str, years: tuple[int, int]) -> Sentence:
    """The report's title: the growth of both measures by one release each, or what keeps it from being said.

    Parameters
    ----------
    area, output : DataFrame
        Vintages of coca area and potential output in the window.
    place, estimates : str
        For the words.
    years : tuple of int
        First and last year of the window.
    """
    grown = [growth_between(table, *years) or widest_growth(table) for table in (area, output)]
    found = [growth for growth in grown if growth]
    maker = maker_label(estimates)
    if not found:
        figures = pd.concat([area, output])
        said = sentence(
            "headline",
            "{place}: {count} of coca area and cocaine output by {maker}, and no release prints two years",
            place=place,
            count=number(len(figures), "figures", figures["figure"], text=f"{len(figures)} figures"),
            maker=maker,
        )
    else:
        said = _headline(found, place, maker)
    return Sentence(said.id, said.parts, "h1")


def _headline(found: list[Growth], place: str, maker: str) -> Sentence:
    same_years = len({(growth.first_year, growth.last_year) for growth in found}) == 1
    pieces: list[str] = []
    slots: dict[str, Number | str] = {}
    for growth in found:
        key = growth.measure
        years = "" if same_years else f" between {{{key}_first_year}} and {{{key}_last_year}}"
        pieces.append(f"{label(key)} {{{key}_verb}} {{{key}_size}}{years}")
        slots[f"{key}_verb"], slots[f"{key}_size"] = change_words(growth)
        if not same_years:
            slots.update({f"{key}_{name}": slot for name, slot in span_slots(growth).items()})
    if same_years:
        slots.update(span_slots(found[0]))
    span = " between {first_year} and {last_year}" if same_years else ""
    return sentence(
        "headline", f"{{place}}: {' and '.join(pieces)}{span}, by {{maker}} figures", place=place, maker=maker, **slots
    )


def deaths_passage(deaths: pd.DataFrame, without: pd.DataFrame, beside: pd.DataFrame) -> Passage:
    """How cocaine deaths changed, and those among them without a synthetic opioid, inside one release.

    Parameters
    ----------
    deaths, without, beside : DataFrame
        Vintages of cocaine deaths: all, without and with a synthetic opioid.
    """
    total, alone = widest_growth(deaths), widest_growth(without)
    if total is None or alone is None or total.release != alone.release:
        none = sentence(
            "deaths_change_none",
            "No release seen prints final cocaine deaths with and without synthetic opioids for two years of this "
            "window, so their change is not split here.",
        )
        return Passage("deaths_change", (none,))
    last = beside[(beside["release"] == total.release) & (beside["year"] == total.last_year)].iloc[-1]
    share = float(last["value"]) / total.last * 100
    split = sentence(
        "deaths_change",
        "US cocaine deaths went from {first} in {first_year} to {last} in {last_year}; those whose certificate names no "
        "synthetic opioid from {alone_first} to {alone_last}. In {last_year} {share} of cocaine deaths also named a "
        "synthetic opioid. All by one release, {release}.",
        first=number(total.first, "deaths", total.rows[:1], bare=True),
        last=number(total.last, "deaths", total.rows[1:], bare=True),
        first_year=number(total.first_year, "year", total.rows[:1]),
        last_year=number(total.last_year, "year", total.rows[1:]),
        alone_first=number(alone.first, "deaths", alone.rows[:1], bare=True),
        alone_last=number(alone.last, "deaths", alone.rows[1:], bare=True),
        share=number(share, "percent", [str(last["figure"]), total.rows[1]]),
        release=total.release,
    )
    return Passage("deaths_change", (split,))
