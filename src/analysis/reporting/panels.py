"""The charts of the trend report: which points are joined, which are hollow, and what the title may say."""

from collections.abc import Sequence

import pandas as pd

from analysis.reporting.charts import Chart, Line, line_chart
from analysis.reporting.findings import growth_slots, telling_growth
from analysis.reporting.numbers import Cell, Sentence, Slots, Table, counted, number, say, value_of, year_in
from analysis.reporting.scope import Scope
from analysis.statistics.growth import index
from analysis.tables import records
from analysis.vintages.history import History
from analysis.vintages.linked import linked_levels
from analysis.vintages.series import SETTLED
from analysis.vocabulary import capital, label, maker_label, measures

_COLOURS = {"coca_area": "area", "cocaine_output": "output"}
_UNITS = {"ha": "net hectares at the end of the year", "t": "metric tons of pure cocaine a year"}
_NAMED = 5  # releases in a source line; all stand in the list of sources
_ENDS = {"low": "min", "high": "max"}


def with_joins(table: pd.DataFrame, broken: Sequence[int] = ()) -> pd.DataFrame:
    """Points of a series, saying which may be joined to the year before: those of the same release.

    `table` has `year`, `value`, `release`, `kind` and `figure`, one row a year; years without a value are left out.
    A compilation joins nothing, and nothing is joined into the `broken` years, the first of a new method. Adds
    `joined` and `hollow` (False).

    >>> table = pd.DataFrame({"year": [2011, 2012, 2013, 2015], "value": [273.0, 210, 235, 545],
    ...     "release": ["new", "old", "old", "old"], "kind": "original", "figure": list("abcd")})
    >>> with_joins(table)["joined"].tolist()
    [False, False, True, False]
    """
    points = table[table["value"].notna()].sort_values("year")
    follows = points["year"].diff().eq(1) & points["release"].eq(points["release"].shift())
    follows &= ~points["year"].isin(broken) & (points["kind"] != "compilation")
    return points.assign(joined=follows, hollow=False)


def _with_unsettled(points: pd.DataFrame, unsettled: pd.DataFrame) -> pd.DataFrame:
    extra = with_joins(unsettled[~unsettled["year"].isin(points["year"])])
    if extra.empty:
        return points
    return pd.concat([points, extra.assign(hollow=True)], ignore_index=True).sort_values("year", ignore_index=True)


def measure_chart(history: History, unsettled: pd.DataFrame, years: tuple[int, int]) -> Chart:
    """Coca area or output over the years; the `unsettled` series, leaked and provisional, is hollow where alone."""
    measure, broken = history.measure, history.breaks["year"].tolist()
    unit = measures()[measure].unit
    settled = history.table[history.table["status"].isin(SETTLED)]
    points = _with_unsettled(with_joins(settled, broken), unsettled)
    lines = [Line(maker_label(history.estimates), _COLOURS.get(measure, "deaths"), points)]
    hollow = "; hollow: leaked or provisional" if points["hollow"].any() else ""
    words = f"{capital(label(measure))}, {history.place}, {_UNITS.get(unit, unit)}"
    return line_chart(
        measure, lines, years, unit=unit, subtitle=f"{words}; lines join figures of one release only{hollow}",
        title=_growth_title(history, years), alt=_alt(measure, points, history.place), source=_source(points),
    )  # fmt: skip


def index_chart(histories: Sequence[History], years: tuple[int, int]) -> Chart:
    """Measures as multiples of the first year that all have, times a hundred: one axis for what has several units.

    Each is drawn over its longest unbroken stretch, at one level, so that no revision looks like a change.
    """
    levels = [linked_levels(history) for history in histories]
    shared = sorted(set.intersection(*(set(table["year"]) for table in levels)))
    lines = [
        Line(label(history.measure), _COLOURS.get(history.measure, "deaths"), index_points(table, shared[0]))
        for history, table in (zip(histories, levels, strict=True) if shared else ())
    ]
    rows = [row for table in levels for ids in table["rows"] for row in ids]
    base_year = number(shared[0], "year", rows) if shared else "no year"
    slots: Slots = {"what": capital(" and ".join(label(history.measure) for history in histories)), "base": base_year}
    return line_chart(
        "index", lines, years, unit="index", title=say("index_title", slots), alt=say("index_alt", slots),
        subtitle="Index, the base year is one hundred; the longest unbroken stretch of each; hollow: chained",
        source="Source: computed from the printed figures.",
    )  # fmt: skip


def index_points(levels: pd.DataFrame, base: int) -> pd.DataFrame:
    """The points of an index, from a series at one level as `linked_levels` gives it."""
    values = index(levels.set_index("year")["value"], base).tolist()
    follows = levels["year"].diff().eq(1)
    return levels.assign(value=values, figure=levels["rows"].map(" ".join), hollow=levels["chained"], joined=follows)


def _growth_title(history: History, years: tuple[int, int]) -> Sentence:
    id, what = f"{history.measure}_title", capital(label(history.measure))
    growth = telling_growth(history, years)
    if growth:
        return say("title_growth", growth_slots(history, growth), id=id)
    name = "title_no_figures" if history.vintages.empty else "title_no_growth"
    return say(name, id=id, what=what, releases=counted(history.vintages, "release", "release"))


