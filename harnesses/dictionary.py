"""Write docs/data_dictionary.md: every column of every processed table, and every registered word.

python harnesses/dictionary.py
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.vocabulary import measures, vocabulary
from notebook_runner.project import OWN, Project

PAGE = Path(__file__).resolve().parents[1] / "docs" / "data_dictionary.md"
HEAD = """# Data dictionary

Made by `python harnesses/dictionary.py` from `data/processed/datapackage.json` and `src/analysis/vocabulary.toml`; don't
edit it here. Missing text and missing numbers are empty cells.
"""


def data_dictionary(project: Project) -> str:
    """The page: the columns as the project's datapackage.json describes them, then the words of the vocabulary."""
    package = json.loads((project.processed / "datapackage.json").read_text("utf-8"))
    tables = [columns_of(table) for table in package["resources"]]
    return "\n".join([HEAD, *tables, *words()])


def columns_of(table: dict[str, Any]) -> str:
    """The columns of one processed table."""
    fields = table["schema"]["fields"]
    rows = [
        (f"`{field['name']}`", field["type"], field["description"]) for field in fields
    ]
    return section(
        f"`{table['path']}`: {table['description']}",
        ("Column", "Type", "Meaning"),
        rows,
    )


def words() -> list[str]:
    """The registered measures, agencies and statuses, a section each."""
    registered = vocabulary()
    listed = [
        (f"`{name}`", measure.unit, measure.meaning)
        for name, measure in measures().items()
    ]
    agencies = [
        (f"`{name}`", agency["label"], agency["meaning"])
        for name, agency in registered["agencies"].items()
    ]
    statuses = [
        (f"`{name}`", meaning) for name, meaning in registered["statuses"].items()
    ]
    return [
        section("Measures", ("Measure", "Unit", "Meaning"), listed),
        section("Agencies", ("Agency", "Name", "Meaning"), agencies),
        section("Statuses", ("Status", "Meaning"), statuses),
    ]


def section(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A heading and a table, as Markdown."""
    lines = [headings, ["---" for _ in headings], *rows]
    table = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    return f"## {title}\n\n{table}\n"


if __name__ == "__main__":
    PAGE.write_text(data_dictionary(OWN), "utf-8", newline="\n")
