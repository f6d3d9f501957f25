import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from math import exp, log, log1p
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import statsmodels.api as sm
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

import analysis.statistics.joinpoint as package
from analysis.statistics.joinpoint import AnnualChange, Trend, joinpoint
from analysis.statistics.joinpoint.intervals import resampled, smoothed_draws
from analysis.statistics.joinpoint.model import Floats, Grid
from analysis.statistics.joinpoint.selection import (
    change_size,
    criteria,
    criterion,
    permutation_p_value,
    permutation_tests,
)

YEARS = np.arange(1999, 2025)


def broken(
    years: npt.ArrayLike,
    percents: Sequence[float],
    bends: Sequence[int],
    noise: float = 0,
    seed: int = 0,
) -> Floats:
    x, slopes = np.asarray(years, float), np.log1p(np.array(percents) / 100)
    line = (
        3
        + slopes[0] * (x - x[0])
        + sum(
            change * np.maximum(x - bend, 0)
            for change, bend in zip(np.diff(slopes), bends, strict=True)
        )
    )
    return np.asarray(
        np.exp(line + np.random.default_rng(seed).normal(0, noise, x.size))
    )


def fitted(years: npt.ArrayLike, values: Floats, **asked: object) -> Trend:
    options: Any = {"permutations": 0, "resamples": 50, "most": 3, **asked}
    return joinpoint(years, values, **options)


def bends_of(trend: Trend) -> list[float]:
    return [found.year for found in trend.joinpoints]


def percents(trend: Trend) -> list[float]:
    return [segment.percent for segment in trend.segments]


NOISY = broken(YEARS, (12, -4, 18), (2008, 2016), noise=0.04)


@pytest.mark.parametrize(
    ("changes", "bends"),
    [
        ([7], []),
        ([30, -10], [2004]),
        ([100, -50, 8], [2003, 2012]),
        ([5, 0, -3, 2], [2004, 2009, 2016]),
    ],
)
@pytest.mark.parametrize("weights", ["constant", "counts"])
def test_a_trend_without_noise_is_recovered(
    changes: list[float], bends: list[int], weights: str
) -> None:
    values = broken(YEARS, changes, bends)
    trend = joinpoint(
        YEARS, values, weights=weights, most=3, permutations=199, resamples=50
    )
    assert bends_of(trend) == list(bends)
    assert trend.by_wbic == trend.by_permutation == len(bends)
    assert percents(trend) == pytest.approx(changes, abs=1e-8)
    assert trend.band.curve == pytest.approx(values, rel=1e-10)
    assert trend.band.low == pytest.approx(trend.band.high, rel=1e-6)
    assert all(segment.high - segment.low < 1e-5 for segment in trend.segments)


def test_a_segment_runs_from_joinpoint_to_joinpoint() -> None:
    trend = fitted(YEARS, broken(YEARS, (100, -50, 8), (2003, 2012)))
    assert [(segment.first, segment.last) for segment in trend.segments] == [
        (1999, 2003),
        (2003, 2012),
        (2012, 2024),
    ]
    assert [segment.slope for segment in trend.segments] == pytest.approx(
        [log(2), -log(2), log1p(0.08)]
    )


def test_a_constant_series_does_not_change() -> None:
    trend = joinpoint(YEARS, np.full(26, 7.0), permutations=99, resamples=50)
    assert (trend.joinpoints, trend.by_permutation, trend.most) == ((), 0, 4)
    assert trend.aapc()[2:] == pytest.approx((0, 0, 0, 0), abs=1e-8)


@given(st.floats(1e-3, 1e6), st.integers(-1500, 3000), st.integers(0, 50))
@settings(max_examples=8, deadline=None)
def test_unit_and_calendar_change_no_growth(
    factor: float, shift: int, seed: int
) -> None:
    values = broken(YEARS, (12, -4, 18), (2008, 2016), noise=0.04, seed=seed)
    one, other = fitted(YEARS, values), fitted(YEARS + shift, values * factor)
    assert [year + shift for year in bends_of(one)] == bends_of(other)
    assert percents(other) == pytest.approx(percents(one), abs=1e-7)
    assert other.aapc().high == pytest.approx(one.aapc().high, abs=1e-7)


