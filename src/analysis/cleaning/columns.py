"""The columns of the processed tables, by table, as columns.toml lists them."""

import tomllib
from pathlib import Path

_LISTED = tomllib.loads(Path(__file__).with_name("columns.toml").read_text("utf-8"))
TABLES: dict[str, list[str]] = _LISTED["tables"]
DESCRIPTIONS: dict[str, str] = _LISTED["descriptions"]


def names(table: str) -> list[str]:
    """The columns' names of a table, in order."""
    return TABLES[table]


def fields(table: str) -> list[dict[str, str]]:
    """The columns of a table as Frictionless describes them: name, type, description and, if there is one, unit."""
    return [{"name": name, **_LISTED["columns"][name]} for name in TABLES[table]]
