"""What an article claims, as rows that the claims evaluator takes: levels, multiples, records, ranks, shares, comparisons."""

from dataclasses import replace

import pandas as pd

from analysis.cleaning.claims import clean_claims
from analysis.cleaning.raw import CLAIM_COLUMNS, RawTables
from analysis.errors import InputError
from analysis.extracting.cues import MEASURES
from analysis.extracting.proposals import Proposal
from analysis.extracting.release import Article, Read
from analysis.reading.periods import last_day
from analysis.vintages.claims import hold_claims


def claims_of(article: Article, read: Read) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The claims of an article as processed, and each held against every maker's figures, as `hold_claims` gives them.

    Those that can't be tested by their form (no year, say) are left out.
    """
    proposals = [one for one, _ in read.figures if MEASURES[one.measure].get("tested", True)]
    rows = [_row(article, one, number) for number, one in enumerate([*proposals, *read.comparisons], start=1)]
    cleaned = [table for row in rows for table in _cleaned(article, row)]
    claims = pd.concat(cleaned, ignore_index=True) if cleaned else pd.DataFrame(columns=["claim"])
    return claims, hold_claims(claims) if cleaned else claims


def _row(article: Article, one: Proposal, number: int) -> dict[str, str | int]:
    kind, measure = (
        ("comparison", one.measure) if one.base else MEASURES[one.measure].get("claim", ("level", one.measure))
    )
    cells = {
        "id": f"claim-{number}", "article": article.id, "locator": one.locator, "wording": one.printed, "kind": kind,
        "measure": measure, "place": one.place, "period": one.read_as, "base_period": one.base, "stated": one.printed,
        "unit": "times" if one.base else one.unit, "estimates": "" if one.maker == "press" else one.maker,
    }  # fmt: skip
    return {**dict.fromkeys(CLAIM_COLUMNS, ""), **cells, "raw_file": article.id, "raw_line": 0}


def _cleaned(article: Article, row: dict[str, str | int]) -> list[pd.DataFrame]:
    day = last_day(article.published).isoformat() if article.published else ""
    listed = pd.DataFrame({"sha256": ["-"], "published": [article.published], "available": [day]}, index=[article.id])
    nothing, claims = pd.DataFrame(), pd.DataFrame([row])
    try:
        return [clean_claims(replace(RawTables(*[nothing] * 5), claims=claims), listed)]
    except InputError:
        return []
