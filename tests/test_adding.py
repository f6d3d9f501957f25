from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from asking import asked_by
from click.testing import CliRunner, Result
from rows import Made, Row, figure, publication, write_rows

from analysis.cleaning.processed import build_processed
from analysis.cli import main
from analysis.editing import adding
from analysis.editing.adding import RELEASE_COLUMNS, check_addition, template
from analysis.editing.raw_edits import raw_transaction
from analysis.editing.release_diff import preview_text
from analysis.reports import jobs
from analysis.tables import read_processed
from notebook_runner import batch
from notebook_runner.catalogue import Job
from notebook_runner.errors import InputError
from notebook_runner.project import Project
from notebook_runner.provenance import provenance, sealed

# What is there: 800, 900, 1,001 and 972 t by the release of July 2022; the largest step of a year is 900/800.
THERE = [figure(period=year, printed=value) for year, value in
         [("2018", "800"), ("2019", "900"), ("2020", "1,001"), ("2021", "972")]]  # fmt: skip
YEAR_BEFORE = "percent on the year before"


def released(folder: Path, *figures: Row, **metadata: str) -> Path:
    row = publication(**{"id": "ondcp-b", "published": "2023-07-14", **metadata})
    release = [
        {**row, **cells, "publication": cells.get("publication", row["id"])}
        for cells in figures
    ]
    for cells in release:
        del cells["id"]
    write_rows(folder / "release.csv", RELEASE_COLUMNS, release)
    return folder / "release.csv"


def printed(value: str, period: str = "2022", **cells: str) -> Row:
    row = figure(period=period, printed=value, **cells)
    return (
        row
        if "publication" in cells
        else {name: cell for name, cell in row.items() if name != "publication"}
    )


def refused(project: Project, path: Path) -> list[str]:
    before = files(project.root / "data")
    with pytest.raises(InputError) as error:
        check_addition(project, path)
    assert files(project.root / "data") == before
    return str(error.value).splitlines()


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("row", "metadata", "what", "change"),
    [
        (printed("1,000"), {}, "new", None),
        (printed("1,069.2", "2021"), {}, "revises", 0.1),
        (
            printed("about 970", "2021"),
            {},
            "same",
            -2 / 972,
        ),  # 2 t apart; half of 1 + 10 is 5.5
        (printed("about 960", "2021"), {}, "revises", -12 / 972),
        (printed("1,069.2", "2021"), {"published": "2022-01"}, "older", 0.1),
        (printed("1,069.2", "2021"), {"kind": "compilation"}, "beside", 0.1),
        (printed("950-990", "2021"), {}, "revises", None),
        (printed("1,069.2", "2021", status="withdrawn"), {}, "new", None),
    ],
)
def test_a_figure_is_told_by_what_it_is_to_those_there(
    made: Made,
    tmp_path: Path,
    row: Row,
    metadata: dict[str, str],
    what: str,
    change: float | None,
) -> None:
    _, preview = check_addition(made(THERE), released(tmp_path, row, **metadata))
    assert preview["what"].tolist() == [what]
    assert preview["change"].tolist() == [
        pytest.approx(change if change is not None else float("nan"), nan_ok=True)
    ]


def test_a_preview_is_a_table_of_text(made: Made, tmp_path: Path) -> None:
    path = released(tmp_path, printed("990", "2021"), printed("1,000"))
    assert preview_text(check_addition(made(THERE), path)[1]).splitlines() == [
        "         figure                                                 period  old            new    change  look again",
        "new      US government: potential cocaine output, Colombia (t)  2022                   1,000",
        "revises  US government: potential cocaine output, Colombia (t)  2021    972 [ondcp-a]  990    +1.9%   the first revision here",
        "",
        "1 new: nothing was printed of this year",
        "1 revises: replaces the old figure from now on",
    ]


@pytest.mark.parametrize(
    ("row", "doubt"),
    [
        (printed("1,090"), ""),  # 1,090 / 972 = 1.121, below 900 / 800 = 1.125
        (printed("1,944"), "moves by a factor of 2.00; never more than 1.13 before"),
        (printed("486"), "moves by a factor of 2.00; never more than 1.13 before"),
        (
            printed("1,944", "2024"),
            "moves by a factor of 2.00; never more than 1.13 before",
        ),
        (printed("1,011", "2020"), ""),  # was revised by 2 % before
        (
            printed("1,101", "2020"),
            "moves by a factor of 1.10; never more than 1.02 before",
        ),
        (printed("3", place="Peru"), ""),  # nothing to hold it against
    ],
)
def test_a_jump_further_than_any_before_is_pointed_at(
    made: Made, tmp_path: Path, row: Row, doubt: str
) -> None:
    first = figure(publication="ondcp-0", period="2020", printed="980")
    publications = [publication(), publication(id="ondcp-0", published="2021-07")]
    _, preview = check_addition(
        made([*THERE, first], publications),
        released(tmp_path, row, published="2024-06"),
    )
    assert preview["doubt"].tolist() == [doubt]


