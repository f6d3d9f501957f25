"""The pages over all reports: index, all figures, glossary."""

import json
import re
from itertools import groupby
from typing import Any

import nbformat

from analysis.display.numbers import slug
from analysis.site.cards import card_charts, counted_cells
from analysis.site.figures_page import figures_page
from analysis.site.prose import markdown
from analysis.site.render import rendered
from analysis.site.report_page import is_one_page, question, title
from analysis.site.reviews import read_reviews
from notebook_runner.catalogue import read_catalogue
from notebook_runner.project import Project
from notebook_runner.provenance import RECORD


def pages_of_all(project: Project) -> dict[str, str]:
    """The pages over all reports, by file name."""
    return {
        "index.html": index_page(project),
        "figures.html": figures_page(project),
        "glossary.html": glossary_page(project),
    }


def index_page(project: Project) -> str:
    """
    All reports in `reports`, in the order of the catalogue, those of one question together.

    The first leads with its finding and its charts if its notebook prints on one page.
    Each other is a card with its finding, a chart and what reviewers decided.
    """
    order = list(read_catalogue(project))
    reviews = read_reviews(project)
    names = [path.parent.name for path in sorted(project.reports.glob("*/" + RECORD))]
    names.sort(key=lambda name: [*order, name].index(name))
    seen = set[str]()
    cards = [_card(project, name, reviews, seen) for name in names]
    lead = cards.pop(0) if cards and cards[0]["leads"] else None
    groups = [
        (asked, [*found])
        for asked, found in groupby(cards, key=lambda card: str(card["question"]))
    ]
    return rendered("index.html.j2", lead=lead, groups=groups, reviews=reviews)


def _card(
    project: Project, name: str, reviews: list[dict[str, Any]], seen: set[str]
) -> dict[str, Any]:
    """What the index shows of a report; what others `seen` show, it does not show again."""
    folder = project.reports / name
    notebook = nbformat.read(folder / "report.ipynb", as_version=4)
    record = json.loads((folder / "provenance.json").read_text("utf-8"))
    charts = card_charts(notebook, name)
    leads = is_one_page(notebook)
    fresh = [chart for chart in charts if chart["bare"] not in seen] or charts
    finding = title(notebook, name)
    if finding in seen:
        finding = next((chart["title"] for chart in fresh), finding)
    shown = fresh if leads else fresh[:1]
    seen |= {finding, *(chart["bare"] for chart in shown)}
    return {
        "name": name,
        "title": finding,
        "question": question(notebook, name),
        "leads": leads,
        "charts": shown,
        "counts": [] if charts else counted_cells(notebook),
        "parameters": record["parameters"],
        "reviews": [review for review in reviews if review["report"] == name],
    }


def glossary_page(project: Project) -> str:
    """The glossary as a page; each term has an address of its own, such as `#coca-area`."""
    text = markdown(project.glossary.read_text("utf-8").partition("\n")[2])
    return rendered(
        "glossary.html.j2", text=re.sub(r"(?<=<strong>)[^<.]+", _terms, text)
    )


def _terms(match: re.Match[str]) -> str:
    return ", ".join(
        f'<dfn id="{slug(term)}">{term}</dfn>' for term in match[0].split(", ")
    )
