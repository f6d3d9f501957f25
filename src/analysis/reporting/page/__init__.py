"""The pages: an executed notebook as one offline HTML file, and the index of all reports."""

import json
import re
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from analysis.project import Project
from analysis.reporting.page.downloads import with_downloads

if TYPE_CHECKING:
    from analysis.reporting.changes import Changes


def report_page(notebook: Any, record: dict[str, Any]) -> str:
    """An executed and settled notebook, with its provenance at the end, as a page that asks for nothing from outside."""
    from nbconvert.filters.highlight import Highlight2HTML
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    markdown = MarkdownWithMath(renderer=IPythonRenderer(escape=False, exclude_anchor_links=True)).render
    highlight = Highlight2HTML(pygments_lexer="ipython3")
    parts = [_part(cell, markdown, highlight) for cell in notebook.cells]
    first_section = next((place for place, part in enumerate(parts) if part["heading"]), len(parts))
    sections = [(part["slug"], part["heading"]) for part in parts if part["heading"]]
    shown = {"parts": parts, "first_section": first_section, "sections": sections, "record": record}
    return _rendered("report.html.j2", title=title(notebook), **shown)


def _part(cell: Any, markdown: Any, highlight: Any) -> dict[str, Any]:
    """What the template needs of a cell: markup, code, and the heading that begins a section."""
    part = {"kind": "prose", "heading": "", "question": "", "slug": "", "html": "", "code": ""}
    if cell.cell_type == "markdown":
        heading = re.match(r"(#{1,2}) (.+)\n*", cell.source)
        if not heading:
            return part | {"html": markdown(cell.source)}
        slug = re.sub(r"[^a-z]+", "-", heading[2].lower()).strip("-")
        named = {"question": heading[2], "kind": "question"} if heading[1] == "#" else {"heading": heading[2]}
        return part | named | {"slug": slug, "html": markdown(cell.source[heading.end() :])}
    outputs = [with_downloads(output["data"]) for output in cell.outputs if "text/html" in output.get("data", {})]
    kind = "headline" if any(output.startswith("<h1>") for output in outputs) else "code"
    return part | {"kind": kind, "html": "".join(outputs), "code": highlight(cell.source)}


def title(notebook: Any) -> str:
    """What a report is headed with, as text: its finding, or its question if it has none."""
    from analysis.reporting.settle import records

    question = str(notebook.cells[0].source).splitlines()[0].removeprefix("# ")
    return next((str(record["text"]) for record in records(notebook) if record["id"] == "headline"), question)


def index_page(project: Project) -> str:
    """The list of all reports in `reports`, by name, each with its finding, parameters and what reviewers decided."""
    import nbformat

    from analysis.reporting.reviews import read_reviews

    cards, reviews = [], read_reviews(project)
    for folder in sorted(path for path in project.reports.iterdir() if (path / "provenance.json").is_file()):
        notebook = nbformat.read(folder / "report.ipynb", as_version=4)
        record = json.loads((folder / "provenance.json").read_text("utf-8"))
        decided = [review for review in reviews if review["report"] == folder.name]
        shown = {"title": title(notebook), "parameters": record["parameters"], "reviews": decided}
        cards.append({"name": folder.name, **shown})
    return _rendered("index.html.j2", cards=cards)


def pages_of_all(project: Project) -> dict[str, str]:
    """The pages over all reports, by file name; they are made anew after every run."""
    return {"index.html": index_page(project), "unofficial.html": unofficial_page(project)}


def unofficial_page(project: Project) -> str:
    """The figures of the project for which no official reading is at hand, as a page."""
    from analysis.cleaning.processed import read_processed
    from analysis.reporting.evidence import unofficial

    headline, table = unofficial(read_processed(project, "figures.csv"))
    return _rendered("unofficial.html.j2", headline=headline, table=table._repr_mimebundle_()["text/html"])


def changes_page(changes: "Changes") -> str:
    """The numbers that moved since a commit, by report, as a page."""
    from analysis.reporting.changes import table

    reports = [(name, list(moves)) for name, moves in groupby(changes.moves, key=lambda move: move.report)]
    return _rendered("changes.html.j2", changes=changes, reports=[(name, table(moves)) for name, moves in reports])


def verdicts_page(verdicts: list[Any]) -> str:
    """What `verify` found, old and new side by side, as a page; of a copy only texts are shown, never its markup."""
    return _rendered("verdicts.html.j2", verdicts=verdicts)


def _rendered(template: str, **shown: Any) -> str:
    return _environment().get_template(template).render(style=_style(), **shown).rstrip() + "\n"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("analysis.reporting", "page"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> str:
    return files("analysis.reporting").joinpath("page", "page.css").read_text("utf-8")
