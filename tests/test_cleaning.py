from types import SimpleNamespace

import pytest
from rows import Made, Row, figure, publication

from analysis.cleaning.figures import clean_breaks, clean_figures, value_cells
from analysis.cleaning.processed import build_processed
from analysis.cleaning.raw import read_raw
from notebook_runner.errors import InputError
from notebook_runner.project import Project

WHERE = "data/raw/us_government.csv:2:"
BAD = [
    ({"measure": "coca_aera"}, "measure: found 'coca_aera'; is not registered; did you mean 'coca_area'?"),
    ({"place": "Columbia"}, "place: found 'Columbia'; is not registered; did you mean 'Colombia'?"),
    ({"status": "finale"}, "status: found 'finale'; is not registered; did you mean 'final'?"),
    ({"unit": "acre"}, "unit: found 'acre'; is not registered; did you mean 'acres'?"),
    ({"read_from": "hearsay"}, "read_from: found 'hearsay'; is not registered; allowed: official, copy, repeated, computed"),
    ({"publication": "ondcp-b"}, "publication: found 'ondcp-b'; is not in publications.csv; did you mean 'ondcp-a'?"),
    ({"publication": "zzz"}, "publication: found 'zzz'; is not in publications.csv; add it to publications.csv"),
    ({"period": ""}, "period: found ''; a figure of this measure needs a period"),
    ({"period": "soon"}, "period: found 'soon'; can't be read as a period; understood: 2021, in 2021, last year, this year, "
     "ten years ago, the past decade, 12 months to 2025-08, January-September 2025, to mid-December 2008, to 24 December 2020, so far this year"),
    ({"status": "part_year", "note": "some of it"}, "period: found '2021'; can't be read as a period; understood: 2021, in 2021, "
     "last year, this year, ten years ago, the past decade, 12 months to 2025-08, January-September 2025, to mid-December 2008, to 24 December 2020, so far this year"),
    ({"printed": "many"}, "printed: found 'many'; can't be read; understood: a number, a range, a change in percent, a multiple, "
     "a share, a rank, a record or a year, with or without about, more than, nearly, up to ..."),
    ({"printed": "3.001"}, "printed: found '3.001'; '3.001' may be 3001 or 3.001; write it without a separator"),
    ({"printed": "tripled"}, "printed: found 'tripled'; reads as a ratio, but the unit 't' takes a quantity"),
    ({"printed": "972 hectares"}, "printed: found '972 hectares'; is in 'ha' by its wording, but the unit column says 't'"),
    ({"unit": "ha"}, "printed: found '972'; a figure in 'ha': ha can't become t, the unit of cocaine_output"),
]  # fmt: skip


def problems(project_rows: list[Row], made: Made, **more: list[Row]) -> list[str]:
    with pytest.raises(InputError) as error:
        build_processed(made(project_rows, **more))
    return str(error.value).splitlines()


@pytest.mark.parametrize(("cells", "message"), BAD)
def test_a_bad_row_says_where_what_and_what_to_do(
    made: Made, cells: Row, message: str
) -> None:
    assert problems([figure(**cells)], made) == [f"{WHERE} {message}"]


def test_all_bad_rows_come_at_once_and_nothing_is_written(made: Made) -> None:
    rows = [
        figure(**cells, period="2021")
        for cells, _ in BAD
        if "period" not in cells and "status" not in cells
    ]
    project = made(rows)
    with pytest.raises(InputError) as error:
        build_processed(project)
    assert len(error.value.problems) == len(rows)
    assert not project.processed.exists()


def test_only_the_first_fifty_are_shown(made: Made) -> None:
    lines = problems([figure(printed="many") for _ in range(120)], made)
    assert (len(lines), lines[-1]) == (51, "... and 70 more")


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"published": "2022-13"},
            "published: found '2022-13'; write 2022, 2022-07 or 2022-07-14, of the years 1900 to 2099",
        ),
        (
            {"kind": "rumour"},
            "kind: found 'rumour'; allowed: original, press, compilation",
        ),
        (
            {"release": ""},
            "release: found ''; name the release in small letters and hyphens; an original's is its own id",
        ),
    ],
)
def test_a_bad_publication_is_named(made: Made, cells: Row, message: str) -> None:
    lines = problems([figure()], made, publications=[publication() | cells])
    assert lines[0] == f"data/raw/publications.csv:2: {message}"


@pytest.mark.parametrize(
    ("unit", "wording", "value"),
    [("percent", "a fifth", 20), ("percent", "20 percent", 20), ("rank", "second largest", 2), ("year", "2021", 2021),
     ("year", "last year", 2020), ("times", "tripled", 3), ("percent on the year before", "fell by 7%", -7)],
)  # fmt: skip
def test_a_unit_takes_the_wordings_of_its_kind(
    unit: str, wording: str, value: float
) -> None:
    row = SimpleNamespace(
        printed=wording, published="2021", unit_printed=unit, measure="any"
    )
    assert (value_cells(row, unit)[0], value_cells(row, unit)[-1]) == (value, unit)


