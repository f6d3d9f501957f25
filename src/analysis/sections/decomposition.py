"""What of a change in output is area, and what is output per hectare: shown for a window and year by year."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.display.drawing import draw_bars
from analysis.display.numbers import Number, Sentence, Slots, number, numbers, say
from analysis.display.outputs import NONE, Chart, Passage, Table, chart_words, table
from analysis.sections.growth import refusal_sentence
from analysis.statistics.decomposition import (
    Decomposition,
    Step,
    decompose,
    steps_inside,
    yearly,
    yield_share,
)
from analysis.statistics.output_per_hectare import Basis, basis_of
from analysis.vintages.history import Growth, History

_ID = "decomposition"
_APART = 5  # points of percent by which two shares differ enough to say so
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

    area: History  # from the year before the window on
    output: History
    years: tuple[int, int]

    @property
    def _basis(self) -> Basis:
        return basis_of(self.output.agency)

    @cached_property
    def whole(self) -> Decomposition | None:
        """The decomposition of the window, or else of the widest sound growth of output whose area is known as well."""
        widest = self.output.widest()
        last = [(widest.first_year, widest.last_year)] if widest else []
        # The mean of two year-ends may lack its first year.
        inner = [(first + 1, end) for first, end in last if first + 1 < end]
        for span in (self.years, *last, *inner):
            split = decompose(self.area, self.output, *span, self._basis)
            if isinstance(split, Decomposition):
                return split
        return None

    @cached_property
    def steps(self) -> list[Step]:
        """The window's parts by the years inside it, which add up to it."""
        if self.whole is None:
            return []
        return steps_inside(self.area, self.whole, self.output, self._basis)

    def passage(self) -> Passage:
        """The parts of area and of output per hectare in the growth of output, and what this arithmetic is not."""
        if self.whole is None:
            refused = decompose(self.area, self.output, *self.years, self._basis)
            assert not isinstance(refused, Decomposition)
            sound = isinstance(self.output.growth(*self.years), Growth)
            by = self.area if sound else self.output
            return Passage(
                _ID, [refusal_sentence(_ID, by, refused), say("decomposition_none")]
            )
        slots = _slots(self.whole)
        names = ["decomposition", f"decomposition_{self._basis}"]
        said = [say(name, slots) for name in names]
        vintage = self._vintage()
        said += [vintage] if vintage else []
        return Passage(_ID, [*said, say("decomposition_arithmetic")])

    def _vintage(self) -> Sentence | None:
        """What share the yield has by the figures from year to year, where that is another one."""
        assert self.whole
        grown = self.whole.output
        years = grown.first_year, grown.last_year
        steps = yearly(self.area, self.output, *years, self._basis)
        moved = [step for step in steps if step.output.factor != 1]
        if not moved or grown.chained:
            return None
        shares = [100 * yield_share(parts) for parts in ([self.whole], moved)]
        if abs(shares[0] - shares[1]) < _APART:
            return None
        return say("decomposition_vintage", self._vintage_slots(steps, shares))

    def _vintage_slots(self, steps: list[Decomposition], shares: list[float]) -> Slots:
        assert self.whole
        grown = self.whole.output
        other = steps[0].output
        rows = [row for step in steps for row in step.rows]
        of_shares = {"share": shares[0], "yearly": shares[1]}
        counts = {"steps": len(steps), "of": grown.last_year - grown.first_year}
        slots = _slots(self.whole) | numbers("percent", rows, of_shares)
        slots |= numbers("figures", rows, counts)
        slots["first"] = number(grown.first, "t", grown.rows[:1])
        slots["other"] = number(other.first, "t", other.rows[:1])
        slots["other_year"] = number(other.first_year, "year", other.rows[:1])
        return slots

    def table(self) -> Table:
        """The parts by the years inside the window, and of the window in the last row, to which they add up."""
        rows = [_row(step, step.first_year, step.last_year) for step in self.steps]
        if self.whole:
            years = self.whole.output.first_year, self.whole.output.last_year
            rows.append(_row(self.whole, *years, whole=True))
        return table(_ID, rows)

    def chart(self) -> Chart:
        """The two parts by the years inside the window, as stacked bars that add up to it."""
        id = f"{_ID}_chart"
        none = say("decomposition_none")
        parts = [
            (step.last_year, *step.tonnes, *step.points, " ".join(step.rows))
            for step in self.steps
        ]
        drawn = pd.DataFrame(parts, columns=_DRAWN)
        larger = int((drawn["area_t"].abs() > drawn["per_hectare_t"].abs()).sum())
        rows = [row for step in self.steps for row in step.rows]
        slots: Slots = {
            "place": self.output.place,
            **(_slots(self.whole) if self.whole else {}),
        }
        slots |= numbers("figures", rows, {"larger": larger})
        slots["steps"] = number(len(parts), "figures", rows, one="step")
        title, alt = (None, None) if parts else (none, none)
        if not parts:
            words = chart_words(_ID, slots, id=id, title=title, alt=alt)
            return Chart(id, *words, drawn, NONE)
        bars = drawn.rename(columns={"area_t": "area", "per_hectare_t": "per hectare"})
        picture = draw_bars(id, bars, {"area": "area", "per hectare": "yield"})
        return Chart(id, *chart_words(_ID, slots, id=id), drawn, picture)


def _row(
    part: Step | Decomposition, first: int, last: int, whole: bool = False
) -> list[Number]:
    sizes = [(part.tonnes, "t"), (part.points, "points")]
    bare = [
        number(size, unit, part.rows, bare=True)
        for both, unit in sizes
        for size in both
    ]
    span = f"{first}–{last}" if whole or last - first > 1 else ""
    year = first if span else last
    return [number(year, "year", part.rows, text=span), *bare]


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
