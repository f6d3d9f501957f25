"""The columns of the processed tables, by table (columns.toml): type, unit and meaning."""

import tomllib
from importlib.resources import files
from typing import NamedTuple


class Column(NamedTuple):
    """One column: its name, Frictionless type, unit (empty: none) and meaning."""

    name: str
    type: str
    unit: str
    meaning: str


_LISTED = tomllib.loads(files("analysis.cleaning").joinpath("columns.toml").read_text("utf-8"))
_KNOWN = {name: Column(name, c["type"], c.get("unit", ""), c["meaning"]) for name, c in _LISTED["columns"].items()}
TABLES = {table: tuple(_KNOWN[name] for name in names) for table, names in _LISTED["tables"].items()}


def names(table: str) -> list[str]:
    """The columns' names of a table, in order."""
    return [column.name for column in TABLES[table]]
