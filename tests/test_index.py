from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from links import Markup

from notebook_runner.catalogue import read_catalogue
from notebook_runner.project import Project

REPORTS = Path(__file__).parents[1] / "reports"
PAGES = sorted([*REPORTS.glob("*.html"), *REPORTS.glob("*/report.html")])
LARGEST = 300_000  # bytes
pytestmark = pytest.mark.live

markup = cache(Markup)


@pytest.mark.parametrize(
    "path", PAGES, ids=lambda path: path.relative_to(REPORTS).as_posix()
)
def test_every_link_of_a_page_leads_to_a_file_and_a_place_in_it(path: Path) -> None:
    for link in markup(path).links:
        if not link.startswith(("http://", "https://", "data:")):
            file, _, anchor = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            assert target.is_file(), link
            # A search of the table of figures stands behind the hash sign too.
            assert not anchor or "=" in anchor or anchor in markup(target).ids, link


@pytest.mark.parametrize(
    "path", PAGES, ids=lambda path: path.relative_to(REPORTS).as_posix()
)
def test_no_two_parts_of_a_page_have_one_id(path: Path) -> None:
    assert [id for id, count in Counter(markup(path).ids).items() if count > 1] == []


def test_the_index_shows_every_report_in_the_order_of_the_catalogue(
    project: Project,
) -> None:
    index = markup(REPORTS / "index.html")
    names = list(read_catalogue(project))
    assert [
        link.split("/")[1] for link in index.links if link.endswith("report.html")
    ] == names
    assert {*names} <= {*index.ids}
    assert (REPORTS / "index.html").stat().st_size < LARGEST


def test_every_report_leads_to_its_card_and_its_neighbours(project: Project) -> None:
    names = list(read_catalogue(project))
    for before, name, after in zip(["", *names], names, [*names[1:], ""], strict=False):
        links = markup(REPORTS / name / "report.html").links
        assert f"../index.html#{name}" in links
        around = {
            link
            for link in links
            if link.startswith("../") and link.endswith("/report.html")
        }
        assert around == {
            f"../{other}/report.html" for other in (before, after) if other
        }
