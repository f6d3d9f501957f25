"""What stands behind a report: how much was printed, what the articles said, what can't be shown, the sources."""

from typing import Any

import pandas as pd

from analysis.cleaning.processed import read_processed
from analysis.project import here
from analysis.reporting.findings import capital, label
from analysis.reporting.numbers import Cell, Link, Number, Passage, Sentence, Table, number, sentence
from analysis.reporting.scope import Scope
from analysis.tables import records
from analysis.vintages.growth import growth_between
from analysis.vintages.releases import newest_release, one_per_release
from analysis.vintages.series import figures_seen
from analysis.vocabulary import measures

_ARTICLES_FILE = "data/raw/articles.csv"
_WORDING = {
    "about": "about ", "more_than": "more than ", "at_least": "at least ", "nearly": "nearly ",
    "less_than": "less than ", "at_most": "up to ",
}  # fmt: skip
_READ_FROM = ("official", "copy", "repeated")


def coverage(tables: dict[str, pd.DataFrame]) -> Table:
    """How many figures, years and releases there are of each measure in the window."""
    rows: list[list[Cell]] = []
    for measure, table in tables.items():
        if table.empty:
            rows.append([capital(label(measure)), "none", "", "", ""])
            continue
        span = [int(table["year"].min()), int(table["year"].max())]
        rows.append(
            [
                capital(label(measure)),
                number(len(table), "figures", table["figure"]),
                number(table["year"].nunique(), "figures", table["figure"]),
                number(table["release"].nunique(), "figures", table["figure"]),
                number(span[0], "year", table["figure"], text="–".join(str(year) for year in dict.fromkeys(span))),
            ]
        )
    caption = sentence("coverage_caption", "What was printed of each measure in the window of this report")
    return Table("coverage", caption, ["Measure", "Figures", "Years", "Releases", "From–to"], rows)


def articles(scope: Scope) -> Table:
    """Figures of the articles beside those of the makers they name, then and now.

    "Then" is the newest release seen on the last day the article's date can mean, "now" that of the
    report's day; the articles themselves are left out of both. A multiple is held against the growth
    between its two years by one release.
    """
    seen = figures_seen(scope.as_of)
    said = seen[(seen["raw_file"] == _ARTICLES_FILE) & seen["place"].isin([scope.country, "United States"])]
    alone = scope.publications == "articles"
    if not alone:
        compared = said["measure"].isin(["coca_area_ratio", *seen.loc[seen["raw_file"] != _ARTICLES_FILE, "measure"]])
        said = said[compared]
    said = said.sort_values(["raw_line"])
    others = seen[seen["raw_file"] != _ARTICLES_FILE]
    rows: list[list[Cell]] = []
    for row in records(said):
        what = f"{_what_said(row)}, {row.place}"
        wording = number(_size(row), "wording", [row.figure], text=f"{row.printed} {_unit_said(row)}".strip())
        cells: list[Cell] = [what, _year_said(row), wording]
        compared_with = [] if alone else [
            _compared(others[others["available"] <= row.available], row),
            _compared(others, row),
        ]  # fmt: skip
        rows.append([*cells, *compared_with, row.published])
    headings = ["What", "Year", "The article", *([] if alone else ["Figure on its day", "Figure now"]), "Article"]
    words = (
        "What the articles print" if alone else "What the articles said, beside the figures of the makers they repeat"
    )
    return Table("articles", sentence("articles_caption", words), headings, rows)


def _size(row: Any) -> float:
    sizes = [row.value, row.low, row.high]
    return next((float(size) for size in sizes if not pd.isna(size)), float("nan"))


def _what_said(row: Any) -> str:
    measure, note = row.measure, row.note
    return f"{capital(label(measure))} ({note})" if measure.startswith("policy") else capital(label(measure))


def _unit_said(row: Any) -> str:
    unit = row.unit_printed
    return "" if unit in ("rank", "times", "year", "percent", "years", "USD", "USD a month") else unit


def _year_said(row: Any) -> Number | str:
    start, base = row.period_start, row.base_start
    if row.period_kind not in ("calendar_year", "decade"):
        return "at publication"
    figure = [row.figure]
    years = [base[:4], start[:4]] if base else [start[:4]]
    return number(int(years[-1]), "year", figure, text="–".join(years))


def _compared(figures: pd.DataFrame, row: Any) -> Number | str:
    measure, place, maker = (row.measure, row.place, row.estimate_by)
    start, base = row.period_start, row.base_start
    same = figures[(figures["place"] == place) & (figures["estimate_by"] == maker)]
    if measure == "coca_area_ratio":
        return _growth_compared(same[same["measure"] == "coca_area"], int(base[:4]), int(start[:4]))
    same = same[
        (same["measure"] == measure) & (same["period_start"] == start) & (same["period_kind"] == "calendar_year")
    ]
    settled = same[same["status"].isin(["final", "estimate"])]
    newest = newest_release(settled if not settled.empty else same[~same["status"].isin(["withdrawn", "leaked"])])
    if newest.empty:
        return "none printed"
    best = newest.sort_values("release_date").iloc[-1]
    if pd.isna(best["value"]):
        return "a range"
    status = {"provisional_predicted": " (predicted)", "provisional_reported": " (reported)"}.get(
        str(best["status"]), ""
    )
    shown = number(float(best["value"]), str(best["unit"]), [str(best["figure"])])
    wording = _WORDING.get(str(best["qualifier"]), "")
    return number(shown.value, shown.unit, shown.rows, text=wording + shown.text + status)


