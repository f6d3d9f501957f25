"""The project's statistics against references that no one here made, and simulations with known truth, as a page.

Run: python harnesses/certify.py        (seconds; writes docs/certification.md)

The simulations are not run again: their figures are read from harnesses/results. `make certify` runs those first. The printed
figures are those of tests/frozen, so that newer ones don't change the page.
"""

import csv
import os
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from itertools import combinations
from math import log, log10
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.statistics.decomposition import effects
from analysis.statistics.joinpoint import Trend, joinpoint
from analysis.statistics.joinpoint.model import Floats, Grid
from analysis.tables import read_processed, records
from analysis.vintages.history import history
from analysis.vintages.series import every_vintage, series
from notebook_runner.project import OWN, ROOT_VARIABLE, here

sys.path.insert(0, str(OWN.root / "tests"))
from freezing import make_frozen

HARNESSES = Path(__file__).parent
PAGE = HARNESSES.parent / "docs" / "certification.md"
MOST_DIGITS = 15  # of a certified value, and nearly all that a double holds
OFFSETS = (0, 2_000, 1_000_000, 1_000_000_000)
DEATHS = "nida-2024-05-02"  # one release, so that newer data don't change the page
BY_GRID, BY_STATSMODELS = "`joinpoint.model.Grid`", "statsmodels OLS"


class Row(NamedTuple):
    """A reference value beside ours."""

    reference: str
    quantity: str
    theirs: float
    ours: float
    by: str


def digits(ours: float, theirs: float) -> float:
    """Correct significant digits: -log10 of the relative error, 15 at most.

    >>> digits(1001, 1000)
    3.0
    """
    return (
        MOST_DIGITS
        if ours == theirs
        else min(MOST_DIGITS, -log10(abs(ours - theirs) / abs(theirs)))
    )


def agreement(row: Row) -> str:
    """Correct digits in words; of years there are none, they are the same or not."""
    if row.quantity.startswith("joinpoint"):
        return "same" if row.ours == row.theirs else "**differs**"
    return f"{digits(row.ours, row.theirs):.1f} digits"


def table(head: str, lines: Iterator[str] | list[str]) -> str:
    """A Markdown table from its head and its lines, their cells divided by bars."""
    return "\n".join(
        f"| {line} |"
        for line in (head, " | ".join(["---"] * (head.count("|") + 1)), *lines)
    )


def compared(rows: list[Row], head: str) -> str:
    """The table of rows with their correct digits."""
    return table(
        head,
        (
            f"{row.reference} | {row.quantity} | {row.theirs:.15g} | {row.ours:.15g} | {agreement(row)} | {row.by}"
            for row in rows
        ),
    )


def points(name: str) -> tuple[Floats, Floats]:
    """The x and y of a NIST set."""
    rows = pd.read_csv(HARNESSES / "references" / "strd.csv")
    rows = rows[rows["dataset"] == name]
    return rows["x"].to_numpy(float), rows["y"].to_numpy(float)


def certified() -> dict[str, dict[str, float]]:
    """What NIST certifies, by set and quantity."""
    return tomllib.loads((HARNESSES / "references" / "strd.toml").read_text("utf-8"))


def least_squares(y: Floats, *columns: Floats) -> dict[str, float]:
    """What statsmodels' ordinary least squares, with its defaults, make of y and the columns in turn, named as NIST does."""
    from statsmodels.api import OLS

    fit, names = (
        OLS(y, np.column_stack(columns)).fit(),
        [f"b{place}" for place in range(len(columns))],
    )
    found = {
        **dict(zip(names, fit.params, strict=True)),
        "residual sd": fit.scale**0.5,
        "R2": fit.rsquared,
    }
    return {
        **found,
        **{f"sd of {name}": sd for name, sd in zip(names, fit.bse, strict=True)},
    }


def line_by_grid(x: Floats, y: Floats) -> dict[str, float]:
    """Straight line by the grid that `joinpoint` fits with.

    A grid takes each x once: observations at one x become their mean with their number as weight. That leaves the line as it is;
    their squares about their mean are added to the residual ones.
    """
    once, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    means = np.bincount(place, y) / counts
    grid = Grid(once, counts, most=0)
    fit = grid.fit(0, means * grid.root)
    fitted = fit.fitted / grid.root
    slope = (fitted[-1] - fitted[0]) / (once[-1] - once[0])
    squares = fit.variance * once.size * counts.mean() + ((y - means[place]) ** 2).sum()
    level = float(
        np.average(fitted, weights=counts) - slope * np.average(once, weights=counts)
    )
    return {
        "b0": level,
        "b1": float(slope),
        "residual sd": float((squares / (y.size - 2)) ** 0.5),
    }


