"""A statement tried under other choices: of maker, measure and years, and of the rule for vintages."""

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from analysis.reporting.charts import Chart, Picture, draw_marks
from analysis.reporting.findings import capital, label, telling_growth
from analysis.reporting.numbers import Cell, Passage, Slots, Table, number
from analysis.reporting.scope import MAKERS, Scope
from analysis.reporting.words import say
from analysis.tables import records
from analysis.vintages.history import Growth, History, history
from analysis.vintages.series import SETTLED, UNSETTLED
from analysis.vocabulary import maker_label

STATEMENTS: dict[str, Callable[[float], bool]] = {
    "at least doubled": lambda factor: factor >= 2,
    "rose": lambda factor: factor > 1,
    "did not rise": lambda factor: factor <= 1,
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
    maker, once by sound growth and once by each year's newest figure whatever its release; deaths as a count and as
    the printed rate, without and with provisional figures.

    Returns
    -------
    DataFrame
        `row` (the choice), `years`, `value` (growth factor; NaN where no sound one is known), `filled` (whether the
        statement holds), `rows` (ids of the figures).
    """
    found = []
    for words, past, sound in _choices(scope, measure):
        for first in range(scope.start_year - 1, scope.start_year + 2):
            for last in range(scope.end_year - 1, scope.end_year + 2):
                factor, rows = _factor(past, first, last, sound)
                holds = bool(STATEMENTS[statement](factor))
                found.append((words, f"{first}–{last}", factor, holds, rows))
    return pd.DataFrame(found, columns=["row", "years", "value", "filled", "rows"])


def _choices(scope: Scope, measure: str) -> Iterator[tuple[str, History, bool]]:
    sight: dict[str, Any] = scope.sight
    if measure.endswith("_deaths"):
        for name in (measure, measure.replace("_deaths", "_death_rate")):
            for statuses, words in ((SETTLED, "final only"), ((*SETTLED, *UNSETTLED), "with provisional")):
                past = history(name, "United States", "cdc", statuses=statuses, **sight)
                yield f"{'count' if name == measure else 'rate'}, {words}", past, True
        return
    for maker in MAKERS:
        past = history(measure, scope.country, maker, **sight)
        if past.levels:
            yield f"{maker_label(maker)}, sound growth", past, True
            yield f"{maker_label(maker)}, vintages mixed", past, False


def _factor(past: History, first: int, last: int, sound: bool) -> tuple[float, tuple[str, ...]]:
    if sound:
        growth = past.growth(first, last)
        return (growth.factor, growth.rows) if isinstance(growth, Growth) else (float("nan"), ())
    ends = past.table[past.table["year"].isin([first, last]) & (past.table["value"] > 0)]
    if len(ends) < 2:
        return float("nan"), ()
    return float(ends["value"].iloc[1] / ends["value"].iloc[0]), tuple(ends["figure"])


def _statement(past: History, scope: Scope) -> tuple[str, pd.DataFrame]:
    """The statement that the report's own growth makes, and its variants; "" where no growth is telling."""
    growth = telling_growth(past, scope.years)
    statement = statement_of(growth.factor) if growth else ""
    return statement, variants(scope, past.measure, statement) if growth else pd.DataFrame()


def robustness_passage(past: History, scope: Scope) -> Passage:
    """In how many choices the report's statement holds, and why that is no probability."""
    id, (statement, tried) = f"robustness_{past.measure}", _statement(past, scope)
    if not statement:
        return Passage(id, (say("robustness_none", id=id, what=label(past.measure)),))
    ends = dict(zip(("first_year", "last_year"), (number(year, "year") for year in scope.years), strict=True))
    slots = {**_counts(tried), **ends, "what": label(past.measure), "statement": statement}
    return Passage(id, (say("robustness", slots, id=id),))


def robustness_table(past: History, scope: Scope) -> Table:
    """Every choice by name, with its growth and whether the statement holds."""
    id, (statement, tried) = f"robustness_{past.measure}_choices", _statement(past, scope)
    rows = [[_choice(one), *_outcome(one)] for one in records(tried)]
    slots: Slots = {**_counts(tried), "what": capital(label(past.measure)), "statement": statement}
    caption = say("robustness_caption" if statement else "robustness_none", slots, id=id)
    return Table(id, caption, ["Choice", "Growth", "Holds"], rows)


def _choice(one: Any) -> Cell:
    return number(int(one.years[:4]), "year", one.rows, text=f"{one.row}, {one.years}")


def _outcome(one: Any) -> list[Cell]:
    if pd.isna(one.value):
        return ["none is sound", "can't be told"]
    return [number(one.value, "times", one.rows), "yes" if one.filled else "no"]


def _counts(tried: pd.DataFrame) -> Slots:
    if tried.empty:
        return {}
    rows = [id for ids in tried["rows"] for id in ids]
    told = tried[tried["value"].notna()]
    counts = {"all": len(tried), "held": int(told["filled"].sum()), "failed": int((~told["filled"]).sum())}
    counts["untold"] = len(tried) - len(told)
    return {name: number(count, "figures", rows) for name, count in counts.items()}


def robustness_chart(past: History, scope: Scope) -> Chart:
    """Every choice as a mark at its growth: filled where the statement holds, a cross where no growth is sound."""
    id, (statement, tried) = f"robustness_{past.measure}_chart", _statement(past, scope)
    slots: Slots = {**_counts(tried), "what": capital(label(past.measure)), "statement": statement}
    subtitle = "Growth as a multiple, one mark a choice; hollow: does not hold; cross at the left: no sound growth"
    source = "Source: the table below names every choice."
    if not statement:
        none = say("robustness_none", slots, id=f"{id}_title")
        return Chart(id, none, none, subtitle, source, Picture(), tried)
    right = max(1.0, float(tried["value"].max())) * 1.05
    picture = draw_marks(id, tried, (-0.08 * right, right))
    title, alt = say("robustness_title", slots, id=f"{id}_title"), say("robustness_alt", slots, id=f"{id}_alt")
    drawn = tried.assign(figure=tried["rows"].map(" ".join)).drop(columns="rows")
    return Chart(id, title, alt, subtitle, source, picture, drawn, "times")
