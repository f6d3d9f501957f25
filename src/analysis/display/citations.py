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
    whole_year = row["period_kind"] == "calendar_year"
    period = (
        row["period_start"][:4]
        if whole_year
        else f"{row['period_start']} to {row['period_end']}"
    )
    what = [
        agency_label(row["agency"]),
        measures()[row["measure"]].label,
        row["place"],
        period,
    ]
    said = {"what": f"{', '.join(what)} ({row['status'].replace('_', ' ')})"}
    said["printed"] = f"“{row['printed']}” {row['unit_printed']}"
    said["vintage"] = f"{row['release']}, {row['release_date']}"
    said["source"] = f"{source['publisher']}: {source['title']}"
    return {**source, **row, **said}


def figure_citation(row: Row, source: Row) -> str:
    """A figure (a row of `figures.csv`) and its publication: who, what, as printed, where, and of which release."""
    return words()["cite_figure"].format(**_fields(row, source))


def number_citation(number: Row, record: Row, cited: Iterable[str]) -> str:
    """A report's number by its record, the report's provenance, and the citations of the first `CITED` figures behind it."""
    more = (
        [words()["cite_more"].format(more=len(number["rows"]) - CITED)]
        if number["rows"][CITED:]
        else []
    )
    figures = " ".join([*cited, *more]) or words()["cite_none"]
    made = {
        "report": record["report"],
        "made": record["sha256"]["rows"],
        "code": record["sha256"]["package"],
    }
    return words()["cite_number"].format(**number, **made, figures=figures)


def listed(notebook: Any) -> list[list[dict[str, Any]]]:
    """The figures that an executed notebook carries, in order of first use, those of one publication together.

    Each is what `read_behind` gives, and its `number` in the list, from 1.
    """
    outputs = records_of(notebook)
    figures = next(
        (
            read_behind(output["data"])
            for output in outputs
            if "publications" in output["data"]
        ),
        {},
    )
    groups: dict[str, list[dict[str, Any]]] = {}
    used = (
        id
        for output in outputs
        for number in output["numbers"]
        for id in number["rows"]
    )
    for figure in (figures[id] for id in dict.fromkeys(used) if id in figures):
        groups.setdefault(figure["publication"], []).append(figure)
    numbers = count(1)
    return [
        [{**figure, "number": next(numbers)} for figure in group]
        for group in groups.values()
    ]
