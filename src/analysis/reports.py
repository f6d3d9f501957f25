"""The reports of this project: what the runner must know of them, as plain functions. Imports no pandas before it must."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from analysis.answers import answers
from analysis.questions import in_words, recording, watching, widest
from notebook_runner import catalogue
from notebook_runner.catalogue import Hooks, Job
from notebook_runner.parameters import Value
from notebook_runner.project import Project


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
