"""The trend of a series: its segments, their annual percent change, and what stands behind them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.statistics.joinpoint.intervals import (
    TAILS,
    Resamples,
    parametric_half_widths,
    resampled,
)
from analysis.statistics.joinpoint.model import Floats, Grid
from analysis.statistics.joinpoint.selection import (
    Criterion,
    PermutationTest,
    criteria,
    permutation_tests,
)

ROUNDED = 1e-6  # percent a year; an end of an interval nearer to zero is rounding


class AnnualChange(NamedTuple):
    """A change per year from `first` to `last`: of ln(value), and in percent with its interval."""

    first: float
    last: float
    slope: float
    percent: float  # 100 (exp(slope) - 1)
    low: float
    high: float

    @property
    def differs(self) -> bool:
        """Whether the interval leaves zero out, which the Institute marks with an asterisk."""
        return self.low > ROUNDED or self.high < -ROUNDED


class Joinpoint(NamedTuple):
    """The year in which a trend changed, with the 95 % interval of that year."""

    year: float
    low: float
    high: float


class Band(NamedTuple):
    """The fitted curve with its 95 % interval in each of n years, in the unit of the values."""

    curve: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Trend:
    """A fitted joinpoint model, made by `joinpoint`."""

    joinpoints: tuple[Joinpoint, ...]
    segments: tuple[AnnualChange, ...]  # each with its annual percent change (APC)
    parametric: tuple[AnnualChange, ...]  # the same with `parametric_half_widths`
    band: Band
    most: int  # joinpoints tried; 0: the series is too short for any
    by_wbic: int  # joinpoints by the smallest weighted BIC
    by_permutation: int | None  # by the tests; None without them
    criteria: tuple[Criterion, ...]
    tests: tuple[PermutationTest, ...]
    _resamples: Resamples = field(repr=False)

    @property
    def at_most(self) -> bool:
        """Whether it has as many joinpoints as were tried: a longer series might have more."""
        return len(self.joinpoints) == self.most > 0

    @property
    def settled(self) -> bool:
        """Whether weighted BIC and the tests, where made, choose the same number of joinpoints."""
        return self.by_permutation in (None, self.by_wbic)

    def aapc(
        self, first: float | None = None, last: float | None = None
    ) -> AnnualChange:
        """Average annual percent change from the year `first` to `last`, by default of the series.

            AAPC = 100 (exp(sum of w b / sum of w) - 1)

        b is the slope of a segment and w its length in the window (Clegg et al. 2009). The
        interval is that of the same years in every resample, wherever its joinpoints lie.

        Raises
        ------
        ValueError
            If the window is not within the series, or does not rise.

        Examples
        --------
        What quadruples for five years and stays for five has doubled yearly on average:

        >>> trend = joinpoint(range(2000, 2011), [1, 4, 16, 64, 256, *[1024] * 6])
        >>> round(trend.aapc().percent, 6), round(trend.aapc(2000, 2005).percent, 6)
        (100.0, 300.0)
        """
        start, end = self._resamples.edges[0, [0, -1]].tolist()
        first = start if first is None else first
        last = end if last is None else last
        if not start <= first < last <= end:
            raise ValueError(
                f"a window must rise within {start:g} to {end:g}, unlike {first:g} to {last:g}"
            )
        return _annual_change(self._resamples, float(first), float(last))


def joinpoint(
    years: npt.ArrayLike,
    values: npt.ArrayLike,
    *,
    weights: str | npt.ArrayLike = "constant",
    most: int | None = None,
    select: str | int = "wbic",
    permutations: int = 4499,
    resamples: int = 4999,
    seed: int = 0,
) -> Trend:
    """Joinpoint regression as the US National Cancer Institute's Joinpoint program defines it.

    `Grid` has the model, `criteria` and `permutation_tests` say how many joinpoints,
    `resampled` how sure the slopes are.

    Parameters
    ----------
    years, values : sequence of n numbers
        3 years or more that rise strictly; gaps are allowed. Values above zero, none missing.
    weights : "constant", "counts" or sequence of n numbers
        The variance of ln(value): the same for all; 1 / value, as of a Poisson count; or, from the
        standard error of each value in its unit, (error / value) ** 2.
    most : int, optional
        Most joinpoints to try, if fewer than `most_joinpoints` allows; the search grows as n **
        most, so set it for 30 years or more.
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
    >>> trend.joinpoints[0].year, [round(segment.percent, 6) for segment in trend.segments]
    (2005.0, [100.0, -50.0])
    """
    value = _above_zero(values, years)
    grid = Grid(years, _inverse_variances(value, weights), most)
    response = np.log(value) * grid.root
    table = criteria(grid, response)
    by_wbic = min(table, key=lambda row: row.wbic).k
    tests: tuple[PermutationTest, ...] = ()
    by_tests = None
    if permutations:
        tests, by_tests = permutation_tests(grid, response, permutations, seed)
    chosen = {"wbic": by_wbic, "permutation": by_tests}.get(str(select), select)
    fit = grid.fit(_number_of_joinpoints(chosen, grid.most, select), response)
    found = resampled(grid, fit, resamples, seed)
    joinpoints = tuple(_joinpoints(found))
    segments = tuple(_segments(found))
    return Trend(
        joinpoints=joinpoints,
        segments=segments,
        parametric=tuple(_parametric(segments, parametric_half_widths(grid, fit))),
        band=_band(found),
        most=grid.most,
        by_wbic=by_wbic,
        by_permutation=by_tests,
        criteria=table,
        tests=tests,
        _resamples=found,
    )


def _above_zero(values: npt.ArrayLike, years: npt.ArrayLike) -> Floats:
    """The values as numbers, if each year has one above zero."""
    value = np.asarray(values, float)
    if value.shape != np.shape(years) or not ((value > 0) & np.isfinite(value)).all():
        raise ValueError(
            f"each of {np.size(years)} years needs a value above zero, not {value.tolist()}"
        )
    return value


def poisson_dispersion(values: npt.ArrayLike, trend: Trend) -> float:
    """How many times as much counts vary about a trend as Poisson counts would: 1 if as much.

        sum of (value - curve) ** 2 / curve, over n - 2 k - 2    (Pearson's chi-squared by freedom)

    Examples
    --------
    Counts of 90 and 110 by turns lie 10 from a flat line of 100, as Poisson counts do:

    >>> counts = [90, 110, 110, 90, 90, 110, 110, 90]
    >>> trend = joinpoint(range(8), counts, select=0)
    >>> round(poisson_dispersion(counts, trend) * 6 / 8, 1)
    1.0
    """
    curve = trend.band.curve
    degrees = curve.size - 2 * len(trend.joinpoints) - 2
    return float(((np.asarray(values, float) - curve) ** 2 / curve).sum() / degrees)


def _inverse_variances(value: Floats, weights: str | npt.ArrayLike) -> Floats | None:
    """The inverse variances of ln(value), in any unit; None where they are the same for all."""
    if isinstance(weights, str):
        if weights not in ("constant", "counts"):
            raise ValueError(
                'weights must be "constant", "counts" or a standard error for each value, '
                f"not {weights!r}"
            )
        return value if weights == "counts" else None
    error = np.asarray(weights, float)
    if error.shape != value.shape or not ((error > 0) & np.isfinite(error)).all():
        raise ValueError(
            f"each of {value.size} values needs a standard error above zero, not {error.tolist()}"
        )
    return np.asarray((value / error) ** 2)


def _number_of_joinpoints(chosen: object, most: int, select: str | int) -> int:
    if not isinstance(chosen, int) or not 0 <= chosen <= most:
        raise ValueError(
            f'select must be "wbic", "permutation" or 0 to {most}, not {select!r}'
        )
    return chosen


def _joinpoints(found: Resamples) -> Iterator[Joinpoint]:
    """Each joinpoint with the quantiles of its year over the resamples."""
    inner = found.edges[:, 1:-1]
    ends = np.quantile(inner[1:], TAILS, axis=0, method="inverted_cdf")
    for year, low, high in zip(inner[0], *ends, strict=True):
        yield Joinpoint(float(year), float(low), float(high))


def _segments(found: Resamples) -> Iterator[AnnualChange]:
    """The segments of the series, each with the interval of its own years."""
    edges = found.edges[0].tolist()
    for first, last in pairwise(edges):
        yield _annual_change(found, first, last)


def _annual_change(found: Resamples, first: float, last: float) -> AnnualChange:
    slopes = found.average(first, last)
    percent = 100 * np.expm1([slopes[0], *np.quantile(slopes[1:], TAILS)])
    return AnnualChange(first, last, float(slopes[0]), *percent.tolist())


def _parametric(
    segments: tuple[AnnualChange, ...], widths: Floats
) -> Iterator[AnnualChange]:
    for segment, width in zip(segments, widths.tolist(), strict=True):
        ends = 100 * np.expm1([segment.slope - width, segment.slope + width])
        yield AnnualChange(*segment[:4], *ends.tolist())


def _band(found: Resamples) -> Band:
    low, high = np.exp(np.quantile(found.curves[1:], TAILS, axis=0))
    return Band(np.exp(found.curves[0]), low, high)
