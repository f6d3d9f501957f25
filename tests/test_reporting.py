import json
import re
from pathlib import Path

import pandas as pd
import pytest
from layout import faults

import analysis
from analysis import every_vintage, history, open_report
from analysis.display.numbers import MIME, Link, number, sentence, words
from analysis.display.outputs import Chart, Passage, Table
from analysis.display.records import markup
from analysis.sections import evidence, growth, series_charts
from analysis.sections.trend_report import TrendReport
from analysis.vintages.history import History

SCOPES = [
    {
        "country": "Colombia",
        "agency": "us_government",
        "start_year": 2011,
        "end_year": 2021,
    },
    {"country": "Colombia", "agency": "unodc", "start_year": 1999, "end_year": 2024},
    {
        "country": "Peru",
        "agency": "us_government",
        "start_year": 2008,
        "end_year": 2017,
    },
    {
        "country": "Bolivia",
        "agency": "us_government",
        "start_year": 2008,
        "end_year": 2017,
    },
    {"country": "Peru", "agency": "devida", "start_year": 2017, "end_year": 2024},
    {"country": "Bolivia", "agency": "unodc", "start_year": 2003, "end_year": 2024},
    {
        "country": "Colombia",
        "agency": "us_government",
        "start_year": 2011,
        "end_year": 2021,
        "publications": "articles",
    },
    {
        "country": "Colombia",
        "agency": "us_government",
        "start_year": 2011,
        "end_year": 2021,
        "as_of": "2022-08-31",
    },
    {
        "country": "Colombia",
        "agency": "us_government",
        "start_year": 2010,
        "end_year": 2010,
    },
]


@pytest.fixture(
    params=SCOPES,
    ids=lambda scope: "-".join(str(value) for value in scope.values()),
    scope="module",
)
def report(request: pytest.FixtureRequest) -> TrendReport:
    found: TrendReport = open_report(**request.param)
    return found


_DRAWN: dict[
    int, tuple[TrendReport, list[Chart]]
] = {}  # drawing costs most of what these tests take


def drawn(report: TrendReport) -> list[Chart]:
    if id(report) not in _DRAWN:
        _DRAWN[id(report)] = report, _charts(report)
    return _DRAWN[id(report)][1]


def _charts(report: TrendReport) -> list[Chart]:
    output, deaths = "cocaine_output", "cocaine_deaths"
    return [
        *map(report.chart, ("coca_area", output)), report.chart_output_per_hectare(), report.chart_deaths(),
        report.chart_index("coca_area", output), report.chart_decomposition(), report.chart_trend("coca_area"),
        report.chart_growth("coca_area", deaths), report.chart_comparisons(deaths), report.chart_robustness(output),
    ]  # fmt: skip


def vintages(rows: list[tuple[int, float, str]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["year", "value", "release"])
    return table.assign(
        release_date="2020-01-1" + table["release"].map(ord).mod(10).map(str), kind="original", unit="t", measure="cocaine_output", place="Colombia",
        agency="us_government", status="estimate", rounding_unit=1.0, figure=[f"fig-{place}" for place in range(len(rows))], read_from="official",
    )  # fmt: skip


def made(
    table: pd.DataFrame,
    measure: str = "cocaine_output",
    breaks: dict[int, str] | None = None,
) -> History:
    known = pd.DataFrame(
        {"year": list(breaks or {}), "reason": list((breaks or {}).values())}
    )
    newest = (
        table.sort_values("release_date")
        .drop_duplicates("year", keep="last")
        .sort_values("year")
    )
    return History(
        measure,
        "Colombia",
        "us_government",
        newest,
        table,
        table.iloc[:0].assign(base_year=0),
        known,
    )


def said(passage: Passage) -> str:
    return " ".join(part.text for part in passage.sentences)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (972.4, "t", "972\u00a0t"), (38040.5, "ha", "38,040\u00a0ha"), (2021, "year", "2021"), (3.56, "times", "×3.6"),
        (8.6, "per 100,000", "8.6 per 100,000"), (24486, "deaths", "24,486 deaths"), (4.15, "kg/ha", "4.2\u00a0kg/ha"),
    ],
)  # fmt: skip
def test_a_number_prints_as_its_unit_asks(value: float, unit: str, text: str) -> None:
    assert number(value, unit).text == text


