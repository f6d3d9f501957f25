"""The pages of reviewers: what moved since a commit, and what `verify` found."""

from collections.abc import Callable, Sequence
from itertools import groupby

from analysis.review.changes import Changes, as_text, change_report, table
from analysis.review.verify import Verdict
from analysis.site.render import rendered
from notebook_runner.files import write_whole
from notebook_runner.project import Project


def write_changes(
    project: Project, rev: str, tell: Callable[[str], None], dry_run: bool = False
) -> None:
    """Say why numbers moved since a commit, and (but in a dry run) write `reports/changes.html`."""
    changes = change_report(project, rev)
    tell(as_text(changes))
    if not dry_run:
        write_whole(project.reports, {"changes.html": changes_page(changes)})
        tell("To send to a reviewer: reports/changes.html")


def changes_page(changes: Changes) -> str:
    """The numbers that moved since a commit, by report, as a page."""
    reports = groupby(changes.moves, key=lambda move: move.report)
    tables = [(name, table(list(moves))) for name, moves in reports]
    return rendered("changes.html.j2", changes=changes, reports=tables)


def verdicts_page(verdicts: Sequence[Verdict]) -> str:
    """What `verify` found, old and new side by side, as a page; of a copy only texts are shown, never its markup."""
    return rendered("verdicts.html.j2", verdicts=verdicts)
