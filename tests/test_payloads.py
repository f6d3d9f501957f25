"""Texts of strangers in every field of every raw file, and in every page: refused, or shown and never obeyed."""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import nbformat
import payloads
import pytest
from payloads import KIND, PAYLOADS, WATCH
from rows import Row, claim, figure, make_project, publication, write_rows

from analysis.cleaning.preview import RawRow
from analysis.cleaning.processed import build_processed
from analysis.cleaning.raw import BREAK_COLUMNS, CLAIM_COLUMNS, CORRECTION_COLUMNS, FIGURE_COLUMNS, PUBLICATION_COLUMNS
from analysis.errors import InputError, Problem
from analysis.files import sha256
from analysis.project import Project
from analysis.reporting.catalogue import jobs, read_catalogue
from analysis.reporting.changes import Changes, Move
from analysis.reporting.combinations import Shown
from analysis.reporting.evaluate import _last_value
from analysis.reporting.page.overview import changes_page, glossary_page, index_page, pages_of_all, verdicts_page
from analysis.reporting.page.render import rendered
from analysis.reporting.provenance import provenance
from analysis.reporting.run import report_files
from analysis.reporting.verify import Verdict
from analysis.vocabulary import words_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[1]
COLUMNS = {
    "us_government.csv": FIGURE_COLUMNS, "articles.csv": FIGURE_COLUMNS, "publications.csv": PUBLICATION_COLUMNS,
    "corrections.csv": CORRECTION_COLUMNS, "breaks.csv": BREAK_COLUMNS, "claims.csv": CLAIM_COLUMNS,
}  # fmt: skip
OF_PAGES = ["what-the-articles-say", "colombia-us", "revisions-colombia-output"]
PLACES = [place for place in words_of("places") if place.startswith("Colombia/")]  # too few to make a total
Cells = list[tuple[str, int]]  # a column, and the place of a payload in the list


# --- What the gate lets in.


