"""The pages of reviewers: what moved since a commit, and what `verify` found."""

from itertools import groupby
from typing import Any

from analysis.review.changes import Changes, table
from analysis.site.render import rendered


def changes_page(changes: Changes) -> str:
    """The numbers that moved since a commit, by report, as a page."""
    reports = [
        (name, list(moves))
        for name, moves in groupby(changes.moves, key=lambda move: move.report)
    ]
    return rendered(
        "changes.html.j2",
        changes=changes,
        reports=[(name, table(moves)) for name, moves in reports],
    )


def verdicts_page(verdicts: list[Any]) -> str:
    """What `verify` found, old and new side by side, as a page; of a copy only texts are shown, never its markup."""
    return rendered("verdicts.html.j2", verdicts=verdicts)
