"""The trend of a series: its segments, their annual percent change, and what stands behind them."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.statistics.joinpoint.intervals import COVERAGE, resampled
from analysis.statistics.joinpoint.model import Floats, Grid
from analysis.statistics.joinpoint.selection import (
    Criterion,
    PermutationTest,
    criteria,
    permutation_tests,
)


class AnnualChange(NamedTuple):
    """A change per year from the year `first` to `last`: of ln(value), and in percent with a 95 % interval."""

    first: float
    last: float
    slope: float
    percent: float  # 100 (exp(slope) - 1)
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Trend:
    """A fitted joinpoint model, made by `joinpoint`."""

    joinpoints: tuple[float, ...]  # years
    segments: tuple[AnnualChange, ...]  # each with its annual percent change (APC)
    predicted: Floats  # in the unit of the values
    residuals: Floats  # ln(value) - ln(predicted)
    autocorrelation: (
        float  # lag 1, of the standardised residuals; nan if the line meets every value
    )
    most: int  # joinpoints tried; 0: the series is too short for any
    by_wbic: int  # joinpoints by the smallest weighted BIC
    by_permutation: int | None  # by the tests; None without them
    criteria: tuple[Criterion, ...]
    tests: tuple[PermutationTest, ...]
    _edges: Floats = field(
        repr=False
    )  # of the segments in the series, then in each resample
    _slopes: Floats = field(repr=False)

    def aapc(
        self, first: float | None = None, last: float | None = None
    ) -> AnnualChange:
        """Average annual percent change from the year `first` to `last`, by default of the whole series.

            AAPC = 100 (exp(sum of w b / sum of w) - 1),    b: slope of a segment, w: its length in the window (Clegg et al. 2009)

        Raises
        ------
        ValueError
            If the window is not within the series, or does not rise.

        Examples
        --------
        What quadruples for five years and stays for five has doubled yearly on average:

        >>> trend = joinpoint(range(2000, 2011), [1, 4, 16, 64, 256, 1024, 1024, 1024, 1024, 1024, 1024])
        >>> round(trend.aapc().percent, 6), round(trend.aapc(2000, 2005).percent, 6)
        (100.0, 300.0)
        """
        start, end = self._edges[0, [0, -1]]
        first, last = (
            float(start if first is None else first),
            float(end if last is None else last),
        )
        if not start <= first < last <= end:
            raise ValueError(
                f"a window must rise within {start:g} to {end:g}, unlike {first:g} to {last:g}"
            )
        lengths = np.diff(self._edges.clip(first, last), axis=1)
        return _annual_change(
            first, last, (lengths * self._slopes).sum(axis=1) / (last - first)
        )


def joinpoint(
    years: npt.ArrayLike,
    values: npt.ArrayLike,
    *,
    weights: str = "constant",
    most: int | None = None,
    select: str | int = "wbic",
    permutations: int = 4499,
    resamples: int = 4999,
    seed: int = 0,
) -> Trend:
    """Joinpoint regression as the US National Cancer Institute's Joinpoint program defines it.

    `Grid` has the model, `criteria` and `permutation_tests` say how many joinpoints, `resampled` how sure the slopes are.

    Parameters
    ----------
    years, values : sequence of n numbers
        3 years or more that rise strictly; gaps are allowed. Values above zero, none missing.
    weights : "constant" or "counts"
        The variance of ln(value): the same for all, or 1 / value as of a Poisson count.
    most : int, optional
        Most joinpoints to try, if fewer than `LENGTHS` allows; the search grows as n ** most, so set it for 30 years or more.
    select : "wbic", "permutation" or int
        What chooses the number of joinpoints, or the number. Both methods report in any case.
    permutations, resamples, seed : int
        How many random draws for the tests (0 skips them) and the intervals, and their seed.

    Raises
    ------
    ValueError
        If an argument is not as said.

    Examples
    --------
    To double every year is +100 %, to halve is -50 %:

    >>> trend = joinpoint(range(2000, 2011), [1, 2, 4, 8, 16, 32, 16, 8, 4, 2, 1])
    >>> trend.joinpoints, [round(segment.percent, 6) for segment in trend.segments]
    ((2005.0,), [100.0, -50.0])
    """
    value = np.asarray(values, float)
    if value.shape != np.shape(years) or not ((value > 0) & np.isfinite(value)).all():
        raise ValueError(
            f"each of {np.size(years)} years needs a value above zero, not {value.tolist()}"
        )
    if weights not in ("constant", "counts"):
        raise ValueError(f'weights must be "constant" or "counts", not {weights!r}')
    grid = Grid(years, value if weights == "counts" else None, most)
    response = np.log(value) * grid.root
    table = criteria(grid, response)
    by_wbic = min(table, key=lambda row: row.wbic).k
    tests, by_tests = (
        permutation_tests(grid, response, permutations, seed)
        if permutations
        else ((), None)
    )
    k = {"wbic": by_wbic, "permutation": by_tests}.get(str(select), select)
    if not isinstance(k, int) or not 0 <= k <= grid.most:
        raise ValueError(
            f'select must be "wbic", "permutation" or 0 to {grid.most}, not {select!r}'
        )
    fit = grid.fit(k, response)
    edges, slopes = resampled(grid, fit, resamples, seed)
    segments = tuple(
        _annual_change(edges[0, j], edges[0, j + 1], slopes[:, j]) for j in range(k + 1)
    )
    predicted, r = np.exp(fit.fitted / grid.root), fit.residuals
    lag, left = (
        float("nan") if fit.exact else float(r[:-1] @ r[1:] / (r @ r)),
        np.log(value / predicted),
    )
    found = tuple(edges[0, 1:-1].tolist())
    return Trend(
        found,
        segments,
        predicted,
        left,
        lag,
        grid.most,
        by_wbic,
        by_tests,
        table,
        tests,
        edges,
        slopes,
    )


def _annual_change(first: float, last: float, slopes: Floats) -> AnnualChange:
    tail = (1 - COVERAGE) / 2
    percent = 100 * np.expm1([slopes[0], *np.quantile(slopes[1:], [tail, 1 - tail])])
    return AnnualChange(float(first), float(last), float(slopes[0]), *percent.tolist())
