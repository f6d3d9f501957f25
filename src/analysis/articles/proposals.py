"""What each figure of an article is taken to be: measure, place, period and agency, and what that was read from."""

import re
from collections import Counter
from dataclasses import replace
from typing import Any

from analysis.articles.cues import AGENCIES, MEASURES, Mention, agencies_in, spans
from analysis.articles.measure_choice import Choice, choose
from analysis.articles.periods import keep_year, period_of
from analysis.articles.sentences import Proposal, Sentence, Story, sentence_spans
from analysis.reading.units import unit_factor
from analysis.reading.wording import Reading
from analysis.vocabulary import measures, vocabulary

_AHEAD = 3  # sentences ahead that may still name the agency of a headline's figure
# Sentences back that a region, or a place that is none of ours, still holds for.
_RECENT = 2
# No sentence is longer: the time taken must be bounded.
_PIECE = re.compile(r".{1,2000}(?!\S)|.{1,2000}", re.DOTALL)


def propose(text: str, published: str = "", publisher: str = "") -> Story:
    """Every figure (`figures`) and comparison (`comparisons`) of the subject in an article; `published` is a date or empty.

    >>> text = "Colombia had 234,000 hectares of coca in 2021, the White House said. A farmer, 54, has two."
    >>> [(p.printed, p.measure, p.place, p.period, p.agency) for p in propose(text, "2022-07-14").figures]
    [('234,000', 'coca_area', 'Colombia', '2021', 'us_government')]
    """
    every = sentence_spans(text)
    story = Story(text, published, [agency.name for agency in agencies_in(publisher)])
    for number, (start, end) in enumerate(every, start=1):
        last = every[min(number + _AHEAD, len(every)) - 1]
        coming = text[end : last[1]][:2000]
        back = [text[slice(*at)][:2000] for at in every[max(number - 5, 0) : number]]
        for piece in _PIECE.finditer(text, start, end):
            _read_on(
                story, Sentence(piece[0], number, piece.start(), back, coming, story)
            )
    return story


def _read_on(story: Story, said: Sentence) -> None:
    """Add to a story what its next sentence says."""
    story.figures += _figures(said)
    story.comparisons += _comparisons(said)
    keep_year(said)
    story.places += [(said.number, place.name) for place in said.places]
    story.agencies += [agency.name for agency in said.agencies]


def _figures(said: Sentence) -> list[Proposal]:
    """The figures of the subject, in order."""
    # A year may be a figure's period: all others come first.
    for figure in sorted(said.figures, key=lambda figure: figure.kind == "year"):
        periods = {other.period for other in said.own.values() if other.unit != "rank"}
        if figure.kind == "year" and figure.text in periods:
            continue
        if proposal := _proposal(figure, said):
            said.own[figure.span] = proposal
    figures = sorted(said.own.values(), key=lambda proposal: proposal.start)
    return _with_places_of_ranks(figures, said)


def _with_places_of_ranks(figures: list[Proposal], said: Sentence) -> list[Proposal]:
    """Figures, each rank with the place of its turn: "Peru and Bolivia, second and third"."""
    measure = "cocaine_output_rank"
    ranks = [at for at, figure in enumerate(figures) if figure.measure == measure]
    places = [
        place.name for place in said.places if _lies_in(place.name, MEASURES[measure])
    ]
    if 1 < len(ranks) <= len(places):
        for at, place in zip(ranks, places[-len(ranks) :], strict=True):
            figures[at] = replace(figures[at], place=place)
    return figures


def _comparisons(said: Sentence) -> list[Proposal]:
    """The comparisons of a measure with itself in another year ("slightly lower than in 2020"), which are no figures."""
    found = []
    for span in spans(said.text, [*vocabulary()["comparisons"]]):
        base = next((one.name for one in said.periods if one.span >= span), "")
        figure = Reading(
            "change",
            100,
            None,
            None,
            "exact",
            1,
            "percent on the year before",
            said.text[slice(*span)],
            *span,
        )
        if base and (one := _proposal(figure, said)):
            found.append(
                replace(one, base=base, measure=one.measure.removesuffix("_change"))
            )
    return found


