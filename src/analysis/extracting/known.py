"""What is known of a proposed figure: every release's figure of the same, as a reader of the article's day had it."""

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

AGREES, ROUNDS, OLDER, NEW, CONTRADICTS, UNREAD = (
    "agrees with",
    "rounds",
    "agrees with the older",
    "new",
    "contradicts",
    "unread",
)
_OTHERS = "others"  # an article is never evidence for an article


class Known(NamedTuple):
    """How a figure stands against what is known: a word of the above, the whole in words, and the rows it rests on."""

    verdict: str
    text: str
    release: str = ""  # the newest that it agrees with
    rows: tuple[str, ...] = ()


def known(proposals: list[Proposal], published: str) -> list[Known]:
    """Each proposal held against the figures of its maker (of all makers, where it names none) seen on a day.

    Limits are those of its wording (`limits`); a published figure that rounds to the one printed is named with all its digits.
    What nobody had printed on the day is held against what was printed since.
    """
    on_day = _held(proposals, published, published or LATEST)
    if not published:
        return on_day
    now = _held(proposals, published, LATEST)
    pairs = zip(on_day, now, strict=True)
    return [
        then._replace(text=f"{then.text}; since then: {since.text}") if _is_new(then, since) else then
        for then, since in pairs
    ]


def _is_new(then: Known, since: Known) -> bool:
    return then.verdict == NEW and since.verdict != NEW


def _held(proposals: list[Proposal], published: str, as_of: str) -> list[Known]:
    seen = one_per_release(figures_seen(as_of, _OTHERS))
    publishers = read_processed(here(), "publications.csv").set_index("publication")["publisher"]
    seen = seen.assign(publisher=seen["publication"].map(publishers).str.partition(" (")[0])
    by_measure = {(str(measure), str(place)): rows for (measure, place), rows in seen.groupby(["measure", "place"])}
    return [_known(one, published, by_measure.get((one.measure, one.place), seen[:0])) for one in proposals]


def cells_of(one: Proposal, published: str) -> dict[str, Any]:
    """A proposal as a processed figure: its period and its limits in the unit kept. UnreadableError if cleaning would refuse it."""
    row = SimpleNamespace(
        measure=one.measure, place=one.place, period=one.read_as, printed=one.printed, unit=one.unit, unit_printed=one.unit,
        published=published, status="", note="",
    )  # fmt: skip
    period = period_cells(read_period_of(row))
    value = value_cells(row, measures()[one.measure].unit)
    return dict(zip([*PERIOD, *NUMBERS, "qualifier", "unit"], [*period, *value], strict=True))


def _known(one: Proposal, published: str, rows: pd.DataFrame) -> Known:
    try:
        cells = cells_of(one, published)
    except UnreadableError as error:
        return Known(UNREAD, f"can't be held against any figure: {error}")
    days = PERIOD[1:] if cells["period_kind"] != "day_of_publication" else []
    mine = rows["estimate_by"].eq(one.maker) | (one.maker == "press")
    mine &= rows["value"].notna() & (rows[days] == [cells[day] for day in days]).all(axis=1)
    same = rows[mine].sort_values(["release_date", "release"], ascending=False, kind="stable")
    if same.empty:
        return Known(NEW, "new: no such figure was printed before")
    said = SimpleNamespace(**{name: float("nan") if cell is None else cell for name, cell in cells.items()})
    return _against(said, list(records(same)))


def _against(said: Any, same: list[Any]) -> Known:
    allowed, newest = limits(said), same[0]
    agreeing = [row for row in same if allowed.hold(row.value)]
    ids = tuple(row.figure for row in same)
    if not agreeing:
        return Known(CONTRADICTS, f"{CONTRADICTS} {_named(newest)}", "", ids)
    first = agreeing[0]
    if first is not newest:
        return Known(OLDER, f"{OLDER} {_named(first)}; revised since: {_named(newest)}", first.release, ids)
    if said.qualifier in ("exact", "about") and first.value != said.value:
        return Known(ROUNDS, f"{ROUNDS} {first.value:,.12g} ({_source(first)})", first.release, ids)
    return Known(AGREES, f"{AGREES} {_named(first)}", first.release, ids)


def _named(row: Any) -> str:
    return f"{_source(row)} ({row.value:,.12g})"


def _source(row: Any) -> str:
    return f"{row.publisher} {row.release_date}"
