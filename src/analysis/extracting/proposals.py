"""What each figure of an article is taken to be: measure, place, period and maker, and what that was read from."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from analysis.extracting.choosing import Choice, Said, choose
from analysis.extracting.cues import MAKERS, MEASURES, Mention, makers_in, places_in, spans
from analysis.extracting.figures import Printed, figures_in
from analysis.extracting.periods import Periods
from analysis.extracting.sentences import sentence_spans
from analysis.reading.periods import find_periods
from analysis.reading.units import unit_factor
from analysis.vocabulary import measures, vocabulary

_AHEAD = 3  # sentences ahead that may still name the maker of a headline's figure
_RECENT = 2  # sentences back that a region, or a place that is none of ours, still holds for
_PIECE = re.compile(r".{1,2000}(?!\S)|.{1,2000}", re.DOTALL)  # no sentence is longer: the time taken must be bounded


@dataclass(frozen=True)
class Proposal:
    """A figure as an article is taken to mean it."""

    sentence: int  # counted from 1
    sentence_start: int  # in the article, code points
    start: int
    end: int
    printed: str
    measure: str
    place: str
    period: str  # as printed; empty where none is said
    read_as: str  # the same where its own words can't be read alone: "the year before" 2017 is "2016"
    unit: str
    maker: str
    context: str  # the sentence
    basis: dict[str, str] = field(default_factory=dict)  # by column, how it is known that the sentence does not say
    problem: str = ""  # why the wording can't be read
    base: str = ""  # of a comparison: the period that it compares with, as printed

    @property
    def locator(self) -> str:
        """Where it stands, as `data/raw` says it."""
        return f"sentence {self.sentence}, characters {self.start}-{self.end}"


class Proposed(NamedTuple):
    """What an article says: its figures, and its comparisons ("slightly lower than in 2020"), which are no figures."""

    figures: list[Proposal]
    comparisons: list[Proposal]


def propose(text: str, published: str = "", publisher: str = "") -> Proposed:
    """Every figure of the subject in an article, in order of the text; `published` is a date or empty.

    >>> text = "Colombia had 234,000 hectares of coca in 2021, the White House said. A farmer, 54, has two."
    >>> [(p.printed, p.measure, p.place, p.period, p.maker) for p in propose(text, "2022-07-14").figures]
    [('234,000', 'coca_area', 'Colombia', '2021', 'us_government')]
    """
    every, compared = sentence_spans(text), list[Proposal]()
    before = _Before(text, Periods(published), makers=[mention.name for mention in makers_in(publisher)])
    for number, (start, end) in enumerate(every, start=1):
        coming = text[end : every[min(number + _AHEAD, len(every)) - 1][1]][:2000]
        before.back = [text[slice(*at)][:2000] for at in every[max(number - 5, 0) : number]]
        for piece in _PIECE.finditer(text, start, end):
            sentence = _Sentence(piece[0], number, piece.start(), before, coming)
            before.found += sentence.proposals()
            compared += sentence.comparisons()
            sentence.leave()
    return Proposed(before.found, compared)


@dataclass
class _Before:
    """What an article has said before a sentence."""

    text: str  # the whole article
    periods: Periods
    makers: list[str]
    back: list[str] = field(default_factory=list)  # the last sentences, the present one among them
    places: list[tuple[int, str]] = field(default_factory=list)
    found: list[Proposal] = field(default_factory=list)


class _Sentence:
    """One sentence, with what it names."""

    def __init__(self, text: str, number: int, start: int, before: _Before, coming: str) -> None:
        self.text, self.number, self.start, self.before, self.coming = text, number, start, before, coming
        figures = figures_in(text, before.periods.published)
        self.figures = sorted(figures, key=lambda figure: figure.kind == "year")  # a year may be a figure's period
        self.makers = makers_in(text)
        counted = [Mention(one.span, "United States") for one in self.makers if one.name == "cdc"]
        self.places = sorted(places_in(text) + counted)
        numbers = [figure.span for figure in figures if figure.kind != "year"]
        last = before.found[-1].sentence if before.found else -1
        carried = [(one.measure, one.unit) for one in before.found[-20:] if one.sentence == last >= number - 2]
        names, placed = {mention.name for mention in self.makers}, bool(self.places or find_periods(text))
        self.said = Said(
            text, before.text, before.back, figures, numbers, names, placed, carried, f"as in sentence {last}"
        )
        before.periods.enter(text, number, numbers, coming)

    def proposals(self) -> list[Proposal]:
        """The figures of the subject, in order."""
        found = list[Proposal]()
        for figure in self.figures:
            taken = figure.kind == "year" and figure.text in {one.period for one in found if one.unit != "rank"}
            if one := None if taken else self._proposal(figure):
                found.append(one)
                self.said.own.append((one.measure, one.unit, figure.span))
        return self._in_order(sorted(found, key=lambda one: one.start))

    def comparisons(self) -> list[Proposal]:
        """The comparisons of a measure with itself in another year, which the claims evaluator takes."""
        found = []
        for span in spans(self.text, [*vocabulary()["comparisons"]]):
            base = next((self.text[slice(*period)] for period in find_periods(self.text) if period >= span), "")
            figure = Printed(self.text[slice(*span)], span, "change", 100, "percent on the year before")
            one = self._proposal(figure) if base else None
            found += [replace(one, base=base, measure=one.measure.removesuffix("_change"))] if one else []
        return found

    def leave(self) -> None:
        """Keep what the sentences after it may refer to."""
        if not any(unit == "year" for _, unit, _ in self.said.own):  # a policy's year is not what figures are about
            self.before.periods.leave()
        self.before.places += [(self.number, mention.name) for mention in self.places]
        self.before.makers += [mention.name for mention in self.makers]

    def _proposal(self, figure: Printed) -> Proposal | None:
        choice = choose(figure, self.said)
        place = self._place(figure, choice) if choice else ""
        if not (choice and place) or not _possible(figure, choice, place):
            return None
        maker, period = self._maker(figure, choice, place), (figure.text, figure.text)
        if figure.kind != "year":
            undated = measures()[choice.measure].undated
            period = ("", "") if undated else self.before.periods.of(figure.span, choice.basis)
        start, end = (self.start + at for at in figure.span)
        return Proposal(
            self.number, self.start, start, end, figure.text, choice.measure, place, *period, choice.unit, maker, self.text,
            choice.basis, figure.problem,
        )  # fmt: skip

    def _nearest(self, figure: Printed, mentions: list[Mention]) -> str:
        return min(mentions, key=lambda mention: self.said.apart(figure.span, mention.span)).name

    def _place(self, figure: Printed, choice: Choice) -> str:
        """The nearest place that the sentence names, else the last one named; empty if it is none of ours."""
        cue, places = choice.cue, self.before.places
        homes = [Mention(one.span, MAKERS[one.name]["home"]) for one in self.makers if cue["makers"] == ["press"]]
        if here := [one for one in self.places + homes if _lies_in(one.name, cue) or one.name == "foreign"]:
            return _ours(self._nearest(figure, here), cue)
        known = [(number, _ours(name, cue)) for number, name in places if _lies_in(name, cue)]
        if cue.get("usual") and known:
            choice.basis["place"] = "the country named most"
            return Counter(name for _, name in known).most_common(1)[0][0]
        known += [(number, "") for number, name in places if name == "foreign" and self.number - number <= _RECENT]
        if known:
            number, place = max(known, key=lambda one: one[0])
            choice.basis["place"] = f"as in sentence {number}"
            return place if self.number - number <= _RECENT else place.partition("/")[0]
        if len(cue["places"]) > 1:
            choice.basis["place"] = "? no place is named; the first that has this measure"
        return str(cue["places"][0])

    def _maker(self, figure: Printed, choice: Choice, place: str) -> str:
        """Who is said, nearest in the sentence or last before it, to have made the estimate."""
        cue, country = choice.cue, place.partition("/")[0]
        homes = {maker: MAKERS.get(maker, {}).get("home", "") for maker in cue["makers"]}
        allowed = [maker for maker, home in homes.items() if home in ("", "United States", country)]
        if allowed in ([], ["press"]):
            return "press"
        here = [one for one in self.makers if one.name in allowed]
        here = [one for one in here if cue.get("spoken") != "ahead" or one.span < figure.span]
        if here or "spoken" in cue:
            return self._nearest(figure, here) if here else "press"
        ahead = [one.name for one in makers_in(self.coming)]
        named = next((maker for maker in [*reversed(self.before.makers), *ahead] if maker in allowed), "")
        alone = cue.get("alone", {}).get(country, "")
        how = "? nobody is named" + "; nobody else makes such estimates" * bool(alone)
        choice.basis["estimate_by"] = "named in another sentence" if named else how
        return named or alone or "press"

    def _in_order(self, found: list[Proposal]) -> list[Proposal]:
        """What stands in a row belongs together: "Peru and Bolivia, second and third"."""
        found = list(found)
        ranks = [at for at, one in enumerate(found) if one.measure == "cocaine_output_rank"]
        names = [one.name for one in self.places if _lies_in(one.name, MEASURES["cocaine_output_rank"])][-len(ranks) :]
        for at, name in zip(ranks, names, strict=False) if len(ranks) == len(names) > 1 else ():
            found[at] = replace(found[at], place=name)
        return found


def _possible(figure: Printed, choice: Choice, place: str) -> bool:
    """Whether a figure may be of its measure: not too large, nor as small as that of a farm, a patrol or a town."""
    measure = measures()[choice.measure]
    size = abs(figure.value) * unit_factor(choice.unit, measure.unit)
    least: float = choice.cue.get("least", 0)
    return not (size < least / (20 if "/" in place else 1) or size > measure.high)


def _lies_in(place: str, cue: Any) -> bool:
    places: list[str] = cue["places"]
    return place.partition("/")[0] in places


def _ours(place: str, cue: Any) -> str:
    """The place that a measure is printed for: the country of a region, mostly; empty if it is none of ours."""
    return "" if place == "foreign" else place if cue.get("regions") else place.partition("/")[0]
