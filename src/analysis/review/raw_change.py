"""A change of raw files, carried through to the reports that read other rows by it."""

from collections.abc import Callable

from analysis.cleaning.datapackage import sources
from analysis.cleaning.processed import build_processed
from analysis.editing.raw_edits import raw_transaction
from analysis.reports import Tell, jobs, run_reports
from analysis.review.pages import write_changes
from notebook_runner.errors import ReportFailed
from notebook_runner.project import Project
from notebook_runner.provenance import outdated


def apply_to_raw(
    project: Project, contents: dict[str, str], tell: Tell, confirm: Callable[[], None]
) -> None:
    """Write raw files by name ("" removes one), clean them, run the reports they change, and say why numbers moved.

    `confirm` asks the user, and raises to leave all as it is. Raises ReportFailed if
    `data/raw` was changed while it asked; all is put back if cleaning refuses a row.
    """
    shown = sources(project)
    confirm()
    if sources(project) != shown:
        raise ReportFailed(
            "data/raw was changed meanwhile, and is left as it is now; run it again"
        )
    with raw_transaction(project, contents):
        build_processed(project)
        stale = outdated(jobs(project))
    run_reports(project, stale, tell)
    if (project.root / ".git").exists():
        write_changes(project, "HEAD", tell)