@pytest.mark.parametrize(
    ("published", "told"),
    [("2024-07-14", ""), ("2099", "released over 2 years after all others")],
)
def test_a_release_of_a_far_day_is_pointed_at(
    made: Made, tmp_path: Path, published: str, told: str
) -> None:
    _, preview = check_addition(
        made(THERE), released(tmp_path, printed("1,000"), published=published)
    )
    assert preview["doubt"].tolist() == [told]


@pytest.mark.parametrize(
    ("change", "fits"),
    [("rose 10%", True), ("rose 9.9%", True), ("rose 12%", False), ("cayó 9%", False)],
)
def test_a_printed_change_is_held_against_the_levels_of_its_release(
    made: Made, tmp_path: Path, change: str, fits: bool
) -> None:
    levels = [
        printed("201,000", "2021", measure="coca_area", unit="ha"),
        printed("221,100", measure="coca_area", unit="ha"),
    ]
    path = released(
        tmp_path, *levels, printed(change, measure="coca_area_change", unit=YEAR_BEFORE)
    )
    if fits:
        assert len(check_addition(made(THERE), path)[1]) == 3
    else:
        says = "its release prints 201,000 and 221,100, +10.0%; fix the wrong one"
        assert refused(made(THERE), path) == [
            f"release.csv:4: coca_area_change: found '{change}'; {says}"
        ]


def test_all_that_is_wrong_is_said_at_once_by_line_of_the_release(
    made: Made, tmp_path: Path
) -> None:
    rows = [
        printed("many"),
        printed("9", place="Atlantis"),
        printed("9", "2020", title="another"),
    ]
    assert refused(made(THERE), released(tmp_path, *rows)) == [
        "release.csv:2: printed: found 'many'; can't be read; understood: a number, a range, a change in percent, a multiple, "
        "a share, a rank, a record or a year, with or without about, more than, nearly, up to ...",
        f"release.csv:3: place: found 'Atlantis'; is not registered; allowed: {', '.join(places())}",
        "release.csv:4: publication: found 'ondcp-b'; its first row has other metadata",
    ]


def test_a_problem_that_is_text_is_said_beside_those_of_rows(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: object) -> None:
        raise InputError(["data/processed/figures.csv: no such file"])

    project = made(THERE)
    monkeypatch.setattr(adding, "check_agreement", failing)
    assert refused(project, released(tmp_path, printed("990"))) == [
        "data/processed/figures.csv: no such file"
    ]
    impossible = refused(project, released(tmp_path, printed("990,000")))
    assert len(impossible) == 2
    assert impossible[0].startswith(
        "release.csv:2: cocaine_output: found '2022, 990,000 t'; is outside"
    )
    assert impossible[1] == "data/processed/figures.csv: no such file"
    monkeypatch.setattr(adding, "clean_figures", failing)
    assert refused(project, released(tmp_path, printed("990"))) == [
        "data/processed/figures.csv: no such file"
    ]


def places() -> Sequence[str]:
    from analysis.vocabulary import words_of

    return words_of("places")


def test_a_publication_is_added_once_and_a_figure_printed_once(
    made: Made, tmp_path: Path
) -> None:
    [line] = refused(
        made(THERE),
        released(tmp_path, printed("1"), id="ondcp-a", published="2022-07-14"),
    )
    assert line.endswith(
        "is in publications.csv already; take it out with undo, or edit its rows in data/raw"
    )
    lines = refused(made(THERE), released(tmp_path, printed("990"), printed("991")))
    assert (
        "release.csv:2: cocaine_output: found '2022, 990 t'; another row prints the same"
        in lines[0]
    )
    assert "holds no figures" in refused(made(THERE), released(tmp_path))[0]


def written(project: Project, path: Path) -> Project:
    contents, _ = check_addition(project, path)
    with raw_transaction(project, contents):
        build_processed(project)
    return project


def test_a_release_with_two_dates_counts_from_the_first(
    made: Made, tmp_path: Path
) -> None:
    row = {"release": "survey", "id": "b", "published": "2023-09"}
    second = {
        **printed("990", publication="c"),
        "release": "survey",
        "published": "2023-07-01",
    }
    project = written(made(THERE), released(tmp_path, printed("990"), second, **row))
    added = read_processed(project, "figures.csv").query("period == '2022'")
    assert added["release_date"].tolist() == ["2023-07-01", "2023-07-01"]
    assert added["publication"].tolist() == ["b", "c"]