@given(st.integers(0, 50))
@settings(max_examples=8, deadline=None)
def test_time_turned_round_turns_the_slopes(seed: int) -> None:
    values = broken(YEARS, (12, -4, 18), (2008, 2016), noise=0.04, seed=seed)
    one, back = (
        fitted(YEARS, values, select=2),
        fitted(-YEARS[::-1], values[::-1], select=2),
    )
    assume(one.criteria[2].bic < one.criteria[1].bic)
    assert bends_of(back) == [-year for year in reversed(bends_of(one))]
    assert [segment.slope for segment in back.segments] == pytest.approx(
        [-segment.slope for segment in reversed(one.segments)]
    )


@pytest.mark.parametrize("weights", ["constant", "counts"])
@pytest.mark.parametrize("k", [0, 1, 2, 3])
def test_a_fit_with_its_joinpoints_given_is_that_of_statsmodels(
    weights: str, k: int
) -> None:
    trend = fitted(YEARS, NOISY, weights=weights, select=k)
    hinges = [np.maximum(YEARS - year, 0) for year in bends_of(trend)]
    design = np.column_stack([np.ones(26), YEARS - 2000, *hinges])
    model = sm.WLS(
        np.log(NOISY), design, weights=NOISY if weights == "counts" else np.ones(26)
    ).fit()
    assert [segment.slope for segment in trend.segments] == pytest.approx(
        model.params[1:].cumsum(), rel=1e-10
    )
    left = np.log(NOISY / trend.band.curve)
    assert left == pytest.approx(model.resid, abs=1e-12)


@pytest.mark.parametrize("k", [1, 2])
def test_the_search_finds_the_least_sum_of_squares(k: int) -> None:
    weights = np.linspace(1, 5, 26)
    grid = Grid(YEARS, weights, most=2)
    response = np.log(NOISY) * grid.root
    designs = [grid.design(places) for places in grid.sets[k]]
    sums = [
        ((response - design @ np.linalg.lstsq(design, response)[0]) ** 2).sum()
        for design in designs
    ]
    rows, least = grid.search(k, np.column_stack([response, response[::-1]]))
    assert (rows[0], least[0]) == (np.argmin(sums), pytest.approx(min(sums)))
    assert grid.fit(k, response).variance == pytest.approx(min(sums) / 26)
    assert Grid(YEARS, 7 * weights).root == pytest.approx(grid.root)


def test_many_responses_are_searched_in_blocks_alike() -> None:
    grid, responses = (
        Grid(YEARS, most=2),
        np.random.default_rng(1).normal(size=(26, 40_000)),
    )
    rows, sums = grid.search(2, responses)
    few_rows, few_sums = grid.search(2, responses[:, :5])
    assert (rows[:5] == few_rows).all()
    assert sums[:5] == pytest.approx(few_sums)


@pytest.mark.parametrize(
    ("n", "most"),
    [
        (3, 0),
        (6, 0),
        (7, 1),
        (11, 1),
        (12, 2),
        (16, 2),
        (17, 3),
        (21, 3),
        (22, 4),
        (26, 4),
    ],
)
def test_the_length_of_a_series_limits_its_joinpoints(n: int, most: int) -> None:
    assert Grid(range(n)).most == most
    assert Grid(range(n), most=1).most == min(most, 1)


def test_two_years_lie_between_joinpoints_and_before_the_ends() -> None:
    assert Grid(range(12)).sets[1].ravel().tolist() == [2, 3, 4, 5, 6, 7, 8, 9]
    assert Grid(range(12)).sets[2].tolist() == [
        [a, b] for a in range(2, 7) for b in range(a + 3, 10)
    ]


def test_a_short_series_has_a_straight_line_and_says_so() -> None:
    trend = joinpoint([2018, 2019, 2021, 2022, 2023, 2024], [1, 2, 8, 17, 30, 64])
    assert (trend.most, trend.joinpoints, trend.tests, len(trend.criteria)) == (
        0,
        (),
        (),
        1,
    )
    assert percents(trend) == pytest.approx([100], abs=5)