def sound_row(file: str, at: int) -> Row:
    """A row without fault that no other row contradicts, the `at`th of its file."""
    place, year = PLACES[at // 100], str(1910 + at % 100)
    if file == "us_government.csv":
        return figure(publication="ondcp-all", place=place, period=year)
    if file == "articles.csv":
        return figure(publication="article", period=year, place=place, locator="sentence 1, characters 0-3")
    if file == "publications.csv":
        return publication(id=f"p-{at}")
    if file == "claims.csv":
        return claim("972", id=f"c-{at}")
    if file == "breaks.csv":
        return dict(zip(BREAK_COLUMNS, ("us_government", "coca_area", place, year, "wider", "ondcp-all"), strict=True))
    return dict(zip(CORRECTION_COLUMNS, ("fig-0", "printed", "972", "973", "misread"), strict=True))


def filled(file: str) -> tuple[list[Row], Cells]:
    """A row for each payload in each column of a file."""
    cells = [(column, place) for column in COLUMNS[file] for place in range(len(PAYLOADS))]
    rows = [sound_row(file, at) | {column: PAYLOADS[place]} for at, (column, place) in enumerate(cells)]
    if file == "claims.csv":  # a claim's wording holds what it states, and is as long as its locator says
        for row in (row for row, (column, _) in zip(rows, cells, strict=True) if column == "wording"):
            row["wording"] += " 972"
            row["locator"] = f"sentence 1, characters 0-{len(row['wording'])}"
    return rows, cells


def let_in(folder: Path, file: str) -> Cells:
    """The cells of a raw file in which a payload is read, after all others were refused with their line."""
    rows, cells = filled(file)
    project = make_project(folder, [figure(publication="ondcp-all")], PUBLISHED, claims=[])
    if file == "corrections.csv":  # each corrects a figure of its own, on the line of that figure
        places = [sound_row("breaks.csv", at) for at in range(len(rows))]
        figures = [figure(publication="ondcp-all", place=at["place"], period=at["year"]) for at in places]
        ids = build_processed(make_project(folder, figures, PUBLISHED, claims=[])).sort_values("raw_line")["figure"]
        rows = [row | ({"row": id} if row["row"] == "fig-0" else {}) for row, id in zip(rows, ids, strict=True)]
    kept, at = {"publications.csv": PUBLISHED}.get(file, []), list(range(len(rows)))
    while True:
        write_rows(project.raw / file, COLUMNS[file], [*kept, *(rows[place] for place in at)])
        try:
            build_processed(project)
        except InputError as error:
            found = [problem for problem in error.problems if isinstance(problem, Problem)]
            refused = {at[problem.line - 2 - len(kept)] for problem in found if problem.file == f"data/raw/{file}"}
            # What a correction puts into a figure is refused there.
            refused |= {problem.line - 2 for problem in found if problem.file != f"data/raw/{file}"}
            assert refused, str(error)
            at = [place for place in at if place not in refused]
        else:
            return [cells[place] for place in at]


PUBLISHED = [publication(id="ondcp-all", published="2022-07-14"), publication(id="article", published="2022-08", kind="press", sha256="0" * 64)]
# The columns that take any text, and what of a payload is refused there.
FREE = {
    "us_government.csv": {"locator", "note"}, "articles.csv": {"note"}, "publications.csv": {"publisher", "title", "date_basis"},
    "corrections.csv": {"reason"}, "breaks.csv": {"reason"}, "claims.csv": {"wording", "note"},
}  # fmt: skip


@pytest.mark.parametrize("file", COLUMNS)
def test_only_columns_of_text_take_a_payload_and_none_that_holds_what_is_unseen(tmp_path: Path, file: str) -> None:
    seen = [at for at, payload in enumerate(PAYLOADS) if KIND[payload] != "unseen"]
    assert set(let_in(tmp_path, file)) == {(column, at) for column in FREE[file] for at in seen}


# --- What the pages make of it.

LET_IN = [payload for payload in PAYLOADS if KIND[payload] != "unseen"]
SHARE = 3  # payloads in one cell, so that the rows of one report hold them all


def text_of(at: int) -> str:
    """The payloads of the `at`th row."""
    return " ".join(LET_IN[(at * SHARE + more) % len(LET_IN)] for more in range(SHARE))


def with_payloads(path: Path, columns: tuple[str, ...], turn: int) -> None:
    """Put payloads into the columns of text of a raw file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for at, row in enumerate(rows, turn):
        if row.get("status") == "part_year":  # its note says which part
            continue
        row.update({column: text_of(at) for column in columns if column in row and not (column == "locator" and "characters" in row[column])})
        if "url" in row:
            row["url"] = f"https://example.org/{text_of(at)}"
        if "wording" in row:
            row["wording"] = f"{text_of(at)} {row['stated']}"
            row["locator"] = f"sentence 1, characters 0-{len(row['wording'])}"
    write_rows(path, tuple(rows[0]), rows)


def make(folder: Path, turn: int) -> Project:
    """The project's own data with a payload in every cell that takes any text, and reviews that hold them too."""
    for name in ("data/raw", "notebooks", "requirements", "docs"):
        copytree(ROOT / name, folder / name)
    (folder / "src").symlink_to(ROOT / "src")
    project = Project(folder)
    for path in project.raw.glob("*.csv"):
        with_payloads(path, ("locator", "note", "publisher", "title", "date_basis", "reason"), turn)
    build_processed(project)
    return project


def executed(job: Any) -> Any:
    """A report's notebook with what its cells show, run in this process: a kernel takes seconds."""
    notebook, space = nbformat.read(job.notebook, 4), {"__name__": "__main__"}
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        shown = getattr(_last_value(cell.source, space), "_repr_mimebundle_", dict)()
        if "parameters" in cell.metadata.get("tags", []):
            space.update(job.parameters)
        cell.outputs = [nbformat.v4.new_output("display_data", shown)] if shown else []
    return notebook


def write_reports(project: Project, names: list[str]) -> None:
    for job in jobs(project, names):
        for name, content in report_files(executed(job), provenance(job)).items():
            path = project.reports / job.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def write_reviews(project: Project) -> None:
    report = project.reports / OF_PAGES[0] / "report.ipynb"
    entry = '[[review]]\nreport = "{}"\nreviewer = {!r}\ndate = 2026-01-31\nsha256 = "{}"\ndecision = "approved"\nremark = {!r}\n'
    quoted = [json.dumps(payload) for payload in PAYLOADS if "\0" not in payload]
    texts = [entry.format(OF_PAGES[0], 0, sha256(report), 0).replace("= 0", f"= {text}") for text in quoted]
    (project.reports / "reviews.toml").write_text("".join(texts), "utf-8")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project full of payloads, its pages made."""
    folder = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANALYSIS_PROJECT", str(folder))
        project = make(folder, 0)
        write_reports(project, OF_PAGES)
        write_reviews(project)
        for name, page in {**pages_of_all(project), "changes.html": hostile_changes(), "verify.html": hostile_verdicts()}.items():
            (project.reports / name).write_text(page, "utf-8")
        yield project


def hostile_changes() -> str:
    moves = [
        Move(text, text, Shown(1, "t", text), Shown(2, "t", text), {text: 1.0}, "", (RawRow(text, text, text, text),) * 4)
        for text in PAYLOADS
    ]
    return changes_page(Changes(PAYLOADS[0], PAYLOADS[1], tuple(moves), tuple(PAYLOADS)))


def hostile_verdicts() -> str:
    return verdicts_page([Verdict(text, {"whole": [(text, text, text)], text: [("pictures[0]." + text, text, text)]}) for text in PAYLOADS])


@pytest.fixture
def watched(browser: "Browser") -> Iterator[Callable[[Path], "Watched"]]:
    """Open a page, and watch it from before its first line."""
    contexts = []

    def opening(path: Path, free: bool = False) -> Watched:
        contexts.append(browser.new_context(bypass_csp=free))
        return Watched(contexts[-1], path)

    yield opening
    for context in contexts:
        context.close()


class Watched:
    """An open page: what it called, asked for, said, and what in it is alive."""

    def __init__(self, context: Any, path: Path) -> None:
        self.page, self.noted, address = context.new_page(), list[str](), path.resolve().as_uri()
        context.add_init_script(WATCH)
        context.route("https://**", lambda route: (self.noted.append(f"asks {route.request.url}"), route.abort()))
        self.page.on("dialog", lambda dialog: (self.noted.append("dialog"), dialog.dismiss()))
        self.page.on("framenavigated", lambda frame: None if frame.url.split("#")[0] in (address, "about:blank") else self.noted.append(frame.url))
        self.page.on("console", lambda said: self.noted.append(said.text) if said.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.noted.append(str(error)))
        self.page.goto(address)

    def found(self) -> list[str]:
        """What was called, asked for or said, once every link was pointed at and every part opened."""
        self.page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        self.page.evaluate("for (const link of [...document.querySelectorAll('a.number-link, [tabindex]')].slice(0, 60)) link.focus()")
        self.page.wait_for_timeout(100)
        return [*self.noted, *map(str, self.page.evaluate("window.hits"))]


def test_the_watch_sees_what_payloads_do_in_a_page_that_lets_them() -> None: ...


NO_PAGE_OF_REPORTS = ("index.html", "figures.html", "glossary.html", "changes.html", "verify.html")
every_page = pytest.mark.parametrize("name", [*NO_PAGE_OF_REPORTS, *(f"{name}/report.html" for name in OF_PAGES)])


@every_page
def test_a_page_full_of_payloads_is_inert(hostile: Project, watched: Any, name: str) -> None:
    opened = watched(hostile.reports / name)
    assert opened.found() == []
    print(name, opened.page.evaluate("kinds()"))
    if (ROOT / "reports" / name).exists():
        print("base", watched(ROOT / "reports" / name).page.evaluate("kinds()"))
    text = opened.page.evaluate("document.body.textContent.replace(/\\s+/g, ' ')")
    print("shown", sum(payloads.shown(p) in text for p in LET_IN), [p for p in LET_IN if payloads.shown(p) not in text][:3])
