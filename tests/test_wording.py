from decimal import Decimal

import pytest

from analysis.cleaning.raw import read_raw
from analysis.reading.numerals import UnreadableError, check_length, read_numeral
from analysis.reading.wording import read_cell, read_printed
from notebook_runner.project import here

# wording -> kind, value, low, high, qualifier, unit in the wording; none of them stands in data/raw
ENGLISH = {
    "12": ("quantity", 12, 12, 12, "exact", None),
    "1,234,567": ("quantity", 1234567, 1234567, 1234567, "exact", None),
    "0.57": ("quantity", 0.57, 0.57, 0.57, "exact", None),
    "12 345": ("quantity", 12345, 12345, 12345, "exact", None),
    "1.2 million": ("quantity", 1.2e6, 1.2e6, 1.2e6, "exact", None),
    "a quarter of a million": ("quantity", 250000, 250000, 250000, "exact", None),
    "half a million": ("quantity", 500000, 500000, 500000, "exact", None),
    "two hundred and thirty thousand": (
        "quantity",
        230000,
        230000,
        230000,
        "exact",
        None,
    ),
    "seventy-two": ("quantity", 72, 72, 72, "exact", None),
    "two million three hundred thousand": (
        "quantity",
        2.3e6,
        2.3e6,
        2.3e6,
        "exact",
        None,
    ),
    "about 45,000 hectares": ("quantity", 45000, None, None, "about", "ha"),
    "roughly 1,200 metric tons": ("quantity", 1200, None, None, "about", "t"),
    "~450": ("quantity", 450, None, None, "about", None),
    "at least 600 kilograms": ("quantity", 600, 600, None, "at_least", "kg"),
    "over 30 short tons": ("quantity", 30, 30, None, "more_than", "short tons"),
    "nearly 2,000 pounds": ("quantity", 2000, None, 2000, "nearly", "lb"),
    "up to 1.5 million acres": ("quantity", 1.5e6, None, 1.5e6, "at_most", "acres"),
    "fewer than 40 deaths": ("quantity", 40, None, 40, "less_than", "deaths"),
    "almost 900 square kilometres": ("quantity", 900, None, 900, "nearly", "km2"),
    "between 10 and 20 tons": ("quantity", None, 10, 20, "between", "t"),
    "from 100 to 150": ("quantity", None, 100, 150, "between", None),
    "662–902": ("quantity", None, 662, 902, "between", None),
    "12 per cent": ("quantity", 12, 12, 12, "exact", "percent"),
    "43 %": ("quantity", 43, 43, 43, "exact", "percent"),
    "a fifth": ("share", 20, 20, 20, "exact", "percent"),
    "more than two-thirds": ("share", 200 / 3, 200 / 3, None, "more_than", "percent"),
    "doubled": ("ratio", 2, 2, 2, "exact", "times"),
    "a fifth less": ("change", -20, -20, -20, "exact", "percent on the year before"),
    "rose by more than a third": (
        "change",
        100 / 3,
        100 / 3,
        None,
        "more_than",
        "percent on the year before",
    ),
    "surged 42 percent": ("change", 42, 42, 42, "exact", "percent on the year before"),
    "8% drop": ("change", -8, -8, -8, "exact", "percent on the year before"),
    "95 thousand 8": ("quantity", 95008, 95008, 95008, "exact", None),
    "just shy of 1.5 trillion": ("quantity", 1.5e12, None, 1.5e12, "nearly", None),
    "a little over 433,000 kilos": (
        "quantity",
        433000,
        433000,
        None,
        "more_than",
        "kg",
    ),
    "5.7 tons per hectare": ("quantity", 5.7, 5.7, 5.7, "exact", "t/ha"),
    "quadrupled": ("ratio", 4, 4, 4, "exact", "times"),
    "no. 2": ("rank", 2, 2, 2, "exact", "rank"),
    "nearly tripled": ("ratio", 3, None, 3, "nearly", "times"),
    "3.6 times": ("ratio", 3.6, 3.6, 3.6, "exact", "times"),
    "fourfold": ("ratio", 4, 4, 4, "exact", "times"),
    "halved": ("ratio", 0.5, 0.5, 0.5, "exact", "times"),
    "x3.6": ("ratio", 3.6, 3.6, 3.6, "exact", "times"),
    "fell by 12 percent": (
        "change",
        -12,
        -12,
        -12,
        "exact",
        "percent on the year before",
    ),
    "up by more than 10%": (
        "change",
        10,
        10,
        None,
        "more_than",
        "percent on the year before",
    ),
    "−7%": ("change", -7, -7, -7, "exact", "percent on the year before"),
    "5.5% lower": ("change", -5.5, -5.5, -5.5, "exact", "percent on the year before"),
    "fourth largest": ("rank", 4, 4, 4, "exact", "rank"),
    "the highest on record": ("rank", 1, 1, 1, "exact", "rank"),
    "all-time high": ("rank", 1, 1, 1, "exact", "rank"),
    "tens of thousands": ("quantity", None, 20000, None, "at_least", None),
    "$1.3 million": ("quantity", 1.3e6, 1.3e6, 1.3e6, "exact", "USD"),
    "$250 a month": ("quantity", 250, 250, 250, "exact", "USD a month"),
    "about two decades": ("quantity", 20, None, None, "about", "years"),
    "half a century": ("quantity", 50, 50, 50, "exact", "years"),
    "the 1990s": ("year", None, 1990, 1999, "between", "year"),
}
SPANISH = {
    "3.001 toneladas": ("quantity", 3001, 3001, 3001, "exact", "t"),
    "1.234,5": ("quantity", 1234.5, 1234.5, 1234.5, "exact", None),
    "127,5": ("quantity", 127.5, 127.5, 127.5, "exact", None),
    "12,34": ("quantity", 12.34, 12.34, 12.34, "exact", None),
    "5,8 toneladas": ("quantity", 5.8, 5.8, 5.8, "exact", "t"),
    "1.234.567": ("quantity", 1234567, 1234567, 1234567, "exact", None),
    "230 mil hectáreas": ("quantity", 230000, 230000, 230000, "exact", "ha"),
    "más de 230 mil hectáreas": ("quantity", 230000, 230000, None, "more_than", "ha"),
    "100 mil 549": ("quantity", 100549, 100549, 100549, "exact", None),
    "casi 1,2 millones": ("quantity", 1.2e6, None, 1.2e6, "nearly", None),
    "tal vez 28.000 hectáreas": ("quantity", 28000, None, None, "about", "ha"),
    "crecimiento del 43%": (
        "change",
        43,
        43,
        43,
        "exact",
        "percent on the year before",
    ),
    "unas 154.000 hectáreas": ("quantity", 154000, None, None, "about", "ha"),
    "cerca de 1.137 toneladas": ("quantity", 1137, None, None, "about", "t"),
    "al menos 204 mil": ("quantity", 204000, 204000, None, "at_least", None),
    "hasta 50.554 hectáreas": ("quantity", 50554, None, 50554, "at_most", "ha"),
    "menos de 90 kilos": ("quantity", 90, None, 90, "less_than", "kg"),
    "entre 10 y 20 toneladas": ("quantity", None, 10, 20, "between", "t"),
    "doscientos treinta mil": ("quantity", 230000, 230000, 230000, "exact", None),
    "mil hectáreas": ("quantity", 1000, 1000, 1000, "exact", "ha"),
    "cuarenta y cinco muertes": ("quantity", 45, 45, 45, "exact", "deaths"),
    "medio millón": ("quantity", 500000, 500000, 500000, "exact", None),
    "12,6 por ciento": ("quantity", 12.6, 12.6, 12.6, "exact", "percent"),
    "aumento del 12,6%": (
        "change",
        12.6,
        12.6,
        12.6,
        "exact",
        "percent on the year before",
    ),
    "cayó 9%": ("change", -9, -9, -9, "exact", "percent on the year before"),
    "se triplicó": ("ratio", 3, 3, 3, "exact", "times"),
    "segundo mayor": ("rank", 2, 2, 2, "exact", "rank"),
    "cientos de miles": ("quantity", None, 200000, None, "at_least", None),
}
REFUSED = {
    "": "no figure (blank)", "many": "can't be read", "NA": "no figure (not available)", "nan": "can't be read", "n/a": "no figure (not available)",
    "30,000 (p)": "the mark 'p' of a provisional figure; write 30,000", "1,234*": "the footnote mark '*'; write 1,234", "245,000 a": "the footnote mark 'a'",
    "Suppressed": "no figure (suppressed); leave the row out: a missing figure is never zero", "-": "a sign for none",
    "about": "can't be read", "1e3": "can't be read", "1/2": "can't be read", "\uff15\uff10\uff10": "can't be read", "٣٤": "can't be read",
    "1_000": "can't be read", "972 tons of hope": "can't be read", "3.001": "may be 3001 or 3.001", "1.010": "may be 1010 or 1.010",
    "más de 1,010": "may be 1010 or 1.010", "1,2,3": "fit no number", "12.34.56": "fit no number", "007": "fit no number",
    "10-5": "must rise", "500 or 600": "holds 2 figures", "972 tons, 234,000 hectares": "holds 2 figures",
    "twelve thirteen": "is no number", "twelve five": "is no number", "twenty thirty": "is no number", "=1+1": "holds 2 figures", "record low": "can't be read", "2014 to 2016": "holds 2 figures",
}  # fmt: skip


