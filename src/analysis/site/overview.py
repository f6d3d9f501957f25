"""The pages over all reports: index, all figures, glossary."""

import json
import re
from typing import Any

import nbformat

from analysis.display.numbers import MIME, slug
from analysis.display.records import markup, shown
from analysis.site.figures_page import figures_page
from analysis.site.prose import markdown
from analysis.site.render import rendered
from analysis.site.report_page import question, title
from analysis.site.reviews import read_reviews
from notebook_runner.catalogue import read_catalogue
from notebook_runner.project import Project


def pages_of_all(project: Project) -> dict[str, str]:
    """The pages over all reports, by file name."""
    return {
        "index.html": index_page(project),
        "figures.html": figures_page(project),
        "glossary.html": glossary_page(project),
    }


def index_page(project: Project) -> str:
    """All reports in `reports`, in the order of the catalogue.

    Each is a card with its question, finding, first chart and parameters, and what reviewers decided.
    """
    folders = {
        path.parent.name: path.parent
        for path in sorted(project.reports.glob("*/provenance.json"))
    }
    order, reviews = list(read_catalogue(project)), read_reviews(project)
    cards = []
    for name, folder in sorted(
        folders.items(), key=lambda item: [*order, item[0]].index(item[0])
    ):
        notebook = nbformat.read(folder / "report.ipynb", as_version=4)
        record = json.loads((folder / "provenance.json").read_text("utf-8"))
        decided = [review for review in reviews if review["report"] == name]
        card = {
            "name": name,
            "title": title(notebook, name),
            "question": question(notebook, name),
            "reviews": decided,
        }
        cards.append(
            {
                **card,
                "picture": _picture(notebook, name),
                "parameters": record["parameters"],
            }
        )
    return rendered("index.html.j2", cards=cards, reviews=reviews)


def _picture(notebook: Any, name: str) -> str:
    """The first chart of a notebook as an ornament: without its words, its ids named after the report."""
    charts = "".join(markup(forms) for forms in shown(notebook) if MIME in forms)
    svg = re.search(r"<svg\b.*?</svg>", charts, re.DOTALL)
    bare = (
        re.sub(r"<!--.*?-->|<text\b.*?</text>", "", svg[0], flags=re.DOTALL)
        if svg
        else ""
    )
    return re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", bare)


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
