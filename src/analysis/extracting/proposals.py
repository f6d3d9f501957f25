"""What each figure of an article is taken to be: measure, place, period and maker, and what that was read from."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, NamedTuple

from analysis.extracting.cues import Mention, Span, apart, cues, makers_in, places_in, says, spans
from analysis.extracting.figures import Printed, figures_in
from analysis.extracting.periods import Periods
from analysis.extracting.sentences import sentence_spans
from analysis.reading.periods import find_periods
from analysis.reading.units import unit_factor, unit_words
from analysis.vocabulary import measures, vocabulary

_OWN_WORDS = ("years", "rank", "USD", "USD a month", "percent")  # the sentence itself must say what these are of
_AHEAD = 3  # sentences ahead that may still name the maker of a headline's figure
_NEAR, _FAR = 90, 400  # letters, as `apart` counts them: words of one clause; of one sentence


_AMBIGUOUS = re.compile(r"(?:\D+\s)?[0-9]{1,3}[.,][0-9]{3}")
_INHERITED = {name for name, entry in vocabulary()["units"].items() if entry["pint"]} | {"deaths", "per 100,000"}


@dataclass(frozen=True)
class Proposal:
    """A figure as an article is taken to mean it. `basis`: how each field is known, by its name, in words."""

    sentence: int  # counted from 1
    start: int  # in the article, code points, half open
    end: int
    printed: str
    measure: str
    place: str
    period: str  # as printed; empty where none is said
    read_as: str  # the same where its own words can't be read alone: "the year before" 2017 is "2016"
    unit: str
    maker: str
    basis: dict[str, str] = field(default_factory=dict)  # only for what the sentence itself does not say
    problem: str = ""
    context: str = ""  # the sentence
    sentence_start: int = 0  # in the article
    base: str = ""  # of a comparison: the period that it compares with, as printed


class _Choice(NamedTuple):
    cost: int
    measure: str
    unit: str
    basis: dict[str, str]


@dataclass
class _Said:
    """What the article has said so far."""

    text: str = ""  # the whole article
    sentences: list[str] = field(default_factory=list)
    places: list[tuple[int, str]] = field(default_factory=list)
    makers: list[str] = field(default_factory=list)
    found: list[Proposal] = field(default_factory=list)
    periods: Periods = field(default_factory=Periods)

    def back(self, many: int) -> str:
        """The last sentences, the present one among them, as one text."""
        return " ".join(self.sentences[-many:])


class Proposed(NamedTuple):
    """What an article says: its figures, and its comparisons, which are no figures."""

    figures: list[Proposal]
    comparisons: list[Proposal]


def propose(text: str, published: str = "", publisher: str = "") -> Proposed:
    """Every figure of the subject in an article, in order of the text; `published` is a date or empty.

    >>> text = "Colombia had 234,000 hectares of coca in 2021, the White House said. A farmer, 54, has two."
    >>> [(p.printed, p.measure, p.place, p.period, p.maker) for p in propose(text, "2022-07-14").figures]
    [('234,000', 'coca_area', 'Colombia', '2021', 'us_government')]
    """
    said = _Said(text, makers=[mention.name for mention in makers_in(publisher)], periods=Periods(published))
    every, compared = sentence_spans(text), []
    for number, (start, end) in enumerate(every, start=1):
        sentence, coming = text[start:end], text[end : every[min(number + _AHEAD, len(every)) - 1][1]]
        said.sentences.append(sentence)
        read = _Sentence(sentence, number, said, coming)
        said.found += _moved(read.proposals(), start)
        compared += _moved(read.compared, start)
    return Proposed(said.found, compared)


def _moved(found: list[Proposal], by: int) -> list[Proposal]:
    return [replace(one, start=one.start + by, end=one.end + by, sentence_start=by) for one in found]


class _Sentence:
    """One sentence, with what it names, and what was said before it."""

    def __init__(self, text: str, number: int, said: _Said, coming: str = "") -> None:
        self.text, self.number, self.said, self.coming = text, number, said, coming
        self.figures = figures_in(text, said.periods.published)
        self.spans = [figure.span for figure in self.figures if figure.kind != "year"]
        self.makers = makers_in(text)
        self.places = places_in(text, self.makers)
        self.found: list[Proposal] = []
        self.compared: list[Proposal] = []

    def comparisons(self) -> list[Proposal]:
        """The comparisons of a measure with that of another year ("slightly lower than in 2020"), as changes."""
        found = []
        for span in spans(self.text, [*vocabulary()["comparisons"]]):
            base = next((self.text[slice(*period)] for period in find_periods(self.text) if period >= span), "")
            said = self._proposal(Printed(self.text[slice(*span)], span, "change", 100, "percent on the year before"))
            if said and base:
                found.append(replace(said, base=base, measure=said.measure.removesuffix("_change")))
        return found

    def proposals(self) -> list[Proposal]:
        self.said.periods.enter(self.text, self.spans, self.coming)
        for years in (False, True):
            for figure in self.figures:
                if (figure.kind == "year") == years and (proposal := self._proposal(figure)):
                    self.found.append(proposal)
        self.compared = self.comparisons()
        self.found = self._in_order(sorted(self.found, key=lambda one: one.start))
        self.said.periods.leave()
        self.said.places += [
            (self.number, mention.name) for mention in sorted(self.places, key=lambda place: place.span)
        ]
        self.said.makers += [mention.name for mention in sorted(self.makers, key=lambda maker: maker.span)]
        return self.found

    def _apart(self, figure: Printed, span: Span) -> int:
        return apart(self.text, figure.span, span, self.spans) + 20 * (span[0] > figure.span[0])

    def _nearest(self, figure: Printed, words: list[str]) -> int:
        return min((self._apart(figure, span) for span in spans(self.text, words)), default=9999)

    def _proposal(self, figure: Printed) -> Proposal | None:
        if self._planned(figure) or self._spent(figure) or not (choice := self._choice(figure)):
            return None
        cue, basis = cues()["measures"][choice.measure], dict(choice.basis)
        place = self._place(figure, cue, basis)
        if not place or self._too_small(figure, choice, place):
            return None
        maker = self._maker(figure, cue, place, basis)
        undated = measures()[choice.measure].undated
        if figure.kind == "year":
            period, read_as = figure.text, figure.text
        else:
            period, read_as = ("", "") if undated else self.said.periods.of(figure.span, basis, figure.kind == "change")
        return Proposal(
            self.number, *figure.span, figure.text, choice.measure, place, period, read_as, choice.unit, maker, basis,
            figure.problem, self.text,
        )  # fmt: skip

    def _spent(self, figure: Printed) -> bool:
        """Whether a number is a bare "one", or a year that is the period of a figure beside it."""
        return figure.text.lower() == "one" or (figure.kind == "year" and figure.text in {one.period for one in self.found if one.unit != "rank"})

    def _planned(self, figure: Printed) -> bool:
        return self._nearest(figure, cues()["words"]["plans"]) < 40

    def _choice(self, figure: Printed) -> _Choice | None:
        """The measure whose words are nearest, those of its own before those of a more general one."""
        units = list(self._units(figure))
        found = [
            choice
            for name, cue in cues()["measures"].items()
            for unit, cost, basis in units
            if _takes(name, cue, unit) and (choice := self._weighed(figure, name, cue, unit, cost, basis))
        ]
        own = [choice for choice in found if not cues()["measures"][choice.measure].get("general")]
        general = [choice for choice in found if choice not in own]
        least = min((choice.cost for choice in general), default=_FAR)
        limit = max(_NEAR, least)
        own = [choice for choice in own if choice.cost <= (least if "measure" in choice.basis else limit)]
        return min(own or general, key=lambda choice: choice.cost, default=None)

    def _weighed(
        self, figure: Printed, name: str, cue: Any, unit: str, cost: int, basis: dict[str, str]
    ) -> _Choice | None:
        within = cue.get("within", 2 if measures()[name].unit == "deaths" else 0)
        if not says(self.said.back(within) if within else self.said.text, cue["topic"]) or (
            "needs" in cue and not says(self.said.back(1 if unit in _OWN_WORDS else 2), cue["needs"])
        ):
            return None
        if self._nearest(figure, cue.get("bars", [])) < _NEAR:
            return None
        if "wording" in cue and not says(figure.text, cue["wording"]):
            return None
        near, known = self._nearest(figure, cue["near"]), basis
        if cue.get("part") and near < _NEAR:
            near -= 40
        for one in reversed(self.found):
            if figure.unit is None and one.measure == name:
                near = min(near, 10 + self._apart(figure, (one.start, one.end)) // 2)
        if near >= _FAR and figure.kind not in ("rank", "ratio", "year") and self._carries(figure, name):
            near, known = 60, {**basis, "measure": f"as in sentence {self.said.found[-1].sentence}"}
        elif near >= _FAR and cue.get("general") and unit == figure.unit:
            near, known = 80, {**basis, "measure": "the sentences before are about it"}
        unit = measures()[name].unit if unit in cue.get("units", []) else unit
        return _Choice(near + cost, name, unit, known) if near < cue.get("far", _FAR) else None

    def _carries(self, figure: Printed, name: str) -> bool:
        """Whether a figure may be one of the measure, or a change in the measure, of the sentence before."""
        if not self.said.found or self.number - self.said.found[-1].sentence > 1:
            return False
        before = {one.measure for one in self.said.found if one.sentence == self.said.found[-1].sentence}
        same = (
            not name
            or name in before
            or bool({name.removesuffix("_change"), name.replace("_death_rate", "_deaths")} & before)
        )
        makers = {mention.name for mention in self.makers} & {*cues()["measures"].get(name or "coca_area", {})["makers"]}
        return same and (bool(makers) or says(self.text[: figure.span[0]], cues()["words"]["pronouns"]))

    def _units(self, figure: Printed) -> Iterator[tuple[str, int, dict[str, str]]]:
        """The units that a figure may have, how unlikely each is, and what it is known from."""
        if figure.kind in ("change", "ratio", "rank", "year"):
            yield {"change": "percent on the year before", "ratio": "times"}.get(figure.kind, figure.kind), 0, {}
            return
        if figure.kind == "unread" and not (figure.unit or _AMBIGUOUS.fullmatch(figure.text)):
            return
        if figure.unit and figure.unit != "persons":
            yield figure.unit, 0, {}
            return
        if not figure.unit and (not self._bare(figure) or self._nearest(figure, cues()["words"]["never"]) < 40):
            return
        yield "deaths", 0, {}
        if figure.unit:
            return
        words = [span for word, unit in _physical().items() for span in spans(self.text[: figure.span[0]], [word])]
        yield from ((one.unit, 10, {}) for one in self.found if one.unit in _INHERITED)
        if words:
            span = max(words, key=lambda at: (at[1], at[1] - at[0]))
            yield unit_words()[self.text[slice(*span)].lower()], 10, {}
        following = [other for other in self.figures if other.span > figure.span and other.unit in _physical().values()]
        if following and apart(self.text, figure.span, following[0].span, []) < _NEAR:
            yield str(following[0].unit), 15, {}
        if self._carries(figure, "") and self.said.found[-1].unit in _INHERITED:
            yield self.said.found[-1].unit, 30, {"unit": f"as in sentence {self.said.found[-1].sentence}"}

    def _bare(self, figure: Printed) -> bool:
        """Whether what follows is no noun that the figure would count."""
        after = self.text[figure.span[1] :].lstrip(" ’'")
        word = after.split()[0].strip(".,;:!?()”\"’'–—-").lower() if after.split() else ""
        return not word or not after[:1].isalnum() or word in cues()["words"]["after"] + cues()["words"]["deaths"]

    def _place(self, figure: Printed, cue: Any, basis: dict[str, str]) -> str:
        """The place: the nearest that the sentence names, else the last one named; empty if it is none of ours."""
        allowed = [*cue["places"], "foreign"]
        places = self.places + self._homes() * (cue["makers"] == ["press"])
        here = [mention for mention in places if _lies_in(mention.name, allowed)]
        if here:
            name = min(here, key=lambda mention: self._apart(figure, mention.span)).name
            return "" if name == "foreign" else _whole(name, cue)
        if "measure" in basis and self._stays() and _lies_in(self.said.found[-1].place, allowed):
            basis["place"] = basis["measure"]
            return _whole(self.said.found[-1].place, cue)
        if cue.get("usual"):
            named = Counter(_whole(name, cue) for _, name in self.said.places if _lies_in(name, cue["places"]))
            basis["place"] = "the country named most"
            return named.most_common(1)[0][0] if named else ""
        for number, name in reversed(self.said.places):
            recent = self.number - number <= 2
            name = name if recent else name.partition("/")[0]
            if _lies_in(name, allowed) and (name != "foreign" or recent):
                basis["place"] = f"as in sentence {number}"
                return "" if name == "foreign" else _whole(name, cue)
        if len(cue["places"]) == 1:
            return str(cue["places"][0])
        basis["place"] = "? no place is named; the first that has this measure"
        return str(cue["places"][0])

    def _stays(self) -> bool:
        """Whether no place was named since the last figure."""
        found = self.said.found
        return bool(found) and (not self.said.places or self.said.places[-1][0] <= found[-1].sentence)

    def _homes(self) -> list[Mention]:
        """The countries of the governments that a sentence names."""
        return [Mention(str(cues()["makers"][maker.name]["home"]), maker.span) for maker in self.makers]

    def _too_small(self, figure: Printed, choice: _Choice, place: str) -> bool:
        kept = measures()[choice.measure].unit
        size = figure.value * unit_factor(choice.unit, kept) if choice.unit in _physical().values() else figure.value
        least = cues()["measures"][choice.measure].get("least", 0)
        return abs(size) < (least / 20 if "/" in place else least)

    def _maker(self, figure: Printed, cue: Any, place: str, basis: dict[str, str]) -> str:
        """Who is said, nearest in the sentence or last before it, to have made the estimate."""
        allowed = [maker for maker in cue["makers"] if _works_in(maker, place)]
        if allowed in ([], ["press"]):
            return "press"
        here = [mention for mention in self.makers if mention.name in allowed]
        if cue.get("spoken") == "ahead":
            here = [mention for mention in here if mention.span < figure.span]
        if here:
            return min(here, key=lambda mention: self._apart(figure, mention.span)).name
        carried = "" if "spoken" in cue else next((one for one in reversed(self.said.makers) if one in allowed), "")
        alone = cue.get("alone", {}).get(place.partition("/")[0], "")
        if not (carried or alone or "spoken" in cue):
            ahead = [mention for mention in makers_in(self.coming) if mention.name in allowed]
            carried = min(ahead, key=lambda mention: mention.span).name if ahead else ""
        if carried or alone:
            basis["estimate_by"] = (
                "named in another sentence" if carried else "? nobody is named; nobody else makes such estimates"
            )
        elif "press" not in allowed:
            basis["estimate_by"] = "? nobody is named"
        return carried or alone or "press"

    def _in_order(self, found: list[Proposal]) -> list[Proposal]:
        """Ranks in a row beside as many places in a row belong to each other: "Peru and Bolivia, second and third"."""
        ranks = [one for one in found if one.measure == "cocaine_output_rank"]
        before = sorted(
            mention.span + (mention.name,) for mention in self.places if ranks and mention.span[1] <= ranks[0].start
        )
        names = [name for *_, name in before if _lies_in(name, cues()["measures"]["cocaine_output_rank"]["places"])][
            -len(ranks) :
        ]
        if len(ranks) == len(names) > 1:
            for rank, name in zip(ranks, names, strict=True):
                found[found.index(rank)] = replace(rank, place=name)
        return found


@cache
def _physical() -> dict[str, str]:
    """The words of units that can be converted, with the names of their units."""
    return {word: unit for word, unit in unit_words().items() if vocabulary()["units"][unit]["pint"]}


def _takes(measure: str, cue: Any, unit: str) -> bool:
    """Whether figures of a measure may be printed in a unit."""
    if unit in cue.get("units", []):
        return True
    try:
        unit_factor(unit, measures()[measure].unit)
    except ValueError:
        return False
    return True


def _lies_in(place: str, allowed: list[str]) -> bool:
    return place in allowed or ("/" in place and place.partition("/")[0] in allowed)


def _whole(place: str, cue: Any) -> str:
    return place if cue.get("regions") else place.partition("/")[0]


def _works_in(maker: str, place: str) -> bool:
    """Whether a maker makes estimates of a place: a government of the Andes those of its own country."""
    home = str(cues()["makers"].get(maker, {}).get("home", ""))
    return home in ("", "United States", place.partition("/")[0])