@pytest.mark.parametrize(
    "template",
    ["Output grew 3 times.", "In {year} output grew.", "Output grew {size}."],
)
def test_no_digit_is_typed_and_no_slot_forgotten(template: str) -> None:
    with pytest.raises(ValueError, match="a digit is typed or the slots"):
        sentence("rise", template, factor=number(3, "times"))


def test_every_sentence_is_used_and_holds_no_digit() -> None:
    code = "".join(
        path.read_text("utf-8") for path in Path(analysis.__file__).parent.rglob("*.py")
    )
    computed = (
        *("growth_", "limits_unsettled_", "limits_beyond_", "fit_", "together_"),
        *("decomposition_year_end", "decomposition_mean_of_"),
        *("overview_headline_", "overview_link_", "overview_name_"),
        *("overview_limits_", "overview_legend_"),
    )
    parts = "_(title|alt|subtitle|source|caption|headings)(_none)?$"  # of what a chart or a table is called
    used = {
        name
        for name in words()
        for said in (name, re.sub(parts, "", name))
        if f'"{said}"' in code
    }
    unused = [
        name for name in words() if name not in used and not name.startswith(computed)
    ]
    assert not unused
    assert not [text for text in words().values() if re.search(r"\d", text)]


def test_what_is_shown_is_escaped() -> None:
    bad = "<script>alert(1)</script>"
    table = Table(
        "t",
        sentence("c", "{what}", what=bad),
        [bad],
        [[bad], [Link(bad, "javascript:alert(1)")], [number(1, "t", text=bad)]],
    )
    shown = (
        table._repr_mimebundle_()["text/html"]
        + sentence("s", "{what}", what=bad)._repr_mimebundle_()["text/html"]
    )
    assert "<script" not in shown
    assert "javascript:" not in shown


def test_an_output_carries_its_numbers() -> None:
    output = sentence(
        "rise",
        "Output grew {factor}.",
        factor=number(3.56, "times", ["fig-a", "fig-a"]),
    )._repr_mimebundle_()
    assert output[MIME]["numbers"] == [
        {
            "id": "rise.factor",
            "value": 3.56,
            "unit": "times",
            "text": "×3.6",
            "rows": ["fig-a"],
        }
    ]
    assert json.dumps(output[MIME])


def test_growth_is_said_with_its_release() -> None:
    one = made(vintages([(2011, 100.0, "a"), (2021, 300.0, "a")]))
    assert said(growth.growth_passage(one, (2011, 2021))) == (
        "Potential cocaine output in Colombia grew 3.0-fold, from 100\u00a0t to 300\u00a0t between 2011 and 2021; both figures "
        "come from one release, a. The figure of 2011 was read on the publisher's own page. Compounded, that is 11.6\u00a0% a year, by the two ends alone; a trend fitted to all the years between can be another."
    )
    missing = said(growth.growth_passage(one, (2005, 2021)))
    assert missing.startswith(
        "We have read no settled figure of potential cocaine output in Colombia for 2005,"
    )


def test_where_no_release_prints_both_years_growth_is_chained() -> None:
    two = made(
        vintages(
            [
                (2011, 100.0, "a"),
                (2012, 200.0, "a"),
                (2012, 190.0, "b"),
                (2013, 285.0, "b"),
            ]
        )
    )
    assert said(growth.growth_passage(two, (2011, 2013))) == (
        "Potential cocaine output in Colombia grew about 3.0-fold (2.9 to 3.0) between 2011 and 2013, chained: we have read no "
        "release that gives both years, so the growth of 2 steps is multiplied, each by the newest release that gives it (a, "
        "b). From 285\u00a0t in 2013 the chain leads back to 95\u00a0t; none of the figures that we have read for 2011 is that "
        "one. What the figures leave open puts the multiple between 2.85 and 3.04, or 2.82 and 3.04 with rounding on top: 1 "
        "figure of 2011 that counted as the newest within the five years before the last one was published, 1 revision between "
        "two steps of the chain, carried back to the years before or not, and the rounding of what was published. Compounded, "
        "that is 73.2\u00a0% a year, by the two ends alone; a trend fitted to all the years between can be another."
    )


