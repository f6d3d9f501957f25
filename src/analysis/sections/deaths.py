"""US cocaine deaths beside what they are part of: rates, opioids, all overdose deaths, and the newest months."""

from typing import Any

import pandas as pd

from analysis.display.numbers import (
    Cell,
    Number,
    Sentence,
    Slots,
    number,
    say,
    value_of,
    year_in,
)
from analysis.display.outputs import Passage, Table, table
from analysis.sections.growth_doubt import size_slot, verb_of
from analysis.statistics.growth import annual_growth
from analysis.tables import records
from analysis.vintages.history import Growth, History
from analysis.vintages.precedence import one_per_release
from analysis.vintages.series import figures_seen

ALL = "cocaine_deaths"
RATE = "cocaine_death_rate"
OVERDOSE = "overdose_deaths"
WITHOUT_ANY = "cocaine_without_any_opioid_deaths"
BESIDE = (
    RATE,
    "cocaine_with_synthetic_opioid_deaths",
    "cocaine_without_synthetic_opioid_deaths",
    WITHOUT_ANY,
)


def shares_of_all(deaths: pd.DataFrame, overdose: pd.DataFrame) -> pd.DataFrame:
    """Cocaine deaths in percent of all overdose deaths by year: `year`, `value`, `rows` (two ids)."""
    both = deaths.merge(overdose, on="year", suffixes=("", "_all"))
    return pd.DataFrame(
        {
            "year": both["year"],
            "value": 100 * both["value"] / both["value_all"],
            "rows": list(zip(both["figure"], both["figure_all"], strict=True)),
        }
    )


def deaths_beside(histories: dict[str, History], as_known: dict[str, Any]) -> Passage:
    """Counts beside rates, deaths without any opioid, the share of all, of naming, and the newest months."""
    said = [
        _rate_sentence(histories[ALL], histories[RATE]),
        _without_any(histories[WITHOUT_ANY]),
        _share_sentence(histories[ALL].table, histories[OVERDOSE].table),
        naming_sentence(as_known),
        newest_sentence(histories[ALL], as_known),
    ]
    return Passage("deaths_beside", [sentence for sentence in said if sentence])


def _rate_sentence(deaths: History, rate: History) -> Sentence | None:
    """The growth of the count and of the rate by one release that gives both, over its widest span."""
    spans = [
        (link.last_year - link.first_year, link.last_year, link)
        for link in deaths.newest.values()
        if len(link.rows) == 2
    ]
    for _, _, link in sorted(spans, key=lambda span: span[:2], reverse=True):
        years = (link.first_year, link.last_year)
        grown = deaths.growth(*years), rate.growth(*years)
        if all(isinstance(growth, Growth) and not growth.chained for growth in grown):
            count, by_rate = grown
            assert isinstance(count, Growth)
            assert isinstance(by_rate, Growth)
            slots: Slots = {
                "first_year": number(years[0], "year", count.rows[:1]),
                "last_year": number(years[1], "year", count.rows[-1:]),
                "count_verb": verb_of(count.factor),
                "rate_verb": verb_of(by_rate.factor),
                "count": size_slot(deaths, count),
                "rate": size_slot(rate, by_rate),
            }
            return say("deaths_rate", slots)
    return None


def _without_any(without: History) -> Sentence | None:
    """How deaths without any opioid changed from their lowest year since, to the last one."""
    levels = without.levels
    last = max(levels, default=0)
    recent = [year for year in levels if last - 10 <= year < last]
    low = min(recent, key=levels.__getitem__, default=last)
    growth = without.growth(low, last) if low < last else None
    if not isinstance(growth, Growth):
        return None
    annual = annual_growth(1, growth.factor, last - low)
    slots: Slots = {
        "first": number(growth.first, "deaths", growth.rows[:1], bare=True),
        "last": number(growth.last, "deaths", growth.rows[-1:], bare=True),
        "first_year": number(low, "year", growth.rows[:1]),
        "last_year": number(last, "year", growth.rows[-1:]),
        "annual": number(100 * annual, "percent a year", growth.rows),
    }
    return say("deaths_without_any", slots)


def _share_sentence(deaths: pd.DataFrame, overdose: pd.DataFrame) -> Sentence | None:
    """Cocaine's share of all overdose deaths: in the first and last year, and at its lowest."""
    shares = shares_of_all(deaths, overdose)
    if shares.empty:
        return None
    lowest = shares.sort_values("value", kind="stable").iloc[0]
    slots: Slots = {}
    for name, row in (
        ("first", shares.iloc[0]),
        ("low", lowest),
        ("last", shares.iloc[-1]),
    ):
        slots[name] = _share(row)
        slots[f"{name}_year"] = number(int(row["year"]), "year", row["rows"])
    return say("deaths_share", slots)


def _share(row: Any) -> Number:
    percent = f"{row['value']:.1f}\u00a0%"
    return number(float(row["value"]), "percent", row["rows"], text=percent)


