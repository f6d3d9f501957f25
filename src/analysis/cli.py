"""The command line. Each verb loads what it needs when it is called, so that help comes at once."""

import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click import argument, option

from analysis import __version__
from analysis.reporting import RUNGS

if TYPE_CHECKING:
    from analysis.project import Project


class _Verbs(click.Group):
    """Exits with 2 for a user's mistake and 1 for a failure, the message on stderr."""

    def invoke(self, ctx: click.Context) -> Any:
        from analysis.errors import InputError, ReportFailed

        signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
        try:
            return super().invoke(ctx)
        except (InputError, ReportFailed) as error:
            click.echo(error, err=True)
            sys.exit(2 if isinstance(error, InputError) else 1)
        except OSError as error:
            click.echo(f"{error.filename or 'a file'}: {error.strerror}; what was there is as it was", err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo("stopped; what had not ended is as it was", err=True)
            sys.exit(130)


def here() -> "Project":
    """The project that the verbs work on; see `analysis.project.here`."""
    from analysis import project

    return project.here()


def _begun(_: click.Context, __: click.Parameter, typed: str) -> list[str]:
    """The names of reports that a shell offers at the Tab key; none where they can't be read."""
    from analysis.errors import InputError
    from analysis.reporting.catalogue import read_catalogue

    try:
        return [name for name in read_catalogue(here()) if name.startswith(typed)]
    except InputError:
        return []


def _alone(verb: Callable[..., None]) -> Callable[..., None]:
    """Let no two commands write at a time; one that only shows what it would do may look on."""

    @wraps(verb)
    def run(dry_run: bool, **given: Any) -> None:
        from contextlib import nullcontext

        from analysis.files import only_writer

        with nullcontext() if dry_run else only_writer(here()):
            verb(dry_run=dry_run, **given)

    return run


_dry_run = option("--dry-run", is_flag=True, help="Show what would be done, and write nothing.")
_yes = option("--yes", is_flag=True, help="Don't ask before writing.")


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="analysis")
def main() -> None:
    """Coca area, potential cocaine output and US overdose deaths, as publications printed them."""


@main.command()
@_dry_run
@_alone
def clean(dry_run: bool) -> None:
    """Clean data/raw into data/processed, through the gate.

    Example: python -m analysis clean
    """
    from analysis.cleaning.package import is_current

    if dry_run:
        made = "is made" if is_current(here()) else "would be made anew, since it is not made"
        click.echo(f"data/processed {made} from what is in data/raw now")
        return
    from analysis.cleaning.processed import build_processed

    figures = build_processed(here())
    click.echo(f"data/processed: {len(figures):,} figures of {figures['publication'].nunique()} publications")


@main.command()
@argument("names", metavar="[NAME ...]", nargs=-1, shell_complete=_begun)
@option("-p", "parameters", nargs=2, multiple=True, metavar="KEY VALUE", help="Put a value in a parameter's place.")
@option("--force", is_flag=True, help="Run also what is as a run would make it now.")
@option("--jobs", "workers", type=click.IntRange(1), help="How many reports at a time; one a core by default.")
@option("--limit", type=click.FloatRange(1), help="Seconds that one report may take.")
@option("--scheduler", metavar="ADDRESS", help="Run them on the workers of a Dask cluster.")
@_dry_run
@_alone
def report(names: tuple[str, ...], parameters: tuple[tuple[str, str], ...], dry_run: bool, **how: Any) -> None:
    """Run reports (all by default) into reports/NAME, after cleaning what is new in data/raw.

    What is as a run would make it now is not run again.

    Example: python -m analysis report colombia-us -p end_year 2019
    """
    from analysis.reporting.catalogue import jobs
    from analysis.reporting.provenance import differences, shared

    if not dry_run:
        _run(jobs(_current(), names, dict(parameters)), **how)
        return
    click.get_current_context().invoke(clean, dry_run=True)
    by = shared(here())
    for job in jobs(here(), names, dict(parameters)):
        reason = differences(job, by) or (how["force"] and "all that it is made from is as it was")
        click.echo(f"{job.name} would run; {reason}" if reason else f"{job.name} is as a run would make it")


def _current(dry_run: bool = False) -> "Project":
    """The project, with `data/processed` made from what is in `data/raw` now; a dry run refuses where it is not."""
    from analysis.cleaning.package import is_current
    from analysis.errors import InputError

    project = here()
    if not is_current(project):
        from analysis.cleaning.processed import build_processed

        if dry_run:
            raise InputError(["data/processed is not made from what is in data/raw now; run: python -m analysis clean"])
        build_processed(project)
    return project


