"""The committed pages as a reader's browser shows them, opened from a file."""

import re
from pathlib import Path

import nbformat
import pytest
from browsing import PHONE, WIDE, PageAt, faults_of_colour, faults_of_structure, unfold

from analysis.display.records import records

REPORTS = Path(__file__).parents[1] / "reports"
MADE = sorted(REPORTS.glob("*/report.html"))
PAGES = [
    *MADE,
    *(REPORTS / f"{name}.html" for name in ("index", "figures", "glossary")),
]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
pytestmark = pytest.mark.live

every_page = pytest.mark.parametrize(
    "path", PAGES, ids=lambda path: path.relative_to(REPORTS).as_posix()
)
every_report = pytest.mark.parametrize("path", MADE, ids=lambda path: path.parent.name)
POOR = """<!DOCTYPE html><html lang="en"><head><title>Poor</title><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>p { color: #ccc; background: #fff; }</style></head><body><main><h1>Poor</h1><p>Faint</p>
<img src="https://example.org/beside.png"><table style="width: 900px"><tr><td>1</td></tr></table>
<script>document.title = "run"</script></main></body></html>"""


@pytest.fixture
def poor(tmp_path: Path) -> Path:
    path = tmp_path / "poor.html"
    path.write_text(POOR, "utf-8")
    return path


@pytest.mark.parametrize("width", [pytest.param(WIDE, marks=pytest.mark.slow), PHONE])
@every_page
def test_axe_finds_no_fault(page_at: PageAt, path: Path, width: int) -> None:
    assert faults_of_structure(page_at(path, width, free=True).page) == []


# Colours come from one style sheet: one page of each kind has all of them, and the others are left to the slow tests.
every_ground = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
KINDS = ("index.html", "colombia-us")
every_colour = pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path,
            marks=[] if {path.name, path.parent.name} & {*KINDS} else pytest.mark.slow,
        )
        for path in PAGES
    ],
    ids=lambda path: path.relative_to(REPORTS).as_posix(),
)


@every_ground
@every_colour
def test_text_stands_out_from_its_ground(
    page_at: PageAt, path: Path, dark: bool
) -> None:
    assert faults_of_colour(page_at(path, dark=dark, free=True).page) == []


def test_axe_finds_the_faults_of_a_poor_page(page_at: PageAt, poor: Path) -> None:
    page = page_at(poor, free=True).page
    assert "image-alt" in "".join(faults_of_structure(page))
    assert "color-contrast" in "".join(faults_of_colour(page))


@every_page
def test_a_page_asks_for_nothing_and_keeps_its_own_policy(
    page_at: PageAt, path: Path
) -> None:
    opened = page_at(path)
    policy = opened.page.locator(
        "meta[http-equiv=Content-Security-Policy]"
    ).get_attribute("content")
    assert policy
    assert policy.startswith("default-src 'none'")
    assert opened.faults == []


def test_a_request_and_a_refused_script_are_noted(page_at: PageAt, poor: Path) -> None:
    refused = "\n".join(page_at(poor).faults)
    assert "https://example.org/beside.png" in refused
    assert "inline script" in refused
    assert "asks https://example.org/beside.png" in page_at(poor, free=True).faults


@every_page
def test_a_page_fits_a_phone(page_at: PageAt, path: Path) -> None:
    page = page_at(path, PHONE, free=True).page
    unfold(page)
    assert page.evaluate(WIDER) == 0


def test_a_page_that_is_too_wide_is_found(page_at: PageAt, poor: Path) -> None:
    assert page_at(poor, PHONE).page.evaluate(WIDER) > 400


@every_report
def test_each_figure_is_named_by_its_computed_finding(
    page_at: PageAt, path: Path
) -> None:
    from playwright.sync_api import expect

    charts = [
        record
        for record in records(nbformat.read(path.with_name("report.ipynb"), 4))
        if record["kind"] == "chart"
    ]
    page = page_at(path).page
    assert (
        page.locator("figure").count()
        == page.locator("figure svg").count()
        == len(charts)
    )
    for chart in charts:
        title, alt = chart["text"].split("\n", 1)
        expect(
            page.locator(f"figure#{chart['id']} [role=img]")
        ).to_have_accessible_name(alt)
        assert alt != title
        assert re.search(r"\d", alt)


@every_report
def test_a_report_is_small_for_the_numbers_and_figures_that_it_shows(
    path: Path,
) -> None:
    shown = len(re.findall("<data |<tr id=", path.read_text("utf-8")))
    assert path.stat().st_size < 80_000 + 500 * shown


def test_the_table_of_figures_takes_few_bytes_for_each() -> None:
    path = REPORTS / "figures.html"
    assert path.stat().st_size < 80_000 + 350 * len(
        re.findall("<tr id=", path.read_text("utf-8"))
    )
