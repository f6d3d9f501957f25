"""Periods as printed, to the days they cover.

An annual figure is about a whole year, so "ten years ago" and "the past decade" are counted back from
the last whole year before publication: in July 2022 they lead to 2011, as "last year" leads to 2021.
"""

import re
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from analysis.reading.numerals import (
    NUMERAL,
    UnreadableError,
    check_length,
    read_numeral,
)
from analysis.reading.phrases import MONTHS, PARTS_OF_MONTH, any_of

YEAR = r"(?:18|19|20)[0-9]{2}"
RELATIVE_YEAR = r"last year|el año pasado|this year|este año"
_UNDERSTOOD = (
    "understood: 2021, in 2021, last year, this year, ten years ago, the past decade, 12 months to 2025-08, "
    "January-September 2025, to mid-December 2008, to 24 December 2020, so far this year"
)


@dataclass(frozen=True)
class Period:
    """The days that a figure covers: first and last, both included."""

    # calendar_year, twelve_months, part_of_year, decade or day_of_publication
    kind: str
    start: date
    end: date
    # the same of the year that a change or multiple starts from
    base_start: date | None = None
    base_end: date | None = None


def last_day(published: str) -> date:
    """The last day that a date of publication can mean: from it on, the publication counts as seen.

    Raises UnreadableError if it is no such date.

    >>> last_day("2022-02"), last_day("2022")
    (datetime.date(2022, 2, 28), datetime.date(2022, 12, 31))
    """
    return _days(published)[1]


def _days(published: str) -> tuple[date, date]:
    if re.fullmatch("[1-9][0-9]{3}(-[0-9]{2}){0,2}", published):
        with suppress(ValueError):
            first = date.fromisoformat((published + "-01-01")[:10])
            if len(published) == len("2022"):
                return first, date(first.year, 12, 31)
            if len(published) == len("2022-07"):
                return first, _end_of(first.year, first.month)
            return first, first
    raise UnreadableError(
        f"{published[:40]!r} is no date; write 2022, 2022-07 or 2022-07-14"
    )


def _end_of(year: int, month: int, day: int = 0) -> date:
    return date(year, month, day or monthrange(year, month)[1])


def year_of(year: int, since: int | None = None) -> Period:
    """The calendar year; `since` is the year that a change or multiple starts from."""
    base = () if since is None else (date(since, 1, 1), date(since, 12, 31))
    return Period("calendar_year", date(year, 1, 1), date(year, 12, 31), *base)


def read_period(text: str, published: str = "") -> Period:
    """The period that a wording names.

    Parameters
    ----------
    text : str
        As printed: "2021", "last year", "12 months to 2025-08"; empty for a figure without one.
    published : str
        Date of the publication; relative wording is read against it.

    Raises
    ------
    UnreadableError
        If it is not understood, or is relative and the date is missing.

    Examples
    --------
    >>> read_period("last year", "2022-07-14").start
    datetime.date(2021, 1, 1)
    >>> decade = read_period("in the past decade", "2022-08")
    >>> decade.base_start.year, decade.end.year
    (2011, 2021)
    >>> read_period("12 months to 2025-08").start
    datetime.date(2024, 9, 1)
    """
    check_length(text)
    words = re.sub(r"\s+", " ", text.strip().lower())
    words = re.sub(
        r"^(?:in|en|during|by|for|the|el|los|las|about|in the|en el)\s+(?=\S)",
        "",
        words,
    )
    words = re.sub(r"^(?:the|el|los|las)\s+", "", words)
    for rule, reader in _RULES:
        if match := re.fullmatch(rule, words):
            return reader(match, published)
    raise UnreadableError(f"can't be read as a period; {_UNDERSTOOD}")


def part_of_year(note: str, year: str, published: str = "") -> Period:
    """The part of a year that a note names before its first semicolon; UnreadableError if it names none.

    "January-September", "to mid-December" and "to 24 December" name their end. "so far" ends with the day of publication.
    """
    note = note.partition(";")[0]
    period = read_period(f"{note} {year}", published)
    if period.kind != "part_of_year":
        raise UnreadableError(
            f"the note {note!r} names no part of {year}; {_UNDERSTOOD}"
        )
    return period


def _last_whole_year(published: str) -> int:
    if not published:
        raise UnreadableError("needs the publication's date, which is missing")
    return last_day(published).year - 1


def _span(years: int, published: str) -> Period:
    last = _last_whole_year(published)
    return year_of(last, since=last - years)


def _counted(match: re.Match[str], times: int = 1) -> int:
    """The matched number of years, times `times`; 1 is meant where no number is written ("the past decade")."""
    years = read_numeral(next(filter(None, match.groups()), "1")).value * times
    if years % 1 or not 1 <= years <= 200:
        raise UnreadableError(
            f"{years:f} years are no whole number, none, or more than figures go back"
        )
    return int(years)


def _twelve_months(end: date) -> Period:
    if end.month == 12:
        return year_of(end.year)
    return Period("twelve_months", date(end.year - 1, end.month + 1, 1), end)