def _growth_compared(figures: pd.DataFrame, first: int, last: int) -> Number | str:
    rows = one_per_release(figures[figures["period_kind"] == "calendar_year"])
    rows = rows.assign(year=rows["period_start"].str[:4].astype("int64"))
    growth = growth_between(rows, first, last)
    return number(growth.factor, "times", growth.rows) if growth else "no release prints both years"


def limits(
    tables: dict[str, pd.DataFrame], unsettled: dict[str, pd.DataFrame], per_hectare: pd.DataFrame, scope: Scope
) -> Passage:
    """What the evidence cannot show, in sentences that depend on what it is.

    Parameters
    ----------
    tables, unsettled : dict of DataFrame
        Series by measure: settled figures; leaked and provisional ones.
    per_hectare : DataFrame
        From `output_per_hectare`.
    """
    said = [
        sentence(
            "limits_potential",
            "Potential output is coca area times an assumed yield, never a weight of cocaine made: it is not evidence "
            "independent of area, and output per hectare gives back the assumption.",
        ),
        sentence(
            "limits_cause",
            "Nothing here shows that coca area moves deaths: the figures stand side by side, both grew in many of these "
            "years, and fentanyl confounds them: a death counts under every drug that its certificate names, so deaths that "
            "name cocaine can rise through fentanyl without any change in coca.",
        ),
        *[_mixed(measure, table) for measure, table in tables.items() if len(table["release"].unique()) > 1],
        *[
            _unsettled(measure, tables[measure], table)
            for measure, table in unsettled.items()
            if _new(tables[measure], table)
        ],
    ]
    mixed = per_hectare[~per_hectare["one_release"]]
    if not mixed.empty:
        rows = [*mixed["output"], *mixed["area"]]
        said.append(
            sentence(
                "limits_per_hectare",
                "In {mixed} of {years} years output and area come from two releases; their quotient may mix two methods.",
                mixed=number(len(mixed), "figures", rows),
                years=number(len(per_hectare), "figures", [*per_hectare["output"], *per_hectare["area"]]),
            )
        )
    said.append(_readings(pd.concat(tables.values())))
    if scope.publications == "articles":
        said.append(
            sentence(
                "limits_articles", "Only what the articles print is used: no official figure stands behind this page."
            )
        )
    return Passage("limits", tuple(said), listed=True)


def _mixed(measure: str, table: pd.DataFrame) -> Sentence:
    return sentence(
        f"limits_mixed_{measure}",
        "The {figures} yearly figures of {what} come from {releases} releases. Between two releases a rise or fall may be a "
        "revision, so only figures of one release are joined by a line or turned into growth.",
        what=label(measure),
        figures=number(len(table), "figures", table["figure"]),
        releases=number(table["release"].nunique(), "figures", table["figure"]),
    )


def _new(settled: pd.DataFrame, unsettled: pd.DataFrame) -> bool:
    return bool((~unsettled["year"].isin(settled["year"])).any())


def _unsettled(measure: str, settled: pd.DataFrame, unsettled: pd.DataFrame) -> Sentence:
    row = unsettled[~unsettled["year"].isin(settled["year"])].iloc[-1]
    why = {
        "leaked": "was told to the press and withheld by its maker",
        "provisional_predicted": "is provisional, a prediction",
    }
    return sentence(
        f"limits_unsettled_{measure}",
        "The figure of {what} for {year}, {value}, {why}: it is drawn hollow and enters no growth.",
        what=label(measure),
        year=number(int(row["year"]), "year", [str(row["figure"])]),
        value=number(float(row["value"]), measures()[measure].unit, [str(row["figure"])]),
        why=why[str(row["status"])],
    )


def _readings(shown: pd.DataFrame) -> Sentence:
    counts = {name: shown[shown["read_from"] == name] for name in _READ_FROM}
    return sentence(
        "limits_readings",
        "Of {all} figures drawn for area, output and all cocaine deaths, {official} were read on the publisher's own page, "
        "{copy} in a copy of it kept by someone else, and {repeated} in a text that repeats it.",
        all=number(len(shown), "figures", shown["figure"]),
        **{name: number(len(rows), "figures", rows["figure"]) for name, rows in counts.items()},
    )


def sources(used: set[str], scope: Scope) -> Table:
    """The publications of the figures that a report uses, newest first.

    Parameters
    ----------
    used : set of str
        Ids of the figures drawn or behind a number.
    scope : Scope
        For the caption.
    """
    figures = figures_seen(scope.as_of)
    figures = figures[figures["figure"].isin(used)]
    publications = read_processed(here(), "publications.csv")
    listed = publications[publications["publication"].isin(figures["publication"])]
    rows: list[list[Cell]] = []
    for publication in records(listed.sort_values("available", ascending=False, kind="stable")):
        mine = figures[figures["publication"] == publication.publication]
        read = ", ".join(name for name in _READ_FROM if (mine["read_from"] == name).any())
        what = Link(f"{publication.publisher}: {publication.title}", publication.url)
        rows.append(
            [what, publication.published, number(len(mine), "figures", mine["figure"]), read, publication.publication]
        )
    caption = sentence("sources_caption", "Publications behind the figures of this report, newest first")
    return Table("sources", caption, ["What", "Published", "Figures", "Read from", "Publication"], rows)
