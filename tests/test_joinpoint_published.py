"""Joinpoints of published series: the Institute's own output for its sample, and US cocaine deaths."""

from functools import cache

import numpy as np
import pytest
from certify import institute, institute_trend

from analysis import series
from analysis.statistics.joinpoint import Trend, joinpoint, poisson_dispersion
from analysis.statistics.joinpoint.model import Grid
from analysis.statistics.joinpoint.selection import criteria

SEXES = ("Both", "Female", "Male")
FOUR = [2006, 2010, 2014, 2017]


def bends(trend: Trend) -> list[float]:
    return [found.year for found in trend.joinpoints]


def changes(trend: Trend) -> list[float]:
    return [round(segment.percent, 1) for segment in trend.segments]


@cache
def values_of(measure: str, last: int) -> tuple[tuple[int, ...], tuple[float, ...]]:
    table = series(measure, "United States", "cdc", start_year=1999, end_year=last)
    return tuple(table["year"]), tuple(table["value"])


@cache
def trend_of(
    measure: str = "cocaine_deaths",
    last: int = 2022,
    weights: str = "constant",
    select: str | int = "wbic",
    permutations: int = 999,
) -> Trend:
    years, values = values_of(measure, last)
    return joinpoint(
        years, values, weights=weights, select=select, permutations=permutations
    )


@pytest.mark.parametrize("sex", SEXES)
def test_the_institutes_joinpoints_changes_and_asterisks_are_reproduced(
    sex: str,
) -> None:
    theirs, ours = institute()[sex], institute_trend(sex, permutations=999)
    assert bends(ours) == theirs["joinpoints"]
    assert (ours.by_wbic, ours.by_permutation) == (3, 3)
    found = [round(segment.percent, 2) for segment in ours.segments]
    assert found == theirs["percent"]
    assert [segment.differs for segment in ours.parametric] == theirs["differs"]


PARAMETRIC = {
    "Both": [(0.53, 1.09), (-2.11, -1.53), (-1.57, 4.88), (-2.71, -2.29)],
    "Female": [(0.001, 0.618), (-2.20, -1.53), (-1.70, 5.70), (-2.45, -1.97)],
    "Male": [(0.81, 1.41), (-2.58, -1.72), (-2.38, 5.42), (-3.17, -2.66)],
}


@pytest.mark.parametrize("sex", SEXES)
def test_parametric_intervals_are_those_that_a_referee_computed(sex: str) -> None:
    found = institute_trend(sex, permutations=0).parametric
    for change, ends in zip(found, PARAMETRIC[sex], strict=True):
        assert (change.low, change.high) == pytest.approx(ends, abs=0.006)


@pytest.mark.parametrize("measure", ["cocaine_deaths", "cocaine_death_rate"])
@pytest.mark.parametrize("last", [2022, 2023])
@pytest.mark.parametrize("weights", ["constant", "counts"])
def test_deaths_and_their_rate_have_four_joinpoints_by_either_method_and_weights(
    measure: str, last: int, weights: str
) -> None:
    trend = trend_of(measure, last, weights)
    assert (trend.most, trend.by_wbic, trend.by_permutation) == (4, 4, 4)
    assert bends(trend) == FOUR
    assert trend.at_most


@pytest.mark.parametrize(
    ("weights", "last", "expected"),
    [
        ("constant", 2022, [10.9, -12.7, 6.8, 35.4, 15.4]),
        ("counts", 2022, [11.2, -13.0, 7.1, 34.5, 15.9]),
        ("counts", 2023, [11.2, -13.0, 6.9, 35.5, 14.9]),
    ],
)
def test_the_changes_of_cocaine_deaths(
    weights: str, last: int, expected: list[float]
) -> None:
    assert changes(trend_of(last=last, weights=weights)) == expected


def test_a_cap_of_three_would_make_the_answer_depend_on_the_weights() -> None:
    years, values = values_of("cocaine_deaths", 2022)
    by_counts, constant = (
        joinpoint(years, values, weights=how, most=3, permutations=0, resamples=1)
        for how in ("counts", "constant")
    )
    assert (bends(by_counts), bends(constant)) == ([2006, 2012, 2017], [2006, 2012])
    assert by_counts.at_most


