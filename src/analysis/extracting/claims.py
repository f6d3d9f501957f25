"""What an article claims, as rows that the claims evaluator takes: levels, multiples, records, ranks, shares, comparisons."""

from dataclasses import asdict, dataclass
from types import SimpleNamespace
from typing import cast

import pandas as pd

from analysis.cleaning.claims import clean_claims
from analysis.cleaning.raw import CLAIM_COLUMNS, RawTables
from analysis.errors import InputError
from analysis.extracting.proposals import Proposal
from analysis.extracting.release import Article, Read
from analysis.reading.periods import last_day
from analysis.vintages.claims import hold_claims

_PLAIN = {"press": ""}
# What a measure of an article is claimed of, and how it is tested; all others are levels.
_KINDS = {
    "coca_area_ratio": ("ratio", "coca_area"), "cocaine_output_record": ("record", "cocaine_output"),
    "cocaine_trade_record": ("record", "cocaine_trade_record"), "cocaine_output_rank": ("rank", "cocaine_output"),
    "us_cocaine_origin_share": ("share", "us_cocaine_origin_share"),
}  # fmt: skip
_NO_CLAIMS = ("policy_", "coca_income", "wage_", "_change")


@dataclass(frozen=True)
class Claim:
    """A claim as `clean_claims` reads it."""

    id: str
    article: str
    locator: str
    wording: str
    kind: str
    measure: str
    place: str
    period: str
    base_period: str
    stated: str
    unit: str
    estimates: str
    over: str = ""
    note: str = ""


def claims_in(article: Article, read: Read) -> pd.DataFrame:
    """The claims of an article as processed; those that can't be tested by their form (no year, say) are left out."""
    proposals = [one for one, _ in read.figures if not any(part in one.measure for part in _NO_CLAIMS)]
    listed = [_claim(article, one, number) for number, one in enumerate([*proposals, *read.comparisons], start=1)]
    cleaned = [table for claim in listed if (table := _cleaned(article, claim)) is not None]
    return pd.concat(cleaned, ignore_index=True) if cleaned else pd.DataFrame(columns=["claim"])


def checked_claims(claims: pd.DataFrame) -> pd.DataFrame:
    """The claims held against every maker's figures, on the article's day and now; as `hold_claims` gives them."""
    return hold_claims(claims) if len(claims) else claims


def _claim(article: Article, one: Proposal, number: int) -> Claim:
    kind, measure = ("comparison", one.measure) if one.base else _KINDS.get(one.measure, ("level", one.measure))
    locator = f"sentence {one.sentence}, characters {one.start}-{one.end}"
    unit = {"ratio": "times", "comparison": "times"}.get(kind, one.unit)
    who = _PLAIN.get(one.maker, one.maker)
    words = (locator, one.printed, kind, measure, one.place, one.read_as, one.base, one.printed, unit, who)
    return Claim(f"claim-{number}", article.id, *words)


def _cleaned(article: Article, claim: Claim) -> pd.DataFrame | None:
    rows = pd.DataFrame(
        [{**asdict(claim), "raw_file": article.id, "raw_line": 0}], columns=[*CLAIM_COLUMNS, "raw_file", "raw_line"]
    )
    day = last_day(article.published).isoformat() if article.published else ""
    listed = pd.DataFrame({"sha256": ["-"], "published": [article.published], "available": [day]}, index=[article.id])
    try:
        return clean_claims(cast(RawTables, SimpleNamespace(claims=rows)), listed)
    except InputError:
        return None
