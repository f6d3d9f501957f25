"""Simulated series with a known trend: how often `analysis.statistics.joinpoint` finds it, and how often its intervals hold it.

Run: nice python harnesses/joinpoint_simulations.py        (ten to twenty minutes; --runs 100 for a first look)

Every series has ln(value) on a broken line plus independent normal noise, unless said otherwise; "as of counts" means noise with
a variance of ln in proportion to 1 / value, fitted with weights. The figures of 1,000 runs are written to
harnesses/results/joinpoint.csv, which `certify.py` prints. A figure outside its bounds is marked, here and there.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analysis.statistics.joinpoint import AnnualChange, joinpoint
from analysis.statistics.joinpoint.model import Floats, Grid
from analysis.statistics.joinpoint.selection import criteria, permutation_tests

RESULTS = Path(__file__).parent / "results" / "joinpoint.csv"
RUNS, SEED = 1000, 1  # of the results kept
# (599 + 1) times each level, 0.05 over 4, 3, 2 and 1, is nearly whole, so that the tests are of exact size.
PERMUTATIONS = 599
RESAMPLES = 999


class Case(NamedTuple):
    """A series of `length` years from 2000: percent changes per year, the years in which they change, sd of the noise of ln."""

    length: int
    percents: tuple[float, ...]
    joinpoints: tuple[int, ...]
    noise: float
    weights: str = "constant"
    located: bool = True  # whether its joinpoints are required to be found

    @property
    def years(self) -> Floats:
        """Its years."""
        return np.arange(2000.0, 2000.0 + self.length)

    def truth(self, first: float, last: float) -> float:
        """The true average annual percent change from one year to another."""
        start, end = np.interp([first, last], self.years, self.line)
        return float(100 * np.expm1((end - start) / (last - first)))

    @property
    def label(self) -> str:
        """The case in a few words."""
        changes = ", ".join(f"{percent:+g} %" for percent in self.percents)
        return f"{self.length} years, {changes}, noise {self.noise:g}{' as of counts' if self.weights == 'counts' else ''}"

    @property
    def slopes(self) -> Floats:
        """Change of ln(value) per year in each segment."""
        return np.log1p(np.array(self.percents) / 100)

    @property
    def line(self) -> Floats:
        """ln(value) without noise."""
        years, joinpoints = self.years, np.array(self.joinpoints, float)
        bends = np.diff(self.slopes) * np.maximum(years[:, None] - joinpoints, 0)
        return np.asarray(5 + self.slopes[0] * (years - 2000) + bends.sum(axis=1))

    def values(self, random: np.random.Generator) -> Floats:
        """One simulated series."""
        few = (
            np.exp((self.line.max() - self.line) / 2)
            if self.weights == "counts"
            else np.ones(self.length)
        )
        return np.asarray(
            np.exp(self.line + self.noise * few * random.normal(size=self.length))
        )


# Lengths, slopes and noise as of coca area, output and overdose deaths.
CASES = (
    Case(20, (5,), (), 0.05),
    Case(20, (-5, 20), (2010,), 0.05),
    Case(20, (-5, 15), (2012,), 0.10),
    Case(26, (20, 5), (2008,), 0.05),
    Case(26, (5, 25, 0), (2008, 2016), 0.05),
    Case(26, (15, -5, 20), (2008, 2016), 0.03),
    Case(26, (5, 20, -5), (2008, 2018), 0.02, weights="counts"),
    Case(
        24,
        (10.9, -12.7, 6.8, 35.4, 15.4),
        (2007, 2011, 2015, 2018),
        0.074,
        located=False,
    ),  # as fitted to US cocaine deaths, 1999 to 2022
)


class Share(NamedTuple):
    """How often something was so, from 0 to 1, and the bounds it must lie within."""

    what: str
    share: float
    low: float = 0
    high: float = 1

    @property
    def inside(self) -> bool:
        """Whether the share is within its bounds."""
        return self.low <= self.share <= self.high


def places(case: Case, runs: int, random: np.random.Generator) -> list[Share]:
    """How often all joinpoints are found within a year, their number being known or chosen by the weighted BIC."""
    years, found = case.years, np.zeros((runs, 2))
    for run in range(runs):
        values = case.values(random)
        grid = Grid(years, values if case.weights == "counts" else None)
        response = np.log(values) * grid.root
        chosen = min(criteria(grid, response), key=lambda row: row.wbic).k
        for column, k in enumerate((len(case.joinpoints), chosen)):
            bends = years[grid.fit(k, response).places]
            found[run, column] = (
                len(bends) == len(case.joinpoints)
                and (abs(bends - case.joinpoints) <= 1).all()
            )
    known, selected = found.mean(axis=0)
    return [
        Share("joinpoints within a year, number by weighted BIC", selected),
        Share(
            "joinpoints within a year, number known", known, 0.90 if case.located else 0
        ),
    ]


def coverage(case: Case, runs: int, random: np.random.Generator) -> list[Share]:
    """How often the 95 % intervals hold the truth, the number of joinpoints known or selected.

    The interval of a segment is of its own years, as estimated, and so is the truth.
    """
    k = len(case.joinpoints)
    asked: dict[str, Any] = {
        "weights": case.weights,
        "permutations": 0,
        "resamples": RESAMPLES,
    }
    hits, selected = np.zeros((runs, k + 2)), np.zeros((runs, 1))
    for run in range(runs):
        values = case.values(random)
        trend = joinpoint(case.years, values, select=k, seed=run, **asked)
        changes = [*trend.segments, trend.aapc()]
        hits[run] = [holds(case, change) for change in changes]
        if trend.by_wbic != k:
            trend = joinpoint(case.years, values, seed=run, **asked)
        selected[run] = holds(case, trend.aapc())
    *segments, whole = hits.mean(axis=0)
    return [
        Share("AAPC interval, number by weighted BIC", float(selected.mean())),
        *(
            Share(f"APC interval of segment {j + 1}, number known", share, 0.93, 0.97)
            for j, share in enumerate(segments)
        ),
        Share("AAPC interval, number known", whole, 0.93, 0.97),
    ]


def holds(case: Case, change: AnnualChange) -> bool:
    """Whether the interval of a change holds the true change over the same years."""
    return change.low <= case.truth(change.first, change.last) <= change.high


def false_joinpoints(
    length: int, autocorrelation: float, runs: int, random: np.random.Generator
) -> list[Share]:
    """How often a joinpoint is found in a series without one."""
    grid, found = Grid(np.arange(length)), np.zeros((runs, 2))
    for run in range(runs):
        response = random.normal(size=length)
        for year in range(1, length):
            response[year] = (
                autocorrelation * response[year - 1]
                + (1 - autocorrelation**2) ** 0.5 * response[year]
            )
        _, number = permutation_tests(grid, response, PERMUTATIONS, seed=run)
        found[run] = (
            number > 0,
            min(criteria(grid, response), key=lambda row: row.wbic).k > 0,
        )
    by_tests, by_wbic = found.mean(axis=0)
    return [
        Share("false joinpoints by weighted BIC", by_wbic),
        Share(
            "false joinpoints by permutation tests",
            by_tests,
            0,
            1 if autocorrelation else 0.065,
        ),
    ]


def simulated(runs: int, seed: int) -> Iterator[tuple[str, Share]]:
    """Every figure with the label of its case, as soon as its case is done."""
    for case in CASES:
        random = np.random.default_rng(seed)
        found = places(case, runs, random) if case.joinpoints else []
        yield from (
            (case.label, share) for share in [*found, *coverage(case, runs, random)]
        )
    for length in (20, 26):
        for autocorrelation in (0.0, 0.4):
            label = f"{length} years, a straight line, lag-1 autocorrelation {autocorrelation:g}"
            shares = false_joinpoints(
                length, autocorrelation, runs, np.random.default_rng(seed)
            )
            yield from ((label, share) for share in shares)


def main() -> None:
    """Print all figures; write them if they are of the full size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--runs",
        type=int,
        default=RUNS,
        help=f"series for each figure (default: {RUNS})",
    )
    parser.add_argument(
        "--seed", type=int, default=SEED, help=f"of all noise (default: {SEED})"
    )
    options = parser.parse_args()
    lines = ["case,figure,runs,share,low,high"]
    for case, share in simulated(options.runs, options.seed):
        bounds = (
            ""
            if (share.low, share.high) == (0, 1)
            else f"   bounds {100 * share.low:.1f}-{100 * share.high:.1f}"
        )
        print(
            f"{case}: {share.what} {100 * share.share:.1f} %{bounds}{'' if share.inside else '   OUTSIDE'}",
            flush=True,
        )
        lines.append(
            f'"{case}","{share.what}",{options.runs},{share.share:.4g},{share.low:g},{share.high:g}'
        )
    if (options.runs, options.seed) == (RUNS, SEED):
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
