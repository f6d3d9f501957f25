import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from asking import asked_by
from hypothesis import given
from hypothesis import strategies as st
from rows import Made, Row, figure, make_project, publication

from analysis.cleaning.figures import clean_figures
from analysis.cleaning.processed import build_processed
from analysis.cleaning.raw import read_raw
from analysis.editing.release_diff import (
    CORRECTED,
    EDITED,
    NEW_YEAR,
    REMOVED,
    REVISED,
    ROUNDING,
    SOURCE,
    compare,
)
from analysis.reports import HOOKS
from analysis.review import changes
from analysis.review.changes import (
    CODE,
    PARAMETER,
    STALE,
    Changes,
    as_text,
    attribute,
    change_report,
)
from analysis.review.committed import Shown, export, read_reports
from analysis.review.pages import changes_page
from analysis.review.states import rows_that_differ, write_revised
from analysis.site.report_files import numbers_csv
from analysis.tables import read_processed
from notebook_runner.catalogue import Job
from notebook_runner.errors import InputError
from notebook_runner.files import write_whole
from notebook_runner.project import Project
from notebook_runner.provenance import provenance, sealed

TON, HALF, KILOS = (
    Shown(1, "t", "1 t"),
    Shown(0.5, "t", "0.5 t"),
    Shown(500, "kg", "500 kg"),
)
Steps = list[tuple[str, Shown | None]]


@given(st.lists(st.integers(-1000, 1000), min_size=5, max_size=5, unique=True))
def test_shares_add_up_to_the_move(values: list[int]) -> None:
    first, *rest = (Shown(value, "t", "") for value in values)
    shares, _ = attribute(first, list(zip("abcd", rest, strict=True)))
    assert sum(shares.values()) == values[-1] - values[0]


@pytest.mark.parametrize(
    ("old", "steps", "expected"),
    [
        (TON, [("a", HALF), ("b", HALF)], ({"a": -0.5}, "")),
        (TON, [("a", Shown(3, "t", "3 t")), ("b", HALF)], ({"a": 2, "b": -2.5}, "")),
        # Where it can't be compared, the next step has the whole way.
        (TON, [("a", None), ("b", HALF)], ({"b": -0.5}, "")),
        (TON, [("a", KILOS), ("b", HALF)], ({"b": -0.5}, "")),
        (None, [("a", None), ("b", TON)], ({}, "b")),
        (None, [("a", HALF), ("b", TON)], ({}, "a")),
        (TON, [("a", HALF), ("b", None)], ({}, "b")),
        (TON, [("a", TON), ("b", Shown(1, "t", "one"))], ({}, "b")),
        (TON, [("a", KILOS), ("b", KILOS)], ({}, "a")),
    ],
)
def test_a_cause_has_what_moves_at_its_step(
    old: Shown | None, steps: Steps, expected: tuple[dict[str, float], str]
) -> None:
    assert attribute(old, steps) == expected


OLD = [
    figure(period="2020", printed="about 1,000"),
    figure(period="2021", printed="972"),
    figure(period="2019", printed="951"),
    figure(period="2018", printed="902"),
]
RELEASES = [publication(), publication(id="ondcp-b", published="2023-07-14")]


def test_what_a_raw_row_is(made: Made) -> None:
    before, _ = clean_figures(read_raw(made(OLD)))
    rows = [
        OLD[0],
        figure(period="2020", printed="1,000", publication="ondcp-b"),
        figure(period="2021", printed="972", read_from="copy"),
        figure(period="2021", printed="990", publication="ondcp-b"),
        figure(period="2022", printed="1,100", publication="ondcp-b"),
        figure(period="2018", printed="920"),
    ]
    after, _ = clean_figures(read_raw(made(rows, RELEASES)))
    found = [(row.kind, row.old, row.new) for row in compare(before, after).values()]
    assert found == [
        (ROUNDING, "about 1,000 t", "1,000 t"),
        (SOURCE, "972 t", "972 t"),
        (REVISED, "972 t", "990 t"),
        (NEW_YEAR, "", "1,100 t"),
        (EDITED, "902 t", "920 t"),
        (REMOVED, "951 t", ""),
    ]


NOTEBOOK = """from analysis import series
from analysis.display.numbers import number, sentence

table = series("cocaine_output", "Colombia", "us_government", end_year=end_year)
sentence("output", "In all {sum}.", sum=number(table["value"].sum(), "t", table["figure"]))"""
YEARS = [figure(period="2020", printed="100"), figure(period="2021", printed="200")]
LATER = [
    figure(period=year, printed=printed, publication="ondcp-b")
    for year, printed in (("2021", "250"), ("2022", "400"))
]


