"""US cocaine deaths beside their rate, other opioids, all overdose deaths, naming and the newest months."""

import pytest
from test_reporting import said

from analysis import open_deaths
from analysis.display.numbers import text_of
from analysis.sections.trend_report import TrendReport


@pytest.fixture(scope="module")
def report() -> TrendReport:
    opened: TrendReport = open_deaths(start_year=1999, end_year=2023)
    return opened


@pytest.mark.parametrize(
    "words",
    [
        "the count grew 7.2-fold and the age-adjusted rate grew about 5.9-fold (5.6 to 6.1)",
        "from 1,956 in 2012 to 5,868 in 2022, 11.6 % a year",
        "22.7 % of all overdose deaths in 1999, 10.6 % in 2012, the lowest share, and 28.0 % in 2023",
        "from 83.1 % (2015) to 91.6 % (the twelve months to 2018-11)",
        "could have raised counts over those years by 10 %",
        "22,174 for 2024, 28 % less than the 30,833 of a year before in the same release",
        "nearly 20,000 were predicted for the twelve months to 2025-08",
    ],
)
def test_what_stands_beside_the_count_is_said(report: TrendReport, words: str) -> None:
    assert words in said(report.deaths_beside()).replace("\u00a0", " ")


def test_counts_rates_and_deaths_without_any_opioid_stand_side_by_side(
    report: TrendReport,
) -> None:
    rows = {
        text_of(row[0]): [text_of(cell) for cell in row[1:]]
        for row in report.table_deaths().rows
    }
    assert rows["2014"][:5] == ["5,415", "1.7", "628", "4,787", "2,001"]
    assert rows["2022"][1:5] == ["8.2", "20,785", "6,784", "5,868"]
    assert rows["2023"] == ["29,449", "8.6", "", "", "", "28.0\u00a0%"]


def test_the_newest_year_is_in_the_title_and_the_key_points(
    report: TrendReport,
) -> None:
    assert report.headline().text.endswith(
        "; provisional: nearly 20,000 in the twelve months to 2025-08"
    )
    assert "22,174 for 2024" in said(report.key_points("cocaine_deaths"))


def test_a_reader_of_an_older_day_is_told_of_no_newer_months() -> None:
    older = open_deaths(start_year=1999, end_year=2021, as_of="2023-01-31")
    assert "2025" not in said(older.deaths_beside())
    assert "2025" not in older.headline().text
