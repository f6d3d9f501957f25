"""What the figures say of each claim of an article: by every agency, on the article's own day and today."""

from math import inf, nan
from typing import Any, NamedTuple, Protocol

import pandas as pd

from analysis.precision import exceeds, recorded
from analysis.tables import Measured, records
from analysis.vintages.history import Refusal, history
from analysis.vintages.series import (
    LATEST,
    SETTLED,
    every_vintage,
    figures_seen,
    processed,
    series,
)
from analysis.vocabulary import measures, vocabulary

SUPPORTED = "supported"
NOT_SUPPORTED = "not supported"
UNTESTED = "not tested"
DEPENDS = "depends on the source or vintage"
UNTESTED_BY_ALL = "not tested: we have read no such figure"
_OTHERS = "others"  # an article is never evidence for an article
# The less settled counts only for a year without any more settled; what was withdrawn or leaked never does.
_STATUSES = (*SETTLED, "provisional_predicted", "provisional_reported")


class Stated(Measured, Protocol):
    """A number as its wording puts it."""

    qualifier: str


class _Claim(Stated, Protocol):
    claim: str
    kind: str
    unit: str
    measure: str
    over: str  # the measure of a share's whole, or ""
    place: str
    agency: str
    period: str  # as written, "" where the claim names none
    period_start: str
    base_start: str


class _Found(NamedTuple):
    found: float = nan
    used: tuple[tuple[str, float], ...] = ()
    rows: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    status: str = ""
    reason: str = ""
    above: bool = False  # whether the figure is published as more than this number


class _UntestedError(Exception): ...


def claims_seen(as_of: str = LATEST, places: tuple[str, ...] = ()) -> pd.DataFrame:
    """The articles' claims seen on a day: of some places only, if any are named."""
    if not places:
        return processed("claims.csv", as_of)
    tables = [processed("claims.csv", as_of, place=place) for place in places]
    return pd.concat(tables).sort_index()


def check_claims(as_of: str = LATEST, places: tuple[str, ...] = ()) -> pd.DataFrame:
    """What every agency's figures say of every claim, on the day of its article and on `as_of` ("latest" or a date).

    Of the claims on some `places` only, if any are named.

    A number agrees within the limits of the wording and its tolerance (vocabulary.toml). Growth is that of
    `history`, or of two newest figures where it has none; a record is the first of all years up to the one
    claimed; a rank is among all countries of a region. An article is no evidence.

    Returns
    -------
    DataFrame
        One row a `claim`, `agency` ("" where none has the measure) and `day` (ISO text or `as_of`), with its `kind`, `stated`,
        `unit`; `named`: whether the article relies on the agency; `low`, `high`: the limits, `strict` if they are out
        themselves; `verdict`; `found`: the number tested (NaN without); `used`: the deciding figures by year, place or
        measure; the ids of all `rows`, their `releases` and `status`; `reason`: why untested, or what to mind.

    By the release that the article repeats, 2021 is no record:

    >>> checked = check_claims("2022-07-31").set_index(["claim", "agency"])
    >>> checked.loc[("record-output-2021", "us_government"), ["verdict", "used"]].tolist()
    ['not supported', (('2021', 972.0), ('2020', 994.0))]
    """
    return judge_claims(claims_seen(as_of, places), as_of)


def judge_claims(claims: pd.DataFrame, as_of: str = LATEST) -> pd.DataFrame:
    """The same of claims that need not be the project's own, with the columns of claims.csv."""
    checked = [
        _claim_result(claim, agency, day)
        for claim in records(claims)
        for agency in _agencies(claim.measure, claim.place, as_of)
        for day in dict.fromkeys((claim.available, as_of))
    ]
    return pd.DataFrame(
        checked, columns=None if checked else ["claim", "agency", "day", "verdict"]
    )


def _agencies(measure: str, place: str, as_of: str) -> list[str]:
    """By whom there are figures; [""] if by nobody."""
    figures = figures_seen(as_of, _OTHERS, measure=measure, place=place)
    return sorted(figures["agency"].unique()) or [""]


