"""Units: the words that print them, and the factors between them (pint)."""

from functools import cache

from analysis.vocabulary import vocabulary


@cache
def unit_words() -> dict[str, str]:
    """Every printed unit word, in lower case, with the registered name of its unit."""
    return {
        word: name
        for name, entry in vocabulary()["units"].items()
        for word in entry["words"]
    }


@cache
def unit_factor(printed: str, kept: str) -> float:
    """The factor that turns a figure in one registered unit into another.

    Raises ValueError if the two do not measure the same thing, or are counted and differ.

    >>> unit_factor("kg", "t"), unit_factor("t", "t"), round(unit_factor("acres", "ha"), 4)
    (0.001, 1.0, 0.4047)
    """
    if printed == kept:
        return 1.0
    units = vocabulary()["units"]
    first, second = (units[name]["pint"] for name in (printed, kept))
    if first and second:
        from pint import Quantity  # slow to import, and seldom needed

        unit = Quantity(1, first)
        if unit.is_compatible_with(second):
            # 0.001, not 0.0010000000000000002
            return float(f"{unit.to(second).magnitude:.12g}")
    raise ValueError(f"{printed} can't become {kept}")
