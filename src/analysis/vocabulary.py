"""The registered words: measures, places, agencies, units and statuses (see vocabulary.toml)."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from notebook_runner.errors import Problems, nearest


@dataclass(frozen=True)
class Measure:
    """A quantity that publications print."""

    name: str  # the word in the files
    label: str  # the words in sentences
    meaning: str
    unit: str  # the unit kept
    low: float  # what is possible, in `unit`
    high: float
    undated: bool = False  # whether a figure may come without a period, and then counts for its publication's day


@dataclass(frozen=True)
class Total:
    """A printed total and its parts: the words by which they differ in one column, and how closely they agree."""

    column: str
    whole: str
    parts: list[str]
    exact: bool


@cache
def vocabulary() -> dict[str, Any]:
    """The parsed file, read once."""
    return tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text("utf-8"))


@cache
def measures() -> dict[str, Measure]:
    """All measures by name."""
    return {
        name: Measure(name, **entry) for name, entry in vocabulary()["measures"].items()
    }


@cache
def totals() -> list[Total]:
    """The sums that must hold inside one release."""
    return [Total(**entry) for entry in vocabulary()["totals"]]


@cache
def words_of(section: str) -> tuple[str, ...]:
    """The words that a column may hold: `measures`, `places`, `agencies`, `units`, `statuses`, ..."""
    return tuple(vocabulary()[section])


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def label(measure: str) -> str:
    """The measure's name as sentences print it."""
    return measures()[measure].label


def place_label(place: str) -> str:
    """The place's name as sentences print it."""
    return f"the {place}" if place == "United States" else place


def agency_label(agency: str) -> str:
    """The agency's name as sentences print it."""
    return str(vocabulary()["agencies"][agency]["label"])


def check_words(**words: tuple[Any, Sequence[str]]) -> None:
    """Raise InputError with each parameter whose word is not among those allowed for it.

    A word that nobody registered would look like a series that nobody printed.
    """
    wrong = Problems()
    for name, (word, allowed) in words.items():
        if word not in allowed:
            wrong.add("parameter", 0, name, str(word), nearest(str(word), allowed))
    wrong.raise_any()
