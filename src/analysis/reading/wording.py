"""The one reader of printed wording: every figure in a text, with its place in it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from analysis.reading import phrases
from analysis.reading.numerals import (
    FRACTIONS,
    MULTIPLIERS,
    NUMERAL,
    SCALED,
    UnreadableError,
    plain_digits,
    read_numeral,
    rounding_unit,
)
from analysis.reading.periods import RELATIVE_YEAR, read_period
from analysis.reading.units import unit_words

_UNDERSTOOD = (
    "understood: a number, a range, a change in percent, a multiple, a share, a rank, a record or a year, "
    "with or without about, more than, nearly, up to ..."
)


@dataclass(frozen=True)
class Reading:
    """
    One figure as read from its wording.

    Parameters
    ----------
    kind : str
        `quantity`, `change` (percent, with its sign), `ratio`, `share` (percent), `rank` or `year`.
    value : float or None
        The number printed; none for a range ("662-902") or a crowd ("hundreds of thousands").
    low, high : float or None
        The limits that the wording sets; none where it sets none ("about 972" sets neither).
    qualifier : str
        `exact`, `about`, `more_than`, `at_least`, `nearly`, `less_than`, `at_most` or `between`.
    rounding_unit : float
        The unit the number is rounded to.
    unit : str or None
        The unit in the wording itself, by its registered name.
    start, end : int
        Its place in the text, code points, half open.
    """

    kind: str
    value: float | None
    low: float | None
    high: float | None
    qualifier: str
    rounding_unit: float
    unit: str | None
    start: int = 0
    end: int = 0


def _any(words: object) -> str:
    listed = sorted((re.escape(word) for word in words), key=len, reverse=True)  # type: ignore[attr-defined]
    return "(?:" + "|".join(rf"{word}(?!\w)" if word[-1].isalpha() else word for word in listed) + ")"


@cache
def _pattern() -> re.Pattern[str]:
    said = rf"(?:(?P<{{0}}>(?<!\w){_any(phrases.QUALIFIERS)})\s*)?"
    percent = r"\s*(?:%|per\s?cent\b|por ciento\b)"
    unit = rf"\s*(?P<{{0}}>{_any(unit_words())})"
    kinds = {
        "decade": r"(?<![\w.,])(?:the |los )?(?P<decade_year>(?:18|19|20)[0-9]0)s(?!\w)",
        "relative_year": rf"(?<!\w)(?:{RELATIVE_YEAR})(?!\w)",
        "change": (
            rf"(?<![\w+\-\u2212]){said.format('change_said')}(?P<change_before>{_any(phrases.CHANGES_BEFORE)})\s*"
            rf"(?:{said.format('change_said2')})(?P<change>{NUMERAL}){percent}"
            rf"|{said.format('change_said3')}(?P<change2>{NUMERAL}){percent}\s+(?P<change_after>{_any(phrases.CHANGES_AFTER)})"
        ),
        "ratio": (
            rf"{said.format('ratio_said')}(?:(?<!\w)(?P<ratio>{_any(phrases.RATIOS)})|x\s?(?P<ratio_x>{NUMERAL})"
            rf"|(?P<ratio_times>{NUMERAL})[\s-]*(?:times|fold|veces)(?!\w))"
        ),
        "duration": (
            rf"{said.format('duration_said')}(?<!\w)(?:(?P<duration>{_any(phrases.DURATIONS)})"
            rf"|(?P<duration_number>{NUMERAL})\s+(?P<duration_span>{_any(phrases.SPANS)}))"
        ),
        "crowd": rf"(?<!\w)(?P<crowd>{_any(phrases.CROWDS)})",
        "range": (
            rf"(?<![\w.,$])(?P<range_low>{SCALED})\s*[-\u2013\u2014]\s*(?P<range_high>{SCALED})(?:{unit.format('range_unit')})?"
            rf"|(?<!\w)(?:(?:from|de)\s+)?(?P<range_low2>{NUMERAL})\s+(?:to|a)\s+(?P<range_high2>{NUMERAL})"
            rf"(?:{unit.format('range_unit2')})?"
            rf"|(?<!\w)(?:between|entre)\s+(?P<range_low3>{NUMERAL})\s+(?:and|y)\s+(?P<range_high3>{NUMERAL})"
            rf"(?:{unit.format('range_unit3')})?"
        ),
        "money": (rf"{said.format('money_said')}(?:US)?\$\s?(?P<money>{NUMERAL})(?P<money_month>\s+a month(?!\w))?"),
        "rank": (
            rf"(?<!\w)(?:(?P<rank_ordinal>{_any(phrases.ORDINALS)})(?:[\s-]+{_any(phrases.SUPERLATIVES)})?"
            rf"|(?P<rank_record>{_any(phrases.RECORDS)})|(?P<rank_top>{_any(phrases.SUPERLATIVES)}))"
        ),
        "share": (
            rf"{said.format('share_said')}(?<!\w)(?P<share>{_any(FRACTIONS)})"
            rf"(?!\s+(?:of\s+|de\s+)?(?:an?\s+)?{_any(MULTIPLIERS)})"
        ),
        "quantity": (
            rf"(?<![\w.,]){said.format('said')}(?P<number>{NUMERAL})(?![\w/]|[.,][0-9])(?:{unit.format('unit')})?"
        ),
    }
    return re.compile("|".join(f"(?P<_{kind}>{rule})" for kind, rule in kinds.items()), re.IGNORECASE)


_SPANISH = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, phrases.SPANISH_SIGNS)) + r")(?!\w)", re.IGNORECASE)


def _limited(kind: str, value: Decimal, said: str | None, unit: str | None, fineness: Decimal) -> Reading:
    qualifier = phrases.QUALIFIERS[said.lower()] if said else "exact"
    number = float(value)
    low = number if qualifier in ("exact", *phrases.LOWER_LIMIT) else None
    high = number if qualifier in ("exact", *phrases.UPPER_LIMIT) else None
    return Reading(kind, number, low, high, qualifier, float(fineness), unit)


_Found = dict[str, str | None]


def _decade(found: _Found, _spanish: bool) -> Reading:
    first = float(found["decade_year"] or 0)
    return Reading("year", None, first, first + 9, "between", 10, "year")


def _change(found: _Found, spanish: bool) -> Reading:
    said = found["change_said"] or found["change_said2"] or found["change_said3"]
    before, after = found["change_before"], found["change_after"]
    sign = phrases.CHANGES_BEFORE[before.lower()] if before else phrases.CHANGES_AFTER[(after or "").lower()]
    numeral = read_numeral(found["change"] or found["change2"] or "", spanish)
    return _limited("change", sign * numeral.value, said, "percent on the year before", numeral.rounding_unit)


def _ratio(found: _Found, spanish: bool) -> Reading:
    word = found["ratio"]
    if word:
        value = Decimal(str(phrases.RATIOS[word.lower()]))
        return _limited("ratio", value, found["ratio_said"], "times", min(value, Decimal(1)))
    numeral = read_numeral(found["ratio_x"] or found["ratio_times"] or "", spanish)
    return _limited("ratio", numeral.value, found["ratio_said"], "times", numeral.rounding_unit)


def _duration(found: _Found, spanish: bool) -> Reading:
    word = found["duration"]
    if word:
        years = Decimal(phrases.DURATIONS[word.lower()])
        return _limited("quantity", years, found["duration_said"], "years", rounding_unit(str(years)))
    span = phrases.SPANS[(found["duration_span"] or "").lower()]
    numeral = read_numeral(found["duration_number"] or "", spanish)
    return _limited("quantity", numeral.value * span, found["duration_said"], "years", numeral.rounding_unit * span)


def _crowd(found: _Found, _spanish: bool) -> Reading:
    one = phrases.CROWDS[(found["crowd"] or "").lower()]
    return Reading("quantity", None, float(2 * one), None, "at_least", float(one), None)


def _range(found: _Found, spanish: bool) -> Reading:
    ends = [
        next(found[end + form] or "" for form in ("", "2", "3") if found[end + form])
        for end in ("range_low", "range_high")
    ]
    low, high = (read_numeral(end, spanish) for end in ends)
    if low.value >= high.value:
        raise UnreadableError(f"a range must rise: {ends[0]} is not below {ends[1]}")
    unit = _unit(found["range_unit"] or found["range_unit2"] or found["range_unit3"])
    fineness = max(low.rounding_unit, high.rounding_unit)
    return Reading("quantity", None, float(low.value), float(high.value), "between", float(fineness), unit)


def _money(found: _Found, spanish: bool) -> Reading:
    numeral = read_numeral(found["money"] or "", spanish)
    unit = "USD a month" if found["money_month"] else "USD"
    return _limited("quantity", numeral.value, found["money_said"], unit, numeral.rounding_unit)


def _rank(found: _Found, _spanish: bool) -> Reading:
    ordinal = found["rank_ordinal"]
    value = Decimal(phrases.ORDINALS[ordinal.lower()] if ordinal else 1)
    return _limited("rank", value, None, "rank", Decimal(1))


def _share(found: _Found, _spanish: bool) -> Reading:
    value = FRACTIONS[(found["share"] or "").lower()] * 100
    return _limited("share", value, found["share_said"], "percent", Decimal(1))


def _quantity(found: _Found, spanish: bool) -> Reading:
    numeral = read_numeral(found["number"] or "", spanish)
    return _limited("quantity", numeral.value, found["said"], _unit(found["unit"]), numeral.rounding_unit)


def _unit(word: str | None) -> str | None:
    return unit_words()[word.lower()] if word else None


_READERS: dict[str, Callable[[_Found, bool], Reading]] = {
    "decade": _decade,
    "change": _change,
    "ratio": _ratio,
    "duration": _duration,
    "crowd": _crowd,
    "range": _range,
    "money": _money,
    "rank": _rank,
    "share": _share,
    "quantity": _quantity,
}


def read_printed(text: str, published: str = "") -> tuple[Reading, ...]:
    """
    Every figure in a text, in order, with its place.

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
    readings = []
    for match in _pattern().finditer(text):
        kind = next(name[1:] for name, part in match.groupdict().items() if name[0] == "_" and part is not None)
        if kind == "relative_year":
            year = float(read_period(match[0], published).start.year)
            reading = Reading("year", year, year, year, "exact", 1, "year")
        else:
            reading = _READERS[kind](match.groupdict(), spanish)
        readings.append(replace(reading, start=match.start(), end=match.end()))
    return tuple(readings)


@lru_cache(maxsize=65536)
def read_cell(text: str, published: str = "") -> Reading:
    """
    The one figure that a cell of a raw file prints.

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
        return _limited("quantity", Decimal(plain), None, None, rounding_unit(plain))
    readings = read_printed(text, published)
    if len(readings) == 1 and (readings[0].start, readings[0].end) == (0, len(text)):
        return readings[0]
    if len(readings) > 1:
        raise UnreadableError(f"holds {len(readings)} figures; write one a row")
    raise UnreadableError(f"can't be read; {_UNDERSTOOD}")
