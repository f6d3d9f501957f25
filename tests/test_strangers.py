"""Notebooks by anyone: what stock nbconvert shows of them, their page shows too."""

import base64
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from strangers import STRANGERS

from analysis.reports import HOOKS
from analysis.site.anyones import output_parts
from analysis.site.prose import prose
from analysis.site.report_page import report_page
from analysis.site.safe_html import safe_html
from notebook_runner.batch import run_all
from notebook_runner.catalogue import job_of_file
from notebook_runner.errors import InputError
from notebook_runner.layout import notebook_text
from notebook_runner.project import Project
from notebook_runner.provenance import notebook_hash
from notebook_runner.settle import _plain

RECORD = {"report": "mine", "notebook": "work/mine.ipynb", "parameters": {}, "sha256": {"rows": "0", "package": "0"}}  # fmt: skip
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="  # fmt: skip


def write(path: Path, cells: list[str], **more: Any) -> Path:
    """A notebook of nbformat 4.4, as its author saved it: no ids, an odd kernel."""
    made = []
    for text in cells:
        prose = text.startswith("%md ")
        cell: dict[str, Any] = {"cell_type": "markdown" if prose else "code", "metadata": {}}  # fmt: skip
        cell["source"] = text.removeprefix("%md ")
        made.append(cell if prose else {**cell, "outputs": [], "execution_count": None})
    about = {"kernelspec": {"name": "my-env", "display_name": "My", "language": "python"}}  # fmt: skip
    whole = {"nbformat": 4, "nbformat_minor": 4, "metadata": about, "cells": made}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({**whole, **more}), "utf-8")
    return path


def run(project: Project, path: Path) -> tuple[Path, str]:
    """The folder of its report, and what went wrong."""
    job = job_of_file(project, HOOKS, path, {})
    [(_, error)] = run_all(job.project, [job], 1)
    return job.project.reports / job.name, error


def shown_by_nbconvert(notebook: Any) -> Iterator[tuple[int, str, str]]:
    """Each output of a cell, by the form that nbconvert prefers, and its words or picture."""
    order = ("text/html", "text/markdown", "image/svg+xml", "text/latex", "image/png", "text/plain")  # fmt: skip
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            form = next((form for form in order if form in data), "text")
            yield index, form, str(data.get(form, output.get("text", "")))


def words(html: str) -> str:
    bare = re.sub(r"(?s)<style.*?</style>|<[^<>]*>", " ", html)
    return " ".join(unescape(bare).split())


def is_in(form: str, content: str, page: str) -> bool:
    if form == "image/png":
        return "".join(content.split()) in page
    if form in ("image/svg+xml", "text/latex"):
        return "data:image/svg+xml" in page or "<math" in page
    text = re.sub(r"[*$]|x_1", " ", content) if form == "text/markdown" else content
    wanted = words(text) if form == "text/html" else " ".join(text.split())
    return wanted in words(page) or wanted in " ".join(unescape(page).split())


@pytest.fixture(scope="module")
def reports(
    frozen: Project, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """The reports of all the students' notebooks."""
    folder = tmp_path_factory.mktemp("mine")
    found = {}
    for name, cells in STRANGERS.items():
        found[name], error = run(frozen, write(folder / f"{name}.ipynb", cells))
        assert not error
    return found


@pytest.mark.slow
def test_a_page_shows_what_nbconvert_shows(reports: dict[str, Path]) -> None:
    missing, all_shown = [], 0
    for name, folder in reports.items():
        page = (folder / "report.html").read_text("utf-8")
        for index, form, content in shown_by_nbconvert(nbformat.read(folder / "report.ipynb", 4)):  # fmt: skip
            all_shown += 1
            if not is_in(form, content, page):
                missing.append((name, index, form, content[:80]))
    print(f"{all_shown - len(missing)} of {all_shown} outputs")
    assert all_shown > 50
    assert len(missing) <= 0.05 * all_shown, missing


@pytest.mark.slow
def test_a_figure_reaches_the_notebook_in_each_way(reports: dict[str, Path]) -> None:
    for name, count in (("figures", 4), ("inline", 3), ("seaborn", 3)):
        outputs = list(shown_by_nbconvert(nbformat.read(reports[name] / "report.ipynb", 4)))  # fmt: skip
        assert sum(form == "image/png" for _, form, _ in outputs) == count


def page_of(*cells: Any) -> str:
    return report_page(nbformat.v4.new_notebook(cells=list(cells)), RECORD)


def code(source: str = "x", *outputs: Any, **more: Any) -> Any:
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), **more)


def markdown(text: str, **more: Any) -> Any:
    return nbformat.v4.new_markdown_cell(text, **more)


def shows(**data: Any) -> Any:
    named = {kind.replace("__", "/"): content for kind, content in data.items()}
    return nbformat.v4.new_output("display_data", named)


