"""How sure the slopes are, with the joinpoints unknown: the series is drawn and fitted again and again."""

import numpy as np

from analysis.statistics.joinpoint.model import Fit, Floats, Grid

COVERAGE = 0.95


def smoothed_draws(residuals: Floats, scale: float, uniform: Floats) -> Floats:
    """Uniform numbers turned into draws of mean 0 and standard deviation `scale`, distributed like the residuals.

    They go through the inverse of the empirical distribution function, straight between the sorted residuals at (i - 1/2) / n.

    Examples
    --------
    >>> smoothed_draws(np.array([3.0, -3.0, 0.0]), scale=1.5, uniform=np.array([0.1, 0.9])).tolist()
    [-1.5, 1.5]
    """
    n, ordered = residuals.size, np.sort(residuals - residuals.mean())
    draws: Floats = np.interp(uniform, (np.arange(n) + 0.5) / n, ordered)
    draws *= scale / max(np.sqrt((draws**2).mean()), np.finfo(float).tiny)
    return draws


def resampled(grid: Grid, fit: Fit, resamples: int, seed: int) -> tuple[Floats, Floats]:
    """Edges (k + 2 years a row) and slopes (k + 1) of the segments: of the series, then of resamples, joinpoints sought anew.

    A resample is the fitted line plus errors from the smoothed distribution of the residuals: the empirical quantile method
    (Kim et al. 2017). Plain residuals are too small, as the line was fitted to them. So errors have the standard deviation

        s t / z,    s = sqrt(SSE / (n - 2 k - 2)),    t and z: 97.5 % quantiles of Student with n - 2 k - 2 degrees and normal

    This scaling is ours: t / z allows for s being estimated, so that a straight line has its usual interval.
    """
    from scipy.special import ndtri, stdtrit

    k, n, upper = fit.places.size, grid.years.size, (1 + COVERAGE) / 2
    degrees = n - 2 * k - 2
    scale = np.sqrt(n * fit.variance / degrees) * stdtrit(degrees, upper) / ndtri(upper)
    uniform = np.random.default_rng(seed).random((n, resamples))
    errors = np.column_stack(
        [fit.residuals, smoothed_draws(fit.residuals, scale, uniform)]
    )
    responses = fit.fitted[:, None] + errors
    rows, _ = grid.search(k, responses)
    slopes = np.empty((len(rows), k + 1))
    for row in np.unique(rows):
        coefficients = np.linalg.lstsq(
            grid.design(grid.sets[k][row]), responses[:, rows == row]
        )[0]
        slopes[rows == row] = coefficients[1:].cumsum(axis=0).T
    places = np.pad(
        grid.sets[k][rows], ((0, 0), (1, 1)), constant_values=((0, 0), (0, n - 1))
    )
    return grid.years[places], slopes
