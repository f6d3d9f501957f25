import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.statistics.association import (
    BLOCK,
    Association,
    Verdict,
    _blocks_in_random_order,
    detectable_correlation,
    move_together,
)


def persistent(years: int, seed: int, persistence: float = 0.3) -> np.ndarray:
    values = np.random.default_rng(seed).standard_normal(years + 20)
    for year in range(1, len(values)):
        values[year] += persistence * values[year - 1]
    return values[20:]


def growth(values: np.ndarray, first_year: int = 2000) -> pd.DataFrame:
    return pd.DataFrame(
        {"year": range(first_year, first_year + len(values)), "growth": values}
    )


def associated(
    x: pd.DataFrame, y: pd.DataFrame, draws: int = 999, seed: int = 0
) -> Association:
    result = move_together(x, y, draws=draws, seed=seed)
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("sign", "verdict"), [(1, Verdict.TOGETHER), (-1, Verdict.OPPOSITE)]
)
@pytest.mark.parametrize("lag", [0, 1, 2, 3])
def test_a_series_that_follows_the_other_is_found_at_its_lag(
    lag: int, sign: int, verdict: Verdict
) -> None:
    x = persistent(20, seed=lag)
    result = associated(growth(x), growth(sign * x, 2000 + lag))
    assert result.strongest[0] == lag
    assert result.strongest[1] == pytest.approx(sign)
    assert result.verdict == verdict
    assert result.smallest_p <= result.p_value < 0.02


def test_independent_series_are_rejected_at_the_stated_rate_and_the_best_lag_alone_far_too_often() -> (
    None
):
    together = naive = 0
    alone = [detectable_correlation(20 - lag) for lag in range(4)]
    for run in range(400):
        x, y = persistent(20, seed=2 * run), persistent(20, seed=2 * run + 1)
        result = associated(growth(x), growth(y), draws=399, seed=run)
        together += result.verdict != Verdict.NOT_SHOWN
        naive += bool((result.by_lag["r"].abs() > alone).any())
    assert together / 400 <= 0.065
    assert naive / 400 >= 0.15


def test_pairs_are_of_years_that_both_have_sound_growth() -> None:
    x = growth(persistent(16, seed=1))
    y = x.assign(year=x["year"] + 1)
    gaps = y[~y["year"].isin([2004, 2009])]
    result = associated(x[x["year"] != 2005], gaps)
    assert result.by_lag[["lag", "n"]].to_numpy().tolist() == [
        [0, 12],
        [1, 13],
        [2, 12],
        [3, 11],
    ]
    assert (result.strongest[0], result.verdict) == (1, Verdict.TOGETHER)


def test_correlations_are_those_of_scipy() -> None:
    x, y = persistent(15, seed=3), persistent(15, seed=4)
    expected = [stats.pearsonr(x[: 15 - lag], y[lag:]).statistic for lag in range(4)]
    assert associated(growth(x), growth(y), draws=99).by_lag[
        "r"
    ].tolist() == pytest.approx(expected)


def test_the_same_input_gives_the_same_p_in_any_unit_and_order() -> None:
    x, y = growth(persistent(15, seed=5)), growth(persistent(15, seed=6))
    first = associated(x, y)
    second = associated(
        x.assign(growth=100 * x["growth"])[::-1], y.assign(growth=3 + y["growth"])[::-1]
    )
    assert first.p_value == second.p_value


def test_a_draw_is_the_series_in_blocks_that_keep_their_neighbours() -> None:
    drawn = _blocks_in_random_order(np.arange(20.0), 50, seed=3)
    assert drawn[0].tolist() == list(range(20))
    assert all(sorted(row) == list(range(20)) for row in drawn)
    kept = [((np.diff(row) % 20) == 1).sum() for row in drawn[1:]]
    assert all(count >= 20 - 20 // BLOCK for count in kept)
    assert len({tuple(row) for row in drawn}) > 45


def test_as_large_a_correlation_counts_against_a_finding() -> None:
    x = growth(np.tile([0.1, 0.3, -0.2, 0.2], 5))
    assert associated(x, x, draws=99).p_value == 1.0


def test_too_few_pairs_or_a_constant_series_give_no_result() -> None:
    x = growth(persistent(10, seed=7))
    assert [
        move_together(x[:few], x[:more]) for few, more in ((7, 10), (2, 2), (0, 0))
    ] == [None] * 3
    assert move_together(x, x.assign(growth=0.1)) is None
    assert (
        move_together(x, x.assign(growth=np.tile([0.1, -0.1], 5)), draws=99) is not None
    )
    assert associated(x, x, draws=99).by_lag["lag"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("pairs", [5, 20, 60])
def test_the_detectable_correlation_is_where_p_is_five_percent(pairs: int) -> None:
    r = detectable_correlation(pairs)
    t = r * math.sqrt((pairs - 2) / (1 - r**2))
    assert 2 * stats.t.sf(t, pairs - 2) == pytest.approx(0.05)


def test_a_correlation_of_two_pairs_detects_nothing() -> None:
    with pytest.raises(ValueError, match="3 pairs or more, not 2"):
        detectable_correlation(2)
