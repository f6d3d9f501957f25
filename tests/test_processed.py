import json
import shutil
from pathlib import Path

import pytest
from rows import Made, figure

from analysis.cleaning.datapackage import is_current
from analysis.cleaning.processed import build_processed
from analysis.schema import TABLES
from analysis.tables import read_processed
from analysis.vocabulary import measures
from notebook_runner.errors import InputError
from notebook_runner.project import Project

OTHERS = (
    "breaks.csv",
    "claims.csv",
    "corrections.csv",
    "events.csv",
    "publications.csv",
    "retired.csv",
)  # raw files without figures
FILES = (
    "figures.csv",
    "series.csv",
    "publications.csv",
    "breaks.csv",
    "claims.csv",
    "events.csv",
    "datapackage.json",
)


@pytest.mark.live
def test_committed_data_are_what_a_rebuild_gives(
    project: Project, copy: Project
) -> None:
    build_processed(copy)
    for name in FILES[:-1]:
        assert (copy.processed / name).read_bytes() == (
            project.processed / name
        ).read_bytes()
    assert is_current(project)


@pytest.mark.live
def test_every_line_of_a_raw_file_is_a_figure(project: Project) -> None:
    figures = read_processed(project, "figures.csv")
    lines = {
        path: len((project.root / path).read_text("utf-8").splitlines()) - 1
        for path in set(figures["raw_file"])
    }
    assert figures["raw_file"].value_counts().to_dict() == lines
    assert set(figures["publication"]) <= set(
        read_processed(project, "publications.csv")["publication"]
    )
    assert {project.root / path for path in lines} == {*project.raw.glob("*.csv")} - {
        project.raw / name for name in OTHERS
    }


def test_all_frozen_figures_are_there(project: Project) -> None:
    figures = read_processed(project, "figures.csv")
    counts = figures["raw_file"].value_counts()
    assert counts.drop("data/raw/articles.csv").sum() == 1864
    assert counts["data/raw/articles.csv"] == 30


@pytest.mark.live
def test_a_row_leads_back_to_its_line(project: Project) -> None:
    figures = read_processed(project, "figures.csv")
    for row in figures.sample(50, random_state=1).itertuples():
        line = (
            (project.root / str(row.raw_file))
            .read_text("utf-8")
            .splitlines()[int(str(row.raw_line)) - 1]
        )
        assert line.startswith(
            f"{row.publication},{row.agency},{row.measure},{row.place}"
        )


@pytest.mark.live
def test_the_datapackage_describes_every_column(project: Project) -> None:
    package = json.loads((project.processed / "datapackage.json").read_text("utf-8"))
    fields = {
        resource["path"]: [field["name"] for field in resource["schema"]["fields"]]
        for resource in package["resources"]
    }
    assert (
        fields["figures.csv"]
        == TABLES["figures.csv"]
        == list(read_processed(project, "figures.csv").columns)
    )
    assert fields["series.csv"] == TABLES["series.csv"]
    assert all(
        field["description"]
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
    )


@pytest.mark.live
def test_every_unit_kept_is_that_of_its_measure(project: Project) -> None:
    figures = read_processed(project, "figures.csv")
    assert (
        figures["unit"]
        == figures["measure"].map(
            {name: measure.unit for name, measure in measures().items()}
        )
    ).all()


def test_a_changed_raw_file_is_noticed(copy: Project) -> None:
    shutil.copytree(Path(__file__).parents[1] / "src", copy.root / "src")
    build_processed(copy)
    assert is_current(copy)
    with (copy.raw / "cdc.csv").open("a") as file:
        file.write("\n")
    assert not is_current(copy)


def test_a_bad_row_leaves_the_last_good_data(made: Made) -> None:
    project = made([figure()])
    build_processed(project)
    before = (project.processed / "figures.csv").read_bytes()
    made([figure(printed="many")])
    with pytest.raises(InputError):
        build_processed(project)
    assert (project.processed / "figures.csv").read_bytes() == before
    assert sorted(path.name for path in project.processed.iterdir()) == sorted(FILES)


def test_missing_data_say_what_to_run(made: Made) -> None:
    with pytest.raises(InputError, match="run: python -m analysis clean"):
        read_processed(made([figure()]), "figures.csv")
