"""Do coca and deaths move together? Growth beside growth, lags fixed beforehand, one p-value, and a sentence by rule."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.display.drawing import Line, draw_marks, line_chart
from analysis.display.numbers import (
    Number,
    Sentence,
    Slots,
    about,
    number,
    numbers,
    say,
)
from analysis.display.outputs import Chart, Passage, Table, chart_words, table
from analysis.statistics.association import (
    LAGS,
    Association,
    detectable_correlation,
    move_together,
)
from analysis.tables import records
from analysis.vintages.history import History
from analysis.vocabulary import label


def sound_growth(past: History) -> pd.DataFrame:
    """Growth on the year before as a difference of logarithms, of the years whose step is sound; with the rows behind it."""
    years = list(past.levels)
    steps = [
        (year, past.yearly_link(year - 1, year))
        for year in years
        if year - 1 in past.levels
    ]
    found = [
        (year, float(np.log(step.factor)), step.rows) for year, step in steps if step
    ]
    return pd.DataFrame(found, columns=["year", "growth", "rows"])


@dataclass(frozen=True)
class Pair:
    """Coca and deaths side by side; what the parts of a report share is computed once."""

    x: History  # of coca
    y: History  # of deaths

    @cached_property
    def growth(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The sound growth of both."""
        return sound_growth(self.x), sound_growth(self.y)

    @cached_property
    def found(self) -> Association | None:
        """Whether they move together; None where there are too few pairs of years."""
        return move_together(*self.growth)

    @cached_property
    def rows(self) -> list[str]:
        """The ids of all figures behind it."""
        return list(
            dict.fromkeys(
                row for table in self.growth for ids in table["rows"] for row in ids
            )
        )

    @property
    def slots(self) -> Slots:
        """What is compared, where, and the lag that shows most."""
        slots = about(self.x.measure, self.x.place) | {"y": label(self.y.measure)}
        return slots | (
            {"lag": self._lag(self.found.strongest[0])} if self.found else {}
        )

    def _lag(self, years: int) -> Number:
        return number(years, "lag", self.rows, one="year")

    @property
    def _chosen(self) -> str:
        return (
            f"together_{self.found.verdict.name.lower()}"
            if self.found
            else "together_too_few"
        )

    def passage(self) -> Passage:
        """What the figures show of them moving together: which sentence is said follows from one p-value."""
        slots, names = self.slots, [self._chosen, "together_confounder"]
        if self.found:
            both = sorted({*self.x.levels} & {*self.y.levels})
            x, y = ([past.levels[year] for year in both] for past in (self.x, self.y))
            slots |= {
                "levels": number(
                    float(np.corrcoef(x, y)[0, 1]), "correlation", self.rows
                )
            }
            slots |= {"lags": number(len(self.found.by_lag), "figures", self.rows)}
            slots |= numbers(
                "p",
                self.rows,
                {"p": self.found.p_value, "smallest": self.found.smallest_p},
            )
            names = [
                "together_levels",
                self._chosen,
                "together_test",
                "together_confounder",
            ]
        return Passage("together", [say(name, slots) for name in names])

    def headline(self) -> Sentence:
        """The sentence that the rule chooses, as a report's title."""
        said = say(self._chosen, self.slots, id="headline")
        return replace(said, parts=(*said.parts[:-1], str(said.parts[-1]).rstrip(".")))

    def lag_table(self) -> Table:
        """For each lag the pairs of years, their correlation, and the smallest that so many pairs could show."""
        return table(
            "lags",
            [self._row(lag) for lag in records(self.found.by_lag)]
            if self.found
            else [],
            self.slots,
        )

    def _row(self, lag: Any) -> list[Number]:
        sizes = numbers(
            "correlation",
            self.rows,
            {"r": lag.r, "smallest": detectable_correlation(lag.n)},
        )
        return [
            self._lag(lag.lag),
            number(lag.n, "figures", self.rows),
            *sizes.values(),
        ]

    def lag_chart(self) -> Chart:
        """The correlation at each lag beside what so few pairs could not tell from none."""
        lags = (
            self.found.by_lag
            if self.found
            else pd.DataFrame({"lag": LAGS, "n": 0, "r": np.nan})
        )
        band = detectable_correlation(int(lags["n"].min())) if self.found else 1.0
        marks = pd.DataFrame(
            {"row": [self._lag(lag).text for lag in lags["lag"]], "value": lags["r"]}
        )
        marks["filled"] = marks["value"].abs() > band
        slots: Slots = {"low": "none", "high": "none", **self.slots}
        if self.found:
            slots |= numbers(
                "correlation",
                self.rows,
                {"low": lags["r"].min(), "high": lags["r"].max()},
            )
        words = chart_words("lags", slots, empty=not self.found)
        picture = draw_marks("lags_chart", marks, (-1.0, 1.0), (-band, band))
        return Chart(
            "lags_chart", *words, marks.assign(figure=""), picture, "correlation"
        )

    def growth_chart(self, years: tuple[int, int]) -> Chart:
        """The growth rates of both, year by year; neighbouring years are joined, years without a sound step are gaps."""
        x, y = map(_growth_points, self.growth)
        lines = [
            Line(label(self.x.measure), "area", x),
            Line(label(self.y.measure), "deaths", y),
        ]
        both = number(
            len({*x["year"]} & {*y["year"]}), "figures", [*x["figure"], *y["figure"]]
        )
        slots: Slots = self.slots | {"pairs": both, "place_y": self.y.place}
        none = "No growth is sound in these years."
        return line_chart(
            "growth_rates",
            lines,
            years,
            chart_words("growth_rates", slots),
            "percent",
            none,
        )


def _growth_points(growth: pd.DataFrame) -> pd.DataFrame:
    value, figure = 100 * np.expm1(growth["growth"]), growth["rows"].str[-1]
    return growth.assign(
        value=value, figure=figure, joined=growth["year"].diff().eq(1), hollow=False
    )