def verdict_of(rows: pd.DataFrame) -> str:
    """The overall verdict of rows of one claim, as `check_claims` gives them: what all that test it agree on.

    >>> verdict_of(pd.DataFrame({"verdict": ["supported", "not tested", "not supported"]}))
    'depends on the source or vintage'
    """
    verdicts = set(rows["verdict"]) - {UNTESTED}
    return (
        DEPENDS
        if len(verdicts) > 1
        else verdicts.pop()
        if verdicts
        else UNTESTED_BY_ALL
    )


class Limits(NamedTuple):
    """How far a number may lie from a wording and still agree with it; `strict` if the limits themselves are out."""

    low: float
    high: float
    strict: bool

    def hold(self, number: float) -> bool:
        """Whether a number agrees."""
        if self.strict:
            return exceeds(number, self.low) and exceeds(self.high, number)
        return not exceeds(self.low, number) and not exceeds(number, self.high)


def limits(said: Stated) -> Limits:
    """The limits of what is said: a row with `qualifier`, `value`, `low`, `high` and `rounding_unit`."""
    rule = vocabulary()["tolerances"][said.qualifier]
    low = said.value * (1 - rule["below"]) if pd.isna(said.low) else said.low
    high = said.value * (1 + rule["above"]) if pd.isna(said.high) else said.high
    rounding_allowance = rule["room"] * said.rounding_unit
    return Limits(
        low - rounding_allowance,
        inf if pd.isna(high) else high + rounding_allowance,
        rule["strict"],
    )


def _claim_result(claim: _Claim, agency: str, day: str) -> dict[str, Any]:
    allowed = limits(claim)
    try:
        found = _KINDS[claim.kind](claim, agency, day)
        # More than 90 is what a figure of "more than 90" says, though 90 itself is not.
        as_said = found.above and allowed.high == inf
        holds = allowed.hold(found.found + (as_said and abs(found.found) * 1e-6))
        verdict = SUPPORTED if holds else NOT_SUPPORTED
    except _UntestedError as error:
        found = _Found(reason=str(error))
        verdict = UNTESTED
    head: dict[str, Any] = {
        "claim": claim.claim,
        "kind": claim.kind,
        "unit": claim.unit,
        "day": day,
    }
    head |= {"agency": agency, "named": agency == claim.agency != ""}
    return {**head, **allowed._asdict(), "verdict": verdict, **found._asdict()}


def _figures(
    claim: _Claim, agency: str, day: str, measure: str = "", place: str = ""
) -> pd.DataFrame:
    """By year, latest first, the newest figures of the most settled status, up to the year claimed, which must be there.

    They are of the claim's measure and place, unless others are named.
    """
    measure = measure or claim.measure
    place = place or claim.place
    year = int(claim.period_start[:4])
    unseen = _UntestedError(
        f"we have read no figure of {place} for {year} but the articles' own"
    )
    if not agency:
        raise unseen
    known = series(
        measure,
        place,
        agency,
        as_of=day,
        end_year=year,
        statuses=_STATUSES,
        publications=_OTHERS,
    )
    known = known[known["value"].notna()].sort_values(
        "status", key=lambda of: of.map(_STATUSES.index), kind="stable"
    )
    undated = measures()[measure].undated and not claim.period
    if known.empty or (year not in set(known["year"]) and not undated):
        raise unseen
    return known.drop_duplicates("year").sort_values("year", ascending=False)


def _result_from_rows(
    found: float, label: str, rows: pd.DataFrame, deciding: int
) -> _Found:
    """A number found from rows, of which the first decide unless it is a first place: that rests on all."""
    first = rows.head(deciding)
    releases = tuple(dict.fromkeys((first if found > 1 else rows)["release"]))
    used = tuple(zip(first[label].astype(str), first["value"], strict=True))
    mixed = (
        "vintages are mixed: the figures compared come from several releases"
        if len(releases) > 1
        else ""
    )
    return _Found(
        float(found),
        used,
        tuple(rows["figure"]),
        releases,
        ", ".join(dict.fromkeys(rows["status"])),
        mixed,
    )