def parabola(x: Floats, y: Floats, scale: float) -> dict[str, float]:
    """Parabola in x / scale by statsmodels, told in units of x."""
    u = x / scale
    found = least_squares(y, np.ones_like(u), u, u**2)
    return {
        name: value / scale ** int(name[-1]) if name[-2] == "b" else value
        for name, value in found.items()
    }


def nist() -> list[Row]:
    """The three sets of NIST at hand."""
    (x, y), (px, py), (nx, ny) = (points(name) for name in certified())
    found: list[tuple[str, dict[str, float], str]] = [
        ("Norris", line_by_grid(x, y), BY_GRID),
        ("Norris", least_squares(y, np.ones_like(x), x), BY_STATSMODELS),
        (
            "Pontius",
            parabola(px, py, px.max()),
            f"{BY_STATSMODELS}, x over its largest",
        ),
        (
            "NoInt1",
            {
                name.replace("0", "1"): value
                for name, value in least_squares(ny, nx).items()
            },
            BY_STATSMODELS,
        ),
    ]
    return [
        Row(f"NIST {name}", quantity, value, ours[quantity], by)
        for name, ours, by in found
        for quantity, value in certified()[name].items()
        if quantity in ours
    ]


def longley() -> list[Row]:
    """NIST's Longley, as statsmodels ships the points and, among its own tests' results, the certified values."""
    from statsmodels.datasets import longley as shipped
    from statsmodels.regression.tests.results.results_regression import Longley

    given, nist_says = shipped.load_pandas(), Longley()
    names = [*given.exog.columns, "constant"]
    ours = least_squares(
        given.endog.to_numpy(), *given.exog.to_numpy().T, np.ones(len(given.exog))
    )
    values = [
        (name, value, ours[f"b{i}"])
        for i, (name, value) in enumerate(zip(names, nist_says.params, strict=True))
    ]
    values += [
        (f"sd of {name}", value, ours[f"sd of b{i}"])
        for i, (name, value) in enumerate(zip(names, nist_says.bse, strict=True))
    ]
    values += [
        ("residual sd", nist_says.scale**0.5, ours["residual sd"]),
        ("R2", nist_says.rsquared, ours["R2"]),
    ]
    return [Row("NIST Longley", *value, BY_STATSMODELS) for value in values]


def offsets() -> Iterator[tuple[int, list[float]]]:
    """Correct digits of Norris' slope with an offset added to x: by normal equations, by statsmodels, by the grid.

    x is multiplied by ten first: so it is whole, and the offset changes no digit of it.
    """
    (x, y), slope = points("Norris"), certified()["Norris"]["b1"]
    for offset in OFFSETS:
        far = np.round(10 * x) + offset
        columns = np.column_stack([np.ones_like(far), far])
        normal = np.linalg.solve(columns.T @ columns, columns.T @ y)[1]
        slopes = (
            normal,
            least_squares(y, np.ones_like(far), far)["b1"],
            line_by_grid(far, y)["b1"],
        )
        yield offset, [digits(float(10 * found), slope) for found in slopes]


def institute() -> dict[str, dict[str, list[Any]]]:
    """What the National Cancer Institute's program gives for its sample data, by sex."""
    return tomllib.loads((HARNESSES / "references" / "nci.toml").read_text("utf-8"))


def institute_trend(sex: str, permutations: int = 4499) -> Trend:
    """Ours for the same data, with the options of the Institute's run."""
    rows = pd.read_csv(HARNESSES / "references" / "nci_sample.csv")
    rows = rows[rows["sex"] == sex]
    options: Any = {"weights": rows["se"], "most": 3, "select": "permutation"}
    if not permutations:
        options["select"] = 3
    return joinpoint(rows["year"], rows["rate"], permutations=permutations, **options)


