"""The history of one measure, place and agency: its series, its links and breaks, and the growth that is sound."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import prod
from typing import Any

import pandas as pd

from analysis.precision import exceeds
from analysis.vintages.links import Link, links
from analysis.vintages.series import (
    SETTLED,
    every_vintage,
    printed_changes,
    processed,
    series,
)


@dataclass(frozen=True)
class Growth:
    """Growth between two years by one release, or chained over several releases' links."""

    first_year: int
    last_year: int
    first: float  # the figures; where chained, the newest of the last year and what the chain leads back to
    last: float
    factor: float  # last over first
    by: tuple[Link, ...]
    rows: tuple[
        str, ...
    ]  # ids of the figures: the first year's first, the last year's last

    @property
    def chained(self) -> bool:
        """Whether no release prints both years."""
        return len(self.by) > 1 or len(self.by[0].rows) == 1

    @property
    def releases(self) -> list[str]:
        """The releases it rests on, in order of the years."""
        return list(dict.fromkeys(link.release for link in self.by))


@dataclass(frozen=True)
class Refusal:
    """Why there is no growth between two years."""

    why: str  # missing (a year without figure), gap (no link), break (of method) or contradiction (by a newer release)
    years: tuple[
        int, ...
    ]  # the year missing, the two not linked, the year of the break, or those of the newer release
    reason: str = ""  # of a break
    factor: float = 0.0  # of the chain refused
    link: Link | None = None  # that contradicts it


