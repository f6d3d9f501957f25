"""Look at any series: with widgets where a reader can click, as a chart where nobody can, and on a report's page."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.display.numbers import Record, Sentence, bundle, say
from analysis.display.outputs import Chart
from analysis.precision import drawn, recorded
from analysis.sections.scope import MEASURES, Scope, check_revisions
from analysis.sections.series_charts import measure_chart
from analysis.tables import records
from analysis.vintages.as_known import replacements
from analysis.vintages.chain_linking import linked_levels
from analysis.vintages.history import history
from analysis.vintages.series import LATEST, UNSETTLED, figures_seen, series
from analysis.vocabulary import agency_label, capital, label, measures
from notebook_runner.errors import InputError

_SERIES = ["measure", "agency"]
_FEWEST = 2  # years that make a series


def series_chart(measure: str, place: str, agency: str, as_of: str = LATEST) -> Chart:
    r"""One measure of one place by one agency over all its years, as known on a day; InputError if there is none.

    >>> series_chart("coca_area", "Colombia", "unodc").title.text
    'Coca area rose by about 63\xa0% (61 to 66) between 1999 and 2024 (chained)'
    """
    check_revisions(measure=measure, place=place, agency=agency, as_of=as_of)
    past = history(measure, place, agency, as_of=as_of)
    unsettled = series(measure, place, agency, as_of=as_of, statuses=UNSETTLED)
    years = [*past.table["year"], *unsettled["year"]] or [0, 0]
    return measure_chart(past, unsettled, (min(years), max(years)))


def explore(measure: str, place: str, agency: str, as_of: str = LATEST) -> Any:
    """A chart of any series, with a list to choose from for each word and a field for the day.

    Under papermill, where nobody can click, it is the chart of the words given.
    """
    shown = _widgets if _someone_is_there() else series_chart
    return shown(measure, place, agency, as_of)


def _someone_is_there() -> bool:
    """Whether a reader could answer a question: papermill and nbval run cells that may not ask for input."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return bool(getattr(getattr(shell, "kernel", None), "_allow_stdin", False))


def _widgets(measure: str, place: str, agency: str, as_of: str) -> Any:
    import ipywidgets

    figures = figures_seen()
    yearly = figures[
        (figures["period_kind"] == "calendar_year") & (figures["base_start"] == "")
    ]
    given = (
        ("measure", "measure", measure),
        ("place", "place", place),
        ("agency", "agency", agency),
    )
    choices = {
        name: (sorted(yearly[column].unique()), word) for name, column, word in given
    }
    lists = {
        name: ipywidgets.Dropdown(options=words, value=word)
        for name, (words, word) in choices.items()
    }
    return ipywidgets.interactive(
        _show, **lists, as_of=ipywidgets.Text(value=as_of, continuous_update=False)
    )


def _show(**words: str) -> None:
    from IPython.display import display

    try:
        display(series_chart(**words))  # type: ignore[no-untyped-call]
    except InputError as error:
        print(error)


@dataclass(frozen=True)
class Explorer:
    """The data of an explorer; in a notebook one sentence says where it stands."""

    said: Sentence
    shown: Record  # what is chosen at first, and every series

    def _repr_mimebundle_(self, **_: Any) -> Record:
        html = f'<p id="explorer">{self.said.html}</p>'
        return bundle("explorer", "explorer", html, self.said.text, [], self.shown)


def explorer(scope: Scope) -> Explorer:
    """An explorer of every measure of the scope's place, by every agency, in the publications that the scope sees."""
    steps = replacements(figures_seen(**scope.as_known, place=scope.country))
    series = [
        _series(rows, scope) for _, rows in steps.groupby(_SERIES) if _drawable(rows)
    ]
    first = {"measure": MEASURES[0], "agency": scope.agency, "year": scope.start_year}
    return Explorer(
        say("explorer"), {"place": scope.country, "first": first, "series": series}
    )


def _drawable(rows: pd.DataFrame) -> bool:
    return (
        rows.loc[rows["value"].notna(), "year"].nunique() >= _FEWEST
        and rows["unit"].iloc[0] != "year"
    )


def _series(rows: pd.DataFrame, scope: Scope) -> Record:
    measure, agency = (str(rows[name].iloc[0]) for name in _SERIES)
    past = history(
        measure,
        scope.country,
        agency,
        as_of=scope.as_of,
        publications=scope.publications,
    )
    names = {
        "measure": measure,
        "agency": agency,
        "label": capital(label(measure)),
        "by": agency_label(agency),
    }
    levels = linked_levels(past)
    return {
        **names,
        "unit": measures()[measure].unit,
        "broken": past.breaks["year"].tolist(),
        "rows": [_row(row) for row in records(rows)],
        "index": [[row.year, drawn(row.value), row.chained] for row in records(levels)],
    }


def _row(row: Any) -> list[Any]:
    value = None if pd.isna(row.value) else recorded(row.value)
    return [
        row.day,
        row.year,
        value,
        row.release,
        row.status,
        row.kind == "compilation",
        row.figure,
    ]
