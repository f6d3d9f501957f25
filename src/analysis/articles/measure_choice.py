"""Which measure a figure is of: that whose words are nearest to it, among those that come in its unit."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

from analysis.articles.cues import MEASURES, PHYSICAL, WORDS, says, spans
from analysis.articles.sentences import NOWHERE, Sentence
from analysis.reading.units import unit_factor
from analysis.reading.wording import Reading
from analysis.vocabulary import measures

# Letters, as `apart` counts them: words of one clause; of one sentence.
_NEAR = 90
_FAR = 400
_INHERITED = {*PHYSICAL.values(), "deaths", "per 100,000"}
_OF_KIND = {
    "change": "percent on the year before",
    "ratio": "times",
    "rank": "rank",
    "year": "year",
}


class Choice(NamedTuple):
    """A measure and a unit for a figure, how far-fetched they are, and by column what the sentence does not say itself."""

    cost: int
    measure: str
    unit: str
    basis: dict[str, str]


def choose(figure: Reading, said: Sentence) -> Choice | None:
    """The measure whose words are nearest, those of its own before those of a more general one; none if none is near."""
    if said.nearest(figure.span, WORDS["plans"]) < 40:
        return None
    pairs = product(MEASURES, list(_units(figure, said)))
    weighed = (_weighed(figure, said, name, *unit) for name, unit in pairs)
    choices = [choice for choice in weighed if choice]
    own = [choice for choice in choices if not MEASURES[choice.measure].get("general")]
    return min(own or choices, key=lambda choice: choice.cost, default=None)


def _weighed(
    figure: Reading, said: Sentence, name: str, unit: str, cost: int, source: str
) -> Choice | None:
    """A measure in a unit as a choice, where both fit: `cost` and `source` are those of the unit."""
    if not _takes(name, unit) or not _fits(figure, said, name):
        return None
    cue = MEASURES[name]
    basis = {"unit": source} if source else {}
    near = said.nearest(figure.span, cue["near"]) - 40 * bool(cue.get("part"))
    if figure.unit is None:
        near = min(near, _beside_its_like(figure, said, name))
    if near >= _FAR:
        near, how = next(_elsewhere(figure, said, name, unit), (near, ""))
        basis["measure"] = how
    if near >= cue.get("far", _FAR):
        return None
    if unit in cue.get("units", []):
        unit = measures()[name].unit
    return Choice(near + cost, name, unit, basis)


def _beside_its_like(figure: Reading, said: Sentence, name: str) -> int:
    """How far-fetched it is that a figure without a unit is of a measure that another figure beside it is of."""
    distances = [
        said.apart(figure.span, span)
        for span, other in said.own.items()
        if other.measure == name
    ]
    return 10 + min(distances) // 2 if distances else NOWHERE


def _elsewhere(
    figure: Reading, said: Sentence, name: str, unit: str
) -> Iterator[tuple[int, str]]:
    """From where else than its own sentence a figure may have its measure, and how far-fetched that is."""
    cue = MEASURES[name]
    before = said.back[-2:][0]
    names = (name, name.removesuffix("_change"), name.replace("_death_rate", "_deaths"))
    same = figure.kind not in ("rank", "ratio", "year") and any(
        one.measure in names for one in said.carried
    )
    if same and said.carries(figure, name):
        yield 60, f"as in sentence {said.carried[-1].sentence}"
    if before.rstrip('”"').endswith("?") and says(before, cue["near"]):
        yield 70, "as in the question before"
    if cue.get("general") and (unit == figure.unit or said.names(name)):
        yield 80, "the article is about it"


def _fits(figure: Reading, said: Sentence, name: str) -> bool:
    """Whether all is said that a measure needs, and nothing that bars it."""
    cue = MEASURES[name]
    within = cue.get("within", 2 if measures()[name].unit == "deaths" else 0)
    topic = " ".join(said.back[-within:]) if within else said.before.text
    holds = {"topic": topic, "needs": " ".join(said.back[-2:]), "wording": figure.text}
    barred = said.nearest(figure.span, cue.get("bars", [])) < _NEAR
    return not barred and all(
        part not in cue or says(text, cue[part]) for part, text in holds.items()
    )


def _units(figure: Reading, said: Sentence) -> Iterator[tuple[str, int, str]]:
    """The units that a figure may have, how far-fetched each is, and what it is known from."""
    if unit := _OF_KIND.get(figure.kind, figure.unit):
        yield "deaths" if unit == "persons" else unit, 0, ""
        return
    if not _bare(figure, said):
        return
    yield "deaths", 0, ""
    for other in said.own.values():
        if other.unit in _INHERITED:
            yield other.unit, 10, ""
    if unit := _last_unit_before(figure, said):
        yield unit, 10, ""
    if unit := _unit_of_next(figure, said):
        yield unit, 15, ""
    if said.carries(figure, "coca_area") and said.carried[-1].unit in _INHERITED:
        before = said.carried[-1]
        yield before.unit, 30, f"as in sentence {before.sentence}"


def _last_unit_before(figure: Reading, said: Sentence) -> str:
    """The unit whose word stands last before a figure; "" if none does."""
    text = said.text[: figure.start]
    words = [(end, word) for word in PHYSICAL for _, end in spans(text, [word])]
    return PHYSICAL[max(words)[1]] if words else ""


def _unit_of_next(figure: Reading, said: Sentence) -> str:
    """The unit of the next figure that has one, if it is near; else ""."""
    for other in said.figures:
        if other.span > figure.span and other.unit in PHYSICAL.values():
            near = said.apart(figure.span, other.span) < _NEAR
            return str(other.unit) if near else ""
    return ""


def _bare(figure: Reading, said: Sentence) -> bool:
    """Whether what follows is no noun that the figure would count."""
    after = re.match(r"[\s’']*(\w[\w-]*)", said.text[figure.span[1] :])
    return not after or after[1].lower() in WORDS["after"] + WORDS["deaths"]


@cache
def _takes(measure: str, unit: str) -> bool:
    """Whether figures of a measure may be printed in a unit."""
    try:
        return unit in MEASURES[measure].get("units", []) or bool(
            unit_factor(unit, measures()[measure].unit)
        )
    except ValueError:
        return False
