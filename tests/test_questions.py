import csv
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from itertools import count
from pathlib import Path

import nbformat
import pytest
from asking import asked_by
from rows import Made, Row, claim, figure, publication, write_rows

from analysis.answers import answers
from analysis.cleaning.processed import build_processed
from analysis.questions import Question, note, recording, watching, widest
from analysis.reports import HOOKS, jobs
from analysis.tables import read_processed
from analysis.vintages.claims import check_claims
from analysis.vintages.series import cached_until_rebuilt, figures_of, processed, series
from notebook_runner.batch import run_all
from notebook_runner.catalogue import Job
from notebook_runner.errors import InputError
from notebook_runner.project import Project
from notebook_runner.provenance import differences, provenance, sealed

OUTPUT = ("cocaine_output", "Colombia", "us_government")
FIGURES = "figures.csv | cocaine_output | Colombia | us_government"
PUBLICATIONS = FIGURES.replace("figures", "publications")


@pytest.mark.parametrize(
    ("wide", "narrow", "covers"),
    [
        ({}, {"place": "Peru"}, True),
        ({"place": "Peru"}, {}, False),
        ({"place": "Peru"}, {"place": "Bolivia"}, False),
        ({"until": "2022-08-31"}, {"until": "2022-07-31"}, True),
        ({"until": "2022-08-31"}, {"until": "2022-09-30"}, False),
        ({"until": "2022-08-31"}, {}, False),
        ({}, {"until": "2022-08-31", "publications": "articles"}, True),
        ({"publications": "others"}, {"publications": "articles"}, False),
    ],
)
def test_a_question_covers_what_asks_for_some_of_its_rows(
    wide: Row, narrow: Row, covers: bool
) -> None:
    one, other = (Question("figures.csv", **words) for words in (wide, narrow))
    assert one.covers(other) == covers
    assert not one.covers(other._replace(table="breaks.csv"))
    assert (str(other) in widest({one, other})) == (not covers)


def test_readers_note_as_narrowly_as_they_read(project: Project) -> None:
    with recording() as asked:
        series(*OUTPUT, as_of="2022-08")
        processed("claims.csv", "2022-08", place="Peru")
        read_processed(project, "breaks.csv")
    day = "2022-08-31"
    assert widest(asked) == [
        "breaks.csv",
        f"claims.csv | * | Peru | * | {day}",
        f"{FIGURES} | {day}",
    ]


def test_figures_looked_up_by_id_are_asked_of_their_series_with_their_publications() -> (
    None
):
    of = [series(*OUTPUT, publications=kind) for kind in ("all", "articles")]
    ids = {figure for rows in of for figure in rows["figure"]}
    with recording() as asked:
        found, published = figures_of(ids)
    assert {*found["figure"]} == ids
    assert {*published["publication"]} == {*found["publication"]}
    kinds = ("articles", "others")
    assert widest(asked) == [
        f"{text} | * | {kind}" for text in (FIGURES, PUBLICATIONS) for kind in kinds
    ]


def test_a_remembered_answer_carries_its_questions() -> None:
    calls = count()

    @cached_until_rebuilt
    def first_year(place: str) -> int:
        next(calls)
        return int(processed("breaks.csv", place=place)["year"].min())

    answer = first_year("Peru")  # as a server does that reports are forked from
    with recording() as asked:
        assert first_year("Peru") == answer
    assert next(calls) == 1
    assert asked == {Question("breaks.csv", place="Peru")}


def test_what_a_thread_asks_is_noted_and_nothing_once_the_recorder_has_ended() -> None:
    with recording() as asked, recording() as inner:
        thread = threading.Thread(target=series, args=OUTPUT)
        thread.start()
        thread.join()
    note(Question("series.csv"))
    assert widest(asked) == widest(inner) == [FIGURES]


def test_a_file_that_is_opened_directly_counts_whole(
    project: Project, tmp_path: Path
) -> None:
    path = project.processed / "breaks.csv"
    (tmp_path / "link").symlink_to(project.raw)
    with recording() as asked, watching(project):
        path.read_bytes()
        os.close(os.open(tmp_path / "link" / "cdc.csv", os.O_RDONLY))
        processed("figures.csv", place="Peru")  # a reader, which says for itself
        (tmp_path / "new.csv").write_text("")
        with pytest.raises(ValueError, match="null"):
            open("data\0")  # noqa: PTH123, SIM115
    path.read_bytes()
    assert widest(asked) == [
        "data/processed/breaks.csv",
        "data/raw/cdc.csv",
        "figures.csv | * | Peru",
    ]


