"""The words of cues.toml, found in a sentence."""

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from analysis.vocabulary import words_of

_CUES: dict[str, Any] = tomllib.loads(files("analysis.extracting").joinpath("cues.toml").read_text("utf-8"))
MEASURES, MAKERS, WORDS = (_CUES[part] for part in ("measures", "makers", "words"))
_NAMES = {place: [place.rpartition("/")[2]] for place in words_of("places") if "+" not in place and place != "World"}
_PLACES = {name: _NAMES.get(name, []) + _CUES["places"].get(name, []) for name in {**_NAMES, **_CUES["places"]}}

Span = tuple[int, int]


class Mention(NamedTuple):
    """A registered word that a sentence names by one of its cues, and where."""

    span: Span
    name: str


@cache
def pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern of any of these words, the longest first: a star is any ending, a word with a capital is exact.

    >>> pattern(("seiz*", "US")).findall("Seizures: US forces seized; ask us")
    ['Seizures', 'US', 'seized']
    """
    return re.compile("|".join(map(_cue, sorted(words, key=len, reverse=True))) or "(?!)")


def _cue(word: str) -> str:
    ending = re.escape(word).replace(r"\*", r"\w*")
    cased = f"(?:{ending}|{ending.upper()})" if word[:1].isupper() and "*" not in word else f"(?i:{ending})"
    return r"(?<!\w)" * word[0].isalnum() + cased + r"(?!\w)" * (word[-1].isalnum() or word[-1] in "*.")


def says(text: str, words: list[str]) -> bool:
    """Whether a text has any of these words."""
    return bool(spans(text, words))


def spans(text: str, words: list[str]) -> list[Span]:
    """Where a text has these words."""
    return _spans(text, tuple(words))


# Every figure of a sentence is held against the same words.
@lru_cache(maxsize=4096)
def _spans(text: str, words: tuple[str, ...]) -> list[Span]:
    return [match.span() for match in pattern(words).finditer(text)]


def makers_in(text: str) -> list[Mention]:
    """The makers of estimates that a text names, in order."""
    named = [Mention(at, name) for name, by in MAKERS.items() for at in spans(text, by["words"])]
    acting = [Mention(match.span(), name) for name in MAKERS for match in _acts(name).finditer(text)]
    return sorted(named + acting)


@cache
def _acts(maker: str) -> re.Pattern[str]:
    """A country that acts as a maker: "US figures", "according to the US"."""
    who, speech = (f"(?:{pattern(tuple(words)).pattern})" for words in (MAKERS[maker].get("acts", []), WORDS["speech"]))
    return re.compile(rf"{who}(?=(?:'s|’s)?\s+(?:\w+\s+)?{speech})|(?:(?<=according to the )|(?<=according to )){who}")


def places_in(text: str) -> list[Mention]:
    """The places that a text names, in order, those of a maker's name too; "foreign" for those that are none of ours."""
    return sorted(Mention(at, name) for name, words in _PLACES.items() for at in spans(text, words))


def apart(text: str, first: Span, second: Span, figures: list[Span]) -> int:
    """How far two places of a sentence are from each other: the letters between, and more for a comma, a clause, a figure."""
    start, end = sorted((*first, *second))[1:3]
    between = text[start:end]
    crossed = sum(start <= figure[0] < end and figure not in (first, second) for figure in figures)
    return len(between) + 5 * between.count(",") + 25 * len(spans(between, WORDS["breaks"])) + 30 * crossed
