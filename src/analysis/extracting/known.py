"""What is known of a proposed figure: every release's figure of the same, as a reader of the article's day had it."""

from math import nan
from types import SimpleNamespace
from typing import Any, NamedTuple

import pandas as pd

from analysis.cleaning.figures import NUMBERS, PERIOD, period_cells, read_period_of, value_cells
from analysis.cleaning.processed import read_processed
from analysis.extracting.proposals import Proposal
from analysis.project import here
from analysis.reading.numerals import UnreadableError
from analysis.tables import records
from analysis.vintages.claims import limits
from analysis.vintages.releases import one_per_release
from analysis.vintages.series import LATEST, figures_seen
from analysis.vocabulary import measures

AGREES, ROUNDS, OLDER, CONTRADICTS = "agrees with", "rounds", "agrees with the older", "contradicts"
NEW, UNREAD, CLAIM = "new", "unread", "a claim"
_CLAIMED = ("rank", "times")  # units of figures that many others decide


class Known(NamedTuple):
    """How a figure stands against what is known: a word of the above, the whole in words, the newest release that agrees."""

    verdict: str
    text: str
    release: str = ""


def known(proposals: list[Proposal], published: str) -> list[Known]:
    """Each proposal held against the figures of its maker (of all makers, where it names none) seen on a day.

    Limits are those of its wording (`limits`); a published figure that rounds to the one printed is named with all its digits.
    What nobody had printed on the day is held against what was printed since. An article is no evidence for an article.
    """
    publishers = read_processed(here(), "publications.csv").set_index("publication")["publisher"]
    tables = [one_per_release(figures_seen(day, "others")) for day in dict.fromkeys((published or LATEST, LATEST))]
    named = [table.assign(publisher=table["publication"].map(publishers).str.partition(" (")[0]) for table in tables]
    found = []
    for one in proposals:
        then, now = (_known(one, published, table) for table in (named[0], named[-1]))
        later = then.verdict == NEW != now.verdict
        found.append(then._replace(text=f"{then.text}; since then: {now.text}") if later else then)
    return found


def _known(one: Proposal, published: str, seen: pd.DataFrame) -> Known:
    if one.unit in _CLAIMED:
        return Known(CLAIM, f"{CLAIM}: tested on the page of the article")
    row = SimpleNamespace(
        measure=one.measure, period=one.read_as, printed=one.printed, unit=one.unit, unit_printed=one.unit, published=published,
        status="", note="",
    )  # fmt: skip
    try:
        days = dict(zip(PERIOD, period_cells(read_period_of(row)), strict=True))
        cells = value_cells(row, measures()[one.measure].unit)
    except UnreadableError as error:
        return Known(UNREAD, f"can't be held against any figure: {error}")
    mine = (seen["measure"] == one.measure) & (seen["place"] == one.place) & seen["value"].notna()
    mine &= (seen["estimate_by"] == one.maker) | (one.maker == "press")
    for day in PERIOD[1:] if one.read_as else []:
        mine &= seen[day] == days[day]
    same = seen[mine].sort_values(["release_date", "release"], ascending=False, kind="stable")
    said = dict(zip([*NUMBERS, "qualifier", "unit"], (nan if cell is None else cell for cell in cells), strict=True))
    return _against(SimpleNamespace(**said), list(records(same)))


def _against(said: Any, same: list[Any]) -> Known:
    """How what is said stands against the figures of several releases, the newest first."""
    agreeing = [row for row in same if limits(said).hold(row.value)]
    if not same:
        return Known(NEW, "new: no such figure was printed before")
    if not agreeing:
        return Known(CONTRADICTS, f"{CONTRADICTS} {_named(same[0])}")
    first = agreeing[0]
    if first is not same[0]:
        return Known(OLDER, f"{OLDER} {_named(first)}; revised since: {_named(same[0])}", first.release)
    if said.qualifier in ("exact", "about") and first.value != said.value:
        return Known(ROUNDS, f"{ROUNDS} {first.value:,.12g} ({first.publisher} {first.release_date})", first.release)
    return Known(AGREES, f"{AGREES} {_named(first)}", first.release)


def _named(row: Any) -> str:
    return f"{row.publisher} {row.release_date} ({row.value:,.12g})"
