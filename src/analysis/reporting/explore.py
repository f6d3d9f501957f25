"""Look at any series: with widgets where a reader can click, as a chart where nobody can."""

from typing import Any

from analysis.errors import InputError
from analysis.reporting.charts import Chart
from analysis.reporting.panels import measure_chart
from analysis.reporting.revised import check_revisions
from analysis.reporting.scope import Scope
from analysis.vintages.history import history
from analysis.vintages.series import LATEST, UNSETTLED, figures_seen, series


def series_chart(measure: str, place: str, estimates: str, as_of: str = LATEST) -> Chart:
    r"""One measure of one place by one maker over all its years, as known on a day; InputError if there is none.

    >>> series_chart("coca_area", "Colombia", "unodc").title.text
    'Coca area rose by 63\xa0% between 1999 and 2024 (chained)'
    """
    check_revisions(measure=measure, place=place, estimates=estimates, as_of=as_of)
    past = history(measure, place, estimates, as_of=as_of)
    unsettled = series(measure, place, estimates, as_of=as_of, statuses=UNSETTLED)
    years = [*past.table["year"], *unsettled["year"]] or [0, 0]
    return measure_chart(past, unsettled, Scope(place, estimates, min(years), max(years), as_of))


def explore(measure: str, place: str, estimates: str, as_of: str = LATEST) -> Any:
    """A chart of any series, with a list to choose from for each word and a field for the day.

    Under papermill, where nobody can click, it is the chart of the words given.
    """
    shown = _widgets if _someone_is_there() else series_chart
    return shown(measure, place, estimates, as_of)


def _someone_is_there() -> bool:
    """Whether a reader could answer a question: papermill and nbval run cells that may not ask for input."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return bool(getattr(getattr(shell, "kernel", None), "_allow_stdin", False))


def _widgets(measure: str, place: str, estimates: str, as_of: str) -> Any:
    import ipywidgets

    figures = figures_seen()
    yearly = figures[(figures["period_kind"] == "calendar_year") & (figures["base_start"] == "")]
    given = (("measure", "measure", measure), ("place", "place", place), ("estimates", "estimate_by", estimates))
    lists = {
        name: ipywidgets.Dropdown(options=sorted(yearly[column].unique()), value=word, description=name)
        for name, column, word in given
    }
    day = ipywidgets.Text(value=as_of, description="as_of", continuous_update=False)
    shown = ipywidgets.interactive_output(_show, {**lists, "as_of": day})
    return ipywidgets.VBox([*lists.values(), day, shown])


def _show(**words: str) -> None:
    from IPython.display import display

    try:
        display(series_chart(**words))  # type: ignore[no-untyped-call]
    except InputError as error:
        print(error)
