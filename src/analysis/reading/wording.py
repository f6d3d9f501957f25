"""The one reader of printed wording: every figure in a text, with its place in it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, partial
from itertools import accumulate, takewhile
from math import nan

from analysis.reading import numerals, phrases
from analysis.reading.marks import hint
from analysis.reading.numerals import (
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

    kind: str  # quantity, change (percent, with its sign), ratio, share (percent), rank or year
    value: (
        float | None
    )  # the number printed; none for a range ("662-902") or a crowd ("hundreds of thousands")
    low: (
        float | None
    )  # the limits that the wording sets; none where it sets none ("about 972" sets neither)
    high: float | None
    qualifier: (
        str  # exact, about, more_than, at_least, nearly, less_than, at_most or between
    )
    rounding_unit: float  # the unit the number is rounded to
    unit: str | None  # the unit in the wording itself, by its registered name
    text: str = ""
    start: int = 0
    end: int = 0
    problem: str = ""  # why it can't be read, where it can't

    @property
    def size(self) -> float:
        """The number printed or a limit; NaN where it can't be read."""
        return next(
            (
                number
                for number in (self.value, self.low, self.high)
                if number is not None
            ),
            nan,
        )

    @property
    def span(self) -> tuple[int, int]:
        """Its place in the text."""
        return self.start, self.end


_Found = dict[
    str, str
]  # the named parts that a rule caught: `said`, a qualifier; `number`; `unit`; `word` ...
# What a word says by itself, and what it makes of the number beside it.
_WORD_VALUES: dict[str, Decimal | int] = {
    **phrases.RATIOS,
    **phrases.DURATIONS,
    **phrases.ORDINALS,
    **dict.fromkeys(phrases.SUPERLATIVES + phrases.RECORDS, 1),
    **{word: Decimal(float(100 * share)) for word, share in phrases.FRACTIONS.items()},
}
_MULTIPLIER_OF = {**phrases.SPANS, **phrases.CHANGES_BEFORE, **phrases.CHANGES_AFTER}


def _number(found: _Found, spanish: bool) -> Numeral:
    if "word" in found:
        value, times = Decimal(_WORD_VALUES[found["word"]]), _times(found)
        return Numeral(value * times, min(value, rounding_unit(str(int(value)))))
    number, times = read_numeral(found["number"], spanish), _times(found)
    return Numeral(number.value * times, number.rounding_unit * abs(times))


def _times(found: _Found) -> int:
    return _MULTIPLIER_OF.get(found.get("times", ""), 1)


def _parse_value(
    kind: str, unit: str | None, found: _Found, spanish: bool = False, _: str = ""
) -> Reading:
    number, said = _number(found, spanish), found.get("said") or found.get("said_after")
    qualifier, value = (
        phrases.QUALIFIERS[said] if said else "exact",
        float(number.value),
    )
    low = value if qualifier in ("exact", *phrases.LOWER_LIMIT) else None
    high = value if qualifier in ("exact", *phrases.UPPER_LIMIT) else None
    return Reading(
        kind,
        value,
        low,
        high,
        qualifier,
        float(number.rounding_unit),
        unit or _unit(found),
    )


def _unit(found: _Found) -> str | None:
    return unit_words().get(found.get("unit", ""))


def _decade(found: _Found, *_: object) -> Reading:
    first = float(found["number"])
    return Reading("year", None, first, first + 9, "between", 10, "year")


def _relative_year(found: _Found, _: bool, published: str) -> Reading:
    year = float(read_period(found["word"], published).start.year)
    return Reading("year", year, year, year, "exact", 1, "year")


def _parse_vague_count(found: _Found, *_: object) -> Reading:
    one = float(phrases.CROWDS[found["word"]])
    return Reading("quantity", None, 2 * one, None, "at_least", one, None)


