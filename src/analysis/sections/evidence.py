"""What stands behind a report: how much was printed, what can't be shown, the sources, and how they were read."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.display.citations import behind
from analysis.display.numbers import (
    Cell,
    Link,
    Sentence,
    about,
    counted,
    number,
    numbers,
    say,
    value_of,
    year_in,
)
from analysis.display.outputs import Passage, Table, table
from analysis.sections.scope import Scope
from analysis.tables import records
from analysis.vintages.chain_linking import linked_levels
from analysis.vintages.history import History
from analysis.vintages.precedence import KEY, one_per_release
from analysis.vintages.series import figures_of
from analysis.vocabulary import capital, label, measures

_KINDS = {"leaked": "leaked", "provisional_predicted": "provisional"}
_READ_FROM = ("official", "copy", "repeated", "computed")


def coverage(tables: dict[str, pd.DataFrame]) -> Table:
    """How many figures, years and releases there are of each measure in the window."""
    return table(
        "coverage",
        [
            [capital(label(measure)), *_covered(found)]
            for measure, found in tables.items()
        ],
    )


def _covered(found: pd.DataFrame) -> list[Cell]:
    if found.empty:
        return ["none", "", "", ""]
    first = int(found["year"].min())
    last = int(found["year"].max())
    span = number(
        first, "year", found["figure"], text=f"{first}–{last}" if first < last else ""
    )
    return [counted(found), counted(found, "year"), counted(found, "release"), span]


def limits(
    tables: dict[str, pd.DataFrame],
    unsettled: dict[str, pd.DataFrame],
    histories: list[History],
    scope: Scope,
    per_hectare: pd.DataFrame | None = None,
    beyond: dict[str, pd.DataFrame] | None = None,
) -> Passage:
    """What the evidence cannot show, in sentences that depend on what it is.

    `tables` and `unsettled` are series by measure: settled figures; leaked and provisional ones. `histories` say where
    series are broken and which end before the window does. `per_hectare` is what `output_per_hectare` gives, None for
    deaths alone. `beyond` are series by measure after the window.
    """
    of_coca = ("limits_potential", "limits_cause")
    of_deaths = ("limits_named", "limits_provisional")
    sentences = [say(name) for name in (of_deaths if per_hectare is None else of_coca)]
    for measure, series in tables.items():
        if len(series["release"].unique()) > 1:
            sentences.append(_mixed(measure, series))
    sentences += _of_histories(histories, scope.end_year)
    for measure, later in (beyond or {}).items():
        if not later.empty:
            sentences.append(_beyond(measure, later.iloc[-1]))
    sentences += _of_unsettled(unsettled, tables)
    if per_hectare is not None:
        sentences += _mixed_per_hectare(per_hectare)
        sentences.append(_readings("limits_readings", pd.concat(tables.values())))
    if scope.publications == "articles":
        sentences.append(say("limits_articles"))
    return Passage("limits", sentences, listed=True)


def _of_histories(histories: list[History], end_year: int) -> Iterator[Sentence]:
    """Which series are broken, and then which end before a window does."""
    for history in histories:
        if len(history.unbroken_spans()) > 1:
            yield _broken(history)
    for history in histories:
        if history.levels and max(history.levels) < end_year:
            yield _ends_early(history)


def _of_unsettled(
    unsettled: dict[str, pd.DataFrame], tables: dict[str, pd.DataFrame]
) -> Iterator[Sentence]:
    """Each leaked or provisional figure of a year that has no settled one, newest first."""
    for measure, figures in unsettled.items():
        new = figures[~figures["year"].isin(tables[measure]["year"])]
        for place, (_, row) in enumerate(new[::-1].iterrows()):
            yield _unsettled(measure, row, place)


def _limit(name: str, measure: str, slots: dict[str, Any]) -> Sentence:
    return say(name, about(measure) | slots, id=f"{name}_{measure}")


def _mixed(measure: str, table: pd.DataFrame) -> Sentence:
    return _limit(
        "limits_mixed",
        measure,
        {"figures": counted(table), "releases": counted(table, "release")},
    )


def _broken(history: History) -> Sentence:
    stretches = history.unbroken_spans()
    rows = history.table["figure"]
    # The stretch of the trends and the index: what a refused chain leaves of it.
    longest = linked_levels(history)["year"].tolist()
    gaps = number(len(stretches) - 1, "figures", rows, one="place")
    ends = numbers("year", rows, {"first": longest[0], "last": longest[-1]})
    return _limit("limits_broken", history.measure, {"gaps": gaps, **ends})


def _ends_early(history: History) -> Sentence:
    last = number(max(history.levels), "year", history.table["figure"])
    return _limit("limits_ends", history.measure, {"last": last})


def _beyond(measure: str, row: Any) -> Sentence:
    value = value_of(row, measures()[measure].unit)
    slots = {"last": year_in(row), "value": value}
    return _limit(
        f"limits_beyond_{_KINDS.get(row['status'], 'settled')}", measure, slots
    )


def _unsettled(measure: str, row: Any, place: int) -> Sentence:
    slots = {"year": year_in(row), "value": value_of(row, measures()[measure].unit)}
    return say(
        f"limits_unsettled_{row['status']}",
        slots,
        id=f"limits_unsettled_{measure}" + (f"_{row['year']}" if place else ""),
        what=label(measure),
    )


def _mixed_per_hectare(table: pd.DataFrame) -> list[Sentence]:
    parts = {"mixed": table[~table["one_release"]], "years": table}
    slots = {
        name: number(len(rows), "figures", [*rows["output"], *rows["area"]])
        for name, rows in parts.items()
    }
    return [say("limits_per_hectare", slots)] if slots["mixed"].value else []


def _readings(name: str, figures: pd.DataFrame, **more: Any) -> Sentence:
    counts = {
        read: counted(figures[figures["read_from"] == read]) for read in _READ_FROM
    }
    return say(name, {**counts, **more, "all": counted(figures)})


def sources(used: set[str], as_of: str) -> Table:
    """The publications of the figures that a report draws or quotes (`used`, their ids), newest first."""
    figures, listed = figures_of(used, as_of)
    rows = list[list[Cell]]()
    by_publication = dict(iter(figures.groupby("publication")))
    for publication in records(
        listed.sort_values("available", ascending=False, kind="stable")
    ):
        mine = by_publication[publication.publication]
        read = ", ".join(
            name for name in _READ_FROM if (mine["read_from"] == name).any()
        )
        what = Link(f"{publication.publisher}: {publication.title}", publication.url)
        rows.append(
            [what, publication.published, counted(mine), read, publication.publication]
        )
    return table(
        "sources",
        rows,
        keys=[str(row[-1]) for row in rows],
        beside=behind(figures, listed),
    )


def unofficial(figures: pd.DataFrame) -> tuple[Sentence, set[str]]:
    """The figures that were nowhere read on their publisher's own page: how many of all, and the ids of their printings.

    `figures` are processed. What several publications print of one release is one figure, by its best reading.
    """
    best = one_per_release(figures)
    without = best[best["read_from"] != "official"]
    said = _readings("unofficial", best, without=counted(without))
    return said, {*figures.merge(without[[*KEY, "release"]])["figure"]}
