"""Which of the periods that a sentence names is that of a figure, or which one of a sentence before."""

import re
from dataclasses import dataclass, field

from analysis.extracting.cues import Span, apart, cues, spans
from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import YEAR, find_periods, read_period

_BEFORE = re.compile(r"(?:the )?(?:year before|previous year|preceding year)|a year (?:earlier|before)", re.IGNORECASE)
_SAME = re.compile(r"(?:that|the same) (?:year|period)", re.IGNORECASE)
_SPAN = re.compile(r"since|decade|years", re.IGNORECASE)  # these span years: no later figure is of one of them
_PAIR = re.compile(rf"(?:between|from) ({YEAR}) (?:and|to) ({YEAR})(?!\w)", re.IGNORECASE)
_BESIDE = 45  # letters between a figure and its own period, as `apart` counts


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
    named: list[Span] = field(default_factory=list)

    def enter(self, text: str, figures: list[Span], coming: str = "") -> None:
        """Go to the next sentence; `coming` are those after it."""
        self.coming = coming
        self.text, self.figures, self.named, self.number = text, figures, find_periods(text), self.number + 1

    def leave(self) -> None:
        """Keep what a sentence was about: the last year that it names and does not only compare with."""
        told = [span for span in self.named if not self._compared(span) and not _passing(self.text[slice(*span)])]
        if told:
            self.last, self.last_sentence = max((self.text[slice(*span)] for span in told), key=self._year), self.number

    def _year(self, words: str) -> int:
        try:
            return read_period(words, self.published).end.year
        except UnreadableError:
            return 0

    def _compared(self, span: Span) -> bool:
        """Whether a period stands only to be compared with: "than in 2013", "against 772 tons in 2016"."""
        before = spans(self.text[: span[0]], cues()["words"]["comparators"])
        return bool(before) and apart(self.text, before[-1], span, []) < _BESIDE

    def of(self, figure: Span, basis: dict[str, str], change: bool = False) -> tuple[str, str]:
        """The period of a figure, as printed and as it can be read alone; `basis` is told where that is not plain."""
        span = self._own(figure, change)
        words = self.text[slice(*span)] if span else self.last
        if not span and not words:
            words = next((self.coming[slice(*at)] for at in find_periods(self.coming) if not _passing(self.coming[slice(*at)])), "")
            basis["period"] = "as in a sentence after it"
        elif not span:
            basis["period"] = f"as in sentence {self.last_sentence}"
        if span and _SAME.fullmatch(words):
            words, basis["period"] = self.last, f"“{words}”, as in sentence {self.last_sentence}"
        if span and _BEFORE.fullmatch(words):
            return words, self._year_before(span, words, basis)
        if words.lower() == "today" or not words:
            basis["period"] = "? the article names none"
            return "", ""
        try:
            read_period(words, self.published)
        except UnreadableError as error:
            basis["period"] = f"? “{words}” {error}"
        return words, words

    def _year_before(self, span: Span, words: str, basis: dict[str, str]) -> str:
        others = [self.text[slice(*other)] for other in self.named if other < span]
        anchor = next((word for word in reversed(others) if not _passing(word)), self.last)
        try:
            year = str(read_period(anchor, self.published).start.year - 1) if anchor else ""
        except UnreadableError:
            year = ""
        basis["period"] = f"“{words}”, before {anchor}" if year else f"? “{words}”: before which is not known"
        return year

    def _own(self, figure: Span, change: bool) -> Span | None:
        """The period right behind a figure, else the nearest before it, else a plain one further behind.

        What a change is compared with is not its period. Of "between 2011 and 2021 from 64 to 204" each takes its own.
        """
        if pair := _PAIR.search(self.text[: figure[0]]):
            first = bool(re.match(r"\s*(?:[a-z]+\s+)?to\s+[0-9]", self.text[figure[1] :]))
            return pair.span(1 if first else 2)
        behind = [span for span in self.named if span[0] >= figure[1] and not self._parted(figure, span)]
        beside = [span for span in behind if self._apart(figure, span) < _BESIDE]
        if beside:
            return beside[0]
        ahead = [span for span in self.named if span[1] <= figure[0] and not self._left(span, figure) and not (change and self._compared(span))]
        far = [
            span
            for span in self.named
            if span[0] >= figure[1] and not _passing(self.text[slice(*span)]) and not self._compared(span)
            and ";" not in self.text[figure[1] : span[0]]
        ]
        return ahead[-1] if ahead else far[0] if far else None

    def _apart(self, figure: Span, span: Span) -> int:
        return apart(self.text, figure, span, self.figures)

    def _parted(self, figure: Span, span: Span) -> bool:
        """Whether a word of comparison stands between a figure and a period behind it."""
        return bool(spans(self.text[figure[1] : span[0]], cues()["words"]["comparators"]))

    def _left(self, span: Span, figure: Span) -> bool:
        """Whether a period ahead belongs to a figure between, that alone is compared: "93,655 the year before, ..."."""
        words = self.text[slice(*span)]
        between = [other for other in self.figures if span[1] <= other[0] < figure[0]]
        taken = any(other[1] <= span[0] and self._apart(other, span) < _BESIDE for other in self.figures)
        return _passing(words) and (bool(between) or taken)


def _passing(words: str) -> bool:
    """Whether a period holds for one figure only."""
    return bool(_BEFORE.fullmatch(words) or _SAME.fullmatch(words) or _SPAN.search(words) or words.lower() == "today")
