"""What the page's explorer draws from: of each series the figures that a reader had, day by day."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.reporting.numbers import Record, Sentence, bundle
from analysis.reporting.scope import MEASURES, Scope
from analysis.reporting.words import say
from analysis.tables import records
from analysis.vintages.history import history
from analysis.vintages.linked import linked_levels
from analysis.vintages.releases import newest_release
from analysis.vintages.series import SETTLED, UNSETTLED, figures_seen
from analysis.vocabulary import capital, label, maker_label, measures

_SERIES = ["measure", "estimate_by"]
_FEWEST = 2  # years that make a series


@dataclass(frozen=True)
class Explorer:
    """The data of an explorer; in a notebook one sentence says where it stands."""

    said: Sentence
    shown: Record  # what is chosen at first, and every series

    def _repr_mimebundle_(self, **_: Any) -> Record:
        html = f'<p id="explorer">{self.said.html}</p>'
        return bundle("explorer", "explorer", html, self.said.text, [], self.shown)


def explorer(scope: Scope) -> Explorer:
    """An explorer of every measure of the scope's place, by every maker, in the publications that the scope sees."""
    steps = replacements(scope)
    series = [_series(rows, scope) for _, rows in steps.groupby(_SERIES) if _drawable(rows)]
    first = {"measure": MEASURES[0], "maker": scope.estimates, "year": scope.start_year}
    return Explorer(say("explorer"), {"place": scope.country, "first": first, "series": series})


def replacements(scope: Scope) -> pd.DataFrame:
    """By measure, maker and year, each figure that a chart shows, with the `day` from which on it does.

    So on any day the last row of a year up to that day is what `series` gives: a settled figure, else a leaked or
    provisional one. A row whose value is missing takes the year's figure away.
    """
    seen = figures_seen(**scope.sight)
    levels = (seen["period_kind"] == "calendar_year") & (seen["base_start"] == "")
    seen = seen[levels & (seen["place"] == scope.country)]
    seen = seen[seen["status"].isin((*SETTLED, *UNSETTLED))].assign(year=seen["period_start"].str[:4].astype("int64"))
    days = pd.DataFrame({"day": sorted(set(seen["available"]))})
    daily = seen.merge(days, how="cross")
    daily = daily[daily["available"] <= daily["day"]]
    # Of a level `base_start` is empty: with the day in its place one pass chooses for every day.
    rows = newest_release(daily.assign(base_start=daily["day"]))
    rows["counts"] = rows["value"].notna() * (1 + rows["status"].isin(SETTLED))
    rows = rows.sort_values([*_SERIES, "year", "day", "counts", "release_date", "release"], kind="stable")
    steps = rows.drop_duplicates([*_SERIES, "year", "day"], keep="last")
    return steps[steps["figure"] != steps.groupby([*_SERIES, "year"])["figure"].shift()]


def _drawable(rows: pd.DataFrame) -> bool:
    return rows.loc[rows["value"].notna(), "year"].nunique() >= _FEWEST and rows["unit"].iloc[0] != "year"


def _series(rows: pd.DataFrame, scope: Scope) -> Record:
    measure, maker = (str(rows[name].iloc[0]) for name in _SERIES)
    past = history(measure, scope.country, maker, as_of=scope.as_of, publications=scope.publications)
    names = {"measure": measure, "maker": maker, "label": capital(label(measure)), "by": maker_label(maker)}
    levels = linked_levels(past)
    return {
        **names,
        "unit": measures()[measure].unit,
        "broken": past.breaks["year"].tolist(),
        "rows": [_row(row) for row in records(rows)],
        "index": [[row.year, float(f"{row.value:.6g}"), row.chained] for row in records(levels)],
    }


def _row(row: Any) -> list[Any]:
    value = None if pd.isna(row.value) else float(f"{row.value:.12g}")
    return [row.day, row.year, value, row.release, row.status, row.kind == "compilation", row.figure]
