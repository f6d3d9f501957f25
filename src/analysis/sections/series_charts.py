"""The charts of the trend report: which points are joined, which are hollow, and what the title may say."""

from collections.abc import Sequence

import pandas as pd

from analysis.display.drawing import Line, line_chart
from analysis.display.numbers import (
    Cell,
    Sentence,
    Slots,
    about,
    counted,
    number,
    numbers,
    say,
    value_of,
    year_in,
)
from analysis.display.outputs import Chart, Table, chart_words, table
from analysis.precision import recorded, same
from analysis.sections.growth import growth_slots, telling_growth
from analysis.sections.scope import Scope
from analysis.statistics.growth import index
from analysis.statistics.output_per_hectare import basis_of
from analysis.tables import records
from analysis.vintages.chain_linking import linked_levels
from analysis.vintages.history import History
from analysis.vintages.series import SETTLED
from analysis.vocabulary import agency_label, capital, label, measures

COLOURS = {"coca_area": "area", "cocaine_output": "output"}
_UNITS = {
    "ha": "net hectares at the end of the year",
    "t": "metric tons of pure cocaine a year",
}
_BASES = {
    "year_end": "coca area at the end of the year",
    "mean_of_year_ends": "the mean coca area of two year-ends",
}
_NAMED = 5  # releases in a source line; all stand in the list of sources


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
    follows = points["year"].diff().eq(1) & points["release"].eq(
        points["release"].shift()
    )
    follows &= ~points["year"].isin(broken) & (points["kind"] != "compilation")
    return points.assign(joined=follows, hollow=False)


def _with_unsettled(points: pd.DataFrame, unsettled: pd.DataFrame) -> pd.DataFrame:
    extra = with_joins(unsettled[~unsettled["year"].isin(points["year"])])
    if extra.empty:
        return points
    return pd.concat(
        [points, extra.assign(hollow=True)], ignore_index=True
    ).sort_values("year", ignore_index=True)


def measure_chart(
    history: History, unsettled: pd.DataFrame, years: tuple[int, int]
) -> Chart:
    """Coca area or output over the years; the `unsettled` series, leaked and provisional, is hollow where alone."""
    measure = history.measure
    unit = measures()[history.measure].unit
    settled = history.table[history.table["status"].isin(SETTLED)]
    points = _with_unsettled(
        with_joins(settled, history.breaks["year"].tolist()), unsettled
    )
    slots = about(measure, history.place) | {
        "unit": _UNITS.get(unit, unit),
        "releases": _source(points),
    }
    slots["hollow"] = (
        "; hollow: leaked or provisional" if points["hollow"].any() else ""
    )
    title = _growth_title(history, years)
    alt = _alt(measure, points, history.place)
    line = Line(agency_label(history.agency), COLOURS.get(measure, "deaths"), points)
    return line_chart(
        measure,
        [line],
        years,
        chart_words("measure", slots, title=title, alt=alt),
        unit,
    )


def index_chart(histories: Sequence[History], years: tuple[int, int]) -> Chart:
    """Measures as multiples of the first year that all have, times a hundred: one axis for what has several units.

    Each is drawn over its longest unbroken stretch, at one level, so that no revision looks like a change.
    """
    levels = [linked_levels(history) for history in histories]
    shared = sorted(set.intersection(*(set(table["year"]) for table in levels)))
    lines = [
        Line(
            label(history.measure),
            COLOURS.get(history.measure, "deaths"),
            index_points(table, shared[0]),
        )
        for history, table in (zip(histories, levels, strict=True) if shared else ())
    ]
    rows = [row for table in levels for ids in table["rows"] for row in ids]
    slots: Slots = {
        "what": capital(" and ".join(label(history.measure) for history in histories))
    }
    slots["base"] = number(shared[0], "year", rows) if shared else "no year"
    return line_chart("index", lines, years, chart_words("index", slots), "index")


def index_points(levels: pd.DataFrame, base: int) -> pd.DataFrame:
    """The points of an index, from a series at one level as `linked_levels` gives it."""
    values = index(levels.set_index("year")["value"], base).tolist()
    follows = levels["year"].diff().eq(1)
    return levels.assign(
        value=values,
        figure=levels["rows"].map(" ".join),
        hollow=levels["chained"],
        joined=follows,
    )


