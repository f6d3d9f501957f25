"""How much of a change in output is area, and how much output per hectare."""

from dataclasses import dataclass
from math import log, log1p

from analysis.vintages.history import Growth, History, Refusal


@dataclass(frozen=True)
class Decomposition:
    """A change in output between two years, split in two parts that add up to it."""

    area: Growth
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
    time each has the other sign. It is arithmetic, not cause; and as agencies compute output from area and an assumed
    yield, the second part says what they assumed.

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
    mean = (last - first) / growth if growth else first
    return mean * log(area_factor), mean * (growth - log(area_factor))


def decompose(
    area: History, output: History, first_year: int, last_year: int
) -> Decomposition | Refusal:
    """What of the change in output between two years is area and what is output per hectare.

    Only sound growth enters: if that of output is refused its refusal is returned, else that of area. Each growth may
    come from another release, for what is divided are growths, never levels of two vintages.
    """
    grown, spread = (
        output.growth(first_year, last_year),
        area.growth(first_year, last_year),
    )
    if isinstance(grown, Refusal):
        return grown
    return spread if isinstance(spread, Refusal) else Decomposition(spread, grown)


def yearly(
    area: History, output: History, first_year: int, last_year: int
) -> list[Decomposition]:
    """The same year by year, for each year whose growth of output and of area is sound.

    The years' effects do not add up to those of the window, even where none is missing: each year has its own
    logarithmic mean, and may have its level from another release.
    """
    steps = (
        decompose(area, output, year - 1, year)
        for year in range(first_year + 1, last_year + 1)
    )
    return [step for step in steps if isinstance(step, Decomposition)]
