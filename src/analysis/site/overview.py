"""The pages over all reports: index, all figures, those nowhere read officially, what moved, what verify found."""

import json
import re
import tomllib
from datetime import date
from itertools import groupby
from typing import Any

import nbformat
import pandas as pd

from analysis.display.numbers import Link, slug
from analysis.display.records import shown
from analysis.precision import digits
from analysis.review.changes import Changes, table
from analysis.sections.evidence import unofficial
from analysis.site.render import rendered
from analysis.site.report_page import markdown, question, title
from analysis.site.whole import PAGES
from analysis.tables import read_processed, records
from analysis.vocabulary import agency_label, label
from notebook_runner.catalogue import read_catalogue
from notebook_runner.errors import InputError, Problem, Problems
from notebook_runner.files import sha256
from notebook_runner.project import Project

_DECISIONS = "approved|changes wanted|rejected"


def pages_of_all(project: Project) -> dict[str, str]:
    """The pages over all reports, by file name."""
    return {name: make(project) for name, make in zip(PAGES, (index_page, figures_page, glossary_page), strict=True)}


def index_page(project: Project) -> str:
    """All reports in `reports`, in the order of the catalogue.

    Each is a card with its question, finding, first chart and parameters, and what reviewers decided.
    """
    folders = {path.parent.name: path.parent for path in sorted(project.reports.glob("*/provenance.json"))}
    order, reviews = list(read_catalogue(project)), read_reviews(project)
    cards = []
    for name, folder in sorted(folders.items(), key=lambda item: [*order, item[0]].index(item[0])):
        notebook = nbformat.read(folder / "report.ipynb", as_version=4)
        record = json.loads((folder / "provenance.json").read_text("utf-8"))
        decided = [review for review in reviews if review["report"] == name]
        card = {"name": name, "title": title(notebook), "question": question(notebook), "reviews": decided}
        cards.append({**card, "picture": _picture(notebook, name), "parameters": record["parameters"]})
    return rendered("index.html.j2", cards=cards, reviews=reviews)


def read_reviews(project: Project) -> list[dict[str, Any]]:
    """Every decision by its six keys, and whether it is `stale`: the report is another than the one reviewed.

    None if there is no file. Raises InputError with each entry and key that is missing, unknown or wrong.
    """
    path, problems = project.reports / "reviews.toml", Problems()
    try:
        entries = tomllib.loads(path.read_text("utf-8") if path.exists() else "")
    except (ValueError, OSError) as error:
        raise InputError([Problem(project.name(path), 0, "", str(error), "write it as TOML in UTF-8")]) from None
    reviews = entries.pop("review", [])
    if entries or not (isinstance(reviews, list) and all(isinstance(review, dict) for review in reviews)):
        problems.add(project.name(path), 0, "", ", ".join(entries) or "review", "every entry begins with [[review]]")
        reviews = []
    files = {file.parent.name: file for file in sorted(project.reports.glob("*/report.ipynb"))}
    form = {
        "report": ("|".join(files), f"write one of: {', '.join(files)}"),
        "reviewer": (r".*\S.*", "write the reviewer's name"),
        "date": (date, "write a date without quotes, such as 2026-01-31"),
        "sha256": ("[0-9a-f]{64}", "write what sha256sum gives of report.ipynb"),
        "decision": (_DECISIONS, f"write one of: {_DECISIONS.replace('|', ', ')}"),
        "remark": (r"(?s:.*)", "write a text, which may be empty"),
    }
    for place, review in enumerate(reviews, start=1):
        for key in {**form, **review}:
            right, remedy = form.get(key, (None, f"is no key of a review; its keys are {', '.join(form)}"))
            if not _is(right, review.get(key)):
                problems.add(project.name(path), 0, f"review {place}, {key}", str(review.get(key, "nothing")), remedy)
    problems.raise_any()
    return [{**review, "stale": sha256(files[review["report"]]) != review["sha256"]} for review in reviews]


def _is(right: Any, value: Any) -> bool:
    if isinstance(right, str) and isinstance(value, str):
        return bool(re.fullmatch(right, value))
    return type(value) is right


def _picture(notebook: Any, name: str) -> str:
    """The first chart of a notebook as an ornament: without its words, its ids named after the report."""
    charts = "".join(forms.get("text/html", "") for forms in shown(notebook))
    svg = re.search(r"<svg\b.*?</svg>", charts, re.DOTALL)
    bare = re.sub(r"<!--.*?-->|<text\b.*?</text>", "", svg[0], flags=re.DOTALL) if svg else ""
    return re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", bare)


def figures_page(project: Project) -> str:
    """Every processed figure as a table that the page's script searches; it stands there whole without."""
    publications = read_processed(project, "publications.csv")
    figures = read_processed(project, "figures.csv")
    said, without = unofficial(figures)
    figures = _as_shown(figures, list(publications["publication"]))
    figures["read_from"] += figures["figure"].isin(without).map({True: ", none official", False: ""})
    listed = [(row, Link(row.publication, row.url)) for row in records(publications)]
    return rendered("figures.html.j2", ("figures.js",), said=said, figures=list(records(figures)), publications=listed)


def _as_shown(figures: pd.DataFrame, publications: list[str]) -> pd.DataFrame:
    """The figures' words as the table prints them, sorted by measure, place, period and vintage."""
    year = figures["period_start"].str[:4]
    span = figures["period_start"] + " to " + figures["period_end"]
    on = (" on " + figures["base_start"].str[:4]).where(figures["base_start"] != "", "")
    plain = figures[["value", "low", "high"]].map(digits).replace("nan", "")
    ends = {end: (word + plain[end]).where(plain[end] != "", "") for end, word in (("low", "from "), ("high", " to "))}
    return figures.assign(
        period=year.where(figures["period_kind"] == "calendar_year", span) + on,
        value=plain["value"].where(plain["value"] != "", (ends["low"] + ends["high"]).str.strip()),
        status=figures["status"].str.replace("_", " ") + figures["set_aside"].map({True: ", set aside", False: ""}),
        agency=figures["agency"].map(agency_label),
        measure=figures["measure"].map(label),
        at=figures["publication"].map({name: place for place, name in enumerate(publications)}),
    ).sort_values(["measure", "place", "period", "release_date", "figure"], kind="stable")


def glossary_page(project: Project) -> str:
    """The glossary as a page; each term has an address of its own, such as `#coca-area`."""
    text = markdown(project.glossary.read_text("utf-8").partition("\n")[2])
    return rendered("glossary.html.j2", text=re.sub(r"(?<=<strong>)[^<.]+", _terms, text))


def _terms(match: re.Match[str]) -> str:
    return ", ".join(f'<dfn id="{slug(term)}">{term}</dfn>' for term in match[0].split(", "))


def changes_page(changes: Changes) -> str:
    """The numbers that moved since a commit, by report, as a page."""
    reports = [(name, list(moves)) for name, moves in groupby(changes.moves, key=lambda move: move.report)]
    return rendered("changes.html.j2", changes=changes, reports=[(name, table(moves)) for name, moves in reports])


def verdicts_page(verdicts: list[Any]) -> str:
    """What `verify` found, old and new side by side, as a page; of a copy only texts are shown, never its markup."""
    return rendered("verdicts.html.j2", verdicts=verdicts)
