"""The one reader of printed wording: every figure in a text, with its place in it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, partial
from itertools import accumulate, takewhile
from math import nan
from operator import mul

from analysis.reading import phrases
from analysis.reading.marks import hint
from analysis.reading.numerals import (
    NUMERAL,
    SCALED,
    Numeral,
    UnreadableError,
    check_length,
    read_numeral,
    rounding_unit,
)
from analysis.reading.periods import RELATIVE_YEAR, YEAR, read_period
from analysis.reading.phrases import any_of
from analysis.reading.units import unit_words

_UNDERSTOOD = (
    "understood: a number, a range, a change in percent, a multiple, a share, a rank, a record or a year, "
    "with or without about, more than, nearly, up to ..."
)


@dataclass(frozen=True)
class Reading:
    """One figure as read from its wording, and its place in the text (code points, half open)."""

    # quantity, change (percent, with its sign), ratio, share (percent), rank or year
    kind: str
    # the number printed; none for a range ("662-902") or a crowd ("hundreds of thousands")
    value: float | None
    # the limits that the wording sets; none where it sets none ("about 972" sets neither)
    low: float | None
    high: float | None
    # exact, about, more_than, at_least, nearly, less_than, at_most or between
    qualifier: str
    rounding_unit: float  # the unit the number is rounded to
    unit: str | None  # the unit in the wording itself, by its registered name
    text: str = ""
    start: int = 0
    end: int = 0
    problem: str = ""  # why it can't be read, where it can't

    @property
    def size(self) -> float:
        """The number printed or a limit; NaN where it can't be read."""
        for number in (self.value, self.low, self.high):
            if number is not None:
                return number
        return nan

    @property
    def span(self) -> tuple[int, int]:
        """Its place in the text."""
        return self.start, self.end


# The named parts that a rule caught: `qualifier`, `number`, `unit`, `word` ...
_Parts = dict[str, str]
# What a word says by itself, and what it makes of the number beside it.
_WORD_VALUES: dict[str, Decimal | int] = {
    **phrases.RATIOS,
    **phrases.DURATIONS,
    **phrases.ORDINALS,
    **dict.fromkeys(phrases.SUPERLATIVES + phrases.RECORDS, 1),
    **{word: Decimal(float(100 * share)) for word, share in phrases.FRACTIONS.items()},
}
_MULTIPLIER_OF = {**phrases.SPANS, **phrases.CHANGES_BEFORE, **phrases.CHANGES_AFTER}


def _number(parts: _Parts, spanish: bool) -> Numeral:
    times = _MULTIPLIER_OF.get(parts.get("times", ""), 1)
    if "word" in parts:
        value = Decimal(_WORD_VALUES[parts["word"]])
        unit = min(value, rounding_unit(str(int(value))))
        return Numeral(value * times, unit)
    number = read_numeral(parts["number"], spanish)
    return Numeral(number.value * times, number.rounding_unit * abs(times))


def _parse_value(
    kind: str, unit: str | None, parts: _Parts, spanish: bool = False, _: str = ""
) -> Reading:
    number = _number(parts, spanish)
    value = float(number.value)
    phrase = parts.get("qualifier") or parts.get("qualifier_after")
    qualifier = phrases.QUALIFIERS[phrase] if phrase else "exact"
    low = value if qualifier in ("exact", *phrases.LOWER_LIMIT) else None
    high = value if qualifier in ("exact", *phrases.UPPER_LIMIT) else None
    rounded_to = float(number.rounding_unit)
    return Reading(kind, value, low, high, qualifier, rounded_to, unit or _unit(parts))


def _unit(parts: _Parts) -> str | None:
    return unit_words().get(parts.get("unit", ""))


def _decade(parts: _Parts, *_: object) -> Reading:
    first = float(parts["number"])
    return Reading("year", None, first, first + 9, "between", 10, "year")


def _relative_year(parts: _Parts, _: bool, published: str) -> Reading:
    year = float(read_period(parts["word"], published).start.year)
    return Reading("year", year, year, year, "exact", 1, "year")


def _parse_vague_count(parts: _Parts, *_: object) -> Reading:
    crowd = float(phrases.CROWDS[parts["word"]])
    return Reading("quantity", None, 2 * crowd, None, "at_least", crowd, None)


def _range(parts: _Parts, spanish: bool, _: str) -> Reading:
    low = read_numeral(parts["low"], spanish)
    high = read_numeral(parts["high"], spanish)
    scale = _shared_scale(low, high, parts["high"])
    start = low.value * scale
    if start >= high.value:
        raise UnreadableError(
            f"a range must rise: {parts['low']} is not below {parts['high']}"
        )
    rounded_to = float(max(low.rounding_unit * scale, high.rounding_unit))
    limits = float(start), float(high.value)
    return Reading("quantity", None, *limits, "between", rounded_to, _unit(parts))


