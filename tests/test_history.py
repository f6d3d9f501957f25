from collections.abc import Sequence

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rows import figure, make_project, publication

from analysis import history, open_report, open_revisions
from analysis.cleaning.processed import build_processed
from analysis.vintages.chain_linking import linked_levels
from analysis.vintages.history import Growth, History, Refusal
from analysis.vintages.links import links
from analysis.vintages.precedence import newest_release
from analysis.vintages.revisions import revision_summary, revision_table, revisions
from notebook_runner.errors import InputError

Printed = Sequence[
    tuple[str, int, float]
]  # release (their names sort by date), year, value


def printed(rows: Printed) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["release", "year", "value"])
    return table.assign(
        release_date=table["release"], kind="original", rounding_unit=1.0, status="estimate", low=table["value"],
        figure=[f"{release}-{year}" for release, year, _ in rows],
    )  # fmt: skip


def made(
    rows: Printed, rates: Printed = (), breaks: dict[int, str] | None = None
) -> History:
    table, rate = printed(rows), printed(rates)
    newest = (
        table.sort_values("release_date")
        .drop_duplicates("year", keep="last")
        .sort_values("year")
    )
    known = pd.DataFrame(
        {"year": list(breaks or {}), "reason": list((breaks or {}).values())}
    )
    return History(
        "cocaine_output",
        "Colombia",
        "unodc",
        newest,
        table,
        rate.assign(base_year=rate["year"] - 1),
        known,
    )


def factor(growth: Growth | Refusal) -> float:
    assert isinstance(growth, Growth), growth
    return growth.factor


def why(growth: Growth | Refusal) -> tuple[str, tuple[int, ...]]:
    assert isinstance(growth, Refusal), growth
    return growth.why, growth.years


def test_the_newest_release_that_prints_both_years_decides() -> None:
    told = made(
        [
            ("a", 2011, 100),
            ("a", 2012, 300),
            ("b", 2011, 200),
            ("b", 2012, 400),
            ("c", 2012, 900),
        ]
    )
    assert factor(told.growth(2011, 2012)) == 2


def test_a_chain_multiplies_the_newest_steps_and_is_anchored_at_the_last_figure() -> (
    None
):
    chain = made(
        [
            ("a", 2011, 100),
            ("a", 2012, 200),
            ("b", 2012, 150),
            ("b", 2013, 300),
            ("c", 2013, 330),
        ]
    )
    growth = chain.growth(2011, 2013)
    assert isinstance(growth, Growth)
    assert (growth.factor, growth.first, growth.last, growth.releases) == (
        4,
        82.5,
        330,
        ["a", "b"],
    )
    assert growth.rows == ("a-2011", "a-2012", "b-2012", "b-2013", "c-2013")


def test_a_printed_rate_links_two_years() -> None:
    assert (
        factor(
            made([("a", 2022, 100), ("b", 2023, 160)], rates=[("b", 2023, 53)]).growth(
                2022, 2023
            )
        )
        == 1.53
    )


def test_a_printed_rate_leads_as_far_as_it_is_rounded() -> None:
    rates = printed([("b", 2023, 50)]).assign(base_year=2022, rounding_unit=10.0)
    [link] = links(printed([]), rates)
    assert (link.low, link.factor, link.high) == (1.45, 1.5, 1.55)


def test_a_gap_a_missing_year_and_a_break_are_told_apart() -> None:
    rows: Printed = [
        ("a", 2011, 100),
        ("a", 2012, 120),
        ("b", 2014, 90),
        ("b", 2015, 95),
    ]
    assert why(made(rows).growth(2011, 2015)) == ("gap", (2012, 2014))
    assert why(made(rows).growth(2010, 2015)) == ("missing", (2010,))
    assert why(made(rows).growth(2012, 2011)) == ("missing", (2012,))
    broken = made(rows, breaks={2012: "new zones"}).growth(2011, 2012)
    assert (why(broken), getattr(broken, "reason", "")) == (
        ("break", (2012,)),
        "new zones",
    )
    assert made(rows, breaks={2015: "new zones"}).unbroken_spans() == [
        [2011, 2012],
        [2014],
        [2015],
    ]


def test_a_chain_is_refused_when_a_newer_release_prints_another_growth() -> None:
    rows: Printed = [
        ("a", 2011, 100),
        ("a", 2012, 200),
        ("b", 2012, 200),
        ("b", 2013, 400),
        ("c", 2014, 500),
    ]
    assert factor(made(rows).growth(2011, 2013)) == 4
    longer: Printed = [*rows, ("d", 2011, 250), ("d", 2014, 500)]
    assert why(made(longer).growth(2011, 2013)) == ("contradiction", (2011, 2014))
    agreeing: Printed = [*rows, ("d", 2011, 100), ("d", 2014, 500)]
    assert factor(made(agreeing).growth(2011, 2013)) == 4


