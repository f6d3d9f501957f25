"""Bad raw files, generated: what is changed in a small sound project, and how the line about it begins.

Each table is by name. A case of cells gives the cells that replace those of a sound row; a case of a file gives what becomes of
its bytes. What is said is what follows file and line.
"""

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple, cast

from rows import Row, claim, figure, make_project, publication, write_rows

from analysis.cleaning.raw import BREAK_COLUMNS, CORRECTION_COLUMNS, EVENT_COLUMNS
from analysis.editing.adding import RELEASE_COLUMNS
from notebook_runner.files import csv_text
from notebook_runner.project import Project

FIGURES, RELEASE = "us_government.csv", "release.csv"
CORRECTED = "fig-21a1568dd5"  # the second figure of the sound project
Change = Callable[[bytes], bytes]

# --- Cells of a figure, in a raw file and in a release's file alike.

CANT, NONE, TWO, FORM = (
    "can't be read; understood",
    "leave the row out: a missing figure is never zero",
    "holds 2 figures; write one a row",
    "fit no number",
)
PRINTED = {
    "": NONE, "many": CANT, "NA": NONE, "N/A": NONE, "nan": CANT, "NaN": CANT, "inf": CANT, "-inf": CANT, "Infinity": CANT,
    "\u221e": CANT, "null": CANT, "None": CANT, "-": NONE, "?": CANT, "TBD": CANT, "#N/A": CANT, "#REF!": CANT,
    "=1+1": TWO, "=SUM(A1:A2)": CANT, '=HYPERLINK("http://x")': CANT, "@SUM(1)": CANT, "+1+2": TWO, "=972": CANT,
    "-972": CANT, "\u2212972": CANT, "(972)": CANT, "972-": CANT, "1e3": CANT, "1E+03": FORM, "9.72e2": CANT, "0x3cc": CANT,
    "0b11": CANT, "1_000": CANT, "1'000": FORM, "1\u2019000": FORM, "1,00,000": FORM, "1,2,3": FORM, "12.34.56": FORM,
    "1.234,5.6": FORM, "007": FORM, "972,": "is no number", "972.": CANT, ".5": CANT, "9 72": TWO, "1234 567": TWO, "9 97 3": "holds 3 figures",
    "500 or 600": TWO, "972/973": CANT, "972\u00b15": TWO, "3.001": "may be 3001 or 3.001", "1,010 toneladas": "may be 1010",
    "\u0669\u0667\u0662": CANT, "\uff19\uff17\uff12": CANT, "\u0967\u0968": CANT, "972\u00b2": "has the footnote mark", "\u216b": CANT,
    "\u4e5d\u767e": CANT, "\u00bd": CANT, "\u017fix": CANT, "s\u0131x": CANT, "972 apples": CANT, "972 tons of hope": CANT,
    "972 hectares": "is in 'ha' by its wording", "tripled": "reads as a ratio", "5-3": "must rise", "5-5": "must rise", "9" * 201: "is longer than any",
    "one " * 60 + "one": "is longer than any", "three hundred two hundred": "is no number", "mil mil": "is no number",
    "twelve five": "is no number", "zero thousand": "is no number", "one thousand two thousand": "is no number",
}  # fmt: skip
PERIODS = dict.fromkeys(("20211", "202", "1799", "2100", "2021-13", "2021-12", "2021-02-30", "13/2021", "2021/2022", "2021-2020", "FY2021", "2O21", "\uff12\uff10\uff12\uff11", "\u0662\u0660\u0662\u0661", "2021.0", "2e3", "NaN", "=2021", "next year", "-2021", "+2021"), "can't be read as a period") | {
    "": "a figure of this measure needs a period",
    "12 months to 2021-13": "'2021-13' is no date", "12 months to 0001-01": "'0001-01' is no date",
    "September-January 2021": "the months must rise", "0 years ago": "0 years are no whole number",
    "2.5 years ago": "2.5 years are no whole number", "past 300 years": "300 years are no whole number",
    "past " + "hundred " * 24 + "years": "is longer than any", "past 30 decades": "300 years are no whole number",
}  # fmt: skip
WORDS = {
    "place": [
        "",
        "Narnia",
        "Columbia",
        "colombia",
        "COLOMBIA",
        "\u0421olombia",
        "Colombia/Bolivar",
        "../Colombia",
        "Colombia;Peru",
    ],
    "measure": ["", "coca_aera", "Coca_area", "coca area", "__import__('os')"],
    "unit": ["", "tons", "T", "tonnes"],
    "status": ["", "Final", "finale"],
    "read_from": ["", "hearsay"],
    "agency": ["", "unodoc", "US_government"],
}
# Where a cell of any file is not written as text is: what stands in it, and what is said.
DRESS = {
    "Title\u200b": "holds U+200B", "Ti\u202etle": "holds U+202E", "\ufeffTitle": "holds U+FEFF", "Ti\u00adtle": "holds U+00AD",
    "Ti\u2066tle": "holds U+2066", "Ti\ttle": "holds U+0009", "Ti\u2028tle": "holds U+2028", "Ti\u0085tle": "holds U+0085",
    "Ti\x0ctle": "holds U+000C", "Ti\x1b[31mtle": "holds U+001B", "Ti\x7ftle": "holds U+007F", "Tit\ufffdle": "holds U+FFFD",
    "Ti\ue000tle": "holds U+E000", "Ti\0tle": "holds U+0000", "Ti\u061ctle": "holds U+061C", "\u200f": "holds U+200F",
    "Bogota\u0301": "has decomposed accents (not NFC)", " Title": "blanks at an end", "Title ": "blanks at an end",
    "Title\u00a0": "blanks at an end", "\u3000Title": "blanks at an end", " ": "blanks at an end",
}  # fmt: skip
GATE = {
    "negative hectares": ({"measure": "coca_area", "unit": "ha", "printed": "-5,000"}, "printed: found '-5,000'; can't be read"),
    "a fall of more than all": ({"measure": "coca_area_change", "unit": "percent on the year before", "printed": "fell 101%"},
                                "coca_area_change: found '2021, fell 101% percent on the year before'; is outside what is possible"),
    "kilograms taken for tons": ({"printed": "173,265"}, "cocaine_output: found '2021, 173,265 t'; is outside what is possible"),
    "blanks that make thousands": ({"printed": "972 973"}, "cocaine_output: found '2021, 972 973 t'; is outside what is possible"),
    "more than any figure": ({"printed": "1 billion billion"}, "cocaine_output: found '2021, 1 billion billion t'; is outside what"),
    "nothing": ({"printed": "0"}, "cocaine_output: found '2021, 0 t'; is outside what is possible"),
    "a period after its publication": ({"period": "2024"}, "cocaine_output: found '2024, 972 t'; the period begins after the pub"),
    "a century too early": ({"period": "1821"}, "cocaine_output: found '1821, 972 t'; the period must lie between 1900 and 2100"),
    "tons of hectares": ({"unit": "ha"}, "printed: found '972'; a figure in 'ha': ha can't become t"),
    "part of a year without its months": ({"status": "part_year", "note": "some"}, "period: found '2021'; can't be read as a period"),
    "a long cell": ({"note": "=" * 500 + "\t"}, f"note: found '{'=' * 200} ...'; holds U+0009"),
}  # fmt: skip

