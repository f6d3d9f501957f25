"""The phrases of printed wording, English and Spanish, as phrases.toml lists them: from each to what it means."""

import re
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files

_LISTED = tomllib.loads(
    files("analysis.reading").joinpath("phrases.toml").read_text("utf-8")
)
_MEANT = {
    part: {word: meaning for meaning, words in by.items() for word in words}
    for part, by in _LISTED.items()
}

QUALIFIERS = _MEANT["qualifiers"]
LOWER_LIMIT = ("more_than", "at_least")
UPPER_LIMIT = ("nearly", "less_than", "at_most")
CHANGES_BEFORE, CHANGES_AFTER = (
    {word: {"rise": 1, "fall": -1}[way] for word, way in _MEANT[place].items()}
    for place in ("changes_before", "changes_after")
)
RATIOS = {word: Decimal(times) for word, times in _MEANT["ratios"].items()}
FRACTIONS = {word: Fraction(part) for word, part in _MEANT["fractions"].items()}
ORDINALS, DURATIONS, SPANS, CROWDS, NUMBERS, MULTIPLIERS, MONTHS, PARTS_OF_MONTH = (
    {word: int(number) for word, number in _MEANT[part].items()}
    for part in (
        "ordinals",
        "durations",
        "spans",
        "crowds",
        "numbers",
        "multipliers",
        "months",
        "parts_of_month",
    )
)
SUPERLATIVES = _LISTED["ranks"]["superlatives"]
RECORDS = _LISTED["ranks"]["records"]
SPANISH_SIGNS = _LISTED["spanish"]["signs"]


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of these words, the longest first, each to its end."""
    listed = (
        re.escape(word) + r"(?!\w)" * word[-1].isalpha()
        for word in sorted(words, key=len, reverse=True)
    )
    return "(?:" + "|".join(listed) + ")"