def test_the_widest_growth_is_the_longest_that_is_sound() -> None:
    widest = made(
        [
            ("a", 2001, 10),
            ("a", 2002, 20),
            ("b", 2005, 30),
            ("b", 2006, 40),
            ("b", 2007, 60),
        ]
    ).widest()
    assert widest is not None
    assert (widest.first_year, widest.last_year, widest.factor) == (2005, 2007, 2)
    assert made([("a", 2001, 10), ("b", 2002, 20)]).widest() is None


def test_a_linked_series_is_led_back_from_its_last_year() -> None:
    rows: Printed = [
        ("a", 2011, 100),
        ("a", 2012, 200),
        ("b", 2012, 150),
        ("b", 2013, 300),
        ("c", 2013, 330),
    ]
    linked = linked_levels(made(rows))
    assert linked[["year", "value", "chained"]].to_numpy().tolist() == [
        [2011, 82.5, True], [2012, 165, False], [2013, 330, False],
    ]  # fmt: skip
    assert linked["rows"].tolist()[1:] == [("b-2012", "b-2013"), ("c-2013",)]


def test_of_equally_long_stretches_the_latest_is_linked() -> None:
    rows: Printed = [("a", 2001, 10), ("a", 2002, 20), ("b", 2005, 7), ("b", 2006, 9)]
    assert linked_levels(made(rows))["year"].tolist() == [2005, 2006]
    nothing = linked_levels(made([]))
    assert (len(nothing), list(nothing)) == (0, ["year", "value", "rows", "chained"])


def test_a_link_may_lie_as_far_off_as_its_figures_are_rounded() -> None:
    by_rate, by_levels = made(
        [("a", 2011, 100), ("a", 2012, 200)], rates=[("a", 2012, 50)]
    ).links
    assert (by_levels.factor, by_levels.low, by_levels.high) == (
        2,
        199.5 / 100.5,
        200.5 / 99.5,
    )
    assert (by_rate.low, by_rate.factor, by_rate.high) == pytest.approx(
        (1.495, 1.5, 1.505)
    )
    assert made([("a", 2011, 0), ("a", 2012, 5), ("a", 2013, 0)]).links == []


def test_the_us_figures_of_colombia_grew_3_6_and_never_5_1() -> None:
    output = history("cocaine_output", "Colombia", "us_government")
    assert round(factor(output.growth(2011, 2021)), 2) == 3.56
    refused = output.growth(2011, 2019)
    assert isinstance(refused, Refusal)
    assert (
        refused.why,
        round(refused.factor, 1),
        refused.link and refused.link.release,
    ) == (
        "contradiction",
        4.5,
        "ondcp-release-2022-07",
    )


def test_the_unodc_output_of_colombia_has_five_breaks() -> None:
    stretches = history("cocaine_output", "Colombia", "unodc").unbroken_spans()
    assert [(years[0], years[-1]) for years in stretches] == [
        (1999, 2003), (2004, 2005), (2007, 2008), (2009, 2009), (2010, 2013), (2014, 2023),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("as_of", "last", "value"),
    [
        ("2013-12-31", 2012, 175),
        ("2017-12-31", 2016, 710),
        ("2019-12-31", 2018, 887),
        ("2022-12-31", 2021, 972),
    ],
)
def test_what_was_known_of_colombias_output_on_a_day(
    as_of: str, last: int, value: float
) -> None:
    levels = history("cocaine_output", "Colombia", "us_government", as_of=as_of).levels
    assert (max(levels), levels[last]) == (last, value)


def test_devidas_new_zones_break_its_series() -> None:
    assert why(history("coca_area", "Peru", "devida").growth(2019, 2022)) == (
        "break",
        (2021,),
    )


@settings(deadline=None)
@given(st.lists(st.floats(1, 1e6), min_size=3, max_size=6, unique=True))
def test_a_chain_of_one_release_is_that_release(values: list[float]) -> None:
    rows: Printed = [("a", 2000 + place, value) for place, value in enumerate(values)]
    told = made(rows)
    steps = [
        factor(told.growth(2000 + place, 2001 + place))
        for place in range(len(values) - 1)
    ]
    assert pd.Series(steps).prod() == pytest.approx(
        factor(told.growth(2000, 1999 + len(values)))
    )


