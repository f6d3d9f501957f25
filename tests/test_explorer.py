import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest

from analysis import open_report
from analysis.precision import recorded
from analysis.sections.series_charts import _with_unsettled, with_joins
from analysis.site.report_page import report_page
from analysis.vintages.chain_linking import linked_levels
from analysis.vintages.history import history
from analysis.vintages.series import UNSETTLED, series
from notebook_runner.project import Project

YEARS = {"Colombia": (2011, 2021), "Peru": (2008, 2017), "Bolivia": (2008, 2017)}
Row = list[Any]
pytestmark = pytest.mark.live
every_place = pytest.mark.parametrize(
    "place",
    [
        pytest.param(place, marks=pytest.mark.slow if place == "Colombia" else ())
        for place in YEARS
    ],
)


@cache
def explored(place: str) -> list[dict[str, Any]]:
    start, end = YEARS[place]
    report = open_report(
        country=place, agency="us_government", start_year=start, end_year=end
    )
    return list(report.explorer().shown["series"])


def last_rows(rows: list[Row], day: str) -> list[Row]:
    """What `known` in explorer.js does: of each year the last row seen on the day."""
    years = {row[1]: row for row in rows if row[0] <= day}
    return [years[year] for year in sorted(years) if years[year][2] is not None]


def charted(place: str, one: dict[str, Any], day: str) -> list[tuple[Any, ...]]:
    words = {
        "measure": one["measure"],
        "place": place,
        "agency": one["agency"],
        "as_of": day,
    }
    points = _with_unsettled(
        with_joins(series(**words)), series(**words, statuses=UNSETTLED)
    )
    points = points.drop_duplicates("year", keep="last")
    points["value"] = points["value"].map(recorded)
    return list(
        points[["year", "value", "release", "status", "figure"]].itertuples(
            index=False, name=None
        )
    )


@every_place
def test_the_last_row_seen_of_a_year_is_what_the_charts_draw_on_every_day(
    place: str,
) -> None:
    for one in explored(place):
        for day in {row[0] for row in one["rows"]}:
            mine = [
                (row[1], row[2], row[3], row[4], row[6])
                for row in last_rows(one["rows"], day)
            ]
            assert mine == charted(place, one, day), (
                one["measure"],
                one["agency"],
                day,
            )


@every_place
def test_the_index_is_of_one_level(place: str) -> None:
    for one in explored(place):
        levels = linked_levels(history(one["measure"], place, one["agency"]))
        assert [row[0] for row in one["index"]] == levels["year"].tolist()
        assert [row[1] for row in one["index"]] == pytest.approx(
            levels["value"].tolist(), rel=1e-5
        )
        assert [row[2] for row in one["index"]] == levels["chained"].tolist()


def test_a_page_without_scripts_says_where_the_explorer_is_and_no_data_ends_its_block() -> (
    None
):
    shown = {
        "kind": "explorer",
        "id": "explorer",
        "text": "",
        "numbers": [],
        "data": {"place": "</script><b>"},
    }
    data = {
        "text/html": '<p id="explorer">Here.</p>',
        "application/vnd.coca-trends+json": shown,
    }
    output = nbformat.v4.new_output("display_data", data)
    prose = [nbformat.v4.new_markdown_cell(text) for text in ("# What?", "## Look")]
    cells = [*prose, nbformat.v4.new_code_cell("x", outputs=[output])]
    record = {"report": "peru", "notebook": "x.ipynb", "parameters": {}, "sha256": {}}
    page = report_page(nbformat.v4.new_notebook(cells=cells), record)
    assert '<p id="explorer">Here.</p>' in page
    block = re.search(
        r'<script type="application/json" id="explored">(.*?)</script>', page
    )
    assert block
    assert json.loads(block[1]) == {"place": "</script><b>"}


def test_the_script_chooses_the_same_rows(
    project: Project, request: pytest.FixtureRequest
) -> None:
    pytest.importorskip("playwright")
    page = request.getfixturevalue("page_at")(
        Path(project.reports / "colombia-us" / "report.html")
    ).page
    for one in explored("Colombia"):
        days = sorted({row[0] for row in one["rows"]})
        given = {"rows": one["rows"], "days": days}
        chosen = page.evaluate(
            "({rows, days}) => days.map(day => known(rows, day).map(point => point.figure))",
            given,
        )
        assert chosen == [
            [row[6] for row in last_rows(one["rows"], day)] for day in days
        ]


def test_the_explorer_draws_what_is_chosen(
    project: Project, request: pytest.FixtureRequest
) -> None:
    pytest.importorskip("playwright")
    page = request.getfixturevalue("page_at")(
        Path(project.reports / "colombia-us" / "report.html")
    ).page
    controls = page.get_by_role("group", name="What the chart shows")
    controls.get_by_label("Measure").select_option("cocaine_output")
    controls.get_by_label("As known on").select_option(index=4)
    day = controls.get_by_label("As known on").input_value()
    first = int(controls.get_by_label("From year").input_value())
    one = next(
        one
        for one in explored("Colombia")
        if (one["measure"], one["agency"]) == ("cocaine_output", "us_government")
    )
    rows = [row for row in last_rows(one["rows"], day) if row[1] >= first]
    assert page.locator("#explorer circle").count() == len(rows)
    assert page.locator("#explorer tbody th").all_text_contents() == [
        str(row[1]) for row in rows
    ]
    assert day in page.locator("#explorer [role=status]").inner_text()
    assert "index" not in controls.get_by_label("Shown as").inner_text()
