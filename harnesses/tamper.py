"""Tamper with reports and data in many ways, each in a copy, and see whether `verify` finds it in inputs, content or bytes.

Run: python harnesses/tamper.py              (some minutes; writes docs/tamper.md, exit code 1 if a kind passes)
     python harnesses/tamper.py chart bar   (only the kinds whose name holds one of these words; prints, writes nothing)

Each report is run once, on the frozen figures of tests/frozen, and every tampered copy is judged against that run. A forger who
makes the whole folder agree with his change is tried too: such kinds end in "everywhere".
"""

import base64
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from PIL import Image

from analysis.display.numbers import MIME
from analysis.display.records import markup
from analysis.reports import jobs, publish
from analysis.review.verify import (
    Files,
    Verdict,
    data_differences,
    judge,
    recorded_job,
    run_again,
)
from notebook_runner.errors import InputError
from notebook_runner.project import OWN, ROOT_VARIABLE, Project
from notebook_runner.provenance import answers_in, provenance, sealed
from notebook_runner.run import report_files

sys.path.insert(0, str(OWN.root / "tests"))
from freezing import make_frozen

PAGE = Path(__file__).parents[1] / "docs" / "tamper.md"
REPORT = "colombia-us"
BARS, MARKS = (
    "acreage-and-output",
    "acreage-and-deaths",
)  # reports with charts of these kinds
Change = Callable[[Files], Files]


def text(name: str, pattern: str, new: str) -> Change:
    """Replace the first match of a pattern in one file."""

    def change(files: Files) -> Files:
        changed, count = re.subn(
            pattern, new, files[name].decode(), count=1, flags=re.DOTALL
        )
        assert count, (name, pattern)
        return {**files, name: changed.encode()}

    return change


def page(pattern: str, new: str) -> Change:
    """Replace in the page only."""
    return text("report.html", pattern, new)


def table(pattern: str, new: str) -> Change:
    """Replace in `numbers.csv` only."""
    return text("numbers.csv", pattern, new)


def record(edit: Callable[[Any], Any]) -> Change:
    """Edit the provenance only."""

    def change(files: Files) -> Files:
        entries = json.loads(files["provenance.json"])
        edit(entries)
        return {
            **files,
            "provenance.json": (
                json.dumps(entries, indent=2, ensure_ascii=False) + "\n"
            ).encode(),
        }

    return change


def record_everywhere(edit: Callable[[Any], Any]) -> Change:
    """Edit the provenance and make the page of it."""
    return lambda files: remade(record(edit)(files))


def notebook(edit: Callable[[Any], Any]) -> Change:
    """Edit the executed notebook only."""

    def change(files: Files) -> Files:
        executed = nbformat.reads(files["report.ipynb"].decode(), 4)
        edit(executed)
        return {**files, "report.ipynb": (nbformat.writes(executed) + "\n").encode()}

    return change


def everywhere(edit: Callable[[Any], Any]) -> Change:
    """Edit the notebook, and make `numbers.csv` and the page of it, as the runner would."""
    return lambda files: remade(notebook(edit)(files))


def remade(files: Files) -> Files:
    """The folder made whole again."""
    executed, entries = (
        nbformat.reads(files["report.ipynb"].decode(), 4),
        json.loads(files["provenance.json"]),
    )
    coca = executed.metadata["notebook_runner"]
    coca["parameters"], coca["report"] = entries["parameters"], entries["report"]
    return report_files(executed, entries, publish)


def bundle(executed: Any, id: str) -> Any:
    """The output of an id: its markup, text and record."""
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    return next(
        output.data
        for output in outputs
        if output.get("data", {}).get(MIME, {}).get("id") == id
    )


def shown(
    id: str, old: str, new: str, kind: str = "text/html"
) -> Callable[[Any], None]:
    """Replace text in the markup (or another kind) of an output."""

    def edit(executed: Any) -> None:
        data = bundle(executed, id)
        if kind == "text/html" and "page" in data[MIME]:
            assert old in markup(data), (id, old)
            data[MIME]["page"] = markup(data).replace(old, new).split("\n")
            return
        assert old in data[kind], (id, old)
        data[kind] = data[kind].replace(old, new)

    return edit


