"""What a sentence names: the words of cues.toml, agencies, places, periods, and figures as the grammar reads them."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from analysis.reading.periods import RELATIVE_YEAR, find_periods
from analysis.reading.phrases import any_of
from analysis.reading.units import unit_words
from analysis.reading.wording import Reading, find_printed
from analysis.vocabulary import vocabulary, words_of

_CUES: dict[str, Any] = tomllib.loads(
    files("analysis.articles").joinpath("cues.toml").read_text("utf-8")
)
MEASURES, AGENCIES, WORDS = (_CUES[part] for part in ("measures", "agencies", "words"))
_NAMES = {
    place: [place.rpartition("/")[2]]
    for place in words_of("places")
    if "+" not in place and place != "World"
}
_PLACES = {
    name: _NAMES.get(name, []) + _CUES["places"].get(name, [])
    for name in {**_NAMES, **_CUES["places"]}
}

_FROM_TO = re.compile(r"(from\s+)?(.+?)\s+to\s+(.+)", re.IGNORECASE | re.DOTALL)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
# The words of these stand beside the figure; those of all others ("percent", "$") belong to its wording.
PHYSICAL = {
    word: unit
    for word, unit in unit_words().items()
    if vocabulary()["units"][unit]["pint"]
}
_BESIDE = {*PHYSICAL.values(), "deaths", "persons", "per 100,000"}
_WORDS = any_of(word for word, unit in unit_words().items() if unit in _BESIDE)
_UNIT = re.compile(rf"\s*{_WORDS}$|\s+times$", re.IGNORECASE)
_OF_UNIT = re.compile(
    rf"\s+of\s+({any_of(unit_words())})", re.IGNORECASE
)  # "billions of dollars"
_NO_NUMBER = ("one", "un", "una", "uno")  # "one of them", "the UN"
_OCCASIONS = 100  # no multiple is as large: "19,200 times" counts

Span = tuple[int, int]


class Mention(NamedTuple):
    """A registered word that a sentence names by one of its cues, or a period, and where."""

    span: Span
    name: str


@cache
def pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern of any of these words, the longest first: a star is any ending, a word with a capital is exact.

    >>> pattern(("seiz*", "US")).findall("Seizures: US forces seized; ask us")
    ['Seizures', 'US', 'seized']
    """
    return re.compile(
        "|".join(map(_cue, sorted(words, key=len, reverse=True))) or "(?!)"
    )


def _cue(word: str) -> str:
    ending = re.escape(word).replace(r"\*", r"\w*")
    cased = (
        f"(?:{ending}|{ending.upper()})"
        if word[:1].isupper() and "*" not in word
        else f"(?i:{ending})"
    )
    return (
        r"(?<!\w)" * word[0].isalnum()
        + cased
        + r"(?!\w)" * (word[-1].isalnum() or word[-1] in "*.")
    )


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


def agencies_in(text: str) -> list[Mention]:
    """The agencies that a text names, in order."""
    named = [
        Mention(at, name)
        for name, by in AGENCIES.items()
        for at in spans(text, by["words"])
    ]
    acting = [
        Mention(match.span(), name)
        for name in AGENCIES
        for match in _acts(name).finditer(text)
    ]
    return sorted(named + acting)


@cache
def _acts(agency: str) -> re.Pattern[str]:
    """A country that acts as an agency: "US figures", "according to the US"."""
    who, speech = (
        f"(?:{pattern(tuple(words)).pattern})"
        for words in (AGENCIES[agency].get("acts", []), WORDS["speech"])
    )
    return re.compile(
        rf"{who}(?=(?:'s|’s)?\s+(?:\w+\s+)?{speech})|(?:(?<=according to the )|(?<=according to )){who}"
    )


def places_in(text: str) -> list[Mention]:
    """The places that a text names, in order, those of an agency's name too; "foreign" for those that are none of ours."""
    return sorted(
        Mention(at, name)
        for name, words in _PLACES.items()
        for at in spans(text, words)
    )


def periods_in(text: str) -> list[Mention]:
    """The periods that a text names, in order, in its words."""
    return [Mention(span, text[slice(*span)]) for span in find_periods(text)]


def apart(text: str, first: Span, second: Span, figures: list[Span]) -> int:
    """How far two places of a sentence are from each other: the letters between, and more for a comma, a clause, a figure."""
    start, end = sorted((*first, *second))[1:3]
    between = text[start:end]
    crossed = sum(
        start <= figure[0] < end and figure not in (first, second) for figure in figures
    )
    return (
        len(between)
        + 5 * between.count(",")
        + 25 * len(spans(between, WORDS["breaks"]))
        + 30 * crossed
    )


def figures_in(sentence: str, published: str = "") -> list[Reading]:
    """Every figure of a sentence, years among them, in order; `text` is its wording with its hedge, without its unit.

    >>> [(figure.text, figure.unit) for figure in figures_in("about 972 tons, up from 24,000 hectares")]
    [('about 972', 't'), ('24,000', 'ha')]
    """
    periods = find_periods(sentence)
    figures = [_bare(sentence, found) for found in _found(sentence, published)]
    figures = [one for one in figures if one.text.lower() not in _NO_NUMBER]
    return [
        one
        for one in figures
        if one.kind == "year" or all(b <= one.start or one.end <= a for a, b in periods)
    ]


def _found(sentence: str, published: str) -> Iterator[Reading]:
    """As the grammar finds them; of "from 24 to 32 tons" both, which cleaning would take for the limits of one."""
    for reading in find_printed(sentence, published):
        ends = _FROM_TO.fullmatch(sentence, *reading.span)
        if ends and (ends[1] or reading.problem):
            for end in (2, 3):
                for half in find_printed(ends[end]):
                    yield replace(
                        half,
                        start=ends.start(end) + half.start,
                        end=ends.start(end) + half.end,
                    )
        else:
            yield reading


def _bare(sentence: str, reading: Reading) -> Reading:
    """A figure with the unit beside it, and without that unit's words."""
    kind = reading.kind
    unit = reading.unit
    start = reading.start
    text = reading.text
    bare = _UNIT.sub("", text)
    if reading.problem:
        unit = unit_words().get(text[len(bare) :].strip().lower())
        kind = "year" if re.fullmatch(RELATIVE_YEAR, text, re.IGNORECASE) else kind
    if kind == "ratio" and reading.size > _OCCASIONS:
        kind = "quantity"
        unit = None
    if unit is None and (of := _OF_UNIT.match(sentence, reading.end)):
        unit = unit_words()[of[1].lower()]
    if unit in (None, *_BESIDE):
        text = bare
    if kind == "year" and text.lower().startswith("the "):
        start = start + 4
        text = text[4:]
    if kind == "quantity" and unit is None and _YEAR.fullmatch(text):
        kind = "year"
        unit = "year"
    return replace(
        reading, kind=kind, unit=unit, text=text, start=start, end=start + len(text)
    )
