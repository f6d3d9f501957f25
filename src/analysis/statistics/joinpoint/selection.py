"""How many joinpoints: by an information criterion, and by a sequence of permutation tests."""

from typing import NamedTuple

import numpy as np

from analysis.statistics.joinpoint.model import ROUNDING, SAME, Fit, Floats, Grid

ALPHA = 0.05  # chance of a joinpoint too many, over all tests


class Criterion(NamedTuple):
    """The information criteria of the best model with k joinpoints; the smallest is best."""

    k: int
    bic: float
    bic3: float
    weight: float
    wbic: float


class PermutationTest(NamedTuple):
    """`null` joinpoints against `alternative`; null is rejected if `p_value` is below `level`."""

    null: int
    alternative: int
    p_value: float
    level: float


def criterion(variance: float, n: int, k: int, weight: float) -> Criterion:
    """BIC, BIC3 and weighted BIC (WBIC) of a model with k joinpoints for n observations.

        BIC  = ln(variance) + (2 k + 2) ln(n) / n
        BIC3 = ln(variance) + (3 k + 2) ln(n) / n
        WBIC = (1 - weight) BIC + weight BIC3

    `variance` is SSE / n; `weight`, 0 to 1, is `change_size`: a large change of slope brings
    the harder penalty ("BIC3" and "Weighted BIC", Joinpoint Help System; Kim et al. 2023).

    Examples
    --------
    A variance of 1 leaves the penalty; with 4, 5 and, half-way, 4.5 parameters for 10
    observations, it is that times ln(10) / 10:

    >>> _, bic, bic3, _, wbic = criterion(1.0, n=10, k=1, weight=0.5)
    >>> [round(value * 10 / float(np.log(10)), 6) for value in (bic, bic3, wbic)]
    [4.0, 5.0, 4.5]
    """
    fit = float(np.log(variance))
    unit = float(np.log(n) / n)
    bic = fit + (2 * k + 2) * unit
    bic3 = fit + (3 * k + 2) * unit
    return Criterion(k, bic, bic3, weight, (1 - weight) * bic + weight * bic3)


def change_size(grid: Grid, fit: Fit) -> float:
    """The largest partial R squared of a joinpoint, or 0: the weight in the weighted BIC.

    The partial R squared of joinpoint t is the share that the term (x - t)+ takes of what a
    straight line leaves of the two segments that meet at t. They run from the observation after
    the joinpoint before t to the joinpoint after t: so we read the indices j1 + 1, ..., j2 of
    the help page. It has no weighted form; ours uses standardised values.
    """
    ends = [-1, *fit.places.tolist(), grid.years.size - 1]
    response = fit.fitted + fit.residuals
    design = grid.design(fit.places)
    sizes = [0.0]
    for j in range(1, len(ends) - 1):
        part = slice(ends[j - 1] + 1, ends[j + 1] + 1)
        line = np.linalg.qr(design[part, :2])[0]
        y, z = (u - line @ (line.T @ u) for u in (response[part], design[part, 1 + j]))
        sizes.append(float((y @ z) ** 2 / np.maximum((y @ y) * (z @ z), ROUNDING**2)))
    return max(sizes)


def criteria(grid: Grid, response: Floats) -> tuple[Criterion, ...]:
    """The criteria of the best models with 0 to `grid.most` joinpoints of one response."""
    fits = [grid.fit(k, response) for k in range(grid.most + 1)]
    return tuple(
        criterion(fit.variance, response.size, k, change_size(grid, fit))
        for k, fit in enumerate(fits)
    )


def permutation_p_value(
    grid: Grid, response: Floats, null: int, alternative: int, draws: int, seed: int
) -> float:
    """How often chance gains as much from `null` to `alternative` joinpoints as this response.

        gain = SSE(null) / SSE(alternative)
        p = share of the permutations, the series among them, with this gain or more

    Each permutation shuffles the residuals of the null model, adds them to its fitted values,
    and is fitted anew.
    """
    fit = grid.fit(null, response)
    if fit.exact:
        return 1.0
    random = np.random.default_rng((seed, null, alternative))
    shuffled = random.permuted(np.tile(fit.residuals, (draws, 1)), axis=1)
    responses = np.column_stack([response, fit.fitted[:, None] + shuffled.T])
    rounding = response.size * ROUNDING**2
    gains = grid.search(null, responses)[1] / np.maximum(
        grid.search(alternative, responses)[1], rounding
    )
    return float(
        (gains >= gains[0] * (1 - SAME)).mean()
    )  # a shuffle that restores the series counts


def permutation_tests(
    grid: Grid, response: Floats, draws: int, seed: int
) -> tuple[tuple[PermutationTest, ...], int]:
    """The permutation tests of Kim et al. (2000) in turn, and the joinpoints where they end.

    It begins with 0 against `grid.most`. A rejected null grows by 1, else the alternative falls
    by 1, until they meet. The level is `ALPHA` / (most - null), as in the Joinpoint program
    since version 3 ("Permutation Test Details", Joinpoint Help System); the paper divides by
    most throughout.
    """
    null = 0
    alternative = grid.most
    tests = []
    while null < alternative:
        level = ALPHA / (grid.most - null)
        p_value = permutation_p_value(grid, response, null, alternative, draws, seed)
        tests.append(PermutationTest(null, alternative, p_value, level))
        null, alternative = (
            (null + 1, alternative) if p_value < level else (null, alternative - 1)
        )
    return tuple(tests), null
