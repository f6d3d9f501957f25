import hashlib
import json
from typing import Any

import nbformat
import pytest
from rows import Made, figure, publication

from analysis.cleaning.processed import build_processed
from analysis.display.citations import number_citation
from analysis.display.numbers import number, say
from analysis.display.outputs import Table
from analysis.review.trace import (
    _executed,
    _numbers,
    _stands,
    citation,
    trace_figure,
    trace_number,
)
from analysis.tables import read_processed
from notebook_runner.errors import InputError
from notebook_runner.project import Project, here

RECORD = {"report": "peru", "sha256": {"rows": "a1", "package": "b2"}}
TEXT = "Output rose to about 972 tons."


@pytest.fixture
def traced(made: Made) -> Project:
    """A report of one cell: a table with a figure of an article, and a number with twelve figures behind it."""
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    offsets = {
        "locator": "sentence 1, characters 15-24",
        "printed": "about 972",
        "read_from": "copy",
    }
    article = publication(kind="press", sha256=digest, date_basis="printed")
    project = made([figure(**offsets)], [article])
    rows = list(build_processed(project)["figure"])
    cells: list[Any] = [
        ["Output", number(972, "t", rows)],
        ["Counted", number(12, "figures", rows)],
    ]
    data = Table(
        "levels", say("coverage_caption"), ["Measure", "Level"], cells
    )._repr_mimebundle_()
    data["application/vnd.coca-trends+json"]["numbers"][1]["rows"] = rows * 12
    output = nbformat.v4.new_output("display_data", data)
    cell = nbformat.v4.new_code_cell("report.levels()", id="levels", outputs=[output])
    (project.reports / "peru").mkdir(parents=True)
    nbformat.write(
        nbformat.v4.new_notebook(cells=[cell]),
        project.reports / "peru" / "report.ipynb",
    )
    (project.reports / "peru" / "provenance.json").write_text(
        json.dumps(RECORD), "utf-8"
    )
    return project


def test_a_number_leads_to_its_place_code_and_print(traced: Project) -> None:
    told = trace_number(traced, "peru", "levels.output.level")
    assert (
        "In table levels (What was printed of each measure in the window of this report; column level)"
        in told
    )
    assert "Output | 972\u00a0t\n" in told.replace(" | \n", "\n")
    assert "cell levels:\n    report.levels()" in told
    assert (
        ": 972 t\nUS government, potential cocaine output, Colombia, 2021 (estimate): “about 972” t. "
        in told
    )
    assert "read from: copy (fig-" in told
    assert "data/raw/us_government.csv:2" in told


def test_a_number_is_cited_with_its_report_its_hashes_and_the_first_figures_behind_it(
    traced: Project,
) -> None:
    told = trace_number(traced, "peru", "levels.output.level")
    start = "To cite it: 972\u00a0t (number levels.output.level). Coca trends, report peru, made of rows with the hash a1 by "
    assert (
        f"{start}code with the hash b2. Behind it: US government, potential cocaine output, Colombia, 2021"
        in told
    )
    assert "). And 9 more, in the report's list of figures." in trace_number(
        traced, "peru", "levels.counted.level"
    )
    parameter = number_citation({"text": "2021", "id": "a.b", "rows": []}, RECORD, [])
    assert parameter.endswith(
        "Behind it: no printed figure; it follows from parameters and code."
    )


def test_ten_figures_are_shown_and_the_rest_counted(traced: Project) -> None:
    told = trace_number(traced, "peru", "levels.counted.level")
    assert (told.count("\nfig-"), "... and 2 more; see --all" in told) == (10, True)
    assert (
        trace_number(traced, "peru", "levels.counted.level", every=True).count("\nfig-")
        == 12
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TEXT, "a.txt holds 'about 972' there: matches"),
        (TEXT.replace("972", "927"), "no text file of articles has the SHA-256"),
    ],
)
def test_an_articles_wording_is_looked_up_once_its_hash_agrees(
    traced: Project, text: str, told: str
) -> None:
    folder = traced.root / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text(text, "utf-8")
    assert told in trace_number(traced, "peru", "levels.output.level", folder)


def test_a_figure_alone_is_cited_with_its_raw_row_and_its_articles_wording(
    traced: Project,
) -> None:
    figures = read_processed(traced, "figures.csv")
    id = str(figures["figure"][0])
    (traced.root / "a.txt").write_text(TEXT, "utf-8")
    cited, article = trace_figure(traced, id, traced.root).splitlines()
    assert (
        cited
        == citation(id, figures, read_processed(traced, "publications.csv"))
        == trace_figure(traced, id)
    )
    assert cited.endswith(f"({id}). data/raw/us_government.csv:2")
    assert article == "Article: a.txt holds 'about 972' there: matches"


def test_a_figure_says_why_it_was_corrected(project: Project) -> None:
    lines = trace_figure(project, "fig-18ab2e16a8").splitlines()
    assert lines[1].startswith("Corrected: ")


def test_offsets_that_lead_elsewhere_do_not_match(traced: Project) -> None:
    figures = traced.processed / "figures.csv"
    figures.write_text(figures.read_text("utf-8").replace("15-24", "14-23"), "utf-8")
    (traced.root / "a.txt").write_text(TEXT, "utf-8")
    assert "a.txt holds ' about 97' there: does not match" in trace_number(
        traced, "peru", "levels.output.level", traced.root
    )


@pytest.mark.parametrize(
    ("id", "hint"),
    [
        ("levels.ouput.level", "nearest: levels.output.level"),
        ("12", "printed so: levels.counted.level$"),
    ],
)
def test_an_unknown_number_is_refused_with_the_nearest(
    traced: Project, id: str, hint: str
) -> None:
    with pytest.raises(
        InputError, match=f"found '{id}'; is no number's id here; {hint}"
    ):
        trace_number(traced, "peru", id)


@pytest.mark.live
@pytest.mark.parametrize(
    "name", [path.parent.name for path in sorted(here().reports.glob("*/report.ipynb"))]
)
def test_what_a_number_stands_in_holds_it(name: str) -> None:
    found = [
        (number["text"], _stands(number["id"], *output))
        for number, *output, _ in _numbers(_executed(here(), name))
    ]
    assert found
    assert [
        place for text, place in found if text not in place.partition(": ")[2]
    ] == []