def raw_wordings() -> list[str]:
    return list(read_raw(here()).figures["printed"])


@pytest.mark.parametrize("wording", [*ENGLISH, *SPANISH])
def test_wording_is_read(wording: str) -> None:
    kind, value, low, high, qualifier, unit = (ENGLISH | SPANISH)[wording]
    reading = read_cell(wording)
    assert (reading.kind, reading.qualifier, reading.unit) == (kind, qualifier, unit)
    assert [reading.value, reading.low, reading.high] == pytest.approx(
        [value, low, high]
    )


@pytest.mark.parametrize("wording", REFUSED)
def test_wording_is_refused_with_a_reason(wording: str) -> None:
    with pytest.raises(UnreadableError) as error:
        read_cell(wording)
    assert REFUSED[wording] in str(error.value)


def test_tables_are_new_and_large_enough() -> None:
    assert not {*raw_wordings()} & {*ENGLISH, *SPANISH, *REFUSED}
    assert (
        len(ENGLISH) + len(SPANISH) >= 60,
        len(SPANISH) >= 20,
        len(REFUSED) >= 15,
    ) == (True, True, True)


def test_every_raw_wording_is_read_and_keeps_its_digits() -> None:
    for wording in raw_wordings():
        reading = read_cell(wording, "2022-07")
        numbers = [
            part
            for part in (reading.value, reading.low, reading.high)
            if part is not None
        ]
        assert numbers, wording
        if wording.replace(",", "").isdecimal():
            assert numbers == [float(wording.replace(",", ""))] * 3


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("24,486", 1),
        ("1,010", 10),
        ("234,000", 1000),
        ("200,000", 10000),
        ("300", 10),
        ("8.6", 0.1),
        ("1.2 million", 1e5),
        ("1,310-2,000", 100),
        ("tens of thousands", 10000),
        ("the 1990s", 10),
        ("halved", 0.5),
        ("fell by 12 percent", 1),
    ],
)
def test_rounding_unit_follows_the_last_digit_printed(text: str, unit: float) -> None:
    assert read_cell(text).rounding_unit == unit


