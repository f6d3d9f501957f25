"""What the figures say of each claim of an article: by every maker, on the article's own day and today."""

from math import inf, nan
from typing import Any, NamedTuple

import pandas as pd

from analysis.cleaning.processed import read_processed
from analysis.project import here
from analysis.tables import records
from analysis.vintages.history import Refusal, history
from analysis.vintages.series import LATEST, SETTLED, every_vintage, figures_seen, seen_until, series
from analysis.vocabulary import vocabulary

SUPPORTED, NOT_SUPPORTED, UNTESTED = "supported", "not supported", "cannot be tested"
DEPENDS, UNTESTED_BY_ALL = "depends on the source or vintage", "cannot be tested with these figures"
_OTHERS = "others"  # an article is never evidence for an article
# The less settled counts only for a year without any more settled; what was withdrawn or leaked never does.
_STATUSES = (*SETTLED, "provisional_predicted", "provisional_reported")


class _Found(NamedTuple):
    found: float = nan
    used: tuple[tuple[str, float], ...] = ()
    rows: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    status: str = ""
    reason: str = ""


class _UntestedError(Exception):
    """Why the figures can't test a claim."""


def check_claims(as_of: str = LATEST) -> pd.DataFrame:
    """What every maker's figures say of every claim, on the day of its article and on `as_of`.

    A number found agrees within the limits of the wording, widened as `tolerances` in vocabulary.toml says. Growth is that
    of `history`; a record is the first place among all years up to the one claimed; a rank needs the figures of
    all countries of the region for one year. What only articles print is no evidence.

    Parameters
    ----------
    as_of : str
        "latest", or a date: only articles and publications of that day or earlier are seen.

    Returns
    -------
    DataFrame
        One row a claim, maker and day: `claim`, `kind`, `maker` ("" where none has the measure), `named` (whether the
        article relies on it), `day` (ISO text or `as_of`), `verdict`, `unit`, `low` and `high` (what agrees), `strict`
        (whether these limits themselves are out), `stated`, `found` (the number tested; NaN without), `used` (the deciding
        figures, each with its year, place or measure), `rows` (ids of all), `releases`, `status`, and `reason`.

    Examples
    --------
    The article calls 2021 a record. By the release that it repeats, 2020 was higher:

    >>> checked = check_claims("2022-07-31").set_index(["claim", "maker"])
    >>> record = checked.loc[("record-output-2021", "us_government")]
    >>> record["verdict"], record["used"]
    ('not supported', (('2021', 972.0), ('2020', 994.0)))
    """
    claims, seen = read_processed(here(), "claims.csv"), figures_seen(as_of, _OTHERS)
    claims = claims[claims["available"] <= seen_until(as_of)]
    makers = seen.groupby(["measure", "place"])["estimate_by"].unique()
    checked = [
        _checked(claim, maker, day)
        for claim in records(claims)
        for maker in sorted(makers.get((claim.measure, claim.place), [""]))
        for day in dict.fromkeys((claim.available, as_of))
    ]
    return pd.DataFrame(checked, columns=None if checked else ["claim", "maker", "day", "verdict"])


def verdict_of(rows: pd.DataFrame) -> str:
    """The overall verdict of rows of one claim, as `check_claims` gives them: what all that test it agree on.

    >>> verdict_of(pd.DataFrame({"verdict": ["supported", "cannot be tested", "not supported"]}))
    'depends on the source or vintage'
    >>> verdict_of(pd.DataFrame({"verdict": ["supported", "cannot be tested"]}))
    'supported'
    """
    verdicts = set(rows["verdict"]) - {UNTESTED}
    return DEPENDS if len(verdicts) > 1 else verdicts.pop() if verdicts else UNTESTED_BY_ALL


def _checked(claim: Any, maker: str, day: str) -> dict[str, Any]:
    low, high, strict = _limits(claim)
    try:
        found = _KINDS[claim.kind](claim, maker, day)
        agrees = low < found.found < high if strict else low <= found.found <= high
        verdict = SUPPORTED if agrees else NOT_SUPPORTED
    except _UntestedError as error:
        found, verdict = _Found(reason=str(error)), UNTESTED
    head = {"claim": claim.claim, "kind": claim.kind, "maker": maker, "named": maker == claim.estimates != ""}
    limits = {"unit": claim.unit, "low": low, "high": high, "strict": strict, "stated": claim.stated}
    return {**head, "day": day, "verdict": verdict, **limits, **found._asdict()}


