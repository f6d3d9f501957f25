"""The parts of the notebooks on known figures: what is said, on both sides of each rule."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rows import figure, make_project, publication
from test_reporting import made, said, vintages

from analysis import check, explore, open_articles, open_deaths, open_report
from analysis.cleaning.processed import build_processed
from analysis.display.numbers import Number
from analysis.display.numbers import words as display_words
from analysis.display.outputs import Table
from analysis.sections import (
    association,
    decomposition,
    exercises,
    explorer,
    sensitivity,
    series_charts,
    trends,
)
from analysis.sections.evidence import unofficial
from analysis.sections.scope import check_parameters
from analysis.statistics.association import move_together
from analysis.vintages.chain_linking import linked_levels
from analysis.vintages.history import History
from notebook_runner.errors import InputError


def text(cell: Any) -> str:
    return cell if isinstance(cell, str) else str(cell.text)


def yearly(
    first: int, values: list[float], measure: str = "cocaine_output", release: str = "a"
) -> History:
    return made(
        vintages(
            [(first + place, value, release) for place, value in enumerate(values)]
        ),
        measure,
    )


def test_a_series_is_led_back_by_the_growth_of_the_newest_releases() -> None:
    rows = [
        (2011, 100.0, "a"),
        (2012, 110.0, "a"),
        (2012, 220.0, "b"),
        (2013, 440.0, "b"),
    ]
    levels = linked_levels(made(vintages(rows)))
    assert levels["value"].round(9).tolist() == [200.0, 220.0, 440.0]
    assert levels["chained"].tolist() == [True, False, False]
    assert len(linked_levels(made(vintages([])))) == 0


def test_a_series_for_a_fit_ends_at_a_break_and_the_longest_stretch_counts() -> None:
    rows = [(year, 100.0, "a") for year in range(2001, 2004)] + [
        (year, 300.0, "b") for year in range(2004, 2009)
    ]
    assert linked_levels(made(vintages(rows)))["year"].tolist() == list(
        range(2004, 2009)
    )
    broken = made(
        vintages([(year, 100.0, "a") for year in range(2001, 2009)]),
        breaks={2003: "other images"},
    )
    assert linked_levels(broken)["year"].tolist() == list(range(2003, 2009))


def test_a_trend_says_its_joinpoint_and_its_change() -> None:
    past = yearly(
        2000,
        [100 * 2.0**year for year in range(6)]
        + [3200 / 2.0**year for year in range(1, 6)],
    )
    found = trends.Fitted(past)
    assert found.chart().title.text == (
        "Fitted trend of potential cocaine output: 100.0\u00a0% a year to 2005, \u221250.0\u00a0% a year to 2010"
    )
    assert [text(row[0]) for row in found.table().rows] == [
        "2000–2005",
        "2005–2010",
        "2000–2010",
    ]
    words = said(found.passage())
    assert "the permutation tests choose the same number: 1 joinpoint." in words
    assert "ends at its limit: a longer series might show more" in words
    assert "0 against 1: below 0.001 (0.050)." in words
    row = [text(cell) for cell in found.table().rows[0]]
    assert row[-3:] == ["yes", "2005", "2005"]
    drawn = found.chart().data
    assert drawn.loc[drawn["joinpoint"].eq(True), "year"].tolist() == [2005]


def test_a_change_near_zero_keeps_its_direction_and_few_years_have_no_trend() -> None:
    flat = trends.Fitted(yearly(2000, [100, 120, 90, 110, 95, 105]))
    assert flat.chart().title.text == (
        "Fitted trend of potential cocaine output: −0.7\u00a0% a year to 2005 (not clearly different from zero)"
    )
    assert text(flat.table().rows[0][-3]) == "no"
    assert "joinpoint" not in said(flat.passage()).partition("further five.")[2]
    short = trends.Fitted(yearly(2000, [100, 110, 120, 130]))
    assert said(short.passage()).endswith("has 4 years: too few to fit a trend.")
    assert short.table().rows == []
    assert (
        short.chart().title.text
        == "Potential cocaine output: too few years for a trend"
    )


def test_counts_weigh_as_rates_do_and_it_is_said_why() -> None:
    values = [100.0, 120, 150, 170, 210, 260]
    deaths, area = (
        trends.Fitted(yearly(2000, values, of))
        for of in ("cocaine_deaths", "coca_area")
    )
    assert "All years weigh the same." in said(deaths.passage())
    assert "Poisson" not in said(area.passage())
    rows = [[text(cell) for cell in part.table().rows[0]] for part in (deaths, area)]
    assert rows[0] == rows[1]


def test_cocaine_deaths_are_said_to_have_risen_and_never_to_be_unclear() -> None:
    report = open_deaths(start_year=1999, end_year=2022)
    assert report.chart_trend("cocaine_deaths").title.text == (
        "Fitted trend of cocaine deaths: 10.9\u00a0% a year to 2006, −12.7\u00a0% a year to 2010, 6.8\u00a0% a year to 2014, "
        "35.4\u00a0% a year to 2017, 15.4\u00a0% a year to 2022"
    )
    words = said(report.trend("cocaine_deaths"))
    assert "choose the same number: 4 joinpoints" in words
    assert "limit" in words
    assert "unclear" not in " ".join([words, *display_words().values()])
    last = [text(cell) for cell in report.table_trend("cocaine_deaths").rows[-1]]
    assert (last[0], last[-3:]) == ("1999–2022", ["yes", "", ""])


def test_where_the_choice_is_not_settled_both_fits_are_given() -> None:
    report = open_deaths(start_year=1999, end_year=2022)
    measure = "cocaine_without_synthetic_opioid_deaths"
    words = said(report.trend(measure))
    assert "weighted BIC chooses 2 joinpoints, the permutation tests 4" in words
    rows = report.table_trend(measure).rows
    fits = [text(row[-1]) for row in rows]
    assert fits == ["2 joinpoints"] * 4 + ["4 joinpoints"] * 6
    chart = report.chart_trend(measure)
    assert chart.title.text.endswith(
        "do not settle whether the trend changed 2 or 4 times"
    )
    assert set(chart.data["line"]) == {"CDC", "CDC, fitted", "CDC, other fit"}


def test_nothing_is_fitted_to_provisional_figures() -> None:
    report = open_deaths(start_year=1999, end_year=2024, include_provisional=True)
    assert report.settled("cocaine_deaths").table["status"].unique().tolist() == [
        "final"
    ]
    assert report.chart_trend("cocaine_deaths").data["year"].max() == 2022


def test_the_parts_of_a_change_are_said_and_add_up() -> None:
    area, output = (
        yearly(2010, [50, 100, 100], "coca_area"),
        yearly(2010, [100, 200, 400]),
    )
    parts = decomposition.Parts(area, output, (2010, 2012))
    assert said(parts.passage()).startswith(
        "Of the 300\u00a0% by which potential output changed between 2010 and 2012, area accounts for 150\u00a0points and "
        "output per hectare for 150\u00a0points (150\u00a0t and 150\u00a0t). Area is that at the end of the year. Output per"
    )
    assert [[text(cell) for cell in row] for row in parts.table().rows] == [
        ["2011", "150", "0", "150", "0"], ["2012", "0", "150", "0", "150"], ["2010–2012", "150", "150", "150", "150"],
    ]  # fmt: skip


def test_a_change_without_sound_growth_is_not_split() -> None:
    area, output = (
        yearly(2010, [50, 100], "coca_area"),
        made(vintages([(2010, 1.0, "a"), (2011, 2.0, "b")])),
    )
    words = said(decomposition.Parts(area, output, (2010, 2011)).passage())
    assert words.startswith(
        "We have read no release that links potential cocaine output in Colombia for 2010 and 2011"
    )
    assert words.endswith("so the change is not split.")
    assert decomposition.Parts(area, output, (2010, 2011)).chart().picture.svg == ""


def swinging(years: int, measure: str, start: int = 1990) -> History:
    swings = np.random.default_rng(5).normal(0, 0.2, years)
    return yearly(start, (100 * np.exp(swings.cumsum())).round(6).tolist(), measure)


def compared(coca: list[History], deaths: History) -> association.Comparisons:
    return association.Comparisons(tuple(coca), deaths, deaths)


def test_what_is_said_of_coca_and_deaths_follows_from_the_p_value_of_all() -> None:
    area, deaths = swinging(30, "coca_area"), swinging(30, "cocaine_deaths", start=1992)
    found = compared([area], deaths)
    assert found.headline().text.endswith(
        "a signal in 1 of 1 comparisons, and no word of its cause"
    )
    assert "correlate by 1.00 at a lag of 2 years" in said(found.passage("coca_area"))
    other = compared([swinging(30, "cocaine_output")], yearly(1990, [1.0, 2] * 15))
    assert "no signal once all 1 comparisons are counted" in other.headline().text
    assert "That is no signal" in said(other.passage("coca_area"))
    few = compared([yearly(2010, [1, 2, 1])], yearly(2010, [1, 2, 1], "cocaine_deaths"))
    assert said(few.passage("coca_area")).startswith(
        "Too few years have a sound growth"
    )
    assert few.headline().text.endswith("too few years to compare")
    assert [text(cell) for cell in few.table().rows[0]][1] == "too few"
    assert few.chart().picture.svg == ""


def coca_and_deaths(deaths: str = "cocaine_deaths") -> Any:
    report = open_report(
        country="Colombia", agency="unodc", start_year=1999, end_year=2024
    )
    return report, report._comparisons(deaths)


def test_all_four_comparisons_are_given_with_their_p_and_one_for_all() -> None:
    report, found = coca_and_deaths()
    rows = [[text(cell) for cell in row] for row in found.table().rows]
    assert [row[0] for row in rows] == [
        "Area, US government",
        "Area, UNODC",
        "Output, US government",
        "Output, UNODC",
    ]
    assert [row[1:6] for row in rows] == [
        ["15", "1 year", "0.55", "0.75", "0.263"],
        ["23", "0 years", "0.46", "0.61", "0.264"],
        ["14", "1 year", "0.88", "0.78", "0.008"],
        ["17", "0 years", "0.70", "0.72", "0.065"],
    ]
    assert found.found.p_value == pytest.approx(0.027, abs=0.005)
    assert found.of_all_deaths.p_value == pytest.approx(0.047, abs=0.005)
    assert report.headline_together("cocaine_deaths").text == (
        "Growth of coca in Colombia and of cocaine deaths: "
        "a signal in 1 of 4 comparisons, which rests on one episode"
    )


def test_the_signal_is_gone_without_the_years_of_the_episode() -> None:
    _, found = coca_and_deaths()
    assert found.without_episode.p_value > 0.2
    words = said(found.passage("cocaine_output"))
    assert "rests on one episode, the years 2013 to 2017" in words
    assert "a true correlation at one lag would have to be about 0.72 to 0.86" in words
    *coca, deaths, _ = found._growth
    rest = deaths[~deaths["year"].between(2015, 2017)]
    result = move_together(coca[2], rest, draws=99)
    assert result
    assert result.by_lag.iloc[1].round(2).tolist() == [1, 11, 0.72]


def test_marks_beyond_their_band_are_filled_and_the_others_are_not() -> None:
    _, found = coca_and_deaths()
    marks = found.chart().data
    assert len(marks) == 16
    filled = marks[marks["filled"]]
    assert filled[["row", "lag"]].to_numpy().tolist() == [["Output, US government", 1]]
    assert marks["limit"].round(2).unique().tolist() == [0.75, 0.61, 0.78, 0.72]


@pytest.mark.parametrize(
    "deaths", ["cocaine_deaths", "cocaine_without_synthetic_opioid_deaths"]
)
@pytest.mark.parametrize("measure", ["coca_area", "cocaine_output"])
def test_the_confounder_is_named_beside_every_comparison_and_no_parameter_chooses(
    measure: str, deaths: str
) -> None:
    report, found = coca_and_deaths(deaths)
    words = said(report.together(measure, deaths))
    assert "A correlation is no cause. Fentanyl confounds any such comparison" in words
    assert "4 comparisons were open" in words
    assert "cause" not in report.headline_together(deaths).text
    assert found.of_all_deaths.p_value == coca_and_deaths()[1].of_all_deaths.p_value


def test_growth_is_taken_inside_unbroken_stretches_only() -> None:
    rows = [
        (2001, 100.0, "a"),
        (2002, 200.0, "a"),
        (2003, 900.0, "b"),
        (2004, 450.0, "b"),
        (2006, 500.0, "b"),
    ]
    growth = association.sound_growth(made(vintages(rows)))
    assert growth["year"].tolist() == [2002, 2004]
    assert growth["growth"].round(6).tolist() == [0.693147, -0.693147]


def test_a_statement_is_tried_under_all_choices_and_each_is_named() -> None:
    report = open_report(
        country="Colombia", agency="us_government", start_year=2011, end_year=2021
    )
    table = report.table_robustness("cocaine_output")
    cells = {text(row[0]): [text(cell) for cell in row[1:]] for row in table.rows}
    assert cells["US government, sound growth, 2011–2021"] == ["×3.6", "yes"]
    assert cells["US government, vintages mixed, 2012–2021"] == ["×4.6", "yes"]
    assert "UNODC, sound growth, 2011–2021" not in cells
    assert len(cells) == 17
    assert "holds in 17 of the 17 combinations that the data allow" in said(
        report.robustness("cocaine_output")
    )
    assert (report.chart_robustness("cocaine_output").data["filled"]).sum() == 17


def test_a_statement_on_deaths_is_counted_over_what_the_data_allow() -> None:
    report = open_deaths(start_year=1999, end_year=2023)
    assert "holds in 12 of the 12 combinations" in said(
        report.robustness("cocaine_deaths")
    )


def test_deaths_are_tried_as_count_and_rate_with_and_without_provisional_figures() -> (
    None
):
    tried = sensitivity.variants(
        open_deaths(start_year=2011, end_year=2022).scope, "cocaine_deaths", "rose"
    )
    assert tried["row"].unique().tolist() == [
        "count, final only", "count, with provisional", "rate, final only", "rate, with provisional",
    ]  # fmt: skip
    assert 18 < len(tried) < 36


@pytest.mark.parametrize(
    ("factor", "words"), [(2, "at least doubled"), (1.99, "rose"), (1, "did not rise")]
)
def test_a_statement_claims_no_more_than_its_figure(factor: float, words: str) -> None:
    assert sensitivity.statement_of(factor) == words
    assert sensitivity.STATEMENTS[words](factor)


ANSWERS = {
    "as-of": 190, "newest": 273, "one-release": 3.56, "another-agency": 0.92, "break-a-claim": 2014, "together": 74,
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_an_exercise_takes_the_right_answer_only(name: str) -> None:
    assert check(name, ANSWERS[name]).sentences[-1].text == "That is right."
    assert (
        check(name, ANSWERS[name] * 1.05 + 1).sentences[-1].text.startswith("Not yet.")
    )
    assert "Not answered yet" in said(check(name, None))


def test_every_exercise_is_in_the_notebook_and_an_unknown_one_is_refused() -> None:
    assert set(exercises.exercises()) == set(ANSWERS)
    with pytest.raises(InputError, match="did you mean 'as-of'"):
        check("asof", None)


def test_without_a_reader_a_widget_is_its_chart() -> None:
    shown = explore("coca_area", "Colombia", "unodc")
    assert shown.data["year"].tolist() == list(range(1999, 2025))


def test_a_widget_follows_its_lists_and_says_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(explorer, "_someone_is_there", lambda: True)
    box = explore("coca_area", "Colombia", "unodc")
    lists = {child.description: child for child in box.children[:-1]}
    assert "cocaine_output" in lists["measure"].options
    lists["agency"].value = "cdc"
    assert "parameter: agency: found 'cdc'; allowed: unodc" in capsys.readouterr().out


def test_a_wording_is_read_and_an_unreadable_one_is_refused() -> None:
    report = open_articles()
    [row] = report.reading("more than 750 tons", "ten years ago", "2022-07-14").rows
    assert [text(cell) for cell in row] == [
        "more than 750 tons", "quantity", "more_than", "750", "750", "", "10", "2011-01-01", "2011-12-31",
    ]  # fmt: skip
    with pytest.raises(InputError, match="wording"):
        report.reading("a lot", "last year", "2022-07-14")


def claim(table: Table, words: str, agency: str) -> list[str]:
    return next(
        [text(cell) for cell in row[2:]]
        for row in table.rows
        if words in text(row[0]) and text(row[1]) == agency
    )


def test_a_claim_is_judged_by_the_agency_named_and_by_all() -> None:
    table = open_articles().claims()
    assert claim(table, "record high in 2021", "US government") == [
        "rank 2: not supported", "rank 2: not supported", "not supported",
    ]  # fmt: skip
    assert claim(table, "tripled in the past decade", "US government")[:2] == [
        "×2.8: supported",
        "×2.8: supported",
    ]
    assert (
        claim(table, "71,000 will die", "CDC")[0]
        == "71,000 deaths, provisional predicted: supported"
    )
    assert {text(row[0]) for row in open_report(country="Peru", agency="us_government", start_year=2008, end_year=2017)
            .claims().rows if "Peru" in text(row[0])} == {"“second and third largest” (potential cocaine output, Peru)"}  # fmt: skip


def test_claims_are_counted_as_they_are_judged() -> None:
    report = open_articles()
    counts = {
        part.id.split(".")[1]: part.value
        for part in report.verdicts().sentences[0].parts
        if isinstance(part, Number)
    }
    assert counts == {"all": 21, "supported": 17, "refuted": 1, "depends": 0, "untested": 3}  # fmt: skip


def test_a_small_change_is_shown_in_percent_and_other_agencies_are_context() -> None:
    table = open_articles().claims()
    slightly = [row for row in table.rows if "slightly lower" in text(row[0])]
    by_agency = {text(row[1]): row for row in slightly if "output" in text(row[0])}
    assert [text(cell) for cell in by_agency["US government"][2:]] == [
        "\u22122\u00a0%: supported", "\u22122\u00a0%: supported", "supported",
    ]  # fmt: skip
    others = [text(row[-1]) for row in slightly if text(row[1]) == "UNODC"]
    assert set(others) == {"supported"}  # not that it depends
    assert "machine translations" in said(open_articles().key_points())


def test_output_per_hectare_is_given_on_both_areas() -> None:
    report = open_report(
        country="Colombia", agency="us_government", start_year=2012, end_year=2013
    )
    rows = [
        [text(cell) for cell in row[:3]]
        for row in report.table_output_per_hectare().rows
    ]
    assert [row[0] for row in rows] == ["2012", "2013"]
    assert all(float(row[2]) > 2 for row in rows)
    assert [row[1] for row in rows] == ["2.6", "3.0"]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {
                "country": "Colombia",
                "agency": "unodc",
                "start_year": 1999,
                "end_year": 2024,
                "measure": "coca",
            },
            "measure",
        ),
        (
            {
                "country": "Colombia",
                "agency": "unodc",
                "start_year": 1999,
                "end_year": 2024,
                "deaths": "all",
            },
            "deaths",
        ),
        ({"start_year": 2030, "end_year": 2031}, "start_year, end_year"),
        ({"as_of": "soon"}, "as_of"),
        (
            {
                "as_of": "latest",
                "wording": "much",
                "period": "2021",
                "published": "2022",
            },
            "wording",
        ),
    ],
)
def test_parameters_are_refused_before_a_kernel_starts(
    parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=f"parameter: {message}: found"):
        check_parameters(parameters)


def test_a_part_keeps_the_rows_behind_it_for_the_sources() -> None:
    report = open_deaths(start_year=2015, end_year=2022)
    assert report.used == set()
    report.growth("cocaine_deaths")
    assert pd.Series(sorted(report.used)).str.startswith("fig-").all()
    assert len(report.sources().rows) >= 1


def test_an_index_is_of_one_level_and_of_an_unbroken_stretch() -> None:
    rows = [
        (2009, 7.0, "0"),
        (2011, 100.0, "a"),
        (2012, 200.0, "a"),
        (2012, 220.0, "b"),
        (2013, 440.0, "b"),
    ]
    points = series_charts.index_points(
        linked_levels(made(vintages(rows))), 2011
    ).set_index("year")
    assert points["value"].round(9).to_dict() == {2011: 100.0, 2012: 200.0, 2013: 400.0}
    assert points["hollow"].to_dict() == {2011: True, 2012: False, 2013: False}
    assert points["joined"].to_dict() == {2011: False, 2012: True, 2013: True}


def test_a_figure_is_unofficial_if_no_printing_of_its_release_was_read_officially(
    tmp_path: Path,
) -> None:
    publications = [
        publication(),
        publication(id="press", kind="press", release="ondcp-a"),
    ]
    rows = [
        figure(period=str(year), read_from="copy") for year in (2016, 2017, 2019, 2020)
    ]
    rows += [figure(period="2020", publication="press"), figure(period="2021")]
    figures = build_processed(make_project(tmp_path, rows, publications))
    said, without = unofficial(figures)
    assert said.text.startswith(
        "For 3 of 5 figures no official reading is at hand: 3 were read in a copy"
    )
    assert [*figures.loc[figures["figure"].isin(without), "period"]] == [
        "2016",
        "2017",
        "2019",
    ]


def test_output_per_hectare_of_unodc_is_on_the_mean_beside_its_published_yield() -> (
    None
):
    report = open_report(
        country="Colombia", agency="unodc", start_year=2018, end_year=2021
    )
    rows = [
        [text(cell) for cell in row[:4]]
        for row in report.table_output_per_hectare().rows
    ]
    assert rows == [
        ["2018", "6.6", "6.6", "6.5"], ["2019", "7.0", "7.4", "6.7"], ["2020", "8.3", "8.6", ""], ["2021", "8.1", "6.9", "7.9"],
    ]  # fmt: skip
    drawn = report.chart_output_per_hectare()
    assert drawn.data.set_index("year").loc[2021, "value"] == pytest.approx(8.07, abs=0.005)  # fmt: skip
    assert "the mean coca area of two year-ends" in drawn.subtitle


def test_the_us_share_of_the_yield_hangs_on_the_vintage_and_its_chart_adds_up() -> None:
    report = open_report(
        country="Colombia", agency="us_government", start_year=2011, end_year=2021
    )
    words = said(report.decomposition())
    assert (
        "a share of 18\u00a0%, and 39\u00a0% by the figures from year to year" in words
    )
    assert "start from 220\u00a0t for 2011 and this release from 273\u00a0t" in words
    drawn = report.chart_decomposition()
    assert "area accounts for 209\u00a0points of a change of 256" in drawn.title.text
    assert drawn.data[["area_t", "per_hectare_t"]].sum().round().tolist() == [571, 128]
