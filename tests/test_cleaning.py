import pytest
from rows import Made, Row, figure, publication

from analysis.cleaning.figures import clean_figures
from analysis.cleaning.processed import build_processed
from analysis.cleaning.raw import read_raw
from analysis.errors import InputError

WHERE = "data/raw/us_government.csv:2:"
BAD = [
    ({"measure": "coca_aera"}, "measure: found 'coca_aera'; is not registered; did you mean 'coca_area'?"),
    ({"place": "Columbia"}, "place: found 'Columbia'; is not registered; did you mean 'Colombia'?"),
    ({"status": "finale"}, "status: found 'finale'; is not registered; did you mean 'final'?"),
    ({"unit": "acre"}, "unit: found 'acre'; is not registered; did you mean 'acres'?"),
    ({"read_from": "hearsay"}, "read_from: found 'hearsay'; is not registered; allowed: official, copy, repeated"),
    ({"publication": "ondcp-b"}, "publication: found 'ondcp-b'; stands not in publications.csv; did you mean 'ondcp-a'?"),
    ({"publication": "zzz"}, "publication: found 'zzz'; stands not in publications.csv; add it to publications.csv"),
    ({"period": ""}, "period: found ''; a figure of this measure needs a period"),
    ({"period": "soon"}, "period: found 'soon'; can't be read as a period; understood: 2021, in 2021, last year, this year, "
     "ten years ago, the past decade, 12 months to 2025-08, January-September 2025, to mid-December 2008"),
    ({"status": "part_year", "note": "some of it"}, "period: found '2021'; can't be read as a period; understood: 2021, in 2021, "
     "last year, this year, ten years ago, the past decade, 12 months to 2025-08, January-September 2025, to mid-December 2008"),
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
def test_a_bad_row_says_where_what_and_what_to_do(made: Made, cells: Row, message: str) -> None:
    assert problems([figure(**cells)], made) == [f"{WHERE} {message}"]


def test_all_bad_rows_come_at_once_and_nothing_is_written(made: Made) -> None:
    rows = [figure(**cells, period="2021") for cells, _ in BAD if "period" not in cells and "status" not in cells]
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
        ({"published": "2022-13"}, "published: found '2022-13'; write 2022, 2022-07 or 2022-07-14"),
        ({"kind": "rumour"}, "kind: found 'rumour'; allowed: original, press, compilation"),
        ({"release": ""}, "release: found ''; name the release; an original's is its own id"),
    ],
)
def test_a_bad_publication_is_named(made: Made, cells: Row, message: str) -> None:
    lines = problems([figure()], made, publications=[publication() | cells])
    assert lines[0] == f"data/raw/publications.csv:2: {message}"


def test_an_acre_becomes_hectares_and_keeps_its_print(made: Made) -> None:
    row = figure(measure="coca_area", printed="about 100,000", unit="acres")
    cleaned = build_processed(made([row])).iloc[0]
    assert cleaned["value"] == pytest.approx(40468.7, abs=0.1)
    assert cleaned["rounding_unit"] == pytest.approx(4046.87, abs=0.01)
    assert (cleaned["printed"], cleaned["unit_printed"], cleaned["unit"]) == ("about 100,000", "acres", "ha")


def test_a_multiple_has_two_ends(made: Made) -> None:
    row = figure(measure="coca_area_ratio", printed="tripled", unit="times", period="in the past decade")
    cleaned = build_processed(made([row])).iloc[0]
    assert (cleaned["value"], cleaned["base_start"], cleaned["period_end"]) == (3, "2011-01-01", "2021-12-31")


def test_a_printed_change_starts_from_the_year_before(made: Made) -> None:
    row = figure(measure="cocaine_output_change", printed="declined 7%", unit="percent on the year before")
    cleaned = build_processed(made([row])).iloc[0]
    assert (cleaned["value"], cleaned["base_start"], cleaned["base_end"]) == (-7, "2020-01-01", "2020-12-31")


def test_an_id_is_made_from_what_the_row_is(made: Made) -> None:
    rows = [figure(), figure(period="2020", printed="994")]
    ids = {row.period: row.figure for row in clean_figures(read_raw(made(rows)))[0].itertuples()}
    mended = [figure(period="2020", printed="1,994", locator="p. 3", note="mended"), figure()]
    assert ids == {row.period: row.figure for row in clean_figures(read_raw(made(mended)))[0].itertuples()}


def test_a_locator_in_a_text_must_fit_the_wording(made: Made) -> None:
    article = publication(sha256="0" * 64)
    fits = figure(locator="sentence 3, characters 10-13")
    assert len(build_processed(made([fits], [article]))) == 1
    assert problems([figure(locator="sentence 3, characters 10-14")], made, publications=[article]) == [
        f"{WHERE} locator: found 'sentence 3, characters 10-14'; write 'sentence N, characters A-B' with B - A the 3 "
        "characters of '972'"
    ]
