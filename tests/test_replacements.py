import tracemalloc

import numpy as np
import pandas as pd
import pytest

from analysis.vintages.as_known import replacements
from analysis.vintages.precedence import newest_release
from analysis.vintages.series import SETTLED, UNSETTLED

WORDS = {
    "agency": "unodc", "measure": "coca_area", "place": "Peru", "period_kind": "calendar_year", "base_start": "",
    "base_end": "", "set_aside": False, "read_from": "official", "qualifier": "exact", "rounding_unit": 1.0,
    "kind": "original", "status": "final", "raw_file": "data/raw/unodc.csv",
}  # fmt: skip


def printed(count: int, **columns: object) -> pd.DataFrame:
    """So many printings, each of a release of its own in 2011, a day later than the last."""
    days = [str(day.date()) for day in pd.date_range("2011-01-01", periods=count)]
    names = [f"p{at:05}" for at in range(count)]
    base = {
        "period_start": "2010-01-01",
        "period_end": "2010-12-31",
        "value": np.arange(count) + 1.0,
        "release": names,
    }
    more = {
        "publication": names,
        "figure": names,
        "available": days,
        "release_date": days,
    }
    return pd.DataFrame({**base, **more, **WORDS} | columns)


def any_printings(seed: int, count: int = 50) -> pd.DataFrame:
    """Printings of two years in a few releases, read in several ways, some set aside or without a value."""
    draw = np.random.default_rng(seed)
    release = draw.choice(list("abcdef"), count)
    dates, kinds = (
        {name: draw.choice(words) for name in "abcdef"}
        for words in (["2011", "2012"], ["original", "compilation"])
    )
    year = draw.choice(["2009", "2010"], count)
    return printed(
        count, release=release, release_date=[dates[name] for name in release], kind=[kinds[name] for name in release],
        period_start=[f"{one}-01-01" for one in year], period_end=[f"{one}-12-31" for one in year],
        available=[f"2013-0{month}-01" for month in draw.integers(1, 9, count)],
        status=draw.choice([*SETTLED, *UNSETTLED], count), read_from=draw.choice(["official", "copy", "repeated"], count),
        qualifier=draw.choice(["exact", "about"], count), rounding_unit=draw.choice([1.0, 10.0], count),
        value=draw.choice([1.0, 2.0, np.nan], count), set_aside=draw.random(count) < 0.1,
        raw_file=draw.choice(["data/raw/unodc.csv", "data/raw/articles.csv"], count),
    )  # fmt: skip


def counting(figures: pd.DataFrame, day: str) -> dict[str, str]:
    """By year what counts on a day, chosen from all that was there: settled before unsettled, then the newest."""
    newest = newest_release(figures[figures["available"] <= day])
    weight = newest["value"].notna() * (1 + newest["status"].isin(SETTLED))
    order = newest.assign(weight=weight).sort_values(
        ["weight", "release_date", "release", "status"], kind="stable"
    )
    return dict(zip(order["period_start"], order["figure"], strict=True))


@pytest.mark.parametrize("seed", range(20))
def test_on_every_day_the_last_step_is_what_the_newest_releases_give(seed: int) -> None:
    figures = any_printings(seed)
    steps = replacements(figures)
    for day in sorted(set(figures["available"])):
        until = steps[steps["day"] <= day]
        assert dict(
            zip(until["period_start"], until["figure"], strict=True)
        ) == counting(figures, day)


def test_what_changes_nothing_is_no_step() -> None:
    figures = printed(3, release_date=["2011-03", "2011-02", "2011-04"])
    assert replacements(figures)["figure"].tolist() == ["p00000", "p00002"]


def test_many_revisions_of_one_figure_take_memory_by_their_number_alone() -> None:
    peaks = []
    for count in (500, 5_000):
        figures = printed(count)
        tracemalloc.start()
        assert len(replacements(figures)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 15 * peaks[0]
