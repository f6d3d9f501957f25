"""The verbs of data: clean, add, extract, take out, mend; what changes the raw files shows it and asks first."""

from pathlib import Path

import click
from click import argument, option

from analysis.cli.group import alone, dry_run, here, main, yes
from analysis.cli.reports import current, run_reports, tell_changes


@main.command()
@dry_run
@alone
def clean(dry_run: bool) -> None:
    """Clean data/raw into data/processed, through the gate.

    Example: python -m analysis clean
    """
    from analysis.cleaning.datapackage import is_current

    if dry_run:
        made = "is made" if is_current(here()) else "would be made anew, since it is not made"
        click.echo(f"data/processed {made} from what is in data/raw now")
        return
    from analysis.cleaning.processed import build_processed

    figures = build_processed(here())
    click.echo(f"data/processed: {len(figures):,} figures of {figures['publication'].nunique()} publications")


@main.command()
@argument("release", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@option("--template", "as_template", is_flag=True, help="Print a release file with one example row.")
@dry_run
@yes
@alone
def add(release: Path | None, as_template: bool, dry_run: bool, yes: bool) -> None:
    """Add a release's publications and figures; show first what is new, what is revised, and where to look again.

    Example: python -m analysis add release-2026.csv --dry-run
    """
    from analysis.editing.adding import check_addition, template
    from analysis.editing.release_diff import preview_text

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
    from analysis.articles.release_file import read_article, read_figures, release_file
    from analysis.site.article import write_page
    from notebook_runner.files import only_writer, write_whole

    given = read_article(article, **publication)
    with only_writer(here()):
        project = current()
        read = read_figures(given)
        text = release_file(given, read.figures)
        if to:
            write_whole(to.parent, {to.name: text})
        click.echo(to or text, nl=bool(to))
        if page:
            click.echo(write_page(project, given, read), err=not to)


@main.command()
@argument("publication")
@dry_run
@yes
@alone
def undo(publication: str, dry_run: bool, yes: bool) -> None:
    """Take a publication and its figures out again.

    Example: python -m analysis undo ondcp-2026-07-01
    """
    from analysis.editing.raw_edits import undone

    _take_effect(*undone(current(dry_run), publication), dry_run, yes)


@main.command()
@argument("figure")
@argument("printed")
@dry_run
@yes
@alone
def mend(figure: str, printed: str, dry_run: bool, yes: bool) -> None:
    """Mend the wording of one raw row that was mistyped (its id stays).

    Example: python -m analysis mend fig-4c2da0a4b4 8,200
    """
    from analysis.editing.raw_edits import mended

    _take_effect(*mended(current(dry_run), figure, printed), dry_run, yes)


def _take_effect(contents: dict[str, str], told: str, dry_run: bool, yes: bool) -> None:
    """Say what changes, ask, write the raw files, rebuild, re-run what reads other rows now, say why numbers moved."""
    from analysis.cleaning.datapackage import sources
    from analysis.cleaning.processed import build_processed
    from analysis.editing.raw_edits import rewritten
    from analysis.reports import jobs
    from notebook_runner.errors import ReportFailed
    from notebook_runner.provenance import outdated

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
    run_reports(again)
    if (project.root / ".git").exists():
        tell_changes("HEAD", dry_run=False)


@main.command()
def dictionary() -> None:
    """Print the data dictionary, made from data/processed/datapackage.json, as Markdown.

    Example: python -m analysis dictionary > docs/data_dictionary.md
    """
    from analysis.cleaning.datapackage import data_dictionary

    click.echo(data_dictionary(here()), nl=False)