def _run(
    made: list[Any],
    force: bool = False,
    workers: int | None = None,
    limit: float | None = None,
    scheduler: str | None = None,
) -> None:
    """Run the reports that need it, say what became of each, and make the pages over all."""
    from analysis.errors import ReportFailed
    from analysis.reporting.provenance import outdated, overview_differences

    project, failed = here(), []
    if todo := made if force else outdated(made):
        from analysis.reporting.batch import run_all
        from analysis.reporting.catalogue import checked
        from analysis.reporting.progress import Line
        from analysis.reporting.workers import called

        line = Line(todo)
        for job, error in run_all(project, called(checked, todo), workers, limit, line, scheduler):
            line.clear()
            click.echo(f"reports/{job.name}/report.html" if not error else f"{job.name} failed")
            failed += [error] if error else []
    if overview_differences(project):
        from analysis.reporting.batch import write_overview
        from analysis.reporting.workers import called

        called(write_overview, project)
    if failed:
        raise ReportFailed("\n".join(failed))
    same = len(made) - len(todo)
    told = f" ({same} of {len(made)} are as a run would make them now; --force runs them again)" if same else ""
    click.echo(f"All reports: reports/index.html{told}")


@main.command()
@argument("name", shell_complete=_begun)
@option("--to", type=click.Path(path_type=Path), help="The file to write; NAME.pdf in this folder by default.")
def pdf(name: str, to: Path | None) -> None:
    """Print a report as it stands in reports/NAME, by Chromium.

    Example: python -m analysis pdf colombia-us --to colombia.pdf
    """
    from analysis.reporting.catalogue import jobs
    from analysis.reporting.pdf import print_page

    job, to = jobs(here(), [name])[0], to or Path(f"{name}.pdf")
    print_page(here().reports / job.name / "report.html", to)
    click.echo(to)


