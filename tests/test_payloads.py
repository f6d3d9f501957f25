"""Texts of strangers in every column of every raw file, and in every page: refused, or shown and never obeyed."""

import ast
import csv
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import nbformat
import pytest
from payloads import COLUMNS, FREE, PAYLOADS, SEEN, WATCH, shown
from rows import Row, claim, figure, make_project, publication, write_rows

from analysis.articles.release_file import Article, read_figures
from analysis.cleaning.processed import build_processed
from analysis.cleaning.raw import BREAK_COLUMNS, CORRECTION_COLUMNS, EVENT_COLUMNS
from analysis.display.numbers import MIME
from analysis.display.records import shown as settled
from analysis.editing.release_diff import RawRow
from analysis.reports import jobs, publish
from analysis.review.changes import Changes, Move
from analysis.review.committed import Shown
from analysis.review.pages import changes_page, verdicts_page
from analysis.review.verify import Verdict
from analysis.site.article import article_page
from analysis.site.overview import glossary_page, pages_of_all
from analysis.site.render import rendered
from analysis.vocabulary import words_of
from notebook_runner.catalogue import Job, read_catalogue
from notebook_runner.errors import InputError, Problem
from notebook_runner.files import sha256
from notebook_runner.project import Project
from notebook_runner.provenance import provenance
from notebook_runner.run import report_files

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]

# --- What is let in.

PLACES = [
    place for place in words_of("places") if place.startswith("Colombia/")
]  # too few to make a total
PUBLISHED = [
    publication(id="ondcp-all"),
    publication(id="article", published="2022-08", kind="press", sha256="0" * 64),
]


def sound_row(file: str, at: int) -> Row:
    """A row without fault that no other row contradicts, the `at`th of its file."""
    place, year = PLACES[at // 100], str(1910 + at % 100)
    made = {
        "us_government.csv": figure(publication="ondcp-all", place=place, period=year),
        "articles.csv": figure(
            publication="article",
            place=place,
            period=year,
            locator="sentence 1, characters 0-3",
        ),
        "publications.csv": publication(id=f"p-{at}"),
        "claims.csv": claim("972", id=f"c-{at}"),
    }
    others = {
        "breaks.csv": (
            BREAK_COLUMNS,
            ("us_government", "coca_area", place, year, "wider", "ondcp-all"),
        ),
        "events.csv": (EVENT_COLUMNS, (year, place, "spraying halted", "ondcp-all")),
        "corrections.csv": (
            CORRECTION_COLUMNS,
            ("", "printed", "972", "973", "misread"),
        ),
    }
    return made[file] if file in made else dict(zip(*others[file], strict=True))


def made_project(folder: Path, file: str, rows: list[Row]) -> Project:
    """A project that a file of these rows fits into: of corrections, each has a figure of its own on its line."""
    if file != "corrections.csv":
        return make_project(
            folder, [figure(publication="ondcp-all")], PUBLISHED, claims=[]
        )
    figures = [sound_row("us_government.csv", at) for at in range(len(rows))]
    project = make_project(folder, figures, PUBLISHED, claims=[])
    ids = build_processed(project).sort_values("raw_line")["figure"]
    for row, id in zip(rows, ids, strict=True):
        row["row"] = row["row"] or id
    return project


def let_in(folder: Path, file: str) -> set[tuple[str, str]]:
    """The columns of a raw file, and the payloads that are read in them; each other row was refused by its line."""
    cells = [(column, payload) for column in COLUMNS[file] for payload in PAYLOADS]
    rows = [
        sound_row(file, at) | {column: payload}
        for at, (column, payload) in enumerate(cells)
    ]
    for row in rows:
        if (
            "wording" in row and "972" not in row["wording"]
        ):  # it holds what is claimed, and is as long as is said
            row["wording"] += " 972"
            row["locator"] = f"sentence 1, characters 0-{len(row['wording'])}"
    project, left = made_project(folder, file, rows), list(range(len(rows)))
    kept = PUBLISHED if file == "publications.csv" else []
    while True:
        write_rows(
            project.raw / file, COLUMNS[file], [*kept, *(rows[at] for at in left)]
        )
        try:
            build_processed(project)
        except InputError as error:
            found = [
                problem for problem in error.problems if isinstance(problem, Problem)
            ]
            # What a correction puts into a figure is refused in the figure.
            here = {
                left[problem.line - 2 - len(kept)]
                for problem in found
                if problem.file == f"data/raw/{file}"
            }
            refused = here | {
                problem.line - 2
                for problem in found
                if problem.file != f"data/raw/{file}"
            }
            if not refused:
                raise
            left = [at for at in left if at not in refused]
        else:
            return {cells[at] for at in left}


LATER = (
    "articles.csv",
    "corrections.csv",
    "breaks.csv",
    "claims.csv",
    "events.csv",
)  # read as the others are


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(file, marks=[pytest.mark.slow] * (file in LATER))
        for file in COLUMNS
    ],
)
def test_only_columns_of_text_take_a_payload_and_none_that_holds_what_is_unseen(
    tmp_path: Path, file: str
) -> None:
    assert let_in(tmp_path, file) == {
        (column, payload) for column in FREE[file] for payload in SEEN
    }


