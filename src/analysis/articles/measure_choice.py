"""Which measure a figure is of: that whose words are nearest to it, among those that come in its unit."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from analysis.articles.cues import MEASURES, PHYSICAL, WORDS, says, spans
from analysis.articles.sentences import Sentence
from analysis.reading.units import unit_factor
from analysis.reading.wording import Reading
from analysis.vocabulary import measures

_NEAR, _FAR = (
    90,
    400,
)  # letters, as `apart` counts them: words of one clause; of one sentence
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
    units = list(_units(figure, said))
    found = [
        one
        for name in MEASURES
        for unit in units
        if (one := _weighed(figure, said, name, *unit))
    ]
    own = [choice for choice in found if not MEASURES[choice.measure].get("general")]
    return min(own or found, key=lambda choice: choice.cost, default=None)


def _weighed(
    figure: Reading, said: Sentence, name: str, unit: str, cost: int, source: str
) -> Choice | None:
    """A measure in a unit as a choice, where both fit: `cost` and `source` are those of the unit."""
    cue, basis = MEASURES[name], {"unit": source} if source else {}
    if not _takes(name, unit) or not _fits(figure, said, name):
        return None
    near = said.nearest(figure.span, cue["near"]) - 40 * bool(cue.get("part"))
    if figure.unit is None:
        beside = (
            said.apart(figure.span, span)
            for span, one in said.own.items()
            if one.measure == name
        )
        near = min([near, *(10 + letters // 2 for letters in beside)])
    if near >= _FAR:
        near, how = next(_elsewhere(figure, said, name, unit), (near, ""))
        basis |= {"measure": how}
    unit = measures()[name].unit if unit in cue.get("units", []) else unit
    return (
        Choice(near + cost, name, unit, basis) if near < cue.get("far", _FAR) else None
    )


def _elsewhere(
    figure: Reading, said: Sentence, name: str, unit: str
) -> Iterator[tuple[int, str]]:
    """From where else than its own sentence a figure may have its measure, and how far-fetched that is."""
    cue, before = MEASURES[name], said.back[-2:][0]
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
    elif _bare(figure, said):
        yield "deaths", 0, ""
        yield from (
            (one.unit, 10, "") for one in said.own.values() if one.unit in _INHERITED
        )
        ahead = [
            (span[1], word)
            for word in PHYSICAL
            for span in spans(said.text[: figure.span[0]], [word])
        ]
        yield from ((PHYSICAL[word], 10, "") for _, word in sorted(ahead)[-1:])
        behind = [
            one
            for one in said.figures
            if one.span > figure.span and one.unit in PHYSICAL.values()
        ]
        yield from (
            (str(one.unit), 15, "")
            for one in behind[:1]
            if said.apart(figure.span, one.span) < _NEAR
        )
        if said.carries(figure, "coca_area") and said.carried[-1].unit in _INHERITED:
            yield (
                said.carried[-1].unit,
                30,
                f"as in sentence {said.carried[-1].sentence}",
            )


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