def institute_lines() -> Iterator[str]:
    """A line for each segment: the Institute's joinpoint, change and star, ours, and both intervals."""
    for sex, theirs in institute().items():
        ours = institute_trend(sex)
        last = str(int(ours.segments[-1].last))
        lines = zip(
            [*map(str, theirs["joinpoints"]), last],
            theirs["percent"],
            theirs["differs"],
            ours.segments,
            ours.parametric,
            strict=True,
        )
        for year, percent, differs, segment, parametric in lines:
            star, mine = ("*" if each else "" for each in (differs, parametric.differs))
            both = f"{segment.percent:.2f}{mine}"
            same = (f"{percent:.2f}{star}", year) == (both, f"{segment.last:.0f}")
            yield " | ".join(
                [
                    sex,
                    f"{segment.first:.0f} to {year}",
                    f"{percent:.2f}{star}",
                    f"{segment.first:.0f} to {segment.last:.0f}",
                    both,
                    "yes" if same else "**no**",
                    f"{parametric.low:.2f} to {parametric.high:.2f}",
                    f"{segment.low:.2f} to {segment.high:.2f}",
                ]
            )


def deaths() -> tuple[Floats, Floats]:
    """Years and cocaine deaths of one release."""
    rows = every_vintage("cocaine_deaths", "United States", "cdc")
    rows = rows[rows["release"] == DEATHS]
    return rows["year"].to_numpy(float), rows["value"].to_numpy(float)


def broken_line(
    years: Floats, values: Floats, weights: Floats, joinpoints: tuple[float, ...]
) -> Any:
    """The broken line in ln(value) by statsmodels' weighted least squares."""
    from statsmodels.api import WLS

    x = years - years[0]
    hinges = [np.maximum(years - year, 0) for year in joinpoints]
    return WLS(
        np.log(values), np.column_stack([np.ones_like(x), x, *hinges]), weights
    ).fit()


def by_every_set(
    years: Floats, values: Floats, weights: Floats, k: int
) -> tuple[float, ...]:
    """The k joinpoints with the smallest sum of squares, each set fitted by statsmodels."""
    sets = (
        chosen for chosen in combinations(years[2:-2], k) if all(np.diff(chosen) > 2)
    )
    return min(
        sets, key=lambda chosen: float(broken_line(years, values, weights, chosen).ssr)
    )


def broken_lines() -> list[Row]:
    """Slopes of `joinpoint` beside those of statsmodels, where statsmodels finds the joinpoints too."""
    (years, values), rows = deaths(), []
    for weighting, weights in (("constant", np.ones_like(values)), ("counts", values)):
        for k in range(3):
            ours = joinpoint(
                years, values, weights=weighting, select=k, permutations=0, resamples=1
            )
            bends = by_every_set(years, values, weights, k)
            slopes = np.cumsum(broken_line(years, values, weights, bends).params[1:])
            model = f"{k} joinpoints, weights {weighting}"
            rows += [
                Row(model, f"joinpoint {j + 1}", *pair, "`joinpoint`")
                for j, pair in enumerate(
                    zip(bends, [j.year for j in ours.joinpoints], strict=True)
                )
            ]
            rows += [
                Row(
                    model,
                    f"slope of segment {j + 1}",
                    float(theirs),
                    segment.slope,
                    "`joinpoint`",
                )
                for j, (theirs, segment) in enumerate(
                    zip(slopes, ours.segments, strict=True)
                )
            ]
    return rows


def growth_in_percent(measure: str, first_year: int, as_of: str) -> float:
    """Growth over one year by the figures seen on a day."""
    growth = history(measure, "United States", "cdc", as_of=as_of).growth(
        first_year, first_year + 1
    )
    return 100 * (getattr(growth, "factor", float("nan")) - 1)


def opioid_share() -> float:
    """Percent of the cocaine deaths of 2019 that also involved an opioid, by what was seen when the brief came out."""
    measures = ("cocaine_with_any_opioid_deaths", "cocaine_deaths")
    both, all_deaths = (deaths_of_2019(measure) for measure in measures)
    return 100 * both / all_deaths


def deaths_of_2019(measure: str) -> float:
    """A measure of US deaths in 2019, by what was seen when the brief came out."""
    table = series(measure, "United States", "cdc", as_of="2021-04-30")
    return float(table.loc[table["year"] == 2019, "value"].iloc[0])


