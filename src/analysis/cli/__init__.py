"""The command line. Each verb loads what it needs when it is called, so that help comes at once."""

from analysis.cli import data, importing, reports  # noqa: F401  they register their verbs
from analysis.cli.group import main

__all__ = ["main"]
