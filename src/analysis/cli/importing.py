"""The verb `import`: an official table becomes a release file, which `add` takes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click import argument, option

from analysis.cli.group import main

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PUBLICATION = {
    "id": "The publication's id; made from the layout and the date by default.",
    "release": "The release that it repeats; its own id by default.",
    "kind": "original, press or compilation; original by default.",
    "publisher": "Who published it.",
    "title": "Its title.",
    "published": "Its date: 2026, 2026-05 or 2026-05-13.",
    "date-basis": "How the date is known; printed by default.",
    "url": "Its address.",
    "agency": "Whose figures they are, as registered.",
}
_TABLE = {
    "unit": "The unit of all figures.",
    "status": "The status of all figures.",
    "period": "A period, or how columns make one: '12 months to {year}-{month:02}'.",
}
_SEVERAL = {
    "measure": "A measure for all, or WORD=MEASURE for a heading or label.",
    "place": "A place for all, or WORD=PLACE for a label.",
    "value": "A column of figures, or HEADING=STATUS.",
    "mark": "MARK=NOTE, or MARK=STATUS: what a footnote's mark means.",
    "sheet": "A sheet to read.",
    "skip": "A heading, indicator or label to leave out.",
}


def _options(verb: Callable[..., None]) -> Callable[..., None]:
    for name, told in {**_PUBLICATION, **_TABLE}.items():
        verb = option(f"--{name}", default="", help=told)(verb)
    for name, told in _SEVERAL.items():
        verb = option(f"--{name}", multiple=True, help=f"{told} May be repeated.")(verb)
    return verb


@main.command("import")
@argument("file", type=_FILE)
@option(
    "--as",
    "layout",
    default="",
    help="vsrr, wonder, nida, colombia, table, or a layout of your own (.toml).",
)
@option(
    "--read-from",
    type=click.Choice(["official", "copy", "repeated"]),
    help="official: from the publisher's own address.",
)
@option("--meta", type=_FILE, help="A TOML file with the publication's metadata.")
@_options
@option(
    "--delimiter",
    type=click.Choice([",", ";", "\t", "|"]),
    help="What stands between columns.",
)
@option("--decimal", type=click.Choice([".", ","]), help="The sign of decimals.")
@option(
    "--every-month",
    is_flag=True,
    help="Keep every window of twelve months, not December's and the latest.",
)
@option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write.",
)
@option("--force", is_flag=True, help="Write over a file that is there.")
def import_(file: Path, layout: str, to: Path, force: bool, **options: Any) -> None:
    """Read an official table as its office publishes it, and write a release file for `add`.

    Example: python -m analysis import vsrr.csv --published 2026-08-12 --read-from copy --to release.csv
    """
    from analysis.importing.release import import_table
    from notebook_runner.files import write_whole

    _check_free(to, force)
    imported = import_table(file, layout, options)
    write_whole(to.parent, {to.name: imported.text})
    click.echo(imported.summary, err=True)
    click.echo(to)


def _check_free(to: Path, force: bool) -> None:
    from notebook_runner.errors import InputError, Problem

    if to.exists() and not force:
        remedy = "write it over with --force, or name another"
        raise InputError([Problem(str(to), 0, "--to", "a file", remedy)])
