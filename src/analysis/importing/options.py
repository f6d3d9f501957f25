"""What the command's options say of a table, put over its layout."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from analysis.importing.cells import period_column, year_heading
from analysis.importing.grids import Grid
from analysis.importing.layouts import OWN, Layout
from analysis.vocabulary import measures, words_of
from notebook_runner.errors import InputError, Problem, Problems, nearest

_LEAST = 2
_PAIRED = ("place", "measure", "value", "mark")  # options of the form WORD=MEANING
_PLAIN = (
    "agency",
    "period",
    "status",
    "decimal",
)  # options that stand in the place of a layout's word
_Pairs = tuple[dict[str, str], list[str]]


def with_options(
    layout: Layout, grids: list[Grid], options: Mapping[str, Any]
) -> Layout:
    """The layout with what the options add to it; InputError with each word in them that is not registered."""
    given = {word: _pairs(options.get(word, ())) for word in _PAIRED}
    _check_words(given, options)
    unit = {"unit": options["unit"]} if options.get("unit") else {}
    (places, place), (named, measure) = given["place"], given["measure"]
    named |= {word: word for word in measure}
    known = {word: {"measure": name, **unit} for word, name in named.items()}
    changed = replace(
        layout,
        measure=[*measure, layout.measure][0],
        measures=layout.measures | known,
        place=[*place, layout.place][0],
        places=layout.places | places,
        keep=() if options.get("every_month") else layout.keep,
        marks=layout.marks | _meanings(given["mark"][0]),
        values=layout.values | _statuses(*given["value"]),
        **{word: options[word] for word in _PLAIN if options.get(word)},
    )
    return _guessed(changed, grids) if layout.name == OWN else changed


def _meanings(marks: dict[str, str]) -> dict[str, dict[str, str]]:
    """What marks set: a status where its word is one, else a note."""
    statuses = words_of("statuses")
    return {
        mark: {"status" if text in statuses else "note": text}
        for mark, text in marks.items()
    }


def _statuses(values: dict[str, str], alone: list[str]) -> dict[str, dict[str, str]]:
    """The columns of figures, and the status that each sets."""
    with_status = {word: {"status": text} for word, text in values.items()}
    return with_status | {word: {} for word in alone}


def _check_words(given: dict[str, _Pairs], options: Mapping[str, Any]) -> None:
    problems = Problems()
    typed: dict[str, list[str | None]] = {
        "places": [*given["place"][0].values(), *given["place"][1]],
        "measures": [*given["measure"][0].values(), *given["measure"][1]],
        "statuses": [*given["value"][0].values(), options.get("status")],
        "units": [options.get("unit")],
        "agencies": [options.get("agency")],
    }
    for section, words in typed.items():
        for word in words:
            if word and word not in words_of(section):
                remedy = nearest(word, words_of(section))
                problems.add("an option", 0, section, word, remedy)
    problems.raise_any()


def _pairs(given: Sequence[str]) -> _Pairs:
    """Options of the form WORD=MEANING, and those that are a word alone."""
    pairs = [text.rpartition("=")[::2] for text in given if "=" in text]
    return dict(pairs), [text for text in given if "=" not in text]


def _guessed(layout: Layout, grids: list[Grid]) -> Layout:
    """For a table of one's own: its period is the year across or the column of that name, its figures the one column left."""
    rows = [cells for _, cells in grids[0].rows]
    words = next((cells for cells in rows if len([*filter(None, cells)]) >= _LEAST), [])
    if len([*filter(year_heading, words)]) >= _LEAST:
        return replace(layout, years=True, period=layout.period or "{year}")
    column = period_column(words)
    period = layout.period or (f"{{{column}}}" if column else "")
    known = {*layout.measures, *measures()}
    figures = layout.values or {word: {} for word in words if word in known}
    figures = figures or _only_numbers(words, rows[1:], period)
    return replace(layout, values=figures, period=period)


def _only_numbers(
    words: list[str], rows: list[list[str]], period: str
) -> dict[str, dict[str, str]]:
    """The one column of numbers that makes no period; InputError if there is none, or more."""
    numbers = [
        word
        for at, word in enumerate(words)
        if word and f"{{{word}" not in period
        if any(cells[at][:1].isdigit() for cells in rows if at < len(cells))
    ]
    if len(numbers) == 1:
        return {numbers[0]: {}}
    columns = ", ".join(numbers) or "none"
    remedy = f"say which column holds the figures: --value HEADING (columns of numbers: {columns})"
    found = ", ".join(filter(None, words))
    raise InputError([Problem("table", 0, "", found, remedy)])
