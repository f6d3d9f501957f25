"""The verbs of data: clean, add, extract, undo. What changes raw files shows it and asks first."""

from pathlib import Path

import click
from click import argument, option

from analysis.cli.group import dry_run, ensure_clean, here, main, one_writer, yes

_UP_TO_DATE = "data/processed is up to date with data/raw"
_STALE = "data/processed would be rebuilt: data/raw or the cleaning code has changed"


@main.command()
@dry_run
@one_writer
def clean(dry_run: bool) -> None:
    """Clean data/raw into data/processed, through the gate.

    Example: python -m analysis clean
    """
    from analysis.cleaning.datapackage import is_current

    if dry_run:
        click.echo(_UP_TO_DATE if is_current(here()) else _STALE)
        return
    from analysis.cleaning.processed import build_processed

    figures = build_processed(here())
    click.echo(
        f"data/processed: {len(figures):,} figures of {figures['publication'].nunique()} publications"
    )


@main.command()
@argument(
    "release",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=False,
)
@option(
    "--template",
    "as_template",
    is_flag=True,
    help="Print a release file with one example row.",
)
@dry_run
@yes
@one_writer
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
        raise click.UsageError(
            "name a release's file; --template prints an example of one"
        )
    contents, preview = check_addition(here(), release)
    _apply(contents, preview_text(preview), dry_run, yes)


@main.command()
@argument("article", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@option(
    "--published", default="", help="The article's date: 2022, 2022-07 or 2022-07-14."
)
@option("--publisher", default="", help="Who published it.")
@option("--title", default="", help="Its title.")
@option(
    "--id",
    default="",
    help="The publication's id; made from the date, or the file's name, by default.",
)
@option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; printed by default.",
)
@option(
    "--page",
    is_flag=True,
    help="Also write the fact-check page reports/articles/ID.html.",
)
def extract(article: Path, to: Path | None, page: bool, **publication: str) -> None:
    """Propose the raw rows of a plain-text article, as a file to edit and then to `add`.

    Example: python -m analysis extract article.txt --published 2022-07-14 --publisher "The Post" --to release.csv
    """
    from analysis.articles.release_file import read_article, read_figures, release_file
    from analysis.site.article import write_page
    from notebook_runner.files import only_writer, write_whole

    project = here()
    text = read_article(article, **publication)
    with only_writer(project):
        ensure_clean(project)
        story = read_figures(text)
        rows = release_file(text, story.figures)
        if to:
            write_whole(to.parent, {to.name: rows})
        click.echo(to or rows, nl=bool(to))
        if page:
            click.echo(write_page(project, text, story), err=not to)


@main.command()
@argument("publication")
@dry_run
@yes
@one_writer
def undo(publication: str, dry_run: bool, yes: bool) -> None:
    """Take a publication and its figures out again.

    Example: python -m analysis undo ondcp-2026-07-01
    """
    from analysis.editing.raw_edits import remove_publication

    ensure_clean(here(), dry_run)
    contents, summary = remove_publication(here(), publication)
    _apply(contents, summary, dry_run, yes)


def _apply(contents: dict[str, str], summary: str, dry_run: bool, yes: bool) -> None:
    """Show what changes and, unless it is a dry run, ask and do it."""
    from analysis.review.raw_change import apply_to_raw

    click.echo(summary)
    if not dry_run:
        apply_to_raw(here(), contents, click.echo, lambda: _confirm(yes))


def _confirm(yes: bool) -> None:
    if not yes:
        click.confirm("Write this?", abort=True)