@main.command()
@argument("release", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@option("--template", "as_template", is_flag=True, help="Print a release file with one example row.")
@_dry_run
@_yes
@_alone
def add(release: Path | None, as_template: bool, dry_run: bool, yes: bool) -> None:
    """Add a release's publications and figures; show first what is new, what is revised, and where to look again.

    Example: python -m analysis add release-2026.csv --dry-run
    """
    from analysis.cleaning.adding import check_addition, template
    from analysis.cleaning.preview import preview_text

    if as_template:
        click.echo(template(), nl=False)
        return
    if not release:
        raise click.UsageError("name a release's file; --template prints an example of one")
    contents, preview = check_addition(here(), release)
    _take_effect(contents, preview_text(preview), dry_run, yes)


@main.command()
@argument("article", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@option("--published", default="", help="The article's date: 2022, 2022-07 or 2022-07-14.")
@option("--publisher", default="", help="Who published it.")
@option("--title", default="", help="Its title.")
@option("--id", default="", help="The publication's id; made from the date, or the file's name, by default.")
@option("--to", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; printed by default.")
@option("--page", is_flag=True, help="Also write the fact-check page reports/articles/ID.html.")
def extract(article: Path, to: Path | None, page: bool, **publication: str) -> None:
    """Propose the raw rows of a plain-text article, as a file to edit and then to `add`.

    Example: python -m analysis extract article.txt --published 2022-07-14 --publisher "The Post" --to release.csv
    """
    from analysis.extracting.release import read_article, read_figures, release_file
    from analysis.reporting.article import write_page

    given, project = read_article(article, **publication), _current()
    read = read_figures(given)
    text = release_file(given, read.figures)
    if to:
        to.write_text(text, "utf-8")
    click.echo(to or text, nl=bool(to))
    if page:
        click.echo(write_page(project, given, read), err=not to)


@main.command()
@argument("publication")
@_dry_run
@_yes
@_alone
def undo(publication: str, dry_run: bool, yes: bool) -> None:
    """Take a publication and its figures out again.

    Example: python -m analysis undo ondcp-2026-07-01
    """
    from analysis.cleaning.amending import undone

    _take_effect(*undone(_current(dry_run), publication), dry_run, yes)


@main.command()
@argument("figure")
@argument("printed")
@_dry_run
@_yes
@_alone
def mend(figure: str, printed: str, dry_run: bool, yes: bool) -> None:
    """Mend the wording of one raw row that was mistyped (its id stays).

    Example: python -m analysis mend fig-4c2da0a4b4 8,200
    """
    from analysis.cleaning.amending import mended

    _take_effect(*mended(_current(dry_run), figure, printed), dry_run, yes)


def _take_effect(contents: dict[str, str], told: str, dry_run: bool, yes: bool) -> None:
    """Say what changes, ask, write the raw files, rebuild, re-run what may read another row now, say why numbers moved."""
    from analysis.cleaning.amending import rewritten
    from analysis.cleaning.package import sources
    from analysis.cleaning.processed import build_processed
    from analysis.errors import ReportFailed
    from analysis.reporting.catalogue import jobs
    from analysis.reporting.provenance import outdated

    project = here()
    shown = sources(project)
    click.echo(told)
    if dry_run:
        return
    if not yes:
        click.confirm("Write this?", abort=True)
    if sources(project) != shown:
        raise ReportFailed("data/raw was changed meanwhile, and is left as it is now; run it again")
    with rewritten(project, contents):
        build_processed(project)
        again = outdated(jobs(project))
    _run(again)
    if (project.root / ".git").exists():
        _tell_changes("HEAD", dry_run=False)


@main.command()
@option("--measure", required=True, help="What, as in the vocabulary: cocaine_output, coca_area ...")
@option("--place", required=True, help="Where: Colombia, Peru, Bolivia, Andes, United States ...")
@option("--estimates", default="us_government", show_default=True, help="Whose estimates.")
@option("--as-of", default="latest", show_default=True, help="Only publications up to this day.")
def revisions(measure: str, place: str, estimates: str, as_of: str) -> None:
    """Print every value ever printed of each year, by release, and how far the newest is from the first.

    Example: python -m analysis revisions --measure cocaine_output --place Colombia
    """
    from analysis.reporting.revised import open_revisions, revisions_text

    click.echo(revisions_text(open_revisions(measure, place, estimates, as_of)), nl=False)


@main.command()
def dictionary() -> None:
    """Print the data dictionary, made from data/processed/datapackage.json, as Markdown.

    Example: python -m analysis dictionary > docs/data_dictionary.md
    """
    from analysis.cleaning.dictionary import data_dictionary

    click.echo(data_dictionary(here()), nl=False)


@main.command()
@argument("figure")
def cite(figure: str) -> None:
    """Print how to cite a figure with its vintage, by its id (column rows of a numbers.csv).

    Example: python -m analysis cite fig-4c2da0a4b4
    """
    from analysis.cleaning.processed import read_processed
    from analysis.reporting.trace import citation

    tables = (read_processed(here(), name) for name in ("figures.csv", "publications.csv"))
    click.echo(citation(figure, *tables))


@main.command()
@argument("name", shell_complete=_begun)
@argument("id")
@option("--articles", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The articles' text files.")
@option("--all", "every", is_flag=True, help="Show every figure behind it, not only the first ten.")
def trace(name: str, id: str, articles: Path | None, every: bool) -> None:
    """Print the way of a report's number home: its sentence, the code, and the line of print of each figure behind it.

    Example: python -m analysis trace colombia-us headline.coca_area.size
    """
    from analysis.reporting import trace as traced

    click.echo(traced.trace(here(), name, id, articles, every))


@main.command()
@option("--from", "rev", default="HEAD", metavar="REV", help="The commit to compare with; HEAD by default.")
@_dry_run
@_alone
def changes(rev: str, dry_run: bool) -> None:
    """Say why each number of the reports moved since a commit; writes reports/changes.html.

    Example: python -m analysis changes --from v0.1.0
    """
    _tell_changes(rev, dry_run)


def _tell_changes(rev: str, dry_run: bool) -> None:
    from analysis.files import write_whole
    from analysis.reporting.changes import as_text, change_report
    from analysis.reporting.page.overview import changes_page

    project = here()
    found = change_report(project, rev)
    click.echo(as_text(found))
    if not dry_run:
        write_whole(project.reports, {"changes.html": changes_page(found)})
        click.echo("To send to a reviewer: reports/changes.html")


@main.command()
@argument("names", metavar="[NAME ...]", nargs=-1, shell_complete=_begun)
@option("--against", default="", metavar="FOLDER|ZIP|REV", help="Judge the reports in a folder, a zip or a commit.")
@option("--at-least", default="numbers", show_default=True, type=click.Choice(RUNGS), help="Exit with 1 if it fails.")
@option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the differences as a page.")
def verify(names: tuple[str, ...], against: str, at_least: str, html: Path | None) -> None:
    """Run reports again, and say which rungs hold, each judged by itself. What was sent is read, never run.

    Example: python -m analysis verify colombia-us --against sent.zip
    """
    from analysis.reporting.page.overview import verdicts_page
    from analysis.reporting.verify import verify

    verdicts = verify(here(), names, against)
    click.echo("\n".join(map(str, verdicts)))
    if html:
        html.write_text(verdicts_page(verdicts), "utf-8")
    sys.exit(not all(verdict.holds(at_least) for verdict in verdicts))
