"""An article checked against the figures: a page made on demand, which holds some of its words and is never committed."""

from collections import Counter
from typing import Any

from analysis.articles.known_figures import claims_of
from analysis.articles.release_file import Article
from analysis.articles.sentences import (
    AGREES,
    CLAIM,
    CONTRADICTS,
    NEW,
    OLDER,
    ROUNDS,
    UNREAD,
    Story,
)
from analysis.display.numbers import number
from analysis.site.render import rendered
from analysis.tables import records
from analysis.vintages.claims import verdict_of
from analysis.vocabulary import agency_label, label
from notebook_runner.files import write_whole
from notebook_runner.project import Project

_TOLD = {
    AGREES: "agree",
    ROUNDS: "round a known figure",
    OLDER: "agree with an older one",
    CONTRADICTS: "contradict",
    NEW: "are new",
    CLAIM: "are tested as claims",
    UNREAD: "can't be held against any",
}


def write_page(project: Project, article: Article, read: Story) -> str:
    """Write `reports/articles/ID.html`; its place in the project."""
    write_whole(
        project.reports / "articles",
        {f"{article.id}.html": article_page(article, read)},
    )
    return project.name(project.reports / "articles" / f"{article.id}.html")


def article_page(article: Article, read: Story) -> str:
    """The figures of an article, each with its words and how it stands against the known ones, and its claims, tested."""
    words: dict[str, Any] = {
        "agency_label": agency_label,
        "label": label,
        "tested": _tested,
        "told": _TOLD,
    }
    counts = Counter(one.verdict for one in read.figures)
    claims = _claims(article, read)
    return rendered(
        "article.html.j2",
        article=article,
        figures=read.figures,
        counts=counts,
        claims=claims,
        **words,
    )


def _claims(article: Article, read: Story) -> list[tuple[Any, ...]]:
    """Each claim, the verdict of all agencies, and of each agency who, and what its figures say on the article's day and now."""
    claims, checked = claims_of(
        article.id, article.published, [*read.figures, *read.comparisons]
    )
    told = []
    for said in records(claims):
        rows = checked[checked["claim"] == said.claim]
        by_agency = [
            list(records(group)) for _, group in rows.groupby("agency", sort=False)
        ]
        told.append(
            (
                said,
                verdict_of(rows),
                [(of[0].agency, of[0], of[-1]) for of in by_agency],
            )
        )
    return told


def _tested(row: Any) -> str:
    if not row.rows:
        return f"{row.verdict}: {row.reason}"
    return f"{'rank ' * (row.unit == 'rank')}{number(row.found, row.unit).text}: {row.verdict}"