def test_gaps_count_by_their_length() -> None:
    years = np.array([2000, 2001, 2004, 2005, 2009, 2010, 2012, 2013, 2020])
    trend = fitted(years, broken(years, (10, 50), (2009,)))
    assert bends_of(trend) == [2009]
    assert percents(trend) == pytest.approx([10, 50])
    assert trend.aapc(2008, 2011).percent == pytest.approx(
        100 * ((1.1 * 1.5 * 1.5) ** (1 / 3) - 1)
    )


@pytest.mark.parametrize(
    ("window", "percent"),
    [
        ((2000, 2005), 100),
        ((2004, 2008), 100 * (0.25 ** (1 / 4) - 1)),
        ((2003, 2007), 0),
        ((None, 2006), 100 * (16 ** (1 / 6) - 1)),
    ],
)
def test_the_average_weighs_slopes_by_their_years(
    window: tuple[float | None, float], percent: float
) -> None:
    trend = fitted(
        range(2000, 2011), np.array([1, 2, 4, 8, 16, 32, 16, 8, 4, 2, 1], float)
    )
    assert trend.aapc(*window).percent == pytest.approx(percent, abs=1e-9)
    assert trend.aapc(*window).last == window[1]


def test_criteria_weigh_misfit_against_joinpoints() -> None:
    row = criterion(0.25, n=20, k=2, weight=0.75)
    assert (row.bic, row.bic3) == pytest.approx(
        (log(0.25) + 6 * log(20) / 20, log(0.25) + 8 * log(20) / 20)
    )
    assert row.wbic == pytest.approx(log(0.25) + (2.75 * 2 + 2) * log(20) / 20)


def test_the_size_of_a_change_is_a_partial_r_squared() -> None:
    x, y = np.arange(26.0), np.log(NOISY)
    grid = Grid(YEARS, most=2)
    fit, sizes = grid.fit(2, y), []
    for first, bend, last in (
        (0, fit.places[0], fit.places[1]),
        (fit.places[0] + 1, fit.places[1], 25),
    ):
        part = slice(first, last + 1)
        line, bent = sm.add_constant(x[part]), np.maximum(x[part] - bend, 0)
        less, more = (
            sm.OLS(y[part], line).fit(),
            sm.OLS(y[part], np.column_stack([line, bent])).fit(),
        )
        sizes.append(1 - more.ssr / less.ssr)
    assert change_size(grid, fit) == pytest.approx(max(sizes))
    assert change_size(grid, grid.fit(0, y)) == 0
    assert criteria(grid, y)[2].weight == pytest.approx(max(sizes))


def test_both_methods_report_whichever_chooses() -> None:
    by_wbic, by_tests = (
        joinpoint(YEARS, NOISY, most=3, permutations=299, resamples=50, select=how)
        for how in ("wbic", "permutation")
    )
    assert (
        (by_wbic.by_wbic, by_wbic.by_permutation)
        == (by_tests.by_wbic, by_tests.by_permutation)
        == (2, 2)
    )
    assert by_wbic.criteria == by_tests.criteria
    assert fitted(YEARS, NOISY).by_permutation is None
    assert len(fitted(YEARS, NOISY, select=3).joinpoints) == 3


def test_the_defaults_are_4499_permutations_and_4999_resamples() -> None:
    trend = joinpoint(range(12), broken(range(12), (5, 60), (6,), noise=0.02), most=1)
    assert trend.tests[0].p_value == 1 / 4500
    assert trend._resamples.slopes.shape == (1 + 4999, 2)


def test_tests_step_up_when_rejected_and_down_when_not() -> None:
    tests, number = permutation_tests(Grid(YEARS, most=3), np.log(NOISY), 299, seed=5)
    assert number == 2
    assert [(test.null, test.alternative) for test in tests] == [(0, 3), (1, 3), (2, 3)]
    assert [test.level for test in tests] == pytest.approx([0.05 / 3, 0.05 / 2, 0.05])
    straight, none = permutation_tests(
        Grid(YEARS, most=3), np.random.default_rng(2).normal(size=26), 299, seed=5
    )
    assert none == 0
    assert [(test.null, test.alternative, test.level) for test in straight] == [
        (0, k, 0.05 / 3) for k in (3, 2, 1)
    ]


