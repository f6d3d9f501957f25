"""The verbs of reports: run them, say what changed and why, verify, and trace a number to its printed sources."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click import argument, option

from analysis.cli.group import alone, begun, dry_run, here, main
from analysis.review import RUNGS

if TYPE_CHECKING:
    from notebook_runner.project import Project


@main.command()
@argument("names", metavar="[NAME ...]", nargs=-1, shell_complete=begun)
@option(
    "-p",
    "parameters",
    nargs=2,
    multiple=True,
    metavar="KEY VALUE",
    help="Put a value in a parameter's place.",
)
@option("--force", is_flag=True, help="Run reports that are up to date, too.")
@option(
    "--jobs",
    "workers",
    type=click.IntRange(1),
    help="How many reports at a time; one a core by default.",
)
@option("--limit", type=click.FloatRange(1), help="Seconds that one report may take.")
@option(
    "--scheduler", metavar="ADDRESS", help="Run them on the workers of a Dask cluster."
)
@dry_run
@alone
def report(
    names: tuple[str, ...],
    parameters: tuple[tuple[str, str], ...],
    dry_run: bool,
    **how: Any,
) -> None:
    """Run reports (all by default) into reports/NAME, after cleaning what is new in data/raw.

    A NAME that ends in .ipynb is a notebook of your own: its page goes to a folder `reports` beside it.

    Reports that are up to date are skipped; but what has never run on this machine is run, and compared with what is
    committed.

    Example: python -m analysis report colombia-us -p end_year 2019
    """
    from analysis.reports import jobs
    from notebook_runner.first_run import not_yet_run
    from notebook_runner.provenance import differences, shared

    if not dry_run:
        _run_named(names, dict(parameters), how)
        return
    click.get_current_context().invoke(main.commands["clean"], dry_run=True)
    by, made = shared(here()), jobs(here(), names, dict(parameters))
    first = [] if parameters else not_yet_run(here(), made)
    for job in made:
        reason = differences(job, by) or (
            job in first and "it has not run on this machine yet"
        )
        reason = reason or (how["force"] and "it is up to date, but --force runs it")
        click.echo(
            f"{job.name} would run; {reason}" if reason else f"{job.name} is up to date"
        )


def _run_named(
    names: tuple[str, ...], parameters: dict[str, str], how: dict[str, Any]
) -> None:
    """Run reports by their names, and notebooks by their paths."""
    from analysis.reports import jobs

    files = [name for name in names if name.endswith(".ipynb")]
    named = [name for name in names if name not in files]
    if files:
        _report_files(files, parameters, **how)
    if named or not files:
        made = jobs(current(), named, parameters)
        run_reports(made, first=not parameters, **how)


def _report_files(
    files: list[str],
    parameters: dict[str, str],
    workers: int | None,
    limit: float | None,
    scheduler: str | None,
    force: bool,  # noqa: ARG001 (what is asked for by its path is always run)
) -> None:
    """Run notebooks that the catalogue does not name, each into a folder beside it."""
    from analysis.reports import HOOKS
    from notebook_runner.batch import run_all
    from notebook_runner.catalogue import checked, job_of_file
    from notebook_runner.errors import ReportFailed

    project, failed = current(), list[str]()
    made = [job_of_file(project, HOOKS, Path(file), parameters) for file in files]
    for job in checked(made):
        for _, error in run_all(job.project, [job], workers, limit, None, scheduler):
            page = job.project.reports / job.name / "report.html"
            click.echo(f"{job.name} failed" if error else project.name(page))
            failed += [error] if error else []
    if failed:
        raise ReportFailed("\n".join(failed))


def current(dry_run: bool = False) -> "Project":
    """The project, with `data/processed` up to date; rebuilt if it is not, or refused in a dry run."""
    from analysis.cleaning.datapackage import is_current
    from notebook_runner.errors import InputError

    project = here()
    if not is_current(project):
        from analysis.cleaning.processed import build_processed

        if dry_run:
            raise InputError(
                ["data/processed is out of date; run: python -m analysis clean"]
            )
        build_processed(project)
    return project


def run_reports(
    made: list[Any],
    force: bool = False,
    workers: int | None = None,
    limit: float | None = None,
    scheduler: str | None = None,
    first: bool = False,
) -> None:
    """Run the reports that need it, say what became of each, and make the pages over all.

    `first`: those that have never run on this machine need it, and are compared with what is committed.
    """
    from analysis.reports import HOOKS
    from analysis.site.whole import overview_differences
    from notebook_runner.errors import ReportFailed
    from notebook_runner.first_run import Committed, announcement, not_yet_run, note
    from notebook_runner.provenance import outdated, shared

    project = here()
    failed: list[str] = []
    ran: list[str] = []
    new = not_yet_run(project, made) if first else []
    committed = Committed(new, shared(project))
    stale = {job.name for job in (made if force else [*new, *outdated(made)])}
    if new:
        click.echo(announcement(len(stale), workers))
    if todo := [job for job in made if job.name in stale]:
        from notebook_runner.batch import run_all
        from notebook_runner.catalogue import checked
        from notebook_runner.pool import called
        from notebook_runner.progress import Line

        line = Line(todo)
        for job, error in run_all(
            project,
            called(checked, todo, preload=HOOKS.preload),
            workers,
            limit,
            line,
            scheduler,
        ):
            line.clear()
            click.echo(
                f"reports/{job.name}/report.html" if not error else f"{job.name} failed"
            )
            (failed if error else ran).append(error or job.name)
        note(project, ran)
    if overview_differences(project):
        from analysis.site.whole import write_overview
        from notebook_runner.pool import called

        called(write_overview, project, preload=HOOKS.preload)
    if new:
        click.echo(committed.compared(ran))
    if failed:
        raise ReportFailed("\n".join(failed))
    same = len(made) - len(todo)
    told = (
        f" ({same} of {len(made)} are up to date; --force runs them again)"
        if same
        else ""
    )
    click.echo(f"All reports: reports/index.html{told}")


@main.command()
@argument("name", shell_complete=begun)
@option(
    "--to",
    type=click.Path(path_type=Path),
    help="The file to write; NAME.pdf in this folder by default.",
)
def pdf(name: str, to: Path | None) -> None:
    """Print a report as it stands in reports/NAME, by Chromium.

    Example: python -m analysis pdf colombia-us --to colombia.pdf
    """
    from analysis.reports import jobs
    from analysis.site.pdf import print_page

    job, to = jobs(here(), [name])[0], to or Path(f"{name}.pdf")
    print_page(here().reports / job.name / "report.html", to)
    click.echo(to)


@main.command()
@option(
    "--measure",
    required=True,
    help="What, as in the vocabulary: cocaine_output, coca_area ...",
)
@option(
    "--place",
    required=True,
    help="Where: Colombia, Peru, Bolivia, Andes, United States ...",
)
@option("--agency", default="us_government", show_default=True, help="Whose estimates.")
@option(
    "--as-of",
    default="latest",
    show_default=True,
    help="Only publications up to this day.",
)
def revisions(measure: str, place: str, agency: str, as_of: str) -> None:
    """Print every value ever printed of each year, by release, and how far the newest is from the first.

    Example: python -m analysis revisions --measure cocaine_output --place Colombia
    """
    from analysis.sections.revisions import open_revisions, revisions_text

    click.echo(revisions_text(open_revisions(measure, place, agency, as_of)), nl=False)


@main.command()
@argument("name", metavar="REPORT|FIGURE", shell_complete=begun)
@argument("number", required=False)
@option(
    "--articles",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The articles' text files.",
)
@option(
    "--all",
    "every",
    is_flag=True,
    help="Show every figure behind it, not only the first ten.",
)
def trace(name: str, number: str | None, articles: Path | None, every: bool) -> None:
    """Trace a number of a report to its printed sources: its sentence, the code, and each figure behind it.

    The id of a figure alone (column rows of a numbers.csv) gives how to cite it, and its raw row.

    Example: python -m analysis trace colombia-us headline.coca_area.size
    """
    from analysis.review.trace import trace_figure, trace_number

    if number:
        click.echo(trace_number(here(), name, number, articles, every))
    elif name.startswith("fig-"):
        click.echo(trace_figure(here(), name, articles))
    else:
        raise click.UsageError(
            f"name a number of {name!r}, by its id in its numbers.csv, or the id of a figure"
        )


@main.command()
@option(
    "--from",
    "rev",
    default="HEAD",
    metavar="REV",
    help="The commit to compare with; HEAD by default.",
)
@dry_run
@alone
def changes(rev: str, dry_run: bool) -> None:
    """Say why each number of the reports moved since a commit; writes reports/changes.html.

    Code, parameters, revised figures and new years are put in the place of the old ones, one after another.

    Example: python -m analysis changes --from v0.1.0
    """
    tell_changes(rev, dry_run)


def tell_changes(rev: str, dry_run: bool) -> None:
    """Say why numbers moved since a commit, and write the page that says it."""
    from analysis.review.changes import as_text, change_report
    from analysis.review.pages import changes_page
    from notebook_runner.files import write_whole

    project = here()
    found = change_report(project, rev)
    click.echo(as_text(found))
    if not dry_run:
        write_whole(project.reports, {"changes.html": changes_page(found)})
        click.echo("To send to a reviewer: reports/changes.html")


@main.command()
@argument("names", metavar="[NAME ...]", nargs=-1, shell_complete=begun)
@option(
    "--against",
    default="",
    metavar="FOLDER|REV",
    help="Judge the reports in a folder or a commit.",
)
@option(
    "--at-least",
    default=RUNGS[-1],
    show_default=True,
    type=click.Choice(RUNGS[1:]),
    help="How far it must be the same to exit with 0: in inputs and content, or in bytes too.",
)
@option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the differences as a page.",
)
def verify(
    names: tuple[str, ...], against: str, at_least: str, html: Path | None
) -> None:
    """Run reports again, and say whether inputs, content and bytes are the same. What was sent is read, never run.

    Example: python -m analysis verify colombia-us --against folder-sent-by-mail
    """
    from analysis.review.pages import verdicts_page
    from analysis.review.verify import verify

    verdicts = verify(here(), names, against)
    click.echo("\n".join(map(str, verdicts)))
    if at_least != RUNGS[-1]:
        click.echo(
            f"Not asked for (--at-least {at_least}): that code, markup and pictures are the same in bytes."
        )
    if html:
        html.write_text(verdicts_page(verdicts), "utf-8")
    sys.exit(not all(verdict.holds(at_least) for verdict in verdicts))