def said(id: str, old: str, new: str) -> Callable[[Any], None]:
    """Replace words in every form of an output: markup, text and record."""

    def edit(executed: Any) -> None:
        data = bundle(executed, id)
        whole = json.dumps(data, ensure_ascii=False)
        assert old in whole, (id, old)
        data.update(json.loads(whole.replace(old, new)))

    return edit


def number(index: int, **changed: Any) -> Callable[[Any], None]:
    """Change fields of the first record of a number, in the headline."""

    def edit(executed: Any) -> None:
        bundle(executed, "headline")[MIME]["numbers"][index].update(changed)

    return edit


def picture(id: str, edit: Callable[[str], str]) -> Callable[[Any], None]:
    """Redraw the picture of a chart."""

    def change(executed: Any) -> None:
        data = bundle(executed, id)
        html = markup(data)
        svg = re.search(r"<svg.*?</svg>", html, re.DOTALL)
        assert svg
        new = edit(svg[0])
        assert new != svg[0], id
        data[MIME]["page"] = html.replace(svg[0], new).split("\n")

    return change


def reversed_axis(svg: str) -> str:
    """The years from right to left."""
    places = [float(x) for x in re.findall(r'<use [^>]*?x="([\d.]+)', svg)]
    ends = min(places) + max(places)
    return re.sub(
        r'(<use [^>]*?x=")([\d.]+)',
        lambda found: f"{found[1]}{ends - float(found[2]):.6f}",
        svg,
    )


def rescaled(svg: str) -> str:
    """All marks a tenth lower."""
    return re.sub(
        r'(<use [^>]*?y=")([\d.]+)',
        lambda found: f"{found[1]}{float(found[2]) * 0.9 + 19.224:.6f}",
        svg,
    )


def point_missing(svg: str) -> str:
    """Without the last mark."""
    marks = re.findall(r"<use [^>]*/>", svg)
    return svg.replace(marks[-1], "", 1)


def bytes_of(name: str, other: str) -> Change:
    """The content of one file in the place of another."""
    return lambda files: {**files, name: files[other]}


def png(id: str, edit: Callable[[Any], None]) -> Callable[[Any], None]:
    """Repaint the PNG of a chart, in the notebook's output."""

    def change(executed: Any) -> None:
        data, buffer = bundle(executed, id), BytesIO()
        painted = Image.open(BytesIO(base64.b64decode(data["image/png"]))).convert(
            "RGB"
        )
        edit(painted)
        painted.save(buffer, "png")
        data["image/png"] = base64.b64encode(buffer.getvalue()).decode()

    return change


def drawn_part(
    pattern: str, edit: Callable[[re.Match[str]], str], at: int = 0
) -> Callable[[str], str]:
    """Edit one piece of a picture: the match of a pattern, counted from zero."""

    def change(svg: str) -> str:
        found = [*re.finditer(pattern, svg, re.DOTALL)][at]
        return svg[: found.start()] + edit(found) + svg[found.end() :]

    return change


