import math

import numpy as np
import pandas as pd
import pytest
from association_simulations import detectable_correlation
from scipy import stats

from analysis.statistics.association import (
    BLOCK,
    Association,
    _orders,
    compare,
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


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("lag", [0, 1, 2, 3])
def test_a_series_that_follows_the_other_is_found_at_its_lag(
    lag: int, sign: int
) -> None:
    x = persistent(20, seed=lag)
    result = associated(growth(x), growth(sign * x, 2000 + lag))
    found, pairs, r = result.strongest
    assert (found, pairs) == (lag, 20)
    assert r == pytest.approx(sign)
    assert result.stands_out
    assert result.p_value < 0.02


def test_independent_series_are_rejected_at_the_stated_rate_and_the_best_lag_alone_far_too_often() -> (
    None
):
    together = naive = 0
    alone = [detectable_correlation(20 - lag) for lag in range(4)]
    for run in range(400):
        x, y = persistent(20, seed=2 * run), persistent(20, seed=2 * run + 1)
        result = associated(growth(x), growth(y), draws=399, seed=run)
        together += result.stands_out
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
    assert (result.strongest[0], result.stands_out) == (1, True)


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
    drawn = _orders(20, 50, seed=3)
    assert all(sorted(row) == list(range(20)) for row in drawn)
    kept = [((np.diff(row) % 20) == 1).sum() for row in drawn]
    assert all(count >= 20 - 20 // BLOCK for count in kept)
    assert len({tuple(row) for row in drawn}) > 45


def test_one_p_value_covers_all_comparisons_by_the_same_draws() -> None:
    y = growth(persistent(20, seed=1))
    x = [growth(persistent(20, seed=seed)) for seed in (2, 3, 4)]
    found = compare([(each, y) for each in x], draws=499)
    alone = [associated(each, y, draws=499).p_value for each in x]
    assert [result.p_value for result in found.each if result] == alone
    assert min(alone) <= found.p_value <= min(1, sum(alone))
    draws = np.vstack([y["growth"], y["growth"].to_numpy()[_orders(20, 499, seed=0)]])
    largest = [
        [
            max(
                abs(np.corrcoef(each["growth"][: 20 - lag], draw[lag:])[0, 1])
                for lag in range(4)
            )
            for draw in draws
        ]
        for each in x
    ]
    p = np.array(
        [[np.mean(np.array(row) >= at - 1e-9) for at in row] for row in largest]
    )
    smallest = p.min(axis=0)
    assert found.p_value == np.mean(smallest <= smallest[0])


def test_the_adjusted_p_of_independent_comparisons_holds_its_level() -> None:
    hits = 0
    for run in range(200):
        y = growth(persistent(20, seed=1000 + run))
        x = [growth(persistent(20, seed=2000 + 10 * run + part)) for part in range(4)]
        hits += compare([(each, y) for each in x], draws=199).p_value < 0.05
    assert hits / 200 <= 0.085


def test_the_limit_is_what_nineteen_of_twenty_draws_stay_below() -> None:
    x, y = growth(persistent(20, seed=1)), growth(persistent(20, seed=2))
    result = associated(x, y, draws=999)
    draws = y["growth"].to_numpy()[_orders(20, 999, seed=0)]
    largest = [
        max(
            abs(np.corrcoef(x["growth"][: 20 - lag], draw[lag:])[0, 1])
            for lag in range(4)
        )
        for draw in draws
    ]
    assert result.limit == pytest.approx(np.quantile(largest, 0.95))


def test_what_can_be_shown_lies_above_the_limit_and_falls_with_more_years() -> None:
    by_lag = pd.DataFrame({"lag": [0], "n": [23], "r": [0.46]})
    few = Association(by_lag, 0.264, 0.61)
    assert few.smallest_shown == pytest.approx(
        math.tanh(math.atanh(0.61) + 0.8416 / 20**0.5), abs=1e-4
    )
    more = Association(by_lag.assign(n=103), 0.264, 0.61)
    assert 0.61 < more.smallest_shown < few.smallest_shown


def test_where_nothing_can_be_compared_there_is_no_p_value() -> None:
    x = growth(persistent(5, seed=1))
    found = compare([(x, x)])
    assert found.each == (None,)
    assert math.isnan(found.p_value)


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