STREAM = nbformat.v4.new_output("stream", text="hello 7")
ODD: dict[str, tuple[list[Any], str]] = {
    "an empty code cell": ([markdown("# Q"), code("")], "<h1>Q</h1>"),
    "a blank code cell": ([code("  \n")], "<h1>mine</h1>"),
    "an empty last cell": ([code("x", STREAM), code("")], "hello 7"),
    "a raw cell": ([nbformat.v4.new_raw_cell("raw <b>")], "raw &lt;b&gt;"),
    "an empty raw cell": ([nbformat.v4.new_raw_cell("")], "<h1>mine</h1>"),
    "a raw cell with fences": ([nbformat.v4.new_raw_cell("```\nx")], "x"),
    "an empty first cell": ([markdown(""), markdown("# Q")], "<h1>Q</h1>"),
    "code first": ([code("x", STREAM), markdown("# Late")], "<h1>Late</h1>"),
    "no heading": ([code("x", STREAM)], "<h1>mine</h1>"),
    "no cell": ([], "<h1>mine</h1>"),
    "an underlined title": ([markdown("Title\n=====\nmore")], "<h1>Title</h1>"),
    "a title in markup": ([markdown("<h1>Title</h1>")], "<h1>Title</h1>"),
    "a print before the first heading": ([code("x", STREAM), markdown("## S")], "hello 7"),
    "a print after it": ([markdown("## S"), code("x", STREAM)], "hello 7"),
    "a heading of digits": ([markdown("## 2021")], '<h2 id="2021">2021</h2>'),
    "a heading of signs": ([markdown("## ???")], '<h2 id="section">???</h2>'),
    "two headings alike": ([markdown("## Findings"), markdown("## Findings")], 'id="findings-2"'),
    "a heading with the page's own address": ([markdown("## How this page was made")], 'id="how-this-page-was-made-2"'),
    "a heading in bold": ([markdown("## **B**")], "<strong>B</strong></h2>"),
    "a second title": ([markdown("# A"), markdown("# B")], '<h2 id="b">B</h2>'),
    "a pipe table": ([markdown("|a|b|\n|-|-|\n|1|2|")], "<td>1</td>"),
    "maths in a line": ([markdown("$R^2$")], "<msup>"),
    "maths in a block": ([markdown("$$\\frac{a}{b}$$")], "<mfrac>"),
    "maths without a sign": ([markdown("\\begin{align}a&=b\\end{align}")], "<mtable"),
    "maths that is none": ([markdown("$\\frac{$")], "<code>"),
    "prices": ([markdown("from $5 to $6")], "$"),
    "an attachment": ([markdown("![a](attachment:p.png)", attachments={"p.png": {"image/png": PNG}})], f"data:image/png;base64,{PNG}"),
    "an attachment that is not there": ([markdown("![a](attachment:p.png)")], "Picture not found"),
    "a picture elsewhere": ([markdown("![a](https://example.org/p.png)")], 'href="https://example.org/p.png"'),
    "markup in prose": ([markdown("<b>bold</b><script>1</script>")], "<b>bold</b>"),
    "a widget": ([code("w", shows(**{"application__vnd.jupyter.widget-view+json": {}, "text__plain": "W"}))], "a live widget"),
    "a script": ([code("w", shows(application__javascript="1"))], "a script"),
    "a script in markup": ([code("w", shows(text__html="<p>seen</p><script>1</script>"))], "<p>seen</p>"),
    "a frame": ([code("w", shows(text__html="<iframe src=x></iframe>"))], "a frame of another page"),
    "a sound": ([code("w", shows(text__html="<audio src=x></audio>"))], "a sound"),
    "an unknown type": ([code("w", shows(**{"application__x-odd": "1"}))], "what is of type application/x-odd"),
    "a PNG": ([code("w", shows(image__png=PNG, text__plain="<Figure>"))], PNG),
    "a picture without a description": ([code("w", shows(image__png=PNG))], "This picture has no description"),
    "colours of a terminal": ([code("w", nbformat.v4.new_output("stream", text="\x1b[31mred\x1b[0m"))], ">red</pre>"),
    "a progress bar": ([code("w", nbformat.v4.new_output("stream", name="stderr", text="1%\r2%\r100%"))], ">100%</pre>"),
    "an error that was expected": ([code("w", nbformat.v4.new_output("error", ename="E", evalue="v", traceback=["E: v"]))], "E: v"),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_an_odd_cell_is_in_the_page_or_named(name: str) -> None:
    cells, expected = ODD[name]
    page = page_of(*cells)
    assert expected in page
    assert page.count("<h1") == 1
    assert "<script>1</script>" not in page
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert "" not in ids
    assert len(ids) == len(set(ids))


REFUSED = {
    "no file": (None, "found 'no file'"),
    "no notebook": ("{", "save it from Jupyter as .ipynb"),
    "no cells": ("{}", "save it from Jupyter as .ipynb"),
    "another language": ('{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}', "found 'a notebook of r'; only Python is run here"),
    "a parameter without its meaning": ('{"cells": [{"cell_type": "code", "source": "x: int = 1", "metadata": {"tags": ["parameters"]}}]}', "write the cell tagged 'parameters' in lines such as"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_notebook_is_refused(
    name: str, project: Project, tmp_path: Path
) -> None:
    text, message = REFUSED[name]
    if text is not None:
        (tmp_path / "x.ipynb").write_text(text)
    with pytest.raises(InputError, match=re.escape(message)):
        job_of_file(project, HOOKS, tmp_path / "x.ipynb", {})


def test_a_parameter_of_a_notebook_without_any_is_refused(
    project: Project, tmp_path: Path
) -> None:
    path = write(tmp_path / "x.ipynb", ["1"])
    with pytest.raises(
        InputError, match="is no parameter of this notebook; it has none"
    ):
        job_of_file(project, HOOKS, path, {"end_year": "2020"})


FAILS = {
    "a division": (["1", "%md Prose", "2\n", "x = 0\n1 / x"], "cell 4 (x = 0): ZeroDivisionError"),
    "a missing file": (["open('no.csv')"], "a relative path leads from the folder of the notebook"),
    "a missing import": (["import no_such_module"], "requirements/run.txt"),
    "a question": (["input('name')"], "write the answer into the cell"),
    "an import that only the runner did": (["import matplotlib\nmatplotlib.pyplot"], "AttributeError"),
    "a file outside": (["open('../x.csv', 'w').write('1')"], "x.csv, outside the notebook's own folder"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", FAILS)
def test_a_cell_that_fails_is_named_with_its_mend(
    name: str, frozen: Project, tmp_path: Path
) -> None:
    cells, message = FAILS[name]
    _, error = run(frozen, write(tmp_path / "deep" / "x.ipynb", cells))
    assert message in error


@pytest.mark.slow
def test_files_lead_from_the_notebooks_folder_and_what_is_saved_is_kept(
    frozen: Project, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "x.ipynb",
        [
            "print(open('mine.txt').read())",
            "open('out.csv', 'w').write('a,b')",
            "object()",
        ],
    )
    (tmp_path / "mine.txt").write_text("from beside")
    (tmp_path / "p.png").write_bytes(base64.b64decode(PNG))
    folder, error = run(frozen, path)
    assert not error
    page = (folder / "report.html").read_text("utf-8")
    assert "from beside" in page
    assert 'href="files/out.csv"' in page
    assert "object at 0x0" in page
    assert (folder / "files" / "out.csv").read_text() == "a,b"
    assert not (tmp_path / "out.csv").exists()
    first = (folder / "report.ipynb").read_bytes()
    run(frozen, path)
    assert (folder / "report.ipynb").read_bytes() == first


def test_what_an_editor_rewrites_is_no_change_of_a_source(tmp_path: Path) -> None:
    path = write(tmp_path / "x.ipynb", ["1", "%md # Q"])
    before = notebook_hash(path)
    notebook = json.loads(path.read_text())
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.9"}
    notebook["cells"][0] |= {"execution_count": 3, "metadata": {"trusted": True}}
    notebook["cells"][1]["source"] = ["# Q"]
    path.write_text(json.dumps(notebook, indent=4))
    assert notebook_hash(path) == before
    notebook["cells"][0]["source"] = "2"
    path.write_text(json.dumps(notebook))
    assert notebook_hash(path) != before


def test_a_row_more_is_a_line_more() -> None:
    def text(rows: int) -> list[str]:
        table = [[str(row), "word " * 9] for row in range(rows)]
        data = {"application/vnd.coca-trends+json": {"data": {"rows": table}}}
        output = nbformat.v4.new_output("display_data", data)
        cell = code("x", output, id="c")
        return notebook_text(nbformat.v4.new_notebook(cells=[cell])).splitlines()

    assert len(text(9)) - len(text(8)) == 1
    nbformat.validate(nbformat.reads("\n".join(text(3)), 4))


def test_style_of_a_table_stays_with_it() -> None:
    html = "<style>#T_1_2_row0 { color: red; } body { display: none; }</style><table id='T_1_2'></table>"
    safe = safe_html(html)
    assert safe.rules == "#T_1_2_row0 { color: red; }\n"
    assert 'id="T_1_2"' in safe.html
    assert "display" not in safe.rules + safe.html


def test_a_link_is_no_script() -> None:
    assert "javascript:" not in prose("[x](javascript:alert(1))").html
    assert "onclick" not in prose("<a onclick='x()'>x</a>").html


def test_a_private_mark_in_prose_is_no_maths() -> None:
    assert "<math" not in prose("\ue0000\ue001").html


def test_an_output_names_its_cell() -> None:
    [(html, _)] = output_parts(shows(application__pdf="x"), "cell 3 (x)")
    assert "a PDF of cell 3 (x)" in html


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("saved to /root/a.csv", "saved to ~/a.csv"),
        ("/rooted and /x/root stay", "/rooted and /x/root stay"),
        ("'/srv/project/data' of /root", "'./data' of ~"),
    ],
)
def test_folders_of_a_machine_are_named_as_the_project_names_them(
    text: str, settled: str
) -> None:
    assert _plain(text, {"/srv/project": ".", "/root": "~"}) == settled
