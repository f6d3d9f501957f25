"""The model: ln(value) is a broken line in the year; every set of joinpoints is tried."""

from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

# As in the session log of the Institute's program (4.9.0.0); a joinpoint's own year is not counted.
ENDS = 2  # observations before the first and after the last joinpoint
BETWEEN = 2  # observations between two joinpoints
ROUNDING = 1e-10  # residuals of ln(value) below this are rounding, not noise
SAME = 1e-9  # relative: sums of squares nearer than this count as the same, on every processor


def most_joinpoints(observations: int) -> int:
    """How many joinpoints a series of so many observations may have at most.

    One for 7 observations and one more for each further 5: the Institute's rule, by which the most
    depends on the number of observations alone.

    Examples
    --------
    >>> [most_joinpoints(years) for years in (6, 7, 12, 21, 24)]
    [0, 1, 2, 3, 4]
    """
    return max(0, (observations - 2) // 5)


class Fit(NamedTuple):
    """The best broken line with a given number of joinpoints."""

    places: Places  # of the joinpoints in the series, from 0
    fitted: Floats  # of the standardised response
    residuals: Floats  # likewise
    variance: float  # mean square of the residuals
    exact: bool  # whether the line meets every observation


class Grid:
    """The sets of joinpoints that a series may have, and what their fit needs, for many responses.

        ln(y) = a + b x + d1 (x - t1)+ + ... + dk (x - tk)+ + error,    (u)+ = max(u, 0)

    Each joinpoint t is an observed year; `sets[k]` has every admissible k of them, as places that
    count from 0. `weights` are inverse variances of ln(y) in any unit. Both sides are multiplied by
    their square roots; then least squares needs no weights. All responses here are standardised
    so. Every model contains the straight line, so it is taken out of the response and of the
    other terms first (Frisch-Waugh): what it leaves of the sum of squares falls by the squares
    of its projections on them.

    Examples
    --------
    Seven years may have one joinpoint, with two years before it and two after:

    >>> Grid(range(2001, 2008)).sets[1].ravel().tolist()
    [2, 3, 4]
    """

    def __init__(
        self,
        years: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
        most: int | None = None,
    ) -> None:
        self.years = _rising(years)
        n = self.years.size
        self.most = most_joinpoints(n)
        if most is not None:
            if most < 0:
                raise ValueError(f"most must be 0 or more, not {most}")
            self.most = min(self.most, most)
        weight = np.ones(n) if weights is None else np.asarray(weights, float)
        self.root: Floats = np.sqrt(weight / weight.mean())
        # Years near 2,000, squared, leave too few digits.
        self.x = self.years - self.years.mean()
        self._line = np.linalg.qr(self.design(np.empty(0, np.intp)))[0]
        self.sets = [self._sets(k) for k in range(self.most + 1)]
        hinges = self._bend(self.design(np.arange(n))[:, 2:]).T
        self._bases = [_orthonormal(hinges[sets]) for sets in self.sets]

    def design(self, places: Places) -> Floats:
        """The n by k + 2 matrix of the model with joinpoints at these k places, standardised."""
        hinges = np.maximum(self.x[:, None] - self.x[places], 0)
        return np.column_stack(
            [self.root, self.root * self.x, self.root[:, None] * hinges]
        )

    def search(self, k: int, responses: Floats) -> tuple[Places, Floats]:
        """For each of r responses (n by r), the best row of `sets[k]` and its sum of squares."""
        left = self._bend(responses)
        best = np.zeros(left.shape[1], np.intp)
        gain = np.zeros(left.shape[1])
        # All sets at once would fill the memory.
        size = max(1, 2_000_000 // left.shape[1])
        for start in range(0, len(self.sets[k]), size):
            gains = _explained(self._bases[k][start : start + size], left)
            largest = gains.max(axis=0)
            # Of sets that are equally good processors would take now one, now another.
            first = (gains >= largest * (1 - SAME)).argmax(axis=0)
            best = np.where(largest > gain * (1 + SAME), first + start, best)
            gain = np.maximum(largest, gain)
        return best, np.maximum((left**2).sum(axis=0) - gain, 0)

    def fit(self, k: int, response: Floats) -> Fit:
        """The best model with k joinpoints of one standardised response."""
        places = self.sets[k][self.search(k, response[:, None])[0][0]]
        design = self.design(places)
        residuals: Floats = response - design @ np.linalg.lstsq(design, response)[0]
        variance = max(float((residuals**2).mean()), ROUNDING**2)
        return Fit(
            places,
            response - residuals,
            residuals,
            variance,
            exact=variance == ROUNDING**2,
        )

    def _sets(self, k: int) -> Places:
        free = self.years.size - 2 * ENDS - (k - 1) * BETWEEN
        return (
            np.array(list(combinations(range(free), k)), np.intp)
            + ENDS
            + BETWEEN * np.arange(k)
        )

    def _bend(self, responses: Floats) -> Floats:
        return np.subtract(responses, self._line @ (self._line.T @ responses))


def _rising(years: npt.ArrayLike) -> Floats:
    """The years as numbers, if they are 3 or more and rise strictly."""
    found = np.asarray(years, float)
    if found.ndim != 1 or found.size < 3 or not (np.diff(found) > 0).all():
        raise ValueError(
            f"a trend needs 3 or more years that rise strictly, not {found.tolist()}"
        )
    return found


def _orthonormal(hinges: Floats) -> Floats:
    """Rows that span those of each of m sets of k rows (m by k by n), at right angles."""
    return np.linalg.qr(hinges.swapaxes(1, 2))[0].swapaxes(1, 2)


def _explained(bases: Floats, left: Floats) -> Floats:
    """What each of m bases (m by k by n) takes of the sum of squares of r responses: m by r."""
    sets, k, n = bases.shape
    projections = bases.reshape(-1, n) @ left
    squares: Floats = projections.reshape(sets, k, left.shape[1]) ** 2
    return np.asarray(squares.sum(axis=1))
