"""The page of all processed figures, and of those that were nowhere read on their publisher's own page."""

import pandas as pd

from analysis.display.numbers import Link
from analysis.precision import digits
from analysis.sections.evidence import unofficial
from analysis.site.render import rendered
from analysis.tables import read_processed, records
from analysis.vocabulary import agency_label, label
from notebook_runner.project import Project


def figures_page(project: Project) -> str:
    """Every processed figure as a table that the page's script searches; it stands there whole without."""
    publications = read_processed(project, "publications.csv")
    figures = read_processed(project, "figures.csv")
    said, without = unofficial(figures)
    figures = _as_shown(figures, list(publications["publication"]))
    figures["read_from"] += (
        figures["figure"].isin(without).map({True: ", none official", False: ""})
    )
    listed = [(row, Link(row.publication, row.url)) for row in records(publications)]
    return rendered(
        "figures.html.j2",
        ("figures.js",),
        said=said,
        figures=list(records(figures)),
        publications=listed,
    )


def _as_shown(figures: pd.DataFrame, publications: list[str]) -> pd.DataFrame:
    """The figures' words as the table prints them, sorted by measure, place, period and vintage."""
    year = figures["period_start"].str[:4]
    span = figures["period_start"] + " to " + figures["period_end"]
    on = (" on " + figures["base_start"].str[:4]).where(figures["base_start"] != "", "")
    plain = figures[["value", "low", "high"]].map(digits).replace("nan", "")
    ends = {
        end: (word + plain[end]).where(plain[end] != "", "")
        for end, word in (("low", "from "), ("high", " to "))
    }
    return figures.assign(
        period=year.where(figures["period_kind"] == "calendar_year", span) + on,
        value=plain["value"].where(
            plain["value"] != "", (ends["low"] + ends["high"]).str.strip()
        ),
        status=figures["status"].str.replace("_", " ")
        + figures["set_aside"].map({True: ", set aside", False: ""}),
        agency=figures["agency"].map(agency_label),
        measure=figures["measure"].map(label),
        at=figures["publication"].map(
            {name: place for place, name in enumerate(publications)}
        ),
    ).sort_values(
        ["measure", "place", "period", "release_date", "figure"], kind="stable"
    )
