"""The figures behind a report's numbers, as its page lists them, and the way from each number to its own."""

import re
from itertools import count
from typing import Any

from analysis.reporting.cited import CITED, read_behind
from analysis.reporting.numbers import spans
from analysis.reporting.settle import records

_NUMBER = re.compile(r'<data class="number" data-id="([^"]*)"[^>]*>[^<]*</data>')


def listed(notebook: Any) -> list[list[dict[str, Any]]]:
    """The figures that an executed notebook carries, in order of first use, those of one publication together.

    Each is what `read_behind` gives, and its `number` in the list, from 1.
    """
    outputs = records(notebook)
    figures = next((read_behind(output["data"]) for output in outputs if "publications" in output["data"]), {})
    groups: dict[str, list[dict[str, Any]]] = {}
    used = (id for output in outputs for number in output["numbers"] for id in number["rows"])
    for figure in (figures[id] for id in dict.fromkeys(used) if id in figures):
        groups.setdefault(figure["publication"], []).append(figure)
    numbers = count(1)
    return [[{**figure, "number": next(numbers)} for figure in group] for group in groups.values()]


def linked(page: str, notebook: Any, groups: list[list[dict[str, Any]]]) -> str:
    """A page whose numbers lead to the first of the figures behind them, and name the places of all."""
    places = {figure["figure"]: figure["number"] for group in groups for figure in group}
    numbers = [number for output in records(notebook) for number in output["numbers"]]
    starts = {number["id"]: _start([places[row] for row in number["rows"] if row in places]) for number in numbers}
    return _NUMBER.sub(lambda data: f"{starts[data[1]]}{data[0]}</a>" if starts.get(data[1]) else data[0], page)


def _start(places: list[int]) -> str:
    # Print counts what is long: a table of nothing but notes can't be read.
    said = spans(places)
    counted = f' data-note="{len(places)} notes"' if said.count(",") > CITED else ""
    return f'<a class="number-link" href="#source-{min(places)}" data-sources="{said}"{counted}>' if places else ""
