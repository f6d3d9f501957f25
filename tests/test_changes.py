import json
import subprocess
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows import Made, Row, figure, make_project, publication

from analysis.cleaning.figures import clean_figures
from analysis.cleaning.processed import build_processed
from analysis.cleaning.raw import read_raw
from analysis.display.numbers import MIME
from analysis.editing.release_diff import NEW_YEAR, REMOVED, REVISED, ROUNDING, SOURCE, compare
from analysis.reports import HOOKS
from analysis.review.changes import NOT_SEPARABLE, Changes, as_text, attribute, change_report, shapley
from analysis.review.combinations import CODE, PARAMETER, RawStates, Shown, Taken
from analysis.review.evaluate import numbers_shown
from analysis.review.pages import changes_page
from analysis.site.report_files import numbers_csv
from notebook_runner.catalogue import Job
from notebook_runner.errors import InputError
from notebook_runner.files import write_whole
from notebook_runner.project import Project
from notebook_runner.provenance import provenance, sealed

FACTORS = ["a", "b", "c"]
SUBSETS = [frozenset(taken) for size in range(4) for taken in combinations(FACTORS, size)]


def test_shares_of_a_game_of_three_worked_out_by_hand() -> None:
    worth = {"": 0, "a": 6, "b": 0, "c": 0, "ab": 12, "ac": 6, "bc": 0, "abc": 18}
    # b adds 6 after a (3 orders of 6: ab., a.b is 12 after c too, ca.); c adds 6 only as the last (2 orders of 6).
    shares = shapley(FACTORS, {frozenset(taken): value for taken, value in worth.items()})
    assert shares == {"a": 11, "b": 5, "c": 2}


@given(st.lists(st.integers(-1000, 1000), min_size=8, max_size=8))
def test_shares_add_up_and_what_changes_nothing_gets_nothing(values: list[int]) -> None:
    shares = shapley(FACTORS, dict(zip(SUBSETS, values, strict=True)))
    assert sum(shares.values()) == pytest.approx(values[-1] - values[0])
    idle = {taken: values[SUBSETS.index(taken - {"c"})] for taken in SUBSETS}
    assert shapley(FACTORS, idle)["c"] == 0


def seen(**numbers: Shown | None) -> dict[Taken, Shown | None]:
    return {frozenset(taken.strip("_")): number for taken, number in numbers.items()}


TON, HALF = Shown(1, "t", "1 t"), Shown(0.5, "t", "0.5 t")


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (seen(_=TON, a=HALF, b=TON, ab=HALF), ({"a": -0.5, "b": 0}, "")),
        (seen(_=None, a=TON, b=None, ab=HALF), ({}, "a")),
        (seen(_=None, a=None, b=None, ab=TON), ({}, NOT_SEPARABLE)),
        (seen(_=TON, a=None, b=TON, ab=HALF), ({}, NOT_SEPARABLE)),
        (seen(_=TON, a=HALF, ab=HALF), ({}, NOT_SEPARABLE)),
        (seen(_=TON, a=TON, b=Shown(1, "t", "one"), ab=Shown(1, "t", "one")), ({}, "b")),
        (seen(_=TON, a=Shown(9, "times", "×9"), b=TON, ab=HALF), ({}, NOT_SEPARABLE)),
    ],
)
def test_a_cause_is_named_only_where_one_decides(numbers: Any, expected: Any) -> None:
    assert attribute(["a", "b"], numbers) == expected


OLD = [
    figure(period="2020", printed="about 1,000"),
    figure(period="2021", printed="972"),
    figure(period="2019", printed="951"),
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
    ]
    after, _ = clean_figures(read_raw(made(rows, RELEASES)))
    found = [(row.kind, row.old, row.new) for row in compare(before, after).values()]
    assert found == [
        (ROUNDING, "about 1,000 t", "1,000 t"),
        (SOURCE, "972 t", "972 t"),
        (REVISED, "972 t", "990 t"),
        (NEW_YEAR, "", "1,100 t"),
        (REMOVED, "951 t", ""),
    ]


NOTEBOOK = """from analysis import series
from analysis.display.numbers import number, sentence

table = series("cocaine_output", "Colombia", "us_government", end_year=end_year)
sentence("output", "In all {sum}.", sum=number(table["value"].sum(), "t", table["figure"]))"""
YEARS = [figure(period="2020", printed="100"), figure(period="2021", printed="200")]
LATER = [
    figure(period=year, printed=printed, publication="ondcp-b") for year, printed in (("2021", "250"), ("2022", "400"))
]


