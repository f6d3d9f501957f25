"""The overview: what its sentences say by rule, its panels, its events, and the index that it leads."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd
import pytest
from layout import faults

from analysis import open_overview
from analysis.display import drawing
from analysis.display.numbers import Sentence
from analysis.display.panels import Event, Panel, panel_chart
from analysis.sections.overview import Overview
from analysis.site.cards import last_values
from notebook_runner.errors import InputError

WORDS = Sentence("title", ("A title",)), Sentence("alt", ("In words",)), "", ""


@cache
def opened(
    country: str = "Colombia",
    start_year: int = 1999,
    end_year: int | str = 2025,
    as_of: str = "latest",
) -> Overview:
    report: Overview = open_overview(
        country=country, start_year=start_year, end_year=end_year, as_of=as_of
    )
    return report


def told(report: Overview) -> list[str]:
    return [sentence.text for sentence in report.key_points().sentences]


def test_the_first_screen_answers_the_four_questions() -> None:
    report = opened()
    area, output, differ, deaths, link = told(report)
    assert "have all risen since 2013" in report.headline().text
    assert "fell from 160,100" in area
    assert "to 261,386" in area
    assert "so a part may be revision" in output
    assert "to 2,664" in output
    assert "by a factor of up to 2.0 on coca area (2006)" in differ
    assert "from 3,822 to 29,449" in deaths
    assert "fell by 28% from 2023 to 2024" in deaths
    assert "these figures cannot tell" in link


def test_every_number_of_the_sentences_leads_to_figures() -> None:
    report = opened()
    said = [report.headline(), *report.key_points().sentences]
    records = [record for sentence in said for record in sentence.numbers]
    assert len(records) > 30
    assert [record["id"] for record in records if not record["rows"]] == []
    assert len({record["id"] for record in records}) == len(records)
    assert " %" not in "".join(sentence.text for sentence in said).replace(
        "\u00a0", " "
    )


def test_a_day_gone_by_sees_only_what_was_published() -> None:
    report = opened(as_of="2012-12-31")
    area, *_, deaths, link = told(report)
    assert "83,000\u00a0ha in 2011, by US estimates" in area
    assert deaths == (
        "We have read no two figures of cocaine deaths in the United States"
        " for these years."
    )
    assert "cannot be tested" in link
    alts = [chart.alt.text for chart in report.charts().charts]
    assert all(alt.endswith("Events marked: none.") for alt in alts[:2])


def test_the_last_year_may_be_left_to_the_figures() -> None:
    assert opened(end_year="latest").scope.end_year == 2024


@pytest.mark.parametrize(
    ("country", "first", "last"),
    [("Peru", 2000, 2024), ("Bolivia", 2008, 2020), ("Colombia", 2021, 2021)],
)
def test_other_windows_read_and_draw_as_well(
    country: str, first: int, last: int
) -> None:
    report = opened(country, first, last)
    assert len(told(report)) == 5
    assert report.headline().text
    for chart in report.charts().charts:
        assert chart.title.text
        assert chart.alt.text
        assert not chart.picture.svg or faults(chart.picture.svg) == []


def test_a_wrong_country_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(InputError, match="country: found 'Narnia'"):
        open_overview(country="Narnia", start_year=1999, end_year=2024)


def test_the_panels_share_their_years_and_show_zero(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits: list[tuple[drawing.Span, drawing.Span, object]] = []
    draw: Callable[..., object] = drawing.picture

    def noted(id: str, x: drawing.Span, y: drawing.Span, *rest: object) -> object:
        limits.append((x, y, rest[-1]))
        return draw(id, x, y, *rest)

    monkeypatch.setattr("analysis.display.panels.picture", noted)
    charts = opened().charts().charts
    assert len({(x, place) for x, _, place in limits}) == 1
    for chart, (_, y, _) in zip(charts, limits, strict=True):
        assert y[0] == 0
        assert y[1] > chart.data["value"].max()


def test_two_publications_are_never_joined_as_if_they_were_one() -> None:
    area, output, deaths = (chart.data for chart in opened().charts().charts)
    us: Any = area[area["line"] == "US"].set_index("year")
    assert us.loc[2005, "link"] == ""  # the method changed
    assert us.loc[2004, "link"] == ""  # 2003 has no figure: a gap, and no zero
    assert us.loc[2008, "link"] == "other"
    assert us.loc[2007, "link"] == "one"
    assert us.loc[2006, ["low", "high"]].tolist() == [125_800, 179_500]
    assert output[output["hollow"]]["value"].tolist() == [3001]
    assert deaths[deaths["hollow"]]["year"].tolist() == [2024]


def test_what_is_hollow_is_told_to_those_who_do_not_see_it() -> None:
    _, output, deaths = (chart.alt.text for chart in opened().charts().charts)
    assert "; 3,001\u00a0t in 2024, leaked." in output
    assert re.search(r"in 2023; [\d,]+\sdeaths in 2024, provisional\. without", deaths)


def test_events_are_in_the_picture_the_words_and_the_data() -> None:
    for chart in opened().charts().charts:
        events = chart.data[chart.data["line"].str.startswith("event: ")]
        assert len(events)
        for name in events["line"].str.removeprefix("event: "):
            assert name in chart.alt.text
            assert name in chart.picture.svg


def points(values: dict[int, float]) -> pd.DataFrame:
    table = pd.DataFrame({"year": [*values], "value": [*values.values()]})
    rest: Any = {"low": float("nan"), "high": float("nan"), "figure": "fig-a"}
    labels = [f"{year}: {value:.0f}" for year, value in values.items()]
    return table.assign(**rest, hollow=False, link="", label=labels)


def test_a_label_that_would_cover_another_moves_and_marks_stay() -> None:
    line = drawing.Line("UN", "area", points({2010: 50.0, 2011: 51, 2012: 52, 2016: 9}))
    events = [Event("first", 2012, 2012), Event("second", 2013, 2013)]
    panel = Panel([line], events, (2010, 2016), 1)
    chart = panel_chart("a", panel, WORDS, "t")
    assert faults(chart.picture.svg) == []
    assert "first, 2012" in chart.picture.svg
    assert "second, 2013" in chart.picture.svg


def test_a_panel_without_figures_is_empty() -> None:
    chart = panel_chart("a", Panel([], [], (2010, 2016), 1), WORDS, "t")
    assert chart.data.empty
    assert not chart.picture.svg


def test_last_values_leave_out_events_fits_and_missing_values() -> None:
    data = {"line": ["UN", "event: x", "UN, fitted"], "year": [1, 2, 3]}
    values = {"value": [5, None, 7.0], "unit": ["t", "t", "t"]}
    assert last_values(data | values) == "UN 5 t (1)"
    assert last_values({"row": ["lag"], "value": [0.4]}) == ""