def test_a_year_is_exact_though_it_ends_in_zero() -> None:
    row = SimpleNamespace(
        printed="2020", published="2021", unit_printed="year", measure="any"
    )
    assert value_cells(row, "year")[:4] == [2020, 2020, 2020, 1]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"measure": "coca"},
            "measure: found 'coca'; is not registered; did you mean 'coca_area'?",
        ),
        (
            {"year": "20211"},
            "year: found '20211'; a break needs its calendar year and its reason",
        ),
        (
            {"source": "hearsay"},
            "source: found 'hearsay'; is not registered; allowed: ondcp-a",
        ),
    ],
)
def test_a_break_is_checked_as_any_raw_row(
    made: Made, cells: dict[str, str], message: str
) -> None:
    project = made([figure()])
    row = {
        "agency": "us_government",
        "measure": "coca_area",
        "place": "Colombia",
        "year": "2005",
        "reason": "wider",
        "source": "ondcp-a",
    }
    (project.raw / "breaks.csv").write_text(
        ",".join(row) + "\n" + ",".join((row | cells).values()) + "\n"
    )
    with pytest.raises(InputError) as error:
        build_processed(project)
    assert str(error.value) == f"data/raw/breaks.csv:2: {message}"


@pytest.mark.live
def test_breaks_are_sorted_and_their_years_whole_numbers(project: Project) -> None:
    breaks = clean_breaks(read_raw(project))
    keys = list(
        breaks[["agency", "measure", "place", "year"]].itertuples(
            index=False, name=None
        )
    )
    assert len(keys) > 1
    assert keys == sorted(keys)
    assert breaks["year"].dtype == "int64"


def test_a_publication_is_listed_once(made: Made) -> None:
    lines = problems(
        [figure()], made, publications=[publication(), publication(title="Again")]
    )
    assert (
        lines[0]
        == "data/raw/publications.csv:3: id: found 'ondcp-a'; is on an earlier line too; ids are unique"
    )


def test_an_acre_becomes_hectares_and_keeps_its_print(made: Made) -> None:
    row = figure(measure="coca_area", printed="about 100,000", unit="acres")
    cleaned = build_processed(made([row])).iloc[0]
    assert cleaned["value"] == pytest.approx(40468.7, abs=0.1)
    assert cleaned["rounding_unit"] == pytest.approx(4046.87, abs=0.01)
    assert (cleaned["printed"], cleaned["unit_printed"], cleaned["unit"]) == (
        "about 100,000",
        "acres",
        "ha",
    )


def test_a_multiple_has_two_ends(made: Made) -> None:
    row = figure(
        measure="coca_area_ratio",
        printed="tripled",
        unit="times",
        period="in the past decade",
    )
    cleaned = build_processed(made([row])).iloc[0]
    assert (cleaned["value"], cleaned["base_start"], cleaned["period_end"]) == (
        3,
        "2011-01-01",
        "2021-12-31",
    )


def test_a_printed_change_starts_from_the_year_before(made: Made) -> None:
    row = figure(
        measure="cocaine_output_change",
        printed="declined 7%",
        unit="percent on the year before",
    )
    cleaned = build_processed(made([row])).iloc[0]
    assert (cleaned["value"], cleaned["base_start"], cleaned["base_end"]) == (
        -7,
        "2020-01-01",
        "2020-12-31",
    )


def test_an_id_is_made_from_what_the_row_is(made: Made) -> None:
    rows = [figure(), figure(period="2020", printed="994")]
    ids = {
        row.period: row.figure
        for row in clean_figures(read_raw(made(rows)))[0].itertuples()
    }
    mended = [
        figure(period="2020", printed="1,994", locator="p. 3", note="mended"),
        figure(),
    ]
    assert ids == {
        row.period: row.figure
        for row in clean_figures(read_raw(made(mended)))[0].itertuples()
    }


def test_a_locator_in_a_text_must_fit_the_wording(made: Made) -> None:
    article = publication(sha256="0" * 64)
    fits = figure(locator="sentence 3, characters 10-13")
    assert len(build_processed(made([fits], [article]))) == 1
    assert problems(
        [figure(locator="sentence 3, characters 10-14")], made, publications=[article]
    ) == [
        f"{WHERE} locator: found 'sentence 3, characters 10-14'; write 'sentence N, characters A-B' with B - A the 3 "
        "characters of '972'"
    ]
