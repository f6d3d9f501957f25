"""An article checked against the figures: a page made on demand, which holds some of its words and is never committed."""

from itertools import groupby
from typing import Any

import pandas as pd

from analysis.cleaning.processed import write_whole
from analysis.extracting.claims import checked_claims, claims_in
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
    AGREES: "agree",
    ROUNDS: "round a known figure",
    OLDER: "agree with an older one",
    CONTRADICTS: "contradict",
    NEW: "are new",
    UNREAD: "can't be held against any",
}


def write_page(project: Project, article: Article, read: Read) -> str:
    """Write `reports/articles/ID.html`; its place in the project."""
    write_whole(project.reports / "articles", {f"{article.id}.html": article_page(article, read)})
    return project.name(project.reports / "articles" / f"{article.id}.html")


def article_page(article: Article, read: Read) -> str:
    """The figures of an article, each with its words and how it stands against the known ones, and its claims, tested."""
    counts = [(sum(held.verdict == verdict for _, held in read.figures), told) for verdict, told in _TOLD.items()]
    claims = claims_in(article, read)
    shown = {"article": article, "figures": [_figure(*row) for row in read.figures], "claims": _claims(claims)}
    return rendered("article.html.j2", counts=[(count, told) for count, told in counts if count], **shown)


def _figure(one: Proposal, held: Known) -> dict[str, Any]:
    start = one.start - one.sentence_start
    words = one.context
    return {
        "sentence": one.sentence, "before": words[:start], "printed": one.printed, "after": words[start + len(one.printed) :],
        "what": f"{capital(label(one.measure))}, {one.place}", "period": one.read_as, "unit": one.unit,
        "maker": maker_label(one.maker), "verdict": held.verdict, "known": held.text, "confidence": confidence(one, held),
        "unsure": [doubt.removeprefix("? ") for doubt in unsure(one, held)],
        "basis": [f"{column.replace('_', ' ')}: {how}" for column, how in one.basis.items() if not how.startswith("?")],
    }  # fmt: skip


def _claims(claims: pd.DataFrame) -> list[dict[str, Any]]:
    checked = checked_claims(claims)
    by_name = {row.claim: row for row in records(claims)}
    told = []
    for name, rows in groupby(records(checked), key=lambda row: row.claim):
        said, of_claim = by_name[name], list(rows)
        every = pd.DataFrame(of_claim)
        makers = [list(group) for _, group in groupby(of_claim, key=lambda row: row.maker)]
        told.append({
            "what": f"{capital(label(said.measure))}, {said.place}", "wording": said.wording, "kind": said.kind,
            "verdict": verdict_of(every), "found": [_found(group) for group in makers],
        })  # fmt: skip
    return told


def _found(rows: list[Any]) -> dict[str, str]:
    """What one maker's figures say of a claim, on the article's day and now."""
    said = [
        f"{_tested(row)}: {row.verdict}" if row.rows else f"{row.verdict}: {row.reason}" for row in (rows[0], rows[-1])
    ]
    return {"maker": maker_label(rows[0].maker) if rows[0].maker else "nobody", "then": said[0], "now": said[1]}


def _tested(row: Any) -> str:
    return f"rank {row.found:.0f}" if row.unit == "rank" else number(row.found, row.unit).text
