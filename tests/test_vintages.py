import itertools
from functools import partial
from typing import Any

import pandas as pd
import pytest
from rows import Made, Row, figure, publication

import analysis
from analysis import every_vintage, output_per_hectare, series
from analysis.cleaning.processed import build_processed
from analysis.statistics.growth import annual_growth
from analysis.tables import read_processed
from analysis.vintages.precedence import newest_release, one_per_release
from analysis.vintages.series import printed_changes
from notebook_runner.errors import InputError
from notebook_runner.project import Project

OLD = publication(id="old", published="2020-03-01")
NEW = publication(id="new", published="2021-03-01")
PAPER = publication(id="paper", release="new", kind="press", published="2021-03")
BOOK = publication(id="book", kind="compilation", published="2025")


def chosen(made: Made, rows: list[Row], publications: list[Row]) -> tuple[str, float]:
    figures = build_processed(made(rows, publications))
    row = newest_release(figures).iloc[0]
    return row["publication"], row["value"]


def test_the_newest_release_counts(made: Made) -> None:
    rows = [
        figure(publication="new", printed="220", period="2011"),
        figure(publication="old", printed="195", period="2011"),
    ]
    assert chosen(made, rows, [OLD, NEW]) == ("new", 220)


def test_a_compilation_never_supersedes_an_original(made: Made) -> None:
    rows = [
        figure(publication="old", printed="195", period="2011"),
        figure(publication="book", printed="190", period="2011"),
    ]
    assert chosen(made, rows, [OLD, BOOK]) == ("old", 195)
    assert chosen(made, rows[1:], [OLD, BOOK]) == ("book", 190)


def test_inside_a_release_official_comes_first_then_the_more_exact(made: Made) -> None:
    official = figure(
        publication="new", printed="220", period="2011", read_from="official"
    )
    press = figure(
        publication="paper", printed="219", period="2011", read_from="repeated"
    )
    assert chosen(made, [press, official], [NEW, PAPER]) == ("new", 220)
    rounded = official | {"read_from": "repeated"}
    assert chosen(made, [press, rounded], [NEW, PAPER]) == ("paper", 219)
    about = press | {"printed": "about 219"}
    assert chosen(made, [about, rounded], [NEW, PAPER]) == ("new", 220)


def test_of_two_releases_of_one_day_the_official_reading_counts(made: Made) -> None:
    rows = [
        figure(publication="old", printed="195", period="2011", read_from="repeated"),
        figure(publication="same", printed="220", period="2011"),
    ]
    assert chosen(
        made, rows, [OLD, publication(id="same", published="2020-03-01")]
    ) == ("same", 220)


def test_a_release_is_as_old_as_its_first_publication(made: Made) -> None:
    rows = [
        figure(publication="new"),
        figure(publication="paper", read_from="repeated"),
    ]
    figures = build_processed(made(rows, [NEW, PAPER]))
    assert set(figures["release_date"]) == {"2021-03-01"}
    assert figures.set_index("publication")["available"].to_dict() == {
        "new": "2021-03-01",
        "paper": "2021-03-31",
    }


def test_the_order_of_raw_rows_changes_nothing(made: Made) -> None:
    rows = [figure(publication=name, printed=printed, period=year) for name, printed, year in
            [("old", "195", "2011"), ("new", "220", "2011"), ("new", "210", "2012"), ("paper", "220", "2011")]]  # fmt: skip
    columns = ["figure", "value", "release"]
    tables = [
        build_processed(made(list(order), [OLD, NEW, PAPER]))[columns].to_csv()
        for order in itertools.permutations(rows)
    ]
    assert len(set(tables)) == 1


@pytest.mark.live
def test_series_csv_is_what_series_gives(project: Project) -> None:
    written = read_processed(project, "series.csv")
    mine = written.query(
        "measure == 'cocaine_output' and place == 'Colombia' and agency == 'us_government' and status == 'estimate'"
    )
    read = series("cocaine_output", "Colombia", "us_government")
    assert mine["figure"].tolist() == read["figure"].tolist()


@pytest.mark.parametrize(
    ("as_of", "value"),
    [
        ("2012-12-31", 195),
        ("2013-12-31", 190),
        ("2017-12-31", 220),
        ("2022-08", 273),
        ("latest", 273),
    ],
)
def test_a_series_is_that_of_its_day(as_of: str, value: float) -> None:
    read = series(
        "cocaine_output",
        "Colombia",
        "us_government",
        as_of=as_of,
        start_year=2011,
        end_year=2011,
    )
    assert read["value"].tolist() == [value]


def test_the_final_deaths_of_august_2022_end_with_2019() -> None:
    assert (
        series("cocaine_deaths", "United States", "cdc", as_of="2022-08-31")[
            "year"
        ].max()
        == 2019
    )


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"as_of": "soon"},
            "as_of: found 'soon'; write a date such as 2022-08-31, or latest",
        ),
        (
            {"publications": "press"},
            "publications: found 'press'; allowed: all, articles, others",
        ),
    ],
)
def test_an_unknown_day_or_kind_of_publication_is_refused(
    asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError) as error:
        every_vintage("cocaine_output", "Colombia", "us_government", **asked)
    assert str(error.value) == f"parameter: {message}"


