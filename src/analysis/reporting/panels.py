"""The charts of the trend report: which points are joined, which are hollow, and what the title may say."""

import pandas as pd

from analysis.reporting.charts import Chart, Line, draw_lines
from analysis.reporting.findings import capital, change_words, label, span_slots
from analysis.reporting.numbers import Number, Sentence, number, sentence
from analysis.reporting.scope import Scope
from analysis.vintages.growth import growth_between, widest_growth
from analysis.vocabulary import maker_label, measures

_COLOURS = {"coca_area": "area", "cocaine_output": "output"}
_EMPTY = "No figures were printed for these years."


def with_joins(table: pd.DataFrame) -> pd.DataFrame:
    """Points of a series, saying which may be joined to the year before: those of the same release.

    Parameters
    ----------
    table : DataFrame
        `year`, `value`, `release`, `figure`, one row a year.

    Returns
    -------
    DataFrame
        With `joined` and `hollow` (False); years without a value are left out.

    Examples
    --------
    >>> table = pd.DataFrame({"year": [2011, 2012, 2013, 2015], "value": [273.0, 210, 235, 545],
    ...     "release": ["new", "old", "old", "old"], "figure": list("abcd")})
    >>> with_joins(table)["joined"].tolist()
    [False, False, True, False]
    """
    points = table[table["value"].notna()].sort_values("year")
    follows = points["year"].diff().eq(1) & points["release"].eq(points["release"].shift())
    return points.assign(joined=follows, hollow=False)


def _with_unsettled(points: pd.DataFrame, unsettled: pd.DataFrame) -> pd.DataFrame:
    extra = with_joins(unsettled[~unsettled["year"].isin(points["year"])])
    if extra.empty:
        return points
    return pd.concat([points, extra.assign(hollow=True)], ignore_index=True).sort_values("year", ignore_index=True)


def measure_chart(
    measure: str, table: pd.DataFrame, unsettled: pd.DataFrame, vintages: pd.DataFrame, scope: Scope
) -> Chart:
    """A measure of coca over the years.

    Parameters
    ----------
    measure : str
        `coca_area` or `cocaine_output`.
    table, unsettled, vintages : DataFrame
        The series of settled figures, that of leaked and provisional ones (drawn hollow where nothing else
        is), and all vintages, for the title's growth.
    scope : Scope
        For the axis and the words.
    """
    points = _with_unsettled(with_joins(table), unsettled)
    lines = [Line(maker_label(scope.estimates), _COLOURS[measure], points)]
    svg, data = draw_lines(measure, lines, scope.years, _EMPTY)
    subtitle = (
        f"{capital(label(measure))}, {scope.country}, {_unit_words(measure)}; lines join figures of one release only"
    )
    return Chart(
        measure,
        _growth_title(measure, vintages, scope),
        _alt(measure, points, scope.country),
        subtitle + ("; hollow: leaked or provisional" if points["hollow"].any() else ""),
        _source(points),
        svg,
        data,
    )


def _unit_words(measure: str) -> str:
    return {"ha": "net hectares at the end of the year", "t": "metric tons of pure cocaine a year"}[
        measures()[measure].unit
    ]


def _growth_title(measure: str, vintages: pd.DataFrame, scope: Scope) -> Sentence:
    growth = growth_between(vintages, *scope.years) or widest_growth(vintages)
    if growth is None:
        figures = len(vintages)
        return sentence(
            f"{measure}_title",
            "{what}: {count}, no two years by one release" if figures else "{what}: no figures",
            what=capital(label(measure)),
            **({"count": _count(figures, vintages)} if figures else {}),
        )
    verb, size = change_words(growth)
    return sentence(
        f"{measure}_title",
        "{what} {verb} {size} between {first_year} and {last_year}",
        what=capital(label(measure)),
        verb=verb,
        size=size,
        **span_slots(growth),
    )


def _count(figures: int, table: pd.DataFrame) -> Number:
    return number(figures, "figures", table["figure"], text=f"{figures} figure{'s' if figures != 1 else ''}")


def _alt(measure: str, points: pd.DataFrame, place: str) -> Sentence:
    id = f"{measure}_alt"
    if points.empty:
        return sentence(id, "No {what} was printed for {place} and these years.", what=label(measure), place=place)
    if len(points) == 1:
        only = points.iloc[0]
        words = "One point: {what}, {place}, {value} in {year}."
        return sentence(id, words, what=label(measure), place=place, value=_value(only, measure), year=_year(only))
    first, last, top = points.iloc[0], points.iloc[-1], points.sort_values("value", kind="stable").iloc[-1]
    return sentence(
        id,
        "Points by year, {what}, {place}: {first} in {first_year}, {last} in {last_year}; the highest figure is {top} for "
        "{top_year}. {count} from {releases}; where neighbouring years come from two releases they are not joined.",
        what=label(measure),
        place=place,
        first=_value(first, measure),
        first_year=_year(first),
        last=_value(last, measure),
        last_year=_year(last),
        top=_value(top, measure),
        top_year=_year(top),
        count=_count(len(points), points),
        releases=_releases(points),
    )


