"""What of a change in output is area, and what is output per hectare: shown for a window and year by year."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.display.drawing import draw_bars
from analysis.display.numbers import Number, Slots, number, numbers, say
from analysis.display.outputs import NONE, Chart, Passage, Table, chart_words, table
from analysis.sections.growth import refusal_sentence
from analysis.statistics.decomposition import Decomposition, decompose, yearly
from analysis.vintages.history import Growth, History

_ID = "decomposition"
_DRAWN = (
    "year",
    "area_t",
    "per_hectare_t",
    "area_points",
    "per_hectare_points",
    "figure",
)


@dataclass(frozen=True)
class Parts:
    """Output in a window with its two parts; what the parts of a report share is computed once."""

    area: History
    output: History
    years: tuple[int, int]

    @cached_property
    def whole(self) -> Decomposition | None:
        """The decomposition of the window, or else of the widest sound growth of output whose area is known as well."""
        widest = self.output.widest()
        spans = [
            self.years,
            *([(widest.first_year, widest.last_year)] if widest else []),
        ]
        found = (decompose(self.area, self.output, *span) for span in spans)
        return next(
            (split for split in found if isinstance(split, Decomposition)), None
        )

    @cached_property
    def steps(self) -> list[Decomposition]:
        """The decomposition of each sound step from one year to the next."""
        return yearly(self.area, self.output, *self.years)

    def passage(self) -> Passage:
        """The parts of area and of output per hectare in the growth of output, and what this arithmetic is not."""
        if self.whole is None:
            refused = decompose(self.area, self.output, *self.years)
            assert not isinstance(refused, Decomposition)
            by = (
                self.output
                if not isinstance(self.output.growth(*self.years), Growth)
                else self.area
            )
            return Passage(
                _ID, [refusal_sentence(_ID, by, refused), say("decomposition_none")]
            )
        first, last = self.whole.output.first_year, self.whole.output.last_year
        steps = yearly(self.area, self.output, first, last)
        rows, tonnes = (
            [row for step in steps for row in step.rows],
            [step.tonnes for step in steps],
        )
        sums = {
            "sum_area": sum(by_area for by_area, _ in tonnes),
            "sum_yield": sum(by_yield for _, by_yield in tonnes),
        }
        slots = _slots(self.whole) | numbers("t", rows, sums)
        slots |= numbers("figures", rows, {"steps": len(steps), "of": last - first})
        names = ("decomposition", "decomposition_yearly", "decomposition_arithmetic")
        return Passage(_ID, [say(name, slots) for name in names])

    def table(self) -> Table:
        """The parts of every sound step, and of the window in the last row."""
        rows = [_row(step, step.output.last_year) for step in self.steps]
        if self.whole:
            first, last = self.whole.output.first_year, self.whole.output.last_year
            rows.append(_row(self.whole, first, f"{first}–{last}"))
        return table(_ID, rows)

    def chart(self) -> Chart:
        """The two parts of each sound step as stacked bars."""
        id, none = f"{_ID}_chart", say("decomposition_none")
        parts = [
            (step.output.last_year, *step.tonnes, *step.points, " ".join(step.rows))
            for step in self.steps
        ]
        drawn = pd.DataFrame(parts, columns=_DRAWN)
        larger = int((drawn["area_t"].abs() > drawn["per_hectare_t"].abs()).sum())
        rows = [row for step in self.steps for row in step.rows]
        slots: Slots = {
            "place": self.output.place,
            **(_slots(self.whole) if self.whole else {}),
        }
        slots |= numbers("figures", rows, {"steps": len(parts), "larger": larger})
        title, alt = None if self.whole and parts else none, None if parts else none
        bars = drawn.rename(columns={"area_t": "area", "per_hectare_t": "per hectare"})
        picture = (
            draw_bars(id, bars, {"area": "area", "per hectare": "yield"})
            if parts
            else NONE
        )
        return Chart(
            id, *chart_words(_ID, slots, id=id, title=title, alt=alt), drawn, picture
        )


def _row(part: Decomposition, year: int, text: str = "") -> list[Number]:
    sizes = [(part.tonnes, "t"), (part.points, "points")]
    bare = [
        number(size, unit, part.rows, bare=True)
        for both, unit in sizes
        for size in both
    ]
    return [number(year, "year", part.rows, text=text), *bare]


def _slots(whole: Decomposition) -> Slots:
    by_area, by_yield = whole.points
    return {
        "first_year": number(whole.output.first_year, "year", whole.output.rows[:1]),
        "last_year": number(whole.output.last_year, "year", whole.output.rows[-1:]),
        "total": number(by_area + by_yield, "percent", whole.output.rows),
        **numbers("points", whole.rows, {"area": by_area, "yield": by_yield}),
        **numbers(
            "t",
            whole.rows,
            dict(zip(("tonnes_area", "tonnes_yield"), whole.tonnes, strict=True)),
        ),
    }
