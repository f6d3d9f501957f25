"""How much of a change in output is area, and how much output per hectare."""

from dataclasses import dataclass
from math import isclose, log, log1p
from typing import NamedTuple

from analysis.statistics.output_per_hectare import Basis
from analysis.vintages.history import Growth, History, Refusal


class AreaGrowth(NamedTuple):
    """The growth of an area, and the ids of the figures behind it."""

    factor: float
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Decomposition:
    """A change in output between two years, split in two parts that add up to it."""

    area: AreaGrowth
    output: Growth

    @property
    def tonnes(self) -> tuple[float, float]:
        """The parts of area and of output per hectare in tonnes; they add up to last minus first."""
        return effects(self.output.first, self.output.last, self.area.factor)

    @property
    def points(self) -> tuple[float, float]:
        """The same two parts in points of percent; they add up to the growth of output in percent."""
        by_area, by_yield = effects(1, self.output.factor, self.area.factor)
        return 100 * by_area, 100 * by_yield

    @property
    def rows(self) -> tuple[str, ...]:
        """The ids of all figures behind it."""
        return tuple(dict.fromkeys((*self.output.rows, *self.area.rows)))


def effects(first: float, last: float, area_factor: float) -> tuple[float, float]:
    """The additive effects of area and of output per hectare on output, by the logarithmic mean Divisia index (LMDI-I).

        output = area x output per hectare
        effect of area = L x ln(area factor),  L = (last - first) / ln(last / first), or first where they are equal
        effect of output per hectare = L x ln(last / first / area factor)

    They add up to last minus first without a rest. Which of the two is taken first does not matter, and backwards in
    time each has the other sign. It is arithmetic, not cause; and as agencies compute output from area and a yield of
    field samples, some of them years old, the second part says which yield they used.

    Parameters
    ----------
    first, last : float
        Output of the first and of the last year, in one unit, above zero.
    area_factor : float
        Area of the last year over area of the first.

    Raises
    ------
    ValueError
        If a figure is not above zero.

    References
    ----------
    B. W. Ang (2005), The LMDI approach to decomposition analysis: a practical guide, Energy Policy 33, 867-871.

    Examples
    --------
    Area doubles and so does output per hectare: each has half of the rise from 100 to 400.

    >>> [round(effect) for effect in effects(100, 400, area_factor=2)]
    [150, 150]
    """
    if not (first > 0 and last > 0 and area_factor > 0):
        raise ValueError(
            f"effects need figures above zero, not {first}, {last} and an area factor of {area_factor}"
        )
    growth = log1p((last - first) / first)
    mean = logarithmic_mean(first, last)
    return mean * log(area_factor), mean * (growth - log(area_factor))


def logarithmic_mean(first: float, last: float) -> float:
    """
    The logarithmic mean of two figures above zero, (last - first) / ln(last / first).

    >>> logarithmic_mean(7, 7)
    7
    """
    growth = log1p((last - first) / first)
    return (last - first) / growth if growth else first


def area_growth(
    area: History, first_year: int, last_year: int, basis: Basis = "year_end"
) -> AreaGrowth | Refusal:
    """
    The growth of the area on which output is made.

    By `year_end` that of the area at the end of the year. By `mean_of_year_ends` that of the
    mean of a year's end and the year before's, m(y) = (1 + 1 / growth to y) / 2 of the first:

        growth = growth of year-ends x m(last) / m(first)
    """
    spans = [(first_year, last_year)]
    if basis == "mean_of_year_ends":
        spans += [(year - 1, year) for year in (first_year, last_year)]
    grown = []
    for span in spans:
        growth = area.growth(*span)
        if isinstance(growth, Refusal):
            return growth
        grown.append(growth)
    rows = tuple(dict.fromkeys(row for growth in grown for row in growth.rows))
    means = [(1 + 1 / growth.factor) / 2 for growth in grown[1:]] or [1.0, 1.0]
    return AreaGrowth(grown[0].factor * means[1] / means[0], rows)