def statements() -> Iterator[str]:
    """Lines of the published statements: what is printed, and what each of the figures that may be behind it gives."""
    rate, number = (
        ("cocaine_death_rate", "the rates printed, to one decimal"),
        ("cocaine_deaths", "the numbers of deaths"),
    )
    printed = (
        ("MMWR 67(12): cocaine death rate, 2015 to 2016", 52.4, 1, 2015, "2018-03-30"),
        ("MMWR 68(17): cocaine death rate, 2016 to 2017", 34.4, 1, 2016, "2019-05-03"),
    )
    given: list[tuple[str, float, int, str, float]] = [
        (what, percent, places, source, growth_in_percent(measure, year, day))
        for what, percent, places, year, day in printed
        for measure, source in (rate, number)
    ]
    brief = "NCHS Data Brief 406: cocaine deaths of 2019 with an opioid"
    given.append(
        (
            brief,
            76,
            0,
            "the numbers of deaths of the National Institute on Drug Abuse",
            opioid_share(),
        )
    )
    for what, percent, places, source, ours in given:
        same = "yes" if round(ours, places) == percent else "no"
        yield f"{what} | {percent} % | {source} | {ours:.3f} % | {same}"


def printed_growth() -> Iterator[dict[str, Any]]:
    """Each printed growth rate beside that of the levels: of its own release, else with the base year as last printed before."""
    figures = read_processed(here(), "figures.csv")
    levels = figures[
        (figures["base_start"] == "")
        & (figures["period_kind"] == "calendar_year")
        & figures["value"].gt(0)
    ]
    for rate in records(
        figures[figures["measure"].str.endswith("_change") & ~figures["set_aside"]]
    ):
        same = (levels["agency"] == rate.agency) & (levels["place"] == rate.place)
        mine = levels[
            same & (levels["measure"] == rate.measure.removesuffix("_change"))
        ]
        of_release = mine["release"] == rate.release
        mine = mine[
            of_release
            | ((mine["available"] <= rate.available) & (mine["kind"] != "compilation"))
        ]
        mine = mine.sort_values(
            ["release_date", "rounding_unit"], ascending=[True, False], kind="stable"
        )
        last = mine[
            (mine["period_start"] == rate.period_start) & of_release.loc[mine.index]
        ]
        bases = mine[mine["period_start"] == rate.base_start]
        own = bases[bases["release"] == rate.release]
        if last.empty or bases.empty:
            yield {"rate": rate, "base": "none"}
            continue
        base, level = (own if len(own) else bases).iloc[-1], last.iloc[-1]
        yield {
            "rate": rate,
            "base": "own" if len(own) else "before",
            **_growth_of(base, level, rate),
        }


def _growth_of(base: Any, level: Any, rate: Any) -> dict[str, Any]:
    (first, first_unit), (last, last_unit) = (
        (row["value"], row["rounding_unit"] / 2) for row in (base, level)
    )
    low, high = (
        (last - last_unit) / (first + first_unit),
        (last + last_unit) / (first - first_unit),
    )
    half = rate.rounding_unit / 2
    growth = 100 * (last / first - 1)
    within = 100 * (low - 1) - half <= rate.value <= 100 * (high - 1) + half
    return {
        "levels": f"{first:,.0f} to {last:,.0f}",
        "growth": growth,
        "within": bool(within),
    }


def printed_growth_table() -> str:
    """The printed growth rates that can be held against levels, and how many agree."""
    rows = list(printed_growth())
    told = {
        "own": "levels of the same release",
        "before": "base year as an earlier release has it",
    }
    lines, counts = [], []
    for base, meaning in told.items():
        held = [row for row in rows if row["base"] == base]
        counts.append(
            f"{sum(row['within'] for row in held)} of {len(held)} agree within rounding by the {meaning}"
        )
        for row in held:
            rate = row["rate"]
            what = f"{rate.measure}, {rate.place}, {rate.base_start[:4]} to {rate.period_start[:4]}, {rate.release}"
            answer = "yes" if row["within"] else "no"
            lines.append(
                f"{what} | {rate.value:g} % | {row['levels']} ({meaning}) | {row['growth']:.2f} % | {answer}"
            )
    without = sum(row["base"] == "none" for row in rows)
    summary = f"Of {len(rows)} printed growth rates, {'; '.join(counts)}; {without} have no level to be held against."
    return f"{summary}\n\n" + table(
        "printed growth | theirs | levels | ours | within rounding", lines
    )


