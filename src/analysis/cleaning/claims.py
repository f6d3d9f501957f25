"""Raw claims of articles to clean ones: what each says, of which figures, read as the figures are."""

from dataclasses import replace
from typing import Protocol

import pandas as pd

from analysis.cleaning.figures import (
    NUMBERS,
    PERIOD,
    ValuePrinted,
    check_locators,
    check_vocabulary,
    parse_column,
    period_cells,
    value_cells,
)
from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import read_period
from analysis.vocabulary import measures, vocabulary, words_of
from notebook_runner.errors import Problems, nearest

_ID = "[a-z0-9]+(-[a-z0-9]+)*"
_UNNAMED = "write small letters and hyphens, other than in any line above"


def clean_claims(rows: pd.DataFrame, publications: pd.DataFrame) -> pd.DataFrame:
    """All claims of articles, with the limits that their wording sets, in the unit in which their kind is tested.

    A claim without a period counts for the last whole year before its article. Raises InputError with every bad row.
    """
    problems = Problems()
    claims = sound_claims(rows, publications, problems)
    problems.raise_any()
    return claims


def sound_claims(
    rows: pd.DataFrame, publications: pd.DataFrame, problems: Problems
) -> pd.DataFrame:
    """The claims that can be read, as `clean_claims` gives them; every other goes to `problems`."""
    articles = publications.loc[
        publications["sha256"] != "", ["published", "available"]
    ]
    words = {
        "article": tuple(articles.index),
        "over": ("", *measures()),
        "agency": ("", *words_of("agencies")),
        "kind": words_of("claims"),
        "measure": words_of("measures"),
        "place": words_of("places"),
        "unit": words_of("units"),
    }
    named = rows["id"].str.fullmatch(_ID) & ~rows["id"].duplicated()
    problems.add_rows(rows[~named], "id", _UNNAMED)
    known = check_vocabulary(rows, words, problems)
    rows = rows[named & known].join(articles, on="article")
    check_locators(rows, "wording", problems)
    rows = rows.assign(claim=rows["id"], printed=rows["stated"]).rename(
        columns={"unit": "unit_printed"}
    )
    rows = parse_column(rows, "period", PERIOD, _read_years, problems)
    rows = parse_column(
        rows, "stated", [*NUMBERS, "qualifier", "unit"], _read_stated, problems
    )
    return rows.astype(dict.fromkeys(NUMBERS, "float64"))


class _RawClaim(ValuePrinted, Protocol):
    kind: str
    wording: str
    stated: str
    period: str
    base_period: str


def _read_years(row: _RawClaim) -> list[str]:
    period = read_period(row.period or "last year", row.published)
    if row.base_period:
        base = read_period(row.base_period, row.published)
        period = replace(period, base_start=base.start, base_end=base.end)
    grows = bool(period.base_start and period.base_start < period.start)
    if period.kind != "calendar_year" or grows != (row.kind in ("ratio", "comparison")):
        raise UnreadableError(
            "must be a calendar year; a ratio or comparison alone has an earlier base_period"
        )
    return period_cells(period)


def _read_stated(row: _RawClaim) -> list[float | str | None]:
    if row.stated not in row.wording:
        raise UnreadableError(f"is not in the wording {row.wording!r}")
    if row.kind != "comparison":
        return value_cells(row, vocabulary()["claims"][row.kind]["unit"])
    allowed = vocabulary()["comparisons"].get(row.stated)
    if not allowed:
        raise UnreadableError(
            f"is no comparison with limits; {nearest(row.stated, words_of('comparisons'))}"
        )
    return [None, allowed["low"], allowed.get("high"), 1, allowed["qualifier"], "times"]
