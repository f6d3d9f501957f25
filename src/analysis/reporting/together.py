"""Do coca and deaths move together? Growth beside growth, lags fixed beforehand, one p-value, and a sentence by rule."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.reporting.charts import Chart, Line, draw_lines, draw_marks
from analysis.reporting.findings import capital, label
from analysis.reporting.numbers import Cell, Number, Passage, Sentence, Slots, Table, number
from analysis.reporting.words import say
from analysis.statistics.association import LAGS, Association, detectable_correlation, move_together
from analysis.tables import records
from analysis.vintages.history import History

_ID = "together"


def sound_growth(past: History) -> pd.DataFrame:
    """Growth on the year before as a difference of logarithms, of the years whose step is sound; with the rows behind it."""
    years = list(past.levels)
    steps = [(year, past.step(year - 1, year)) for year in years if year - 1 in past.levels]
    found = [(year, float(np.log(step.factor)), step.rows) for year, step in steps if step]
    return pd.DataFrame(found, columns=["year", "growth", "rows"])


def _levels_correlate(x: History, y: History) -> float:
    both = sorted({*x.levels} & {*y.levels})
    return float(np.corrcoef([x.levels[year] for year in both], [y.levels[year] for year in both])[0, 1])


def together_passage(x: History, y: History) -> Passage:
    """What the figures show of coca and deaths moving together: which sentence is said follows from one p-value."""
    first, second = sound_growth(x), sound_growth(y)
    found, rows = move_together(first, second), _rows(first, second)
    slots: Slots = {
        "x": label(x.measure),
        "y": label(y.measure),
        "place": x.place,
        "capital": capital(label(x.measure)),
    }
    slots["levels"] = number(_levels_correlate(x, y), "correlation", rows)
    if found is None:
        return Passage(_ID, (say("together_too_few", slots), say("together_confounder", slots)))
    slots |= {"lag": _lag(found.strongest[0], rows), "p": number(found.p_value, "p", rows)}
    slots |= {"lags": number(len(found.by_lag), "figures", rows), "smallest": number(found.smallest_p, "p", rows)}
    said = [say("together_levels", slots), say(f"together_{found.verdict.name.lower()}", slots)]
    said += [say("together_test", slots), say("together_confounder", slots)]
    return Passage(_ID, tuple(said))


def headline(x: History, y: History) -> Sentence:
    """The sentence that the rule chooses, as a report's title."""
    found = move_together(sound_growth(x), sound_growth(y))
    slots: Slots = {"x": label(x.measure), "y": label(y.measure), "capital": capital(label(x.measure))}
    slots |= {"lag": _lag(found.strongest[0], _rows(sound_growth(x), sound_growth(y)))} if found else {}
    name = f"together_{found.verdict.name.lower()}" if found else "together_too_few"
    said = say(name, slots, id="headline")
    return replace(said, level="h1", parts=(*said.parts[:-1], str(said.parts[-1]).rstrip(".")))


def _lag(years: int, rows: Sequence[str]) -> Number:
    return number(years, "lag", rows, text=f"{years} year{'' if years == 1 else 's'}")


def _rows(*tables: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(row for table in tables for ids in table["rows"] for row in ids))


def lag_table(x: History, y: History) -> Table:
    """For each lag the pairs of years, their correlation, and the smallest that so many pairs could show."""
    first, second = sound_growth(x), sound_growth(y)
    found, rows = move_together(first, second), _rows(first, second)
    cells: list[list[Cell]] = [
        [
            _lag(lag.lag, rows),
            number(lag.n, "figures", rows),
            number(lag.r, "correlation", rows),
            number(detectable_correlation(lag.n), "correlation", rows),
        ]
        for lag in (records(found.by_lag) if found else ())
    ]
    slots = {"x": label(x.measure), "y": label(y.measure)}
    return Table("lags", say("lags_caption", slots), ["Lag", "Pairs", "Correlation", "Smallest shown"], cells)


def lag_chart(x: History, y: History) -> Chart:
    """The correlation at each lag beside what so few pairs could not tell from none."""
    first, second = sound_growth(x), sound_growth(y)
    found, rows = move_together(first, second), _rows(first, second)
    table = found.by_lag if found else pd.DataFrame({"lag": LAGS, "n": 0, "r": np.nan})
    band = detectable_correlation(int(table["n"].min())) if found else 1.0
    marks = pd.DataFrame({"row": [_lag(lag, rows).text for lag in table["lag"]], "value": table["r"]})
    marks["filled"] = marks["value"].abs() > band
    svg = draw_marks("lags_chart", marks, (-1.0, 1.0), (-band, band))
    words = f"Correlation of growth, {label(x.measure)} leading {label(y.measure)}; grey: too small for so few pairs to tell"
    slots = {"x": label(x.measure), "y": label(y.measure), **_extent(found, rows)}
    name = "lags_title" if found else "lags_title_none"
    return Chart(
        "lags_chart",
        say(name, slots),
        say("lags_alt", slots),
        words,
        "Source: the table of lags.",
        svg,
        marks.assign(figure=""),
    )


def _extent(found: Association | None, rows: list[str]) -> Slots:
    if found is None:
        return {"low": "none", "high": "none"}
    return {
        name: number(getattr(found.by_lag["r"], end)(), "correlation", rows)
        for name, end in (("low", "min"), ("high", "max"))
    }


def growth_chart(x: History, y: History, years: tuple[int, int]) -> Chart:
    """The growth rates of both, year by year; neighbouring years are joined, years without a sound step are gaps."""
    lines = [_growth_line(x, "area"), _growth_line(y, "deaths")]
    svg, drawn = draw_lines("growth_rates", lines, years, "No growth is sound in these years.")
    pairs = len({*lines[0].points["year"]} & {*lines[1].points["year"]}) if len(drawn) else 0
    rows = list(drawn["figure"]) if len(drawn) else list[str]()
    slots: Slots = {"x": capital(label(x.measure)), "y": label(y.measure), "pairs": number(pairs, "figures", rows)}
    words = f"Growth on the year before in percent, {x.place} and {y.place}; only years whose growth is sound"
    source = "Source: the releases behind the growth of each year; see the list of sources."
    return Chart(
        "growth_rates", say("growth_rates_title", slots), say("growth_rates_alt", slots), words, source, svg, drawn
    )


def _growth_line(past: History, colour: str) -> Line:
    growth = sound_growth(past)
    points: Any = pd.DataFrame({"year": growth["year"], "value": 100 * np.expm1(growth["growth"])})
    points["figure"] = [ids[-1] for ids in growth["rows"]]
    points["joined"], points["hollow"] = points["year"].diff().eq(1), False
    return Line(label(past.measure), colour, points)
