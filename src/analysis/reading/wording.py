"""The one reader of printed wording: every figure in a text, with its place in it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache, partial

from analysis.reading import numerals, phrases
from analysis.reading.numerals import Numeral, UnreadableError, plain_digits, read_numeral, rounding_unit
from analysis.reading.periods import RELATIVE_YEAR, read_period
from analysis.reading.units import unit_words

_UNDERSTOOD = (
    "understood: a number, a range, a change in percent, a multiple, a share, a rank, a record or a year, "
    "with or without about, more than, nearly, up to ..."
)


@dataclass(frozen=True)
class Reading:
    """One figure as read from its wording, and its place in the text (code points, half open)."""

    kind: str  # quantity, change (percent, with its sign), ratio, share (percent), rank or year
    value: float | None  # the number printed; none for a range ("662-902") or a crowd ("hundreds of thousands")
    low: float | None  # the limits that the wording sets; none where it sets none ("about 972" sets neither)
    high: float | None
    qualifier: str  # exact, about, more_than, at_least, nearly, less_than, at_most or between
    rounding_unit: float  # the unit the number is rounded to
    unit: str | None  # the unit in the wording itself, by its registered name
    start: int = 0
    end: int = 0


_Found = dict[str, str]  # the named parts that a rule caught: `said`, a qualifier; `number`; `unit`; `word` ...


def _limited(kind: str, number: Numeral, said: str | None, unit: str | None) -> Reading:
    qualifier = phrases.QUALIFIERS[said.lower()] if said else "exact"
    value = float(number.value)
    low = value if qualifier in ("exact", *phrases.LOWER_LIMIT) else None
    high = value if qualifier in ("exact", *phrases.UPPER_LIMIT) else None
    return Reading(kind, value, low, high, qualifier, float(number.rounding_unit), unit)


def _unit(found: _Found) -> str | None:
    return unit_words()[found["unit"].lower()] if "unit" in found else None


def _decade(found: _Found, *_: object) -> Reading:
    first = float(found["number"])
    return Reading("year", None, first, first + 9, "between", 10, "year")


def _relative_year(found: _Found, _: bool, published: str) -> Reading:
    year = float(read_period(found["word"], published).start.year)
    return Reading("year", year, year, year, "exact", 1, "year")


def _change(found: _Found, spanish: bool, _: str) -> Reading:
    signs = phrases.CHANGES_BEFORE if "before" in found else phrases.CHANGES_AFTER
    sign = signs[(found.get("before") or found["after"]).lower()]
    number = read_numeral(found["number"], spanish)
    said = found.get("said") or found.get("said_after")
    return _limited("change", replace(number, value=sign * number.value), said, "percent on the year before")


def _counted(kind: str, unit: str | None, found: _Found, spanish: bool, *_: object) -> Reading:
    return _limited(kind, read_numeral(found["number"], spanish), found.get("said"), unit or _unit(found))


def _worded(kind: str, unit: str, words: Mapping[str, Numeral], found: _Found, *_: object) -> Reading:
    return _limited(kind, words[found["word"].lower()], found.get("said"), unit)


def _duration(found: _Found, spanish: bool, _: str) -> Reading:
    number, span = read_numeral(found["number"], spanish), phrases.SPANS[found["span"].lower()]
    years = Numeral(number.value * span, number.rounding_unit * span)
    return _limited("quantity", years, found.get("said"), "years")


def _crowd(found: _Found, *_: object) -> Reading:
    one = float(phrases.CROWDS[found["word"].lower()])
    return Reading("quantity", None, 2 * one, None, "at_least", one, None)


def _range(found: _Found, spanish: bool, _: str) -> Reading:
    low, high = read_numeral(found["low"], spanish), read_numeral(found["high"], spanish)
    if low.value >= high.value:
        raise UnreadableError(f"a range must rise: {found['low']} is not below {found['high']}")
    fineness = float(max(low.rounding_unit, high.rounding_unit))
    return Reading("quantity", None, float(low.value), float(high.value), "between", fineness, _unit(found))


_DECIMALS = {word: Decimal(str(times)) for word, times in phrases.RATIOS.items()}
_RATIOS = {word: Numeral(times, min(times, Decimal(1))) for word, times in _DECIMALS.items()}
_DURATIONS = {word: Numeral(Decimal(years), rounding_unit(str(years))) for word, years in phrases.DURATIONS.items()}
_SHARES = {word: Numeral(Decimal(float(share * 100)), Decimal(1)) for word, share in phrases.FRACTIONS.items()}
_RANKS = {word: Numeral(Decimal(rank), Decimal(1)) for word, rank in phrases.ORDINALS.items()}
_RANKS |= dict.fromkeys([*phrases.RECORDS, *phrases.SUPERLATIVES], Numeral(Decimal(1), Decimal(1)))
_times, _times_worded = partial(_counted, "ratio", "times"), partial(_worded, "ratio", "times", _RATIOS)
_years_worded = partial(_worded, "quantity", "years", _DURATIONS)
_share, _rank = partial(_worded, "share", "percent", _SHARES), partial(_worded, "rank", "rank", _RANKS)
_dollars, _monthly_dollars = partial(_counted, "quantity", "USD"), partial(_counted, "quantity", "USD a month")
_quantity = partial(_counted, "quantity", None)


def _any(words: Iterable[str]) -> str:
    listed = sorted((re.escape(word) for word in words), key=len, reverse=True)
    return "(?:" + "|".join(rf"{word}(?!\w)" if word[-1].isalpha() else word for word in listed) + ")"


_Reader = Callable[[_Found, bool, str], Reading]


@cache
def _rules() -> tuple[re.Pattern[str], list[_Reader]]:
    """One pattern of all rules, the first that fits being taken, and the reader of each: rule 0 is in group `_0`."""
    said = rf"(?:(?P<said>(?<!\w){_any(phrases.QUALIFIERS)})\s*)?"
    number, percent = rf"(?P<number>{numerals.NUMERAL})", r"\s*(?:%|per\s?cent\b|por ciento\b)"
    low, high = rf"(?P<low>{numerals.NUMERAL})", rf"(?P<high>{numerals.NUMERAL})"
    unit, top = rf"(?:\s*(?P<unit>{_any(unit_words())}))?", _any(phrases.SUPERLATIVES)
    before, after = rf"(?P<before>{_any(phrases.CHANGES_BEFORE)})", rf"(?P<after>{_any(phrases.CHANGES_AFTER)})"
    share, multiplier = _any(phrases.FRACTIONS), _any(phrases.MULTIPLIERS)
    rules: list[tuple[_Reader, str]] = [
        (_decade, r"(?<![\w.,])(?:the |los )?(?P<number>(?:18|19|20)[0-9]0)s(?!\w)"),
        (_relative_year, rf"(?<!\w)(?P<word>{RELATIVE_YEAR})(?!\w)"),
        (_change, rf"(?<![\w+\-\u2212]){said}{before}\s*{said.replace('said', 'said_after')}{number}{percent}"),
        (_change, rf"{said}{number}{percent}\s+{after}"),
        (_times_worded, rf"{said}(?<!\w)(?P<word>{_any(phrases.RATIOS)})"),
        (_times, rf"{said}x\s?{number}"),
        (_times, rf"{said}{number}[\s-]*(?:times|fold|veces)(?!\w)"),
        (_years_worded, rf"{said}(?<!\w)(?P<word>{_any(phrases.DURATIONS)})"),
        (_duration, rf"{said}(?<!\w){number}\s+(?P<span>{_any(phrases.SPANS)})"),
        (_crowd, rf"(?<!\w)(?P<word>{_any(phrases.CROWDS)})"),
        (_range, rf"(?<![\w.,$])(?P<low>{numerals.SCALED})\s*[-\u2013\u2014]\s*(?P<high>{numerals.SCALED}){unit}"),
        (_range, rf"(?<!\w)(?:(?:from|de)\s+)?{low}\s+(?:to|a)\s+{high}{unit}"),
        (_range, rf"(?<!\w)(?:between|entre)\s+{low}\s+(?:and|y)\s+{high}{unit}"),
        (_monthly_dollars, rf"{said}(?:US)?\$\s?{number}\s+a month(?!\w)"),
        (_dollars, rf"{said}(?:US)?\$\s?{number}"),
        (_rank, rf"(?<!\w)(?P<word>{_any(phrases.ORDINALS)})(?:[\s-]+{top})?"),
        (_rank, rf"(?<!\w)(?P<word>{_any(phrases.RECORDS)}|{top})"),
        (_share, rf"{said}(?<!\w)(?P<word>{share})(?!\s+(?:of\s+|de\s+)?(?:an?\s+)?{multiplier})"),
        (_quantity, rf"(?<![\w.,]){said}{number}(?![\w/]|[.,][0-9]){unit}"),
    ]
    # A name may stand once in a pattern, so the parts of rule 3 are named `number_3`, ...
    named = [re.sub(r"\(\?P<(\w+)>", rf"(?P<\1_{place}>", rule) for place, (_, rule) in enumerate(rules)]
    whole = "|".join(f"(?P<_{place}>{rule})" for place, rule in enumerate(named))
    return re.compile(whole, re.IGNORECASE), [reader for reader, _ in rules]


_SPANISH = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, phrases.SPANISH_SIGNS)) + r")(?!\w)", re.IGNORECASE)


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
    spanish = bool(_SPANISH.search(text))
    pattern, readers = _rules()
    readings = []
    for match in pattern.finditer(text):
        rule = str(match.lastgroup)[1:]  # the group of the whole rule is the last to be closed
        parts = {name: part for name, part in match.groupdict().items() if part is not None}
        found = {name.removesuffix(f"_{rule}"): part for name, part in parts.items()}
        reading = readers[int(rule)](found, spanish, published)
        readings.append(replace(reading, start=match.start(), end=match.end()))
    return tuple(readings)


@lru_cache(maxsize=65536)
def read_cell(text: str, published: str = "") -> Reading:
    """The one figure that a cell of a raw file prints; `published` as in `read_printed`.

    Raises
    ------
    UnreadableError
        If the text is not, from end to end, exactly one figure; the message says what is understood.

    Examples
    --------
    >>> read_cell("more than 750").low, read_cell("127,800-160,800").high, read_cell("declined 7%").value
    (750.0, 160800.0, -7.0)
    """
    if re.fullmatch(r"[0-9][0-9,]*(\.[0-9]+)?", text):  # nearly every official figure: the short way
        plain = plain_digits(text)
        return _limited("quantity", Numeral(Decimal(plain), rounding_unit(plain)), None, None)
    readings = read_printed(text, published)
    if len(readings) == 1 and (readings[0].start, readings[0].end) == (0, len(text)):
        return readings[0]
    if len(readings) > 1:
        raise UnreadableError(f"holds {len(readings)} figures; write one a row")
    raise UnreadableError(f"can't be read; {_UNDERSTOOD}")
