"""What is known of what an article says: each figure held against those of every release, and its claims tested."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import nan
from typing import Protocol

import pandas as pd

from analysis.articles.cues import MEASURES
from analysis.articles.sentences import (
    AGREES,
    CLAIM,
    CONTRADICTS,
    NEW,
    OLDER,
    ROUNDS,
    UNREAD,
    Proposal,
)
from analysis.cleaning.claims import sound_claims
from analysis.cleaning.figures import PERIOD, period_cells, read_period_of, value_cells
from analysis.cleaning.raw import CLAIM_COLUMNS
from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import last_day
from analysis.tables import records
from analysis.vintages.claims import judge_claims, limits
from analysis.vintages.precedence import one_per_release
from analysis.vintages.series import LATEST, figures_seen, processed
from notebook_runner.errors import Problems

_CLAIMED = ("rank", "times")  # units of figures that many others decide


def known(proposals: list[Proposal], published: str) -> list[Proposal]:
    """Each proposal held against the figures of its agency (of all agencies, where it names none) seen on a day.

    Limits are those of its wording (`limits`); a published figure that rounds to the one printed is named with all its digits.
    What nobody had printed on the day is held against what was printed since. An article is no evidence for an article.
    """
    then = _seen(published or LATEST)
    now = _seen(LATEST)
    compared = []
    for proposal in proposals:
        verdict, text, release = _against(proposal, published, then)
        verdict_now, text_now, _ = _against(proposal, published, now)
        if verdict == NEW != verdict_now:
            text += f"; since then: {text_now}"
        compared.append(replace(proposal, verdict=verdict, known=text, release=release))
    return compared


def _seen(day: str) -> pd.DataFrame:
    """What every release of others than articles had printed on a day, the newest first, with its publisher's short name."""
    publications = processed("publications.csv").set_index("publication")
    publishers = publications["publisher"].str.partition(" (")[0]
    seen = one_per_release(figures_seen(day, "others")).dropna(subset="value")
    order = seen.sort_values(
        ["release_date", "release"], ascending=False, kind="stable"
    )
    return order.assign(publisher=order["publication"].map(publishers))


def _against(
    proposal: Proposal, published: str, seen: pd.DataFrame
) -> tuple[str, str, str]:
    """How a proposal compares with figures: a word, the whole in words, and the newest release that agrees."""
    if proposal.unit in _CLAIMED:
        return CLAIM, f"{CLAIM}: tested on the page of the article", ""
    try:
        stated, days = _read(proposal, published)
    except UnreadableError as error:
        return UNREAD, f"can't be held against any figure: {error}", ""
    rows = _same_figures(proposal, days, seen)
    if not rows:
        return NEW, f"{NEW}: no such figure was printed before", ""
    newest = rows[0]
    agreeing = next((row for row in rows if limits(stated).hold(row.value)), None)
    if not agreeing:
        return CONTRADICTS, f"{CONTRADICTS} {_named(newest)}", ""
    text = f"{AGREES} {_named(agreeing)}"
    if agreeing is not newest:
        text = f"{OLDER} {_named(agreeing)}; revised since: {_named(newest)}"
        return OLDER, text, agreeing.release
    if stated.qualifier in ("exact", "about") and agreeing.value != stated.value:
        text = f"{ROUNDS} {agreeing.value:,.12g} ({agreeing.publisher} {agreeing.release_date})"
        return ROUNDS, text, agreeing.release
    return AGREES, text, agreeing.release


def _same_figures(
    proposal: Proposal, days: list[str], seen: pd.DataFrame
) -> list["_Seen"]:
    """The figures of a proposal's measure, place and agency, and of its period where it has one."""
    same = (seen["measure"] == proposal.measure) & (seen["place"] == proposal.place)
    if proposal.agency != "press":
        same &= seen["agency"] == proposal.agency
    if proposal.read_as:
        same &= (seen[PERIOD[1:]] == days).all(axis=1)
    return list(records(seen[same]))


@dataclass
class _RawRow:
    """A proposal in the columns of a raw row."""

    measure: str
    printed: str
    period: str
    published: str
    unit: str
    unit_printed: str
    status: str = ""
    note: str = ""


@dataclass
class _Stated:
    """What a proposal prints, in the unit kept; NaN where it sets no number."""

    value: float
    low: float
    high: float
    rounding_unit: float
    qualifier: str


def _read(proposal: Proposal, published: str) -> tuple[_Stated, list[str]]:
    """What a proposal prints, and the days of its period, both read as cleaning reads a raw row."""
    row = _RawRow(
        proposal.measure,
        proposal.printed,
        proposal.read_as,
        published,
        proposal.unit,
        proposal.unit,
    )
    days = period_cells(read_period_of(row))[1:]
    *numbers, qualifier, _ = value_cells(row)
    value, low, high, rounding_unit = (
        nan if number is None else float(number) for number in numbers
    )
    return _Stated(value, low, high, rounding_unit, str(qualifier)), days


class _Seen(Protocol):
    publisher: str
    release: str
    release_date: str
    value: float


def _named(row: _Seen) -> str:
    return f"{row.publisher} {row.release_date} ({row.value:,.12g})"


def claims_of(
    article: str, published: str, proposals: Iterable[Proposal]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What an article (its id) claims by figures and comparisons, as processed, and each held against every agency's figures.

    The second is as `judge_claims` gives it. Those that can't be tested by their form (no year, say) are left out.
    """
    tested = [
        proposal
        for proposal in proposals
        if proposal.base or MEASURES[proposal.measure].get("tested", True)
    ]
    cells = [_claim(proposal, number) for number, proposal in enumerate(tested, 1)]
    rows = pd.DataFrame(cells, columns=[*CLAIM_COLUMNS, "raw_line"])
    rows = rows.assign(article=article, raw_file=article)
    day = last_day(published).isoformat() if published else LATEST
    entry = {"sha256": "-", "published": published, "available": day}
    claims = sound_claims(rows, pd.DataFrame(entry, index=[article]), Problems())
    return claims, judge_claims(claims)


def _claim(proposal: Proposal, number: int) -> dict[str, str | int]:
    """A proposal as a row of claims.csv."""
    kind, measure = MEASURES[proposal.measure].get("claim", ("level", proposal.measure))
    unit = proposal.unit
    if proposal.base:
        kind = "comparison"
        measure = proposal.measure
        unit = "times"
    return dict.fromkeys(CLAIM_COLUMNS, "") | {
        "id": f"claim-{number}",
        "raw_line": number,
        "locator": proposal.locator,
        "wording": proposal.printed,
        "stated": proposal.printed,
        "kind": kind,
        "measure": measure,
        "unit": unit,
        "place": proposal.place,
        "period": proposal.read_as,
        "base_period": proposal.base,
        "agency": "" if proposal.agency == "press" else proposal.agency,
    }
