"""The columns of the processed tables, from columns.toml; imports no pandas, so that a check of staleness is quick."""

import tomllib
from pathlib import Path
from typing import Any

LISTED: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("columns.toml").read_text("utf-8")
)
TABLES: dict[str, list[str]] = LISTED[
    "tables"
]  # the columns of each processed table, in order


def fields(table: str) -> list[dict[str, str]]:
    """The columns of a table as Frictionless describes them: name, type, description and, if there is one, unit."""
    return [{"name": name, **LISTED["columns"][name]} for name in TABLES[table]]