# What is there, and the questions whose answers another row changes.
ASKED = [
    FIGURES,
    "figures.csv | * | Peru",
    f"{FIGURES} | 2022-08-31",
    PUBLICATIONS,
    "figures.csv",
    "breaks.csv",
]
LATE = publication(id="late", published="2024-07-01")


@pytest.mark.parametrize(
    ("row", "changed"),
    [
        (figure(place="Peru", printed="300"), {ASKED[1], "figures.csv"}),
        (figure(period="2020", printed="300"), {FIGURES, ASKED[2], "figures.csv"}),
        (
            figure(period="2020", printed="300", publication="late"),
            {FIGURES, PUBLICATIONS, "figures.csv"},
        ),
        (figure(place="Bolivia", printed="300", publication="late"), {"figures.csv"}),
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_a_row_changes_the_answers_that_hold_it(
    made: Made, row: Row, changed: set[str], above: bool
) -> None:
    there = [figure(), figure(period="2019", printed="800")]
    published = [publication(), LATE]
    build_processed(project := made(there, published))
    before = answers(project, ASKED)
    build_processed(made([row, *there] if above else [*there, row], published))
    after = answers(project, ASKED)
    assert {text for text in ASKED if before[text] != after[text]} == changed


def test_the_order_of_rows_counts(made: Made) -> None:
    rows = [figure(), figure(period="2019", printed="800")]
    build_processed(project := made(rows))
    before = answers(project, [FIGURES])
    build_processed(made(rows[::-1]))
    assert answers(project, [FIGURES]) != before


def test_nothing_outside_data_is_answered_from(project: Project) -> None:
    (project.root / "secret.txt").write_text("x")
    asked = [
        "data/../secret.txt",
        "data/none.csv",
        "data/\0",
        "secret.csv | x",
        "",
        "figures.csv" + " | *" * 9 + " | x",
    ]
    found = answers(project, asked)
    assert [found[text] for text in asked[:5]] == [""] * 5


def put(job: Job, questions: Iterable[str] | None = None) -> None:
    """Put a report in place as a run would, with what its cells ask."""
    folder = job.project.reports / job.name
    folder.mkdir(parents=True, exist_ok=True)
    made_from = provenance(job, questions=questions or asked_by(job))
    (folder / "provenance.json").write_bytes(sealed(made_from, {}))


@pytest.fixture
def at_copy(copy: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("ANALYSIS_PROJECT", str(copy.root))
    return copy


def add_rows(path: Path, *rows: Row) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        there = list(csv.DictReader(file))
    columns = tuple(there[0])
    write_rows(
        path,
        columns,
        [*there, *({name: row.get(name, "") for name in columns} for row in rows)],
    )


PERUVIAN = figure(
    publication="ondcp-2016",
    measure="coca_area",
    place="Peru",
    period="2004",
    printed="31,000",
    unit="ha",
)


PERU = "coca_area of Peru by us_government in others"


@pytest.mark.parametrize(
    ("measure", "told"),
    [("coca_area", f"changed: {PERU}, publications of {PERU}"), ("", "")],
)
def test_a_rank_by_any_measure_makes_a_report_depend_on_other_countries(
    at_copy: Project, measure: str, told: str
) -> None:
    if measure:
        article = read_processed(at_copy, "claims.csv")["article"].iloc[0]
        words = {
            "id": "largest-area",
            "kind": "rank",
            "unit": "rank",
            "period": "",
            "note": "",
        }
        add_rows(
            at_copy.raw / "claims.csv",
            claim("largest", **words, measure=measure, article=article),
        )
    build_processed(at_copy)
    [job] = jobs(at_copy, ["colombia-us"])
    put(job)
    assert differences(job) == ""
    add_rows(at_copy.raw / "us_government.csv", PERUVIAN)
    build_processed(at_copy)
    assert differences(job) == told


def small(project: Project, source: str) -> Job:
    """A report of one cell."""
    (project.notebooks / "reports.toml").write_text(
        '[small]\nnotebook = "small.ipynb"\nparameters = {}\n'
    )
    first, rest = map(nbformat.v4.new_code_cell, ("year: int = 1  # year", source))
    first.metadata["tags"] = ["parameters"]
    notebook = nbformat.v4.new_notebook(
        cells=[first, rest], metadata={"language_info": {"name": "python"}}
    )
    nbformat.write(notebook, project.notebooks / "small.ipynb")
    return jobs(project)[0]


DIRECTLY = """import pandas as pd
from analysis import series
from notebook_runner.project import here
series("coca_area", "Peru", "unodc")
len(pd.read_csv(here().processed / "breaks.csv"))"""


def test_a_report_whose_cell_opens_a_file_is_stale_when_that_changes(
    at_copy: Project,
) -> None:
    job = small(at_copy, DIRECTLY)
    assert {error for _, error in run_all(at_copy, [job])} == {""}
    record = json.loads((at_copy.reports / "small" / "provenance.json").read_text())
    assert [*record["read"]] == [
        "data/processed/breaks.csv",
        "figures.csv | coca_area | Peru | unodc",
    ]
    assert differences(job) == ""
    path = at_copy.processed / "breaks.csv"
    path.write_text(path.read_text().replace("new zones", "other zones"))
    assert differences(job) == "changed: data/processed/breaks.csv"


def test_a_report_fails_if_a_file_that_it_opened_is_changed_while_it_runs(
    at_copy: Project,
) -> None:
    opened = 'from notebook_runner.project import here\nfile = here().raw / "cdc.csv"\ntext = file.read_text()\n'
    job = small(at_copy, opened + 'count = file.write_text(text + "\\n")')
    [(_, error)] = run_all(at_copy, [job])
    assert error.startswith(
        "small: rows, notebook or code were changed while it ran; run it again "
        "(changed: data/raw/cdc.csv; no cell may change data)\n"
    )


def test_a_report_fails_if_a_cell_writes_a_file_of_data(at_copy: Project) -> None:
    writing = "from notebook_runner.project import here\n"
    writing += 'count = (here().raw / "mine.csv").write_text("1")'
    [(_, error)] = run_all(at_copy, [small(at_copy, writing)])
    assert "(changed: data/raw/mine.csv; no cell may change data)" in error


@pytest.mark.slow
def test_reports_ask_the_same_whoever_else_runs(at_copy: Project) -> None:
    build_processed(at_copy)
    found = []
    for workers in (1, 2):
        assert {error for _, error in run_all(at_copy, jobs(at_copy), workers)} == {""}
        found.append(
            [
                path.read_bytes()
                for path in sorted(at_copy.reports.glob("*/provenance.json"))
            ]
        )
    assert len(found[0]) == len(jobs(at_copy))
    assert found[0] == found[1]
    # In one process, where each finds what those before it have left.
    for job in jobs(at_copy)[::-1]:
        read = json.loads((at_copy.reports / job.name / "provenance.json").read_text())[
            "read"
        ]
        assert HOOKS.answers(at_copy, asked_by(job)) == read


def test_claims_of_one_place_are_asked_for_alone() -> None:
    with recording() as asked:
        checked = check_claims(places=("Peru",))
    assert [*checked["claim"].unique()] == ["second-producer"]
    assert "claims.csv | * | Peru" in widest(asked)


def test_a_parameter_that_is_wrong_is_told_of_all_that_there_is() -> None:
    from analysis.sections.scope import check_revisions, check_scope

    with pytest.raises(InputError, match="did you mean 'Peru'"):
        check_scope(country="Perú", agency="unodc", start_year=2000, end_year=2010)
    with pytest.raises(InputError, match="did you mean 'Peru'"):
        check_revisions(measure="coca_area", place="Perú", agency="unodc")


def test_an_edited_runner_makes_a_report_stale(at_copy: Project) -> None:
    [job] = jobs(at_copy, ["peru"])
    at_copy.runner.mkdir(parents=True)
    module = at_copy.runner / "settle.py"
    module.write_text("AS = 1")
    put(job)
    assert differences(job) == ""
    module.write_text("AS = 2")
    assert differences(job) == "changed: package"


NOTHING = """import sys
from analysis.cli import main
main(["report"], standalone_mode=False)
print({"pandas", "papermill", "nbformat"} & {*sys.modules})"""


@pytest.mark.slow
def test_finding_nothing_to_run_imports_neither_pandas_nor_papermill(
    at_copy: Project,
) -> None:
    build_processed(at_copy)
    for job in jobs(at_copy):
        put(job, ASKED)
    for _ in "12":  # the first makes the pages over all reports
        ran = subprocess.run(
            [sys.executable, "-c", NOTHING], capture_output=True, text=True, check=True
        )
    *_, said, imported = ran.stdout.splitlines()
    assert "12 of 12 are up to date" in said
    assert imported == "set()"