def test_spanish_wording_is_read_and_kept(made: Made, tmp_path: Path) -> None:
    change = printed("cayó 9%", measure="coca_area_change", unit=YEAR_BEFORE)
    project = written(
        made(THERE), released(tmp_path, printed("unas 3.100 toneladas"), change)
    )
    added = (
        read_processed(project, "figures.csv")
        .query("publication == 'ondcp-b'")
        .set_index("measure")
    )
    assert added["value"].to_dict() == {"cocaine_output": 3100, "coca_area_change": -9}
    assert added.loc["cocaine_output", "printed"] == "unas 3.100 toneladas"


def test_a_raw_file_keeps_its_ends_of_lines_and_order_of_columns(
    made: Made, tmp_path: Path
) -> None:
    project = made(THERE)
    path = project.raw / "us_government.csv"
    lines = path.read_bytes().replace(b"\n", b"\r\n").splitlines(keepends=True)
    path.write_bytes(
        b"".join(
            b",".join([*line.strip().split(b",")[::-1]]) + b"\r\n"
            for line in lines
            if b'"' not in line
        )
    )
    before = path.read_bytes()
    after = (
        written(project, released(tmp_path, printed("990"))).raw / "us_government.csv"
    )
    assert (
        after.read_bytes()
        == before
        + b",official,table,estimate,t,990,2022,Colombia,cocaine_output,us_government,ondcp-b\r\n"
    )


def test_what_fails_after_writing_is_put_back(made: Made) -> None:
    project = made(THERE)
    build_processed(project)
    before = files(project.root)
    with (
        pytest.raises(KeyboardInterrupt),
        raw_transaction(project, {"cdc.csv": "x", "us_government.csv": ""}),
    ):
        raise KeyboardInterrupt
    assert files(project.root) == before


def test_the_template_is_a_release(copy: Project) -> None:
    (copy.root / "release.csv").write_text(template())
    assert check_addition(copy, copy.root / "release.csv")[1]["what"].tolist() == [
        "new"
    ]


Cli = Callable[..., Result]


@pytest.fixture
def cli(copy: Project, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The command line in a copy whose reports are up to date; the copy's runner only says what it would run."""
    monkeypatch.setenv("ANALYSIS_PROJECT", str(copy.root))
    build_processed(copy)
    for job in jobs(copy):
        settled(copy, job)
    monkeypatch.setattr(batch, "run_all", would_run)
    # What is set here is not set in another process.
    monkeypatch.setattr(
        "notebook_runner.pool.called", lambda function, *given, **_: function(*given)
    )
    monkeypatch.setattr("analysis.site.overview.index_page", lambda *_: "")
    return lambda *words, **more: CliRunner().invoke(main, words, **more)


def settled(project: Project, job: Job, questions: Iterable[str] | None = None) -> None:
    folder = project.reports / job.name
    folder.mkdir(parents=True, exist_ok=True)
    made_from = provenance(job, questions=questions)
    (folder / "provenance.json").write_bytes(sealed(made_from, {}))


@pytest.fixture(scope="session")
def asked(frozen: Project) -> dict[str, list[str]]:
    """What each report asks of the frozen figures."""
    return {job.name: asked_by(job) for job in jobs(frozen)}


@pytest.fixture
def cli_of_read(copy: Project, cli: Cli, asked: dict[str, list[str]]) -> Cli:
    """The same, and each report has noted what it read."""
    for job in jobs(copy):
        settled(copy, job, asked[job.name])
    return cli


def would_run(
    project: Project, made: Sequence[Job], *_: Any
) -> Iterator[tuple[Job, str]]:
    for job in made:
        settled(project, job)
        yield job, ""


# Those of UNODC's area set the other agency's beside it.
COLOMBIAN = [
    *("what-the-articles-say", "acreage-and-output", "acreage-and-output-unodc"),
    *("acreage-and-deaths", "colombia-us", "colombia-unodc", "colombia-articles"),
]


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ({"place": "Peru"}, ["peru"]),
        ({"place": "Colombia"}, COLOMBIAN),
        ({"place": "World"}, []),
        ({"place": "Colombia/Meta"}, []),
    ],
)
def test_only_reports_that_read_the_rows_run_again(
    copy: Project, cli_of_read: Cli, cells: Row, names: list[str]
) -> None:
    path = released(
        copy.root,
        printed("55,000", "2025", measure="coca_area", unit="ha", **cells),
        published="2026-07",
    )
    result = cli_of_read("add", str(path), "--yes")
    assert result.exit_code == 0, result.output
    assert [
        line.split("/")[1]
        for line in result.stdout.splitlines()
        if line.endswith("report.html")
    ] == names


