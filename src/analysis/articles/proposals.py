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
_RECENT = (
    2  # sentences back that a region, or a place that is none of ours, still holds for
)
_PIECE = re.compile(
    r".{1,2000}(?!\S)|.{1,2000}", re.DOTALL
)  # no sentence is longer: the time taken must be bounded


def propose(text: str, published: str = "", publisher: str = "") -> Story:
    """Every figure (`figures`) and comparison (`comparisons`) of the subject in an article; `published` is a date or empty.

    >>> text = "Colombia had 234,000 hectares of coca in 2021, the White House said. A farmer, 54, has two."
    >>> [(p.printed, p.measure, p.place, p.period, p.agency) for p in propose(text, "2022-07-14").figures]
    [('234,000', 'coca_area', 'Colombia', '2021', 'us_government')]
    """
    every, story = (
        sentence_spans(text),
        Story(text, published, [mention.name for mention in agencies_in(publisher)]),
    )
    for number, (start, end) in enumerate(every, start=1):
        coming = text[end : every[min(number + _AHEAD, len(every)) - 1][1]][:2000]
        back = [text[slice(*at)][:2000] for at in every[max(number - 5, 0) : number]]
        for piece in _PIECE.finditer(text, start, end):
            said = Sentence(piece[0], number, piece.start(), back, coming, story)
            story.figures += _figures(said)
            story.comparisons += _comparisons(said)
            keep_year(said)
            story.places += [(number, mention.name) for mention in said.places]
            story.agencies += [mention.name for mention in said.agencies]
    return story


def _figures(said: Sentence) -> list[Proposal]:
    """The figures of the subject, in order."""
    for figure in sorted(
        said.figures, key=lambda figure: figure.kind == "year"
    ):  # a year may be a figure's period
        periods = {one.period for one in said.own.values() if one.unit != "rank"}
        if not (figure.kind == "year" and figure.text in periods) and (
            one := _proposal(figure, said)
        ):
            said.own[figure.span] = one
    found = sorted(said.own.values(), key=lambda one: one.start)
    # What stands in a row belongs together: "Peru and Bolivia, second and third".
    rank = MEASURES["cocaine_output_rank"]
    ranks = [at for at, one in enumerate(found) if one.measure == "cocaine_output_rank"]
    names = [one.name for one in said.places if _lies_in(one.name, rank)][-len(ranks) :]
    for at, name in (
        zip(ranks, names, strict=False) if len(ranks) == len(names) > 1 else ()
    ):
        found[at] = replace(found[at], place=name)
    return found


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
    agency, period = _agency(figure, said, choice, place), (figure.text, figure.text)
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
    cue, places = MEASURES[choice.measure], said.before.places
    homes = [
        Mention(one.span, AGENCIES[one.name]["home"])
        for one in said.agencies
        if cue["agencies"] == ["press"]
    ]
    if here := [
        one
        for one in said.places + homes
        if _lies_in(one.name, cue) or one.name == "foreign"
    ]:
        return _ours(_nearest(figure, said, here), cue)
    known = [
        (number, _ours(name, cue)) for number, name in places if _lies_in(name, cue)
    ]
    if cue.get("usual") and known:
        choice.basis["place"] = "the country named most"
        return Counter(name for _, name in known).most_common(1)[0][0]
    known += [
        (number, "")
        for number, name in places
        if name == "foreign" and said.number - number <= _RECENT
    ]
    if known:
        number, place = max(known, key=lambda one: one[0])
        choice.basis["place"] = f"as in sentence {number}"
        return place if said.number - number <= _RECENT else place.partition("/")[0]
    if len(cue["places"]) > 1:
        choice.basis["place"] = "? no place is named; the first that has this measure"
    return str(cue["places"][0])


def _agency(figure: Reading, said: Sentence, choice: Choice, place: str) -> str:
    """Who is said, nearest in the sentence or last before it, to have made the estimate."""
    cue, country = MEASURES[choice.measure], place.partition("/")[0]
    homes = {
        agency: AGENCIES.get(agency, {}).get("home", "") for agency in cue["agencies"]
    }
    allowed = [
        agency
        for agency, home in homes.items()
        if home in ("", "United States", country)
    ]
    if allowed in ([], ["press"]):
        return "press"
    here = [one for one in said.agencies if one.name in allowed]
    here = [
        one for one in here if cue.get("spoken") != "ahead" or one.span < figure.span
    ]
    if here or "spoken" in cue:
        return _nearest(figure, said, here) if here else "press"
    ahead = [one.name for one in agencies_in(said.coming)]
    named = next(
        (
            agency
            for agency in [*reversed(said.before.agencies), *ahead]
            if agency in allowed
        ),
        "",
    )
    alone = cue.get("alone", {}).get(country, "")
    how = "? nobody is named" + "; nobody else makes such estimates" * bool(alone)
    choice.basis["agency"] = "named in another sentence" if named else how
    return named or alone or "press"


def _possible(figure: Reading, choice: Choice, place: str) -> bool:
    """Whether a figure may be of its measure: not too large, nor as small as that of a farm, a patrol or a town."""
    measure, least = (
        measures()[choice.measure],
        MEASURES[choice.measure].get("least", 0),
    )
    size = abs(figure.size) * unit_factor(choice.unit, measure.unit)
    return not (size < least / (20 if "/" in place else 1) or size > measure.high)


def _lies_in(place: str, cue: Any) -> bool:
    return place.partition("/")[0] in cue["places"]


def _ours(place: str, cue: Any) -> str:
    """The place that a measure is printed for: the country of a region, mostly; empty if it is none of ours."""
    return (
        ""
        if place == "foreign"
        else place
        if cue.get("regions")
        else place.partition("/")[0]
    )
