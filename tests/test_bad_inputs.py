import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from unicodedata import normalize

import bad_inputs
import bad_parameters
import pandas as pd
import pytest
from bad_inputs import FIGURES, RELEASE, Case
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from rows import Made, Row, figure, publication

from analysis.cleaning import raw
from analysis.cleaning.processed import build_processed
from analysis.cli import main
from analysis.editing.adding import RELEASE_COLUMNS, check_addition
from analysis.reading.numerals import UnreadableError, read_numeral
from analysis.reading.periods import read_period
from analysis.reading.wording import Reading, read_cell
from analysis.reports import jobs
from notebook_runner.catalogue import checked, read_catalogue
from notebook_runner.errors import SHOWN, InputError, Problem, Problems
from notebook_runner.files import csv_text
from notebook_runner.project import Project, here

CORPUS = bad_inputs.corpus()
# At the command line, one at a time: what only the gate or other tables tell, and some broken files; all of them take a minute.
BROKEN = [case for case in CORPUS if case.name.split(": ", 1)[1] in bad_inputs.FILES]
FAST = [*bad_inputs.other_files(), *BROKEN[::12]]
FAST += [
    case
    for case in bad_inputs.whole_files()
    if case.file != RELEASE and case.name not in {broken.name for broken in BROKEN}
]


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small sound project, cleaned."""
    project = bad_inputs.sound_project(tmp_path_factory.mktemp("sound"))
    build_processed(project)
    return project.root


@pytest.fixture(scope="session")
def plain(sound: Path) -> pd.DataFrame:
    """What the release beside the sound project adds to it."""
    return check_addition(Project(sound), sound / RELEASE)[1]


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def path_of(case: Case, root: Path) -> Path:
    return (
        root / case.file if case.file == RELEASE else root / "data" / "raw" / case.file
    )


def called(root: Path, file: str) -> Result:
    words = ["add", str(root / RELEASE), "--yes"] if file == RELEASE else ["clean"]
    return CliRunner(env={"ANALYSIS_PROJECT": str(root)}).invoke(main, words)


def check(case: Case, sound: Path, tmp_path: Path) -> None:
    root = shutil.copytree(sound, tmp_path / "copy")
    path = path_of(case, root)
    path.write_bytes(case.change(path.read_bytes()))
    before = files(root)
    result = called(root, case.file)
    assert (result.exit_code, result.stdout, files(root) == before) == (2, "", True), (
        result.output
    )
    lines, name = result.stderr.splitlines(), Project(root).name(path)
    assert len(lines) == len(case.said), lines
    for line, (start, remedy) in zip(lines, case.said, strict=True):
        assert line.startswith(f"{name}:{start}")
        assert remedy in line


def test_the_corpus_is_large_and_no_case_is_there_twice() -> None:
    assert len(CORPUS) >= 500
    assert len({case.name for case in CORPUS}) == len(CORPUS)
    assert len({*map(str, bad_parameters.bad_values(here()))}) >= 1000


@pytest.mark.parametrize("case", FAST, ids=lambda case: case.name)
def test_a_bad_file_is_refused_by_line_and_nothing_is_written(
    case: Case, sound: Path, tmp_path: Path
) -> None:
    check(case, sound, tmp_path)


@pytest.mark.parametrize("name", bad_inputs.FILES)
def test_a_broken_file_gives_one_problem_with_its_line(
    sound: Path, tmp_path: Path, name: str
) -> None:
    change, line, said = bad_inputs.FILES[name]
    path, problems = tmp_path / "unodc.csv", Problems()
    path.write_bytes(change((sound / "data" / "raw" / FIGURES).read_bytes()))
    raw.read_table(Project(tmp_path), path, raw.FIGURE_COLUMNS, problems)
    [problem] = map(str, problems.found)
    assert problem.startswith(f"unodc.csv:{line}: ")
    assert said in problem


@pytest.mark.slow
@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_every_case_of_the_corpus_is_refused_at_the_command_line(
    case: Case, sound: Path, tmp_path: Path
) -> None:
    check(case, sound, tmp_path)


def at_once(project: Project, path: Path, rows: Sequence[Row]) -> list[str]:
    """What is said of a file of these rows, all of it, and that no more than the first 50 are shown."""
    path.write_text(
        csv_text([rows[0], *(row.values() for row in rows)]), "utf-8", newline=""
    )
    before = files(project.root)
    with pytest.raises(InputError) as error:
        check_addition(project, path) if path.name == RELEASE else build_processed(
            project
        )
    assert files(project.root) == before
    shown, problems = str(error.value).splitlines(), error.value.problems
    assert (len(shown), shown[-1]) == (
        min(len(problems), SHOWN + 1),
        f"... and {len(problems) - SHOWN} more",
    ) or len(problems) <= SHOWN
    return [*map(str, problems)]


@pytest.mark.parametrize("file", [FIGURES, RELEASE])
@pytest.mark.parametrize(
    "cases",
    [bad_inputs.cells_of_figures(), bad_inputs.stray_cells("locator")],
    ids=["unread", "stray"],
)
def test_all_bad_cells_of_figures_are_named_at_once(
    sound: Path, tmp_path: Path, file: str, cases: list[tuple[Row, str, str]]
) -> None:
    project = Project(shutil.copytree(sound, tmp_path / "copy"))
    metadata = (
        publication(id="ondcp-b", published="2023-07-14") | {"publication": "ondcp-b"}
        if file == RELEASE
        else {}
    )
    columns = RELEASE_COLUMNS if file == RELEASE else raw.FIGURE_COLUMNS
    rows = [{**figure(), **metadata, **cells} for cells, *_ in cases]
    path = project.root / file if file == RELEASE else project.raw / file
    said = at_once(
        project, path, [{column: row[column] for column in columns} for row in rows]
    )
    said = [line for line in said if not line.startswith("data/raw/corrections.csv")]
    for number, (line, (_, start, remedy)) in enumerate(
        zip(said, cases, strict=True), 2
    ):
        assert line.startswith(f"{project.name(path)}:{number}: {start}")
        assert remedy in line


@pytest.mark.parametrize(
    "cases",
    [bad_inputs.cells_of_publications(), bad_inputs.stray_cells("title")],
    ids=["unread", "stray"],
)
def test_all_bad_cells_of_publications_are_named_at_once(
    made: Made, cases: list[tuple[Row, str, str]]
) -> None:
    project = made([figure()])
    rows = [
        publication(),
        *(
            publication(id=f"p-{place}") | cells
            for place, (cells, *_) in enumerate(cases)
        ),
    ]
    said = at_once(project, project.raw / "publications.csv", rows)
    for number, (line, (_, start, remedy)) in enumerate(
        zip(said, cases, strict=True), 3
    ):
        assert line.startswith(f"data/raw/publications.csv:{number}: {start}")
        assert remedy in line


def test_a_bad_file_ends_the_program_with_2_and_without_a_traceback(
    sound: Path,
) -> None:
    words = [sys.executable, "-m", "analysis", "add", "/dev/zero", "--yes"]
    environment = {**os.environ, "ANALYSIS_PROJECT": str(sound)}
    result = subprocess.run(
        words, capture_output=True, text=True, env=environment, check=False
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "zero: found 'a larger file'; split it: at most 50,000,000 bytes and 200,000 lines are read\n"
    )


def test_no_more_lines_are_read_than_memory_holds_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw, "_LINES", 3)
    for ends, found in ((3, []), (4, ["a larger file"])):
        (tmp_path / "unodc.csv").write_text(",".join(raw.FIGURE_COLUMNS) + "\n" * ends)
        problems = Problems()
        raw.read_table(
            Project(tmp_path), tmp_path / "unodc.csv", raw.FIGURE_COLUMNS, problems
        )
        assert [
            problem.found for problem in problems.found if problem.line == 0
        ] == found


def test_a_raw_folder_without_figures_and_a_folder_for_a_file_are_named(
    made: Made,
) -> None:
    project = made([figure()])
    (project.raw / FIGURES).unlink()
    with pytest.raises(
        InputError,
        match=r"data/raw: found 'no file of figures'; put one here for each agency",
    ):
        build_processed(project)
    (project.raw / "unodc.csv").mkdir()
    with pytest.raises(
        InputError,
        match=r"data/raw/unodc\.csv: found 'is a directory'; every raw file must be there",
    ):
        build_processed(project)


# --- Good files in odd dress.

GOOD: dict[str, Callable[[bytes], bytes]] = {
    "a byte-order mark": lambda content: b"\xef\xbb\xbf" + content,
    "CRLF": lambda content: content.replace(b"\n", b"\r\n"),
    "Excel's own": lambda content: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"),
    "no end of the last line": lambda content: content.removesuffix(b"\n"),
    "ends of lines of both kinds": lambda content: content.replace(b"\n", b"\r\n", 1),
    "another order of columns": bad_inputs.reordered,
    "quotes around all": bad_inputs.quoted,
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_in_odd_dress_is_read_as_the_plain_one(
    sound: Path, plain: pd.DataFrame, tmp_path: Path, name: str
) -> None:
    root = shutil.copytree(sound, tmp_path / "copy")
    for path in [*(root / "data" / "raw").iterdir(), root / RELEASE]:
        path.write_bytes(GOOD[name](path.read_bytes()))
    before = files(root / "data" / "processed")
    build_processed(Project(root))
    after = files(root / "data" / "processed")
    assert {file for file in after if after[file] != before[file]} == {
        "datapackage.json"
    }  # it holds the hashes of the raw files
    pd.testing.assert_frame_equal(
        check_addition(Project(root), root / RELEASE)[1], plain
    )


NOTES = [
    "NA",
    "=1+1",
    "+53%",
    'he said "so"',
    "<b>",
    "Espa\u00f1a, \u6f22\u5b57 \U0001f600",
    "a  b",
    "null",
    "2021-13",
    "nan",
    "-1",
    "@x",
]


def test_text_that_looks_like_something_else_stays_text(made: Made) -> None:
    rows = [
        figure(note=note, period=str(2000 + place)) for place, note in enumerate(NOTES)
    ]
    cleaned = build_processed(made(rows)).sort_values("period")
    assert list(cleaned["note"]) == NOTES


# --- Parameters.


def refused(project: Project, report: str, name: str, value: str) -> None:
    with pytest.raises(InputError) as error:
        checked(jobs(project, [report], {name: value}))
    [line] = str(error.value).splitlines()
    assert re.match(rf"parameter: ([\w, ]+, )?{name}(, [\w, ]+)?: found ", line), line
    assert len(line) < 1200


def test_a_bad_value_of_any_parameter_is_refused_and_never_run(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    once = {
        (name, value): report
        for report, name, value in bad_parameters.bad_values(project)
    }
    some = [*once.items()][::7]
    for (name, value), report in some:
        refused(project, report, name, value)
    assert (len(some) > 100, {name for name, _ in once}) == (
        True,
        {name for (name, _), _ in some},
    )
    assert not [*tmp_path.iterdir()]


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.parametrize("report", read_catalogue(here()))
def test_a_bad_value_is_refused_by_every_notebook(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for _, name, value in (
        case for case in bad_parameters.bad_values(project) if case[0] == report
    ):
        refused(project, report, name, value)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("name", bad_parameters.TOML)
def test_a_bad_value_in_the_catalogue_is_refused(copy: Project, name: str) -> None:
    for value in bad_parameters.TOML[name]:
        entry = (
            f'[x]\nnotebook = "trend_report.ipynb"\nparameters = {{ {name} = {value} }}'
        )
        (copy.notebooks / "reports.toml").write_text(entry)
        with pytest.raises(InputError) as error:
            checked(jobs(copy))
        [line] = str(error.value).splitlines()
        assert line.startswith("parameter: ")
        assert name.strip("'") in line


def test_a_bad_parameter_ends_the_command_line_with_2(
    copy: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANALYSIS_PROJECT", str(copy.root))
    build_processed(copy)
    before = files(tmp_path)
    for value in bad_parameters.CODE:
        result = CliRunner().invoke(main, ["report", "peru", "-p", "country", value])
        assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (
            2,
            "",
            1,
        )
    assert {
        file for file, content in files(tmp_path).items() if before.get(file) != content
    } == set()


# --- The grammar of figures and the reader of files, by hypothesis. `harnesses/fuzz.py` goes deeper.

TOKENS = [
    *"0123456789.,%-+$x/~ ", "about", "more than", "nearly", "up to", "between", "entre", "from", "to", "and", "y", "a", "of", "half",
    "a third", "tripled", "largest", "record", "years", "decades", "tens of thousands", "the 1990s", "last year", "years ago", "past",
    "12 months to", "mid", "may", "to", "two", "twenty", "hundred", "thousand", "mil", "million", "millones", "billion", "zero", "un",
    "tons", "toneladas", "ha", "percent", "rose", "fell by", "less", "2021", "000", "1.234", "1,234", "\u2009", "\u0130", "\u017f", "\u0661",
]  # fmt: skip
WORDINGS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(TOKENS), max_size=10).map(" ".join),
    st.lists(st.sampled_from(TOKENS)).map("".join),
)
DATES = st.sampled_from(["", "0001", "1000", "2022", "2022-07-14", "9999-12"])


@given(WORDINGS, DATES)
@settings(max_examples=250, deadline=None)
def test_any_wording_is_read_or_refused(text: str, published: str) -> None:
    readers: tuple[Callable[[], object], ...] = (
        lambda: read_cell(text, published), lambda: read_period(text, published), lambda: read_numeral(text),
    )  # fmt: skip
    for read in readers:
        try:
            found = read()
        except UnreadableError:
            continue
        numbers = [getattr(found, name, None) for name in ("value", "low", "high")]
        assert all(number is None or math.isfinite(number) for number in numbers)


def read_or_none(text: str) -> tuple[object, ...] | None:
    try:
        found = read_cell(text, "2022-07")
    except UnreadableError:
        return None
    return (
        found.kind,
        found.value,
        found.low,
        found.high,
        found.qualifier,
        found.rounding_unit,
        found.unit,
    )


DRESSES: list[Callable[[str], str]] = [
    str.upper, str.title, str.swapcase, partial(normalize, "NFD"), partial(normalize, "NFKC"), lambda text: text.replace(" ", "\u00a0"),
    lambda text: text.replace(" ", "  "), lambda text: text.replace(" ", "\u2009"), lambda text: text.replace("-", "\u2013"),
    lambda text: text.replace(",", "\u202f"), lambda text: text.replace("i", "\u0131"), lambda text: text.replace("s", "\u017f"),
]  # fmt: skip


@pytest.mark.parametrize("dress", range(len(DRESSES)))
def test_a_wording_in_odd_dress_is_read_the_same_or_refused(dress: int) -> None:
    printed = {*raw.read_raw(here()).figures["printed"]}
    wordings = [
        text
        for text in printed
        if not text.replace(",", "").replace(".", "").isdecimal()
    ]
    read = {
        text: (read_or_none(text), read_or_none(DRESSES[dress](text)))
        for text in wordings
    }
    assert {
        text: pair for text, pair in read.items() if pair[1] not in (pair[0], None)
    } == {}


@given(st.integers(0, 10**12 - 1))
@settings(deadline=None)
def test_a_number_is_the_same_however_its_thousands_are_parted(value: int) -> None:
    grouped = f"{value:,}"
    spanish = grouped.replace(",", ".") + " toneladas"
    texts = [
        str(value),
        grouped,
        *(grouped.replace(",", blank) for blank in " \u00a0\u2009\u202f"),
        spanish,
    ]
    assert {read_cell(text).value for text in texts} == {float(value)}


UNITS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
TENS = dict(
    zip(
        range(20, 100, 10),
        "twenty thirty forty fifty sixty seventy eighty ninety".split(),
        strict=True,
    )
)


def spelled(value: int) -> str:
    for scale, word in (
        (10**9, "billion"),
        (10**6, "million"),
        (1000, "thousand"),
        (100, "hundred"),
    ):
        if value >= scale:
            return f"{spelled(value // scale)} {word} {spelled(value % scale)}".strip()
    small = dict(enumerate(["", *UNITS.split()]))
    return (
        small[value]
        if value in small
        else f"{TENS[value - value % 10]} {small[value % 10]}".strip()
    )


@given(st.integers(1, 10**12 - 1))
@settings(deadline=None)
def test_a_number_in_words_is_that_number(value: int) -> None:
    assert read_numeral(spelled(value)).value == value
    assert (
        read_numeral(spelled(value).replace("hundred ", "hundred and ")).value == value
    )


@given(
    st.integers(1, 998),
    st.integers(1, 998),
    st.sampled_from(["thousand", "million", "mil"]),
)
@settings(deadline=None)
def test_both_ends_of_a_range_are_in_its_multiple(
    low: int, more: int, scale: str
) -> None:
    times = {"million": 10**6}.get(scale, 1000)
    high = min(low + more, 999)
    for text in (
        f"{low}-{high} {scale}",
        f"{low} to {high} {scale}",
        f"between {low} and {high} {scale}",
    ):
        reading = read_cell(text)
        assert isinstance(reading, Reading)
        assert (reading.low, reading.high) == (low * times, high * times)
    assert read_cell(f"{low} {scale} to {high} {scale}").low == low * times


ROW = b"ondcp-a,us_government,cocaine_output,Colombia,2021,972,t,estimate,table,official,\n"
PIECES = st.lists(
    st.sampled_from(
        [
            b'"',
            b",",
            b"\n",
            b"\r",
            b"\r\n",
            b"\0",
            b"\xff",
            b"\xef\xbb\xbf",
            b";",
            b"\x0b",
            "ñ".encode(),
            ROW,
        ]
    )
)


@given(st.one_of(st.binary(max_size=300), PIECES.map(b"".join)), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_rows_or_problems_each_with_its_line(
    content: bytes, with_header: bool
) -> None:
    content, problems = (
        (",".join(raw.FIGURE_COLUMNS).encode() + b"\n") * with_header + content,
        Problems(),
    )
    text = raw._text(bad_inputs.held(content), "unodc.csv", problems)
    rows = (
        raw._read_rows(text, "unodc.csv", raw.FIGURE_COLUMNS, problems)
        if text is not None
        else ((), [])
    )
    lines = content.removeprefix(b"\xef\xbb\xbf").count(b"\n") + 1
    assert all(
        1 <= int(line) <= lines
        for line in [
            *(row[-1] for row in rows[1]),
            *(found.line for found in problems.found),
        ]
    )
    assert rows[1] or problems.found or content.count(b"\n") <= 1
    json.dumps([rows, [*map(str, problems.found)]]).encode()


def test_a_problem_shows_no_more_than_a_reader_can_take_in() -> None:
    assert len(str(Problem("a.csv", 1, "note", "x" * 5_000_000, "remove it"))) < 300