@pytest.mark.slow
def test_an_addition_undone_leaves_no_byte_behind(copy: Project, cli: Cli) -> None:
    before = files(copy.root)
    rows = [
        printed("55,000", "2025", measure="coca_area", unit="ha", place=place)
        for place in ("Peru", "Bolivia")
    ]
    rows.append(printed("2,900", "2024", agency="press"))  # an agency without a file
    path = released(copy.root, *rows, published="2026-07")
    assert cli("add", str(path), "--yes").exit_code == 0
    assert (copy.raw / "press.csv").is_file()
    result = cli("undo", "ondcp-b", "--yes")
    assert "to be taken out: ondcp-b with its 3 figures" in result.stdout
    path.unlink()
    assert files(copy.root / "data") == {
        name[5:]: text for name, text in before.items() if name.startswith("data/")
    }
    changed = {
        name for name, text in files(copy.root).items() if before.get(name) != text
    }
    over_all = {
        "reports/index.html",
        "reports/figures.html",
        "reports/glossary.html",
        "reports/made_from.json",
    }
    assert changed <= over_all | {
        ".cache/reports_run_here.json"
    }  # which reports have run on this machine


def test_nothing_is_written_by_a_dry_run_a_no_or_a_bad_row(
    copy: Project, cli: Cli
) -> None:
    path = released(
        copy.root,
        printed("55,000", "2025", measure="coca_area", unit="ha"),
        published="2026-07",
    )
    before = files(copy.root)
    shown = cli("add", str(path), "--dry-run")
    assert (shown.exit_code, shown.stdout.splitlines()[1].split()[0]) == (0, "new")
    assert cli("add", str(path), input="n\n").exit_code == 1
    assert files(copy.root) == before
    released(copy.root, printed("many"))
    assert cli("add", str(path), "--yes").exit_code == 2
    path.unlink()
    assert files(copy.root / "data") == {
        name[5:]: text for name, text in before.items() if name.startswith("data/")
    }


def test_a_mistyped_wording_is_edited_and_cleaned_and_keeps_its_id(
    copy: Project, cli: Cli
) -> None:
    before = read_processed(copy, "figures.csv")
    path = copy.raw / "bolivia_government.csv"
    path.write_text(path.read_text("utf-8").replace(",8200,", ",8300,"), "utf-8")
    assert cli("clean").exit_code == 0
    after = read_processed(copy, "figures.csv")
    assert set(after["figure"]) == set(before["figure"])
    values = after.set_index("figure")["value"]
    assert values["fig-4c2da0a4b4"] == 8300


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["undo", "ondcp-z", "--yes"],
            "publication: found 'ondcp-z'; is not in publications.csv; did you mean 'ondcp-2016'?",
        )
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_changed(
    copy: Project, cli: Cli, words: list[str], message: str
) -> None:
    before = files(copy.root)
    result = cli(*words)
    assert (result.exit_code, message in result.stderr) == (2, True)
    assert files(copy.root) == before


def test_undo_keeps_what_a_correction_names(copy: Project, cli: Cli) -> None:
    before = files(copy.root)
    named = (
        read_processed(copy, "figures.csv")
        .query("figure == 'fig-18ab2e16a8'")["publication"]
        .iloc[0]
    )
    result = cli("undo", named, "--yes")
    assert (result.exit_code, "no raw row has this id" in result.stderr) == (2, True)
    assert files(copy.root) == before


@pytest.mark.slow
def test_a_release_added_and_undone_gives_the_report_back(
    copy: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANALYSIS_PROJECT", str(copy.root))
    catalogue = (copy.notebooks / "reports.toml").read_text()
    (copy.notebooks / "reports.toml").write_text(
        "[peru]" + catalogue.split("[peru]")[1].split("[")[0]
    )
    assert CliRunner().invoke(main, ["report"]).exit_code == 0
    before = {**files(copy.root / "data"), **files(copy.reports)}
    path = released(
        copy.root,
        printed("60,000", "2017", measure="coca_area", unit="ha", place="Peru"),
        published="2026-07",
    )
    assert CliRunner().invoke(main, ["add", str(path), "--yes"]).exit_code == 0
    assert "60,000" in (copy.reports / "peru" / "report.html").read_text()
    assert CliRunner().invoke(main, ["undo", "ondcp-b", "--yes"]).exit_code == 0
    assert {**files(copy.root / "data"), **files(copy.reports)} == before
