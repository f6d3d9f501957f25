"""What the articles say: from printed wording to clean figure, and each claim held against the figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import pandas as pd

from analysis.display.numbers import Cell, Number, Sentence, number, numbers, say
from analysis.display.outputs import Passage, Table, table
from analysis.precision import digits
from analysis.sections import evidence
from analysis.sections.growth import key_points
from analysis.sections.scope import read_words
from analysis.tables import records
from analysis.vintages.claims import (
    DEPENDS,
    NOT_SUPPORTED,
    SUPPORTED,
    UNTESTED_BY_ALL,
    check_claims,
    claims_seen,
    verdict_of,
)
from analysis.vintages.series import LATEST, figures_seen, known_until
from analysis.vocabulary import agency_label, capital, label

_VERDICTS = {
    "supported": SUPPORTED,
    "refuted": NOT_SUPPORTED,
    "depends": DEPENDS,
    "untested": UNTESTED_BY_ALL,
}


def open_articles(as_of: str = LATEST) -> "ArticlesReport":
    """What the articles say, held against the figures known on a day; InputError if `as_of` is no date."""
    known_until(as_of)
    return ArticlesReport(as_of)


@dataclass(frozen=True)
class ArticlesReport:
    """The parts of a report on the articles; each method's result shows itself in a notebook."""

    as_of: str

    @cached_property
    def checked(self) -> pd.DataFrame:
        """Every claim by every agency on both days, as `check_claims` gives them."""
        return check_claims(self.as_of)

    def headline(self) -> Sentence:
        """How many claims the figures support, as the report's title."""
        return say("claims_headline", _counts(self.checked), id="headline")

    def key_points(self) -> Passage:
        """How many claims the figures of all agencies support, and what that means."""
        points = key_points(self.verdicts(), "key_claims", "key_claims_meaning")
        return replace(points, sentences=[say("claims_texts"), *points.sentences])

    def reading(self, wording: str, period: str, published: str) -> Table:
        """How a printed figure and a printed period are read; InputError if they can't be."""
        read, when = read_words(wording, period, published)
        cells = [
            _limit(limit, read.kind)
            for limit in (read.value, read.low, read.high, read.rounding_unit)
        ]
        said = number(_size(read), "wording", text=wording)
        row: list[Cell] = [
            said,
            read.kind,
            read.qualifier,
            *cells,
            when.start.isoformat(),
            when.end.isoformat(),
        ]
        return table("reading", [row], keys=["wording"])

    def figures(self) -> Table:
        """Every figure of the articles: as printed, as kept, and where it stands."""
        rows: list[list[Cell]] = []
        for row in records(
            figures_seen(self.as_of, "articles").sort_values("raw_line")
        ):
            kept = [
                _limit(limit, row.unit, [row.figure])
                for limit in (row.low, row.value, row.high)
            ]
            wording = number(_size(row), "wording", [row.figure], text=row.printed)
            years = "–".join(
                day[:4] for day in (row.base_start, row.period_start) if day
            )
            when = number(int(years[:4]), "year", [row.figure], text=years)
            where = row.locator.removeprefix("sentence ").replace(", characters", ":")
            rows.append(
                [
                    f"{capital(label(row.measure))}, {row.place}",
                    wording,
                    *kept,
                    row.unit,
                    when,
                    where,
                ]
            )
        return table("figures", rows)

    def claims(self) -> Table:
        """Every claim with what each agency's figures say of it, on its day and now."""
        return claims_table(self.checked)

    def verdicts(self) -> Passage:
        """How many claims are supported, not supported, depend on the source, or have no figure to test them."""
        counts = _counts(self.checked)
        return Passage(
            "claims",
            [say(name, counts) for name in ("claims_counts", "claims_meaning")],
        )

    def sources(self) -> Table:
        """The publications behind every figure compared, newest first."""
        rows = {row for rows in self.checked["rows"] for row in rows}
        return evidence.sources(
            rows | {*figures_seen(self.as_of, "articles")["figure"]}, self.as_of
        )


def _limit(limit: float | None, unit: str, rows: Sequence[str] = ()) -> Cell:
    """A value or limit with all its digits; nothing where the wording sets none."""
    if limit is None or pd.isna(limit):
        return ""
    return number(limit, unit, rows, text="" if unit == "year" else digits(limit, ","))


def _size(row: Any) -> float:
    return float(
        next(
            (size for size in (row.value, row.low, row.high) if not pd.isna(size)),
            float("inf"),
        )
    )


def _verdicts(checked: pd.DataFrame) -> dict[str, str]:
    """Of each claim the verdict of the agency that it is attributed to; of all where it names none that has figures."""
    found = {}
    for claim, rows in checked.groupby("claim"):
        named = rows[rows["named"]] if rows["named"].any() else rows
        found[str(claim)] = verdict_of(named)
    return found


def _counts(checked: pd.DataFrame) -> dict[str, Number]:
    """How many claims have each verdict."""
    verdicts = [*_verdicts(checked).values()]
    counts = {name: verdicts.count(word) for name, word in _VERDICTS.items()}
    counts["all"] = len(verdicts)
    return numbers(
        "figures", (row for rows in checked.get("rows", ()) for row in rows), counts
    )


def claims_table(checked: pd.DataFrame, places: tuple[str, ...] = ()) -> Table:
    """Each claim and agency: wording, what is found, verdict.

    `checked` is what `check_claims` gives of these `places`; of all if none are named.
    """
    claims = claims_seen(places=places).set_index("claim")
    verdicts = _verdicts(checked)
    rows: list[list[Cell]] = []
    keys: list[str] = []
    for (name, agency), by_agency in cast(
        Any, checked.groupby(["claim", "agency"], sort=False)
    ):
        claim = claims.loc[name]
        words = f"“{claim['wording']}” ({label(claim['measure'])}, {claim['place']})"
        who = agency_label(agency) if agency else "nobody"
        year = int(claim["period_start"][:4])
        found = [_found(by_agency.iloc[place], year) for place in (0, -1)]
        rows.append(
            [number(_size(claim), "wording", text=words), who, *found, verdicts[name]]
        )
        keys.append(f"{name} {who}")
    return table("claims", rows, keys=keys)


def _found(row: Any, year: int) -> Cell:
    if not row["rows"]:
        return (
            number(year, "year", text=f"{row['verdict']}: {row['reason']}")
            if row["reason"]
            else str(row["verdict"])
        )
    shown = number(row["found"], row["unit"], row["rows"])
    if row["kind"] == "comparison":
        change = 100 * (row["found"] - 1)
        shown = number(change, "percent", row["rows"])
        shown = shown._replace(text=("+" if change > 0 else "") + shown.text)
    status = (
        f", {row['status'].replace('_', ' ')}"
        if row["status"].startswith("provisional")
        else ""
    )
    return shown._replace(
        text=f"{'rank ' if row['unit'] == 'rank' else ''}{shown.text}{status}: {row['verdict']}"
    )
