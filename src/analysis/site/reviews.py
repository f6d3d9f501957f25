"""What reviewers decided of each report, from `reports/reviews.toml`."""

import re
import tomllib
from datetime import date
from typing import Any

from notebook_runner.errors import InputError, Problem, Problems
from notebook_runner.files import sha256
from notebook_runner.project import Project

_DECISIONS = "approved|changes wanted|rejected"


def read_reviews(project: Project) -> list[dict[str, Any]]:
    """Every decision by its six keys, and whether it is `stale`: the report is another than the one reviewed.

    Empty if there is no file. Raises InputError with each entry and key that is missing, unknown or wrong.
    """
    path, problems = project.reports / "reviews.toml", Problems()
    try:
        entries = tomllib.loads(path.read_text("utf-8") if path.exists() else "")
    except (ValueError, OSError) as error:
        raise InputError(
            [
                Problem(
                    project.name(path), 0, "", str(error), "write it as TOML in UTF-8"
                )
            ]
        ) from None
    reviews = entries.pop("review", [])
    if entries or not (
        isinstance(reviews, list)
        and all(isinstance(review, dict) for review in reviews)
    ):
        problems.add(
            project.name(path),
            0,
            "",
            ", ".join(entries) or "review",
            "every entry begins with [[review]]",
        )
        reviews = []
    files = {
        file.parent.name: file
        for file in sorted(project.reports.glob("*/report.ipynb"))
    }
    form = {
        "report": ("|".join(files), f"write one of: {', '.join(files)}"),
        "reviewer": (r".*\S.*", "write the reviewer's name"),
        "date": (date, "write a date without quotes, such as 2026-01-31"),
        "sha256": ("[0-9a-f]{64}", "write what sha256sum gives of report.ipynb"),
        "decision": (_DECISIONS, f"write one of: {_DECISIONS.replace('|', ', ')}"),
        "remark": (r"(?s:.*)", "write a text, which may be empty"),
    }
    for place, review in enumerate(reviews, start=1):
        for key in {**form, **review}:
            right, remedy = form.get(
                key, (None, f"is no key of a review; its keys are {', '.join(form)}")
            )
            if not _is(right, review.get(key)):
                problems.add(
                    project.name(path),
                    0,
                    f"review {place}, {key}",
                    str(review.get(key, "nothing")),
                    remedy,
                )
    problems.raise_any()
    return [
        {**review, "stale": sha256(files[review["report"]]) != review["sha256"]}
        for review in reviews
    ]


def _is(right: Any, value: Any) -> bool:
    if isinstance(right, str) and isinstance(value, str):
        return bool(re.fullmatch(right, value))
    return type(value) is right
