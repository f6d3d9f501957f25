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
    given = {
        word: _pairs(options.get(word, ()))
        for word in ("place", "measure", "value", "mark")
    }
    _check_words(given, options)
    unit = {"unit": options["unit"]} if options.get("unit") else {}
    (places, place), (named, measure) = given["place"], given["measure"]
    (values, alone), statuses = given["value"], words_of("statuses")
    named |= {word: word for word in measure}
    marks = {
        mark: {"status" if text in statuses else "note": text}
        for mark, text in given["mark"][0].items()
    }
    changed = replace(
        layout,
        measure=[*measure, layout.measure][0],
        measures=layout.measures
        | {word: {"measure": name, **unit} for word, name in named.items()},
        place=[*place, layout.place][0],
        places=layout.places | places,
        keep=() if options.get("every_month") else layout.keep,
        marks=layout.marks | marks,
        values=layout.values
        | {word: {"status": text} for word, text in values.items()}
        | {word: {} for word in alone},
        **{word: options[word] for word in _PLAIN if options.get(word)},
    )
    return _guessed(changed, grids) if layout.name == OWN else changed


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
    if sum(year_heading(word) is not None for word in words) >= _LEAST:
        return replace(layout, years=True, period=layout.period or "{year}")
    column = period_column(words)
    period = layout.period or (f"{{{column}}}" if column else "")
    known = {*layout.measures, *measures()}
    figures = layout.values or {word: {} for word in words if word in known}
    numbers = [
        word
        for at, word in enumerate(words)
        if word and f"{{{word}" not in period
        if any(cells[at][:1].isdigit() for cells in rows[1:] if at < len(cells))
    ]
    if not figures and len(numbers) != 1:
        remedy = f"--value HEADING (columns of numbers: {', '.join(numbers) or 'none'})"
        found = ", ".join(filter(None, words))
        problem = Problem(
            "table", 0, "", found, f"say which column holds the figures: {remedy}"
        )
        raise InputError([problem])
    return replace(layout, values=figures or {numbers[0]: {}}, period=period)