def _shared_scale(low: Numeral, high: Numeral, high_text: str) -> int:
    """What the low end of a range takes from the words after its high end.

    "2-3 million" begins at two million: the low end is multiplied too, as far as the
    range still rises.
    """
    words = reversed(re.split(r"[\s-]+", high_text))
    last_words = takewhile(phrases.MULTIPLIERS.__contains__, words)
    scales = accumulate((phrases.MULTIPLIERS[word] for word in last_words), mul)
    return max((scale for scale in scales if low.value * scale < high.value), default=1)


_Reader = Callable[[_Parts, bool, str], Reading]
_change = partial(_parse_value, "change", "percent on the year before")
_ratio = partial(_parse_value, "ratio", "times")
_years = partial(_parse_value, "quantity", "years")
_rank = partial(_parse_value, "rank", "rank")
_share = partial(_parse_value, "share", "percent")
_quantity = partial(_parse_value, "quantity", None)
_dollars = partial(_parse_value, "quantity", "USD")
_dollars_a_month = partial(_parse_value, "quantity", "USD a month")

# The pieces of the rules below.
_QUALIFIER = rf"(?:(?P<qualifier>(?<!\w){any_of(phrases.QUALIFIERS)})\s*)?"
_QUALIFIER_AFTER = _QUALIFIER.replace("qualifier", "qualifier_after")
_NUMBER = rf"(?P<number>{NUMERAL})"
_LOW, _HIGH = (rf"(?P<{end}>{NUMERAL})" for end in ("low", "high"))
_LOW_DIGITS, _HIGH_DIGITS = (rf"(?P<{end}>{SCALED})" for end in ("low", "high"))
_PERCENT = r"\s*(?:%|per\s?cent\b|por ciento\b)"
_UNIT = rf"(?:\s*(?P<unit>{any_of(unit_words())}))?"
_CHANGES_BEFORE = rf"(?P<times>{any_of(phrases.CHANGES_BEFORE)})"
_CHANGES_AFTER = rf"(?P<times>{any_of(phrases.CHANGES_AFTER)})"
_SPAN = rf"(?P<times>{any_of(phrases.SPANS)})"
_TOP = any_of(phrases.SUPERLATIVES)
_RECORD = any_of(phrases.RECORDS)
_FRACTION = rf"(?<!\w)(?P<word>{any_of(phrases.FRACTIONS)})"
# "A quarter of a million" is a number, no share.
_ALONE = rf"(?!\s+(?:of\s+|de\s+)?(?:an?\s+)?{any_of(phrases.MULTIPLIERS)})"

# What a wording may be, and who reads it. The first rule that fits is taken.
_RULES: tuple[tuple[_Reader, str], ...] = (
    (_decade, r"(?<![\w.,])(?:the |los )?(?P<number>(?:18|19|20)[0-9]0)s(?!\w)"),
    (_relative_year, rf"(?<!\w)(?P<word>{RELATIVE_YEAR})(?!\w)"),
    (
        _change,
        rf"(?<![\w+\-\u2212]){_QUALIFIER}{_CHANGES_BEFORE}\s*{_QUALIFIER_AFTER}{_NUMBER}{_PERCENT}",
    ),
    (
        _change,
        rf"(?<!\w){_QUALIFIER}{_CHANGES_BEFORE}\s*{_QUALIFIER_AFTER}{_FRACTION}{_ALONE}",
    ),
    (_change, rf"{_QUALIFIER}{_NUMBER}{_PERCENT}\s+{_CHANGES_AFTER}"),
    (_change, rf"{_QUALIFIER}{_FRACTION}\s+{_CHANGES_AFTER}"),
    (_ratio, rf"{_QUALIFIER}(?<!\w)(?P<word>{any_of(phrases.RATIOS)})"),
    (_ratio, rf"{_QUALIFIER}x\s?{_NUMBER}"),
    (_ratio, rf"{_QUALIFIER}{_NUMBER}[\s-]*(?:times|fold|veces)(?!\w)"),
    (_years, rf"{_QUALIFIER}(?<!\w)(?P<word>{any_of(phrases.DURATIONS)})"),
    (_years, rf"{_QUALIFIER}(?<!\w){_NUMBER}\s+{_SPAN}"),
    (_parse_vague_count, rf"(?<!\w)(?P<word>{any_of(phrases.CROWDS)})"),
    (
        _range,
        rf"(?<![\w.,$]){_LOW_DIGITS}\s*[-\u2013\u2014]\s*{_HIGH_DIGITS}{_UNIT}",
    ),
    (
        _range,
        rf"(?<!\w)(?:(?:from|de)\s+)?(?!{YEAR}\b){_LOW}\s+(?:to|a)\s+{_HIGH}{_UNIT}",
    ),
    (_range, rf"(?<!\w)(?:between|entre)\s+{_LOW}\s+(?:and|y)\s+{_HIGH}{_UNIT}"),
    (_dollars_a_month, rf"{_QUALIFIER}(?:us)?\$\s?{_NUMBER}\s+a month(?!\w)"),
    (_dollars, rf"{_QUALIFIER}(?:us)?\$\s?{_NUMBER}"),
    (_rank, rf"(?<!\w)(?P<word>{any_of(phrases.ORDINALS)})(?:[\s-]+{_TOP})?"),
    (
        _rank,
        rf"(?<!\w)(?!a record (?:high|level))(?P<word>{_RECORD}|{_TOP})(?! lows?\b)",
    ),
    (_share, rf"{_QUALIFIER}{_FRACTION}{_ALONE}"),
    (_quantity, rf"(?<![\w.,]){_QUALIFIER}{_NUMBER}(?![\w/]|[.,][0-9]){_UNIT}"),
)


