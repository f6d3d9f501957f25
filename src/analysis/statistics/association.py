"""Whether two series of yearly growth move together, one some years after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

LAGS = (0, 1, 2, 3)
FEWEST_PAIRS = 8
LEVEL = 0.05

Numbers = np.ndarray[Any, np.dtype[np.float64]]


class Verdict(StrEnum):
    """What a result supports."""

    TOGETHER = "together"
    OPPOSITE = "opposite"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True)
class Association:
    """The correlations of two series at several lags, and one p-value for all of them."""

    by_lag: pd.DataFrame  # `lag`, `n` (pairs of years), `r`
    p_value: float  # of the largest |r| of all lags
    smallest_p: float  # that the number of draws could give

    @property
    def lag(self) -> int:
        """The lag, in years, of the largest |r|."""
        return int(self.by_lag["lag"].iloc[self.by_lag["r"].abs().argmax()])

    @property
    def verdict(self) -> Verdict:
        """Together or opposite, by the sign at `lag`, only where p is below 0.05; otherwise not shown."""
        if not self.p_value < LEVEL:
            return Verdict.NOT_SHOWN
        return Verdict.TOGETHER if self.by_lag.set_index("lag")["r"][self.lag] > 0 else Verdict.OPPOSITE


def move_together(
    x: pd.DataFrame, y: pd.DataFrame, *, lags: Sequence[int] = LAGS, draws: int = 9_999, seed: int = 0
) -> Association | None:
    """Correlate the growth of y with that of x some years before, and test all lags at once.

        r(lag) = Pearson correlation of growth_x(year - lag) and growth_y(year)
        p = share of the draws, y's own among them, whose largest |r| of all lags is at least that of y

    A draw has nothing to do with x but persists as y does: normal noise with y's lag-one autocorrelation, corrected
    for its bias in short series, on y's years. So p allows for the choice of the best lag and for series that persist.
    Circular shifts would not do: of n shifts, those by a year or two keep a true lag in sight, and p can't be small.

    Parameters
    ----------
    x, y : DataFrame
        Columns `year` and `growth` (difference of logarithms from the year before), only years whose growth is sound.
        A year without growth forms no pair; none is filled in.
    lags : sequence of int
        Years by which x leads, fixed before looking.
    draws, seed : int
        How many series are drawn, and the seed: the same input gives the same p.

    Returns
    -------
    Association or None
        None where no lag has 8 pairs, or either series never varies. Lags with fewer than 8 pairs are left out.

    References
    ----------
    M. Allen and L. Smith (1996), Monte Carlo SSA, Journal of Climate 9, 3373-3404 (draws of persistent noise).
    F. Marriott and J. Pope (1954), Bias in the estimation of autocorrelations, Biometrika 41, 390-402.

    Examples
    --------
    Deaths that repeat the growth of output two years later:

    >>> growth = [0.3, -0.1, 0.2, 0.4, -0.3, 0.1, 0.5, -0.2, 0.0, 0.6, -0.4, 0.3]
    >>> output = pd.DataFrame({"year": range(2000, 2012), "growth": growth})
    >>> result = move_together(output, output.assign(year=output["year"] + 2))
    >>> result.lag, str(result.verdict)
    (2, 'together')
    """
    leading, led = (table.set_index("year")["growth"].dropna().sort_index() for table in (x, y))
    led_years = led.index.to_numpy()
    led_by = {lag: leading.reindex(led_years - lag).to_numpy() for lag in lags}
    led_by = {lag: before for lag, before in led_by.items() if np.isfinite(before).sum() >= FEWEST_PAIRS}
    if not led_by or leading.nunique() < 2 or led.nunique() < 2:
        return None
    series = np.vstack([led.to_numpy(), _persistent_noise(led, draws, seed)])
    r = np.array([_correlations(before, series) for before in led_by.values()])
    largest = np.abs(r).max(axis=0)
    pairs = [int(np.isfinite(before).sum()) for before in led_by.values()]
    by_lag = pd.DataFrame({"lag": list(led_by), "n": pairs, "r": r[:, 0]})
    return Association(by_lag, float((largest >= largest[0]).mean()), 1 / (draws + 1))


def autocorrelation(values: Sequence[float] | Numbers, lag: int = 1) -> float:
    """How far a series resembles itself some years before.

        r = sum of (v[t] - mean) (v[t + lag] - mean) / sum of (v[t] - mean) ** 2

    Parameters
    ----------
    values : sequence of float
        One a year, such as the residuals of a trend; NaN where missing, and left out of both sums.
    lag : int
        Years between the two, 1 or more.

    Raises
    ------
    ValueError
        If the values never vary, or the lag is not shorter than the series.

    Examples
    --------
    >>> autocorrelation([1, -1, 1, -1])
    -0.75
    """
    apart = np.asarray(values, dtype=np.float64) - np.nanmean(values)
    squares = float(np.nansum(apart**2))
    if not (squares > 0 and 1 <= lag < len(apart)):
        raise ValueError(f"autocorrelation needs values that vary and a lag below {len(apart)}, not lag {lag}")
    return float(np.nansum(apart[:-lag] * apart[lag:])) / squares


def detectable_correlation(pairs: int, level: float = LEVEL) -> float:
    """The smallest |r| that so many pairs can tell from none, two-sided, at one lag fixed beforehand.

        r = t / sqrt(n - 2 + t ** 2), with t the quantile 1 - level / 2 of Student's t with n - 2 degrees of freedom

    The largest of several lags, or of series that persist, must be larger still. Raises ValueError below 3 pairs.

    >>> round(detectable_correlation(20), 2)
    0.44
    """
    from scipy import stats

    if pairs < 3:
        raise ValueError(f"a correlation is tested on 3 pairs or more, not {pairs}")
    t = float(stats.t.ppf(1 - level / 2, pairs - 2))
    return t / float(np.sqrt(pairs - 2 + t**2))


def _persistent_noise(led: pd.Series, draws: int, seed: int) -> Numbers:
    """Rows of normal noise on the years of `led`, each year alike its neighbours as those of `led` are."""
    every = led.reindex(range(led.index[0], led.index[-1] + 1))
    n, neighbours = len(led), int((every.notna() & every.shift().notna()).sum())
    sample = autocorrelation(every.to_numpy()) * (n - 1) / max(neighbours, 1)  # as if no year were missing
    persistence = float(np.clip((n * sample + 1) / (n - 4), -0.95, 0.95))  # its bias is -(1 + 4 persistence) / n
    noise = np.random.default_rng(seed).standard_normal((draws, len(every)))
    noise[:, 0] /= np.sqrt(1 - persistence**2)
    for year in range(1, len(every)):
        noise[:, year] += persistence * noise[:, year - 1]
    return noise[:, every.notna().to_numpy()]


def _correlations(before: Numbers, series: Numbers) -> Numbers:
    """Pearson's r of `before`, where it is known, with each row of `series`."""
    known = np.isfinite(before)
    first = before[known] - before[known].mean()
    second = series[:, known] - series[:, known].mean(axis=1, keepdims=True)
    r: Numbers = second @ first / np.sqrt((first @ first) * (second**2).sum(axis=1))
    return r