# --- What the pages make of it.

NAMES = ["what-the-articles-say", "revisions-colombia-output"]
EACH = 3  # payloads in a cell, so that the rows behind one report hold them all
Open = Callable[..., "Watched"]


class Watched:
    """A page opened from its file: what it asked for, said and called, and what in it is alive."""

    def __init__(self, context: Any, path: Path) -> None:
        self.page, self.noted = context.new_page(), list[str]()
        note, address = self.noted.append, path.resolve().as_uri()
        context.add_init_script(WATCH)
        context.route(
            re.compile("^https?:"),
            lambda route: (note(f"asks {route.request.url}"), route.abort()),
        )
        self.page.on("dialog", lambda dialog: (note("dialog"), dialog.dismiss()))
        self.page.on(
            "framenavigated",
            lambda frame: frame.parent_frame or frame.url == address or note(frame.url),
        )
        self.page.on(
            "console",
            lambda said: note(said.text) if said.type in ("error", "warning") else None,
        )
        self.page.on("pageerror", lambda error: note(str(error)))
        self.page.goto(address)

    def found(self) -> list[str]:
        """What was called, asked for or said, once all parts are open and the first links were gone through."""
        self.page.evaluate(
            "for (const part of document.querySelectorAll('details')) part.open = true"
        )
        self.page.evaluate(
            "for (const to of [...document.querySelectorAll('a, [tabindex]')].slice(0, 40)) to.focus()"
        )
        self.page.wait_for_timeout(50)
        return [
            *self.noted,
            *(f"calls {number}" for number in self.page.evaluate("hits")),
        ]


@pytest.fixture
def watched(browser: "Browser") -> Iterator[Open]:
    contexts = []

    def opening(path: Path, free: bool = False) -> Watched:
        contexts.append(browser.new_context(bypass_csp=free))
        return Watched(contexts[-1], path)

    yield opening
    for context in contexts:
        context.close()


def put_in(path: Path, turn: int) -> None:
    """Put payloads into every cell of a raw file that takes any text, and behind the addresses."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for at, row in enumerate(rows, turn):
        text = " ".join(SEEN[(at * EACH + more) % len(SEEN)] for more in range(EACH))
        free = FREE.get(path.name, FREE["us_government.csv"]) - {
            "note" if row.get("status") == "part_year" else ""
        }
        row.update(dict.fromkeys(free, text))
        if "url" in row:
            row["url"] = f"https://example.org/{text}"
        if "wording" in row:
            row["wording"] = f"{text} {row['stated']}"
            row["locator"] = f"sentence 1, characters 0-{len(row['wording'])}"
    write_rows(path, tuple(rows[0]), rows)


def last_value(source: str, space: dict[str, Any]) -> Any:
    """Run a cell; the value of its last line, if that is an expression."""
    tree = ast.parse(source)
    last = (
        tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    )
    exec(compile(tree, "<cell>", "exec"), space)
    return (
        eval(compile(ast.Expression(last.value), "<cell>", "eval"), space)
        if isinstance(last, ast.Expr)
        else None
    )


def executed(job: Job) -> Any:
    """A report's notebook with what its cells show, run in this process: a kernel takes seconds."""
    notebook, space = (
        nbformat.read(job.notebook, 4),
        dict[str, Any]({"__name__": "__main__"}),
    )
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        bundle: dict[str, Any] = getattr(
            last_value(cell.source, space), "_repr_mimebundle_", dict
        )()
        if "parameters" in cell.metadata.get("tags", []):
            space.update(job.parameters)
        cell.outputs = (
            [nbformat.v4.new_output("display_data", bundle)] if bundle else []
        )
    return notebook