State = Callable[..., Project]


@pytest.fixture
def state(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    """Put a small project into a state, with its one report, whose number is `total`."""
    monkeypatch.setenv("ANALYSIS_PROJECT", str(tmp_path))
    for name in ("notebooks", "requirements", "reports/sum"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "requirements" / "run.txt").touch()

    def put(
        rows: list[Row], end_year: int, total: int, source: str = NOTEBOOK
    ) -> Project:
        project = made(rows, RELEASES if len(rows) > 2 else RELEASES[:1])
        build_processed(project)
        write_notebook(project.notebooks / "sum.ipynb", source)
        entry = f'[sum]\nnotebook = "sum.ipynb"\nstrict = true\nparameters = {{ end_year = {end_year} }}'
        (project.notebooks / "reports.toml").write_text(entry)
        write_report(project, end_year, total)
        return project

    return put


def write_notebook(path: Path, source: str) -> None:
    first = nbformat.v4.new_code_cell(
        "end_year: int = 0  # last year", metadata={"tags": ["parameters"]}
    )
    cells = [
        nbformat.v4.new_markdown_cell("# Sum"),
        first,
        nbformat.v4.new_code_cell(source),
    ]
    for at, cell in enumerate(cells):
        cell.id = f"cell-{at}"
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=cells, metadata={"language_info": {"name": "python"}}
        ),
        path,
    )


def write_report(project: Project, end_year: int, total: int) -> None:
    """Put the report in place as a run would, of which only numbers and provenance count here."""
    table = read_processed(project, "series.csv")
    seen = table[table["period_start"].str[:4].astype("int64") <= end_year]
    number = {
        "id": "output.sum",
        "value": total,
        "unit": "t",
        "text": f"{total} t",
        "rows": list(seen["figure"]),
    }
    files = {"numbers.csv": numbers_csv("sum", [{"numbers": [number]}]).encode()}
    job = Job(
        "sum", project.notebooks / "sum.ipynb", {"end_year": end_year}, project, HOOKS
    )
    write_whole(
        project.reports / "sum",
        {
            **files,
            "provenance.json": sealed(provenance(job, questions=asked_by(job)), files),
        },
    )


def commit_all(folder: Path) -> None:
    who = (
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "core.autocrlf=false",
    )
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "old")):
        subprocess.run(["git", *words], cwd=folder, check=True)


@pytest.mark.slow
def test_a_revision_a_new_year_and_a_parameter_at_once(state: State) -> None:
    commit_all(state(YEARS, 2021, 300).root)
    found = change_report(state([*YEARS, *LATER], 2022, 750), "HEAD")
    [move] = found.moves
    # 300 t to 750 t: 2021 by 50, and 400 for 2022; the parameter alone finds no figure of 2022.
    assert move.shares == {REVISED: 50, NEW_YEAR: 400}
    assert found.notes == ("sum: end_year was 2021, is 2022",)
    assert [(row.kind, row.place, row.old, row.new) for row in move.rows] == [
        (REVISED, "data/raw/us_government.csv:4", "200 t", "250 t"),
        (NEW_YEAR, "data/raw/us_government.csv:5", "", "400 t"),
    ]
    assert "a revised figure +50, a new year +400" in as_text(found)


@pytest.mark.slow
def test_code_and_a_row_edited_in_place_at_once(state: State) -> None:
    commit_all(state(YEARS, 2021, 300).root)
    edited = [YEARS[0], figure(period="2021", printed="260")]
    project = state(edited, 2021, 260, NOTEBOOK.replace("sum()", "max()"))
    [move] = change_report(project, "HEAD").moves
    assert move.shares == {CODE: -100, EDITED: 60}


def no_run(*_: object) -> dict[str, Path | str]:
    raise AssertionError("nothing needs to run")


def test_a_change_of_one_cause_alone_is_its_own_and_runs_nothing(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "run_aside", lambda jobs, _: no_run() if jobs else {})
    commit_all(state(YEARS, 2021, 300).root)
    [by_code] = change_report(
        state(YEARS, 2021, 200, NOTEBOOK.replace("sum()", "max()")), "HEAD"
    ).moves
    [by_parameter] = change_report(state(YEARS, 2020, 100), "HEAD").moves
    [by_year] = change_report(state([*YEARS, LATER[1]], 2021, 301), "HEAD").moves
    assert [move.shares for move in (by_code, by_parameter, by_year)] == [
        {CODE: -100},
        {PARAMETER: -200},
        {NEW_YEAR: 1},
    ]


