"""Numerals as printed, in digits or words, English or Spanish.

A separator is never guessed. "1,010" is English, "1.234,5" can only be Spanish, "127,5" can only
be a decimal comma; "3.001" may be 3001 or 3.001 and is refused unless the words around it are Spanish.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from math import prod

from analysis.reading.phrases import FRACTIONS, MULTIPLIERS, NUMBERS, any_of

_BLANK = r"[\u00a0\u202f\u2009 ]"
_WORD = any_of([*NUMBERS, *MULTIPLIERS])
_MULTIPLIER = any_of(MULTIPLIERS)
_SHARE = any_of(FRACTIONS)
_OF = r"\s+(?:of\s+)?(?:an?\s+|de\s+)?"
_WORDS = rf"(?:an?\s+)?{_WORD}(?:(?:\s+|-|\s+and\s+|\s+y\s+){_WORD})*"
_DIGITS = rf"[0-9]{{1,3}}(?:{_BLANK}[0-9]{{3}})+(?![0-9])|[0-9][0-9.,]*[0-9]|[0-9]"
SCALED = rf"(?:[1-9][0-9]{{0,2}} (?:mil|thousand) [0-9]{{1,3}}(?![0-9])|(?:{_DIGITS})(?:\s+{_MULTIPLIER})*)"
NUMERAL = rf"(?:{SCALED}|\b(?:{_SHARE}{_OF}{_MULTIPLIER}|{_WORDS}))"
_LONGEST = 200  # characters; of numbers of this length none is infinite


class UnreadableError(ValueError):
    """A wording that is not understood, or that may mean two things. The message says which."""


@dataclass(frozen=True)
class Numeral:
    """A number as printed, and the unit it is rounded to: the last decimal, or the last digit that is not zero.

    It is never coarser than the second digit of a whole number, since publications print at least two.
    """

    value: Decimal
    rounding_unit: Decimal


def check_length(text: str) -> None:
    """Raise UnreadableError if a wording is longer than any figure's: to look through it would take too long."""
    if len(text) > _LONGEST:
        raise UnreadableError(
            f"is longer than any figure's wording, which has at most {_LONGEST} characters"
        )


def rounding_unit(digits: str) -> Decimal:
    """The unit a plain number is rounded to, in units of the number; see `Numeral`.

    >>> [int(rounding_unit(text)) for text in ("24486", "1010", "234000", "300", "7", "0")]
    [1, 10, 1000, 10, 1, 1]
    >>> rounding_unit("6.50")
    Decimal('0.01')
    """
    whole, point, decimals = digits.partition(".")
    if point:
        return Decimal(1).scaleb(-len(decimals))
    zeros = len(whole) - len(whole.rstrip("0")) if whole.strip("0") else 0
    return Decimal(10) ** max(0, min(zeros, len(whole) - 2))


def plain_digits(token: str, spanish: bool = False) -> str:
    """Digits with an English or Spanish separator, as digits with a decimal point.

    Raises UnreadableError if the separators fit no number, or fit two.

    >>> plain_digits("1,010"), plain_digits("1.234,5"), plain_digits("127,5")
    ('1010', '1234.5', '127.5')
    >>> plain_digits("12 345"), plain_digits("3.001", spanish=True)
    ('12345', '3001')
    """
    token = re.sub(_BLANK, "", token)
    if re.fullmatch(r"0|[1-9][0-9]*", token):
        return token
    english = re.fullmatch(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(\.[0-9]+)?", token)
    if english and (english[1] or token.count(",") > 1 or not spanish):
        return token.replace(",", "")
    iberian = re.fullmatch(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(,[0-9]+)?", token)
    if iberian and (iberian[1] or token.count(".") > 1 or spanish):
        return token.replace(".", "").replace(",", ".")
    decimal = token.replace(",", ".")
    if english or iberian:
        whole = decimal.replace(".", "")
        raise UnreadableError(
            f"{token!r} may be {whole} or {decimal}; write it without a separator"
        )
    if re.fullmatch(r"(0|[1-9][0-9]*)[.,][0-9]+", token):
        return decimal
    raise UnreadableError(f"the separators of {token!r} fit no number")


def _from_words(text: str) -> Decimal:
    total = 0  # what a thousand or more has multiplied already
    current = 0  # what is still to be multiplied
    words = re.split(r"[\s-]+", text)
    for word in words:
        if word in ("and", "y"):
            continue
        scale = MULTIPLIERS.get(word, 0)
        value = NUMBERS.get(word, 0)
        if word in ("a", "an"):
            current += 1
        elif scale > 100:
            total = _scaled(total, current, scale, text)
            current = 0
        elif scale and current < 100:
            current = max(current, 1) * scale
        elif not scale and _may_follow(value, current, alone=len(words) == 1):
            current += value
        else:
            raise UnreadableError(f"{text!r} is no number")
    return Decimal(total + current)


def _scaled(total: int, current: int, scale: int, text: str) -> int:
    """The number so far, with what a word of a thousand or more multiplies."""
    # "mil millones" multiplies all, "two million ... thousand" does not.
    if 0 < total < scale:
        return (total + current) * scale
    # Scales fall: not "one thousand two thousand".
    if total % (1000 * scale):
        raise UnreadableError(f"{text!r} is no number")
    return total + max(current, 1) * scale


def _may_follow(value: int, current: int, alone: bool) -> bool:
    """Whether a word below a hundred may be added: "twenty one", not "one twenty"."""
    ends_in_tens = current % 100 >= 20 and current % 10 == 0 and value < 10
    return (value > 0 or alone) and (current % 100 == 0 or ends_in_tens)


def read_numeral(text: str, spanish: bool = False) -> Numeral:
    """A number in digits, in words, or in digits with a word ("1.2 million"), without other words.

    `spanish` says that the words around it are: "3.001" is then 3001. Raises
    UnreadableError if it is no number or may be two.

    >>> read_numeral("1.2 million").value, read_numeral("a quarter of a million").value
    (Decimal('1200000'), Decimal('250000'))
    >>> read_numeral("two hundred and thirty thousand").value
    Decimal('230000')
    >>> read_numeral("230 mil", spanish=True).value
    Decimal('230000')
    """
    text = text.strip().lower()
    if not re.fullmatch(NUMERAL, text):
        raise UnreadableError(f"{text!r} is no number")
    if mil := re.fullmatch(r"([1-9][0-9]{0,2}) (?:mil|thousand) ([0-9]{1,3})", text):
        text = f"{int(mil[1]) * 1000 + int(mil[2])}"
    if digits := re.match(rf"[0-9](?:[0-9.,]|{_BLANK})*", text):
        plain = plain_digits(digits[0].strip(), spanish)
        words_after = text[digits.end() :].split()
        scale = Decimal(prod(MULTIPLIERS[word] for word in words_after))
        value = (Decimal(plain) * scale).normalize() + 0
        return Numeral(value, rounding_unit(plain) * scale)
    if part := re.fullmatch(rf"({_SHARE}){_OF}({_MULTIPLIER})", text):
        value = Decimal(round(FRACTIONS[part[1]] * MULTIPLIERS[part[2]]))
    else:
        value = _from_words(text)
    return Numeral(value, rounding_unit(str(int(value))))