def _range(found: _Found, spanish: bool, _: str) -> Reading:
    low, high = (read_numeral(found[end], spanish) for end in ("low", "high"))
    # "2-3 million" begins at two million: its low end takes what the words at the end multiply by, if the range still rises.
    tail = takewhile(
        phrases.MULTIPLIERS.__contains__, reversed(re.split(r"[\s-]+", found["high"]))
    )
    scales = accumulate(
        (phrases.MULTIPLIERS[word] for word in tail),
        lambda product, more: product * more,
    )
    scale = max(
        (scale for scale in scales if low.value * scale < high.value), default=1
    )
    low = Numeral(low.value * scale, low.rounding_unit * scale)
    if low.value >= high.value:
        raise UnreadableError(
            f"a range must rise: {found['low']} is not below {found['high']}"
        )
    fineness = float(max(low.rounding_unit, high.rounding_unit))
    return Reading(
        "quantity",
        None,
        float(low.value),
        float(high.value),
        "between",
        fineness,
        _unit(found),
    )


_Reader = Callable[[_Found, bool, str], Reading]


@cache
def _rules() -> tuple[re.Pattern[str], list[_Reader]]:
    """One pattern of all rules, the first that fits being taken, and the reader of each: rule 0 is in group `_0`."""
    said = rf"(?:(?P<said>(?<!\w){any_of(phrases.QUALIFIERS)})\s*)?"
    number, percent = (
        rf"(?P<number>{numerals.NUMERAL})",
        r"\s*(?:%|per\s?cent\b|por ciento\b)",
    )
    low, high = rf"(?P<low>{numerals.NUMERAL})", rf"(?P<high>{numerals.NUMERAL})"
    unit, top = (
        rf"(?:\s*(?P<unit>{any_of(unit_words())}))?",
        any_of(phrases.SUPERLATIVES),
    )
    before, after = (
        rf"(?P<times>{any_of(words)})"
        for words in (phrases.CHANGES_BEFORE, phrases.CHANGES_AFTER)
    )
    share, multiplier = any_of(phrases.FRACTIONS), any_of(phrases.MULTIPLIERS)
    alone = rf"(?!\s+(?:of\s+|de\s+)?(?:an?\s+)?{multiplier})"  # "a quarter of a million" is a number
    change, times = (
        partial(_parse_value, "change", "percent on the year before"),
        partial(_parse_value, "ratio", "times"),
    )
    years, rank = (
        partial(_parse_value, "quantity", "years"),
        partial(_parse_value, "rank", "rank"),
    )
    rules: list[tuple[_Reader, str]] = [
        (_decade, r"(?<![\w.,])(?:the |los )?(?P<number>(?:18|19|20)[0-9]0)s(?!\w)"),
        (_relative_year, rf"(?<!\w)(?P<word>{RELATIVE_YEAR})(?!\w)"),
        (
            change,
            rf"(?<![\w+\-\u2212]){said}{before}\s*{said.replace('said', 'said_after')}{number}{percent}",
        ),
        (
            change,
            rf"(?<!\w){said}{before}\s*{said.replace('said', 'said_after')}(?<!\w)(?P<word>{share}){alone}",
        ),
        (change, rf"{said}{number}{percent}\s+{after}"),
        (change, rf"{said}(?<!\w)(?P<word>{share})\s+{after}"),
        (times, rf"{said}(?<!\w)(?P<word>{any_of(phrases.RATIOS)})"),
        (times, rf"{said}x\s?{number}"),
        (times, rf"{said}{number}[\s-]*(?:times|fold|veces)(?!\w)"),
        (years, rf"{said}(?<!\w)(?P<word>{any_of(phrases.DURATIONS)})"),
        (years, rf"{said}(?<!\w){number}\s+(?P<times>{any_of(phrases.SPANS)})"),
        (_parse_vague_count, rf"(?<!\w)(?P<word>{any_of(phrases.CROWDS)})"),
        (
            _range,
            rf"(?<![\w.,$])(?P<low>{numerals.SCALED})\s*[-\u2013\u2014]\s*(?P<high>{numerals.SCALED}){unit}",
        ),
        (
            _range,
            rf"(?<!\w)(?:(?:from|de)\s+)?(?!{YEAR}\b){low}\s+(?:to|a)\s+{high}{unit}",
        ),
        (_range, rf"(?<!\w)(?:between|entre)\s+{low}\s+(?:and|y)\s+{high}{unit}"),
        (
            partial(_parse_value, "quantity", "USD a month"),
            rf"{said}(?:us)?\$\s?{number}\s+a month(?!\w)",
        ),
        (partial(_parse_value, "quantity", "USD"), rf"{said}(?:us)?\$\s?{number}"),
        (rank, rf"(?<!\w)(?P<word>{any_of(phrases.ORDINALS)})(?:[\s-]+{top})?"),
        (
            rank,
            rf"(?<!\w)(?!a record (?:high|level))(?P<word>{any_of(phrases.RECORDS)}|{top})(?! lows?\b)",
        ),
        (
            partial(_parse_value, "share", "percent"),
            rf"{said}(?<!\w)(?P<word>{share}){alone}",
        ),
        (
            partial(_parse_value, "quantity", None),
            rf"(?<![\w.,]){said}{number}(?![\w/]|[.,][0-9]){unit}",
        ),
    ]
    # A name may stand once in a pattern, so the parts of rule 3 are named `number_3`, ...
    named = [
        re.sub(r"\(\?P<(\w+)>", rf"(?P<\1_{place}>", rule)
        for place, (_, rule) in enumerate(rules)
    ]
    whole = "|".join(f"(?P<_{place}>{rule})" for place, rule in enumerate(named))
    return re.compile(whole), [reader for reader, _ in rules]


