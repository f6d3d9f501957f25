"""The figures of a sentence as the grammar reads them, each as printed without the word of its unit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

from analysis.extracting.cues import Span
from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import RELATIVE_YEAR, find_periods
from analysis.reading.phrases import any_of
from analysis.reading.units import unit_words
from analysis.reading.wording import Reading, find_printed
from analysis.vocabulary import vocabulary

_FROM_TO = re.compile(r"(from\s+)?(.+?)\s+to\s+(.+)", re.IGNORECASE | re.DOTALL)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
# The words of these stand beside the figure; those of all others ("percent", "$") belong to its wording.
PHYSICAL = {word: unit for word, unit in unit_words().items() if vocabulary()["units"][unit]["pint"]}
_BESIDE = {*PHYSICAL.values(), "deaths", "persons", "per 100,000"}
_WORDS = any_of(word for word, unit in unit_words().items() if unit in _BESIDE)
_UNIT = re.compile(rf"\s*{_WORDS}$|\s+times$", re.IGNORECASE)
_OF_UNIT = re.compile(rf"\s+of\s+({any_of(unit_words())})", re.IGNORECASE)  # "billions of dollars"
_NO_NUMBER = ("one", "un", "una", "uno")  # "one of them", "the UN"
_OCCASIONS = 100  # no multiple is as large: "19,200 times" counts


@dataclass(frozen=True)
class Printed:
    """A figure of a sentence: its wording, with its hedge, and what the grammar makes of it."""

    text: str
    span: Span  # in the sentence; the words of the unit are not in it
    kind: str  # as of a Reading; "unread" where the wording may mean two things
    value: float  # the number printed or a limit; NaN if unread
    unit: str | None  # by its registered name, if it is printed beside the figure
    problem: str = ""  # why it can't be read, in the grammar's words


def figures_in(sentence: str, published: str = "") -> list[Printed]:
    """Every figure of a sentence, years among them, in order.

    >>> [(figure.text, figure.unit) for figure in figures_in("about 972 tons, up from 24,000 hectares")]
    [('about 972', 't'), ('24,000', 'ha')]
    """
    periods = find_periods(sentence)
    figures = [_printed(sentence, *found) for found in _found(sentence, published)]
    return [
        one for one in figures if one.text.lower() not in _NO_NUMBER and (one.kind == "year" or _free(one, periods))
    ]


def _free(figure: Printed, periods: list[Span]) -> bool:
    return all(end <= figure.span[0] or figure.span[1] <= start for start, end in periods)


def _found(sentence: str, published: str) -> Iterator[tuple[Reading | UnreadableError, Span]]:
    """As the grammar finds them; of "from 24 to 32 tons" both, which cleaning would take for the limits of one."""
    for reading, (start, end) in find_printed(sentence, published):
        ends = _FROM_TO.fullmatch(sentence, start, end)
        if ends and (ends[1] or isinstance(reading, UnreadableError)):
            for at in (ends.span(2), ends.span(3)):
                yield from (
                    (half, (at[0] + span[0], at[0] + span[1])) for half, span in find_printed(sentence[slice(*at)])
                )
        else:
            yield reading, (start, end)


def _printed(sentence: str, reading: Reading | UnreadableError, span: Span) -> Printed:
    text = sentence[slice(*span)]
    if isinstance(reading, UnreadableError):
        bare = _UNIT.sub("", text)
        unit, kind = unit_words().get(text[len(bare) :].strip().lower()), "unread"
        kind = "year" if re.fullmatch(RELATIVE_YEAR, text, re.IGNORECASE) else kind
        return Printed(bare, (span[0], span[0] + len(bare)), kind, nan, unit, str(reading))
    value = next(float(number) for number in (reading.value, reading.low, reading.high) if number is not None)
    kind, unit = reading.kind, reading.unit
    if kind == "ratio" and value > _OCCASIONS:
        kind, unit = "quantity", None
    if unit is None and (of := _OF_UNIT.match(sentence, span[1])):
        unit = unit_words()[of[1].lower()]
    if unit in (None, *_BESIDE):
        text = _UNIT.sub("", text)
    if kind == "year" and text.lower().startswith("the "):
        text, span = text[4:], (span[0] + 4, span[1])
    if kind == "quantity" and unit is None and _YEAR.fullmatch(text):
        kind, unit = "year", "year"
    return Printed(text, (span[0], span[0] + len(text)), kind, value, unit)
