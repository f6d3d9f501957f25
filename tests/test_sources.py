"""Every number of a page leads to the printed figures behind it, without a script, and they are those of the data."""

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from rows import Made, figure, publication

from analysis.cleaning.processed import build_processed
from analysis.display.citations import behind, figure_citation, listed, read_behind
from analysis.site.overview import glossary_page
from analysis.tables import read_processed
from notebook_runner.parameters import declared_parameters
from notebook_runner.project import Project, here

REPORTS = sorted(path.parent for path in here().reports.glob("*/provenance.json"))


@pytest.fixture(params=REPORTS, ids=lambda path: path.name)
def folder(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


class Links(HTMLParser):
    """Of each number its link, and of the list of figures its rows, with the publication above them."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.numbers: dict[str, tuple[str, str]] = {}
        self.rows: dict[str, list[str]] = {}
        self.headings: dict[str, str] = {}
        self.link, self.row, self.heading = ("", ""), "", ""
        self.feed((folder / "report.html").read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("class") == "number-link":
            self.link = (given["href"], given["data-sources"])
        elif tag == "data":
            self.numbers[given["data-id"]] = self.link
        elif tag == "tr":
            self.row = given.get("id", "")
        elif tag == "th" and given.get("scope") == "rowgroup":
            self.heading = " "
        elif tag == "a" and self.heading:
            self.heading = given["href"] + self.heading
        if tag in ("th", "td") and self.row.startswith("source-"):
            self.rows.setdefault(self.row, []).append("")
            self.headings[self.row] = self.heading

    def handle_endtag(self, tag: str) -> None:
        self.link = ("", "") if tag == "a" else self.link
        if tag == "tbody":
            self.heading = self.row = ""

    def handle_data(self, data: str) -> None:
        if self.row.startswith("source-") and data.strip():
            self.rows[self.row][-1] += data
        elif self.heading and not self.row:
            self.heading += data


def noted(notes: str) -> list[int]:
    spans = [span.split("–") for span in notes.split(", ") if span]
    return [note for span in spans for note in range(int(span[0]), int(span[-1]) + 1)]


@pytest.mark.live
def test_every_number_leads_to_a_row_of_a_figure_behind_it_and_notes_name_them_all(
    folder: Path,
) -> None:
    page = Links(folder)
    with (folder / "numbers.csv").open(encoding="utf-8", newline="") as file:
        behind_it = {row["id"]: {*row["rows"].split()} for row in csv.DictReader(file)}
    for id, (href, notes) in page.numbers.items():
        assert {page.rows[f"source-{note}"][-1] for note in noted(notes)} == behind_it[
            id
        ], id
        assert (href == f"#source-{noted(notes)[0]}") if notes else (href == ""), id


@pytest.mark.live
def test_every_listed_figure_is_that_of_the_data_and_listed_once(
    folder: Path, project: Project
) -> None:
    page = Links(folder)
    figures = read_processed(project, "figures.csv").set_index("figure")
    sources = read_processed(project, "publications.csv").set_index("publication")
    assert [*page.rows] == [f"source-{place}" for place in range(1, len(page.rows) + 1)]
    assert len({cells[-1] for cells in page.rows.values()}) == len(page.rows)
    for row, (note, printed, what, locator, read_from, id) in page.rows.items():
        kept: Any = figures.loc[id]
        assert (row, printed) == (
            f"source-{note}",
            f"“{kept['printed']}” {kept['unit_printed']}",
        )
        assert (locator, read_from, kept["place"] in what) == (
            kept["locator"],
            kept["read_from"],
            True,
        )
        source: Any = sources.loc[kept["publication"]]
        start = f"{source['url']} {source['publisher']}: {source['title']}, {source['published']}. Vintage: {kept['release']}"
        assert page.headings[row].startswith(start)


@pytest.mark.live
def test_what_a_notebook_carries_is_cited_as_the_data_are(
    folder: Path, project: Project
) -> None:
    groups = listed(nbformat.read(folder / "report.ipynb", as_version=4))
    figures = read_processed(project, "figures.csv").set_index("figure", drop=False)
    sources = read_processed(project, "publications.csv").set_index(
        "publication", drop=False
    )
    template = re.search(
        r'data-cite_figure="([^"]*)"', (folder / "report.html").read_text("utf-8")
    )
    assert groups
    assert template
    for carried in (one for group in groups for one in group):
        row: Any = figures.loc[carried["figure"]]
        assert template[1].format(**carried) == figure_citation(
            row, sources.loc[row["publication"]]
        )


def test_a_row_added_above_changes_nothing_that_a_notebook_carries(made: Made) -> None:
    def carried(*rows: dict[str, str]) -> dict[str, str]:
        project = made(
            [*rows, figure(printed="about 972")],
            [publication(title='A "title", with a comma')],
        )
        figures = build_processed(project)
        found = read_behind(
            behind(figures, read_processed(project, "publications.csv"))
        )
        return next(one for one in found.values() if "972" in one["printed"])

    assert carried() == carried(figure(period="2019", printed="900"))
    assert carried()["source"].endswith('A "title", with a comma')


@pytest.mark.live
def test_parameters_are_shown_with_their_meaning(
    folder: Path, project: Project
) -> None:
    record = json.loads((folder / "provenance.json").read_text("utf-8"))
    page = (folder / "report.html").read_text("utf-8")
    for name, parameter in declared_parameters(
        project.root / record["notebook"]
    ).items():
        row = re.search(rf'<th scope="row"><code>{name}</code></th>(.*?)</tr>', page)
        assert row
        assert parameter.meaning.replace('"', "&#34;") in row[1]


@pytest.mark.live
def test_every_term_of_the_glossary_has_an_address_of_its_own(project: Project) -> None:
    page = glossary_page(project)
    terms = re.findall(r"\*\*(.+?)\.?\*\*", project.glossary.read_text("utf-8"))
    anchors = re.findall(r'<dfn id="([a-z-]+)">([^<]+)</dfn>', page)
    assert [term for _, term in anchors] == [
        term for words in terms for term in words.split(", ")
    ]
    assert len({id for id, _ in anchors}) == len(anchors) > 30
