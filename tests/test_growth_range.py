"""What a growth leaves open: its range by the one rule, and what its window hides."""

import pytest
from test_reporting import made, said, vintages

from analysis import history, open_deaths, open_report
from analysis.display.numbers import text_of
from analysis.sections import growth
from analysis.vintages.chain_linking import linked_levels
from analysis.vintages.growth_range import Range, growth_range
from analysis.vintages.history import Growth
from analysis.vintages.revisions import revision_range, revisions
from analysis.vintages.turning_points import beside, turn_inside, turning_points
from analysis.vocabulary import label

COLOMBIA, US = "Colombia", "us_government"
# measure, place, agency, years; what is reported; the range, and that with rounding on top; joints
RANGES = [
    ("cocaine_output", COLOMBIA, US, (2011, 2021), 3.56, (3.55, 4.42), (3.55, 4.52), 0),
    ("coca_area", COLOMBIA, US, (2011, 2021), 2.82, (2.80, 2.84), (2.80, 2.84), 0),
    ("cocaine_output", COLOMBIA, "unodc", (2014, 2023), 6.45, (4.95, 7.84), (4.64, 8.37), 2),
    ("coca_area", COLOMBIA, "unodc", (1999, 2024), 1.63, (1.61, 1.66), (1.61, 1.66), 0),
    ("cocaine_output", "Peru", US, (2008, 2017), 2.09, (2.04, 2.14), (2.04, 2.14), 0),
    ("coca_area", "Peru", US, (2008, 2017), 1.21, (1.17, 1.27), (1.17, 1.27), 0),
    ("cocaine_output", "Bolivia", US, (2008, 2017), 1.46, (1.34, 1.61), (1.34, 1.61), 0),
    ("coca_area", "Bolivia", US, (2008, 2017), 1.17, (0.97, 1.28), (0.94, 1.28), 0),
    ("cocaine_death_rate", "United States", "cdc", (1999, 2022), 5.86, (5.62, 6.11), (5.62, 6.11), 0),
    ("cocaine_deaths", "United States", "cdc", (1999, 2022), 7.21, (7.21, 7.21), (7.21, 7.21), 0),
]  # fmt: skip


def ranged(
    measure: str, place: str, agency: str, years: tuple[int, int]
) -> tuple[Growth, Range]:
    past = history(measure, place, agency)
    found = past.growth(*years)
    assert isinstance(found, Growth)
    return found, growth_range(past, found)


@pytest.mark.parametrize(
    ("measure", "place", "agency", "years", "reported", "alone", "rounded", "joints"),
    RANGES,
)
def test_a_growth_has_a_range_by_one_rule(
    measure: str, place: str, agency: str, years: tuple[int, int], reported: float,
    alone: tuple[float, float], rounded: tuple[float, float], joints: int,
) -> None:  # fmt: skip
    found, limits = ranged(measure, place, agency, years)
    assert found.factor == pytest.approx(reported, abs=0.006)
    assert limits[:2] == pytest.approx(alone, abs=0.006)
    assert limits[2:4] == pytest.approx(rounded, abs=0.006)
    assert limits.joints == joints


def test_a_first_figure_counts_that_was_the_newest_in_the_five_years_before() -> None:
    _, limits = ranged("cocaine_output", COLOMBIA, US, (2011, 2021))
    past = history("cocaine_output", COLOMBIA, US).vintages.set_index("figure")
    assert {*past.loc[list(limits.rows), "value"]} == {220, 273}  # not 190, 195 of 2013


def test_without_rounding_the_range_of_the_chain_is_that_of_its_joints() -> None:
    found, limits = ranged("cocaine_output", COLOMBIA, "unodc", (2014, 2023))
    base, printed = 1379 / 1.31, 866
    assert limits.high / found.factor == pytest.approx(base / printed)
    assert limits.low / found.factor == pytest.approx(1058 / 1379)


def test_a_title_carries_its_doubt_and_how_the_first_figure_was_read() -> None:
    report = open_report(country=COLOMBIA, agency=US, start_year=2011, end_year=2021)
    assert "grew about 3.6-fold (3.6 to 4.4)" in report.headline().text
    assert "about 3.6-fold (3.6 to 4.4)" in report.chart("cocaine_output").title.text
    words = said(report.growth("cocaine_output"))
    assert "273\u00a0t, was read only in a text that repeats the release" in words
    assert "grew 2.8-fold, from 83,000" in said(report.growth("coca_area"))


@pytest.mark.parametrize(
    ("measure", "place", "given"),
    [
        ("coca_area", "Peru", "41,000"),
        ("coca_area", "Bolivia", "26,500"),
        ("cocaine_output", "Bolivia", "170"),
        ("cocaine_death_rate", "United States", "1.4"),
    ],
)
def test_a_figure_that_was_published_is_not_denied(
    measure: str, place: str, given: str
) -> None:
    if place == "United States":
        report = open_deaths(start_year=1999, end_year=2023)
    else:
        report = open_report(country=place, agency=US, start_year=2008, end_year=2017)
    words = said(report.growth(measure)).replace("\u00a0", " ")
    assert f"back to {given}" in words
    assert "which is a published figure of" in words
    assert "none of the figures" not in words