def test_a_p_value_counts_permutations_that_gain_as_much() -> None:
    grid, y = Grid(range(9), most=1), np.random.default_rng(3).normal(size=9)
    fit = grid.fit(0, y)
    draws = np.random.default_rng((4, 0, 1)).permuted(
        np.tile(fit.residuals, (99, 1)), axis=1
    )
    gains = [
        grid.fit(0, z).variance / grid.fit(1, z).variance
        for z in [y, *(fit.fitted + draws)]
    ]
    assert (
        permutation_p_value(grid, y, 0, 1, 99, seed=4)
        == sum(gain >= gains[0] for gain in gains) / 100
    )
    assert permutation_p_value(grid, y, 0, 1, 99, seed=4) != permutation_p_value(
        grid, y, 0, 1, 99, seed=5
    )
    assert permutation_p_value(grid, np.arange(9.0), 0, 1, 99, seed=4) == 1
    assert permutation_p_value(grid, 1e-7 * y, 0, 1, 99, seed=4) == permutation_p_value(
        grid, y, 0, 1, 99, seed=4
    )


def test_p_values_of_series_without_joinpoints_are_uniform() -> None:
    grid, random = Grid(range(20), most=2), np.random.default_rng(6)
    p_values = np.array(
        [
            permutation_p_value(grid, random.normal(size=20), 0, 2, 99, seed)
            for seed in range(300)
        ]
    )
    assert [(p_values <= level).mean() for level in (0.1, 0.5, 0.9)] == pytest.approx(
        [0.1, 0.5, 0.9], abs=0.07
    )


def test_draws_follow_the_residuals_and_have_the_asked_spread() -> None:
    residuals = np.array([4.0, -1.0, -2.0, -1.0])
    draws = smoothed_draws(
        residuals + 10, scale=0.5, uniform=(np.arange(100_000) + 0.5) / 100_000
    )
    assert (draws.mean(), draws.std()) == pytest.approx((0, 0.5), abs=1e-3)
    assert draws.max() / draws.min() == pytest.approx(-2)


def test_the_interval_of_a_straight_line_is_the_usual_one() -> None:
    values = broken(range(2000, 2020), [5], [], noise=0.05, seed=8)
    change = joinpoint(
        range(2000, 2020), values, select=0, permutations=0, resamples=20_000
    ).aapc()
    low, high = (
        sm.OLS(np.log(values), sm.add_constant(np.arange(20))).fit().conf_int()[1]
    )
    assert (change.low, change.high) == pytest.approx(
        (100 * (exp(low) - 1), 100 * (exp(high) - 1)), abs=0.02
    )


def test_the_spread_of_the_resamples_allows_for_the_joinpoint_and_for_few_years() -> (
    None
):
    y = np.log(broken(YEARS[:12], (5, 60), (2005,), noise=0.02))
    grid = Grid(YEARS[:12], most=1)
    edges, slopes, _ = resampled(grid, grid.fit(1, y), 20_000, seed=1)
    design = np.column_stack([np.ones(12), grid.x, np.maximum(YEARS[:12] - 2005, 0)])
    model = sm.OLS(y, design).fit()
    scale = (model.ssr / 8) ** 0.5 * stats.t.ppf(0.975, 8) / stats.norm.ppf(0.975)
    assert (edges == [1999, 2005, 2010]).all()
    assert slopes[:, 0].std() == pytest.approx(
        scale * model.normalized_cov_params[1, 1] ** 0.5, rel=0.02
    )
    assert slopes[0] == pytest.approx(model.params[1:].cumsum())


