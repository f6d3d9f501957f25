"""Build `data/processed`, whole or not at all."""

from typing import Any

import pandas as pd

from analysis.cleaning.claims import clean_claims
from analysis.cleaning.datapackage import datapackage, sources
from analysis.cleaning.events import clean_events
from analysis.cleaning.figures import clean_breaks, clean_figures
from analysis.cleaning.raw import read_raw
from analysis.cleaning.validation import check_gate
from analysis.schema import TABLES
from analysis.vintages.precedence import KEY, check_agreement, newest_release
from notebook_runner.errors import ReportFailed
from notebook_runner.files import write_whole
from notebook_runner.project import Project


def build_processed(project: Project) -> pd.DataFrame:
    """Clean the raw figures into `data/processed` and return them; InputError, and nothing written, if any is wrong.

    ReportFailed, and nothing written either, if a raw file was changed meanwhile.
    """
    made_from = sources(project)
    raw = read_raw(project)
    figures, publications = clean_figures(raw)
    check_gate(figures)
    check_agreement(figures)
    order = [*KEY, "release_date", "release", "publication"]
    figures = figures.sort_values(order, kind="stable").reset_index(drop=True)
    tables = {
        "figures.csv": figures,
        "series.csv": newest_release(figures),
        "breaks.csv": clean_breaks(raw),
        "claims.csv": clean_claims(raw.claims, publications),
        "events.csv": clean_events(raw.events, publications),
        "publications.csv": publications.reset_index().sort_values("publication"),
    }
    contents = {name: _csv(table[TABLES[name]]) for name, table in tables.items()}
    encoded = {name: text.encode() for name, text in contents.items()}
    contents["datapackage.json"] = datapackage(project, encoded)
    if sources(project) != made_from:
        raise ReportFailed("data/raw was changed while it was read; run it again")
    write_whole(project.processed, contents)
    return figures


def _csv(table: pd.DataFrame) -> str:
    table = table.copy()
    for name in table.select_dtypes("bool"):
        table[name] = table[name].map({True: "true", False: "false"})
    return table.to_csv(index=False, lineterminator="\n", float_format=_plain)


def _plain(number: Any) -> str:
    return f"{number:.12g}" if abs(number) < 1e12 else f"{number:.0f}"
