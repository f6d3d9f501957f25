"""A statement tried under other choices: of agency, measure and years, and of the rule for vintages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import pandas as pd

from analysis.display.drawing import draw_marks
from analysis.display.numbers import Cell, Sentence, about, number, numbers, say
from analysis.display.outputs import Chart, Passage, Table, chart_words, table
from analysis.precision import recorded
from analysis.sections.growth import telling_growth
from analysis.sections.scope import AGENCIES, Scope
from analysis.tables import records
from analysis.vintages.history import Growth, History, history
from analysis.vintages.series import SETTLED, UNSETTLED
from analysis.vocabulary import agency_label

STATEMENTS: dict[str, Callable[[float], bool]] = {
    "at least doubled": lambda factor: recorded(factor) >= 2,
    "rose": lambda factor: recorded(factor) > 1,
    "did not rise": lambda factor: recorded(factor) <= 1,
}


def statement_of(factor: float) -> str:
    """The strongest statement that a growth factor makes true.

    >>> statement_of(3.6), statement_of(1.2), statement_of(0.9)
    ('at least doubled', 'rose', 'did not rise')
    """
    return next(words for words, holds in STATEMENTS.items() if holds(factor))


def variants(scope: Scope, measure: str, statement: str) -> pd.DataFrame:
    """A statement on the growth of a measure, tried under every combination of choices.

    The first and the last year of the scope are moved by one year either way. Coca area and output are tried for every
    agency, once by sound growth and once by each year's newest figure whatever its release; deaths as a count and as
    the printed rate, without and with provisional figures.

    Returns
    -------
    DataFrame
        `row` (the choice), `years`, `value` (growth factor), `filled` (whether the statement holds),
        `rows` (ids of the figures). Only combinations that the data allow are there.
    """
    found = []
    windows = [*product(*(range(year - 1, year + 2) for year in scope.years))]
    for (words, past, sound), (first, last) in product(
        _choices(scope, measure), windows
    ):
        factor, rows = _factor(past, first, last, sound)
        if rows:
            holds = STATEMENTS[statement](factor)
            found.append((words, f"{first}–{last}", factor, holds, rows))
    return pd.DataFrame(found, columns=["row", "years", "value", "filled", "rows"])


def _choices(scope: Scope, measure: str) -> Iterator[tuple[str, History, bool]]:
    if measure.endswith("_deaths"):
        for name in (measure, measure.replace("_deaths", "_death_rate")):
            for statuses, words in (
                (SETTLED, "final only"),
                ((*SETTLED, *UNSETTLED), "with provisional"),
            ):
                past = history(
                    name, "United States", "cdc", statuses=statuses, **scope.as_known
                )
                yield f"{'count' if name == measure else 'rate'}, {words}", past, True
        return
    for agency in AGENCIES:
        past = history(measure, scope.country, agency, **scope.as_known)
        if past.levels:
            yield f"{agency_label(agency)}, sound growth", past, True
            yield f"{agency_label(agency)}, vintages mixed", past, False


def _factor(
    past: History, first: int, last: int, sound: bool
) -> tuple[float, tuple[str, ...]]:
    if sound:
        growth = past.growth(first, last)
        return (
            (growth.factor, growth.rows)
            if isinstance(growth, Growth)
            else (float("nan"), ())
        )
    ends = past.table[
        past.table["year"].isin([first, last]) & (past.table["value"] > 0)
    ]
    if len(ends) < 2:
        return float("nan"), ()
    return float(ends["value"].iloc[1] / ends["value"].iloc[0]), tuple(ends["figure"])


@dataclass(frozen=True)
class Statement:
    """The statement that a report's own growth makes of a measure, and the choices under which it is tried."""

    past: History
    scope: Scope

    @cached_property
    def words(self) -> str:
        """The statement; "" where no growth is telling."""
        growth = telling_growth(self.past, self.scope.years)
        return statement_of(growth.factor) if growth else ""

    @cached_property
    def tried(self) -> pd.DataFrame:
        """Its `variants`; empty without a statement."""
        return (
            variants(self.scope, self.past.measure, self.words)
            if self.words
            else pd.DataFrame()
        )

    def _say(self, name: str, id: str) -> Sentence:
        """A sentence on the choices; without a statement, that there is none to try."""
        slots = about(self.past.measure) | {"statement": self.words}
        if not self.words:
            return say("robustness_none", slots)
        rows = [id for ids in self.tried["rows"] for id in ids]
        held = int(self.tried["filled"].astype(bool).sum())
        counts = {"all": len(self.tried), "held": held}
        slots |= numbers("figures", rows, counts | {"failed": len(self.tried) - held})
        slots |= numbers(
            "year",
            (),
            {"first_year": self.scope.start_year, "last_year": self.scope.end_year},
        )
        return say(name, slots, id=id)

    def passage(self) -> Passage:
        """In how many choices the statement holds, and why that is no probability."""
        id = f"robustness_{self.past.measure}"
        return Passage(id, [self._say("robustness", id)])

    def table(self) -> Table:
        """Every choice by name, with its growth and whether the statement holds."""
        id = f"robustness_{self.past.measure}_choices"
        rows = [*map(_row, records(self.tried))]
        return table(
            "robustness", rows, id=id, caption=self._say("robustness_caption", id)
        )

    def chart(self) -> Chart:
        """Every choice as a mark at its growth: filled where the statement holds."""
        id = f"robustness_{self.past.measure}_chart"
        tried = self.tried
        title = self._say("robustness_title", f"{id}_title")
        alt = self._say("robustness_alt", f"{id}_alt")
        words = chart_words("robustness", {}, title=title, alt=alt)
        if not self.words:
            return Chart(id, *words, tried)
        right = max(1.0, float(tried["value"].max())) * 1.05
        drawn = tried.assign(figure=tried["rows"].map(" ".join)).drop(columns="rows")
        return Chart(id, *words, drawn, draw_marks(id, tried, (0, right)), "times")


def _row(one: Any) -> list[Cell]:
    choice = number(
        int(one.years[:4]), "year", one.rows, text=f"{one.row}, {one.years}"
    )
    return [choice, number(one.value, "times", one.rows), "yes" if one.filled else "no"]