def test_each_resample_seeks_its_joinpoints_anew() -> None:
    grid = Grid(YEARS, most=1)
    fit = grid.fit(1, np.log(broken(YEARS, (5, 12), (2010,), noise=0.08)))
    edges, slopes, curves = resampled(grid, fit, 200, seed=1)
    assert edges[0].tolist() == [1999, YEARS[fit.places[0]], 2024]
    assert len(set(edges[1:, 1])) > 3
    assert (edges.shape, slopes.shape, curves.shape) == ((201, 3), (201, 2), (201, 26))


def test_intervals_are_quantiles_over_the_printed_years_and_repeat_by_seed() -> None:
    one, same, other = (
        fitted(YEARS, NOISY, select=2, resamples=400, seed=seed) for seed in (1, 1, 2)
    )
    grid = Grid(YEARS, most=3)
    found = resampled(grid, grid.fit(2, np.log(NOISY)), 400, seed=1)
    first, last = bends_of(one)
    ends = np.quantile(found.average(first, last)[1:], [0.025, 0.975])
    assert one.segments[1][4:] == pytest.approx(tuple(100 * np.expm1(ends)))
    assert one.segments[1] == one.aapc(first, last)
    assert one.segments == same.segments
    assert one.segments != other.segments


def test_the_mean_slope_of_a_fit_weighs_its_segments_by_years() -> None:
    grid = Grid(YEARS, most=1)
    found = resampled(grid, grid.fit(1, np.log(NOISY)), 20, seed=1)
    along = np.array([np.interp([2003, 2015], YEARS, curve) for curve in found.curves])
    assert found.average(2003, 2015) == pytest.approx(np.diff(along)[:, 0] / 12)


def test_the_band_and_a_joinpoint_have_the_quantiles_of_the_resamples() -> None:
    trend = fitted(YEARS, broken(YEARS, (5, 12), (2010,), noise=0.08), select=1)
    (bend,), curves = trend.joinpoints, trend._resamples.curves[1:]
    assert trend.band.low == pytest.approx(np.exp(np.quantile(curves, 0.025, axis=0)))
    assert trend.band.high == pytest.approx(np.exp(np.quantile(curves, 0.975, axis=0)))
    years = np.sort(trend._resamples.edges[1:, 1])
    assert (bend.low, bend.high) == (years[1], years[48])
    assert bend.low < bend.year < bend.high


@pytest.mark.parametrize(
    ("low", "high", "differs"),
    [
        (0.1, 2, True),
        (-2, -0.1, True),
        (-1, 1, False),
        (0, 2, False),
        (-1e-9, 1, False),
    ],
)
def test_a_change_differs_from_zero_if_its_interval_leaves_zero_out(
    low: float, high: float, differs: bool
) -> None:
    assert AnnualChange(2000, 2005, 0.01, 1.0, low, high).differs == differs


def test_a_fit_says_when_it_is_at_its_limit_and_when_the_choice_is_not_settled() -> (
    None
):
    values = broken(YEARS, (12, -4, 18), (2008, 2016), noise=0.04)
    limited, free = (fitted(YEARS, values, most=most) for most in (2, 3))
    assert (limited.at_most, free.at_most) == (True, False)
    assert not fitted(YEARS[:6], values[:6]).at_most
    tested = fitted(YEARS, values, permutations=99, select=1)
    assert tested.settled
    assert not replace(tested, by_permutation=1).settled
    assert free.settled


def test_standard_errors_weigh_as_inverse_variances_of_the_logarithm() -> None:
    errors = np.linspace(0.5, 2, 26)
    by_errors = fitted(YEARS, NOISY, weights=errors, select=1)
    bend = bends_of(by_errors)[0]
    hinge = np.maximum(YEARS - bend, 0)
    design = np.column_stack([np.ones(26), YEARS - 2000, hinge])
    model = sm.WLS(np.log(NOISY), design, weights=(NOISY / errors) ** 2).fit()
    assert [segment.slope for segment in by_errors.segments] == pytest.approx(
        model.params[1:].cumsum()
    )
    same = fitted(YEARS, NOISY, weights=0.1 * NOISY, select=1)
    assert percents(same) == pytest.approx(percents(fitted(YEARS, NOISY, select=1)))


