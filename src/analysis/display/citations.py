"""Figures and numbers as a reference list cites them."""

import csv
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

import pandas as pd

from analysis.display.numbers import words
from analysis.display.records import records as records_of
from analysis.tables import records
from analysis.vocabulary import agency_label, measures
from notebook_runner.files import csv_text

_FIGURE = ("figure", "publication", "what", "printed", "locator", "read_from")
_PUBLICATION = ("publication", "source", "published", "url", "vintage")
Row = Mapping[str, Any]
CITED = 3  # figures behind a number that its citation names; the rest are counted


def behind(figures: pd.DataFrame, publications: pd.DataFrame) -> dict[str, list[str]]:
    """Figures (rows of `figures.csv`) and their publications as lines of CSV, as small as a notebook can carry them.

    The raw line is left out: a row added above it moves it, and no report may differ by what its hashes leave out.
    """
    sources = {row.publication: row._asdict() for row in records(publications)}
    rows = [
        _fields(row._asdict(), sources[row.publication]) for row in records(figures)
    ]
    return {
        "figures": _lines(_FIGURE, rows),
        "publications": _lines(_PUBLICATION, rows),
    }


def _lines(columns: tuple[str, ...], rows: Iterable[Row]) -> list[str]:
    return csv_text(
        [columns, *sorted({tuple(row[column] for column in columns) for row in rows})]
    ).splitlines()


def read_behind(lines: Mapping[str, list[str]]) -> dict[str, dict[str, str]]:
    """What `behind` wrote, by figure: each with its publication, the fields that its citation is made of."""
    printing = {
        row["publication"]: row for row in csv.DictReader(lines["publications"])
    }
    return {
        row["figure"]: {**row, **printing[row["publication"]]}
        for row in csv.DictReader(lines["figures"])
    }


def _fields(row: Row, source: Row) -> dict[str, str]:
    period = f"{row['period_start']} to {row['period_end']}"
    if row["period_kind"] == "calendar_year":
        period = row["period_start"][:4]
    series = f"{agency_label(row['agency'])}, {measures()[row['measure']].label}"
    status = row["status"].replace("_", " ")
    return {
        **source,
        **row,
        "what": f"{series}, {row['place']}, {period} ({status})",
        "printed": f"“{row['printed']}” {row['unit_printed']}",
        "vintage": f"{row['release']}, {row['release_date']}",
        "source": f"{source['publisher']}: {source['title']}",
    }


def figure_citation(row: Row, source: Row) -> str:
    """A figure (a row of `figures.csv`) and its publication: who, what, as printed, where, and of which release."""
    return words()["cite_figure"].format(**_fields(row, source))


def number_citation(number: Row, record: Row, cited: Iterable[str]) -> str:
    """A report's number by its record, the report's provenance, and the citations of the first `CITED` figures behind it."""
    figures = [*cited]
    more = len(number["rows"]) - CITED
    if more > 0:
        figures.append(words()["cite_more"].format(more=more))
    return words()["cite_number"].format(
        **number,
        report=record["report"],
        made=record["sha256"]["rows"],
        code=record["sha256"]["package"],
        figures=" ".join(figures) or words()["cite_none"],
    )


def listed(notebook: Any) -> list[list[dict[str, Any]]]:
    """The figures that an executed notebook carries, in order of first use, those of one publication together.

    Each is what `read_behind` gives, and its `number` in the list, from 1.
    """
    outputs = records_of(notebook)
    data = [out["data"] for out in outputs if "publications" in out["data"]]
    figures = read_behind(data[0]) if data else {}
    numbers = [number for output in outputs for number in output["numbers"]]
    used = dict.fromkeys(id for number in numbers for id in number["rows"])
    groups: dict[str, list[dict[str, Any]]] = {}
    for id in used:
        if id in figures:
            group = groups.setdefault(figures[id]["publication"], [])
            group.append(figures[id])
    place = count(1)
    return [
        [{**figure, "number": next(place)} for figure in group]
        for group in groups.values()
    ]