# --- Cells of the other raw files.

ID, PUBLISHED, URL, SHA = (
    "write small letters",
    "write 2022, 2022-07 or 2022-07-14, of the years",
    "write an address",
    "write what sha",
)
PUBLICATIONS: dict[str, dict[str, str]] = {
    "published": dict.fromkeys(
        ["", "2022-13", "2022-02-30", "2022-7-14", "14/07/2022", "July 2022", "20220714", "2022-07-14T00:00", "0001", "1899", "2100",
         "9999-12-31", "\uff12\uff10\uff12\uff12", "soon", "44756", "2022-07-14Z", "-2022", "NaN"], PUBLISHED),
    "id": dict.fromkeys(["", "A", "a b", "../../etc/passwd", "a|b", "ondcp_a", "a--b", "<script>", "ond\u0441p-a"], ID),
    "release": dict.fromkeys(["", "A", "a|b"], "name the release"),
    "kind": dict.fromkeys(["", "rumour", "ORIGINALS"], "allowed: original, press") | {"Original": "did you mean 'original'?"},
    "url": dict.fromkeys(["javascript:alert(1)", "data:text/html,x", "ftp://x", "//x", "=cmd|x", "file:///etc/passwd"], URL),
    "sha256": dict.fromkeys(["abc", "0" * 63, "G" * 64, "=0"], SHA),
}  # fmt: skip
OTHERS: dict[str, list[tuple[Row, str]]] = {
    "claims.csv": [
        ({"id": ""}, "id: found ''; write small letters"),
        ({"id": "A claim"}, "id: found 'A claim'; write small letters"),
        ({"article": "ondcp-a"}, "article: found 'ondcp-a'; is not registered"),
        ({"kind": "rumour"}, "kind: found 'rumour'; is not registered"),
        ({"measure": "coca"}, "measure: found 'coca'; is not registered"),
        ({"place": "Narnia"}, "place: found 'Narnia'; is not registered"),
        ({"unit": "apples"}, "unit: found 'apples'; is not registered"),
        ({"over": "all"}, "over: found 'all'; is not registered"),
        ({"agency": "me"}, "agency: found 'me'; is not registered"),
        ({"period": "2021-13"}, "period: found '2021-13'; can't be read as a period"),
        ({"base_period": "2011"}, "period: found '2021'; must be a calendar year"),
        ({"kind": "ratio", "base_period": "soon"}, "period: found '2021'; can't be read as a period"),
        ({"stated": "973"}, "stated: found '973'; is not in the wording '972'"),
        ({"kind": "comparison", "base_period": "2011"}, "stated: found '972'; is no comparison with limits"),
        ({"unit": "ha"}, "stated: found '972'; a figure in 'ha'"),
        ({"locator": "sentence 1"}, "locator: found 'sentence 1'; write 'sentence N, characters A-B'"),
        ({"locator": "sentence 1, characters 0-" + "9" * 30}, "locator: found 'sentence 1, characters 0-999"),
        ({"wording": "97\u200b2"}, "wording: found '97\\u200b2'; holds U+200B"),
    ],
    "breaks.csv": [
        ({"year": "20051"}, "year: found '20051'; a break needs its calendar year"),
        ({"year": "\u0662\u0660\u0660\u0665"}, "year: found '\u0662\u0660\u0660\u0665'; a break needs its calendar year"),
        ({"reason": ""}, "year: found '2005'; a break needs its calendar year and its reason"),
        ({"measure": "coca"}, "measure: found 'coca'; is not registered"),
        ({"agency": "me"}, "agency: found 'me'; is not registered"),
        ({"place": "Narnia"}, "place: found 'Narnia'; is not registered"),
        ({"source": "hearsay"}, "source: found 'hearsay'; is not registered"),
        ({"reason": "wi\u202eder"}, "reason: found 'wi\\u202eder'; holds U+202E"),
    ],
    "events.csv": [
        ({"date": "20166"}, "date: found '20166'; write a year such as 2016"),
        ({"date": "2019 to 2013"}, "date: found '2019 to 2013'; write a year such as 2016, or two that rise"),
        ({"date": "\u0662\u0660\u0661\u0666"}, "date: found '\u0662\u0660\u0661\u0666'; write a year"),
        ({"what": ""}, "what: found ''; write words of letters, at most 20 characters"),
        ({"what": "$x^2$"}, "what: found '$x^2$'; write words of letters"),
        ({"what": "a peace deal with the rebels"}, "what: found 'a peace deal with the rebels'; write words of letters"),
        ({"place": "Narnia"}, "place: found 'Narnia'; is not registered"),
        ({"source": "hearsay"}, "source: found 'hearsay'; is not registered"),
        ({"what": "pe\u202eace"}, "what: found 'pe\\u202eace'; holds U+202E"),
    ],
    "corrections.csv": [
        ({"row": "fig-0"}, "row: found 'fig-0'; no raw row has this id"),
        ({"row": ""}, "row: found ''; no raw row has this id"),
        ({"column": "period"}, "row: found '" + CORRECTED + "'; no raw row has this id, or the column is not"),
        ({"expected": "971"}, "expected: found '971'; the raw row now says '1,010'"),
        ({"reason": ""}, "reason: found ''; a correction needs its reason"),
        ({"column": "unit", "expected": "t", "used": "stone"}, "used: found 'stone'; "),
        ({"used": " 973"}, "used: found ' 973'; blanks at an end"),
    ],
}  # fmt: skip

