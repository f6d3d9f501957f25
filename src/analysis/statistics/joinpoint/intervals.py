"""How sure a trend is, its joinpoints unknown: the series is drawn and fitted again and again.

Beside it stand the parametric intervals of the Institute's program, which take the joinpoints
as known.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from analysis.statistics.joinpoint.model import Fit, Floats, Grid, Places

COVERAGE = 0.95
TAILS = (1 - COVERAGE) / 2, (1 + COVERAGE) / 2


class Resamples(NamedTuple):
    """The fits of a series (in the first row) and of its resamples, joinpoints sought anew in each.

    Of r resamples and k joinpoints: `edges` (r + 1 by k + 2) are years, `slopes` (r + 1 by k +
    1) changes of ln(value) a year, `curves` (r + 1 by n) fitted ln(value).
    """

    edges: Floats
    slopes: Floats
    curves: Floats

    def average(self, first: float, last: float) -> Floats:
        """The mean slope of each fit from the year `first` to `last`, weighted by years."""
        lengths = np.diff(self.edges.clip(first, last), axis=1)
        return np.asarray((lengths * self.slopes).sum(axis=1) / (last - first))


def smoothed_draws(residuals: Floats, scale: float, uniform: Floats) -> Floats:
    """Uniform numbers turned into draws of mean 0 and sd `scale`, distributed like the residuals.

    They go through the inverse of the empirical distribution function, straight between the
    sorted residuals at (i - 1/2) / n.

    Examples
    --------
    >>> smoothed_draws(np.array([3.0, -3.0, 0.0]), scale=1.5, uniform=np.array([0.1, 0.9])).tolist()
    [-1.5, 1.5]
    """
    n = residuals.size
    ordered = np.sort(residuals - residuals.mean())
    draws: Floats = np.interp(uniform, (np.arange(n) + 0.5) / n, ordered)
    draws *= scale / max(np.sqrt((draws**2).mean()), np.finfo(float).tiny)
    return draws


def resampled(grid: Grid, fit: Fit, resamples: int, seed: int) -> Resamples:
    """Fits of a series and of its resamples, by the empirical quantile method (Kim et al. 2017).

    A resample is the fitted line plus errors from the smoothed distribution of the residuals.
    Plain residuals are too small, as the line was fitted to them. So errors have the standard
    deviation

        s t / z,    s = sqrt(SSE / d),    d = n - 2 k - 2

    with t and z the 97.5 % quantiles of Student with d degrees of freedom and of the normal.

    The factor t / z is ours and not the Institute's: it allows for s being estimated, so that a
    straight line has its usual interval.
    """
    n = grid.years.size
    uniform = np.random.default_rng(seed).random((n, resamples))
    draws = smoothed_draws(fit.residuals, _error_scale(fit, n), uniform)
    errors = np.column_stack([fit.residuals, draws])
    return _fits(grid, fit.places.size, fit.fitted[:, None] + errors)


def _error_scale(fit: Fit, n: int) -> float:
    from scipy.special import ndtri, stdtrit

    degrees = n - 2 * fit.places.size - 2
    spread = np.sqrt(n * fit.variance / degrees)
    return float(spread * stdtrit(degrees, TAILS[1]) / ndtri(TAILS[1]))


def _fits(grid: Grid, k: int, responses: Floats) -> Resamples:
    """The best fit with k joinpoints of each of r standardised responses (n by r)."""
    n, (rows, _) = grid.years.size, grid.search(k, responses)
    slopes = np.empty((len(rows), k + 1))
    curves = np.empty((len(rows), n))
    for row in np.unique(rows):
        mine = rows == row
        design = grid.design(grid.sets[k][row])
        coefficients = np.linalg.lstsq(design, responses[:, mine])[0]
        slopes[mine] = coefficients[1:].cumsum(axis=0).T
        curves[mine] = (design @ coefficients / grid.root[:, None]).T
    return Resamples(grid.years[_edges(grid.sets[k][rows], n)], slopes, curves)


def _edges(places: Places, n: int) -> Places:
    """The places of the joinpoints between those of the first and the last observation."""
    return np.pad(places, ((0, 0), (1, 1)), constant_values=((0, 0), (0, n - 1)))


def parametric_half_widths(grid: Grid, fit: Fit) -> Floats:
    """Half the 95 % interval of each of k + 1 slopes, by the Institute's parametric method.

    Each segment has a line of its own, free of the others, through its observations but for
    those on a joinpoint. What these lines leave gives the variance, and each its standard
    error. With n* observations on no joinpoint, t has n* - 2 (k + 1) degrees of freedom
    ("Estimated Regression Coefficients (Beta)", Joinpoint Help System; Lerman 1980). The
    joinpoints are taken as known.
    """
    from scipy.special import stdtrit

    n = grid.years.size
    k = fit.places.size
    response = fit.fitted + fit.residuals
    design = grid.design(fit.places)[:, :2]
    ends = [-1, *fit.places.tolist(), n]
    squares = 0.0
    spread = []
    for before, after in pairwise(ends):
        part = slice(before + 1, after)
        line, triangle = np.linalg.qr(design[part])
        left = response[part] - line @ (line.T @ response[part])
        squares += float(left @ left)
        spread.append(abs(triangle[1, 1]))
    degrees = (n - k) - 2 * (k + 1)
    return np.asarray(
        stdtrit(degrees, TAILS[1]) * np.sqrt(squares / degrees) / np.array(spread)
    )