def _growth(claim: _Claim, agency: str, day: str) -> _Found:
    first = int(claim.base_start[:4])
    last = int(claim.period_start[:4])
    growth = history(
        claim.measure, claim.place, agency, as_of=day, publications=_OTHERS
    ).growth(first, last)
    if isinstance(growth, Refusal):
        return _growth_of_levels(claim, agency, day, first)
    used = ((str(first), growth.first), (str(last), growth.last))
    by = tuple(growth.releases)
    chained = "linked over releases: we have read none with both years"
    reason = chained if growth.chained else ""
    return _Found(growth.factor, used, growth.rows, by, "settled", reason)


def _growth_of_levels(claim: _Claim, agency: str, day: str, first: int) -> _Found:
    """Last over first of the newest figures, where no publication that we have read links them.

    A part of it may be revision; `reason` says so.
    """
    levels = _figures(claim, agency, day)
    base = levels[(levels["year"] == first) & (levels["value"] > 0)]
    if base.empty:
        raise _UntestedError(f"we have read no figure of {claim.place} for {first}")
    ends = pd.concat([base, levels.head(1)])
    factor = float(levels["value"].iloc[0] / base["value"].iloc[0])
    found = _result_from_rows(factor, "year", ends, 2)
    return found._replace(reason="of two releases: a part may be revision")


def _record(claim: _Claim, agency: str, day: str) -> _Found:
    """The place of a year among all up to it: each by the release that prints the year claimed, else by its newest."""
    newest = _figures(claim, agency, day)
    words = (claim.measure, claim.place, agency)
    year, release = newest[["year", "release"]].iloc[0]
    beside = every_vintage(
        *words, as_of=day, publications=_OTHERS, statuses=_STATUSES, end_year=year
    )
    rows = pd.concat(
        [
            newest.head(1),
            beside[beside["release"] == release].dropna(subset="value"),
            newest,
        ]
    )
    rows = rows.drop_duplicates("year").assign(
        value=lambda table: table["value"].map(recorded)
    )
    if len(rows) == 1:
        raise _UntestedError(
            f"we have read no figure of {', '.join(words)} before {year}"
        )
    ordered = pd.concat(
        [rows.head(1), rows[1:].sort_values("value", ascending=False, kind="stable")]
    )
    return _result_from_rows(
        (rows["value"] >= rows["value"].iloc[0]).sum(), "year", ordered, 2
    )


def _rank(claim: _Claim, agency: str, day: str) -> _Found:
    """The place of a country among all countries of its region."""
    places = vocabulary()["places"]
    region = [
        place
        for place, entry in places.items()
        if entry == places[claim.place] and "+" not in place
    ]
    region.sort(key=lambda place: place != claim.place)
    rows = pd.concat(
        [_figures(claim, agency, day, place=place).head(1) for place in region]
    )
    rows = rows.assign(value=rows["value"].map(recorded))
    return _result_from_rows(
        1 + (rows["value"] > rows["value"].iloc[0]).sum(), "place", rows, len(rows)
    )


def _level(claim: _Claim, agency: str, day: str) -> _Found:
    """Level and share: the figure itself, or in percent of that of another measure."""
    asked = filter(None, (claim.measure, claim.over))
    rows = pd.concat(
        [_figures(claim, agency, day, measure=measure).head(1) for measure in asked]
    )
    part, *whole = rows["value"]
    number = 100 * part / whole[0] if whole else part
    label = "measure" if whole else "year"
    found = _result_from_rows(number, label, rows, len(rows))
    above = not whole and rows["qualifier"].iloc[0] == "more_than"
    year = int(rows["year"].iloc[0])
    older = "" if year == int(claim.period_start[:4]) else f"the newest is of {year}"
    return found._replace(above=above, reason=found.reason or older)


_KINDS = {
    "ratio": _growth,
    "comparison": _growth,
    "record": _record,
    "rank": _rank,
    "share": _level,
    "level": _level,
}
