"""The phrases of printed wording, English and Spanish, as phrases.toml lists them."""

import tomllib
from fractions import Fraction
from importlib.resources import files

_LISTED = tomllib.loads(files("analysis.reading").joinpath("phrases.toml").read_text("utf-8"))


def _by_word(section: str) -> dict[str, str]:
    return {word: meaning for meaning, words in _LISTED[section].items() for word in words}


def _counted(section: str) -> dict[str, int]:
    return {word: int(value) for word, value in _by_word(section).items()}


QUALIFIERS = _by_word("qualifiers")
LOWER_LIMIT = ("more_than", "at_least")
UPPER_LIMIT = ("nearly", "less_than", "at_most")
CHANGES_BEFORE, CHANGES_AFTER = (
    {word: 1 if way == "rise" else -1 for word, way in _by_word(place).items()}
    for place in ("changes_before", "changes_after")
)
RATIOS = {word: float(times) for word, times in _by_word("ratios").items()}
ORDINALS, DURATIONS, SPANS, CROWDS = map(_counted, ("ordinals", "durations", "spans", "crowds"))
SUPERLATIVES, RECORDS = (_LISTED["ranks"][kind] for kind in ("superlatives", "records"))
SPANISH_SIGNS = _LISTED["spanish"]["signs"]
NUMBERS, MULTIPLIERS = _counted("numbers"), _counted("multipliers")
FRACTIONS = {word: Fraction(part) for word, part in _by_word("fractions").items()}
