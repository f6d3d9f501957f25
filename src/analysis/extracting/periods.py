"""Which of the periods that a sentence names is that of a figure, or which one of another sentence."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from analysis.extracting.cues import WORDS, Span, apart, spans
from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import YEAR, find_periods, read_period

_BEFORE = re.compile(r"(?:the )?(?:year before|previous year|preceding year)|a year (?:earlier|before)", re.IGNORECASE)
_SAME = re.compile(r"(?:that|the same) (?:year|period)", re.IGNORECASE)
_PASSING = re.compile(rf"{_BEFORE.pattern}|{_SAME.pattern}|.*(?:since|decade|years).*|today", re.IGNORECASE)
_PAIR = re.compile(rf"(?:between|from) ({YEAR}) (?:and|to) ({YEAR})(?!\w)", re.IGNORECASE)
_BESIDE = 45  # letters between a figure and its own period, as `apart` counts


class _Named(NamedTuple):
    """A period that a sentence names: whether it holds for one figure only, and whether it stands to be compared with."""

    span: Span
    words: str
    passing: bool = False
    compared: bool = False  # "than in 2013", "against 772 tons in 2016"


@dataclass
class Periods:
    """The periods of an article's sentences, read against the day of its publication ("" if it is not known)."""

    published: str = ""
    last: str = ""  # the words of the last year that the article was about
    last_sentence: int = 0
    number: int = 0
    text: str = ""
    coming: str = ""
    figures: list[Span] = field(default_factory=list)
    named: list[_Named] = field(default_factory=list)

    def enter(self, text: str, number: int, figures: list[Span], coming: str) -> None:
        """Go to the next sentence; `coming` are those after it."""
        self.text, self.number, self.figures, self.coming = text, number, figures, coming
        self.named = _named_in(text)

    def leave(self) -> None:
        """Keep what a sentence was about: the last year that it names and does not only compare with."""
        if told := [one.words for one in self.named if not (one.compared or one.passing)]:
            self.last, self.last_sentence = max(told, key=self._year), self.number

    def of(self, figure: Span, basis: dict[str, str]) -> tuple[str, str]:
        """The period of a figure, as printed and as it can be read alone; `basis` is told where that is not plain."""
        own = self._own(figure)
        words = (
            own.words
            if own
            else self.last or next((one.words for one in _named_in(self.coming) if not one.passing), "")
        )
        if not own:
            basis["period"] = f"as in sentence {self.last_sentence}" if self.last else "as in a sentence after it"
        elif _SAME.fullmatch(words):
            words, basis["period"] = self.last, f"“{words}”, as in sentence {self.last_sentence}"
        elif _BEFORE.fullmatch(words):
            anchor = next((one.words for one in reversed(self.named) if one < own and not one.passing), self.last)
            year = self._year(anchor) - 1 if anchor else -1
            basis["period"] = f"“{words}”, before {anchor}" if year > 0 else f"? “{words}”: before which is not known"
            return words, str(year) if year > 0 else ""
        if words.lower() in ("today", ""):
            basis["period"] = "? the article names none"
            return "", ""
        try:
            read_period(words, self.published)
        except UnreadableError as error:
            basis["period"] = f"? “{words}” {error}"
        return words, words

    def _year(self, words: str) -> int:
        try:
            return read_period(words, self.published).end.year
        except UnreadableError:
            return 0

    def _own(self, figure: Span) -> _Named | None:
        """The period close behind a figure, else the nearest before it, else one further behind that is not compared with.

        Of "between 2011 and 2021 from 64 to 204" each takes its own.
        """
        if pair := _PAIR.search(self.text[: figure[0]]):
            group = 1 if re.match(r"\s*(?:[a-z]+\s+)?to\s+[0-9]", self.text[figure[1] :]) else 2
            return _Named(pair.span(group), pair[group])
        behind = [one for one in self.named if one.span[0] >= figure[1]]
        beside = [one for one in behind if self._beside(figure, one.span)]
        ahead = [one for one in self.named if one.span[1] <= figure[0]]
        far = [one for one in behind if not (one.passing or one.compared)]
        return next(iter([*beside[:1], *ahead[-1:], *far[:1]]), None)

    def _beside(self, figure: Span, period: Span) -> bool:
        """Whether a period stands close behind a figure, and no word of comparison between them."""
        compared = spans(self.text[figure[1] : period[0]], WORDS["comparators"])
        return not compared and apart(self.text, figure, period, self.figures) < _BESIDE


def _named_in(text: str) -> list[_Named]:
    found, compared = [], spans(text, WORDS["comparators"])
    for span in find_periods(text):
        words = text[slice(*span)]
        led = any(other[1] <= span[0] and apart(text, other, span, []) < _BESIDE for other in compared)
        found.append(_Named(span, words, bool(_PASSING.fullmatch(words)), led))
    return found