def _value(point: "pd.Series[float]", measure: str) -> Number:
    return number(float(point["value"]), measures()[measure].unit, [str(point["figure"])])


def _year(point: "pd.Series[float]") -> Number:
    return number(int(point["year"]), "year", [str(point["figure"])])


def _releases(points: pd.DataFrame) -> Number:
    count = points["release"].nunique()
    return number(count, "figures", points["figure"], text=f"{count} release{'s' if count != 1 else ''}")


def _source(points: pd.DataFrame) -> str:
    releases = list(dict.fromkeys(points.sort_values("release_date", ascending=False)["release"]))
    return "Source: " + (", ".join(releases) if releases else "none") + "; see the list of sources."


def per_hectare_chart(table: pd.DataFrame, scope: Scope) -> Chart:
    """Output per hectare over the years.

    Parameters
    ----------
    table : DataFrame
        From `output_per_hectare`. Where output and area are not of one release the point is hollow and unjoined.
    """
    points = with_joins(table.assign(figure=table["output"]))
    points["hollow"] = ~points["one_release"]
    points["joined"] &= points["one_release"]
    lines = [Line(maker_label(scope.estimates), "yield", points)]
    svg, data = draw_lines("output_per_hectare", lines, scope.years, _EMPTY)
    id, rows = "output_per_hectare", [*points["output"], *points["area"]]
    if points.empty:
        title = sentence(f"{id}_title", "Output per hectare: no year has both figures")
        alt = sentence(f"{id}_alt", "No year has a figure of output and one of area.")
    else:
        low, high = points["value"].min(), points["value"].max()
        ends = {"low": number(low, "kg/ha", rows), "high": number(high, "kg/ha", rows)}
        title = sentence(f"{id}_title", "Output per hectare lay between {low} and {high}", **ends)
        alt = sentence(
            f"{id}_alt",
            "Points by year, potential output over coca area, {place}: between {low} and {high} in {count}, {mixed} of them "
            "hollow because output and area come from two releases.",
            place=scope.country,
            count=number(len(points), "figures", rows, text=f"{len(points)} year{'s' if len(points) > 1 else ''}"),
            mixed=number(int(points["hollow"].sum()), "figures", rows) if points["hollow"].any() else "none",
            **ends,
        )
    subtitle = f"Potential output over coca area, {scope.country}, kilograms a hectare; hollow: output and area of two releases"
    source = "Source: computed from the two charts above."
    return Chart(id, title, alt, subtitle, source, svg, data)


def deaths_chart(tables: dict[str, pd.DataFrame], provisional: pd.DataFrame, scope: Scope) -> Chart:
    """US cocaine deaths: all, with and without a synthetic opioid.

    Parameters
    ----------
    tables : dict of DataFrame
        `all`, `with` and `without`: series of final counts.
    provisional : DataFrame
        Predicted provisional counts; hollow, and never joined to final ones.
    """
    points = {name: with_joins(table) for name, table in tables.items()}
    points["all"] = _with_unsettled(points["all"], provisional)
    lines = [
        Line("all cocaine\ndeaths", "deaths", points["all"]),
        Line("with synthetic\nopioids", "deaths_2", points["with"], dashed=True),
        Line("without", "output", points["without"]),
    ]
    svg, data = draw_lines("deaths", lines, scope.years, _EMPTY)
    hollow = "; hollow: provisional, predicted" if points["all"]["hollow"].any() else ""
    return Chart(
        "deaths",
        _deaths_title(tables),
        _alt("cocaine_deaths", points["all"], "the United States"),
        f"US overdose deaths that name cocaine, with and without a synthetic opioid, counts a year{hollow}",
        _source(pd.concat(points.values())),
        svg,
        data,
    )


def _deaths_title(tables: dict[str, pd.DataFrame]) -> Sentence:
    common = tables["all"].merge(tables["with"], on=["year", "release"], suffixes=("", "_with"))
    if common.empty:
        return sentence("deaths_title", "US cocaine deaths: not split by synthetic opioids for these years")
    last = common.iloc[-1]
    share = float(last["value_with"] / last["value"] * 100)
    return sentence(
        "deaths_title",
        "In {year}, {share} of US cocaine deaths also named a synthetic opioid",
        year=number(int(last["year"]), "year", [str(last["figure"])]),
        share=number(share, "percent", [str(last["figure"]), str(last["figure_with"])]),
    )
