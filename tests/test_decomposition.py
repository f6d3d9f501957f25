import math
from functools import cache

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import history
from analysis.statistics.decomposition import (
    Decomposition,
    decompose,
    effects,
    steps_inside,
    yearly,
    yield_share,
)
from analysis.statistics.growth import index
from analysis.statistics.output_per_hectare import Basis
from analysis.vintages.history import History, Refusal

figures = st.floats(0.01, 1e6)


@cache
def colombia(agency: str) -> tuple[History, History]:
    return history("coca_area", "Colombia", agency), history(
        "cocaine_output", "Colombia", agency
    )


def split(agency: str, first_year: int, last_year: int) -> Decomposition:
    parts = decompose(*colombia(agency), first_year, last_year)
    assert isinstance(parts, Decomposition), parts
    return parts


def refusal(
    agency: str, first_year: int, last_year: int
) -> tuple[str, tuple[int, ...]]:
    refused = decompose(*colombia(agency), first_year, last_year)
    assert isinstance(refused, Refusal), refused
    return refused.why, refused.years


@given(figures, figures, st.floats(0.01, 100))
@settings(max_examples=50)
def test_effects_add_up_to_the_change_and_turn_with_time(
    first: float, last: float, area: float
) -> None:
    forwards, backwards = effects(first, last, area), effects(last, first, 1 / area)
    size = max(map(abs, forwards), default=0) + max(first, last)
    assert sum(forwards) == pytest.approx(last - first, abs=1e-9 * size)
    assert forwards == pytest.approx([-effect for effect in backwards], abs=1e-9 * size)


@given(figures, figures, st.floats(0.01, 100), st.floats(0.001, 1000))
@settings(max_examples=50)
def test_effects_scale_with_the_unit_of_output(
    first: float, last: float, area: float, unit: float
) -> None:
    scaled = [unit * effect for effect in effects(first, last, area)]
    assert effects(unit * first, unit * last, area) == pytest.approx(
        scaled, rel=1e-6, abs=1e-9 * unit * (first + last)
    )


def test_effects_of_no_change_are_zero_and_opposite_ones_cancel() -> None:
    assert effects(7, 7, 1) == (0, 0)
    assert effects(7, 7, 2) == pytest.approx((7 * math.log(2), -7 * math.log(2)))
    assert effects(3, math.nextafter(3, 4), 2)[0] == pytest.approx(3 * math.log(2))


def test_effects_by_hand_are_those_of_the_logarithmic_mean() -> None:
    area, per_hectare = effects(100, 100 * math.e, math.sqrt(math.e))
    assert area == pytest.approx(per_hectare) == pytest.approx(50 * (math.e - 1))
    assert effects(100, 200, 2) == pytest.approx((100, 0))


@pytest.mark.parametrize("wrong", [(0, 1, 1), (1, -1, 1), (1, 1, 0), (1, 1, math.nan)])
def test_effects_need_figures_above_zero(wrong: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="effects need figures above zero"):
        effects(*wrong)


def test_area_is_twelve_of_the_53_points_of_colombia_in_2023() -> None:
    parts = split("unodc", 2022, 2023)
    assert [round(points, 1) for points in parts.points] == [11.7, 41.3]
    assert 100 * (parts.area.factor - 1) == pytest.approx(
        9.8, abs=0.05
    )  # taking area first would give it its own growth
    assert sum(parts.tonnes) == pytest.approx(parts.output.last - parts.output.first)
    assert parts.rows == (*parts.output.rows, *parts.area.rows)


def test_a_refused_growth_refuses_the_decomposition() -> None:
    assert refusal("unodc", 2004, 2012) == ("gap", (2005, 2007))
    assert refusal("us_government", 2003, 2019) == ("gap", (2004, 2005))
    assert refusal("us_government", 2001, 2002) == ("break", (2002,))


def test_yearly_skips_years_without_sound_growth() -> None:
    years = [step.output.last_year for step in yearly(*colombia("unodc"), 2004, 2014)]
    assert years == [2005, 2008, 2011, 2012, 2013]


def test_the_window_of_one_release_is_split_as_by_hand() -> None:
    parts = split(
        "us_government", 2011, 2021
    )  # 273 t of 83,000 ha, 972 t of 234,000 ha
    mean = (972 - 273) / math.log(972 / 273)
    assert parts.tonnes == pytest.approx(
        (mean * math.log(234 / 83), 699 - mean * math.log(234 / 83))
    )


@pytest.mark.parametrize(
    ("years", "basis", "area", "per_hectare"),
    [
        ((2014, 2023), "year_end", 1565, 686),
        ((2014, 2023), "mean_of_year_ends", 1708, 543),
        ((2020, 2021), "year_end", 470, -298),
        ((2020, 2021), "mean_of_year_ends", 203, -31),
        ((2019, 2021), "year_end", 353, -90),
        ((2019, 2021), "mean_of_year_ends", 89, 174),
    ],
)
def test_the_area_of_two_year_ends_turns_the_sign_of_the_yield(
    years: tuple[int, int], basis: Basis, area: float, per_hectare: float
) -> None:
    parts = decompose(*colombia("unodc"), *years, basis)
    assert isinstance(parts, Decomposition)
    assert parts.tonnes == pytest.approx((area, per_hectare), abs=0.5)


@pytest.mark.parametrize("basis", ["year_end", "mean_of_year_ends"])
@pytest.mark.parametrize(
    ("agency", "years", "count"),
    [("unodc", (2014, 2023), 9), ("us_government", (2011, 2021), None)],
)
def test_the_steps_inside_a_window_add_up_to_it(
    agency: str, years: tuple[int, int], count: int | None, basis: Basis
) -> None:
    area, output = colombia(agency)
    whole = decompose(area, output, *years, basis)
    assert isinstance(whole, Decomposition)
    steps = steps_inside(area, whole, output, basis)
    assert len(steps) == (count or (2 if basis == "year_end" else 1))
    for part in (0, 1):
        assert sum(step.tonnes[part] for step in steps) == pytest.approx(
            whole.tonnes[part]
        )


def test_the_share_of_the_yield_hangs_on_the_vintage_of_the_first_figure() -> None:
    area, output = colombia("us_government")
    whole = split("us_government", 2011, 2021)
    assert yield_share([whole]) == pytest.approx(0.18, abs=0.005)
    steps = yearly(area, output, 2011, 2021)
    assert yield_share(steps) == pytest.approx(0.39, abs=0.005)
    assert sum(step.tonnes[1] for step in steps) == pytest.approx(337, abs=1)


def test_an_index_is_100_in_its_base_year_and_keeps_growth() -> None:
    made = index(pd.Series({2019: 50.0, 2020: 25.0, 2021: math.nan}), base=2020)
    assert made.dropna().to_dict() == {2019: 200, 2020: 100}


@pytest.mark.parametrize("base", [2018, 2019, 2020])
def test_an_index_needs_a_figure_in_its_base_year(base: int) -> None:
    with pytest.raises(ValueError, match=f"above zero in its base year {base}"):
        index(pd.Series({2019: 0.0, 2020: math.nan, 2021: 1.0}), base)