def write_reports(project: Project, names: list[str]) -> None:
    for job in jobs(project, names):
        for name, content in report_files(
            executed(job), provenance(job), publish
        ).items():
            path = project.reports / job.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def write_reviews(project: Project) -> None:
    """A decision by each payload, remarked on by it; TOML writes a text as JSON does, but for NUL and half characters."""
    report = project.reports / NAMES[0] / "report.ipynb"
    rest = f'report = "{NAMES[0]}"\ndate = 2026-01-31\nsha256 = "{sha256(report)}"\ndecision = "approved"\n'
    texts = (json.dumps(payload, ensure_ascii=False) for payload in SEEN)
    entries = (
        f"[[review]]\nreviewer = {text}\nremark = {text}\n{rest}" for text in texts
    )
    (project.reports / "reviews.toml").write_text("".join(entries), "utf-8")


def hostile_changes() -> str:
    one, two = Shown(1, "t", "1"), Shown(2, "t", "2")
    raw = [RawRow(text, text, text, text) for text in PAYLOADS]
    moves = [
        Move(row.place, row.place, one, two, {row.place: 1.0}, "", (row,) * 4)
        for row in raw
    ]
    worded = [
        Move("x", row.place, Shown(1, row.place, row.place), two, {}, row.place, (row,))
        for row in raw
    ]
    return changes_page(
        Changes(PAYLOADS[0], PAYLOADS[1], (*moves, *worded), tuple(PAYLOADS))
    )


def hostile_verdicts() -> str:
    found = [
        {"content": [(text, text, text)], text: [(f"page.{text}[1][2]", "1.5", "None")]}
        for text in PAYLOADS
    ]
    return verdicts_page(
        [Verdict(text, by_rung) for text, by_rung in zip(PAYLOADS, found, strict=True)]
    )


def hostile_article() -> str:
    """The fact-check page of an article whose title, publisher and every sentence hold payloads."""
    text = "\n".join(
        f"Colombia made 972 tons of cocaine {payload} in 2021." for payload in SEEN
    )
    article = Article(
        text, "2022-07-14", publisher=" ".join(SEEN), title=" ".join(SEEN), id="a"
    )
    return article_page(article, read_figures(article))


def write_pages(source: Project, folder: Path, names: list[str], turn: int) -> Project:
    """A project's data with payloads in them, and all pages made of these."""
    for name in ("data/raw", "notebooks", "requirements", "docs"):
        copytree(source.root / name, folder / name)
    (folder / "src").symlink_to(ROOT / "src")
    project = Project(folder)
    for path in project.raw.glob("*.csv"):
        put_in(path, turn)
    build_processed(project)
    write_reports(project, names)
    write_reviews(project)
    pages = {
        **pages_of_all(project),
        "changes.html": hostile_changes(),
        "verify.html": hostile_verdicts(),
    }
    pages["article.html"] = hostile_article()
    for name, page in pages.items():
        (project.reports / name).write_text(page, "utf-8")
    return project