@dataclass(frozen=True)
class History:
    """All that was printed of one measure in one place by one agency, in a window of years."""

    measure: str
    place: str
    agency: str
    table: pd.DataFrame  # the newest figure a year, as `series` gives it
    vintages: pd.DataFrame
    changes: pd.DataFrame  # printed rates
    breaks: pd.DataFrame  # known breaks of method: `year`, `reason`

    @cached_property
    def levels(self) -> dict[int, float]:
        """The newest figure by year, in the unit kept; years with a range only are left out."""
        sound = self.table[self.table["value"] > 0]
        return dict(zip(sound["year"].tolist(), sound["value"].tolist(), strict=True))

    @cached_property
    def links(self) -> list[Link]:
        """Every link, oldest release first."""
        return links(self.vintages, self.changes)

    @cached_property
    def newest(self) -> dict[tuple[int, int], Link]:
        """The link of the newest release, by first and last year."""
        return {(link.first_year, link.last_year): link for link in self.links}

    def crossed(self, first_year: int, last_year: int) -> tuple[int, str] | None:
        """The first known break of method after `first_year` and up to `last_year`: its year and reason."""
        return next(
            (known for known in self._breaks if first_year < known[0] <= last_year),
            None,
        )

    @cached_property
    def _breaks(self) -> list[tuple[int, str]]:
        found = self.breaks.sort_values("year", kind="stable")
        return list(zip(found["year"].tolist(), found["reason"].tolist(), strict=True))

    def yearly_link(self, first_year: int, last_year: int) -> Link | None:
        """The newest link between two neighbouring years, unless the method changed between them."""
        return (
            None
            if self.crossed(first_year, last_year)
            else self.newest.get((first_year, last_year))
        )

    def unbroken_spans(self) -> list[list[int]]:
        """The years of the series, cut wherever no link leads on."""
        years = list(self.levels)
        cuts = [
            place
            for place, pair in enumerate(pairwise(years), start=1)
            if not self.yearly_link(*pair)
        ]
        return [
            years[start:end] for start, end in pairwise([0, *cuts, len(years)]) if years
        ]

    def growth(self, first_year: int, last_year: int) -> Growth | Refusal:
        """The growth between two years, or the reason why it is refused.

        The newest release that prints both decides. Only where none does, the steps between are multiplied, each from
        the newest release that has it. The product is refused where a newer release prints a growth over some of
        these years, or one that leads one year further, that lies outside its rounding.
        """
        if broken := self.crossed(first_year, last_year):
            return Refusal("break", broken[:1], broken[1])
        direct = self.newest.get((first_year, last_year))
        if direct and len(direct.rows) == 2:
            first, last = (
                self.vintages.set_index("figure")["value"]
                .loc[list(direct.rows)]
                .tolist()
            )
            return Growth(
                first_year,
                last_year,
                first,
                last,
                direct.factor,
                (direct,),
                direct.rows,
            )
        missing = tuple(
            year
            for year in dict.fromkeys((first_year, last_year))
            if year not in self.levels
        )
        if missing or first_year >= last_year:
            return Refusal("missing", missing or (first_year,))
        return self._chained(first_year, last_year)

    def _chained(self, first_year: int, last_year: int) -> Growth | Refusal:
        span = [year for year in self.levels if first_year <= year <= last_year]
        steps = {pair: self.yearly_link(*pair) for pair in pairwise(span)}
        if gap := next((pair for pair, step in steps.items() if step is None), None):
            return Refusal("gap", gap)
        by = tuple(step for step in steps.values() if step)
        factor = prod(step.factor for step in by)
        if newer := self._newer_against(by):
            years = newer.first_year, newer.last_year
            return Refusal("contradiction", years, factor=factor, link=newer)
        last = self.levels[last_year]
        anchor = str(self.table.loc[self.table["year"] == last_year, "figure"].iloc[0])
        rows = [row for step in by for row in step.rows if row != anchor]
        behind = (*dict.fromkeys(rows), anchor)
        first = last / factor
        return Growth(first_year, last_year, first, last, factor, by, behind)

    def _newer_against(self, by: tuple[Link, ...]) -> Link | None:
        """The newest link that contradicts a chain, if one does."""
        oldest = min(step.release_date for step in by)
        for link in reversed(self.links):
            if link.release_date <= oldest:
                return None
            if self._contradicts(link, by):
                return link
        return None

    def _contradicts(self, link: Link, by: tuple[Link, ...]) -> bool:
        """Whether a newer link over part of a chain, or over its end and one year more, lies outside its rounding."""
        part = [
            step
            for step in by
            if link.first_year <= step.first_year and step.last_year <= link.last_year
        ]
        if not part or link.release_date <= max(step.release_date for step in part):
            return False
        low = prod(step.low for step in part)
        high = prod(step.high for step in part)
        ends = (
            (link.first_year, part[0].first_year),
            (part[-1].last_year, link.last_year),
        )
        beyond = [end for end in ends if end[0] != end[1]]
        if (
            beyond
        ):  # the year that the link leads further is taken from the newest levels
            start, end = beyond[0]
            if len(beyond) > 1 or (start, end) not in set(pairwise(self.levels)):
                return False
            low = low * self.levels[end] / self.levels[start]
            high = high * self.levels[end] / self.levels[start]
        return exceeds(low, link.high) or exceeds(link.low, high)

    def best_growth(self, first_year: int, last_year: int) -> Growth | None:
        """The requested growth if it is sound, else the longest sound one; None if there is none."""
        growth = self.growth(first_year, last_year)
        return growth if isinstance(growth, Growth) else self.widest()

    def widest(self) -> Growth | None:
        """The sound growth over the longest span of the window, the latest of equal spans; None if there is none."""
        years = list(self.levels)
        pairs = {
            *self.newest,
            *((first, last) for first in years for last in years if first < last),
        }
        for first, last in sorted(
            pairs, key=lambda pair: (pair[1] - pair[0], pair[1]), reverse=True
        ):
            growth = self.growth(first, last)
            if isinstance(growth, Growth):
                return growth
        return None


def history(
    measure: str,
    place: str,
    agency: str,
    *,
    statuses: tuple[str, ...] = SETTLED,
    **as_known: Any,
) -> History:
    """All that was printed of one measure in one place by one agency; parameters as in `series`.

    Its `growth(first, last)` is by one release, chained, or refused with the reason; never of two vintages.

    Examples
    --------
    The release of July 2022 prints 273 t for 2011 and 972 t for 2021. The newest figure of 2011 that a reader had in
    2013 was 190 t: beside 972 it would make a growth that never was.

    >>> growth = history("cocaine_output", "Colombia", "us_government").growth(2011, 2021)
    >>> round(growth.factor, 2), growth.releases
    (3.56, ['ondcp-release-2022-07'])
    """
    words = (measure, place, agency)
    options = {**as_known, "statuses": statuses}
    breaks = processed("breaks.csv", measure=measure, place=place, agency=agency)
    table, vintages, changes = (
        read(*words, **options) for read in (series, every_vintage, printed_changes)
    )
    return History(*words, table, vintages, changes, breaks)
