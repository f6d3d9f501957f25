"""The pages over all reports: the index, the figures that were nowhere read officially, what moved, what verify found."""

import json
import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

from analysis.project import Project
from analysis.reporting.numbers import slug
from analysis.reporting.page.render import rendered
from analysis.reporting.page.report import markdown, title

if TYPE_CHECKING:
    from analysis.reporting.changes import Changes


def index_page(project: Project) -> str:
    """The list of all reports in `reports`, by name, each with its finding, parameters and what reviewers decided."""
    import nbformat

    from analysis.reporting.reviews import read_reviews

    cards, reviews = [], read_reviews(project)
    for folder in sorted(path for path in project.reports.iterdir() if (path / "provenance.json").is_file()):
        notebook = nbformat.read(folder / "report.ipynb", as_version=4)
        record = json.loads((folder / "provenance.json").read_text("utf-8"))
        decided = [review for review in reviews if review["report"] == folder.name]
        shown = {"title": title(notebook), "parameters": record["parameters"], "reviews": decided}
        cards.append({"name": folder.name, **shown})
    return rendered("index.html.j2", cards=cards)


def pages_of_all(project: Project) -> dict[str, str]:
    """The pages over all reports, by file name; they are made anew after every run."""
    pages = {"index": index_page, "unofficial": unofficial_page, "glossary": glossary_page}
    return {f"{name}.html": page(project) for name, page in pages.items()}


def glossary_page(project: Project) -> str:
    """The glossary as a page; each term has an address of its own, such as `#coca-area`."""
    text = markdown(project.glossary.read_text("utf-8").partition("\n")[2])
    return rendered("glossary.html.j2", text=re.sub(r"(?<=<strong>)[^<.]+", _terms, text))


def _terms(match: re.Match[str]) -> str:
    return ", ".join(f'<dfn id="{slug(term)}">{term}</dfn>' for term in match[0].split(", "))


def unofficial_page(project: Project) -> str:
    """The figures of the project for which no official reading is at hand, as a page."""
    from analysis.cleaning.processed import read_processed
    from analysis.reporting.evidence import unofficial

    headline, table = unofficial(read_processed(project, "figures.csv"))
    return rendered("unofficial.html.j2", headline=headline, table=table._repr_mimebundle_()["text/html"])


def changes_page(changes: "Changes") -> str:
    """The numbers that moved since a commit, by report, as a page."""
    from analysis.reporting.changes import table

    reports = [(name, list(moves)) for name, moves in groupby(changes.moves, key=lambda move: move.report)]
    return rendered("changes.html.j2", changes=changes, reports=[(name, table(moves)) for name, moves in reports])


def verdicts_page(verdicts: list[Any]) -> str:
    """What `verify` found, old and new side by side, as a page; of a copy only texts are shown, never its markup."""
    return rendered("verdicts.html.j2", verdicts=verdicts)
