"""What reviewers decided of each report, from `reports/reviews.toml`."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from notebook_runner.errors import InputError, Problem, Problems
from notebook_runner.files import sha256
from notebook_runner.project import Project

_DECISIONS = "approved|changes wanted|rejected"


def read_reviews(project: Project) -> list[dict[str, Any]]:
    """Every decision by its six keys, and whether it is `stale`: the report is another than the one reviewed.

    Empty if there is no file. Raises InputError with each entry and key that is missing, unknown or wrong.
    """
    path = project.reports / "reviews.toml"
    name = project.name(path)
    problems = Problems()
    reviews = _entries(path, name, problems)
    paths = sorted(project.reports.glob("*/report.ipynb"))
    files = {path.parent.name: path for path in paths}
    form = _form([*files])
    for place, review in enumerate(reviews, start=1):
        for key, found, remedy in _wrong(review, form):
            problems.add(name, 0, f"review {place}, {key}", found, remedy)
    problems.raise_any()
    return [
        {**review, "stale": sha256(files[review["report"]]) != review["sha256"]}
        for review in reviews
    ]


def _entries(path: Path, name: str, problems: Problems) -> list[dict[str, Any]]:
    """The entries of the file, not yet looked at; none if one is of another form."""
    try:
        entries = tomllib.loads(path.read_text("utf-8") if path.exists() else "")
    except (ValueError, OSError) as error:
        wrong = Problem(name, 0, "", str(error), "write it as TOML in UTF-8")
        raise InputError([wrong]) from None
    reviews = entries.pop("review", [])
    tables = isinstance(reviews, list) and all(isinstance(it, dict) for it in reviews)
    if tables and not entries:
        return list(reviews)
    found = ", ".join(entries) or "review"
    problems.add(name, 0, "", found, "every entry begins with [[review]]")
    return []


def _form(reports: list[str]) -> dict[str, tuple[Any, str]]:
    """What each key of a review must be, and what to write else."""
    return {
        "report": ("|".join(reports), f"write one of: {', '.join(reports)}"),
        "reviewer": (r".*\S.*", "write the reviewer's name"),
        "date": (date, "write a date without quotes, such as 2026-01-31"),
        "sha256": ("[0-9a-f]{64}", "write what sha256sum gives of report.ipynb"),
        "decision": (_DECISIONS, f"write one of: {_DECISIONS.replace('|', ', ')}"),
        "remark": (r"(?s:.*)", "write a text, which may be empty"),
    }


def _wrong(
    review: dict[str, Any], form: dict[str, tuple[Any, str]]
) -> Iterator[tuple[str, str, str]]:
    """Each key of a review that is missing, unknown or wrong, with what was found and what to do."""
    unknown = (None, f"is no key of a review; its keys are {', '.join(form)}")
    for key in {**form, **review}:
        right, remedy = form.get(key, unknown)
        if not _is(right, review.get(key)):
            yield key, str(review.get(key, "nothing")), remedy


def _is(right: Any, value: Any) -> bool:
    if isinstance(right, str) and isinstance(value, str):
        return bool(re.fullmatch(right, value))
    return type(value) is right