@settings(max_examples=15, deadline=None)
@given(
    later=st.lists(
        st.tuples(st.integers(2009, 2013), st.integers(10, 900)),
        max_size=4,
        unique_by=lambda row: row[0],
    )
)
def test_a_later_publication_changes_nothing_of_an_earlier_day(
    tmp_path_factory: pytest.TempPathFactory, later: list[tuple[int, int]]
) -> None:
    rows = [
        figure(publication="old", period=str(year), printed="100")
        for year in (2010, 2011, 2012)
    ]
    added = [
        figure(publication="new", period=str(year), printed=str(value))
        for year, value in later
    ]
    publications = [
        publication(id="old", published="2013"),
        publication(id="new", published="2014-01"),
    ]
    columns = ["figure", "value", "release", "release_date"]
    figures = build_processed(
        make_project(tmp_path_factory.mktemp("later"), rows + added, publications)
    )
    seen = newest_release(figures[figures["available"] <= "2013-12-31"])[columns]
    alone = build_processed(
        make_project(tmp_path_factory.mktemp("alone"), rows, publications)
    )
    assert seen.to_csv() == newest_release(alone)[columns].to_csv()


def test_revisions_are_first_against_newest() -> None:
    table = printed(
        [
            ("a", 2011, 200),
            ("b", 2011, 190),
            ("c", 2011, 220),
            ("a", 2012, 100),
            ("b", 2012, 100.5),
            ("b", 2013, 5),
        ]
    )
    found = revisions(table)
    assert found[["year", "first", "newest", "revised"]].to_numpy().tolist() == [
        [2011, 200, 220, True],
        [2012, 100, 100.5, False],
    ]
    assert revision_summary(found) == pytest.approx(
        {"years": 2, "revised": 1, "mean": 0.0525, "mean_absolute": 0.0525, "upward": 1}
    )
    assert list(revision_table(table).columns) == ["a", "b", "c"]


def test_the_revisions_report_says_which_way() -> None:
    report = open_revisions("cocaine_output", "Colombia", "us_government")
    assert report.headline().text.endswith(
        "13 of 15 years printed more than once were revised"
    )
    assert "moved by 13\u00a0% on average" in report.summary().sentences[0].text
    assert (
        open_revisions("cocaine_deaths", "United States", "cdc")
        .summary()
        .sentences[0]
        .text.startswith("No year was revised")
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("cocaine_ouput", "Colombia", "unodc"),
            "parameter: measure: found 'cocaine_ouput'; did you mean 'cocaine_output'?",
        ),
        (
            ("cocaine_output", "Colombia", "devida"),
            "parameter: agency: found 'devida'; allowed: unodc, us_government",
        ),
    ],
)
def test_revisions_of_what_was_never_printed_are_refused(
    words: tuple[str, str, str], message: str
) -> None:
    with pytest.raises(InputError) as error:
        open_revisions(*words)
    assert str(error.value) == message


def test_latest_is_for_each_measure_its_own_last_year_and_names_what_ends_earlier() -> (
    None
):
    report = open_report(
        country="Colombia", agency="unodc", start_year=2014, end_year="latest"
    )
    assert report.scope.end_year == 2024
    area, output = map(report.history, ("coca_area", "cocaine_output"))
    assert report.scope.years_of(area) == (2014, 2024)
    assert report.scope.years_of(output) == report.scope.years_of(area, output)
    assert report.scope.years_of(output) == (2014, 2023)
    said = [passage.text for passage in report.growth("cocaine_output").sentences]
    assert not any("2024" in text for text in said)
    report = open_report(
        country="Colombia", agency="unodc", start_year=2014, end_year=2024
    )
    ended = [
        part.text
        for part in report.limits().sentences
        if part.id.startswith("limits_ends")
    ]
    assert (
        "The settled figures of potential cocaine output end with 2023, before the window of this report does."
        in ended
    )


def test_a_page_says_what_its_window_leaves_out() -> None:
    def left_out(end_year: int | str) -> list[str]:
        report = open_report(
            country="Colombia", agency="unodc", start_year=2014, end_year=end_year
        )
        said = report.limits().sentences
        return [part.text for part in said if part.id.startswith("limits_beyond")]

    words = "go on after the window of this page, to"
    assert left_out("latest") == []
    assert [text.replace("\u00a0", " ") for text in left_out(2022)] == [
        f"The figures of coca area {words} 2024: 261,386 ha.",
        f"The figures of potential cocaine output {words} 2024: 3,001 t, told to the press and withheld by the government.",
        f"The figures of cocaine deaths {words} 2024: 22,174 deaths, a provisional prediction.",
    ]


def test_provisional_figures_enter_growth_only_when_asked() -> None:
    words = {
        "country": "Colombia",
        "agency": "unodc",
        "start_year": 2014,
        "end_year": 2024,
    }
    settled = open_report(**words).growth("cocaine_output").sentences
    asked = (
        open_report(**words, include_provisional=True)
        .growth("cocaine_output")
        .sentences
    )
    assert settled[0].text.startswith(
        "We have read no settled figure of potential cocaine output in Colombia for 2024"
    )
    assert "between 2014 and 2024, chained" in asked[0].text
    assert (
        asked[-1].text
        == "The report was asked to use provisional and leaked figures: 1 of those above are."
    )
