"""What a notebook asks of the data while it runs: which rows of a table, which files.

Every reader of processed rows notes its question, as narrow as the rows that it gives.
A file under `data` that a cell opens itself counts whole. Imports no pandas.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from notebook_runner.project import Project

_ANY = "*"  # in a question's text
_BETWEEN = " | "
FILES = "data/"  # begins the name of a file that was opened as a whole
_recorders: dict[int, set["Question"]] = {}
_watched: list[Path] = []  # the folders of data of projects, with links followed
_by_a_reader: ContextVar[bool] = ContextVar("by_a_reader", default=False)


class Question(NamedTuple):
    """Which rows were asked for; "" stands for any.

    >>> str(Question("figures.csv", place="Peru", until="2022-08-31"))
    'figures.csv | * | Peru | * | 2022-08-31'
    """

    table: str  # a processed table; or a file's name, as `data/raw/cdc.csv`
    measure: str = ""
    place: str = ""
    agency: str = ""
    until: str = ""  # the last day seen, as ISO text
    publications: str = ""  # "articles", or "others": all but those

    def __str__(self) -> str:
        words = [word or _ANY for word in self]
        while words[-1] == _ANY:
            words.pop()
        return _BETWEEN.join(words)

    def covers(self, other: "Question") -> bool:
        """Whether all rows that another asks for are among those of this one."""
        if self.until and not "" < other.until <= self.until:
            return False
        pairs = zip(self, other._replace(until=self.until), strict=True)
        return all(mine in ("", theirs) for mine, theirs in pairs)


def question_of(text: str) -> Question:
    """The question that was written as this text.

    >>> question_of("figures.csv | * | Peru").place
    'Peru'
    """
    if text.startswith(FILES):
        return Question(text)
    words = ["" if word == _ANY else word for word in text.split(_BETWEEN)]
    return Question(*words[: len(Question._fields)])


def in_words(text: str) -> str:
    """A question as a sentence names it.

    >>> in_words("figures.csv | cocaine_output | Colombia | us_government")
    'cocaine_output of Colombia by us_government'
    >>> in_words("breaks.csv | coca_area | Peru"), in_words("data/raw/cdc.csv")
    ('breaks of coca_area of Peru', 'data/raw/cdc.csv')
    """
    asked = question_of(text)
    if text.startswith(FILES):
        return text
    first = asked.table.removesuffix(".csv")
    if asked.measure:
        first = asked.measure if first == "figures" else f"{first} of {asked.measure}"
    said = {"of": asked.place, "by": asked.agency}
    said |= {"in": asked.publications, "as of": asked.until}
    more = [f"{how} {word}" for how, word in said.items() if word]
    return " ".join([first, *more])


def widest(asked: Iterable[Question]) -> list[str]:
    """The questions as texts, in order, without those that another covers.

    >>> narrow = Question("figures.csv", "coca_area", "Peru", "unodc", "2022-08-31")
    >>> widest({narrow, Question("figures.csv", place="Peru")})
    ['figures.csv | * | Peru']
    """
    every = set(asked)
    pairs = product(every, every)
    covered = {two for one, two in pairs if one != two and one.covers(two)}
    return sorted(map(str, every - covered))


def note(*questions: Question) -> None:
    """Note what is asked in every recorder that is at work."""
    for asked in [*_recorders.values()]:
        asked.update(questions)


@contextmanager
def recording() -> Iterator[set[Question]]:
    """A set that grows by what is asked meanwhile, by any thread."""
    asked = set[Question]()
    _recorders[id(asked)] = asked
    try:
        yield asked
    finally:
        del _recorders[id(asked)]


@contextmanager
def watching(project: Project) -> Iterator[None]:
    """Note meanwhile each file under the project's `data` that is opened."""
    _listen()
    folder = project.data.resolve()
    _watched.append(folder)
    try:
        yield
    finally:
        _watched.remove(folder)


@contextmanager
def by_a_reader() -> Iterator[None]:
    """What is opened meanwhile is opened by a reader, which notes its own question."""
    before = _by_a_reader.set(True)
    try:
        yield
    finally:
        _by_a_reader.reset(before)


@cache
def _listen() -> None:
    # Python has no way to take a hook away: it hears nothing once nobody watches.
    sys.addaudithook(_hear)


def _hear(event: str, given: tuple[Any, ...]) -> None:
    if event == "open" and _watched and not _by_a_reader.get():
        # A path that can't be one is for `open` to refuse.
        with suppress(TypeError, ValueError, OSError):
            _note_file(*given)


def _note_file(path: Any, *_: Any) -> None:
    """Note a file, be it opened to be read or written: a run is refused if what it opened is changed."""
    if isinstance(path, int):
        return
    place = Path(os.fsdecode(path)).resolve()
    for folder in [*_watched]:
        if place.is_relative_to(folder):
            note(Question(FILES + place.relative_to(folder).as_posix()))