def test_spans_lead_back_to_the_wording() -> None:
    text = (
        "Output rose 53% to 2,664 tons in 2023, more than double the 1,228 tons before."
    )
    found = [text[reading.start : reading.end] for reading in read_printed(text)]
    assert found == ["rose 53%", "2,664 tons", "2023", "more than double", "1,228 tons"]


def test_last_year_as_a_figure_needs_the_date() -> None:
    year = read_cell("last year", "2022-08")
    assert (year.kind, year.value, year.low, year.high, year.qualifier) == (
        "year",
        2021,
        2021,
        2021,
        "exact",
    )
    with pytest.raises(UnreadableError, match="needs the publication's date"):
        read_cell("last year", "")


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("zero", 0),
        ("two hundred twenty-five", 225),
        ("two thousand three hundred million", 2_300_000_000),
    ],
)
def test_a_number_in_words_is_the_number(words: str, value: int) -> None:
    assert read_numeral(words).value == value


def test_a_wording_may_have_200_characters() -> None:
    check_length("9" * 200)
    with pytest.raises(
        UnreadableError,
        match="is longer than any figure's wording, which has at most 200 characters",
    ):
        check_length("9" * 201)


def test_a_grouped_number_is_the_number_without_groups() -> None:
    for value in range(1000, 1_000_000, 7919):
        assert (
            read_numeral(f"{value:,}").value
            == Decimal(value)
            == read_numeral(str(value)).value
        )