def lmdi() -> list[Row]:
    """An example by hand: output from 1 to 8, area twice and output per hectare four times as much, so one third to two."""
    ours = effects(1, 8, area_factor=2)
    hand = (7 * log(2) / log(8), 7 * log(4) / log(8))
    return [
        Row("by hand: 1 to 8 t, area x 2", f"effect of {name}", *pair, "`effects`")
        for name, pair in zip(
            ("area", "output per hectare"), zip(hand, ours, strict=True), strict=True
        )
    ]


def results(name: str) -> list[dict[str, str]]:
    """The figures that a simulation has written."""
    with (HARNESSES / "results" / f"{name}.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        return list(csv.DictReader(file))


def joinpoint_table() -> str:
    """The joinpoint simulations, and how many of their figures are outside their bounds."""
    rows, lines, outside, bounded = results("joinpoint"), [], 0, 0
    for row in rows:
        share, low, high = (float(row[name]) for name in ("share", "low", "high"))
        inside, bound = low <= share <= high, (low, high) != (0, 1)
        outside, bounded = outside + (not inside), bounded + bound
        bounds = (
            f"{100 * low:.1f} to {100 * high:.1f} % | {'yes' if inside else '**no**'}"
            if bound
            else " | "
        )
        lines.append(
            f"{row['case']} | {row['figure']} | {row['runs']} | {100 * share:.1f} % | {bounds}"
        )
    told = f"Of {bounded} figures with bounds, {outside} lie{'s' if outside == 1 else ''} outside."
    return f"{told}\n\n" + table(
        "series | figure | runs | share | bounds | within", lines
    )


def association_lines() -> Iterator[str]:
    """Lines of the association test's simulations."""
    for row in results("association"):
        shares = (
            f"{100 * float(row[name]):.2f} %" for name in ("by_test", "by_best_lag")
        )
        kind = [row["persistence"], row["correlation"], row["runs"]]
        yield " | ".join([*kind, f"{row['length']} years", *shares, row["shown"]])


def offset_lines() -> Iterator[str]:
    """Lines of the digits left by offsets."""
    for offset, left in offsets():
        yield " | ".join([f"{offset:,}", *(f"{found:.1f} digits" for found in left)])


def unscaled_lines() -> Iterator[str]:
    """Lines of Pontius with x as it is and over its largest."""
    (x, y), values = points("Pontius"), certified()["Pontius"]
    for name, scale in (
        ("as it is, up to 3,000,000", 1.0),
        ("over its largest", float(x.max())),
    ):
        ours = parabola(x, y, scale)
        yield " | ".join(
            [
                name,
                *(
                    f"{digits(ours[b], values[b]):.1f} digits"
                    for b in ("b0", "b1", "b2")
                ),
            ]
        )


SECTIONS: dict[str, Callable[[], str]] = {
    "nist": lambda: compared(
        [*nist(), *longley()], "reference | quantity | theirs | ours | agreement | by"
    ),
    "offsets": lambda: table(
        "added to x | normal equations | statsmodels OLS | `Grid`, which centres x",
        offset_lines(),
    ),
    "unscaled": lambda: table("x | b0 | b1 | b2", unscaled_lines()),
    "institute": lambda: table(
        "series | theirs | change, % a year | ours | change, % a year | same"
        " | parametric interval | by resampling",
        institute_lines(),
    ),
    "broken_lines": lambda: compared(
        broken_lines(), "model | quantity | statsmodels | ours | agreement | by"
    ),
    "statements": lambda: table(
        "statement | printed | ours from | ours | reproduced", statements()
    ),
    "printed_growth": printed_growth_table,
    "lmdi": lambda: compared(
        lmdi(), "reference | quantity | by hand | ours | agreement | by"
    ),
    "joinpoint": joinpoint_table,
    "association": lambda: table(
        "persistence | true correlation | pairs | length | found by `move_together`"
        " | by the best single lag | shown four times in five from",
        association_lines(),
    ),
}


def page() -> str:
    """The whole page."""
    text = (HARNESSES / "references" / "certification.md").read_text("utf-8")
    for name, made in SECTIONS.items():
        text = text.replace(f"{{{name}}}", made())
    return text


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ[ROOT_VARIABLE] = str(make_frozen(Path(folder) / "frozen").root)
        PAGE.write_text(page(), "utf-8")
