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
    seen, found = [_seen(day) for day in (published or LATEST, LATEST)], []
    for one in proposals:
        (verdict, text, release), (since, more, _) = (
            _against(one, published, table) for table in seen
        )
        text += f"; since then: {more}" if verdict == NEW != since else ""
        found.append(replace(one, verdict=verdict, known=text, release=release))
    return found


def _seen(day: str) -> pd.DataFrame:
    """What every release of others than articles had printed on a day, the newest first, with its publisher's short name."""
    publishers = (
        processed("publications.csv")
        .set_index("publication")["publisher"]
        .str.partition(" (")[0]
    )
    seen = one_per_release(figures_seen(day, "others")).dropna(subset="value")
    order = seen.sort_values(
        ["release_date", "release"], ascending=False, kind="stable"
    )
    return order.assign(publisher=order["publication"].map(publishers))


def _against(one: Proposal, published: str, seen: pd.DataFrame) -> tuple[str, str, str]:
    """How a proposal compares with figures: a word, the whole in words, and the newest release that agrees."""
    if one.unit in _CLAIMED:
        return CLAIM, f"{CLAIM}: tested on the page of the article", ""
    try:
        said, days = _read(one, published)
    except UnreadableError as error:
        return UNREAD, f"can't be held against any figure: {error}", ""
    mine = (seen["measure"] == one.measure) & (seen["place"] == one.place)
    mine &= (seen["agency"] == one.agency) | (one.agency == "press")
    mine &= (seen[PERIOD[1:]] == days).all(axis=1) | (not one.read_as)
    same = list(records(seen[mine]))
    agreeing = next((row for row in same if limits(said).hold(row.value)), None)
    if not same:
        return NEW, f"{NEW}: no such figure was printed before", ""
    if not agreeing:
        return CONTRADICTS, f"{CONTRADICTS} {_named(same[0])}", ""
    if agreeing is not same[0]:
        return (
            OLDER,
            f"{OLDER} {_named(agreeing)}; revised since: {_named(same[0])}",
            agreeing.release,
        )
    if said.qualifier in ("exact", "about") and agreeing.value != said.value:
        told = f"{ROUNDS} {agreeing.value:,.12g} ({agreeing.publisher} {agreeing.release_date})"
        return ROUNDS, told, agreeing.release
    return AGREES, f"{AGREES} {_named(agreeing)}", agreeing.release


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


def _read(one: Proposal, published: str) -> tuple[_Stated, list[str]]:
    """What a proposal prints, and the days of its period, both read as cleaning reads a raw row."""
    row = _RawRow(one.measure, one.printed, one.read_as, published, one.unit, one.unit)
    days = period_cells(read_period_of(row))[1:]
    *numbers, qualifier, _ = value_cells(row)
    value, low, high, rounding_unit = (
        nan if number is None else float(number) for number in numbers
    )
    return _Stated(value, low, high, rounding_unit, str(qualifier)), days


class _Seen(Protocol):
    publisher: str
    release_date: str
    value: float


def _named(row: _Seen) -> str:
    return f"{row.publisher} {row.release_date} ({row.value:,.12g})"


def claims_of(
    article: str, published: str, said: Iterable[Proposal]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What an article (its id) claims by figures and comparisons, as processed, and each held against every agency's figures.

    The second is as `judge_claims` gives it. Those that can't be tested by their form (no year, say) are left out.
    """
    tested = [
        one for one in said if one.base or MEASURES[one.measure].get("tested", True)
    ]
    cells = [_claim(one, number) for number, one in enumerate(tested, start=1)]
    rows = pd.DataFrame(cells, columns=[*CLAIM_COLUMNS, "raw_line"]).assign(
        article=article, raw_file=article
    )
    day = last_day(published).isoformat() if published else LATEST
    listed = pd.DataFrame(
        {"sha256": ["-"], "published": [published], "available": [day]}, index=[article]
    )
    claims = sound_claims(rows, listed, Problems())
    return claims, judge_claims(claims)


def _claim(one: Proposal, number: int) -> dict[str, str | int]:
    kind, measure = MEASURES[one.measure].get("claim", ("level", one.measure))
    by = "" if one.agency == "press" else one.agency
    cells = dict.fromkeys(CLAIM_COLUMNS, "") | {
        "kind": kind,
        "measure": measure,
        "unit": one.unit,
    }
    cells |= (
        {"kind": "comparison", "measure": one.measure, "unit": "times"}
        if one.base
        else {}
    )
    return cells | {
        "id": f"claim-{number}",
        "raw_line": number,
        "locator": one.locator,
        "wording": one.printed,
        "stated": one.printed,
        "place": one.place,
        "period": one.read_as,
        "base_period": one.base,
        "agency": by,
    }
