"""Small tables in the form in which offices publish them; every number in them is made up."""

import re
from pathlib import Path
from zipfile import ZipFile

from openpyxl import Workbook

Cells = list[list[str | int | float | None]]

VSRR = """State,Year,Month,Period,Indicator,Data Value,Percent Complete,Percent Pending Investigation,State Name,Footnote,Footnote Symbol,Predicted Value
US,2024,December,12 month-ending,Number of Drug Overdose Deaths,"80,000",100,0.1,United States,Numbers may differ.,**,81000
US,2024,December,12 month-ending,Cocaine (T40.5),22000,100,0.1,United States,Numbers may differ.,**,22400
US,2025,February,12 month-ending,Cocaine (T40.5),20900,100,0.1,United States,Underreported due to incomplete data.,*,21000
US,2025,March,12 month-ending,Cocaine (T40.5),20000,100,0.2,United States,Underreported due to incomplete data.,*,20500
US,2025,March,12 month-ending,Percent with drugs specified,95.25,100,0.2,United States,Underreported due to incomplete data.,*,
US,2025,March,12 month-ending,Heroin (T40.1),900,100,0.2,United States,Underreported due to incomplete data.,*,910
NY,2025,March,12 month-ending,Cocaine (T40.5),700,100,0.2,New York,Underreported due to incomplete data.,*,710
AK,2025,March,12 month-ending,Cocaine (T40.5),,100,0.2,Alaska,Suppressed; 1 to 9 deaths.,*,
"""
# The columns of another edition: without the share pending, and without names of states.
VSRR_EARLIER = """State,Year,Month,Indicator,Data Value,Percent Complete,Footnote,Footnote Symbol,Predicted Value
US,2025,March,Cocaine (T40.5),19000,100,,,21500
"""
CAUSES = '''"UCD - ICD-10 Codes: X40-X44 (Accidental poisoning), X60-X64 (Intentional"
"self-poisoning), X85 (Assault by drugs), Y10-Y14 (Poisoning, undetermined intent)"'''
FOOTER = f"""\"---\"
"Dataset: Multiple Cause of Death, 2018-2023, Single Race"
"Query Parameters:"
"Title: an overdose query"
"MCD - ICD-10 Codes: T40.5 (Cocaine)"
"States: All"
{CAUSES}
"Group By: Year"
"Show Totals: True"
"---"
"Query Date: Apr 5, 2024 1:00:57 PM"
"---"
Caveats:
"1. Death rates are flagged as Unreliable. More information: X99."
"""
WONDER = f"""\"Notes"\t"Year"\t"Year Code"\tDeaths\tPopulation\tCrude Rate\tAge Adjusted Rate
\t"2021"\t"2021"\t24000\t330000000\t7.3\t7.2
\t"2022"\t"2022"\t27000\t331000000\t8.1\tUnreliable
\t"2023 (provisional)"\t"2023"\t29000\t332000000\t8.7\t8.6
"Total"\t\t\t80000\t993000000\t8.0\t7.9
{FOOTER}"""
WONDER_GROUPS = f"""\"Notes"\t"Hispanic Origin"\t"Hispanic Origin Code"\tDeaths\tPopulation\tCrude Rate
\t"Hispanic or Latino"\t"2135-2"\t2000\t60000000\t3.3
\t"Not Hispanic or Latino"\t"2186-2"\t21990\t270000000\t8.1
\t"Not Stated"\t"NS"\t10\tNot Applicable\tNot Applicable
"Total"\t\t\t24000\t330000000\t7.3
{FOOTER.replace('"States: All"', '"States: All"' + chr(10) + '"Year/Month: 2021"')}"""
COLOMBIA = """CODDEPTO,DEPARTAMENTO,CODMPIO,MUNICIPIO,2022,2023
52,NARIÑO,52001,PASTO,"1.000,5","10.5"
52,NARIÑO,52019,ALBÁN,"2.500,25",- 0
52,NARIÑO,52022,ALDANA,,20
81,ARAUCA,81001,ARAUCA,"8,25",
91,AMAZONAS,91001,LETICIA,,
"""
COUNTS: Cells = [
    [None, "Number of Deaths* Involving Drugs"],
    [],
    [None, None, 2021, 2022, "2021-2022 Fold Change"],
    [None, "  Total Overdose Deaths", 100000, "108,000 ", "=D4/C4"],
    [None, "  Female", 30000, 33000],
    [None, "  Male", 70000, 75000],
    [None, " Any Opioid1", 70000, 75000],
    [None, "Female ", 20000, 21000],
    [None, " Cocaine5", 24000, 27000],
    [None, "  Female", 7000, 8000],
    [None, " Cocaine AND Any Opioid", 19000, 21000],
    [None, " Cocaine WITHOUT Any Opioid", "=C9-C11", "=D9-D11"],
    [],
    [None, "5Cocaine ICD-10 codes (T40.5)"],
]
RATES: Cells = [
    [None, "Rates are Age-Adjusted per 100,000 population"],
    [None, None, 2021, 2022],
    [None, "  Total Overdose Deaths", 32.4, 32.0],
    [None, " Cocaine5", None, 8.2],
    [None, "Blank fields designated by unreliable or suppressed data."],
]
CACHED = {"C12": 5000, "D12": 6000}  # what the formulas last came to


def write_workbook(
    path: Path, sheets: dict[str, Cells], cached: dict[str, int] | None = None
) -> Path:
    """A workbook as Excel saves it: the last value beside each formula, for those that are given."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if "Rate" in name:
            for cells in sheet.iter_rows(min_row=3, min_col=3):
                for cell in cells:
                    cell.number_format = "#,##0.0"
    book.save(path)
    with ZipFile(path) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    for cell, value in (cached or {}).items():
        for name, text in parts.items():
            if "sheet" in name:
                parts[name] = re.sub(
                    rf'(<c r="{cell}"[^>]*><f>[^<]*</f>)<v ?/?>(?:</v>)?',
                    rf"\1<v>{value}</v>",
                    text,
                )
    with ZipFile(path, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return path


def nida(folder: Path, counts: Cells = COUNTS, cached: dict[str, int] = CACHED) -> Path:
    sheets: dict[str, Cells] = {
        "Contents": [["Contents"]],
        "Number Drug OD Deaths": counts,
        "Rate Drug OD Deaths": RATES,
    }
    return write_workbook(folder / "nida.xlsx", sheets, cached)