def decompose(
    area: History,
    output: History,
    first_year: int,
    last_year: int,
    basis: Basis = "year_end",
) -> Decomposition | Refusal:
    """What of the change in output between two years is area and what is output per hectare.

    Only sound growth enters: if that of output is refused its refusal is returned, else that of area. Each growth may
    come from another release, for what is divided are growths, never levels of two vintages.
    """
    grown = output.growth(first_year, last_year)
    if isinstance(grown, Refusal):
        return grown
    spread = area_growth(area, first_year, last_year, basis)
    return spread if isinstance(spread, Refusal) else Decomposition(spread, grown)


def yearly(
    area: History,
    output: History,
    first_year: int,
    last_year: int,
    basis: Basis = "year_end",
) -> list[Decomposition]:
    """The same year by year, for each year whose growth of output and of area is sound.

    Each year may have its level from another release: what they add up to is not the change of
    the window by one release.
    """
    steps = (
        decompose(area, output, year - 1, year, basis)
        for year in range(first_year + 1, last_year + 1)
    )
    return [step for step in steps if isinstance(step, Decomposition)]


def yield_share(parts: list[Decomposition]) -> float:
    """The share of output per hectare in growth (its logarithm), over parts that follow each other.

    Growth adds up as logarithms whatever levels it starts from, so parts of several releases can
    be put together.
    """
    grown = sum(log(part.output.factor) for part in parts)
    return 1 - sum(log(part.area.factor) for part in parts) / grown


class Step(NamedTuple):
    """A part of a window, with effects that add up to those of the window."""

    first_year: int
    last_year: int
    tonnes: tuple[float, float]
    points: tuple[float, float]
    rows: tuple[str, ...]


def steps_inside(
    area: History, whole: Decomposition, output: History, basis: Basis = "year_end"
) -> list[Step]:
    """
    A window's effects by the years inside it, from the same release or chain as the window's.

    Each step's logarithms are weighted with the logarithmic mean of the whole window, so they
    add up to its effects without a rest. The window itself is the only step where its release
    gives no year between, or area has no growth over the same steps.
    """
    found = []
    for span in _spans(output, whole.output):
        step = _step(area, whole.output, span, basis)
        if step is None:
            break
        found.append(step)
    if _add_up(found, whole):
        return found
    years = whole.output.first_year, whole.output.last_year
    return [Step(*years, whole.tonnes, whole.points, whole.rows)]


_Span = tuple[int, int, float, tuple[str, ...]]


def _step(area: History, grown: Growth, span: _Span, basis: Basis) -> Step | None:
    first_year, last_year, factor, rows = span
    spread = area_growth(area, first_year, last_year, basis)
    if isinstance(spread, Refusal):
        return None
    mean = logarithmic_mean(grown.first, grown.last)
    tonnes = mean * log(spread.factor), mean * log(factor / spread.factor)
    points = 100 * tonnes[0] / grown.first, 100 * tonnes[1] / grown.first
    ids = tuple(dict.fromkeys((*rows, *spread.rows)))
    return Step(first_year, last_year, tonnes, points, ids)


def _add_up(steps: list[Step], whole: Decomposition) -> bool:
    sums = [sum(step.tonnes[part] for step in steps) for part in (0, 1)]
    size = whole.output.first + whole.output.last
    pairs = zip(sums, whole.tonnes, strict=True)
    return all(isclose(*pair, abs_tol=1e-6 * size) for pair in pairs)


def _spans(output: History, growth: Growth) -> list[_Span]:
    """The steps of a growth: a chain's, or the neighbouring years that its one release gives."""
    if growth.chained:
        return [(of.first_year, of.last_year, of.factor, of.rows) for of in growth.by]
    rows = output.vintages
    mine = rows[(rows["release"] == growth.by[0].release) & (rows["value"] > 0)]
    mine = mine[mine["year"].between(growth.first_year, growth.last_year)]
    years = mine["year"].tolist()
    values = mine["value"].tolist()
    ids = mine["figure"].tolist()
    return [
        (years[at], years[at + 1], values[at + 1] / values[at], (ids[at], ids[at + 1]))
        for at in range(len(years) - 1)
    ]