@cache
def _pattern() -> re.Pattern[str]:
    """All rules as one pattern: rule 0 is in the group `_0`, and its number in `number_0`."""
    rules = [
        f"(?P<_{place}>" + _GROUP_NAME.sub(rf"(?P<\1_{place}>", rule) + ")"
        for place, (_, rule) in enumerate(_RULES)
    ]
    return re.compile("|".join(rules))


# A name may stand once in a pattern, so the parts of rule 3 are named `number_3`, ...
_GROUP_NAME = re.compile(r"\(\?P<(\w+)>")
_SPANISH = re.compile(rf"(?<!\w){any_of(phrases.SPANISH_SIGNS)}")


def read_printed(text: str, published: str = "") -> tuple[Reading, ...]:
    """Every figure in a text, in order, with its place.

    Parameters
    ----------
    text : str
        A cell of a raw file, or a sentence.
    published : str
        When it was published (`2022`, `2022-07` or `2022-07-14`): "last year" as a figure
        needs it.

    Raises
    ------
    UnreadableError
        If a number may mean two things ("3.001" without a Spanish word beside it).

    Examples
    --------
    >>> about, planted = read_printed("about 972 tons, with 234,000 hectares planted")
    >>> about.value, about.qualifier, about.unit, (about.start, about.end)
    (972.0, 'about', 't', (0, 14))
    >>> planted.value, planted.rounding_unit, planted.unit
    (234000.0, 1000.0, 'ha')
    """
    readings = find_printed(text, published)
    for reading in readings:
        if reading.problem:
            raise UnreadableError(reading.problem)
    return tuple(readings)


def find_printed(text: str, published: str = "") -> list[Reading]:
    """Every wording in a text that looks like a figure.

    What can't be read is of the kind "unread" and has its `problem`.

    >>> [(reading.text, reading.problem) for reading in find_printed("29.755 or so")]
    [('29.755', "'29.755' may be 29755 or 29.755; write it without a separator")]
    """
    # Not by re.IGNORECASE, which takes \u0131 for i and \u017f for s, where no phrase has
    # them. Every letter keeps its place.
    lower = text.replace("\u0130", "I").lower()
    spanish = bool(_SPANISH.search(lower))
    readings = []
    for match in _pattern().finditer(lower):
        start, end = match.span()
        reading = _read_match(match, spanish, published)
        readings.append(replace(reading, text=text[start:end], start=start, end=end))
    return readings


def _read_match(match: re.Match[str], spanish: bool, published: str) -> Reading:
    # The group of the whole rule is the last to be closed.
    rule = str(match.lastgroup).removeprefix("_")
    parts = {
        name.removesuffix(f"_{rule}"): part
        for name, part in match.groupdict().items()
        if part is not None
    }
    read, _ = _RULES[int(rule)]
    try:
        return read(parts, spanish, published)
    except UnreadableError as error:
        return Reading("unread", None, None, None, "", 0, None, problem=str(error))


def read_cell(text: str, published: str = "") -> Reading:
    """The one figure that a cell of a raw file prints; `published` as in `read_printed`.

    Raises UnreadableError if the text is not, from end to end, exactly one figure; the message says what is understood.

    >>> read_cell("more than 750").low, read_cell("127,800-160,800").high, read_cell("declined 7%").value
    (750.0, 160800.0, -7.0)
    """
    check_length(text)
    # Nearly every official figure: the short way.
    if re.fullmatch(r"[0-9][0-9,]*(\.[0-9]+)?", text):
        return _parse_value("quantity", None, {"number": text})
    readings = read_printed(text, published)
    if len(readings) == 1 and readings[0].text == text:
        return readings[0]
    if len(readings) > 1:
        raise UnreadableError(f"holds {len(readings)} figures; write one a row")
    raise UnreadableError(hint(text) or f"can't be read; {_UNDERSTOOD}")