def _growth_title(history: History, years: tuple[int, int]) -> Sentence:
    if growth := telling_growth(history, years):
        return say(
            "title_growth", growth_slots(history, growth), id=f"{history.measure}_title"
        )
    name = "title_no_figures" if history.vintages.empty else "title_no_growth"
    slots = about(history.measure) | {
        "releases": counted(history.vintages, "release", "release")
    }
    return say(name, slots, id=f"{history.measure}_title")


def _alt(measure: str, points: pd.DataFrame, place: str) -> Sentence:
    slots = about(measure, place)
    unit = measures()[measure].unit
    if points.empty:
        return say("alt_none", slots)
    order = points.sort_values(
        "value", key=lambda values: values.map(recorded), kind="stable"
    )
    for name, point in (
        ("first", points.iloc[0]),
        ("last", points.iloc[-1]),
        ("top", order.iloc[-1]),
    ):
        slots |= {name: value_of(point, unit), f"{name}_year": year_in(point)}
    slots |= {
        "count": counted(points, one="figure"),
        "releases": counted(points, "release", "release"),
    }
    return say(
        "alt_one" if len(points) == 1 else "alt_points", slots, id=f"{measure}_alt"
    )


def _source(points: pd.DataFrame) -> str:
    releases = points.sort_values("release_date", ascending=False)["release"].unique()
    return (", ".join(releases[:_NAMED]) or "none") + (
        " and older ones" if len(releases) > _NAMED else ""
    )


def per_hectare_chart(table: pd.DataFrame, breaks: pd.DataFrame, scope: Scope) -> Chart:
    """Output per hectare over the years, from `output_per_hectare`; hollow and unjoined where of two releases."""
    points = with_joins(
        table.assign(figure=table["output"], kind=""), breaks["year"].tolist()
    )
    points["hollow"] = ~points["one_release"]
    points["joined"] &= points["one_release"]
    rows = [*points["output"], *points["area"]]
    hollow = int(points["hollow"].sum())
    slots: Slots = {
        "place": scope.country,
        "basis": _BASES[basis_of(scope.agency)],
        "count": number(len(points), "figures", rows, one="year"),
    }
    slots |= numbers(
        "kg/ha", rows, {"low": points["value"].min(), "high": points["value"].max()}
    )
    slots["mixed"] = number(hollow, "figures", rows) if hollow else "none"
    words = chart_words(
        "per_hectare", slots, id="output_per_hectare", empty=points.empty
    )
    line = Line(agency_label(scope.agency), "yield", points)
    return line_chart("output_per_hectare", [line], scope.years, words, "kg/ha")


def per_hectare_table(
    year_end: pd.DataFrame, mean: pd.DataFrame, published: pd.DataFrame
) -> Table:
    """Output per hectare by year, on the mean of two year-ends, at the year's end, and as published for productive area."""
    both = year_end.merge(mean, on="year", how="left", suffixes=("", "_mean"))
    newest = published.drop_duplicates("year", keep="last").set_index("year")
    rows: list[list[Cell]] = []
    for row in records(both):
        ids = (row.output, row.area)
        mean_ids = (row.output, row.area, row.area_before)
        known = same(row.tonnes, row.tonnes_mean)  # not of another vintage
        given = row.year in newest.index
        cells: list[Cell] = [
            number(row.value_mean, "kg/ha", mean_ids, bare=True) if known else "",
            number(row.value, "kg/ha", ids, bare=True),
            value_of(newest.loc[row.year], "kg/ha", bare=True) if given else "",
        ]
        year = number(row.year, "year", ids)
        rows.append([year, *cells, row.release or "two releases"])
    return table("per_hectare", rows)


def deaths_chart(
    tables: dict[str, pd.DataFrame], provisional: pd.DataFrame, years: tuple[int, int]
) -> Chart:
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
    slots: Slots = {
        "hollow": "; hollow: provisional, predicted"
        if points["all"]["hollow"].any()
        else ""
    }
    slots["releases"] = _source(pd.concat(points.values()))
    alt = _alt("cocaine_deaths", points["all"], "the United States")
    return line_chart(
        "deaths",
        lines,
        years,
        chart_words("deaths", slots, title=_deaths_title(tables), alt=alt),
        "deaths",
    )


def _deaths_title(tables: dict[str, pd.DataFrame]) -> Sentence:
    common = tables["all"].merge(
        tables["with"], on=["year", "release"], suffixes=("", "_with")
    )
    if common.empty:
        return say("deaths_title_none")
    last = common.iloc[-1]
    share = number(
        last["value_with"] / last["value"] * 100,
        "percent",
        [last["figure"], last["figure_with"]],
    )
    return say("deaths_title", year=year_in(last), share=share)
