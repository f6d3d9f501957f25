from datetime import date

import pytest

from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import last_day, part_of_year, read_period
from analysis.reading.units import unit_factor

YEARS = {
    "2021": 2021, "in 2020": 2020, "last year": 2021, "this year": 2022, "ten years ago": 2011, "two years ago": 2019,
    "10 years ago": 2011, "el año pasado": 2021, "en 2020": 2020, "hace diez años": 2011, "12 months to 2020-12": 2020,
}  # fmt: skip


@pytest.mark.parametrize("text", YEARS)
def test_a_year_is_a_whole_calendar_year(text: str) -> None:
    period = read_period(text, "2022-07-14")
    assert (period.kind, period.start, period.end) == (
        "calendar_year",
        date(YEARS[text], 1, 1),
        date(YEARS[text], 12, 31),
    )


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("12 months to 2025-08", date(2024, 9, 1), date(2025, 8, 31)),
        ("12 months ending August 2025", date(2024, 9, 1), date(2025, 8, 31)),
        ("in the 12 months to April", date(2021, 5, 1), date(2022, 4, 30)),
        ("12 meses hasta agosto de 2021", date(2020, 9, 1), date(2021, 8, 31)),
    ],
)
def test_twelve_months_end_with_their_month(text: str, start: date, end: date) -> None:
    period = read_period(text, "2022-07")
    assert (period.kind, period.start, period.end) == ("twelve_months", start, end)


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("in the past decade", 2011),
        ("the past two decades", 2001),
        ("past five years", 2016),
        ("since 2013", 2013),
    ],
)
def test_a_span_has_two_ends(text: str, base: int) -> None:
    period = read_period(text, "2022-08")
    assert period.base_start == date(base, 1, 1)
    assert period.end == date(2021, 12, 31)


def test_a_part_of_a_year_ends_where_the_note_says() -> None:
    assert part_of_year("January-September", "2025").end == date(2025, 9, 30)
    assert part_of_year("to mid-December", "2008").end == date(2008, 12, 15)
    assert part_of_year("to January", "2010").end == date(2010, 1, 31)
    assert part_of_year("to 24 December; clorhidrato", "2020").end == date(2020, 12, 24)
    assert part_of_year("hasta el 7 de noviembre", "2024").end == date(2024, 11, 7)
    assert part_of_year("January to 10 August", "2025").end == date(2025, 8, 10)
    with pytest.raises(UnreadableError, match=r"^the month has no day 31$"):
        part_of_year("to 31 November", "2024")
    with pytest.raises(
        UnreadableError,
        match="the note 'in' names no part of 2010; understood: 2021, in 2021",
    ):
        part_of_year("in", "2010")
    with pytest.raises(UnreadableError, match=r"^can't be read as a period"):
        part_of_year("later withdrawn", "2010")
    with pytest.raises(UnreadableError, match=r"^the months must rise$"):
        part_of_year("September-January", "2010")


@pytest.mark.parametrize(
    "text",
    ["so far this year", "this year to date", "so far in 2025", "en lo que va de 2025", "en lo que va del año"],
)  # fmt: skip
def test_a_count_so_far_ends_with_its_publication(text: str) -> None:
    period = read_period(text, "2025-09-16")
    assert (period.kind, period.start, period.end) == (
        "part_of_year",
        date(2025, 1, 1),
        date(2025, 9, 16),
    )
    assert part_of_year("so far", "2025", "2025-12").end == date(2025, 12, 31)
    with pytest.raises(UnreadableError, match=r"^a count so far in 2024 is published"):
        part_of_year("so far", "2024", "2025-12")


def test_a_figure_without_a_period_is_of_the_day_of_its_publication() -> None:
    period = read_period("", "2022-02")
    assert (period.kind, period.start, period.end) == (
        "day_of_publication",
        date(2022, 2, 1),
        date(2022, 2, 28),
    )


def test_a_decade_is_ten_calendar_years() -> None:
    period = read_period("the 1990s")
    assert (period.kind, period.start, period.end) == (
        "decade",
        date(1990, 1, 1),
        date(1999, 12, 31),
    )


@pytest.mark.parametrize(
    "text",
    [
        "20211",
        "2021-13",
        "the year before",
        "soon",
        "12 months to 2025-13",
        "2021.0",
        "two thousand",
        "5000 years ago",
    ],
)
def test_a_period_not_understood_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_period(text, "2022-07")


@pytest.mark.parametrize(
    "text", ["last year", "ten years ago", "in the past decade", "12 months to April"]
)
def test_a_relative_period_needs_a_date(text: str) -> None:
    with pytest.raises(UnreadableError, match="needs the publication's date"):
        read_period(text)


@pytest.mark.parametrize(
    ("published", "day"),
    [("2022", "2022-12-31"), ("2024-02", "2024-02-29"), ("2022-07-14", "2022-07-14")],
)
def test_a_publication_counts_from_its_last_day(published: str, day: str) -> None:
    assert last_day(published).isoformat() == day


@pytest.mark.parametrize(
    "published", ["2022-13", "2022-02-30", "22", "2022-7", "", "July 2022"]
)
def test_a_date_not_understood_is_refused(published: str) -> None:
    with pytest.raises(UnreadableError, match="is no date"):
        last_day(published)


@pytest.mark.parametrize(
    ("printed", "kept", "factor"),
    [
        ("acres", "ha", 0.404687),
        ("kg", "t", 0.001),
        ("short tons", "t", 0.907185),
        ("km2", "ha", 100),
        ("t", "t", 1),
        ("lb", "t", 0.000453592),
    ],
)
def test_units_become_the_unit_kept(printed: str, kept: str, factor: float) -> None:
    assert unit_factor(printed, kept) == pytest.approx(factor, rel=1e-5)


@pytest.mark.parametrize(
    ("printed", "kept"),
    [("ha", "t"), ("deaths", "persons"), ("percent", "t"), ("kg", "kg/ha")],
)
def test_units_of_different_things_are_never_converted(printed: str, kept: str) -> None:
    with pytest.raises(ValueError, match="can't become"):
        unit_factor(printed, kept)


@pytest.mark.parametrize(
    "text",
    ["January-December 2024", "enero a diciembre de 2024", "January to December 2024"],
)
def test_all_months_of_a_year_are_the_year(text: str) -> None:
    assert read_period(text) == read_period("2024")