@pytest.fixture(scope="module")
def hostile(
    frozen: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANALYSIS_PROJECT", str(folder))
        yield write_pages(frozen, folder, NAMES, 0)


# Of what could do more than show, each page has what its template has.
BARE = {"meta": 3, "style": 1}
ALIVE = {
    "index.html": BARE, "figures.html": {**BARE, "input": 1, "script": 1}, "changes.html": BARE, "verify.html": BARE,
    "article.html": BARE,
    "what-the-articles-say/report.html": {**BARE, "template": 1, "script": 1},
    "revisions-colombia-output/report.html": {**BARE, "template": 1, "script": 1},
}  # fmt: skip


DRAWN = {
    *"svg title desc metadata defs style g path rect text tspan use clipPath RDF Work type date format".split()
}


@pytest.mark.parametrize("name", ALIVE)
def test_a_page_shows_every_payload_and_obeys_none(
    hostile: Project, watched: Open, name: str
) -> None:
    opened = watched(hostile.reports / name)
    assert opened.found() == []
    assert opened.page.evaluate("kinds()") == ALIVE[name]
    text = opened.page.evaluate("document.body.textContent.replace(/\\s+/g, ' ')")
    assert [payload for payload in SEEN if shown(payload) not in text] == []
    assert len(SEEN) == 40


def test_pictures_and_outputs_hold_no_payload_as_markup(hostile: Project) -> None:
    pictures = [*hostile.reports.glob("*/charts/*.svg")]
    tags = {
        element.tag.rpartition("}")[2]
        for path in pictures
        for element in ElementTree.parse(path).iter()
    }
    assert {"svg", "text", "path"} <= tags <= DRAWN
    notebooks = [
        nbformat.read(path, 4) for path in hostile.reports.glob("*/report.ipynb")
    ]
    shown = "".join(
        forms.get("text/html", "") + "".join(forms.get(MIME, {}).get("page", ()))
        for notebook in notebooks
        for forms in settled(notebook)
    )
    assert "hit(1" in shown
    assert (
        re.findall(r"<(?:script|img|iframe|object|base|meta|form|b)\b[^>]*hit", shown)
        == []
    )


def test_markup_in_the_glossary_is_shown_as_text(tmp_path: Path, watched: Open) -> None:
    project = Project(tmp_path)
    project.glossary.parent.mkdir(parents=True)
    project.glossary.write_text(
        "# Glossary\n\n"
        + "\n\n".join([*SEEN, *(f"- **{text}.** {text}" for text in SEEN)]),
        "utf-8",
    )
    (tmp_path / "glossary.html").write_text(glossary_page(project), "utf-8")
    opened = watched(tmp_path / "glossary.html")
    assert [line for line in opened.found() if "violates" not in line] == []
    assert {**opened.page.evaluate("kinds()"), "img": 0} == {
        **BARE,
        "img": 0,
    }  # a picture, which the policy refuses


# --- The policy alone: what if a payload stood in a page as markup?

REFRESH = [
    text for text in SEEN if "refresh" in text
]  # sends the reader elsewhere, which no policy can forbid


@pytest.fixture
def obeyed(tmp_path: Path, watched: Open) -> Callable[..., set[str]]:
    """The payloads that call something, each as markup in a page of its own; all in frames of one page."""

    def calling(free: bool) -> set[str]:
        payloads = [payload for payload in SEEN if payload not in REFRESH]
        names = {f"raw{at}.html": payload for at, payload in enumerate(payloads)}
        for name, payload in names.items():
            (tmp_path / name).write_text(
                rendered("glossary.html.j2", text=payload), "utf-8"
            )
        (tmp_path / "all.html").write_text(
            "".join(f'<iframe src="{name}"></iframe>' for name in names), "utf-8"
        )
        opened = watched(tmp_path / "all.html", free)
        opened.page.wait_for_timeout(300)
        assert any(line.startswith("asks") for line in opened.noted) is free
        frames = [
            frame for frame in opened.page.frames if frame.url.endswith(tuple(names))
        ]
        assert len(frames) == len(names)
        return {
            names[frame.url.rpartition("/")[2]]
            for frame in frames
            if frame.evaluate("hits.length")
        }

    return calling


def test_the_policy_alone_stops_all_but_a_refresh(
    obeyed: Callable[..., set[str]],
) -> None:
    assert obeyed(free=False) == set()
    assert len(obeyed(free=True)) > 15


@pytest.mark.slow
def test_every_report_full_of_payloads_is_inert(
    frozen: Project, tmp_path: Path, watched: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANALYSIS_PROJECT", str(tmp_path))
    project = write_pages(frozen, tmp_path, list(read_catalogue(frozen)), 1)
    pages = sorted(project.reports.rglob("*.html"))
    assert len(pages) > 15
    assert {path: found for path in pages if (found := watched(path).found())} == {}
