"""The sentences of an article: where each begins and ends, what it names, and what was said before it."""

import re
from dataclasses import dataclass, field

from analysis.articles import cues
from analysis.articles.cues import Mention, Span
from analysis.reading.wording import Reading

_END = re.compile(r"[.!?…]+[”\"’')\]]*(?=\s|[A-Z“\"]|$)\s*")
# A full stop after these ends no sentence: initials, "U.S.", titles.
_NO_END = re.compile(r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|St|No|vs|Gen|Sen|Rep))\.$")
NOWHERE = 9999  # letters; further than any word of a sentence
# How a figure compares with what is known.
AGREES = "agrees with"
ROUNDS = "rounds"
OLDER = "agrees with the older"
CONTRADICTS = "contradicts"
NEW = "new"
UNREAD = "unread"
CLAIM = "a claim"


def sentence_spans(text: str) -> list[Span]:
    """First and last offset (code points, half open) of each sentence, in order; a line break ends a sentence.

    >>> text = "Output rose. U.S. figures say 972 tons."
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['Output rose.', 'U.S. figures say 972 tons.']
    """
    spans = []
    for paragraph in re.finditer(r"[^\n]+", text):
        start = paragraph.start()
        for match in _END.finditer(text, paragraph.start(), paragraph.end()):
            stop = match.start() + len(match[0].rstrip())
            if stop > start and not _NO_END.search(text[start:stop]):
                spans.append((start, stop))
                start = match.end()
        if text[start : paragraph.end()].strip():
            spans.append((start, paragraph.end()))
    return spans


@dataclass(frozen=True)
class Proposal:
    """A figure as an article is taken to mean it."""

    sentence: int  # counted from 1
    sentence_start: int  # in the article, code points
    start: int
    end: int
    printed: str
    measure: str
    place: str
    period: str  # as printed; empty where none is said
    read_as: str  # the same where its own words can't be read alone: "the year before" 2017 is "2016"
    unit: str
    agency: str
    context: str  # the sentence
    basis: dict[str, str]  # by column, how it is known that the sentence does not say
    problem: str = ""  # why the wording can't be read
    base: str = ""  # of a comparison: the period that it compares with, as printed
    verdict: str = ""  # how it compares with what is known, a word of the above
    known: str = ""  # the same in words
    release: str = ""  # the newest that it agrees with

    @property
    def locator(self) -> str:
        """Its place in the text, as the column `locator` of `data/raw` writes it."""
        return f"sentence {self.sentence}, characters {self.start}-{self.end}"

    @property
    def unsure(self) -> list[str]:
        """What a person must settle before its row may enter."""
        told = [
            f"{column}: {how[2:]}"
            for column, how in self.basis.items()
            if how.startswith("?")
        ]
        told += [f"printed: {self.problem}"] if self.problem else []
        return told + [f"printed: {self.known}"] * (
            CONTRADICTS in self.known or (self.verdict == UNREAD and not told)
        )

    @property
    def confidence(self) -> str:
        """How far it can be trusted: high if its own sentence says all, low if something must be settled by a person."""
        return "low" if self.unsure else "medium" if self.basis else "high"


@dataclass
class Story:
    """What an article has said so far."""

    text: str  # the whole article
    published: str
    agencies: list[str]  # all that were named, the last one last
    places: list[tuple[int, str]] = field(
        default_factory=list
    )  # the same, each with the number of its sentence
    figures: list[Proposal] = field(default_factory=list)
    comparisons: list[Proposal] = field(default_factory=list)
    year: str = ""  # the words of the last year that it was about
    year_sentence: int = 0


@dataclass
class Sentence:
    """One sentence, or a piece of a long one, and what it names."""

    text: str
    number: int
    start: int  # in the article, code points
    back: list[str]  # the last sentences, this one among them
    coming: str  # those after it
    before: Story
    figures: list[Reading] = field(init=False)
    periods: list[Mention] = field(init=False)
    agencies: list[Mention] = field(init=False)
    numbers: list[Span] = field(init=False)  # of the figures that are no years
    places: list[Mention] = field(init=False)
    carried: list[Proposal] = field(
        init=False
    )  # figures of the sentence before that may be meant here too
    own: dict[Span, Proposal] = field(
        init=False, default_factory=dict
    )  # its figures so far, by their places in it

    def __post_init__(self) -> None:
        """Find what it names, and which figures of the sentence before may be carried on."""
        before = self.before
        text = self.text
        self.figures = cues.figures_in(text, before.published)
        self.periods = cues.periods_in(text)
        self.agencies = cues.agencies_in(text)
        self.numbers = [figure.span for figure in self.figures if figure.kind != "year"]
        counted = [
            Mention(one.span, "United States")
            for one in self.agencies
            if one.name == "cdc"
        ]
        self.places = sorted(cues.places_in(text) + counted)
        last = before.figures[-1].sentence if before.figures else -1
        self.carried = [
            one
            for one in before.figures[-20:]
            if one.sentence == last >= self.number - 2
        ]

    def apart(self, figure: Span, other: Span) -> int:
        """How far words are from a figure; those behind it count as further."""
        return cues.apart(self.text, figure, other, self.numbers) + 20 * (
            other[0] > figure[0]
        )

    def nearest(self, figure: Span, words: list[str]) -> int:
        """How far the nearest of these words is; `NOWHERE` if there is none."""
        return min(
            (self.apart(figure, span) for span in cues.spans(self.text, words)),
            default=NOWHERE,
        )

    def names(self, measure: str) -> bool:
        """Whether it names one who makes such estimates."""
        return any(
            one.name in cues.MEASURES[measure]["agencies"] for one in self.agencies
        )

    def carries(self, figure: Reading, measure: str) -> bool:
        """Whether a figure may be one of the sentence before: "by the same count it was 44,200", "the UN says 204,000"."""
        placed = not figure.unit and (self.places or self.periods)
        pronoun = cues.says(self.text[: figure.span[0]], cues.WORDS["pronouns"])
        return bool(self.carried and (pronoun or placed or self.names(measure)))
