"""Labels say what is so: official is the publisher's own page, one page is one publication, and cited ids lead on."""

from pathlib import Path

import pandas as pd
import pytest
from rows import Made, figure

from analysis.cleaning.addresses import is_own_address
from analysis.cleaning.figures import KEY
from analysis.cleaning.processed import build_processed
from analysis.cleaning.raw import read_raw
from analysis.editing.adding import check_addition, template
from analysis.review.trace import trace_figure
from analysis.tables import read_processed, records
from notebook_runner.errors import InputError
from notebook_runner.project import Project

RETIRED = """id,successor,reason
fig-0000000001,{successor},the same page was registered twice
fig-0000000002,,it was never printed
"""


def with_publications(project: Project) -> pd.DataFrame:
    publications = read_processed(project, "publications.csv")[
        ["publication", "publisher", "url"]
    ]
    return read_processed(project, "figures.csv").merge(publications, on="publication")


@pytest.mark.live
def test_what_is_official_stands_on_a_host_of_its_publisher(project: Project) -> None:
    official = with_publications(project).query("read_from == 'official'")
    assert len(official) > 100
    elsewhere = {
        (row.publication, row.url)
        for row in records(official)
        if not is_own_address(row.publisher, row.url)
    }
    assert elsewhere == set()


@pytest.mark.parametrize(
    ("publisher", "url"),
    [
        ("UNODC", "https://docslib.org/doc/7126029/cocaine-market-3"),
        ("NCHS", "https://jasemcdn.chiachoob.com/nchs/20240515.htm"),
        ("US Dept of State", "http://southernexposur.blogspot.com/state.gov"),
        ("ONDCP (White House)", "http://whitehousedrugpolicy.org/news/060407.html"),
        ("UNODC", "https://web.archive.org/web/2006/https://www.state.gov/unodc.org"),
        ("UNODC", "https://web.archive.org/unodc.org"),
        ("La Republica", "https://larepublica.pe/"),
        ("UNODC", ""),
    ],
)
def test_an_address_elsewhere_is_not_the_publishers(publisher: str, url: str) -> None:
    assert not is_own_address(publisher, url)


@pytest.mark.live
def test_a_page_is_registered_once(project: Project) -> None:
    rows = with_publications(project).query("url != ''")
    # Two editions may stand in one file, and a text may repeat several agencies: a figure and its year tell them apart.
    rows = rows.assign(year=rows["published"].str[:4])
    same = [column for column in KEY if column != "publication"]
    twice = rows[rows.duplicated(["url", "year", *same], keep=False)]
    assert [*twice["figure"]] == []
    listed = rows.drop_duplicates(["publication", "agency"])
    twice = listed[listed.duplicated(["url", "published", "agency"], keep=False)]
    assert [*twice["publication"]] == []


@pytest.mark.live
def test_every_retired_id_is_gone_and_leads_to_one_that_is_there(
    project: Project,
) -> None:
    retired = read_raw(project).retired
    figures = read_processed(project, "figures.csv")
    ids = {
        *figures["figure"],
        *read_processed(project, "publications.csv")["publication"],
    }
    assert len(retired) > 0
    assert not retired["id"].duplicated().any()
    assert {*retired["id"]} & ids == set()
    assert {*retired["successor"]} - {""} <= ids
    assert (retired["reason"] != "").all()


@pytest.mark.live
def test_a_count_so_far_is_no_count_of_its_year(project: Project) -> None:
    rows = read_processed(project, "figures.csv")
    flows = rows["measure"].str.contains("seized|eradication_(?:manual|aerial|forced)")
    years = rows[flows & (rows["period_kind"] == "calendar_year")]
    assert (years["period_end"] < years["available"]).all()
    parts = rows[rows["status"] == "part_year"]
    assert (parts["period_kind"] == "part_of_year").all()


@pytest.mark.live
def test_what_is_computed_names_its_parts(project: Project) -> None:
    computed = with_publications(project).query("read_from == 'computed'")
    assert computed["locator"].str.startswith("sum of ").all()
    assert (computed["url"] != "").all()
    sums = read_processed(project, "figures.csv")["locator"].str.contains(r"\bsum of ")
    assert sums.sum() == len(computed) > 0


def test_add_refuses_official_for_an_address_elsewhere(
    made: Made, tmp_path: Path
) -> None:
    project, path = made([figure()]), tmp_path / "release.csv"
    text = template()
    path.write_text(text, "utf-8")
    check_addition(project, path)
    path.write_text(text.replace("www.whitehouse.gov", "docslib.org"), "utf-8")
    with pytest.raises(InputError) as error:
        check_addition(project, path)
    assert str(error.value) == (
        "release.csv:2: url: found 'https://docslib.org/ondcp/release'; is not on a host of the publisher; "
        "write copy or repeated, or register the host in vocabulary.toml"
    )


def test_a_retired_figure_leads_to_its_successor(made: Made) -> None:
    project = made([figure()])
    id = build_processed(project)["figure"].iloc[0]
    text = RETIRED.format(successor=id)
    (project.raw / "retired.csv").write_text(text, "utf-8")
    said = trace_figure(project, "fig-0000000001").splitlines()
    assert said[:2] == [
        "fig-0000000001 is retired: the same page was registered twice",
        f"Its successor is {id}.",
    ]
    assert said[2] == trace_figure(project, id)
    with pytest.raises(InputError) as error:
        trace_figure(project, "fig-0000000002")
    assert str(error.value) == (
        "figure: found 'fig-0000000002'; is retired, without a successor: it was never printed"
    )