def _proposal(figure: Reading, said: Sentence) -> Proposal | None:
    choice = choose(figure, said)
    place = _place(figure, said, choice) if choice else ""
    if not (choice and place) or not _possible(figure, choice, place):
        return None
    agency = _agency(figure, said, choice, place)
    period = (figure.text, figure.text)
    if figure.kind != "year":
        period = (
            ("", "")
            if measures()[choice.measure].undated
            else period_of(figure.span, said, choice.basis)
        )
    start, end = (said.start + at for at in figure.span)
    return Proposal(
        said.number,
        said.start,
        start,
        end,
        figure.text,
        choice.measure,
        place,
        *period,
        choice.unit,
        agency,
        said.text,
        choice.basis,
        figure.problem,
    )


def _nearest(figure: Reading, said: Sentence, mentions: list[Mention]) -> str:
    return min(mentions, key=lambda mention: said.apart(figure.span, mention.span)).name


def _place(figure: Reading, said: Sentence, choice: Choice) -> str:
    """The nearest place that the sentence names, else the last one named; empty if it is none of ours."""
    cue = MEASURES[choice.measure]
    here = [
        place
        for place in said.places + _homes(said, cue)
        if place.name == "foreign" or _lies_in(place.name, cue)
    ]
    if here:
        return _ours(_nearest(figure, said, here), cue)
    return _place_before(said, cue, choice.basis)


def _place_before(said: Sentence, cue: Any, basis: dict[str, str]) -> str:
    """The place that the sentences before named most or last; empty if it is none of ours."""
    places = said.before.places
    known = [(at, _ours(name, cue)) for at, name in places if _lies_in(name, cue)]
    if cue.get("usual") and known:
        basis["place"] = "the country named most"
        return Counter(name for _, name in known).most_common(1)[0][0]
    for at, name in places:
        if name == "foreign" and said.number - at <= _RECENT:
            known.append((at, ""))
    if known:
        at, place = max(known, key=lambda mention: mention[0])
        basis["place"] = f"as in sentence {at}"
        return place if said.number - at <= _RECENT else place.partition("/")[0]
    if len(cue["places"]) > 1:
        basis["place"] = "? no place is named; the first that has this measure"
    return str(cue["places"][0])


def _homes(said: Sentence, cue: Any) -> list[Mention]:
    """The countries of the agencies that a sentence names, where no agency estimates the measure."""
    if cue["agencies"] != ["press"]:
        return []
    return [
        Mention(agency.span, AGENCIES[agency.name]["home"]) for agency in said.agencies
    ]


def _agency(figure: Reading, said: Sentence, choice: Choice, place: str) -> str:
    """Who is said, nearest in the sentence or last before it, to have made the estimate."""
    cue = MEASURES[choice.measure]
    country = place.partition("/")[0]
    allowed = [
        agency
        for agency in cue["agencies"]
        if AGENCIES.get(agency, {}).get("home", "") in ("", "United States", country)
    ]
    if allowed in ([], ["press"]):
        return "press"
    here = [agency for agency in said.agencies if agency.name in allowed]
    if cue.get("spoken") == "ahead":
        here = [agency for agency in here if agency.span < figure.span]
    if here or "spoken" in cue:
        return _nearest(figure, said, here) if here else "press"
    ahead = [agency.name for agency in agencies_in(said.coming)]
    for agency in (*reversed(said.before.agencies), *ahead):
        if agency in allowed:
            choice.basis["agency"] = "named in another sentence"
            return agency
    choice.basis["agency"] = "? nobody is named"
    alone = str(cue.get("alone", {}).get(country, ""))
    if alone:
        choice.basis["agency"] += "; nobody else makes such estimates"
    return alone or "press"


def _possible(figure: Reading, choice: Choice, place: str) -> bool:
    """Whether a figure may be of its measure: not too large, nor as small as that of a farm, a patrol or a town."""
    measure = measures()[choice.measure]
    least = MEASURES[choice.measure].get("least", 0)
    size = abs(figure.size) * unit_factor(choice.unit, measure.unit)
    return not (size < least / (20 if "/" in place else 1) or size > measure.high)


def _lies_in(place: str, cue: Any) -> bool:
    return place.partition("/")[0] in cue["places"]


def _ours(place: str, cue: Any) -> str:
    """The place that a measure is printed for: the country of a region, mostly; empty if it is none of ours."""
    if place == "foreign":
        return ""
    return place if cue.get("regions") else place.partition("/")[0]