def test_the_parametric_interval_of_a_straight_line_is_the_usual_one() -> None:
    trend = fitted(YEARS, NOISY, select=0)
    low, high = sm.OLS(np.log(NOISY), sm.add_constant(YEARS)).fit().conf_int()[1]
    assert trend.parametric[0][4:] == pytest.approx(
        (100 * (exp(low) - 1), 100 * (exp(high) - 1))
    )
    assert trend.parametric[0][:4] == trend.segments[0][:4]


@pytest.mark.parametrize(("years", "values", "asked", "said"), [
    ([1, 2, 3], [1, 0, 2], {}, "each of 3 years needs a value above zero, not [1.0, 0.0, 2.0]"),
    ([1, 2, 3], [1, -1, 2], {}, "each of 3 years needs a value above zero, not [1.0, -1.0, 2.0]"),
    ([1, 2, 3], [1, float("nan"), 2], {}, "each of 3 years needs a value above zero, not [1.0, nan, 2.0]"),
    ([1, 2, 3], [1, float("inf"), 2], {}, "each of 3 years needs a value above zero, not [1.0, inf, 2.0]"),
    ([1, 2, 3], [1, 2], {}, "each of 3 years needs a value above zero, not [1.0, 2.0]"),
    ([1, 2], [1, 2], {}, "a trend needs 3 or more years that rise strictly, not [1.0, 2.0]"),
    ([1, 2, 2], [1, 2, 3], {}, "a trend needs 3 or more years that rise strictly, not [1.0, 2.0, 2.0]"),
    ([[1, 2, 3]], [[1, 2, 3]], {}, "a trend needs 3 or more years that rise strictly, not [[1.0, 2.0, 3.0]]"),
    ([1, 2, 3], [1, 2, 3], {"most": -1}, "most must be 0 or more, not -1"),
    ([1, 2, 3], [1, 2, 3], {"weights": "count"}, 'weights must be "constant", "counts" or a standard error for each value, not \'count\''),
    ([1, 2, 3], [1, 2, 3], {"weights": [1, 2]}, "each of 3 values needs a standard error above zero, not [1.0, 2.0]"),
    ([1, 2, 3], [1, 2, 3], {"weights": [1, 0, 2]}, "each of 3 values needs a standard error above zero, not [1.0, 0.0, 2.0]"),
    ([1, 2, 3], [1, 2, 3], {"select": "bic"}, 'select must be "wbic", "permutation" or 0 to 0, not \'bic\''),
    ([1, 2, 3], [1, 2, 3], {"select": 1}, 'select must be "wbic", "permutation" or 0 to 0, not 1'),
    ([1, 2, 3], [1, 2, 3], {"select": "permutation"}, 'select must be "wbic", "permutation" or 0 to 0, not \'permutation\''),
])  # fmt: skip
def test_a_wrong_argument_is_refused_with_what_is_allowed(
    years: list[int], values: list[float], asked: dict[str, object], said: str
) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        fitted(years, values, **asked)  # type: ignore[arg-type]
    assert str(refused.value) == said


def test_the_package_needs_numpy_and_scipy_alone() -> None:
    names = [
        name
        for path in Path(package.__path__[0]).glob("*.py")
        for name in re.findall(
            r"^ *(?:from|import) (\S+)", path.read_text("utf-8"), re.MULTILINE
        )
    ]
    assert {
        name.split(".")[0]
        for name in names
        if not name.startswith("analysis.statistics.joinpoint.")
    } <= {
        "numpy",
        "scipy",
        *sys.stdlib_module_names,
    }


@pytest.mark.parametrize(
    "window", [(1998, 2005), (2005, 2025), (2010, 2010), (2012, 2010)]
)
def test_a_window_outside_the_series_is_refused(window: tuple[int, int]) -> None:
    with pytest.raises(
        ValueError,
        match=rf"^a window must rise within 1999 to 2024, unlike {window[0]} to {window[1]}$",
    ):
        fitted(YEARS, NOISY).aapc(*window)