_SPANISH = re.compile(rf"(?<!\w){any_of(phrases.SPANISH_SIGNS)}")


def read_printed(text: str, published: str = "") -> tuple[Reading, ...]:
    """Every figure in a text, in order, with its place.

    Parameters
    ----------
    text : str
        A cell of a raw file, or a sentence.
    published : str
        When it was published (`2022`, `2022-07` or `2022-07-14`): "last year" as a figure needs it.

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
    found = find_printed(text, published)
    if problem := next((one.problem for one in found if one.problem), ""):
        raise UnreadableError(problem)
    return tuple(found)


def find_printed(text: str, published: str = "") -> list[Reading]:
    """Every wording in a text that looks like a figure; what can't be read is of the kind "unread" and has its `problem`.

    >>> [(reading.text, reading.problem) for reading in find_printed("29.755 or so")]
    [('29.755', "'29.755' may be 29755 or 29.755; write it without a separator")]
    """
    # Not by re.IGNORECASE, which takes \u0131 for i and \u017f for s, where no phrase has them. Every letter keeps its place.
    lower = text.replace("\u0130", "I").lower()
    spanish, readings = bool(_SPANISH.search(lower)), []
    pattern, readers = _rules()
    for match in pattern.finditer(lower):
        rule = str(match.lastgroup)[
            1:
        ]  # the group of the whole rule is the last to be closed
        found = {
            name.removesuffix(f"_{rule}"): part
            for name, part in match.groupdict().items()
            if part is not None
        }
        try:
            reading = readers[int(rule)](found, spanish, published)
        except UnreadableError as error:
            reading = Reading(
                "unread", None, None, None, "", 0, None, problem=str(error)
            )
        readings.append(
            replace(
                reading,
                text=text[slice(*match.span())],
                start=match.start(),
                end=match.end(),
            )
        )
    return readings


def read_cell(text: str, published: str = "") -> Reading:
    """The one figure that a cell of a raw file prints; `published` as in `read_printed`.

    Raises UnreadableError if the text is not, from end to end, exactly one figure; the message says what is understood.

    >>> read_cell("more than 750").low, read_cell("127,800-160,800").high, read_cell("declined 7%").value
    (750.0, 160800.0, -7.0)
    """
    check_length(text)
    if re.fullmatch(
        r"[0-9][0-9,]*(\.[0-9]+)?", text
    ):  # nearly every official figure: the short way
        return _parse_value("quantity", None, {"number": text})
    readings = read_printed(text, published)
    if len(readings) == 1 and readings[0].text == text:
        return readings[0]
    if len(readings) > 1:
        raise UnreadableError(f"holds {len(readings)} figures; write one a row")
    raise UnreadableError(hint(text) or f"can't be read; {_UNDERSTOOD}")
