"""What the command's options say of a table, put over its layout."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from analysis.importing.cells import period_column, year_heading
from analysis.importing.grids import Grid
from analysis.importing.layouts import OWN, Layout
from analysis.vocabulary import measures, words_of
from notebook_runner.errors import Problems, nearest

_LEAST = 2


def with_options(
    layout: Layout, grids: list[Grid], options: Mapping[str, Any]
) -> Layout:
    """The layout with what the options add to it; InputError with each word in them that is not registered."""
    problems = Problems()
    places, place = _pairs(options.get("place", ()))
    named, measure = _pairs(options.get("measure", ()))
    values, alone = _pairs(options.get("value", ()))
    marks, _ = _pairs(options.get("mark", ()))
    unit = {"unit": options["unit"]} if options.get("unit") else {}
    known = {key: {"measure": name, **unit} for key, name in named.items() if name}
    if measure:
        known |= {measure: {"measure": measure, **unit}}
    status = options.get("status") or layout.status
    statuses = words_of("statuses")
    for section, words in {
        "measures": [*named.values(), measure],
        "places": [*places.values(), place],
        "units": [*unit.values()],
        "statuses": [*values.values(), status],
        "agencies": [options.get("agency") or ""],
    }.items():
        for word in filter(None, words):
            if word not in words_of(section):
                problems.add(
                    "an option", 0, section, word, nearest(word, words_of(section))
                )
    problems.raise_any()
    changed = replace(
        layout,
        agency=options.get("agency") or layout.agency,
        measure=measure or layout.measure,
        measures={**layout.measures, **known},
        place=place or layout.place,
        places={**layout.places, **places},
        period=options.get("period") or layout.period,
        status=status,
        decimal=options.get("decimal") or layout.decimal,
        keep=() if options.get("every_month") else layout.keep,
        marks={
            **layout.marks,
            **{
                mark: {"status" if text in statuses else "note": text}
                for mark, text in marks.items()
            },
        },
        values={
            **layout.values,
            **{word: {"status": text} if text else {} for word, text in values.items()},
            **{word: {} for word in [alone] if word},
        },
    )
    return _guessed(changed, grids) if layout.name == OWN else changed


def _pairs(given: Sequence[str]) -> tuple[dict[str, str], str]:
    """Options of the form WORD=MEANING, and the last that is a word alone."""
    pairs = [text.rpartition("=")[::2] for text in given if "=" in text]
    return dict(pairs), next((text for text in given if "=" not in text), "")


def _guessed(layout: Layout, grids: list[Grid]) -> Layout:
    """For a table of one's own: its period is the year across or the column of that name, its figures the one column left."""
    words = next(
        (cells for _, cells in grids[0].rows if len([*filter(None, cells)]) >= _LEAST),
        [],
    )
    if sum(year_heading(word) is not None for word in words) >= _LEAST:
        return replace(layout, years=True, period=layout.period or "{year}")
    column = period_column(words)
    known = {*layout.measures, *measures()}
    figures = layout.values or {word: {} for word in words if word in known}
    texts = {
        word: [cells[at] for _, cells in grids[0].rows[1:] if at < len(cells)]
        for at, word in enumerate(words)
        if word
    }
    numbers = [
        word
        for word, column_texts in texts.items()
        if any(text[:1].isdigit() for text in column_texts)
    ]
    numbers = [
        word for word in numbers if word != column and f"{{{word}" not in layout.period
    ]
    if not figures and len(numbers) == 1:
        figures = {numbers[0]: {}}
    if not figures:
        problems = Problems()
        remedy = f"say which column holds the figures: --value HEADING (columns of numbers: {', '.join(numbers) or 'none'})"
        problems.add(
            grids[0].name or "table", 0, "", ", ".join(filter(None, words)), remedy
        )
        problems.raise_any()
    return replace(
        layout,
        values=figures,
        period=layout.period or (f"{{{column}}}" if column else ""),
    )