def test_a_window_beside_a_low_says_so() -> None:
    area = history("coca_area", COLOMBIA, "unodc")
    assert [point.year for point in turning_points(area) if point.kind == "low"] == [2012, 2020]  # fmt: skip
    assert beside(area, 2014) == (2012, "low")
    report = open_report(
        country=COLOMBIA, agency="unodc", start_year=2014, end_year=2023
    )
    assert "begins in 2014, beside a low of the series in 2012" in said(
        report.growth("coca_area")
    )


def test_a_turn_inside_a_window_is_said() -> None:
    area = history("coca_area", COLOMBIA, "unodc")
    whole = area.growth(1999, 2024)
    assert isinstance(whole, Growth)
    turn = turn_inside(area, whole)
    assert turn
    assert [round(part.factor, 2) for part in turn] == [0.30, 5.47]
    words = said(growth.growth_passage(area, (1999, 2024)))
    assert "it fell by 70\u00a0% to 47,788\u00a0ha in 2012, and grew 5.5-fold from there to 2024" in words  # fmt: skip
    rising = made(vintages([(year, year - 2000.0, "a") for year in range(2011, 2016)]))
    steady = rising.growth(2011, 2015)
    assert isinstance(steady, Growth)
    assert turn_inside(rising, steady) is None
    assert turning_points(rising) == []


@pytest.mark.parametrize(
    ("place", "ends", "other"),
    [
        ("Peru", "84,400\u00a0ha for 2021, is 2.1 times", "DEVIDA gives 89,755"),
        ("Bolivia", "39,700\u00a0ha for 2021, is 1.5 times", "UNODC gives 34,000"),
    ],
)
def test_figures_after_the_growth_are_said(place: str, ends: str, other: str) -> None:
    report = open_report(country=place, agency=US, start_year=2008, end_year=2024)
    words = said(report.growth("coca_area"))
    assert ends in words
    assert other in words
    assert "the newest figure is" in said(report.key_points("coca_area"))


@pytest.mark.live
def test_deaths_of_both_ends_by_one_publication_are_comparable() -> None:
    found, _ = ranged("cocaine_deaths", "United States", "cdc", (1999, 2023))
    assert (found.first, found.last, found.chained) == (3822, 29449, False)
    assert found.factor == pytest.approx(7.705, abs=0.001)


@pytest.mark.live
def test_both_figures_of_a_comparison_are_rows() -> None:
    output = history("cocaine_output", COLOMBIA, "unodc")
    assert output.newest[2013, 2014].factor == pytest.approx(442 / 290)


@pytest.mark.parametrize(
    ("measure", "place", "agency", "count", "limits", "most"),
    [
        ("cocaine_output", COLOMBIA, US, 15, (0.91, 1.40), (0.98, 1.31)),
        ("coca_area", COLOMBIA, US, 17, (1.00, 1.00), (1.00, 1.00)),
        ("cocaine_deaths", "United States", "cdc", 24, (1.00, 1.00), (1.00, 1.00)),
    ],
)
def test_how_far_past_figures_were_revised(
    measure: str, place: str, agency: str, count: int, limits: tuple[float, float], most: tuple[float, float],
) -> None:  # fmt: skip
    past = history(measure, place, agency)
    table = revisions(past.vintages)
    spread = [round(multiple, 2) for multiple in revision_range(table).values()]
    assert (len(table), spread) == (count, [*limits, *most])


def test_how_far_past_figures_were_revised_is_said() -> None:
    report = open_report(country=COLOMBIA, agency=US, start_year=2011, end_year=2021)
    assert "between 0.91 and 1.40 of the first for 15 years, and between 0.98 and 1.31" in said(report.growth("cocaine_output"))  # fmt: skip
    deaths = open_deaths(start_year=1999, end_year=2022)
    assert "Of 24 years that more than one release gives, no figure of cocaine deaths was revised" in said(deaths.growth("cocaine_deaths"))  # fmt: skip


SCOPES = [(COLOMBIA, US, 2011, 2021), (COLOMBIA, "unodc", 2014, 2023), (COLOMBIA, "unodc", 1999, 2024),
          ("Peru", US, 2008, 2024), ("Bolivia", US, 2008, 2024)]  # fmt: skip


@pytest.mark.parametrize(("place", "agency", "first", "last"), SCOPES)
@pytest.mark.parametrize("measure", ["coca_area", "cocaine_output"])
def test_two_growths_of_one_series_and_span_agree_or_are_explained(
    place: str, agency: str, first: int, last: int, measure: str
) -> None:
    report = open_report(country=place, agency=agency, start_year=first, end_year=last)
    past, passage = report.history(measure), said(report.growth(measure))
    levels = linked_levels(past)
    longest = f"{levels['year'].iloc[0]} to {levels['year'].iloc[-1]}"
    limits = said(report.limits())
    if f"The series of {label(measure)} is broken" in limits:
        assert f"longest unbroken stretch is {longest}" in limits
    found = past.best_growth(first, last)
    assert isinstance(found, Growth)
    fitted = report.table_trend(measure).rows
    spans = {f"{found.first_year}–{found.last_year}"} & {text_of(row[0]) for row in fitted}  # fmt: skip
    if spans:  # compounded over the ends beside a trend of the same years
        assert "by the two ends alone; a trend fitted to all the years" in passage
    same = levels.set_index("year")["value"]
    if {found.first_year, found.last_year} <= {*same.index}:
        index = same[found.last_year] / same[found.first_year]
        assert index == pytest.approx(found.factor, rel=1e-9)
