"""Which of the periods that a sentence names is that of a figure, or which one of another sentence."""

import re
from functools import lru_cache

from analysis.articles.cues import WORDS, Mention, Span, apart, periods_in, spans
from analysis.articles.sentences import Sentence, Story
from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import YEAR, read_period

_BEFORE = re.compile(
    r"(?:the )?(?:year before|previous year|preceding year)|a year (?:earlier|before)",
    re.IGNORECASE,
)
_SAME = re.compile(r"(?:that|the same) (?:year|period)", re.IGNORECASE)
_PASSING = re.compile(
    rf"{_BEFORE.pattern}|{_SAME.pattern}|.*(?:since|decade|years).*|today",
    re.IGNORECASE,
)
_PAIR = re.compile(
    rf"(?:between|from) ({YEAR}) (?:and|to) ({YEAR})(?!\w)", re.IGNORECASE
)
_BESIDE = 45  # letters between a figure and its own period, as `apart` counts


@lru_cache(maxsize=64)
def _about(text: str) -> list[Mention]:
    """The periods that a text is about: not "the year before", and not only compared with ("than in 2013")."""
    compared = spans(text, WORDS["comparators"])
    return [
        one
        for one in periods_in(text)
        if not _PASSING.fullmatch(one.name)
        and not any(
            end <= one.span[0] and apart(text, (at, end), one.span, []) < _BESIDE
            for at, end in compared
        )
    ]


def keep_year(said: Sentence) -> None:
    """Keep for the sentences after it what year a sentence was about: the last that it does not only compare with."""
    # A policy's year is not what figures are about.
    if any(proposal.unit == "year" for proposal in said.own.values()):
        return
    names = [period.name for period in _about(said.text)]
    if names:
        said.before.year = max(names, key=lambda words: _year(words, said.before))
        said.before.year_sentence = said.number


def period_of(figure: Span, said: Sentence, basis: dict[str, str]) -> tuple[str, str]:
    """The period of a figure, as printed and as it can be read alone; `basis` says how it was read where that is not plain."""
    own = _own(figure, said)
    before = said.before
    kept = f"as in sentence {before.year_sentence}"
    if own and _BEFORE.fullmatch(own.name):
        return _year_before(own, said, basis)
    if own and _SAME.fullmatch(own.name):
        words = before.year
        basis["period"] = f"“{own.name}”, {kept}"
    elif own:
        words = own.name
    elif before.year:
        words = before.year
        basis["period"] = kept
    else:
        words = next((period.name for period in _about(said.coming)), "")
        basis["period"] = "as in a sentence after it"
    if words.lower() in ("today", ""):
        basis["period"] = "? the article names none"
        return "", ""
    try:
        read_period(words, before.published)
    except UnreadableError as error:
        basis["period"] = f"? “{words}” {error}"
    return words, words


def _year_before(
    own: Mention, said: Sentence, basis: dict[str, str]
) -> tuple[str, str]:
    """The period of "the year before": the year before that which was named last."""
    named = [
        period.name
        for period in said.periods
        if period < own and not _PASSING.fullmatch(period.name)
    ]
    anchor = named[-1] if named else said.before.year
    year = _year(anchor, said.before) - 1
    if year <= 0:
        basis["period"] = f"? “{own.name}”: before which is not known"
        return own.name, ""
    basis["period"] = f"“{own.name}”, before {anchor}"
    return own.name, str(year)


def _year(words: str, before: Story) -> int:
    """The year that words name; 0 where they name none."""
    try:
        return read_period(words, before.published).end.year if words else 0
    except UnreadableError:
        return 0


def _own(figure: Span, said: Sentence) -> Mention | None:
    """The period close behind a figure, else the nearest before it, else one further behind that is not compared with.

    Of "between 2011 and 2021 from 64 to 204" each takes its own.
    """
    if pair := _PAIR.search(said.text[: figure[0]]):
        group = (
            1 if re.match(r"\s*(?:[a-z]+\s+)?to\s+[0-9]", said.text[figure[1] :]) else 2
        )
        return Mention(pair.span(group), pair[group])
    behind = [one for one in said.periods if one.span[0] >= figure[1]]
    beside = [one for one in behind if _beside(figure, one.span, said)]
    ahead = [one for one in said.periods if one.span[1] <= figure[0]]
    far = [one for one in _about(said.text) if one in behind]
    return next(iter([*beside[:1], *ahead[-1:], *far[:1]]), None)


def _beside(figure: Span, period: Span, said: Sentence) -> bool:
    """Whether a period closely follows a figure, without a word of comparison between them."""
    compared = spans(said.text[figure[1] : period[0]], WORDS["comparators"])
    return not compared and apart(said.text, figure, period, said.numbers) < _BESIDE
