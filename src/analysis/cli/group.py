"""What all verbs share: how a command ends, what may write, and the options that several have."""

import signal
import sys
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click
from click import option

from analysis import __version__

if TYPE_CHECKING:
    from notebook_runner.project import Project


class _Verbs(click.Group):
    """Exits with 2 for a user's mistake and 1 for a failure, the message on stderr."""

    def invoke(self, ctx: click.Context) -> Any:
        from notebook_runner.errors import InputError, ReportFailed

        signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
        try:
            return super().invoke(ctx)
        except (InputError, ReportFailed) as error:
            click.echo(error, err=True)
            sys.exit(2 if isinstance(error, InputError) else 1)
        except OSError as error:
            click.echo(
                f"{error.filename or 'a file'}: {error.strerror}; no file is left half-written",
                err=True,
            )
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo("stopped; what had not finished is unchanged", err=True)
            sys.exit(130)


def here() -> "Project":
    """The project that the verbs work on; see `notebook_runner.project.here`."""
    from notebook_runner import project

    return project.here()


def report_names(_: click.Context, __: click.Parameter, typed: str) -> list[str]:
    """The names of reports that a shell offers at the Tab key; none where they can't be read."""
    from notebook_runner.catalogue import read_catalogue
    from notebook_runner.errors import InputError

    try:
        return [name for name in read_catalogue(here()) if name.startswith(typed)]
    except InputError:
        return []


def ensure_clean(project: "Project", dry_run: bool = False) -> None:
    """Rebuild `data/processed` if it is out of date, or refuse in a dry run."""
    from analysis.cleaning.datapackage import is_current
    from notebook_runner.errors import InputError

    if is_current(project):
        return
    if dry_run:
        remedy = "data/processed is out of date; run: python -m analysis clean"
        raise InputError([remedy])
    from analysis.cleaning.processed import build_processed  # pandas, only if needed

    build_processed(project)


def one_writer(verb: Callable[..., None]) -> Callable[..., None]:
    """Let one command write at a time; one that only shows what it would do runs beside it."""

    @wraps(verb)
    def run(dry_run: bool, **given: Any) -> None:
        from contextlib import nullcontext

        from notebook_runner.files import only_writer

        with nullcontext() if dry_run else only_writer(here()):
            verb(dry_run=dry_run, **given)

    return run


dry_run = option(
    "--dry-run", is_flag=True, help="Show what would be done, and write nothing."
)
yes = option("--yes", is_flag=True, help="Don't ask before writing.")


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="analysis")
def main() -> None:
    """Coca area, potential cocaine output and US overdose deaths, as publications printed them."""
