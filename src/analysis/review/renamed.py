"""Names that changed, old to new: the one map by which older commits are read."""

import re
from collections.abc import Mapping
from typing import TypeVar

from notebook_runner.project import Project

COLUMNS = {"estimate_by": "agency", "estimates": "agency"}  # of raw files
PARAMETERS = {"estimates": "agency"}  # of notebooks
REPORTS = {"articles": "colombia-articles"}
WORDS_OF_IDS = {"another-maker": "another-agency"}  # that begin the ids of numbers
Kept = TypeVar("Kept")


def rename_columns(project: Project) -> None:
    """Give the raw files of an exported commit the columns of today, in place."""
    for path in project.raw.glob("*.csv"):
        header, ending, rows = path.read_bytes().partition(b"\n")
        words = re.sub(r"\w+", _column, header.decode("utf-8", "replace"))
        path.write_bytes(words.encode() + ending + rows)


def _column(word: re.Match[str]) -> str:
    return COLUMNS.get(word[0], word[0])


def todays_parameters(parameters: Mapping[str, Kept]) -> dict[str, Kept]:
    """
    Parameters that a report was made with, by the names of today.

    >>> todays_parameters({"estimates": "unodc", "end_year": 2020})
    {'agency': 'unodc', 'end_year': 2020}
    """
    return {PARAMETERS.get(name, name): value for name, value in parameters.items()}


def todays_report(name: str) -> str:
    """What a report is called today."""
    return REPORTS.get(name, name)


def todays_id(id: str) -> str:
    """
    What a number is called today.

    >>> todays_id("another-maker_question.year")
    'another-agency_question.year'
    """
    for old, new in WORDS_OF_IDS.items():
        if id.startswith(old):
            return new + id.removeprefix(old)
    return id
