"""How often `move_together` finds what is not there, and what is.

Run: nice python harnesses/association_simulations.py        (about two minutes)

Each pair is of two series of 20 years whose neighbouring years correlate by the persistence. They are independent, or
correlate in the same year by the true correlation. Beside the test stands the best single lag, tested as if it were the
only one. The figures are written to harnesses/results/association.csv, which `certify.py` prints.
"""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from analysis.statistics.association import LAGS, LEVEL, move_together

RESULTS = Path(__file__).parent / "results" / "association.csv"
RUNS, LENGTH, DRAWS = (
    1000,
    20,
    999,
)  # (999 + 1) times 0.05 is whole, so that the level is exact
CASES = (  # persistence and true correlation
    (0.0, 0.0),
    (0.3, 0.0),
    (0.6, 0.0),
    (0.0, 0.5),
    (0.0, 0.7),
    (0.3, 0.7),
)
BURN_IN = 50  # years dropped, after which the start no longer matters


def detectable_correlation(pairs: int) -> float:
    """The smallest |r| that so many pairs can tell from none at one lag fixed beforehand.

        r = t / sqrt(n - 2 + t ** 2), with t the 97.5 % quantile of Student's t, n - 2 degrees of freedom

    >>> round(detectable_correlation(20), 2)
    0.44
    """
    t = float(stats.t.ppf(1 - LEVEL / 2, pairs - 2))
    return t / float(np.sqrt(pairs - 2 + t**2))


def growth(
    persistence: float, correlation: float, random: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two series of growth that persist from year to year and correlate in the same year."""
    values = random.standard_normal((BURN_IN + LENGTH, 2))
    values[:, 1] *= np.sqrt(1 - correlation**2)
    values[:, 1] += correlation * values[:, 0]
    for year in range(1, len(values)):
        values[year] += persistence * values[year - 1]
    x, y = values[BURN_IN:].T
    years = pd.DataFrame({"year": range(2000, 2000 + LENGTH)})
    return years.assign(growth=x), years.assign(growth=y)


def findings(persistence: float, correlation: float) -> tuple[float, float, float]:
    """Share of the pairs found by the test and by the best single lag; what the test says it shows."""
    by_test, by_best_lag, shown = 0, 0, 0.0
    detectable = np.array([detectable_correlation(LENGTH - lag) for lag in LAGS])
    for run in range(RUNS):
        pair = growth(persistence, correlation, np.random.default_rng(run))
        result = move_together(*pair, draws=DRAWS, seed=0)
        assert result is not None
        by_test += result.stands_out
        by_best_lag += bool((result.by_lag["r"].abs() > detectable).any())
        shown += result.smallest_shown
    return by_test / RUNS, by_best_lag / RUNS, shown / RUNS


def main() -> None:
    """Print the figures and write them."""
    RESULTS.parent.mkdir(exist_ok=True)
    names = ("persistence", "correlation", "runs", "length", "by_test", "by_best_lag")
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow([*names, "shown"])
        for case in CASES:
            by_test, by_best_lag, shown = findings(*case)
            print(f"{case}: {by_test:.2%}, best lag {by_best_lag:.2%}, {shown:.2f}")
            table.writerow([*case, RUNS, LENGTH, by_test, by_best_lag, f"{shown:.2f}"])


if __name__ == "__main__":
    main()