def _alt(measure: str, points: pd.DataFrame, place: str) -> Sentence:
    slots: Slots = {"what": label(measure), "place": place}
    unit, id = measures()[measure].unit, f"{measure}_alt"
    if points.empty:
        return say("alt_none", slots, id=id)
    ends = {"first": points.iloc[0], "last": points.iloc[-1]}
    for name, point in (ends | {"top": points.sort_values("value", kind="stable").iloc[-1]}).items():
        slots |= {name: value_of(point, unit), f"{name}_year": year_in(point)}
    slots |= {"count": counted(points, one="figure"), "releases": counted(points, "release", "release")}
    return say("alt_one" if len(points) == 1 else "alt_points", slots, id=id)


def _source(points: pd.DataFrame) -> str:
    releases = list(dict.fromkeys(points.sort_values("release_date", ascending=False)["release"]))
    older = " and older ones" if len(releases) > _NAMED else ""
    return "Source: " + (", ".join(releases[:_NAMED]) or "none") + older + "; see the list of sources."


def per_hectare_chart(table: pd.DataFrame, breaks: pd.DataFrame, scope: Scope) -> Chart:
    """Output per hectare over the years, from `output_per_hectare`; hollow and unjoined where of two releases."""
    id = "output_per_hectare"
    points = with_joins(table.assign(figure=table["output"], kind=""), breaks["year"].tolist())
    points["hollow"] = ~points["one_release"]
    points["joined"] &= points["one_release"]
    lines = [Line(maker_label(scope.estimates), "yield", points)]
    words = f"Potential output over coca area, {scope.country}, kilograms a hectare; hollow: output and area of two releases"
    title, alt = _per_hectare_words(id, points, scope.country)
    source = "Source: computed from the two charts above."
    return line_chart(id, lines, scope.years, title=title, alt=alt, subtitle=words, source=source, unit="kg/ha")


def _per_hectare_words(id: str, points: pd.DataFrame, place: str) -> tuple[Sentence, Sentence]:
    if points.empty:
        return say("per_hectare_title_none", id=f"{id}_title"), say("per_hectare_alt_none", id=f"{id}_alt")
    rows, hollow = [*points["output"], *points["area"]], int(points["hollow"].sum())
    slots: Slots = {name: number(getattr(points["value"], end)(), "kg/ha", rows) for name, end in _ENDS.items()}
    slots["count"] = number(len(points), "figures", rows, one="year")
    slots["mixed"] = number(hollow, "figures", rows) if hollow else "none"
    return say("per_hectare_title", slots, id=f"{id}_title"), say("per_hectare_alt", slots, id=f"{id}_alt", place=place)


def per_hectare_table(year_end: pd.DataFrame, mean: pd.DataFrame) -> Table:
    """Output per hectare by year, on the area at the end of the year and on the mean of two year-ends."""
    both = year_end.merge(mean, on="year", how="left", suffixes=("", "_mean"))
    rows: list[list[Cell]] = []
    for row in records(both):
        ids, mean_ids = (row.output, row.area), (row.output, row.area, row.area_before)
        at_end = number(row.value, "kg/ha", ids, bare=True)
        of_mean = number(row.value_mean, "kg/ha", mean_ids, bare=True) if pd.notna(row.value_mean) else "not known"
        rows.append([number(row.year, "year", ids), at_end, of_mean, row.release or "two releases"])
    headings = ["Year", "At the year's end", "Mean of two year-ends", "Release"]
    return Table("per_hectare", say("per_hectare_caption"), headings, rows)


def deaths_chart(tables: dict[str, pd.DataFrame], provisional: pd.DataFrame, years: tuple[int, int]) -> Chart:
    """US cocaine deaths: series of final counts, `all`, `with` and `without` a synthetic opioid.

    Predicted provisional counts are hollow, and never joined to final ones.
    """
    points = {name: with_joins(table) for name, table in tables.items()}
    points["all"] = _with_unsettled(points["all"], provisional)
    lines = [
        Line("all cocaine deaths", "deaths", points["all"]),
        Line("with synthetic opioids", "deaths_2", points["with"], dashed=True),
        Line("without", "output", points["without"]),
    ]
    hollow = "; hollow: provisional, predicted" if points["all"]["hollow"].any() else ""
    return line_chart(
        "deaths", lines, years, title=_deaths_title(tables), alt=_alt("cocaine_deaths", points["all"], "the United States"),
        subtitle=f"US overdose deaths that name cocaine, with and without a synthetic opioid, counts a year{hollow}",
        source=_source(pd.concat(points.values())), unit="deaths",
    )  # fmt: skip


def _deaths_title(tables: dict[str, pd.DataFrame]) -> Sentence:
    common = tables["all"].merge(tables["with"], on=["year", "release"], suffixes=("", "_with"))
    if common.empty:
        return say("deaths_title_none", id="deaths_title")
    last = common.iloc[-1]
    share = number(last["value_with"] / last["value"] * 100, "percent", [last["figure"], last["figure_with"]])
    return say("deaths_title", year=year_in(last), share=share)