def _limits(claim: Any) -> tuple[float, float, bool]:
    rule = vocabulary()["tolerances"][claim.qualifier]
    low = claim.value * (1 - rule["below"]) if pd.isna(claim.low) else claim.low
    high = claim.value * (1 + rule["above"]) if pd.isna(claim.high) else claim.high
    room = rule["room"] * claim.rounding_unit
    return low - room, inf if pd.isna(high) else high + room, rule["strict"]


def _by_year(measure: str, place: str, maker: str, day: str) -> pd.DataFrame:
    """The figure of each year: of the newest release seen among the most settled."""
    known = series(measure, place, maker, as_of=day, publications=_OTHERS, statuses=_STATUSES)
    settled_first = known[known["value"].notna()].sort_values("status", key=lambda of: of.map(_STATUSES.index))
    return settled_first.drop_duplicates("year")


def _one(measure: str, place: str, maker: str, day: str, start: str) -> pd.DataFrame:
    table = _by_year(measure, place, maker, day)
    table = table[table["year"] == int(start[:4])]
    if table.empty:
        raise _UntestedError(f"no figure of {measure}, {place}, {start[:4]}, was seen, the articles aside")
    return table


def _from(found: float, label: str, rows: pd.DataFrame, deciding: int) -> _Found:
    """A number found from rows, of which the first decide unless it is a first place: that rests on all."""
    first = rows.head(deciding)
    compared = first if found > 1 else rows
    releases = tuple(dict.fromkeys(compared["release"]))
    used = tuple(zip(first[label].astype(str), first["value"], strict=True))
    mixed = "vintages are mixed: the figures compared come from several releases" if len(releases) > 1 else ""
    return _Found(float(found), used, tuple(rows["figure"]), releases, ", ".join(dict.fromkeys(rows["status"])), mixed)


def _growth(claim: Any, maker: str, day: str) -> _Found:
    """Ratio and comparison: the sound growth from the base year."""
    first, last = int(claim.base_start[:4]), int(claim.period_start[:4])
    growth = history(claim.measure, claim.place, maker, as_of=day, publications=_OTHERS).growth(first, last)
    if isinstance(growth, Refusal):
        reason = f"{growth.why} {', '.join(map(str, growth.years))} {growth.reason}".strip()
        raise _UntestedError(f"no sound growth from {first} to {last}: {reason}")
    used = ((str(first), growth.first), (str(last), growth.last))
    chained = "chained: no release prints both years" if growth.chained else ""
    return _Found(growth.factor, used, growth.rows, tuple(growth.releases), "estimate", chained)


def _record(claim: Any, maker: str, day: str) -> _Found:
    """The place of a year among all up to it: each by the release that prints the year claimed, else by its newest."""
    words = (claim.measure, claim.place, maker)
    claimed = _one(*words, day, claim.period_start)
    year, release, status = claimed[["year", "release", "status"]].iloc[0]
    beside = every_vintage(*words, as_of=day, publications=_OTHERS, statuses=(status,), end_year=year)
    beside = beside[beside["value"].notna() & (beside["release"] == release)]
    table = pd.concat([beside, _by_year(*words, day)]).drop_duplicates("year")
    earlier = table[table["year"] < year].sort_values("value", ascending=False, kind="stable")
    if earlier.empty:
        raise _UntestedError(f"no figure of a year before {year} was seen")
    higher = earlier["value"] >= claimed["value"].iloc[0]
    return _from(1 + higher.sum(), "year", pd.concat([claimed, earlier]), 2)


def _rank(claim: Any, maker: str, day: str) -> _Found:
    """The place of a country among all countries of its region."""
    places = vocabulary()["places"]
    region = [place for place, entry in places.items() if entry == places[claim.place] and "+" not in place]
    ordered = sorted(region, key=lambda place: place != claim.place)
    rows = pd.concat([_one(claim.measure, place, maker, day, claim.period_start) for place in ordered])
    return _from(1 + (rows["value"] > rows["value"].iloc[0]).sum(), "place", rows, len(rows))


def _level(claim: Any, maker: str, day: str) -> _Found:
    """Level and share: the figure itself, or in percent of that of another measure."""
    wanted = [measure for measure in (claim.measure, claim.over) if measure]
    rows = pd.concat([_one(measure, claim.place, maker, day, claim.period_start) for measure in wanted])
    part, *whole = rows["value"]
    return _from(100 * part / whole[0] if whole else part, "measure" if whole else "year", rows, len(rows))


_KINDS = {"ratio": _growth, "comparison": _growth, "record": _record, "rank": _rank, "share": _level, "level": _level}
