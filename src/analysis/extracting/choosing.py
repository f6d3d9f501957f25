"""Which measure a figure is of: that whose words are nearest to it, among those that come in its unit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from analysis.extracting.cues import MEASURES, WORDS, Span, apart, says, spans
from analysis.extracting.figures import PHYSICAL, Printed
from analysis.reading.units import unit_factor
from analysis.vocabulary import measures

_NEAR, _FAR = 90, 400  # letters, as `apart` counts them: words of one clause; of one sentence
_INHERITED = {*PHYSICAL.values(), "deaths", "per 100,000"}


@dataclass
class Said:
    """What a sentence and those before it say of its figures."""

    text: str
    article: str
    back: list[str]  # the last sentences, the present one among them
    figures: list[Printed]
    numbers: list[Span]  # where figures stand that are no years
    makers: set[str]
    placed: bool  # whether it names a place or a period
    carried: list[tuple[str, str]]  # measure and unit of each figure of the sentence before
    carried_from: str  # that sentence, in words
    own: list[tuple[str, str, Span]] = field(default_factory=list)  # the figures of this one so far

    def apart(self, figure: Span, other: Span) -> int:
        """How far words are from a figure; those behind it count as further."""
        return apart(self.text, figure, other, self.numbers) + 20 * (other[0] > figure[0])

    def nearest(self, figure: Printed, words: list[str]) -> int:
        """How far the nearest of these words is; beyond all measure if there is none."""
        return min((self.apart(figure.span, span) for span in spans(self.text, words)), default=9999)

    def carries(self, figure: Printed, measure: str = "coca_area") -> bool:
        """Whether a figure may be one of the sentence before: "by the same count it was 44,200", "the UN says 204,000"."""
        pronoun = says(self.text[: figure.span[0]], WORDS["pronouns"])
        made = not self.makers.isdisjoint(MEASURES[measure]["makers"])
        return bool(self.carried) and (pronoun or made or (self.placed and not figure.unit))


@dataclass
class Choice:
    """A measure and a unit for a figure, how far-fetched they are, and by column what the sentence does not say itself."""

    cost: int
    measure: str
    unit: str
    basis: dict[str, str]

    @property
    def cue(self) -> Any:
        """The words of the measure."""
        return MEASURES[self.measure]


def choose(figure: Printed, said: Said) -> Choice | None:
    """The measure whose words are nearest, those of its own before those of a more general one; none if none is near."""
    if said.nearest(figure, WORDS["plans"]) < 40:
        return None
    units = list(_units(figure, said))
    found = [one for name in MEASURES for unit in units if (one := _weighed(figure, said, name, *unit))]
    general = [choice for choice in found if choice.cue.get("general")]
    own = [choice for choice in found if choice not in general]
    return min(own or general, key=lambda choice: choice.cost, default=None)


def _weighed(figure: Printed, said: Said, name: str, unit: str, cost: int, basis: dict[str, str]) -> Choice | None:
    cue = MEASURES[name]
    if not _takes(name, unit) or not _fits(figure, said, name):
        return None
    near = said.nearest(figure, cue["near"]) - 40 * bool(cue.get("part"))
    if figure.unit is None:
        near = min([near, *(10 + said.apart(figure.span, span) // 2 for one, _, span in said.own if one == name)])
    names = (name, name.removesuffix("_change"), name.replace("_death_rate", "_deaths"))
    same = any(one in names for one, _ in said.carried)
    if near >= _FAR and same and figure.kind not in ("rank", "ratio", "year") and said.carries(figure, name):
        near, basis = 60, {**basis, "measure": said.carried_from}
    elif near >= _FAR and said.back[-2:][0].rstrip('”"').endswith("?") and says(said.back[-2:][0], cue["near"]):
        near, basis = 70, {**basis, "measure": "as in the question before"}
    elif near >= _FAR and cue.get("general") and (unit == figure.unit or not said.makers.isdisjoint(cue["makers"])):
        near, basis = 80, {**basis, "measure": "the article is about it"}
    unit = measures()[name].unit if unit in cue.get("units", []) else unit
    return Choice(near + cost, name, unit, dict(basis)) if near < cue.get("far", _FAR) else None


def _fits(figure: Printed, said: Said, name: str) -> bool:
    """Whether all is said that a measure needs, and nothing that bars it."""
    cue = MEASURES[name]
    within = cue.get("within", 2 if measures()[name].unit == "deaths" else 0)
    topic = " ".join(said.back[-within:]) if within else said.article
    needed = " ".join(said.back[-2:])
    holds = [(topic, "topic"), (needed, "needs"), (figure.text, "wording")]
    barred = said.nearest(figure, cue.get("bars", [])) < _NEAR
    return not barred and all(part not in cue or says(text, cue[part]) for text, part in holds)


def _units(figure: Printed, said: Said) -> Iterator[tuple[str, int, dict[str, str]]]:
    """The units that a figure may have, how far-fetched each is, and what it is known from."""
    if figure.kind in ("change", "ratio", "rank", "year"):
        yield {"change": "percent on the year before", "ratio": "times"}.get(figure.kind, figure.kind), 0, {}
    elif figure.unit:
        yield "deaths" if figure.unit == "persons" else figure.unit, 0, {}
    elif _bare(figure, said):
        yield "deaths", 0, {}
        yield from ((unit, 10, {}) for _, unit, _ in said.own if unit in _INHERITED)
        ahead = [(span[1], word) for word in PHYSICAL for span in spans(said.text[: figure.span[0]], [word])]
        yield from ((PHYSICAL[word], 10, {}) for _, word in sorted(ahead)[-1:])
        behind = (one for one in said.figures if one.span > figure.span and one.unit in PHYSICAL.values())
        yield from ((str(one.unit), 15, {}) for one in list(behind)[:1] if said.apart(figure.span, one.span) < _NEAR)
        if said.carries(figure) and said.carried[-1][1] in _INHERITED:
            yield said.carried[-1][1], 30, {"unit": said.carried_from}


def _bare(figure: Printed, said: Said) -> bool:
    """Whether what follows is no noun that the figure would count."""
    after = re.match(r"[\s’']*(\w[\w-]*)", said.text[figure.span[1] :])
    return not after or after[1].lower() in WORDS["after"] + WORDS["deaths"]


@cache
def _takes(measure: str, unit: str) -> bool:
    """Whether figures of a measure may be printed in a unit."""
    try:
        return unit in MEASURES[measure].get("units", []) or bool(unit_factor(unit, measures()[measure].unit))
    except ValueError:
        return False
