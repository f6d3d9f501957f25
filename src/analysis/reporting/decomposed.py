"""What of a change in output is area, and what is output per hectare: shown for a window and year by year."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.reporting.charts import Chart, Picture, draw_bars
from analysis.reporting.findings import refusal_sentence
from analysis.reporting.numbers import Cell, Passage, Sentence, Slots, Table, number, say
from analysis.statistics.decomposition import Decomposition, decompose, yearly
from analysis.vintages.history import Growth, History

_ID = "decomposition"
_DRAWN = ("year", "area_t", "per_hectare_t", "area_points", "per_hectare_points", "figure")


@dataclass(frozen=True)
class Parts:
    """Output in a window with its two parts; what the parts of a report share is computed once."""

    area: History
    output: History
    years: tuple[int, int]

    @cached_property
    def whole(self) -> Decomposition | None:
        """The decomposition of the window, or else of the widest sound growth of output whose area is known as well."""
        asked = decompose(self.area, self.output, *self.years)
        widest = self.output.widest()
        if not isinstance(asked, Decomposition) and widest:
            asked = decompose(self.area, self.output, widest.first_year, widest.last_year)
        return asked if isinstance(asked, Decomposition) else None

    @cached_property
    def steps(self) -> list[Decomposition]:
        """The decomposition of each sound step from one year to the next."""
        return yearly(self.area, self.output, *self.years)

    def passage(self) -> Passage:
        """The parts of area and of output per hectare in the growth of output, and what this arithmetic is not."""
        if self.whole is None:
            refused = decompose(self.area, self.output, *self.years)
            assert not isinstance(refused, Decomposition)
            by = self.output if not isinstance(self.output.growth(*self.years), Growth) else self.area
            return Passage(_ID, (refusal_sentence(_ID, by, refused), say("decomposition_none")))
        first, last = self.whole.output.first_year, self.whole.output.last_year
        parts = yearly(self.area, self.output, first, last)
        sums = [sum(part) for part in zip(*(step.tonnes for step in parts), strict=True)] or [0, 0]
        rows = tuple(row for step in parts for row in step.rows)
        slots = _slots(self.whole) | {"steps": number(len(parts), "figures", rows)}
        slots |= {name: number(value, "t", rows) for name, value in zip(("sum_area", "sum_yield"), sums, strict=True)}
        slots["of"] = number(last - first, "figures", rows)
        names = ("decomposition", "decomposition_yearly", "decomposition_arithmetic")
        return Passage(_ID, tuple(say(name, slots) for name in names))

    def table(self) -> Table:
        """The parts of every sound step, and of the window in the last row."""
        rows: list[list[Cell]] = []
        for part in [*self.steps, *([self.whole] if self.whole else [])]:
            first, last = part.output.first_year, part.output.last_year
            to = (first, f"{first}–{last}") if part is self.whole else (last, "")
            sizes = [*((size, "t") for size in part.tonnes), *((size, "points") for size in part.points)]
            bare = [number(*size, part.rows, bare=True) for size in sizes]
            rows.append([number(to[0], "year", part.rows, text=to[1]), *bare])
        headings = ["To year", "Area, t", "Output per hectare, t", "Area, points", "Output per hectare, points"]
        return Table(_ID, say("decomposition_caption"), headings, rows)

    def chart(self) -> Chart:
        """The two parts of each sound step as stacked bars."""
        id, none = f"{_ID}_chart", say("decomposition_none")
        title = say("decomposition_title", _slots(self.whole), id=f"{id}_title") if self.whole else none
        words = f"Change in potential output on the year before, {self.output.place}, metric tons; sound steps only"
        source = "Source: computed from the charts above."
        parts = [(step.output.last_year, *step.tonnes, *step.points, " ".join(step.rows)) for step in self.steps]
        drawn = pd.DataFrame(parts, columns=_DRAWN)
        if drawn.empty:
            return Chart(id, none, none, words, source, Picture(), drawn)
        bars = drawn.rename(columns={"area_t": "area", "per_hectare_t": "per hectare"})
        picture = draw_bars(id, bars, {"area": "area", "per hectare": "yield"})
        return Chart(id, title, self._alt(f"{id}_alt"), words, source, picture, drawn)

    def _alt(self, id: str) -> Sentence:
        larger = sum(abs(by_area) > abs(by_yield) for by_area, by_yield in (step.tonnes for step in self.steps))
        counts, rows = {"steps": len(self.steps), "larger": larger}, [row for step in self.steps for row in step.rows]
        return say("decomposition_alt", {name: number(count, "figures", rows) for name, count in counts.items()}, id=id)


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