def test_with_five_joinpoints_allowed_weighted_bic_would_still_choose_four(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "analysis.statistics.joinpoint.model.most_joinpoints", lambda _: 5
    )
    years, values = values_of("cocaine_deaths", 2022)
    grid = Grid(years, values)
    table = criteria(grid, np.log(values) * grid.root)
    assert [round(row.wbic, 4) for row in table[3:]] == [-3.8929, -4.0401, -3.8897]


def test_intervals_of_three_joinpoints_are_of_the_printed_years() -> None:
    """A tripling was called unclear, -10.4 to 41.2, while its interval was one of a segment's number."""
    trend = trend_of(weights="counts", select=3, permutations=0)
    _, fell, rose, _ = trend.segments
    assert [(change.first, change.last) for change in (fell, rose)] == [
        (2006, 2012),
        (2012, 2017),
    ]
    assert (fell.low, fell.high) == pytest.approx((-12.8, -4.5), abs=0.25)
    assert (rose.low, rose.high) == pytest.approx((20.0, 32.7), abs=0.35)
    slopes = np.quantile(trend._resamples.slopes[1:, 2], [0.025, 0.975])
    assert 100 * np.expm1(slopes) == pytest.approx((-10.4, 41.2), abs=0.8)


@pytest.mark.parametrize("last", [2022, 2023])
def test_every_segment_of_cocaine_deaths_differs_from_zero(last: int) -> None:
    assert all(segment.differs for segment in trend_of(last=last).segments)


def test_joinpoints_have_intervals_and_tests_have_p() -> None:
    trend = trend_of()
    assert all(found.low <= found.year <= found.high for found in trend.joinpoints)
    assert [(test.null, test.alternative) for test in trend.tests] == [
        (k, 4) for k in range(4)
    ]
    by_counts = trend_of(weights="counts", permutations=4499)
    assert by_counts.tests[-1].p_value == pytest.approx(0.0085, abs=0.003)


def test_deaths_without_a_synthetic_opioid_have_two_joinpoints_or_four() -> None:
    trend = trend_of("cocaine_without_synthetic_opioid_deaths", permutations=4499)
    assert (trend.by_wbic, trend.by_permutation, trend.settled) == (2, 4, False)
    by_counts = trend_of("cocaine_without_synthetic_opioid_deaths", 2022, "counts")
    assert (by_counts.by_wbic, by_counts.by_permutation) == (4, 4)


def test_deaths_are_no_poisson_counts() -> None:
    _, values = values_of("cocaine_deaths", 2022)
    found = [
        poisson_dispersion(values, trend_of(weights="counts", select=k, permutations=0))
        for k in (4, 3)
    ]
    assert found == pytest.approx([44, 66], abs=0.5)


@pytest.mark.parametrize(
    ("k", "mean", "observed"), [(3, -0.28, 0.27), (4, -0.32, 0.12)]
)
def test_residuals_of_a_searched_fit_correlate_below_zero_though_errors_do_not(
    k: int, mean: float, observed: float
) -> None:
    years, values = values_of("cocaine_deaths", 2022)
    grid, random = Grid(years, values), np.random.default_rng(0)
    fit = grid.fit(k, np.log(values) * grid.root)
    spread = np.sqrt(24 * fit.variance / (24 - 2 * k - 2))
    drawn = fit.fitted[:, None] + random.normal(0, spread, (24, 400))
    found = [neighbours(grid.fit(k, response).residuals) for response in drawn.T.copy()]
    assert np.mean(found) == pytest.approx(mean, abs=0.02)
    assert np.std(found) == pytest.approx(0.16, abs=0.015)
    assert neighbours(fit.residuals) == pytest.approx(observed, abs=0.005)
    if k == 3:  # so dependence of this size is no sign of independent errors
        assert np.mean(np.array(found) >= observed) < 0.01


def neighbours(residuals: np.ndarray) -> float:
    """The correlation of neighbouring residuals."""
    return float(residuals[1:] @ residuals[:-1] / (residuals @ residuals))
