"""The reports of this project: what the runner must know of them, as plain functions. Imports no pandas before it must."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analysis.answers import answers
from analysis.questions import in_words, recording, watching, widest
from notebook_runner import catalogue
from notebook_runner.catalogue import Hooks, Job
from notebook_runner.errors import ReportFailed
from notebook_runner.first_run import Committed, announcement, not_yet_run, note
from notebook_runner.parameters import Value
from notebook_runner.project import Project
from notebook_runner.provenance import differences, outdated, shared


def jobs(
    project: Project,
    names: Sequence[str] = (),
    overrides: Mapping[str, str] | None = None,
) -> list[Job]:
    """The reports of these names (or all), with the texts of `overrides` for parameters; see `notebook_runner.catalogue`."""
    return catalogue.jobs(project, HOOKS, names, overrides)


def check(parameters: Mapping[str, Value]) -> None:
    """InputError with every parameter that is unknown to the data, or without figures."""
    from analysis.sections.scope import check_parameters

    check_parameters(dict(parameters))


def publish(notebook: Any, made_from: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of a report beside its notebook."""
    from analysis.site.report_files import published_files

    return published_files(notebook, made_from)


@contextmanager
def record(project: Project) -> Iterator[Callable[[], list[str]]]:
    """What is asked of the data meanwhile: a call gives the questions so far."""
    with recording() as asked, watching(project):
        yield lambda: widest(asked)


HOOKS = Hooks(check, record, answers, in_words, publish, preload=("analysis.preload",))
Tell = Callable[[str], None]  # shows a line to the user


def reasons_to_run(
    project: Project, asked: Sequence[Job], force: bool, first: bool
) -> dict[str, str]:
    """Why each report would run, by name; "" for one that is up to date."""
    inputs = shared(project)
    new = not_yet_run(project, asked) if first else []
    reasons = {}
    for job in asked:
        reason = differences(job, inputs)
        if not reason and job in new:
            reason = "it has not run on this machine yet"
        if not reason and force:
            reason = "it is up to date, but --force runs it"
        reasons[job.name] = reason
    return reasons


def own_and_named(names: Sequence[str]) -> tuple[list[Path], list[str]]:
    """Of what a user asks for, the notebooks by their paths, and the reports by their names."""
    own = [Path(name) for name in names if name.endswith(".ipynb")]
    return own, [name for name in names if not name.endswith(".ipynb")]


def preview(
    project: Project,
    own: Sequence[Path],
    asked: Sequence[Job],
    tell: Tell,
    *,
    force: bool,
    first: bool,
) -> None:
    """Say of each notebook and report whether it would run, and why."""
    for path in own:
        tell(f"{path} would run")
    for name, why in reasons_to_run(project, asked, force, first).items():
        tell(f"{name} would run; {why}" if why else f"{name} is up to date")


def run_reports(
    project: Project,
    asked: Sequence[Job],
    tell: Tell,
    *,
    force: bool = False,
    first: bool = False,
    workers: int | None = None,
    limit: float | None = None,
    scheduler: str | None = None,
) -> None:
    """Run the reports that need it, say what became of each, and make the pages over all.

    `first`: those that have never run on this machine need it, and are compared with what
    is committed. Raises ReportFailed, when all have ended, if one failed.
    """
    new = not_yet_run(project, asked) if first else []
    committed = Committed(new, shared(project))
    stale = {job.name for job in (asked if force else [*new, *outdated(list(asked))])}
    to_run = [job for job in asked if job.name in stale]
    if new:
        tell(announcement(len(to_run), workers))
    errors: dict[str, str] = {}
    if to_run:
        errors = _run(project, to_run, tell, workers, limit, scheduler)
    finished = [name for name, error in errors.items() if not error]
    if to_run:
        note(project, finished)
    _renew_overview(project)
    if new:
        tell(committed.compared(finished))
    if len(finished) < len(errors):
        raise ReportFailed("\n".join(filter(None, errors.values())))
    tell(f"All reports: reports/index.html{_not_run(asked, to_run)}")


def run_notebooks(
    project: Project,
    paths: Sequence[Path],
    parameters: Mapping[str, str],
    tell: Tell,
    *,
    workers: int | None = None,
    limit: float | None = None,
    scheduler: str | None = None,
) -> None:
    """Run notebooks that the catalogue does not name, each into a folder `reports` beside it.

    They always run. Raises ReportFailed, when all have ended, if one failed.
    """
    from notebook_runner.batch import run_all

    own = [catalogue.job_of_file(project, HOOKS, path, parameters) for path in paths]
    failed = []
    for job in catalogue.checked(own):
        for _, error in run_all(job.project, [job], workers, limit, None, scheduler):
            page = job.project.reports / job.name / "report.html"
            tell(f"{job.name} failed" if error else project.name(page))
            failed += [error] if error else []
    if failed:
        raise ReportFailed("\n".join(failed))


def _run(
    project: Project,
    to_run: Sequence[Job],
    tell: Tell,
    workers: int | None,
    limit: float | None,
    scheduler: str | None,
) -> dict[str, str]:
    """Run reports; what went wrong with each, by name in the order in which they ended, "" if nothing."""
    from notebook_runner.batch import run_all
    from notebook_runner.pool import called
    from notebook_runner.progress import Line

    line = Line(to_run)
    checked = called(catalogue.checked, to_run, preload=HOOKS.preload)
    errors = {}
    for job, error in run_all(project, checked, workers, limit, line, scheduler):
        line.clear()
        tell(f"{job.name} failed" if error else f"reports/{job.name}/report.html")
        errors[job.name] = error
    return errors


def _renew_overview(project: Project) -> None:
    from analysis.site.whole import overview_differences, write_overview
    from notebook_runner.pool import called

    if overview_differences(project):
        called(write_overview, project, preload=HOOKS.preload)


def _not_run(asked: Sequence[Job], to_run: Sequence[Job]) -> str:
    same = len(asked) - len(to_run)
    if not same:
        return ""
    return f" ({same} of {len(asked)} are up to date; --force runs them again)"
