"""How exact a number is: the digits that are recorded and drawn, and when two numbers count as the same.

Processors add and multiply in another order, so the last digits of a statistic are not the same on all of them: they
differ from the 13th on, or from the 9th where two numbers nearly cancel. Nothing recorded or decided hangs on those.
"""

import math

RECORDED, DRAWN = 10, 6  # significant digits
SAME = 1e-9  # relative: two numbers that are nearer count as the same


def recorded(value: float) -> float:
    """A number as it is recorded: to ten significant digits, the same on every processor.

    >>> recorded(0.2960960541987372) == recorded(0.29609605419873714)
    True
    """
    return float(digits(value))


def drawn(value: float) -> float:
    """A number as a chart draws it and as the chart's data give it: to six significant digits.

    >>> drawn(144807.5), drawn(144807.49999999999)
    (144808.0, 144808.0)
    """
    return float(f"{recorded(value):.{DRAWN}g}")


def digits(value: float, form: str = "") -> str:
    """A number in writing, with the digits that are recorded; `form` may ask for `,` in thousands and `+` before.

    >>> digits(1234567.25, ","), digits(200)
    ('1,234,567.25', '200')
    """
    return f"{value:{form}.{RECORDED}g}"


def same(value: float, other: float) -> bool:
    """Whether two numbers differ by no more than the arithmetic of processors does.

    >>> same(2 + 1e-12, 2), same(2.1, 2)
    (True, False)
    """
    return math.isclose(value, other, rel_tol=SAME)


def exceeds(value: float, limit: float) -> bool:
    """Whether a number is above a limit by more than the arithmetic of processors differs.

    >>> exceeds(2.1, 2), exceeds(2 + 1e-12, 2)
    (True, False)
    """
    return value > limit and not same(value, limit)
