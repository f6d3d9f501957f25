"""Figures and numbers as a reference list would cite them; the page of a report and the command line say the same."""

import csv
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from analysis.cleaning.amending import csv_text
from analysis.reporting.words import words
from analysis.tables import records
from analysis.vocabulary import maker_label, measures

_FIGURE = (
    "figure", "publication", "maker", "measure", "place", "period", "status", "printed", "unit_printed", "value", "unit",
    "locator", "read_from",
)  # fmt: skip
_PUBLICATION = ("publication", "publisher", "title", "published", "url", "release", "release_date")
Row = Mapping[str, Any]
CITED = 3  # figures behind a number that its citation names; the rest are counted


def behind(figures: pd.DataFrame, publications: pd.DataFrame) -> dict[str, list[str]]:
    """Figures (rows of `figures.csv`) and their publications as lines of CSV, as small as a notebook can carry them.

    The raw line is left out: a row added above it moves it, and no report may differ by what its hashes leave out.
    """
    labelled = [{**row, **_labels(row)} for row in _rows(figures.sort_values("figure"))]
    printing = _rows(publications[publications["publication"].isin(figures["publication"])])
    return {"figures": _lines(_FIGURE, labelled), "publications": _lines(_PUBLICATION, printing)}


def _labels(row: Row) -> dict[str, str]:
    whole_year = row["period_kind"] == "calendar_year"
    period = row["period_start"][:4] if whole_year else f"{row['period_start']} to {row['period_end']}"
    value: str = "" if pd.isna(row["value"]) else f"{row['value']:.12g}"
    labels = {"maker": maker_label(row["estimate_by"]), "measure": measures()[row["measure"]].label}
    return {**labels, "period": period, "value": value}


def _rows(table: pd.DataFrame) -> list[Row]:
    return [row._asdict() for row in records(table)]


def _lines(columns: tuple[str, ...], rows: Iterable[Row]) -> list[str]:
    return csv_text([columns, *([row[column] for column in columns] for row in rows)]).splitlines()


def read_behind(lines: Mapping[str, list[str]]) -> dict[str, dict[str, str]]:
    """What `behind` wrote, by figure: each with its publication and the fields that its citation is made of."""
    printing = {row["publication"]: row for row in csv.DictReader(lines["publications"])}
    return {
        row["figure"]: {**row, **_fields(row, printing[row["publication"]])} for row in csv.DictReader(lines["figures"])
    }


def _fields(row: Row, source: Row) -> dict[str, str]:
    return {
        **source,
        "what": f"{row['maker']}, {row['measure']}, {row['place']}, {row['period']} ({row['status'].replace('_', ' ')})",
        "printed": f"“{row['printed']}” {row['unit_printed']}",
        "source": f"{source['publisher']}: {source['title']}",
        "vintage": f"{source['release']}, {source['release_date']}",
    }


def figure_citation(row: Row, source: Row) -> str:
    """A figure (a row of `figures.csv`) and its publication: who, what, as printed, where, and of which release."""
    labelled = {**row, **_labels(row)}
    return words()["cite_figure"].format(**{**labelled, **_fields(labelled, source)})


def number_citation(number: Row, record: Row, cited: Iterable[str]) -> str:
    """A report's number by its record, the report's provenance, and the citations of the first `CITED` figures behind it."""
    left = len(number["rows"]) - CITED
    more = words()["cite_more"].format(more=left) if left > 0 else ""
    figures = " ".join([*cited, more]).strip() or words()["cite_none"]
    return words()["cite_number"].format(**number, **report_fields(record), figures=figures)


def report_fields(record: Row) -> dict[str, str]:
    """What the citation of a number says of its report."""
    return {"report": record["report"], "made": record["sha256"]["rows"], "code": record["sha256"]["package"]}