def test_numbers_that_were_not_made_from_what_is_committed_are_called_stale(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "run_aside", lambda jobs, _: no_run() if jobs else {})
    numbers = state(YEARS, 2021, 300).reports / "sum" / "numbers.csv"
    numbers.write_text(numbers.read_text().replace(",300,", ",299,"))
    commit_all(numbers.parents[2])
    [move] = change_report(state(YEARS, 2021, 300), "HEAD").moves
    assert (move.old, move.shares) == (Shown(299, "t", "300 t"), {STALE: 1})


def test_a_stale_report_of_today_is_refused(state: State) -> None:
    project = state(YEARS, 2021, 300)
    commit_all(project.root)
    write_notebook(project.notebooks / "sum.ipynb", f"{NOTEBOOK}\n")
    with pytest.raises(
        InputError,
        match=r"reports/sum: not made from what is here now; run: python -m analysis report",
    ):
        change_report(project, "HEAD")


@pytest.mark.slow
def test_a_step_that_cannot_be_run_counts_with_the_next(state: State) -> None:
    commit_all(state(YEARS, 2021, 300).root)
    fails_on_old = NOTEBOOK.replace("sum()", "sum() if len(table) > 2 else 1 / 0")
    project = state([*YEARS, LATER[1]], 2022, 700, fails_on_old)
    found = change_report(project, "HEAD")
    assert [move.shares for move in found.moves] == [{NEW_YEAR: 400}]
    first = fails_on_old.strip().splitlines()[0][:60]
    failed = f"sum: cell 3 ({first}): ZeroDivisionError: division by zero"
    assert found.notes[1:] == (
        f"{failed} (so {CODE}, {PARAMETER}, {REVISED} can't be told from the next cause)",
    )


def with_old_names(project: Project) -> None:
    """The project by the names from before `agency`."""
    for path in project.raw.glob("*.csv"):
        old = "estimates" if path.name == "claims.csv" else "estimate_by"
        path.write_text(path.read_text().replace("agency", old, 1))
    record = project.reports / "sum" / "provenance.json"
    made_from = json.loads(record.read_text())
    made_from["parameters"]["estimates"] = "unodc"
    record.write_text(json.dumps(made_from))
    (project.reports / "sum").rename(project.reports / "articles")


def test_a_commit_from_before_a_change_of_names_is_read_through_the_map(
    state: State, tmp_path: Path
) -> None:
    project = state(YEARS, 2021, 300)
    figures, _ = clean_figures(read_raw(project))
    with_old_names(project)
    commit_all(project.root)
    old = Project(tmp_path / "old")
    export(project, "HEAD", old.root)
    assert clean_figures(read_raw(old))[0].equals(figures)
    [(name, report)] = read_reports(old).items()
    assert (name, report.parameters) == (
        "colombia-articles",
        {"end_year": 2021, "agency": "unodc"},
    )


def test_a_commit_that_cannot_be_read_is_refused_in_one_line(state: State) -> None:
    project = state(YEARS, 2021, 300)
    raw = project.raw / "us_government.csv"
    raw.write_text(raw.read_text().replace("printed", "as_printed", 1))
    commit_all(project.root)
    with pytest.raises(
        InputError,
        match=r"--from: found 'HEAD'; holds what today's code can't read .* give a later",
    ) as said:
        change_report(state(YEARS, 2020, 100), "HEAD")
    assert len(str(said.value).splitlines()) == 1


def test_the_state_between_has_the_revision_without_the_new_year(
    tmp_path: Path,
) -> None:
    old = make_project(tmp_path / "old", YEARS, RELEASES[:1])
    new = make_project(tmp_path / "new", [*YEARS, *LATER], RELEASES)
    raw = write_revised(old, new, rows_that_differ(old, new), tmp_path / "raw")
    kept = (raw / "us_government.csv").read_text().splitlines()
    assert kept == (new.raw / "us_government.csv").read_text().splitlines()[:-1]


def test_a_correction_is_no_edit_of_a_raw_row(tmp_path: Path) -> None:
    old = make_project(tmp_path / "old", YEARS)
    [*_, id] = clean_figures(read_raw(old))[0]["figure"]
    correction = {
        "row": id,
        "column": "printed",
        "expected": "200",
        "used": "210",
        "reason": "misprint",
    }
    new = make_project(tmp_path / "new", YEARS, corrections=[correction])
    assert [row.kind for row in rows_that_differ(old, new).values()] == [CORRECTED]


def test_the_page_is_offline_and_escaped() -> None:
    page = changes_page(Changes("<b>", "abc1234", (), ("<script>",)))
    assert "No numbers moved since &lt;b&gt;" in page
    assert "<script" not in page
    assert "default-src 'none'" in page
