import csv
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from links import Markup

from analysis.site.figures_page import figures_page
from analysis.tables import read_processed, records
from notebook_runner.project import Project


@pytest.fixture
def path(project: Project, tmp_path: Path) -> Path:
    (tmp_path / "figures.html").write_text(figures_page(project), "utf-8")
    return tmp_path / "figures.html"


@pytest.fixture
def page(path: Path, request: pytest.FixtureRequest) -> Any:
    """The page in a browser."""
    pytest.importorskip("playwright")
    return request.getfixturevalue("page_at")(path).page


@pytest.mark.live
def test_without_scripts_the_table_holds_every_figure(
    path: Path, project: Project
) -> None:
    figures = read_processed(project, "figures.csv")
    rows = Markup(path).rows
    shown = {id: cells for id, cells in rows.items() if id.startswith("fig-")}
    assert set(shown) == set(figures["figure"])
    for row in records(figures):
        cells = shown[str(row.figure)]
        assert [cells[1], cells[3], cells[9], cells[12]] == [
            row.place,
            row.printed,
            row.publication,
            row.figure,
        ]
        assert (
            re.match("from|to", cells[4])
            if pd.isna(row.value)
            else float(cells[4]) == pytest.approx(row.value)
        )


@pytest.mark.live
def test_every_publication_leads_to_its_address(path: Path, project: Project) -> None:
    page = Markup(path)
    addresses = (
        read_processed(project, "publications.csv")["url"]
        .str.extract(r"^(https?://[^\s\"'<>]+)")[0]
        .dropna()
    )
    assert set(addresses) <= set(page.links)


def test_all_words_and_lists_must_agree(page: Any) -> None:
    page.get_by_label("Words").fill("2021 REPEATED")
    page.get_by_label("Place").select_option("Peru")
    page.wait_for_function(
        "count.textContent.startsWith(found.length) && found.length < 100"
    )
    texts = page.locator("#figures tbody tr").all_inner_texts()
    assert texts
    assert all(
        "2021" in text and "repeated" in text and "Peru" in text for text in texts
    )
    assert page.evaluate("location.hash") == "#words=2021+REPEATED&Place=Peru"


def test_an_address_leads_to_a_row_and_to_a_search(
    path: Path, request: pytest.FixtureRequest
) -> None:
    pytest.importorskip("playwright")
    last = next(id for id in reversed(Markup(path).rows) if id.startswith("fig-"))
    page = request.getfixturevalue("page_at")(path).page
    page.evaluate(f"location.hash = '#{last}'")
    page.wait_for_selector(f"#{last}.asked")
    page.evaluate("location.hash = '#Measure=coca+area&words=1999'")
    page.wait_for_function("words.value === '1999' && found.length < 100")
    assert page.get_by_label("Measure").input_value() == "coca area"


def test_what_is_shown_is_downloaded_and_no_cell_is_a_formula(page: Any) -> None:
    page.get_by_label("Place").select_option("Bolivia")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == int(re.split(r"\D", page.locator("#count").inner_text())[0])
    assert {row["Place"] for row in rows} == {"Bolivia"}
    assert page.evaluate("['=1+1', '-cmd', '@a', '+1', '-12.5'].map(safe)") == [
        "'=1+1",
        "'-cmd",
        "'@a",
        "'+1",
        "-12.5",
    ]
    assert page.evaluate("['p. 3;=1', 'a; @x', '\uff1d1', '1; 2'].map(safe)") == [
        "p. 3;'=1",
        "a;' @x",
        "'\uff1d1",
        "1; 2",
    ]