def test_why_there_is_no_growth_is_said() -> None:
    gap = made(vintages([(2011, 100.0, "a"), (2012, 110.0, "a"), (2021, 300.0, "b")]))
    assert said(growth.growth_passage(gap, (2011, 2021))) == (
        "We have read no release that links potential cocaine output in Colombia for 2012 and 2021: vintages are mixed there, "
        "and no growth is given over the whole window. Potential cocaine output in Colombia rose by about 10\u00a0% (9 to "
        "11), from 100\u00a0t to 110\u00a0t between 2011 and 2012; both figures come from one release, a. The figure of 2011 "
        "was read on the publisher's own page. The rounding of what was published puts the multiple between 1.09 and 1.11. "
        "Compounded, that is 10.0\u00a0% a year, by the two ends alone; a trend fitted to all the years between can be another. The newest figure, 300\u00a0t for 2021, is 3.0 times the newest of 2011, "
        "100\u00a0t; we have read no release that links 2012 with it, so a part of that may be a revision."
    )
    alone = made(vintages([(2011, 100.0, "a"), (2021, 300.0, "b")]))
    assert said(growth.growth_passage(alone, (2011, 2021))).endswith(
        "no growth is given at all."
    )
    changed = made(
        vintages([(2011, 100.0, "a"), (2021, 300.0, "a")]),
        breaks={2015: "another satellite"},
    )
    assert said(growth.growth_passage(changed, (2011, 2021))).startswith(
        "Of potential cocaine output in Colombia no growth leads into 2015, when the method changed: another satellite."
    )


def test_a_chain_that_a_newer_release_contradicts_is_refused() -> None:
    output = history("cocaine_output", "Colombia", "us_government")
    assert said(growth.growth_passage(output, (2011, 2019))).startswith(
        "Chained, potential cocaine output in Colombia would have grown ×4.5 over the window, but the newer release "
        "ondcp-release-2022-07 gives ×3.6 from 2011 to 2020: the chain is refused."
    )


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (300.0, "grew 3.0-fold"),
        (150.0, "rose by about 50"),
        (50.0, "fell by about 50\u00a0% (49 to 51)"),
        (100.0, "rose by about 0"),
    ],
)
def test_the_verb_follows_the_figures(last: float, words: str) -> None:
    table = made(vintages([(2011, 100.0, "a"), (2021, last, "a")]))
    assert words in said(growth.growth_passage(table, (2011, 2021)))


def test_the_headline_gives_each_growth_its_own_years() -> None:
    area = made(vintages([(2011, 100.0, "a"), (2024, 400.0, "a")]), "coca_area")
    output = made(vintages([(2005, 100.0, "b"), (2012, 45.0, "b"), (2024, 9.0, "c")]))
    words = growth.headline(area, output, "Colombia", "unodc", (2005, 2018)).text
    assert words == (
        "Colombia: coca area grew 4.0-fold between 2011 and 2024 and potential cocaine output fell by about 55\u00a0% (54 "
        "to 56) between 2005 and 2012, by UNODC figures"
    )


def test_a_short_growth_heads_no_page() -> None:
    area = made(vintages([(2011, 100.0, "a"), (2024, 400.0, "a")]), "coca_area")
    output = made(vintages([(2005, 100.0, "b"), (2012, 45.0, "b"), (2024, 9.0, "c")]))
    assert growth.headline(area, output, "Colombia", "unodc", (1999, 2024)).text == (
        "Colombia: coca area grew 4.0-fold between 2011 and 2024, by UNODC figures; we have read no release that gives the "
        "growth of potential cocaine output over most of these years"
    )
    nothing = growth.headline(
        made(vintages([]), "coca_area"),
        made(vintages([])),
        "Colombia",
        "unodc",
        (1999, 2024),
    ).text
    assert nothing == (
        "Colombia: by UNODC figures; we have read no release that gives the growth of coca area or potential cocaine output "
        "over most of these years"
    )