def _months_to(match: re.Match[str], published: str) -> Period:
    month = MONTHS[match[1]]
    if match[2]:
        return _twelve_months(_end_of(int(match[2]), month))
    year = _last_whole_year(published) + (month <= last_day(published).month)
    return _twelve_months(_end_of(year, month))


def _part(match: re.Match[str], _: str) -> Period:
    first = MONTHS[match[1] or "january"]
    last = MONTHS[match[3]]
    year = int(match[4])
    if first > last:
        raise UnreadableError("the months must rise")
    part = re.sub(r" de$", "", (match[2] or "0").strip(" -"))
    day = PARTS_OF_MONTH.get(part) or int(part)
    if day > _end_of(year, last).day:
        raise UnreadableError(f"the month has no day {day}")
    if (first, last, day) == (1, 12, 0):
        return year_of(year)
    return Period("part_of_year", date(year, first, 1), _end_of(year, last, day))


def _to_date(match: re.Match[str], published: str) -> Period:
    seen = date(_last_whole_year(published) + 1, 1, 1)
    if match[1] and int(match[1]) != seen.year:
        raise UnreadableError(f"a count so far in {match[1]} is published in that year")
    return Period("part_of_year", seen, last_day(published))


_MONTH = any_of(MONTHS)
_PART_OF_MONTH = any_of(PARTS_OF_MONTH)
_DAY = rf"({_PART_OF_MONTH}[ -]|[1-3]?[0-9] (?:de )?)"
_YEAR = rf"({YEAR})"
_MONTHS = r"(?:(?:12|twelve|doce) (?:months|meses)|year)"
_RULES = (
    (r"", lambda _, published: Period("day_of_publication", *_days(published))),
    (_YEAR, lambda match, _: year_of(int(match[1]))),
    (
        rf"(?:since|desde) {_YEAR}",
        lambda match, date: year_of(_last_whole_year(date), since=int(match[1])),
    ),
    (
        r"12 (?:months|meses) (?:to|ending|hasta) ([0-9]{4}-[0-9]{2})",
        lambda match, _: _twelve_months(last_day(match[1])),
    ),
    (
        rf"{_MONTHS} (?:up to|to|through|ending|ended|hasta)(?: in| en)? ({_MONTH})(?: (?:de )?{_YEAR})?",
        _months_to,
    ),
    (
        r"last year|año pasado",
        lambda _, published: year_of(_last_whole_year(published)),
    ),
    (
        r"this year|este año",
        lambda _, published: year_of(_last_whole_year(published) + 1),
    ),
    (
        rf"({NUMERAL}) years (?:ago|earlier)|hace ({NUMERAL}) años",
        lambda match, date: year_of(-_counted(match) + _last_whole_year(date)),
    ),
    (
        rf"(?:an? |({NUMERAL}) )decades? ago",
        lambda match, date: year_of(-_counted(match, 10) + _last_whole_year(date)),
    ),
    (
        rf"(?:past|last) (?:({NUMERAL}) )?decades?|última década",
        lambda match, date: _span(_counted(match, 10), date),
    ),
    (
        rf"(?:past|last) ({NUMERAL}) years|últimos ({NUMERAL}) años",
        lambda match, date: _span(_counted(match), date),
    ),
    (
        rf"(?:({_MONTH}) ?(?:-|to|\u2013|a) ?|(?:to|hasta(?: el)?) ){_DAY}?({_MONTH}) (?:de )?{_YEAR}",
        _part,
    ),
    (
        rf"this year (?:to date|so far)|(?:so far|to date|lo que va)(?: (?:in|de|of))?(?: {_YEAR}| this year|l año)",
        _to_date,
    ),
    (
        r"((?:18|19|20)[0-9])0s",
        lambda match, _: Period(
            "decade", date(int(f"{match[1]}0"), 1, 1), date(int(f"{match[1]}9"), 12, 31)
        ),
    ),
)
_PHRASE = re.compile(
    rf"(?<![\w.,$])(?<![0-9]-)(?:(?P<day>{_MONTH} [0-9]{{1,2}},? {YEAR})"
    rf"|(?:the )?{_MONTHS} (?:up to|to|through|ending|ended)(?: in)? {_MONTH}(?: {YEAR})?"
    rf"|(?:in )?(?:the )?(?:past|last) (?:{NUMERAL} )?(?:decades?|years(?!\w))|since (?:the end of )?{YEAR}(?!\w)"
    rf"|{NUMERAL} years (?:ago|earlier)|(?:a|{NUMERAL}) decades? ago|so far this year|this year (?:so far|to date)"
    rf"|{RELATIVE_YEAR}"
    r"|(?:the )?(?:year before|previous year|preceding year)|a year (?:earlier|before)|(?:that|the same) (?:year|period)"
    rf"|today|{YEAR}s?)(?![\w%]|[.,][0-9])",
    re.IGNORECASE,
)


def find_periods(text: str) -> list[tuple[int, int]]:
    """Where a text names periods, also those that only the words around them settle ("the year before"); no single days.

    >>> text = "234,000 in 2021, up from 2020; ten years ago, 69,000"
    >>> [text[start:end] for start, end in find_periods(text)]
    ['2021', '2020', 'ten years ago']
    """
    return [match.span() for match in _PHRASE.finditer(text) if not match["day"]]
