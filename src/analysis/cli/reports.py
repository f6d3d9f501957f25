"""The verbs of reports: run them, say what changed and why, verify, and trace a number to its printed sources."""

import sys
from pathlib import Path
from typing import Any

import click
from click import argument, option

from analysis.cli.group import (
    dry_run,
    ensure_clean,
    here,
    main,
    one_writer,
    report_names,
)
from analysis.review import RUNGS


@main.command()
@argument("names", metavar="[NAME ...]", nargs=-1, shell_complete=report_names)
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
@one_writer
def report(
    names: tuple[str, ...],
    parameters: tuple[tuple[str, str], ...],
    force: bool,
    dry_run: bool,
    **how: Any,
) -> None:
    """Run reports (all by default) into reports/NAME, after cleaning what is new in data/raw.

    A NAME that ends in .ipynb is a notebook of your own: its page goes to a folder `reports` beside it.

    Reports that are up to date are skipped; but what has never run on this machine is run, and compared with what is
    committed.

    Example: python -m analysis report colombia-us -p end_year 2019
    """
    from analysis.reports import (
        jobs,
        own_and_named,
        preview,
        run_notebooks,
        run_reports,
    )

    project = here()
    values = dict(parameters)
    own, named = own_and_named(names)
    if dry_run:
        click.get_current_context().invoke(main.commands["clean"], dry_run=True)
    else:
        ensure_clean(project)
    asked = jobs(project, named, values) if named or not own else []
    if dry_run:
        preview(project, own, asked, click.echo, force=force, first=not values)
        return
    if own:
        run_notebooks(project, own, values, click.echo, **how)
    if asked:
        run_reports(project, asked, click.echo, force=force, first=not values, **how)


@main.command()
@argument("name", shell_complete=report_names)
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

    job = jobs(here(), [name])[0]
    to = to or Path(f"{name}.pdf")
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
@argument("name", metavar="REPORT|FIGURE", shell_complete=report_names)
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
@one_writer
def changes(rev: str, dry_run: bool) -> None:
    """Say why each number of the reports moved since a commit; writes reports/changes.html.

    Code, parameters, revised figures and new years are put in the place of the old ones, one after another.

    Example: python -m analysis changes --from v0.1.0
    """
    from analysis.review.pages import write_changes

    write_changes(here(), rev, click.echo, dry_run)


@main.command()
@argument("names", metavar="[NAME ...]", nargs=-1, shell_complete=report_names)
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