# --- What becomes of a whole file: its bytes, the line that is named, and what is said.


def _text(change: Callable[[str], str]) -> Change:
    return lambda content: change(content.decode()).encode()


def _cell(old: str, new: str) -> Change:
    return _text(lambda text: text.replace(old, new, 1))


def _row(new: str) -> Change:
    return _text(lambda text: text + new + "\n")


def _header(change: Callable[[list[str]], Iterable[str]]) -> Change:
    return _text(
        lambda text: (
            ",".join(change(text.split("\n")[0].split(","))) + text[text.index("\n") :]
        )
    )


def _zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as workbook:
        workbook.writestr("xl/worksheets/sheet1.xml", content.decode() * 20)
    return buffer.getvalue()


def separated(by: str) -> Change:
    """The same table with another separator, as spreadsheets of other countries save it."""

    def change(content: bytes) -> bytes:
        rows = csv.reader(content.decode().splitlines())
        return "".join(by.join(row) + "\n" for row in rows).encode()

    return change


HEAD, ROW, UTF8, CELLS = (
    "the header must be",
    "can't be read as a row",
    "is not text in UTF-8; save the table as CSV in UTF-8",
    " cells ",
)
FILES: dict[str, tuple[Change, int, str]] = {
    "empty": (lambda _: b"", 1, HEAD),
    "a byte-order mark alone": (lambda _: b"\xef\xbb\xbf", 1, HEAD),
    "a line end alone": (lambda _: b"\n", 1, HEAD),
    "blanks": (lambda _: b"   \n", 1, HEAD),
    "no header": (_text(lambda text: text.split("\n", 1)[1]), 1, HEAD),
    "a column missing": (_header(lambda names: names[:-1]), 1, HEAD),
    "a column doubled": (_header(lambda names: [*names[:-1], names[0]]), 1, HEAD),
    "a column more": (_header(lambda names: [*names, "value"]), 1, HEAD),
    "capitals in the header": (_header(lambda names: [name.upper() for name in names]), 1, HEAD),
    "blanks in the header": (_header(lambda names: [f" {name}" for name in names]), 1, HEAD),
    "two byte-order marks": (lambda content: b"\xef\xbb\xbf" * 2 + content, 1, HEAD),
    "a quote open in the header": (lambda content: b'"' + content, 1, HEAD),
    "semicolons": (separated(";"), 1, HEAD),
    "tabs": (separated("\t"), 1, HEAD),
    "bars": (separated("|"), 1, HEAD),
    "sep=; above": (lambda content: b"sep=;\n" + content, 1, HEAD),
    "a comment above": (lambda content: b"# figures\n" + content, 1, HEAD),
    "a conflict of git": (lambda content: b"<<<<<<< HEAD\n" + content, 1, HEAD),
    "JSON": (lambda _: b'[{"publication": "ondcp-a"}]', 1, HEAD),
    "a page": (lambda _: b"<html><table><tr><td>972</td></tr></table></html>", 1, HEAD),
    "XML of Excel": (lambda _: b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>', 1, HEAD),
    "UTF-16 without a mark": (lambda content: content.decode().encode("utf-16-le"), 1, HEAD),
    "UTF-16": (lambda content: content.decode().encode("utf-16"), 1, UTF8),
    "UTF-16, most significant byte first": (lambda content: b"\xfe\xff" + content.decode().encode("utf-16-be"), 1, UTF8),
    "UTF-32": (lambda content: content.decode().encode("utf-32"), 1, UTF8),
    "gzip": (lambda content: gzip.compress(content, mtime=0), 1, UTF8),
    "a workbook": (_zipped, 1, UTF8),
    "a PDF": (lambda _: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", 2, UTF8),
    "Latin-1": (lambda content: content.replace(b"table", b"caf\xe9"), 2, UTF8),
    "Windows-1252": (lambda content: content.replace(b"table", b"\x93table\x94"), 2, UTF8),
    "a letter cut in two": (lambda content: content + "ñ".encode()[:1], 4, UTF8),
    "half a surrogate": (lambda content: content.replace(b"table", b"\xed\xa0\x80"), 2, UTF8),
    "NUL in two bytes": (lambda content: content.replace(b"table", b"\xc0\x80"), 2, UTF8),
    "a quote never closed": (_cell("972", '"972'), 2, ROW),
    "text after a quote": (_cell("972", '"9"72'), 2, ROW),
    "ends of lines of an old Mac": (_text(lambda text: text.replace("\n", "\r")), 1, HEAD),
    "a carriage return in a row": (_cell("972", "9\r72"), 2, ROW),
    "a form feed for a line end": (_row("a\x0cb"), 4, f"found 'a\\x0cb'; 1{CELLS}"),
    "a blank line at the end": (_row(""), 4, f"found ''; 0{CELLS}"),
    "a blank line between": (_text(lambda text: text.replace("\n", "\n\n", 1)), 2, f"found ''; 0{CELLS}"),
    "a row cut short": (_row("ondcp-a,us_gov"), 4, f"found 'ondcp-a,us_gov'; 2{CELLS}"),
    "a comma of thousands unquoted": (_cell("972", "1,010"), 2, CELLS),
    "a decimal comma unquoted": (_cell("972", "972,5"), 2, CELLS),
    "commas alone": (_row(",,,"), 4, f"found ',,,'; 4{CELLS}"),
    "a sum below": (_row("Total,972"), 4, f"found 'Total,972'; 2{CELLS}"),
    "a row of 5 million characters": (_cell("table", "x" * 5_000_000), 2, ROW),
    "a cell of 131,073 characters": (_cell("table", "x" * 131_073), 2, ROW),
    "100,000 columns": (_header(lambda names: [*names, *map(str, range(100_000))]), 1, HEAD),
    "100,000 cells": (_row("," * 99_999), 4, f"found '{',' * 200} ...'; 100000{CELLS}"),
    "a million quotes": (_row('"' * 1_000_001), 4, ROW),
}  # fmt: skip


def _again(**cells: str) -> Change:
    """The first row once more, with other cells."""

    def twice(content: bytes) -> bytes:
        header, *rows = csv.reader(content.decode().splitlines())
        return (
            content
            + csv_text(
                [(dict(zip(header, rows[0], strict=True)) | cells).values()]
            ).encode()
        )

    return twice


SAME_KEY = "another row prints the same measure, place, period and status in this publication; keep one"
ROWS: dict[str, tuple[Change, list[str]]] = {
    "a key twice that agrees": (
        _again(),
        [f"{line}: cocaine_output: found '2021, 972 t'; {SAME_KEY}" for line in (2, 4)],
    ),
    "a key twice that contradicts": (
        _again(printed="999"),
        [
            f"{line}: cocaine_output: found '2021, {printed} t'; {SAME_KEY}"
            for line, printed in ((2, 972), (4, 999))
        ],
    ),
    "a key twice, in two wordings": (
        _again(period="in 2021", printed="about 972"),
        [
            f"2: cocaine_output: found '2021, 972 t'; {SAME_KEY}",
            f"4: cocaine_output: found 'in 2021, about 972 t'; {SAME_KEY}",
        ],
    ),
    "faults in two rows": (
        _text(
            lambda text: (
                _again(place="Narnia")(text.encode()).decode().replace("972", "many", 1)
            )
        ),
        [
            "2: printed: found 'many'; can't be read",
            "4: place: found 'Narnia'; is not registered",
        ],
    ),
    "two faults in one row": (
        _again(place="Narnia", unit="apples"),
        [
            "4: place: found 'Narnia'; is not registered",
            "4: unit: found 'apples'; is not registered",
        ],
    ),
    "a fault of CSV above a fault of text": (
        _text(
            lambda text: (
                text + '"\n' + text.split("\n")[1].replace("table", " table") + "\n"
            )
        ),
        [
            f"4: found '\"'; {ROW}",
            "5: locator: found ' table'; blanks at an end; remove them",
        ],
    ),
    "a fault in a row that a correction names": (
        _text(lambda text: text.replace("2020", "soon")),
        ["3: period: found 'soon'; can't be read as a period"],
    ),
}


class Case(NamedTuple):
    """One bad file in a sound project."""

    name: str
    file: str  # in data/raw, or release.csv beside it
    change: Change
    said: list[
        tuple[str, str]
    ]  # of each line of the message: how it begins after the file, and what else it says


def _in_row(line: int, **cells: str) -> Change:
    """Other cells in one row, quoted where they must be."""

    def changed(content: bytes) -> bytes:
        header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
        rows[line - 2] = list(
            (dict(zip(header, rows[line - 2], strict=True)) | cells).values()
        )
        return csv_text([header, *rows]).encode()

    return changed


def begins(column: str, cell: str) -> str:
    """How a problem of a cell begins, after file and line."""
    return f"{column}: found {cell if len(cell) <= 200 else cell[:200] + ' ...'!r}; "


def cells_of_figures() -> list[tuple[Row, str, str]]:
    """The cells that can't be read, one bad cell each; how the message begins, and what else it says."""
    cells = [("printed", *case) for case in PRINTED.items()] + [
        ("period", *case) for case in PERIODS.items()
    ]
    cells += [
        (column, word, "is not registered; ")
        for column, words in WORDS.items()
        for word in words
    ]
    return [
        ({column: cell}, begins(column, cell), remedy) for column, cell, remedy in cells
    ]


def cells_of_publications() -> list[tuple[Row, str, str]]:
    """The same of publications."""
    cells = [
        (column, *case)
        for column, remedies in PUBLICATIONS.items()
        for case in remedies.items()
    ]
    return [
        ({column: cell}, begins(column, cell), remedy) for column, cell, remedy in cells
    ]


def stray_cells(column: str) -> list[tuple[Row, str, str]]:
    """The cells that hold what can't be seen, or blanks at an end."""
    return [
        ({column: cell}, begins(column, cell), remedy) for cell, remedy in DRESS.items()
    ]


def _one(file: str, line: int, cells: Row, start: str, remedy: str) -> Case:
    name = ", ".join(f"{column} {cell[:40]!r}" for column, cell in cells.items())
    return Case(
        f"{file}: {name}", file, _in_row(line, **cells), [(f"{line}: {start}", remedy)]
    )


def whole_files() -> list[Case]:
    """A raw file of figures and a release's, each as a whole, with a row more, or with cells that the gate refuses."""
    cases = []
    for file in (FIGURES, RELEASE):
        cases += [
            Case(f"{file}: {name}", file, change, [(f"{line}: ", said)])
            for name, (change, line, said) in FILES.items()
        ]
        cases += [
            Case(f"{file}: {name}", file, _in_row(2, **cells), [(f"2: {said}", "")])
            for name, (cells, said) in GATE.items()
        ]
        cases += [
            Case(f"{file}: {name}", file, change, [(line, "") for line in said])
            for name, (change, said) in ROWS.items()
        ]
    contradicts = next(
        case
        for case in cases
        if case.name == f"{RELEASE}: a key twice that contradicts"
    )
    contradicts.said.append(
        ("4: printed: found '999'; release.csv:2 prints 972 for the same release", "")
    )
    again = ["3: year: found '2005'; an earlier line has the same break; keep one"]
    return [
        *cases,
        Case(
            "events.csv: an event twice",
            "events.csv",
            _again(),
            [("3: what: found 'peace deal'; an earlier line has the same event", "")],
        ),
        Case(
            "breaks.csv: a break twice",
            "breaks.csv",
            _again(),
            [(line, "") for line in again],
        ),
    ]


def other_files() -> list[Case]:
    """Cells of claims, breaks and corrections."""
    return [
        _one(file, 2, cells, said, "")
        for file, cases in OTHERS.items()
        for cells, said in cases
    ]


def corpus() -> list[Case]:
    """Every bad file, one at a time."""
    figures = [*cells_of_figures(), *stray_cells("locator")]
    cases = [_one(file, 2, *case) for file in (FIGURES, RELEASE) for case in figures]
    cases += [
        _one("publications.csv", 3, *case)
        for case in (*cells_of_publications(), *stray_cells("title"))
    ]
    return [*cases, *whole_files(), *other_files()]


def sound_project(folder: Path) -> Project:
    """A small project with a row in every raw file, a release's file beside it."""
    article = publication(
        id="article",
        kind="press",
        release="ondcp-a",
        published="2022-08",
        sha256="0" * 64,
    )
    figures = [figure(), figure(period="2020", printed="1,010")]
    project = make_project(
        folder, figures, [publication(), article], [], [claim("972")]
    )
    broken = dict(
        zip(
            BREAK_COLUMNS,
            ["us_government", "coca_area", "Colombia", "2005", "wider", "ondcp-a"],
            strict=True,
        )
    )
    write_rows(project.raw / "breaks.csv", BREAK_COLUMNS, [broken])
    event = dict(
        zip(EVENT_COLUMNS, ["2016", "Colombia", "peace deal", "ondcp-a"], strict=True)
    )
    write_rows(project.raw / "events.csv", EVENT_COLUMNS, [event])
    correction = dict(
        zip(
            CORRECTION_COLUMNS,
            [CORRECTED, "printed", "1,010", "1,000", "misprint"],
            strict=True,
        )
    )
    write_rows(project.raw / "corrections.csv", CORRECTION_COLUMNS, [correction])
    release = publication(id="ondcp-b", published="2023-07-14") | {
        "publication": "ondcp-b"
    }
    rows = [{**row, **release} for row in figures]
    write_rows(
        folder / RELEASE,
        RELEASE_COLUMNS,
        [{column: row[column] for column in RELEASE_COLUMNS} for row in rows],
    )
    return project


def held(content: bytes) -> Path:
    """A file of this content, in memory."""
    return cast(
        Path, SimpleNamespace(name="unodc.csv", open=lambda _: io.BytesIO(content))
    )


def _rows_of(content: bytes) -> list[list[str]]:
    return [*csv.reader(io.StringIO(content.decode(), newline=""))]


def reordered(content: bytes) -> bytes:
    """The same table with its columns from last to first."""
    return csv_text([row[::-1] for row in _rows_of(content)]).encode()


def quoted(content: bytes) -> bytes:
    """The same table with quotes around every cell."""
    return "".join(
        ",".join(f'"{cell}"' for cell in row) + "\n" for row in _rows_of(content)
    ).encode()
