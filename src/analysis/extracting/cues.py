"""The words of cues.toml, found in a sentence."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from analysis.vocabulary import words_of

Span = tuple[int, int]


@dataclass(frozen=True)
class Mention:
    """A registered word that a sentence names by one of its cues, and where."""

    name: str
    span: Span


@cache
def cues() -> dict[str, Any]:
    """The parsed file, read once."""
    return tomllib.loads(files("analysis.extracting").joinpath("cues.toml").read_text("utf-8"))


@cache
def pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern of any of these words, the longest first: a star is any ending, a word with a capital is exact.

    >>> pattern(("seiz*", "US")).findall("Seizures: US forces seized; ask us")
    ['Seizures', 'US', 'seized']
    """
    return re.compile("|".join(map(_cue, sorted(words, key=len, reverse=True))))


def _cue(word: str) -> str:
    ending = re.escape(word).replace(r"\*", r"\w*")
    cased = f"(?:{ending}|{ending.upper()})" if word[:1].isupper() and "*" not in word else f"(?i:{ending})"
    return r"(?<!\w)" * word[0].isalnum() + cased + r"(?!\w)" * (word[-1].isalnum() or word[-1] in "*.")


def says(text: str, words: list[str]) -> bool:
    """Whether a text has any of these words."""
    return bool(words) and pattern(tuple(words)).search(text) is not None


def spans(text: str, words: list[str]) -> list[Span]:
    """Where a text has these words."""
    return [match.span() for match in pattern(tuple(words)).finditer(text)] if words else []


def makers_in(text: str) -> list[Mention]:
    """The makers of estimates that a text names."""
    found = []
    for name, by in cues()["makers"].items():
        places = spans(text, by["words"])
        if "acts" in by:
            places += [match.span() for match in _acts(name).finditer(text)]
        found += [Mention(name, place) for place in places]
    return found


@cache
def _acts(maker: str) -> re.Pattern[str]:
    """A country that acts as a maker: "US figures", "according to the US"."""
    words = (cues()["makers"][maker]["acts"], cues()["words"]["speech"])
    who, speech = (f"(?:{pattern(tuple(listed)).pattern})" for listed in words)
    return re.compile(rf"{who}(?=(?:'s|’s)?\s+(?:\w+\s+)?{speech})|(?:(?<=according to the )|(?<=according to )){who}")


@cache
def _place_words() -> dict[str, list[str]]:
    named = {place: [place.rpartition("/")[2]] for place in words_of("places") if "+" not in place and place != "World"}
    return {name: named.get(name, []) + cues()["places"].get(name, []) for name in {**named, **cues()["places"]}}


def places_in(text: str, but: list[Mention]) -> list[Mention]:
    """The places that a text names, outside the names of makers; "foreign" for places that are none of ours."""
    found = [Mention(name, place) for name, words in _place_words().items() for place in spans(text, words)]
    taken = [mention.span for mention in but]
    return [
        place
        for place in found
        if not any(start <= place.span[0] < end for start, end in taken)
        and not any(within(place.span, other.span) for other in found if other is not place)
    ]


def within(inner: Span, outer: Span) -> bool:
    """Whether one span lies in another that is longer."""
    return outer[0] <= inner[0] and inner[1] <= outer[1] and inner != outer


def apart(text: str, first: Span, second: Span, figures: list[Span]) -> int:
    """How far two places of a sentence are from each other: the letters between, and more for a comma, a clause, a figure."""
    start, end = sorted((*first, *second))[1:3]
    between = text[start:end]
    crossed = sum(start <= figure[0] < end and figure not in (first, second) for figure in figures)
    return len(between) + 5 * between.count(",") + 25 * len(spans(between, cues()["words"]["breaks"])) + 30 * crossed
