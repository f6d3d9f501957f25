"""An article checked against the figures: a page made on demand, which holds some of its words and is never committed."""

from itertools import groupby
from typing import Any

from analysis.cleaning.processed import write_whole
from analysis.extracting.claims import claims_of
from analysis.extracting.known import AGREES, CONTRADICTS, NEW, OLDER, ROUNDS, UNREAD, Known
from analysis.extracting.proposals import Proposal
from analysis.extracting.release import Article, Read, confidence, unsure
from analysis.project import Project
from analysis.reporting.findings import capital, label
from analysis.reporting.numbers import number
from analysis.reporting.page.render import rendered
from analysis.tables import records
from analysis.vintages.claims import verdict_of
from analysis.vocabulary import maker_label

_TOLD = {
    AGREES: "agree", ROUNDS: "round a known figure", OLDER: "agree with an older one", CONTRADICTS: "contradict",
    NEW: "are new", UNREAD: "can't be held against any",
}  # fmt: skip


def write_page(project: Project, article: Article, read: Read) -> str:
    """Write `reports/articles/ID.html`; its place in the project."""
    write_whole(project.reports / "articles", {f"{article.id}.html": article_page(article, read)})
    return project.name(project.reports / "articles" / f"{article.id}.html")


def article_page(article: Article, read: Read) -> str:
    """The figures of an article, each with its words and how it stands against the known ones, and its claims, tested."""
    verdicts = [held.verdict for _, held in read.figures]
    counts = [(verdicts.count(verdict), told) for verdict, told in _TOLD.items() if verdict in verdicts]
    shown: dict[str, Any] = {"article": article, "figures": [_figure(*row) for row in read.figures]}
    return rendered("article.html.j2", counts=counts, claims=_claims(article, read), **shown)


def _figure(one: Proposal, held: Known) -> dict[str, Any]:
    first, last = one.start - one.sentence_start, one.end - one.sentence_start
    return {
        "one": one, "known": held.text, "words": (one.context[:first], one.context[first:last], one.context[last:]),
        "what": f"{capital(label(one.measure))}, {one.place}", "maker": maker_label(one.maker),
        "contradicts": held.verdict == CONTRADICTS, "confidence": confidence(one, held), "unsure": unsure(one, held),
        "basis": [f"{column.replace('_', ' ')}: {how}" for column, how in one.basis.items() if how[:1] != "?"],
    }  # fmt: skip


def _claims(article: Article, read: Read) -> list[dict[str, Any]]:
    """Each claim with the verdict of all makers, and what each maker's figures say of it, on the article's day and now."""
    claims, checked = claims_of(article, read)
    told = []
    for said in records(claims):
        rows = checked[checked["claim"] == said.claim]
        makers = [list(group) for _, group in groupby(records(rows), key=lambda row: row.maker)]
        found = [
            (maker_label(of[0].maker) if of[0].maker else "nobody", _tested(of[0]), _tested(of[-1])) for of in makers
        ]
        what = f"{capital(label(said.measure))}, {said.place}"
        told.append({"said": said, "what": what, "verdict": verdict_of(rows), "found": found})
    return told


def _tested(row: Any) -> str:
    if not row.rows:
        return f"{row.verdict}: {row.reason}"
    return f"{'rank ' if row.unit == 'rank' else ''}{number(row.found, row.unit).text}: {row.verdict}"
