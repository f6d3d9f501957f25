"""Whether two series of yearly growth move together, one some years after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

LAGS = (0, 1, 2, 3)
FEWEST_PAIRS = 8
BLOCK = 4  # years; fixed by simulation before any real series was tested
DRAWS = 9_999
LEVEL = 0.05
POWER = 0.8  # at which a correlation counts as one that the test shows
DECIMALS = (
    9  # two numbers that are the same to these count as the same, on every processor
)

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Pair = tuple[pd.DataFrame, pd.DataFrame]  # growth of x, and of y some years later


@dataclass(frozen=True)
class Association:
    """The correlations of two series at several lags, and one p-value for all of them."""

    by_lag: pd.DataFrame  # `lag`, `n` (pairs of years), `r`
    p_value: float  # of the largest |r| of all lags
    limit: float  # what 95 % of the draws' largest |r| are below

    @property
    def strongest(self) -> tuple[int, int, float]:
        """The lag, in years, with the largest |r|, its pairs of years, and that r."""
        place = self.by_lag["r"].abs().round(DECIMALS).argmax()
        lag, pairs, r = self.by_lag.iloc[place][["lag", "n", "r"]]
        return int(lag), int(pairs), float(r)

    @property
    def stands_out(self) -> bool:
        """Whether p is below 0.05, this comparison taken alone."""
        return self.p_value < LEVEL

    @property
    def smallest_shown(self) -> float:
        """The smallest true |r| at one lag that the test would show in 4 of 5 such series.

        By Fisher's transformation, for n pairs of independent years at the strongest lag:

            tanh(artanh(limit) + z / sqrt(n - 3)),    z: 80 % quantile of the normal
        """
        from scipy.special import ndtri

        _, pairs, _ = self.strongest
        needed = np.arctanh(self.limit) + ndtri(POWER) / np.sqrt(pairs - 3)
        return float(np.tanh(needed))


@dataclass(frozen=True)
class Comparisons:
    """Several comparisons, each by itself, and one p-value for all."""

    each: tuple[Association | None, ...]  # None: too few pairs of years
    p_value: float  # of the smallest p-value of all; nan where there is none


class _Drawn(NamedTuple):
    by_lag: pd.DataFrame
    largest: Numbers  # |r| of all lags: of the series, then of each draw


def move_together(
    x: pd.DataFrame,
    y: pd.DataFrame,
    *,
    lags: Sequence[int] = LAGS,
    draws: int = DRAWS,
    seed: int = 0,
) -> Association | None:
    """Correlate the growth of y with that of x some years before, and test all lags at once.

        r(lag) = Pearson correlation of growth_x(year - lag) and growth_y(year)
        p = share of the draws, y among them, whose largest |r| of all lags is at least that of y

    A draw is y with its years turned round in a circle by a random number and then cut into
    blocks of 4 years, put in random order: so it has nothing to do with x but persists as y does.
    Of 1,000 pairs of independent series of 20 years it takes 5 to 7 % to move together, as
    their neighbouring years correlate by 0, 0.3 or 0.6; shorter blocks take up to 9 %. Turning
    alone would not do: of n shifts p can't be below 1 / n, and one by a year or two keeps a true
    lag.

    Parameters
    ----------
    x, y : DataFrame
        Columns `year` and `growth` (difference of logarithms from the year before), only years
        whose growth is sound; the others form no pair.
    lags : sequence of int
        Years by which x leads, fixed before looking.
    draws, seed : int
        How many series are drawn, and the seed: the same input gives the same p.

    Returns
    -------
    Association or None
        None where no lag has 8 pairs, or either series never varies. Lags with fewer than 8
        pairs are left out.

    References
    ----------
    P. Westfall and S. Young (1993), Resampling-Based Multiple Testing (the maximum statistic).
    D. Politis and J. Romano (1992), A circular block-resampling procedure for stationary data.

    Examples
    --------
    >>> growth = [3, -1, 2, 4, -3, 1, 5, -2, 0, 6, -4, 3, 1, -5, 2, 4]
    >>> output = pd.DataFrame({"year": range(2000, 2016), "growth": growth})
    >>> result = move_together(output, output.assign(year=output["year"] + 2), draws=999)
    >>> result.strongest[0], result.stands_out
    (2, True)
    """
    return compare([(x, y)], lags=lags, draws=draws, seed=seed).each[0]


def compare(
    pairs: Sequence[Pair],
    *,
    lags: Sequence[int] = LAGS,
    draws: int = DRAWS,
    seed: int = 0,
) -> Comparisons:
    """Test several pairs of series as `move_together` does, and all of them at once.

        p of a draw = share of the draws whose largest |r| is at least its own, for each pair
        p of all = share of the draws whose smallest p over the pairs is at most that of y

    Every y of one length is put in the same order in a draw, so that pairs which look alike look
    alike in the draws too, and the adjustment is no larger than it must be (Westfall and Young
    1993, the smallest p-value). Parameters are those of `move_together`, but for the pairs.

    Examples
    --------
    The same comparison made twice is one comparison:

    >>> growth = [3, -1, 2, 4, -3, 1, 5, -2, 0, 6, -4, 3, 1, -5, 2, 4]
    >>> output = pd.DataFrame({"year": range(2000, 2016), "growth": growth})
    >>> twice = compare([(output, output), (output, output)], draws=999)
    >>> twice.p_value == twice.each[0].p_value
    True
    """
    drawn = [_draw(x, y, lags, draws, seed) for x, y in pairs]
    p_values = [_p_values(found.largest) for found in drawn if found]
    if not p_values:
        return Comparisons((None,) * len(drawn), float("nan"))
    smallest = np.min(p_values, axis=0)
    each = tuple(found and _association(found) for found in drawn)
    return Comparisons(each, float((smallest <= smallest[0]).mean()))


def _draw(
    x: pd.DataFrame, y: pd.DataFrame, lags: Sequence[int], draws: int, seed: int
) -> _Drawn | None:
    leading, led = (table.set_index("year")["growth"].sort_index() for table in (x, y))
    before = {lag: leading.reindex(led.index - lag).to_numpy(float) for lag in lags}
    pairs = {lag: int(np.isfinite(growth).sum()) for lag, growth in before.items()}
    used = [lag for lag in lags if pairs[lag] >= FEWEST_PAIRS]
    if not used or not (_varies(leading) and _varies(led)):
        return None
    values = led.to_numpy(float)
    drawn = np.vstack([values, values[_orders(len(values), draws, seed)]])
    r = np.array([_correlations(before[lag], drawn) for lag in used])
    counts = [pairs[lag] for lag in used]
    by_lag = pd.DataFrame({"lag": used, "n": counts, "r": r[:, 0]})
    return _Drawn(by_lag, np.abs(r).max(axis=0).round(DECIMALS))


def _varies(growth: "pd.Series[float]") -> bool:
    return bool(growth.max() - growth.min() > 10**-DECIMALS)


def _association(drawn: _Drawn) -> Association:
    limit = float(np.quantile(drawn.largest[1:], 1 - LEVEL))
    return Association(drawn.by_lag, float(_p_values(drawn.largest)[0]), limit)


def _p_values(largest: Numbers) -> Numbers:
    """For each entry the share of all that are at least as large."""
    below = np.searchsorted(np.sort(largest), largest, side="left")
    return np.asarray((largest.size - below) / largest.size)


@lru_cache(maxsize=8)
def _orders(years: int, draws: int, seed: int) -> np.ndarray[Any, np.dtype[np.intp]]:
    """For each draw the places of the years, turned round and cut into blocks in random order."""
    random = np.random.default_rng(seed)
    blocks = np.split(np.arange(years), range(BLOCK, years, BLOCK))
    orders = [
        np.concatenate([blocks[i] for i in random.permutation(len(blocks))])
        for _ in range(draws)
    ]
    return (np.array(orders) + random.integers(years, size=(draws, 1))) % years


def _correlations(before: Numbers, series: Numbers) -> Numbers:
    """Pearson's r of `before`, where it is known, with each row of the series."""
    known = np.isfinite(before)
    first = before[known] - before[known].mean()
    rest = series[:, known] - series[:, known].mean(axis=1, keepdims=True)
    r: Numbers = rest @ first / np.sqrt((first @ first) * (rest**2).sum(axis=1))
    return r