def test_lines_join_figures_of_one_release_only(report: TrendReport) -> None:
    for measure in ("coca_area", "cocaine_output"):
        table = report.series(measure)
        points = series_charts.with_joins(table)
        releases = table.set_index("year")["release"]
        for year in points.loc[points["joined"], "year"]:
            assert releases[year] == releases[year - 1]
    assert not series_charts.with_joins(
        vintages([(2011, 273.0, "b"), (2012, 210.0, "a")])
    )["joined"].any()


def test_a_leaked_figure_is_hollow_and_enters_no_growth() -> None:
    report = open_report(**SCOPES[1])
    points = report.chart("cocaine_output").data.set_index("year")
    assert (
        points.loc[2024, "value"],
        points.loc[2024, "hollow"],
        points.loc[2024, "joined"],
    ) == (3001, True, False)
    assert (
        2024
        not in every_vintage("cocaine_output", "Colombia", "unodc")["year"].tolist()
    )
    assert "was told to the press and withheld" in said(report.limits())


def test_deaths_are_split_inside_one_release() -> None:
    words = said(open_report(**SCOPES[0]).deaths())
    assert "from 4,681 in 2011 to 24,486 in 2021" in words
    assert "no synthetic opioid from 4,492 to 6,333" in words
    assert "74\u00a0% of cocaine deaths" in words
    none = growth.deaths_passage(made(vintages([])), made(vintages([])), vintages([]))
    assert "their change is not split here" in said(none)


def test_every_report_has_alt_text_and_a_finding(report: TrendReport) -> None:
    for chart in drawn(report):
        html = markup(chart._repr_mimebundle_())
        assert f'aria-label="{chart.alt.text}"' in html.replace("&#x27;", "'")
        assert len(chart.alt.text) > 20
        assert chart.title.text
        assert (len(chart.data) > 0) == (
            chart.picture.svg != ""
            and not re.search("No (figures|growth)", chart.picture.svg)
        )


def test_an_empty_panel_says_so() -> None:
    report = open_report(**SCOPES[4])
    assert (
        "No figures were printed for these years"
        in report.chart("cocaine_output").picture.svg
    )
    assert (
        report.chart("cocaine_output").title.text
        == "Potential cocaine output: no figures"
    )


def test_every_text_of_a_chart_can_be_read(report: TrendReport) -> None:
    svgs = {chart.id: chart.picture.svg for chart in drawn(report)}
    assert {id: faults(svg) for id, svg in svgs.items() if svg and faults(svg)} == {}


def test_the_same_chart_has_the_same_bytes() -> None:
    first, second = (
        open_report(**SCOPES[0]).chart("coca_area").picture for _ in range(2)
    )
    assert first == second


def test_limits_depend_on_the_evidence() -> None:
    words = said(open_report(**SCOPES[0]).limits())
    assert "Nothing here shows that coca area moves deaths" in words
    assert "come from 5 releases" in words
    assert "Only what the articles print" not in words
    assert "Only what the articles print" in said(open_report(**SCOPES[6]).limits())


def test_sources_list_every_publication_behind_a_figure(report: TrendReport) -> None:
    assert drawn(report)
    listed = {str(row[-1]) for row in report.sources().rows}
    for measure in ("coca_area", "cocaine_output"):
        assert set(report.series(measure)["publication"]) <= listed


def test_coverage_counts_what_was_printed() -> None:
    table = evidence.coverage(
        {
            "coca_area": vintages(
                [(2011, 1.0, "a"), (2011, 2.0, "b"), (2012, 3.0, "b")]
            ),
            "cocaine_output": vintages([]),
        }
    )
    cells = [
        [cell.text if not isinstance(cell, str) else cell for cell in row]
        for row in table.rows
    ]
    assert cells == [
        ["Coca area", "3", "2", "2", "2011–2012"],
        ["Potential cocaine output", "none", "", "", ""],
    ]
