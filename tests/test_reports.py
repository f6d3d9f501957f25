import csv
import io
import os
import re
import signal
import struct
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pytest

from analysis.display.records import records
from analysis.reports import HOOKS, jobs
from analysis.sections.overview_lines import events_of
from analysis.site.chart_files import chart_csv, chart_files
from analysis.site.report_files import numbers_csv
from analysis.tables import read_processed
from notebook_runner.batch import exchange, run_all
from notebook_runner.catalogue import Job
from notebook_runner.errors import ReportFailed
from notebook_runner.files import cell_text, clear_left_over, write_whole
from notebook_runner.pool import called, run_each
from notebook_runner.project import Project, here
from notebook_runner.provenance import differences, others
from notebook_runner.run import run_report

REPORTS = sorted(
    path.parent
    for path in (Path(__file__).parents[1] / "reports").glob("*/provenance.json")
)
FILES = ["numbers.csv", "provenance.json", "report.html", "report.ipynb"]


@pytest.fixture(params=REPORTS, ids=lambda path: path.name)
def folder(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


# Digits that are no number of the report's: all else must be marked and stand in numbers.csv.
EVER = (0, 9999)
UNCOUNTED = {
    r"\b\d{4}-\d{2}(-\d{2})?\b": "dates in ISO form",
    r"\bper 100,000\b": "a unit",
    r"\bSHA-256\b": "a kind of hash",
}
CITING = {  # columns of tables
    "Published": "dates of citations", "Sentence: characters": "places in a text", "Meaning": "examples for parameters",
}  # fmt: skip
SILENT = {
    "style": "no words", "script": "of the page, and the explorer's figures", "code": "code, hashes, parameters", "pre": "code", "title": "the headline again",
    "svg": "ticks; what is drawn stands in the chart's data",
}  # fmt: skip


class Page(HTMLParser):
    """Numbers marked on a page, what stands outside them, and what is said to those who don't see it."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.citing = False
        self.marked: dict[str, str] = {}
        self.ids: list[str] = []
        self.loose: list[str] = []
        self.labels: list[str] = []
        self.requests: list[str] = []
        self.headings: list[str] = []
        self.column = -1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in ("meta", "link", "img", "br", "hr", "input"):
            self.stack.append(tag)
        self.citing |= given.get("id") == "behind"
        if tag == "data":
            self.ids.append(given.get("data-id") or "")
        self.headings = [] if tag == "table" else self.headings
        self.column = -1 if tag == "tr" else self.column + (tag in ("td", "th"))
        self.labels += [
            value
            for name, value in attrs
            if name in ("aria-label", "alt", "title") and value
        ]
        self.requests += [value for name, value in attrs if name == "src" and value]
        self.requests += [tag] if tag in ("link", "img", "iframe") else []

    def handle_endtag(self, tag: str) -> None:
        self.citing &= tag != "table"
        while self.stack and self.stack.pop() != tag:
            pass

    def heading(self) -> str:
        """What heads the cell that is read; "" outside tables and where nothing does."""
        return (
            self.headings[self.column]
            if "td" in self.stack and self.column < len(self.headings)
            else ""
        )

    def handle_data(self, data: str) -> None:
        if "data" in self.stack:
            self.marked[self.ids[-1]] = data
        elif "thead" in self.stack and "th" in self.stack:
            self.headings.append(data)
        elif (
            not self.citing
            and not {*SILENT} & {*self.stack}
            and self.heading() not in CITING
        ):
            self.loose.append(data)


def read_page(folder: Path) -> Page:
    page = Page()
    page.feed((folder / "report.html").read_text("utf-8"))
    return page


def numbers(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "numbers.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def files(folder: Path) -> dict[str, bytes]:
    """The files of a report, by name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.live
def test_a_report_is_whole(folder: Path) -> None:
    notebook = nbformat.read(folder / "report.ipynb", as_version=4)
    assert {*files(folder)} == {*FILES, *chart_files(notebook)}
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


@pytest.mark.live
def test_committed_reports_are_those_of_the_data_and_code(
    folder: Path, project: Project
) -> None:
    [job] = jobs(project, [folder.name])
    assert differences(job) == ""


@pytest.mark.live
@pytest.mark.slow
def test_a_report_run_again_has_the_same_bytes(
    tmp_path: Path, project: Project
) -> None:
    [job] = jobs(project, ["colombia-us"])
    (tmp_path / "scratch").mkdir()
    called(run_report, job, tmp_path / "again", tmp_path / "scratch")
    assert files(tmp_path / "again") == files(project.reports / "colombia-us")


@pytest.mark.live
def test_every_number_of_the_page_is_recorded_with_its_rows(
    folder: Path, project: Project
) -> None:
    recorded = numbers(folder)
    page = read_page(folder)
    marked = {id: cell_text(text) for id, text in page.marked.items()}
    assert marked == {id: recorded[id]["text"] for id in page.marked}
    figures = {*read_processed(project, "figures.csv")["figure"]}
    assert all(set(row["rows"].split()) <= figures for row in recorded.values())
    unmarked = [
        row
        for id, row in recorded.items()
        if id not in page.marked and not id.split(".")[0].endswith("_alt")
    ]
    assert unmarked == []


def uncounted(text: str, names: list[str]) -> str:
    """The text without citations, ids of publications, and what else is declared to be no number of a report."""
    for name in names:
        text = text.replace(name, "")
    return re.sub("|".join(UNCOUNTED), "", text)


def digits_left(page: Page, outputs: list[dict[str, Any]], report: str) -> list[str]:
    """What stands in a page with a digit and is not recorded: in texts, in headings, and in texts for those who don't see."""
    cited = read_processed(here(), "publications.csv")
    citations = cited["publisher"] + ": " + cited["title"]
    places = read_processed(here(), "events.csv")["place"].unique()
    marked = [event for place in places for event in events_of(place, EVER, "latest")]
    events = [event.label for event in marked]
    names = sorted(
        {*cited["publication"], *cited["release"], *citations, *events, report},
        key=len,
        reverse=True,
    )
    texts = [uncounted(text, names) for text in [*page.loose, *page.headings]]
    for label in page.labels:
        recorded = [
            number["text"]
            for output in outputs
            if label in output["text"]
            for number in output["numbers"]
        ]
        rest = uncounted(label, names)
        for text in sorted(recorded, key=len, reverse=True):
            rest = rest.replace(uncounted(text, names), "", 1)
        texts.append(rest)
    return [text for text in texts if re.search(r"\d", text)]


@pytest.mark.live
def test_no_number_of_a_page_is_unrecorded(folder: Path) -> None:
    outputs = records(nbformat.read(folder / "report.ipynb", as_version=4))
    assert digits_left(read_page(folder), outputs, folder.name) == []


@pytest.mark.parametrize(
    "typed",
    [
        "<h2>Since 2011</h2>",
        "<p>972 t</p>",
        "<table><tr><td>×3.6</td></tr></table>",
        '<div aria-label="972 t"></div>',
    ],
)
def test_a_typed_number_is_found_wherever_it_stands(typed: str) -> None:
    page = Page()
    page.feed(
        f'<p>In 2013-12, per 100,000 <data data-id="a">972 t</data> of wdr-2015.</p>{typed}'
    )
    assert len(digits_left(page, [], "")) == 1


def shown_charts(folder: Path) -> list[dict[str, Any]]:
    outputs = records(nbformat.read(folder / "report.ipynb", as_version=4))
    return [
        output for output in outputs if output["kind"] == "chart" and output["data"]
    ]


@pytest.mark.live
def test_under_each_chart_stand_its_files_and_its_data(folder: Path) -> None:
    page = (folder / "report.html").read_text("utf-8")
    for chart in shown_charts(folder):
        links = [
            f'href="charts/{chart["id"]}.{kind}"' for kind in ("csv", "svg", "png")
        ]
        assert [page.count(link) for link in links] == [1, 1, 1]
        [held] = re.findall(
            rf'download="{chart["id"]}.csv" href="data:text/csv;charset=utf-8,([^"]*)"',
            page,
        )
        assert unquote(held) == (folder / "charts" / f"{chart['id']}.csv").read_text(
            "utf-8"
        )


@pytest.mark.live
def test_the_files_of_a_chart_stand_alone(folder: Path) -> None:
    for name, content in files(folder).items():
        if name.endswith(".svg"):
            assert content.startswith(b"<?xml")
            assert not re.search(rb"var\(--|<script|https?://(?!www\.w3\.org)", content)
        elif name.endswith(".png"):
            assert struct.unpack(">II", content[16:24]) == (1000, 625)
            assert len(content) < 60_000
            assert not re.search(rb"Software|tIME|Date", content)


def test_a_spreadsheet_computes_nothing_and_numbers_stay_numbers() -> None:
    words = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r+1", "a=b\rc", ""]
    sheet = chart_csv(
        {"data": {"line": words, "value": [-0.5, 1e6, 3, None, True, 0.1, 2.0, -7]}}
    )
    rows = list(csv.reader(io.StringIO(sheet, newline="")))[1:]
    assert [row[0] for row in rows] == [
        *(f"'{word.strip()}" for word in words[:6]),
        "a=b c",
        "",
    ]
    assert [row[1] for row in rows] == [
        "-0.5",
        "1000000",
        "3",
        "",
        "true",
        "0.1",
        "2",
        "-7",
    ]


@pytest.mark.live
def test_how_each_source_was_read_stands_beside_it(folder: Path) -> None:
    outputs = {
        output["id"]: output
        for output in records(nbformat.read(folder / "report.ipynb", as_version=4))
    }
    listed = outputs["sources"]["data"]
    read = [row[listed["columns"].index("Read from")] for row in listed["rows"]]
    assert read
    assert {word for words in read for word in words.split(", ")} <= {
        "official",
        "copy",
        "repeated",
    }


@pytest.mark.live
def test_a_page_asks_for_nothing_from_outside(folder: Path) -> None:
    page = (folder / "report.html").read_text("utf-8")
    assert read_page(folder).requests == []
    assert "@import" not in page
    assert "url(http" not in page
    assert "default-src 'none'" in page


@pytest.mark.live
def test_no_machine_is_in_an_output(folder: Path) -> None:
    for name in [name for name in files(folder) if not name.endswith(".png")]:
        text = (folder / name).read_text("utf-8")
        assert not re.search(
            r" at 0x[0-9a-f]{6}|/tmp/|/home/|/root/|papermill_version|start_time", text
        )


def test_a_name_has_one_value() -> None:
    number = {"id": "a.b", "value": 1.0, "unit": "t", "text": "1 t", "rows": []}
    assert numbers_csv("x", [{"numbers": [number, number]}]).count("a.b") == 1
    with pytest.raises(ReportFailed, match=r"two numbers are called a\.b"):
        numbers_csv("x", [{"numbers": [number, {**number, "value": 2.0}]}])


def broken(copy: Project, source: str) -> Job:
    """A report of three short cells, the second of which is broken."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text) for text in ("1", source, "2")]
    )
    nbformat.write(notebook, copy.notebooks / "broken.ipynb")
    return Job("peru", copy.notebooks / "broken.ipynb", {}, copy, HOOKS, strict=True)


def went_wrong(job: Job, folder: Path) -> str:
    """What went wrong with a report, made in a folder."""
    [(_, error)] = run_each([job], folder, 1, 60, lambda _: 60)
    return error


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0", "peru: cell 2 (1 / 0): ZeroDivisionError: division by zero"),
        ("import sys; print('careful', file=sys.stderr)", "said on stderr: careful"),
        ("import os; os.system('echo careful >&2')", "said on stderr: careful"),
        ("import os; os._exit(0)", "peru: its process was ended with exit code 0; run it again"),
        ("import os; os.kill(os.getpid(), 9)", "peru: its process was ended by signal 9; run it again"),
        ("import sys; sys.exit(0)", "ended with SystemExit: 0"),
        ("exit", "SystemExit: a notebook is run to its last cell"),
        ("quit()", "SystemExit: a notebook is run to its last cell"),
        ("raise KeyboardInterrupt", "peru: cell 2 (raise KeyboardInterrupt): KeyboardInterrupt: "),
        ("print('Traceback (most recent call last):')", "printed a traceback; let what goes wrong raise"),
        ("import sys; sys.stdout.close(); print(1)", "ValueError: I/O operation on closed file"),
        ("import os; os.close(1); os.close(2); 1 / 0", "ZeroDivisionError: division by zero"),
        ("!yes | head -c 10000000", "printed more than the 100,000 characters that a page can carry"),
        ("print('a' * 60_000); display(1); print('a' * 60_000)", "printed more than the 100,000 characters"),
    ],
)  # fmt: skip
def test_a_report_that_only_looks_whole_fails(
    copy: Project, tmp_path: Path, source: str, message: str
) -> None:
    assert message in went_wrong(broken(copy, source), tmp_path / "made")


@pytest.mark.parametrize(
    "source",
    [
        "import os; os.close(1); os.close(2)",
        "import threading, time; threading.Thread(target=time.sleep, args=(1000,)).start()",
        "import asyncio; task = asyncio.ensure_future(asyncio.sleep(1000))",
        "import subprocess; child = subprocess.Popen(['sleep', '1000'])",
        "import os; child = os.fork()",
    ],
)
def test_what_a_cell_leaves_behind_holds_no_report_up(
    copy: Project, tmp_path: Path, source: str
) -> None:
    assert went_wrong(broken(copy, source), tmp_path / "made") == ""
    notebook = nbformat.read(
        tmp_path / "made" / "peru" / "report" / "report.ipynb", as_version=4
    )
    assert [len(cell.outputs) for cell in notebook.cells] == [1, 0, 1]


def test_a_failed_report_leaves_the_last_good_one(copy: Project) -> None:
    copy.reports.mkdir()
    (copy.reports / "peru").mkdir()
    (copy.reports / "peru" / "report.html").write_text("good")
    [(job, error)] = list(run_all(copy, [broken(copy, "1 / 0")], 1))
    assert (job.name, "ZeroDivisionError" in error) == ("peru", True)
    assert {path.name for path in copy.reports.iterdir()} == {"peru", ".failed"}
    assert (
        "ZeroDivisionError"
        in (copy.reports / ".failed" / "peru" / "report.ipynb").read_text()
    )
    assert (copy.reports / "peru" / "report.html").read_text() == "good"


def test_what_works_in_a_left_over_folder_is_ended(tmp_path: Path) -> None:
    (tmp_path / ".running-1").mkdir()
    started = [
        subprocess.Popen(["sleep", "60"], cwd=folder)
        for folder in (tmp_path / ".running-1", tmp_path)
    ]
    clear_left_over(tmp_path)
    assert started[0].wait(5) == -signal.SIGKILL
    assert started[1].poll() is None
    started[1].kill()
    started[1].wait()
    assert [*tmp_path.iterdir()] == []


def test_an_edited_notebook_and_another_neighbour_are_differences() -> None:
    made = {
        "sha256": {"notebook": "a", "lock": "c"},
        "notebook": "x.ipynb",
        "neighbours": ["", "y"],
    }
    now = {
        "sha256": {"notebook": "b", "lock": "c"},
        "notebook": "x.ipynb",
        "neighbours": ["", "z"],
    }
    assert (others(made, now), others(made, made)) == (["notebook", "neighbours"], [])


@pytest.mark.parametrize(("killed_at", "there"), [("write", "old"), ("replace", "new")])
def test_of_several_files_a_kill_leaves_the_old_ones_or_the_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_at: str, there: str
) -> None:
    write_whole(tmp_path, {"a.csv": "old", "b.csv": "old"})
    steps = {"write": (os, "fsync"), "replace": (Path, "replace")}[killed_at]
    real, done = getattr(*steps), []

    def killed(*given: Any) -> Any:
        done.append(given)
        return real(*given) if len(done) < 2 else sys.exit("killed")

    monkeypatch.setattr(*steps, killed)
    with pytest.raises(SystemExit):
        write_whole(tmp_path, {"a.csv": "new", "b.csv": "new"})
    monkeypatch.undo()
    clear_left_over(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "a.csv": there,
        "b.csv": there,
    }


def test_a_report_is_put_in_place_whole(tmp_path: Path) -> None:
    for name in ("new", "peru"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    exchange(tmp_path / "new", tmp_path / "peru")
    assert [
        path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))
    ] == ["peru", "peru/new"]