def lower(found: re.Match[str]) -> str:
    """A shape at half its height: all corners go half of the way to the first."""
    corners = [
        (float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", found[1])
    ]
    halved = [
        f"{'L' if at else 'M'} {x} {(y + corners[0][1]) / 2} \n"
        for at, (x, y) in enumerate(corners)
    ]
    return found[0].replace(found[1], "".join(halved))


def nothing(_: re.Match[str]) -> str:
    """No shape."""
    return ""


def wider(found: re.Match[str]) -> str:
    """A shape half as wide again, from its left edge."""
    left = min(float(x) for x in re.findall(r"([\d.]+) [\d.]+", found[1]))
    moved = re.sub(
        r"([\d.]+) (?=[\d.]+)",
        lambda at: f"{left + 1.5 * (float(at[1]) - left)} ",
        found[1],
    )
    return found[0].replace(found[1], moved)


def to_the_right(found: re.Match[str]) -> str:
    """A mark ten points to the right."""
    return f'{found[1]}{float(found[2]) + 10}"'


SHAPE = r'<path d="([^"]*)"[^>]*style="[^"]*fill: var\(--%s,[^"]*"'  # filled with one colour
MARK = r'(<use [^>]*?x=")([\d.]+)"(?=[^>]*var\(--output)'


def swapped(svg: str, first: str, second: str) -> str:
    """Two strings in each other's place."""
    return svg.replace(first, "\0").replace(second, first).replace("\0", second)


def labels(svg: str) -> list[str]:
    """What is written at the ends of lines."""
    return [
        found
        for found in re.findall(r">([^<>]+)</text>", svg)
        if re.match("[A-Za-z]{2}", found)
    ]


def swap_labels(svg: str) -> str:
    """Two labels in each other's place."""
    first, second, *_ = dict.fromkeys(labels(svg))
    return swapped(svg, f">{first}<", f">{second}<")


def move(cells: list[Any], first: int, second: int) -> None:
    """Swap two cells and what was counted."""
    cells[first], cells[second] = cells[second], cells[first]
    counts = sorted(cell.execution_count for cell in cells if cell.cell_type == "code")
    for cell, count in zip(
        (cell for cell in cells if cell.cell_type == "code"), counts, strict=True
    ):
        cell.execution_count = count


def swap_pictures(executed: Any) -> None:
    """The picture of one chart under the title of another."""
    first, second = (bundle(executed, id) for id in ("coca_area", "cocaine_output"))
    pictures = [
        re.search(r"<svg.*?</svg>", markup(data), re.DOTALL) for data in (first, second)
    ]
    for data, old, new in ((first, *pictures), (second, *pictures[::-1])):
        assert old
        assert new
        data[MIME]["page"] = markup(data).replace(old[0], new[0]).split("\n")


def chart_data(edit: Callable[[Any], Any]) -> Callable[[Any], None]:
    """Edit the data behind a chart."""
    return lambda executed: edit(bundle(executed, "coca_area")[MIME]["data"])


def put(entries: Any, *path: Any) -> Any:
    """Set what a path of keys leads to; the last is the value."""
    *keys, last, value = path
    for key in keys:
        entries = entries[key]
    entries[last] = value


def source(executed: Any, id: str, old: str, new: str) -> None:
    """Replace text in the source of a cell."""
    cell = next(cell for cell in executed.cells if cell.id == id)
    assert old in cell.source
    cell.source = cell.source.replace(old, new)


def without(files: Files, name: str) -> Files:
    """A folder with a file missing."""
    return {key: content for key, content in files.items() if key != name}


def without_png(data: Any) -> None:
    """An output without its PNG."""
    del data["image/png"]


def cell_at(executed: Any, id: str) -> int:
    """Where a cell stands."""
    return next(at for at, cell in enumerate(executed.cells) if cell.id == id)


def removed(executed: Any, *ids: str) -> None:
    """Take cells out, and count the rest again."""
    executed.cells = [cell for cell in executed.cells if cell.id not in ids]
    for count, cell in enumerate(
        (cell for cell in executed.cells if cell.cell_type == "code"), 1
    ):
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count


HASH = "0" * 64
AREA = "234,000"  # hectares in 2021, as the growth of coca area says
IN_REPORT: dict[str, Change] = {
    "a number in a cell's markup": notebook(shown("growth_coca_area", AREA, "243,000")),
    "a number in a cell's markup, everywhere": everywhere(
        shown("growth_coca_area", AREA, "243,000")
    ),
    "a number in a cell's plain text": notebook(
        shown("growth_coca_area", AREA, "243,000", "text/plain")
    ),
    "a number in a cell's plain text, everywhere": everywhere(
        shown("growth_coca_area", AREA, "243,000", "text/plain")
    ),
    "a number's value in a record": notebook(number(0, value=3.81)),
    "a number's value in a record, everywhere": everywhere(number(0, value=3.81)),
    "a number's seventh digit in a record, everywhere": everywhere(
        number(0, value=2.8192790)
    ),
    "a number's sixth digit but one in a record, everywhere": everywhere(
        number(0, value=2.81937)
    ),
    "a number's unit in a record, everywhere": everywhere(number(0, unit="percent")),
    "a number's text in a record, everywhere": everywhere(number(0, text="×3.8")),
    "a number's source rows in a record, everywhere": everywhere(
        number(0, rows=["fig-de95c9d3a3"])
    ),
    "a number in every form of an output, everywhere": everywhere(
        said("growth_coca_area", AREA, "243,000")
    ),
    "a number in the page only": page(f"(<data [^>]*>){AREA}", r"\g<1>243,000"),
    "a number in an alt text of the page only": page(
        "(aria-label=[^>]*)" + AREA, r"\g<1>243,000"
    ),
    "a value behind a number in the page only": page(
        'value="2.819277108"', 'value="3.819277108"'
    ),
    "a value in numbers.csv only": table("2.819277108", "3.819277108"),
    "the last digit of a value in numbers.csv only": table(
        "2.819277108", "2.819277109"
    ),
    "a line of numbers.csv taken out": table(r"headline\.coca_area[^\n]*\n", ""),
    "a line put into numbers.csv": lambda files: {
        **files,
        "numbers.csv": files["numbers.csv"] + b"x.y,1,t,1 t,\n",
    },
    "a chart's axis reversed": notebook(picture("coca_area", reversed_axis)),
    "a chart's axis reversed, everywhere": everywhere(
        picture("coca_area", reversed_axis)
    ),
    "a chart rescaled, everywhere": everywhere(picture("coca_area", rescaled)),
    "a point missing in a chart, everywhere": everywhere(
        picture("coca_area", point_missing)
    ),
    "a number on an axis, everywhere": everywhere(
        picture("coca_area", lambda svg: svg.replace(">2016<", ">2017<"))
    ),
    "two series swapped by colour, everywhere": everywhere(
        picture("deaths", lambda svg: swapped(svg, "var(--deaths,", "var(--deaths-2,"))
    ),
    "two labels of series swapped, everywhere": everywhere(
        picture("deaths", swap_labels)
    ),
    "a label changed, everywhere": everywhere(
        picture(
            "coca_area",
            lambda svg: svg.replace(f">{labels(svg)[-1]}<", ">Coca area, Peru<"),
        )
    ),
    "a dashed line drawn through, everywhere": everywhere(
        picture("deaths", lambda svg: re.sub(r"; ?stroke-dasharray: [^;\"]*", "", svg))
    ),
    "a chart's data changed, everywhere": everywhere(
        chart_data(lambda data: put(data, "value", 0, 99_000.0))
    ),
    "a chart's data a point short, everywhere": everywhere(
        chart_data(
            lambda data: data.update(
                {column: cells[:-1] for column, cells in data.items()}
            )
        )
    ),
    "the pictures of two charts swapped, everywhere": everywhere(swap_pictures),
    "a chart's picture in the page only": page(
        r"(?<=<use )(xlink:href=\"[^\"]*\") x=\"[\d.]+\"", r'\1 x="99"'
    ),
    "a chart's title turned round, everywhere": everywhere(
        said("coca_area", "Coca area grew", "Coca area shrank")
    ),
    "a chart's alt text in the markup, everywhere": everywhere(
        shown("coca_area", "highest", "lowest")
    ),
    "a chart's source line, everywhere": everywhere(
        shown("coca_area", '<p class="source">', '<p class="source">UN: ')
    ),
    "the headline turned round in the page only": page(
        "coca area grew", "coca area shrank"
    ),
    "a sentence turned round, everywhere": everywhere(
        said("growth_coca_area", " grew ", " shrank ")
    ),
    "a cell of a table, everywhere": everywhere(said("sources", "2022", "2023")),
    "a caption, everywhere": everywhere(
        said("coverage", "What was printed", "All that was printed")
    ),
    "a caveat taken out of an output, everywhere": everywhere(
        said("limits", "never a weight of cocaine made", "a weight of cocaine made")
    ),
    "a cell of caveats taken out, everywhere": everywhere(
        lambda executed: removed(executed, "limits-prose", "limits")
    ),
    "prose turned round, everywhere": everywhere(
        lambda executed: source(executed, "limits-prose", "cannot show", "shows")
    ),
    "two cells in each other's place, everywhere": everywhere(
        lambda executed: move(
            executed.cells,
            cell_at(executed, "area-growth"),
            cell_at(executed, "output-growth"),
        )
    ),
    "a cell that was not run": notebook(
        lambda executed: put(executed.cells, -1, "execution_count", None)
    ),
    "a cell's code, everywhere": everywhere(
        lambda executed: source(executed, "area-growth", "coca_area", "coca_erea")
    ),
    "the code of the parameters, everywhere": everywhere(
        lambda executed: source(executed, "injected-parameters", "2021", "2020")
    ),
    "a verdict of a claim, everywhere": everywhere(
        said("claims", "supported", "refuted")
    ),
    "an output more, everywhere": everywhere(
        lambda executed: executed.cells[-1].outputs.append(
            nbformat.v4.new_output("stream", text="All is well.")
        )
    ),
    "a warning on stderr": notebook(
        lambda executed: executed.cells[-1].outputs.append(
            nbformat.v4.new_output("stream", name="stderr", text="x")
        )
    ),
    "an output taken out, everywhere": everywhere(
        lambda executed: put(executed.cells, cell_at(executed, "claims"), "outputs", [])
    ),
    "a script in the page": page(
        "</main>", "<script>document.title = ''</script></main>"
    ),
    "a script in an output, everywhere": everywhere(
        shown("limits", "<ul>", "<ul><script>1</script>")
    ),
    "a caveat hidden by a style, everywhere": everywhere(
        shown("limits", "<ul>", '<ul style="display: none">')
    ),
    "a rule of style that hides the caveats, in the page": page(
        "</style>", "ul { display: none }</style>"
    ),
    "a parameter in the provenance": record(
        lambda entries: put(entries, "parameters", "end_year", 2020)
    ),
    "a parameter in provenance and metadata, everywhere": record_everywhere(
        lambda entries: put(entries, "parameters", "end_year", 2020)
    ),
    "a parameter no notebook has, everywhere": record_everywhere(
        lambda entries: put(entries, "parameters", "x", "y")
    ),
    "the report's name in the provenance": record(
        lambda entries: put(entries, "report", "peru")
    ),
    "the notebook's name in the provenance, everywhere": record_everywhere(
        lambda entries: put(entries, "notebook", "notebooks/../trend_report.ipynb")
    ),
    **{
        f"the hash of the {name} in the provenance, everywhere": record_everywhere(
            lambda entries, name=name: put(entries, "sha256", name, HASH)  # type: ignore[misc]
        )
        for name in ("rows", "notebook", "package", "lock")
    },
    "the hash of a file in the provenance": record(
        lambda entries: put(entries, "outputs", "report.ipynb", HASH)
    ),
    "a question left out of the provenance, everywhere": record_everywhere(
        lambda entries: entries["read"].popitem()
    ),
    "the hash of an answer in the provenance, everywhere": record_everywhere(
        lambda entries: put(entries, "read", next(iter(entries["read"])), HASH)
    ),
    "a field more in the provenance": record(
        lambda entries: put(entries, "reviewed", True)
    ),
    "the page cut off": lambda files: {
        **files,
        "report.html": files["report.html"][:-2000],
    },
    "the notebook cut off": lambda files: {
        **files,
        "report.ipynb": files["report.ipynb"][:-2000],
    },
    "the notebook's entry given twice": text(
        "report.ipynb", r'"nbformat": 4', '"nbformat": 3,\n "nbformat": 4'
    ),
    "numbers.csv missing": lambda files: without(files, "numbers.csv"),
    "provenance.json missing": lambda files: without(files, "provenance.json"),
    "a file more": lambda files: {**files, "numbers-2.csv": b"id\n"},
    "an entity in a picture": page(
        "<svg ", '<svg><!DOCTYPE x [<!ENTITY a "b">]></svg><svg '
    ),
}
IN_CHART_FILES: dict[str, Change] = {
    "a digit in a chart's CSV": text("charts/coca_area.csv", "234000", "243000"),
    "the last digit but one of six in a chart's CSV": text(
        "charts/output_per_hectare.csv", r"(\.\d{3})\d", r"\g<1>0"
    ),
    "a line of a chart's CSV taken out": text(
        "charts/coca_area.csv", r"[^\n]*,2021,[^\n]*\n", ""
    ),
    "a chart's CSV missing": lambda files: without(files, "charts/coca_area.csv"),
    "a chart's SVG file swapped for another's": bytes_of(
        "charts/coca_area.svg", "charts/cocaine_output.svg"
    ),
    "a chart's PNG file swapped for another's": bytes_of(
        "charts/coca_area.png", "charts/cocaine_output.png"
    ),
    "a chart's PNG missing": lambda files: without(files, "charts/coca_area.png"),
    "a colour in a chart's SVG file": text(
        "charts/coca_area.svg", "#0072b2", "#b34700"
    ),
    "a chart's PNG no picture, everywhere": everywhere(
        lambda executed: put(bundle(executed, "coca_area"), "image/png", "AAAA")
    ),
    "a chart's PNG taken out, everywhere": everywhere(
        lambda executed: without_png(bundle(executed, "coca_area"))
    ),
    "a mark painted over in a chart's PNG, everywhere": everywhere(
        png("coca_area", lambda painted: painted.paste("#ffffff", (900, 60, 1000, 200)))
    ),
    "a chart's PNG upside down, everywhere": everywhere(
        png(
            "coca_area",
            lambda painted: painted.paste(
                painted.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
            ),
        )
    ),
    "data held in the page only": page(r"(data:text/csv[^\"]*)234000", r"\g<1>243000"),
}
IN_BARS: dict[str, Change] = {
    "a bar's height, everywhere": everywhere(
        picture("decomposition_chart", drawn_part(SHAPE % "area", lower))
    ),
    "a bar's year, everywhere": everywhere(
        picture("decomposition_chart", drawn_part(SHAPE % "area", wider))
    ),
    "the colours of two parts of bars swapped, everywhere": everywhere(
        picture(
            "decomposition_chart",
            lambda svg: swapped(svg, "var(--area,", "var(--yield,"),
        )
    ),
    "the labels of two parts of bars swapped, everywhere": everywhere(
        picture("decomposition_chart", swap_labels)
    ),
    "a bar taken out, everywhere": everywhere(
        picture("decomposition_chart", drawn_part(SHAPE % "area" + "/>", nothing))
    ),
}
IN_MARKS: dict[str, Change] = {
    "a mark moved, everywhere": everywhere(
        picture("comparisons_chart", drawn_part(MARK, to_the_right))
    ),
    "a band widened, everywhere": everywhere(
        picture("comparisons_chart", drawn_part(SHAPE % "faint", wider))
    ),
    "a filled mark hollow and a hollow one filled, everywhere": everywhere(
        picture(
            "comparisons_chart",
            lambda svg: swapped(svg, "fill: var(--output,", "fill: var(--page,"),
        )
    ),
    "two rows of marks swapped, everywhere": everywhere(
        picture(
            "comparisons_chart",
            lambda svg: swapped(svg, ">Area, UNODC<", ">Output, UNODC<"),
        )
    ),
}
KINDS = {REPORT: IN_REPORT | IN_CHART_FILES, BARS: IN_BARS, MARKS: IN_MARKS}
IN_DATA: dict[str, tuple[str, str, str]] = {
    "a digit in a raw row": ("data/raw/us_government.csv", "234,000", "243,000"),
    "a wording in a raw row that can't be read": (
        "data/raw/us_government.csv",
        "234,000",
        "a lot",
    ),
    "the place of a figure in its source": (
        "data/raw/us_government.csv",
        "Colombia paragraph",
        "Peru paragraph",
    ),
    "a release's date in a raw row": (
        "data/raw/publications.csv",
        r",2022-07-14,printed",
        ",2021-07-14,printed",
    ),
    "a claim's wording in a raw row": (
        "data/raw/claims.csv",
        "234,000 hectares",
        "243,000 hectares",
    ),
    "a digit in a processed row": (
        "data/processed/figures.csv",
        r",234000,234000,",
        ",243000,234000,",
    ),
    "a title in a processed row": (
        "data/processed/publications.csv",
        "Global cocaine",
        "World cocaine",
    ),
    "a hash in the datapackage": (
        "data/processed/datapackage.json",
        r"sha256:\w",
        "sha256:x",
    ),
    "the package, edited after the run": (
        "src/analysis/statistics/growth.py",
        "\n",
        "\n# changed\n",
    ),
    "the page's style, edited after the run": (
        "src/analysis/site/page.css",
        ":root",
        "/* */ :root",
    ),
    "the notebook, edited after the run": (
        "notebooks/trend_report.ipynb",
        "cannot show",
        "shows",
    ),
    "the catalogue's parameters": (
        "notebooks/reports.toml",
        r"(\[colombia-us\]\n[^\n]*\n[^\n]*\n[^\n]*start_year = )2011",
        r"\g<1>2012",
    ),
    "a stale lock": ("requirements/run.txt", "==", "==0"),
}


class Found(NamedTuple):
    """A kind of tampering, and what found it."""

    kind: str
    verdict: Verdict
    rebuild: bool  # whether rows, hashes or files of a rebuild differ from the copy


def chosen(kinds: dict[str, Any], words: list[str]) -> dict[str, Any]:
    """The kinds whose name holds one of the words; all where there are none."""
    return {
        kind: change
        for kind, change in kinds.items()
        if not words or any(word in kind for word in words)
    }


def tampered_reports(
    project: Project, name: str, fresh: Files, words: list[str]
) -> Iterator[Found]:
    """The kinds of tampering in a report's folder, judged against its fresh run."""
    for kind, change in chosen(KINDS[name], words).items():
        yield found_in_report(project, kind, name, change(fresh), fresh)
    if name == REPORT and not words:
        yield from renamed_reports(project, fresh)


def renamed_reports(project: Project, fresh: Files) -> Iterator[Found]:
    """A report under the name of another."""
    yield found_in_report(
        project, "an old report under a new name", "peru", fresh, fresh
    )
    renamed = record_everywhere(lambda entries: put(entries, "report", "peru"))(fresh)
    yield found_in_report(
        project, "an old report under a new name, everywhere", "peru", renamed, fresh
    )


def found_in_report(
    project: Project, kind: str, name: str, copy: Files, fresh: Files
) -> Found:
    """Judge a copy; one that names no notebook of the project would not be run."""
    try:
        recorded_job(project, name, copy)
        verdict = judge(project, name, copy, fresh, [])
    except Exception as error:
        verdict = judge(
            project, name, copy, ("run", "a run to the end", str(error)), []
        )
    return Found(kind, verdict, copy != fresh or name not in KINDS)


def tampered_data(project: Project, name: str, fresh: Files) -> Iterator[Found]:
    """Every kind of tampering in data, package, notebook and lock; found without a run, by their hashes."""
    for kind, (file, pattern, new) in IN_DATA.items():
        with tempfile.TemporaryDirectory() as scratch:
            copy = Project(Path(scratch))
            for folder in ("data", "notebooks", "requirements", "src"):
                shutil.copytree(
                    project.root / folder,
                    copy.root / folder,
                    ignore=shutil.ignore_patterns("__pycache__"),
                )
            path = copy.root / file
            changed, count = re.subn(pattern, new, path.read_text("utf-8"), count=1)
            assert count, (file, pattern)
            path.write_text(changed, "utf-8", newline="\n")
            try:
                data = list(data_differences(copy))
            except InputError as error:
                data = [("data/raw", "rows that pass the gate", str(error.problems[0]))]
            found = found_in_report(copy, kind, name, fresh, fresh).verdict
            found.differences["inputs"].extend(data)
            [job] = jobs(copy, [name])
            record = json.loads(fresh["provenance.json"])
            now = provenance(job, questions=answers_in(record))
            yield Found(kind, found, bool(data) or now != record)


def failing(verdict: Verdict) -> list[str]:
    """The rungs that do not hold."""
    return [rung for rung, differences in verdict.differences.items() if differences]


def line(found: Found) -> str:
    """A row of the table: the kind, what is not the same, whether `--at-least content` fails, and a rebuild differs."""
    fails = "no" if found.verdict.holds("content") else "yes"
    rungs = ", ".join(failing(found.verdict)) or "**none**"
    return f"| {found.kind} | {rungs} | {fails} | {'yes' if found.rebuild else 'no'} |"


def tamper_page(reports: list[Found], data: list[Found]) -> str:
    """The page of all kinds."""
    head = "| Kind | Not the same | Fails at least content | CI's rebuild differs |\n| --- | --- | --- | --- |"
    tables = ["\n".join([head, *map(line, found)]) for found in (reports, data)]
    passed = [found.kind for found in reports + data if not failing(found.verdict)]
    return f"""# Tampering, and what finds it

Made by `python harnesses/tamper.py`, which exits with 1 if `verify` lets a kind pass. {len(reports) + len(data)} kinds were
tried, each in a copy and without a rebuild; {len(passed)} passed. The report is `{REPORT}` (for bars
`{BARS}`, for marks in rows `{MARKS}`), run once and judged against that run.
*Everywhere*: the forger has also made the rest of the folder agree, as the runner would.

Each of these ends `verify` with exit code 1. One that does not *fail at least content* leaves `numbers.csv`, what the cells
record of themselves, the page's words and the charts' data as they were, and passes under `--at-least content` alone. CI
makes the data and all reports again and fails if `git status` shows a difference.

## In a report's folder

{tables[0]}

## In data, package, notebook and lock

Nothing is run: the report is judged as if a run had given the same numbers, so only hashes tell. A raw row that
can't be read ends `verify` with exit code 2.

{tables[1]}
"""


def run(project: Project, name: str) -> Files:
    """A report's fresh run; stops if it can't be run, or if `verify` finds something in it, which was not touched."""
    [job] = jobs(project, [name])
    stands = {"provenance.json": sealed(provenance(job), {})}
    with tempfile.TemporaryDirectory() as scratch:
        fresh = run_again(project, {name: stands}, Path(scratch))[name]
    if isinstance(fresh, tuple):
        sys.exit(f"{name} can't be run: {fresh[2]}")
    untouched = judge(project, name, fresh, fresh, list(data_differences(project)))
    if failing(untouched):
        sys.exit(f"found in a report that was not touched: {untouched}")
    return fresh


def main(words: list[str]) -> None:
    """Run each report once, judge every kind, write the page; exit code 1 if one passes."""
    with tempfile.TemporaryDirectory() as folder:
        project = make_frozen(Path(folder) / "frozen")
        os.environ[ROOT_VARIABLE] = str(project.root)
        fresh = {
            name: run(project, name)
            for name, kinds in KINDS.items()
            if chosen(kinds, words)
        }
        reports = [
            found
            for name, files in fresh.items()
            for found in tampered_reports(project, name, files, words)
        ]
        data = [] if words else list(tampered_data(project, REPORT, fresh[REPORT]))
    if words:
        print("\n".join(map(line, reports)))
    else:
        PAGE.write_text(tamper_page(reports, data), "utf-8")
    passed = [found.kind for found in reports + data if not failing(found.verdict)]
    print(
        "\n".join([f"{len(reports) + len(data)} kinds, {len(passed)} passed", *passed])
    )
    sys.exit(bool(passed))


if __name__ == "__main__":
    main(sys.argv[1:])
