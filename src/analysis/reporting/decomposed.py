"""What of a change in output is area, and what is output per hectare: shown for a window and year by year."""

import pandas as pd

from analysis.reporting.charts import Chart, Picture, draw_bars
from analysis.reporting.findings import refusal_sentence
from analysis.reporting.numbers import Cell, Passage, Sentence, Slots, Table, number
from analysis.reporting.words import say
from analysis.statistics.decomposition import Decomposition, decompose, yearly
from analysis.tables import records
from analysis.vintages.history import Growth, History

_ID = "decomposition"
_WITH_UNITS = {"area": "area_t", "per hectare": "per_hectare_t", "yield_points": "per_hectare_points"}


def decomposition_passage(area: History, output: History, years: tuple[int, int]) -> Passage:
    """The parts of area and of output per hectare in the growth of output, and what this arithmetic is not."""
    whole = _window(area, output, years)
    if whole is None:
        refused = decompose(area, output, *years)
        assert not isinstance(refused, Decomposition)
        by = output if not isinstance(output.growth(*years), Growth) else area
        return Passage(_ID, (refusal_sentence(_ID, by, refused), say("decomposition_none")))
    parts = yearly(area, output, whole.output.first_year, whole.output.last_year)
    sums = [sum(part) for part in zip(*(step.tonnes for step in parts), strict=True)] or [0, 0]
    slots = _slots(whole)
    rows = tuple(row for step in parts for row in step.rows)
    slots |= {name: number(value, "t", rows) for name, value in zip(("sum_area", "sum_yield"), sums, strict=True)}
    slots["steps"] = number(len(parts), "figures", rows)
    slots["of"] = number(whole.output.last_year - whole.output.first_year, "figures", rows)
    return Passage(
        _ID, (say("decomposition", slots), say("decomposition_yearly", slots), say("decomposition_arithmetic"))
    )


def _window(area: History, output: History, years: tuple[int, int]) -> Decomposition | None:
    """The decomposition of the window, or else of the widest sound growth of output whose area is known as well."""
    asked = decompose(area, output, *years)
    widest = output.widest()
    if not isinstance(asked, Decomposition) and widest:
        asked = decompose(area, output, widest.first_year, widest.last_year)
    return asked if isinstance(asked, Decomposition) else None


def _slots(whole: Decomposition) -> Slots:
    by_area, by_yield = whole.points
    tonnes = dict(zip(("tonnes_area", "tonnes_yield"), whole.tonnes, strict=True))
    return {
        "first_year": number(whole.output.first_year, "year", whole.output.rows[:1]),
        "last_year": number(whole.output.last_year, "year", whole.output.rows[-1:]),
        "total": number(by_area + by_yield, "percent", whole.output.rows),
        "area": number(by_area, "points", whole.rows),
        "yield": number(by_yield, "points", whole.rows),
        **{name: number(value, "t", whole.rows) for name, value in tonnes.items()},
    }


def _yearly_table(area: History, output: History, years: tuple[int, int]) -> pd.DataFrame:
    steps = [(step.output.last_year, *step.tonnes, *step.points, step.rows) for step in yearly(area, output, *years)]
    return pd.DataFrame(steps, columns=["year", "area", "per hectare", "area_points", "yield_points", "rows"])


def decomposition_table(area: History, output: History, years: tuple[int, int]) -> Table:
    """The parts of every sound step, and of the window in the last row."""
    rows: list[list[Cell]] = []
    for step in records(_yearly_table(area, output, years).rename(columns={"per hectare": "yield_"})):
        parts = [(step.area, "t"), (step.yield_, "t"), (step.area_points, "points"), (step.yield_points, "points")]
        rows.append([number(step.year, "year", step.rows), *(number(*part, step.rows, bare=True) for part in parts)])
    if whole := _window(area, output, years):
        parts = [*((part, "t") for part in whole.tonnes), *((part, "points") for part in whole.points)]
        span = f"{whole.output.first_year}–{whole.output.last_year}"
        first = number(whole.output.first_year, "year", whole.rows, text=span)
        rows.append([first, *(number(*part, whole.rows, bare=True) for part in parts)])
    headings = ["To year", "Area, t", "Output per hectare, t", "Area, points", "Output per hectare, points"]
    return Table(_ID, say("decomposition_caption"), headings, rows)


def decomposition_chart(area: History, output: History, years: tuple[int, int]) -> Chart:
    """The two parts of each sound step as stacked bars."""
    id, steps = f"{_ID}_chart", _yearly_table(area, output, years)
    words = f"Change in potential output on the year before, {output.place}, metric tons; sound steps only"
    source = "Source: computed from the charts above."
    if steps.empty:
        none = say("decomposition_none", id=f"{id}_title")
        return Chart(id, none, say("decomposition_none", id=f"{id}_alt"), words, source, Picture(), steps)
    picture = draw_bars(id, steps, {"area": "area", "per hectare": "yield"})
    drawn = steps.assign(figure=steps["rows"].map(" ".join)).drop(columns="rows").rename(columns=_WITH_UNITS)
    return Chart(id, _title(id, area, output, years), _alt(id, steps), words, source, picture, drawn)


def _title(id: str, area: History, output: History, years: tuple[int, int]) -> Sentence:
    whole = _window(area, output, years)
    return (
        say("decomposition_title", _slots(whole), id=f"{id}_title")
        if whole
        else say("decomposition_none", id=f"{id}_title")
    )


def _alt(id: str, steps: pd.DataFrame) -> Sentence:
    rows = [row for ids in steps["rows"] for row in ids]
    larger = int((steps["area"].abs() > steps["per hectare"].abs()).sum())
    slots = {"steps": number(len(steps), "figures", rows), "larger": number(larger, "figures", rows)}
    return say("decomposition_alt", slots, id=f"{id}_alt")
