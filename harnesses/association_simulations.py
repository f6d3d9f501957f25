"""Independent series: how often `move_together` finds that they move together, and how often the best single lag would.

Run: nice python harnesses/association_simulations.py        (about a minute)

Each pair is of two independent series of 20 years whose neighbouring years correlate by the persistence. The figures are written
to harnesses/results/association.csv, which `certify.py` prints.
"""

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.statistics.association import (
    LAGS,
    Verdict,
    detectable_correlation,
    move_together,
)

RESULTS = Path(__file__).parent / "results" / "association.csv"
RUNS, LENGTH, DRAWS = (
    400,
    20,
    999,
)  # (999 + 1) times 0.05 is whole, so that the level is exact
PERSISTENCE = (0.0, 0.3, 0.6)
BURN_IN = 50  # years dropped, after which the start no longer matters


def growth(persistence: float, random: np.random.Generator) -> pd.DataFrame:
    """A series of growth that persists from year to year."""
    values = random.standard_normal(BURN_IN + LENGTH)
    for year in range(1, len(values)):
        values[year] += persistence * values[year - 1]
    return pd.DataFrame(
        {"year": range(2000, 2000 + LENGTH), "growth": values[BURN_IN:]}
    )


def false_findings(persistence: float) -> tuple[float, float]:
    """Share of the pairs that are found to move together, by the test and by the best of the single lags."""
    by_test = by_best_lag = 0
    detectable = np.array([detectable_correlation(LENGTH - lag) for lag in LAGS])
    for run in range(RUNS):
        random = np.random.default_rng(run)
        result = move_together(
            growth(persistence, random),
            growth(persistence, random),
            draws=DRAWS,
            seed=run,
        )
        assert result is not None
        by_test += result.verdict != Verdict.NOT_SHOWN
        by_best_lag += bool((result.by_lag["r"].abs() > detectable).any())
    return by_test / RUNS, by_best_lag / RUNS


def main() -> None:
    """Print the figures and write them."""
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["persistence", "runs", "length", "by_test", "by_best_lag"])
        for persistence in PERSISTENCE:
            by_test, by_best_lag = false_findings(persistence)
            print(
                f"persistence {persistence:g}: by the test {by_test:.2%}, by the best single lag {by_best_lag:.2%}"
            )
            table.writerow([persistence, RUNS, LENGTH, by_test, by_best_lag])


if __name__ == "__main__":
    main()
