"""The data dictionary of the docs, made from the datapackage and the vocabulary."""

import json
from collections.abc import Sequence

from analysis.project import Project
from analysis.vocabulary import measures, vocabulary

_HEAD = """# Data dictionary

Made by `python -m analysis dictionary` from `data/processed/datapackage.json` and `src/analysis/vocabulary.toml`; don't
edit it here. Missing text and missing numbers are empty cells.
"""


def data_dictionary(project: Project) -> str:
    """Every column of every processed table, and every registered word, as Markdown."""
    package = json.loads((project.processed / "datapackage.json").read_text("utf-8"))
    parts = [_HEAD]
    for table in package["resources"]:
        fields = [(f"`{field['name']}`", field["type"], field["description"]) for field in table["schema"]["fields"]]
        parts.append(_section(f"`{table['path']}`: {table['description']}", ("Column", "Type", "Meaning"), fields))
    words = [(f"`{measure.name}`", measure.unit, measure.meaning) for measure in measures().values()]
    makers = [(f"`{name}`", maker["label"], maker["meaning"]) for name, maker in vocabulary()["makers"].items()]
    statuses = [(f"`{name}`", meaning) for name, meaning in vocabulary()["statuses"].items()]
    parts.append(_section("Measures", ("Measure", "Unit", "Meaning"), words))
    parts.append(_section("Makers of estimates", ("Maker", "Name", "Meaning"), makers))
    parts.append(_section("Statuses", ("Status", "Meaning"), statuses))
    return "\n".join(parts)


def _section(title: str, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [headings, tuple("---" for _ in headings), *rows]
    return f"## {title}\n\n" + "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"
