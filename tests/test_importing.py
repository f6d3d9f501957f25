import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from official import (
    CAUSES,
    COLOMBIA,
    COUNTS,
    FOOTER,
    VSRR,
    VSRR_EARLIER,
    WONDER,
    WONDER_GROUPS,
    nida,
    write_workbook,
)
from rows import Made, figure, publication

from analysis.cleaning.processed import build_processed
from analysis.cli import main
from analysis.editing.adding import RELEASE_COLUMNS, check_addition
from analysis.editing.raw_edits import raw_transaction
from analysis.importing.layouts import layouts, parse_layout
from analysis.importing.release import Imported, import_table
from analysis.tables import read_processed
from analysis.vocabulary import measures, words_of
from notebook_runner.errors import InputError

COPY = {"published": "2025-08-13", "read_from": "copy"}
OWN = COPY | {
    "publisher": "An office",
    "title": "A table",
    "agency": "unodc",
    "id": "own",
}
Read = Callable[..., Imported]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Import a text, or a file, by a layout and options."""

    def read(table: str | Path, named: str = "", **options: Any) -> Imported:
        path = tmp_path / "table.csv"
        if isinstance(table, str):
            path.write_text(table, encoding="utf-8")
        more = OWN if named == "table" else COPY
        return import_table(
            path if isinstance(table, str) else table, named, more | options
        )

    return read


def rows(imported: Imported) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(imported.text)))


def short(imported: Imported, *columns: str) -> list[str]:
    columns = columns or ("measure", "place", "period", "printed")
    return [" | ".join(row[column] for column in columns) for row in rows(imported)]


def refused(read: Read, *given: Any, **options: Any) -> str:
    with pytest.raises(InputError) as error:
        read(*given, **options)
    return str(error.value)


# --- Each office's table


def test_vsrr_gives_years_and_the_newest_window(read: Read) -> None:
    imported = read(VSRR)
    assert short(imported, "measure", "period", "printed", "status", "note") == [
        "overdose_deaths | 12 months to December 2024 | 80,000 | provisional_reported | ",
        "overdose_deaths | 12 months to December 2024 | 81000 | provisional_predicted | ",
        "cocaine_deaths | 12 months to December 2024 | 22000 | provisional_reported | ",
        "cocaine_deaths | 12 months to December 2024 | 22400 | provisional_predicted | ",
        "cocaine_deaths | 12 months to March 2025 | 20000 | provisional_reported | underreported due to incomplete data",
        "cocaine_deaths | 12 months to March 2025 | 20500 | provisional_predicted | underreported due to incomplete data",
        "drug_named_share | 12 months to March 2025 | 95.25 | provisional_reported | underreported due to incomplete data",
    ]
    assert imported.summary.splitlines()[1:] == [
        "rows made: 7",
        "      4 cocaine_deaths",
        "      1 drug_named_share",
        "      2 overdose_deaths",
        "numbers refused: 0",
        "numbers passed over: 9",
        "  1 no figure (blank (Underreported due to incomplete data.))",
        "  2 of no measure here (Heroin (T40.1))",
        "  4 of no place here (AK; NY)",
        "  2 other months (--every-month takes them in)",
    ]
    assert (
        "Provisional Drug Overdose Death Counts (--as vsrr), comma between columns"
        in imported.summary
    )
    assert rows(imported)[4]["locator"] == "US, March 2025, Cocaine (T40.5), Data Value"


def test_every_month_is_taken_in_where_it_is_asked_for(read: Read) -> None:
    assert len(rows(read(VSRR, every_month=True))) == 9


def test_another_edition_has_other_columns_and_is_a_vintage_of_its_own(
    read: Read,
) -> None:
    later, earlier = read(VSRR), read(VSRR_EARLIER, published="2025-07-16")
    assert short(earlier) == ["cocaine_deaths | United States | 12 months to March 2025 | 19000",
                              "cocaine_deaths | United States | 12 months to March 2025 | 21500"]  # fmt: skip
    assert {row["publication"] for one in (later, earlier) for row in rows(one)} == {
        "vsrr-2025-08-13",
        "vsrr-2025-07-16",
    }


def test_a_place_that_leaves_a_part_out_says_so(read: Read) -> None:
    noted = read(VSRR, place=("NY=United States", "US=World"))
    assert (
        rows(noted)[-2]["note"]
        == "New York State without New York City; underreported due to incomplete data"
    )


def test_wonder_is_read_by_its_notes(read: Read) -> None:
    imported = read(WONDER, published="")
    assert short(imported, "measure", "period", "printed", "status", "note") == [
        "cocaine_deaths | 2021 | 24000 | final | ",
        "cocaine_death_rate | 2021 | 7.2 | final | ",
        "cocaine_deaths | 2022 | 27000 | final | ",
        "cocaine_deaths | 2023 | 29000 | provisional_reported | CDC WONDER, by residence",
        "cocaine_death_rate | 2023 | 8.6 | provisional_reported | CDC WONDER, by residence",
    ]
    first = rows(imported)[0]
    assert (first["published"], first["date_basis"]) == ("2024-04-05", "query date")
    assert (
        first["title"] == "CDC WONDER, Multiple Cause of Death, 2018-2023, Single Race"
    )
    assert "1 no figure (unreliable)" in imported.summary
    assert "totals that add up: 1" in imported.summary


def test_wonder_without_years_has_its_period_in_its_notes(read: Read) -> None:
    assert short(read(WONDER_GROUPS)) == [
        "cocaine_deaths | United States | 2021 | 24000"
    ]
    assert "3 a subgroup, by Hispanic Origin" in read(WONDER_GROUPS).summary


@pytest.mark.parametrize(
    ("printed", "instead", "message"),
    [
        (CAUSES, '"UCD - ICD-10 Codes: X40-X44, F11.2"', "underlying causes: found 'also F11.2; not X60, X61, X62, X63, X64, X85, Y10, Y11, Y12, Y13, Y14'; is no count of overdose deaths"),
        (FOOTER, "", "notes: found 'none, or no causes of death'; the notes below the table decide what it counts; export it again with them"),
        ("T40.5 (Cocaine)", "T40.1 (Heroin)", "measure: found 'T40.1 | Deaths'; is known to no layout"),
        ('"States: All"', '"States: New York (36)"', "States: found 'New York (36)'; counts a part only; query All"),
        ("\t27000\t", "\t27001\t", "Deaths: found '80000'; its 3 rows add up to 80,001; fix the wrong one"),
    ],
)  # fmt: skip
def test_what_wonder_counts_is_decided_by_its_codes(
    read: Read, printed: str, instead: str, message: str
) -> None:
    assert message in refused(read, WONDER.replace(printed, instead), "wonder")


def test_nidas_workbook_has_paths_of_headings_cached_formulas_and_shown_decimals(
    read: Read, tmp_path: Path
) -> None:
    imported = read(nida(tmp_path))
    assert short(imported, "measure", "period", "printed", "locator", "note") == [
        "overdose_deaths | 2021 | 100000 | sheet Number Drug OD Deaths, row 4 | ",
        "overdose_deaths | 2022 | 108,000 | sheet Number Drug OD Deaths, row 4 | ",
        "cocaine_deaths | 2021 | 24000 | sheet Number Drug OD Deaths, row 9 | ",
        "cocaine_deaths | 2022 | 27000 | sheet Number Drug OD Deaths, row 9 | ",
        "cocaine_with_any_opioid_deaths | 2021 | 19000 | sheet Number Drug OD Deaths, row 11 | ",
        "cocaine_with_any_opioid_deaths | 2022 | 21000 | sheet Number Drug OD Deaths, row 11 | ",
        "cocaine_without_any_opioid_deaths | 2021 | 5000 | sheet Number Drug OD Deaths, row 12 | computed in the workbook: =C9-C11",
        "cocaine_without_any_opioid_deaths | 2022 | 6000 | sheet Number Drug OD Deaths, row 12 | computed in the workbook: =D9-D11",
        "overdose_death_rate | 2021 | 32.4 | sheet Rate Drug OD Deaths, row 3 | ",
        "overdose_death_rate | 2022 | 32.0 | sheet Rate Drug OD Deaths, row 3 | ",
        "cocaine_death_rate | 2022 | 8.2 | sheet Rate Drug OD Deaths, row 4 | ",
    ]  # fmt: skip
    assert "1 no figure (blank: unreliable or suppressed)" in imported.summary
    assert "sheets not read: Contents" in imported.summary


def test_colombias_departments_are_sums_with_the_rows_behind_them(read: Read) -> None:
    imported = read(COLOMBIA)
    assert short(imported, "place", "period", "printed", "locator", "note") == [
        "Colombia/Nariño | 2022 | 3500.75 | rows 2-3, column 2022 | computed at import: the sum of 2 municipalities",
        "Colombia/Nariño | 2023 | 30.5 | rows 2, 4, column 2023 | computed at import: the sum of 2 municipalities",
    ]
    assert "2 of no place here (ARAUCA)" in imported.summary
    assert (
        "no figure (- 0: no coca in the municipality; blank: no coca in the municipality)"
        in imported.summary
    )


def test_a_municipality_that_stands_twice_is_not_summed(read: Read) -> None:
    twice = COLOMBIA + '52,NARIÑO,52001,PASTO,"1.000,5","10.5"\n'
    assert (
        "found '52001 PASTO'; stands on two rows, and would be counted twice; keep one"
        in refused(read, twice)
    )


def test_a_sum_without_one_of_its_parts_is_refused(read: Read) -> None:
    told = refused(read, COLOMBIA.replace("ALDANA,,20", "ALDANA,n/a,20"))
    assert (
        "table.csv:4: 2022: found 'n/a'; is no figure (not available); a sum without it would be too low"
        in told
    )


# --- Tables of one's own


@pytest.mark.parametrize(
    ("table", "options", "expected"),
    [
        # years across, a footnote letter, a heading that is no period
        ("Country;2023;2024*;Change_2024_2023\nPeru a;1.500,5;1.600,5;7\n", {"measure": ("coca_area",), "mark": ("*=preliminary", "a=a new method")},
         ["coca_area | Peru | 2023 | 1.500,5 | a new method", "coca_area | Peru | 2024 | 1.600,5 | preliminary; a new method"]),
        # years down, a column a measure
        ("Year,Area,Output\n2023,\"230,000\",\"2,600\"\n,,\n2024,n/a,<10\n", {"place": ("Colombia",), "measure": ("Area=coca_area", "Output=cocaine_output"), "value": ("Area", "Output")},
         ["coca_area | Colombia | 2023 | 230,000 | ", "cocaine_output | Colombia | 2023 | 2,600 | "]),
        # a period in two columns, the measure in a third
        ("place,y,m,drug,n\nUS,2026,3,coke,19\n", {"place": ("US=United States",), "measure": ("coke=cocaine_deaths",), "value": ("n=provisional_reported",), "period": "12 months to {y}-{m:02}"},
         ["cocaine_deaths | United States | 12 months to 2026-03 | 19 | "]),
        # the period stands nowhere
        ("Country,Hectares\nPeru,92\n", {"measure": ("Hectares=coca_area",), "period": "2024"}, ["coca_area | Peru | 2024 | 92 | "]),
        # a mark behind a number is a status
        ("Country,Area 24\nPeru,92 (p)\n", {"measure": ("coca_area",), "period": "2024", "mark": ("p=estimate",)}, ["coca_area | Peru | 2024 | 92 | "]),
        # parts of a section add up to its total; the section is the measure
        ("Region,2023,2024\nArea,,\nColombia,10,20\nPeru,5,6\nTotal,15,26\n", {"measure": ("Area=coca_area",)},
         ["coca_area | Colombia | 2023 | 10 | ", "coca_area | Colombia | 2024 | 20 | ", "coca_area | Peru | 2023 | 5 | ", "coca_area | Peru | 2024 | 6 | "]),
        # a comma of thousands beside European decimals in another column
        ("Country,2023,2024\nPeru,\"1,234.5\",\"1.234,5\"\n", {"measure": ("coca_area",)}, ["coca_area | Peru | 2023 | 1,234.5 | ", "coca_area | Peru | 2024 | 1.234,5 | "]),
    ],
)  # fmt: skip
def test_a_table_of_ones_own(
    read: Read, table: str, options: dict[str, Any], expected: list[str]
) -> None:
    assert (
        short(
            read(table, "table", **options),
            "measure",
            "place",
            "period",
            "printed",
            "note",
        )
        == expected
    )


@pytest.mark.parametrize(
    ("table", "named", "options", "message"),
    [
        (VSRR.replace("Data Value", "Value"), "", {}, "table.csv:1: found 'Data Value'; this column of VSRR Provisional Drug Overdose Death Counts is not there (unknown ones: Value)"),
        (VSRR.replace("Data Value", "Value"), "", {}, "table.csv:1: found 'Value'; no column of VSRR Provisional Drug Overdose Death Counts; leave it out with --skip 'Value'"),
        (VSRR.replace("Heroin (T40.1)", "Xylazine (T42.7)"), "", {}, "table.csv:7: measure: found 'Xylazine (T42.7)'; is known to no layout; leave it out with --skip"),
        (VSRR.replace("AK,", "ZZ,"), "", {}, "table.csv:9: place: found 'ZZ'; is known to no layout"),
        (VSRR.replace("12 month-ending", "monthly", 1), "", {}, "table.csv:2: Period: found 'monthly'; only '12 month-ending' is known"),
        (VSRR + VSRR.splitlines()[2].replace("22000", "22001") + "\n", "", {}, "found '22000 (row 3) and 22001'; are two numbers for one cell"),
        (VSRR.replace(",*,21000", ",†,21000").replace("Underreported due to incomplete data.,†", ",†"), "", {}, "mark: found '†'; is a mark that no layout knows; say what it means: --mark '†=...'"),
        (VSRR, "", {"published": ""}, "table.csv: no published is known; --published: give its date"),
        (VSRR, "", {"read_from": "official"}, "what is read from the publisher has its address; give it by --url"),
        (VSRR, "", {"skip": ("Fentanyl",)}, "--skip: found 'Fentanyl'; is no word of this table"),
        (VSRR, "vssr", {}, "--as: found 'vssr'; did you mean 'vsrr'?"),
        ("iso,cases\nPE,3\n", "", {}, "found 'iso | cases'; has no known layout (colombia, nida, vsrr, wonder); a table of one's own is read with --as table"),
        ("Country,2023,2024\nPeru,5,=B2+1\n", "table", {"measure": ("coca_area",)}, "table.csv:2: 2024: found '=B2+1'"),
        ("Country,2023,,2024\nPeru,5,6,\n", "table", {"measure": ("coca_area",)}, "column 3: found '6'; stands under no heading (a merged one may have shifted)"),
        ("Country,2023,2023\nPeru,5,6\n", "table", {"measure": ("coca_area",), "period": "{year}"}, "found '2023'; stands over two columns"),
        ("Country,2023,2024\nPeru,3.001,5\n", "table", {"measure": ("coca_area",)}, "'3.001' may be 3001 or 3.001; write it without a separator"),
        ("Country,2023,2024\nPeru,\"3,5\",5\nBolivia,3.25,5\n", "table", {"measure": ("coca_area",)}, "column 2023 has both '3,5' and '3.25'; give the sign of its decimals by --decimal"),
        ("Country,Hectares\nPeru,92\n", "table", {"measure": ("coca_area",)}, "has no period; name it by --period"),
        ("Country,2023,2024\nPeru,5,6\nBolivia,1,2\nTotal,6,12\n", "table", {"measure": ("coca_area",)}, "table.csv:4: 2024: found '12'; its 2 rows add up to 8; fix the wrong one"),
        ("Country,2023,2024\nPeru,5,6\n", "table", {"measure": ("coca_aera",)}, "measures: found 'coca_aera'; did you mean 'coca_area'?"),
        ("Year,a,b\n2023,5,6\n", "table", {"measure": ("coca_area",)}, "say which column holds the figures: --value HEADING (columns of numbers: a, b)"),
        ("", "vsrr", {}, "no row of headings"),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_refused_with_what_to_do(
    read: Read, table: str, named: str, options: dict[str, Any], message: str
) -> None:
    assert message in refused(read, table, named, **options)


def test_all_that_is_wrong_is_said_at_once_and_counted(read: Read) -> None:
    told = refused(read, VSRR.replace("AK,", "ZZ,").replace("Heroin", "Xylazine"))
    assert told.splitlines()[-1].startswith(
        "2 refused; nothing is written. Passed over: "
    )


def test_what_is_left_out_by_name_is_no_longer_refused(read: Read) -> None:
    changed = VSRR.replace("Heroin (T40.1)", "Xylazine (T42.7)")
    assert "2 left out by --skip" in read(changed, skip=("Xylazine (T42.7)",)).summary


def test_blank_rows_and_columns_are_passed_over(read: Read) -> None:
    padded = "".join(f"{line},,\n" for line in VSRR.splitlines()) + "," * 13 + "\n"
    assert read(padded).text == read(VSRR).text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a binary workbook (.xls)'; save it as .xlsx"),
        (b"%PDF-1.7", "a PDF'; type its table into a CSV file"),
        ("State".encode("utf-16"), "text in UTF-16'; save it as CSV in UTF-8"),
        (b"Pa\xeds,2023\n", "byte 0xed'; is not UTF-8; save it as CSV in UTF-8"),
        (b"PK\x03\x04 no workbook", "a packed file'; is no workbook that can be read"),
        (b"a" * 200_000 + b",b\n", "field larger than field limit"),
    ],
)  # fmt: skip
def test_a_file_of_another_form_is_refused_by_its_name(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "table.xls").write_bytes(content)
    with pytest.raises(InputError) as error:
        import_table(tmp_path / "table.xls", "", COPY)
    assert message in str(error.value)


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = nida(tmp_path)
    monkeypatch.setattr("analysis.importing.grids.MOST_UNPACKED", 1_000)
    assert "found 'a larger workbook'; at most 1,000 bytes are unpacked" in refused(
        read, book
    )


def test_a_formula_counts_only_with_its_value_and_in_an_offices_workbook(
    read: Read, tmp_path: Path
) -> None:
    told = refused(read, nida(tmp_path, cached={}))
    assert (
        "nida.xlsx:12: 2021: found ''; holds the formula =C9-C11 without its value; open and save the workbook"
        in told
    )
    mine = write_workbook(
        tmp_path / "mine.xlsx",
        {"Area": [["Country", 2023, 2024], ["Peru", 5, "=B2*2"]]},
        {"C2": 10},
    )
    assert "is computed by =B2*2; write what was published" in refused(
        read, mine, "table", measure=("coca_area",)
    )


def test_one_of_several_sheets_is_named(read: Read, tmp_path: Path) -> None:
    book = write_workbook(
        tmp_path / "mine.xlsx",
        {"A": [["Country", 2023, 2024], ["Peru", 5, 6]], "B": [["none"]]},
    )
    assert "found '2 sheets'; name one by --sheet: A, B" in refused(
        read, book, "table", measure=("coca_area",)
    )
    assert len(rows(read(book, "table", measure=("coca_area",), sheet=("A",)))) == 2


def test_a_sheet_of_another_edition_is_missed_by_name(
    read: Read, tmp_path: Path
) -> None:
    book = write_workbook(
        tmp_path / "n.xlsx", {"Number Drug OD Deaths": COUNTS, "Rates": [["none"]]}
    )
    assert (
        "sheet: found 'Rate Drug OD Deaths'; no sheet of NIDA, National Drug Overdose (OD) Deaths has this name; name one by --sheet: Number Drug OD Deaths, Rates"
        in refused(read, book, "nida")
    )


# --- Layouts and the command


@pytest.mark.parametrize("layout", layouts().values(), ids=lambda layout: layout.name)
def test_a_layout_uses_registered_words(layout: Any) -> None:
    kept = [entry for entry in layout.measures.values() if entry]
    assert kept
    assert {entry["measure"] for entry in kept} <= set(measures())
    assert {place for place in layout.places.values() if place} <= set(
        words_of("places")
    )
    assert layout.agency in words_of("agencies")
    assert layout.publication.keys() >= {"id", "publisher", "title"}


def test_a_layout_of_ones_own_is_a_file(read: Read, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'columns = ["N"]\nmeasure = "coca_area"\nplace = "Peru"\nperiod = "{Y}"\nvalues = { N = {} }\noptional = ["Y"]\n[measures]\ncoca_area = { measure = "coca_area" }\n'
    )
    assert short(read("Y,N\n2024,5\n", str(own), **OWN)) == [
        "coca_area | Peru | 2024 | 5"
    ]
    with pytest.raises(InputError, match="own: found 'colums'; did you mean 'columns'"):
        parse_layout("own", "colums = []")


def test_metadata_come_from_a_file_unless_an_option_says_otherwise(
    read: Read, tmp_path: Path
) -> None:
    meta = tmp_path / "meta.toml"
    meta.write_text(
        'title = "From the file"\npublisher = "NCHS"\nurl = "https://data.cdc.gov/d/xkb8-kh2a"\n'
    )
    first = rows(read(VSRR, meta=meta, publisher="CDC"))[0]
    assert (first["title"], first["publisher"], first["url"]) == (
        "From the file",
        "CDC",
        "https://data.cdc.gov/d/xkb8-kh2a",
    )
    meta.write_text('tilte = "x"\n')
    assert "meta.toml: found 'tilte'; did you mean 'title'?" in refused(
        read, VSRR, meta=meta
    )


def test_a_file_from_import_to_the_processed_table(
    made: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = figure(
        agency="cdc",
        measure="cocaine_deaths",
        place="United States",
        period="2024",
        printed="20100",
        unit="deaths",
        status="provisional_reported",
        publication="old",
    )
    project = made([there], [publication(id="old", published="2025-06-01")])
    monkeypatch.setenv("ANALYSIS_PROJECT", str(project.root))
    file, to = tmp_path / "vsrr.csv", tmp_path / "release.csv"
    file.write_text(VSRR)
    typed = [
        "import",
        str(file),
        "--published",
        "2025-08-13",
        "--read-from",
        "copy",
        "--to",
        str(to),
    ]
    before = {
        path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()
    }
    ended = CliRunner().invoke(main, typed)
    assert ended.exit_code == 0, ended.output
    assert ended.output.splitlines()[0].startswith(
        "vsrr.csv: VSRR Provisional Drug Overdose Death Counts (--as vsrr)"
    )
    assert to.read_text().splitlines()[0] == ",".join(RELEASE_COLUMNS)
    again = CliRunner().invoke(main, typed)
    assert (
        again.exit_code,
        "--to: found 'a file'; write it over with --force" in again.output,
    ) == (2, True)
    assert CliRunner().invoke(main, [*typed, "--force"]).exit_code == 0
    assert {path: path.read_bytes() for path in before} == before
    shown = CliRunner().invoke(main, ["add", str(to), "--dry-run"])
    assert (
        "6 new: nothing was printed of this year\n1 revises: replaces the old figure from now on"
        in shown.output
    )
    contents, _ = check_addition(project, to)
    with raw_transaction(project, contents):
        build_processed(project)
    figures = read_processed(project, "figures.csv")
    ends = (
        figures[figures["measure"] == "cocaine_deaths"]
        .groupby("period_end")["value"]
        .agg(sorted)
        .to_dict()
    )
    assert ends == {"2024-12-31": [20100, 22000, 22400], "2025-03-31": [20000, 20500]}