def test_figures_written_anew_are_read_anew(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in (972.0, 994.0):
        project = made([figure(printed=f"{value:g}")])
        monkeypatch.setenv("ANALYSIS_PROJECT", str(project.root))
        build_processed(project)
        assert series("cocaine_output", "Colombia", "us_government")[
            "value"
        ].tolist() == [value]


@pytest.mark.parametrize("arguments", [(0, 5, 1), (5, 0, 1), (5, 5, 0)])
def test_growth_needs_figures_above_zero_and_years(
    arguments: tuple[float, float, int],
) -> None:
    with pytest.raises(ValueError, match="needs two figures above zero"):
        annual_growth(*arguments)


def test_a_printed_rate_counts_only_where_the_year_it_starts_from_is_in_the_window() -> (
    None
):
    of = partial(printed_changes, "cocaine_output", "Colombia", "unodc", end_year=2024)
    assert of(start_year=2022)[["base_year", "year", "value"]].to_numpy().tolist() == [
        [2022, 2023, 53]
    ]
    assert of(start_year=2023).empty


def test_output_per_hectare_prefers_one_release_and_says_when_it_has_none() -> None:
    def table(measure: str, rows: list[tuple[int, float, str, str]]) -> pd.DataFrame:
        frame = pd.DataFrame(rows, columns=["year", "value", "release", "release_date"])
        return frame.assign(
            kind="original", figure=[f"{measure}{place}" for place in range(len(frame))]
        )

    output = table(
        "o",
        [
            (2020, 1000.0, "new", "2022"),
            (2020, 500.0, "old", "2021"),
            (2021, 900.0, "new", "2022"),
            (2022, 5.0, "x", "2023"),
        ],
    )
    area = table(
        "a",
        [
            (2020, 100_000.0, "old", "2021"),
            (2021, 300_000.0, "old", "2021"),
            (2022, 0.0, "x", "2023"),
        ],
    )
    result = output_per_hectare(output, area)
    assert result[["year", "value", "one_release", "release"]].to_dict("list") == {
        "year": [2020, 2021], "value": [5.0, 3.0], "one_release": [True, False], "release": ["old", ""],
    }  # fmt: skip


def year_ends(
    rows: list[tuple[str, int, float]], kind: str = "original"
) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["release", "year", "value"])
    ids = [f"{release}-{year}" for release, year, _ in rows]
    return table.assign(release_date=table["release"], kind=kind, figure=ids)


def test_output_per_hectare_is_that_of_the_newest_release_that_prints_both() -> None:
    output = year_ends([("a", 2020, 1000), ("b", 2020, 1200), ("c", 2020, 9)])
    area = year_ends([("b", 2020, 100_000), ("a", 2020, 100_000)])
    assert output_per_hectare(output, area)[
        ["value", "release"]
    ].to_numpy().tolist() == [[12.0, "b"]]


def test_output_per_hectare_of_two_releases_takes_a_compilation_last() -> None:
    compiled = year_ends([("z", 2020, 500)], kind="compilation")
    output, area = (
        pd.concat([year_ends([("a", 2020, 1000)]), compiled]),
        year_ends([("b", 2020, 100_000)]),
    )
    assert output_per_hectare(output, area)["value"].tolist() == [10]
    assert output_per_hectare(compiled, area)["value"].tolist() == [5]


def test_output_per_hectare_of_originals_counts_before_that_of_a_compilation_that_prints_both() -> (
    None
):
    output = pd.concat(
        [year_ends([("a", 2020, 1000)]), year_ends([("z", 2020, 500)], "compilation")]
    )
    area = pd.concat(
        [
            year_ends([("b", 2020, 100_000)]),
            year_ends([("z", 2020, 250_000)], "compilation"),
        ]
    )
    assert output_per_hectare(output, area)["value"].tolist() == [10]


def test_output_per_hectare_on_the_mean_of_two_year_ends_of_one_release() -> None:
    output = year_ends([("a", 2020, 1000), ("a", 2021, 1200), ("b", 2022, 1300)])
    area = year_ends(
        [
            ("a", 2020, 100_000),
            ("a", 2021, 300_000),
            ("b", 2021, 500_000),
            ("c", 2022, 1),
        ]
    )
    result = output_per_hectare(output, area, area_basis="mean_of_year_ends")
    assert result.to_dict("records") == [
        {"year": 2021, "value": 6.0, "one_release": True, "release": "a", "tonnes": 1200, "output": "a-2021", "area": "a-2021",
         "area_before": "a-2020"}
    ]  # fmt: skip


def test_the_mean_of_two_year_ends_takes_no_compilation_and_crosses_no_break() -> None:
    output, rows = (
        year_ends([("z", 2021, 1200)]),
        [("a", 2020, 100_000.0), ("a", 2021, 300_000.0)],
    )
    basis = partial(output_per_hectare, output, area_basis="mean_of_year_ends")
    assert basis(year_ends(rows))["one_release"].tolist() == [False]
    assert basis(year_ends(rows), breaks=[2020])["value"].tolist() == [6]
    assert basis(year_ends(rows), breaks=[2021]).empty
    assert basis(year_ends(rows, kind="compilation")).empty


@pytest.mark.live
def test_one_row_for_each_key_and_release(project: Project) -> None:
    figures = read_processed(project, "figures.csv")
    rows = one_per_release(figures)
    key = [
        "agency",
        "measure",
        "place",
        "period_start",
        "period_end",
        "base_start",
        "status",
        "release",
    ]
    assert not rows.duplicated(key).any()
    assert len(rows) < len(figures)


def test_a_word_that_nobody_registered_is_refused_and_not_an_empty_series() -> None:
    with pytest.raises(InputError) as refused:
        series("coca_aera", "Colombiaa", "unodc")
    assert refused.value._render_traceback_() == [
        "parameter: measure: found 'coca_aera'; did you mean 'coca_area'?",
        "parameter: place: found 'Colombiaa'; did you mean 'Colombia'?",
    ]
    assert series("eradication_aerial", "Peru", "unodc").empty


def test_the_package_completes_to_its_public_names() -> None:
    assert dir(analysis) == analysis.__all__