@pytest.fixture
def state(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put a small project into a state, with its one report; commit it if asked to."""
    monkeypatch.setenv("ANALYSIS_PROJECT", str(tmp_path))
    for name in ("notebooks", "requirements", "reports/sum"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "requirements" / "run.txt").touch()

    def put(rows: list[Row], end_year: int, source: str = NOTEBOOK, *, commit: bool = False) -> Project:
        project = made(rows, RELEASES if len(rows) > 2 else RELEASES[:1])
        build_processed(project)
        job = Job("sum", project.notebooks / "sum.ipynb", {"end_year": end_year}, project, HOOKS)
        sources = [("end_year: int = 0  # last year", ["parameters"]), (source, [])]
        cells = [{"cell_type": "code", "metadata": {"tags": tags}, "source": text} for text, tags in sources]
        job.notebook.write_text(json.dumps({"cells": cells}))
        entry = f'[sum]\nnotebook = "sum.ipynb"\nparameters = {{ end_year = {end_year} }}'
        (project.notebooks / "reports.toml").write_text(entry)
        shown = numbers_shown(job.notebook, job.parameters, MIME)
        figures = [row["figure"] for row in _series(project) if int(row["period_start"][:4]) <= end_year]
        numbers = [
            dict(zip(("value", "unit", "text"), number, strict=True), id=id, rows=figures)
            for id, number in shown.items()
        ]
        files = {"numbers.csv": numbers_csv("sum", [{"numbers": numbers}]).encode()}
        write_whole(project.reports / "sum", {**files, "provenance.json": sealed(provenance(job), files)})
        if commit:
            commit_all(tmp_path)
        return project

    return put


def commit_all(folder: Path) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false")
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "old")):
        subprocess.run(["git", *words], cwd=folder, check=True)


def _series(project: Project) -> list[Any]:
    from analysis.tables import read_processed

    return read_processed(project, "series.csv").to_dict("records")


@pytest.mark.slow
def test_a_revision_a_new_year_and_a_parameter_at_once(state: Any) -> None:
    state(YEARS, 2021, commit=True)
    project = state([*YEARS, *LATER], 2022)
    found = change_report(project, "HEAD")
    [move] = found.moves
    # 300 t to 750 t: 2021 by 50, and 400 for 2022, which needs the year and the parameter alike.
    assert (move.shares, found.notes) == (
        {REVISED: 50, NEW_YEAR: 200, PARAMETER: 200},
        ("sum: end_year was 2021, is 2022",),
    )
    assert [(row.kind, row.place, row.old, row.new) for row in move.rows] == [
        (REVISED, "data/raw/us_government.csv:4", "200 t", "250 t"),
        (NEW_YEAR, "data/raw/us_government.csv:5", "", "400 t"),
    ]
    assert "a revised figure +50, a new year +200, a parameter +200" in as_text(found)


def test_a_change_of_code_alone_is_the_codes(state: Any) -> None:
    state(YEARS, 2021, commit=True)
    project = state(YEARS, 2021, NOTEBOOK.replace("sum()", "max()"))
    [move] = change_report(project, "HEAD").moves
    assert move.shares == {CODE: -100}


def test_an_old_report_that_does_not_come_out_again_is_not_separable(state: Any) -> None:
    numbers = state(YEARS, 2021).reports / "sum" / "numbers.csv"
    numbers.write_text(numbers.read_text().replace(",300,", ",299,"))
    commit_all(numbers.parents[2])
    [move] = change_report(state([*YEARS, LATER[1]], 2022), "HEAD").moves
    assert (move.old, move.shares, move.cause) == (Shown(299, "t", "300\xa0t"), {}, NOT_SEPARABLE)


def test_a_stale_report_is_refused(state: Any) -> None:
    project = state(YEARS, 2021, commit=True)
    with (project.notebooks / "sum.ipynb").open("a") as file:
        file.write(" ")
    with pytest.raises(
        InputError, match=r"reports/sum: not made from what is here now; run: python -m analysis report"
    ):
        change_report(project, "HEAD")


def test_old_code_that_fails_on_new_data_is_not_separable(state: Any) -> None:
    state(YEARS, 2022, NOTEBOOK + " if len(table) < 3 else 1 / 0", commit=True)
    found = change_report(state([*YEARS, LATER[1]], 2022), "HEAD")
    assert [(move.shares, move.cause) for move in found.moves] == [({}, NOT_SEPARABLE)]
    assert found.notes == ("sum can't be run with only a new year: ZeroDivisionError: division by zero",)


def test_states_in_between_lose_no_row_and_repeat_none(tmp_path: Path) -> None:
    old = make_project(tmp_path / "old", YEARS, RELEASES[:1])
    states = RawStates(old, make_project(tmp_path / "new", [*YEARS, *LATER], RELEASES), tmp_path)
    both = [REVISED, NEW_YEAR]
    assert states.factors == both
    written = [states.write({*taken}).raw for taken in ([], both[:1], both[1:], both)]
    lengths = [[len(path.read_text().splitlines()) for path in sorted(raw.iterdir())] for raw in written]
    # breaks, corrections, publications and figures, each with its header; the new publication comes with either.
    assert lengths == [[1, 1, 2, 3], [1, 1, 3, 4], [1, 1, 3, 4], [1, 1, 3, 5]]


@pytest.mark.live
def test_numbers_without_a_kernel_are_those_of_the_report(project: Project) -> None:
    from analysis.review.combinations import read_reports

    report = read_reports(project)["peru"]
    shown = numbers_shown(report.notebook, report.record["parameters"], MIME)
    assert {id: Shown(float(f"{value:.12g}"), *rest) for id, (value, *rest) in shown.items()} == report.numbers


def test_the_page_is_offline_and_escaped() -> None:
    page = changes_page(Changes("<b>", "abc1234", (), ("<script>",)))
    assert "No numbers moved since &lt;b&gt;" in page
    assert "<script" not in page
    assert "default-src 'none'" in page