def naming_sentence(as_known: dict[str, Any]) -> Sentence | None:
    """How many more certificates name a drug than before: how much of a rise better naming can be."""
    named = _by_period("drug_named_share", as_known, ("provisional_reported",))
    if len(named) < 2:
        return None
    first = named.iloc[0]
    last = named.iloc[-1]
    slots: Slots = {}
    for name, row in (("first", first), ("last", last)):
        percent = f"{row['value']:.1f}\u00a0%"
        ids = [str(row["figure"])]
        slots[name] = number(float(row["value"]), "percent", ids, text=percent)
        slots[f"{name}_period"] = _period(row)
    more = 100 * (last["value"] / first["value"] - 1)
    ids = [str(first["figure"]), str(last["figure"])]
    slots["more"] = number(more, "percent", ids)
    return say("deaths_naming", slots)


def _later(deaths: History, as_known: dict[str, Any]) -> pd.DataFrame:
    """The predicted figures of periods that end after the last final year."""
    last_final = max(deaths.levels, default=0)
    found = _by_period(ALL, as_known, ("provisional_predicted",))
    return found[found["period_end"].str[:4].astype("int64") > last_final]


def newest_slots(deaths: History, as_known: dict[str, Any]) -> Slots:
    """The newest predicted figure after the last final year, and its period; nothing if there is none."""
    later = _later(deaths, as_known)
    if later.empty:
        return {}
    newest = later.iloc[-1]
    return {"value": _worded(newest), "period": _period(newest)}


def newest_sentence(deaths: History, as_known: dict[str, Any]) -> Sentence | None:
    """The provisional deaths after the last final year: of the newest months, and of a year by one release."""
    later = _later(deaths, as_known)
    if later.empty:
        return None
    newest = later.iloc[-1]
    slots: Slots = {
        "value": _worded(newest),
        "period": _period(newest),
        "change": _change(newest, as_known),
        "before": "",
    }
    years = later[later["period_kind"] == "calendar_year"]
    if not years.empty and years.iloc[-1]["figure"] != newest["figure"]:
        year = years.iloc[-1]
        of_year: Slots = {
            "value": _worded(year),
            "period": _period(year),
            "change": _change(year, as_known),
        }
        slots["before"] = say("deaths_newest_year", of_year)
    return say("deaths_newest", slots)


def _change(row: Any, as_known: dict[str, Any]) -> Sentence | str:
    """The change on the months a year before, where the same release gives both."""
    rows = _rows(ALL, as_known, (str(row["status"]),))
    before = f"{int(row['period_end'][:4]) - 1}{row['period_end'][4:7]}"
    same = rows[
        (rows["release"] == row["release"])
        & (rows["period_end"].str[:7] == before)
        & (rows["value"] > 0)
    ]
    if same.empty:
        return ""
    first = same.iloc[0]
    factor = float(row["value"] / first["value"])
    ids = [str(first["figure"]), str(row["figure"])]
    return say(
        "deaths_newest_change",
        size=number(abs(100 * (factor - 1)), "percent", ids),
        way="less" if factor < 1 else "more",
        first=value_of(first, "deaths", bare=True),
    )


def _rows(
    measure: str, as_known: dict[str, Any], statuses: tuple[str, ...]
) -> pd.DataFrame:
    figures = figures_seen(**as_known, measure=measure, place="United States")
    levels = figures["status"].isin(statuses) & (figures["base_start"] == "")
    return one_per_release(figures[levels])


def _by_period(
    measure: str, as_known: dict[str, Any], statuses: tuple[str, ...]
) -> pd.DataFrame:
    """The newest release's figure of each period of a year, in order of their ends."""
    rows = _rows(measure, as_known, statuses)
    rows = rows[rows["value"].notna()]
    order = ["period_end", "release_date", "release"]
    return rows.sort_values(order, kind="stable").drop_duplicates(
        "period_end", keep="last"
    )


def _worded(row: Any) -> Number:
    """A count with the wording of its limits: nearly 20,000."""
    count = value_of(row, "deaths", bare=True)
    qualifier = str(row["qualifier"]).replace("_", " ")
    wording = "" if qualifier == "exact" else f"{qualifier} "
    return count._replace(text=f"{wording}{count.text}")


def _period(row: Any) -> Number:
    year = int(row["period_end"][:4])
    calendar = row["period_kind"] == "calendar_year"
    text = "" if calendar else f"the twelve months to {row['period_end'][:7]}"
    return number(year, "year", [str(row["figure"])], text=text)


def deaths_table(tables: dict[str, pd.DataFrame]) -> Table:
    """By year: cocaine deaths, their rate, with and without opioids, and their share of all overdose deaths."""
    shares = shares_of_all(tables[ALL], tables[OVERDOSE]).set_index("year")
    beside = [tables[measure].set_index("year") for measure in BESIDE]
    units = ["per 100,000", "deaths", "deaths", "deaths"]
    rows: list[list[Cell]] = []
    for row in records(tables[ALL]):
        cells: list[Cell] = [
            value_of(of.loc[row.year], unit, bare=True) if row.year in of.index else ""
            for of, unit in zip(beside, units, strict=True)
        ]
        share = _share(shares.loc[row.year]) if row.year in shares.index else ""
        count = number(row.value, "deaths", [row.figure], bare=True)
        year = year_in({"year": row.year, "figure": row.figure})
        rows.append([year, count, *cells, share])
    return table("deaths_beside", rows)
