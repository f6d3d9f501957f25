import pytest
from rows import Made, Row, figure, publication

from analysis.cleaning.processed import build_processed
from analysis.cleaning.validation import check_total
from analysis.tables import read_processed
from analysis.vocabulary import totals
from notebook_runner.errors import InputError, Problem, Problems
from notebook_runner.project import Project

WHERE = "data/raw/us_government.csv:2: cocaine_output:"


def refused(made: Made, rows: list[Row], **more: list[Row]) -> list[str]:
    with pytest.raises(InputError) as error:
        build_processed(made(rows, **more))
    return str(error.value).splitlines()


def death(printed: str, measure: str = "cocaine_deaths") -> Row:
    return figure(
        agency="cdc",
        measure=measure,
        place="United States",
        printed=printed,
        unit="deaths",
        status="final",
    )


def area(place: str, printed: str) -> Row:
    return figure(measure="coca_area", place=place, printed=printed, unit="ha")


def test_a_key_is_unique(made: Made) -> None:
    lines = refused(made, [figure(), figure(printed="973")])
    assert lines == [
        f"data/raw/us_government.csv:{line}: cocaine_output: found '2021, {printed} t'; another row prints the same measure, place, "
        "period and status in this publication; keep one"
        for line, printed in ((2, 972), (3, 973))
    ]


def test_an_impossible_figure_is_refused_and_its_id_given(made: Made) -> None:
    [line] = refused(made, [figure(printed="173,265")])
    assert line.startswith(
        f"{WHERE} found '2021, 173,265 t'; is outside what is possible for the measure; fix the row, or correct fig-"
    )
    assert line.endswith(" in corrections.csv")


def test_a_row_belongs_in_its_agencies_file(made: Made) -> None:
    project = made([figure()])
    (project.raw / "us_government.csv").rename(project.raw / "unodc.csv")
    with pytest.raises(InputError) as error:
        build_processed(project)
    assert str(error.value) == (
        "data/raw/unodc.csv:2: cocaine_output: found 'us_government'; the row is in another agency's file; move it to the "
        "file named after agency"
    )


def test_a_period_begins_before_its_publication(made: Made) -> None:
    lines = refused(
        made, [figure()], publications=[publication(published="2020-12-31")]
    )
    assert lines == [
        f"{WHERE} found '2021, 972 t'; the period begins after the publication; fix one of them"
    ]


def test_parts_make_the_printed_total_exactly_for_deaths(made: Made) -> None:
    parts = [
        death("18,153", "cocaine_with_synthetic_opioid_deaths"),
        death("6,332", "cocaine_without_synthetic_opioid_deaths"),
    ]
    assert refused(made, [death("24,486"), *parts]) == [
        "data/raw/cdc.csv:2: cocaine_deaths: found '24,486'; its parts cocaine_with_synthetic_opioid_deaths, "
        "cocaine_without_synthetic_opioid_deaths add up to 24,485 in one release; fix the wrong one"
    ]


@pytest.mark.parametrize(
    ("andes", "fits"), [("290,100", True), ("289,250", True), ("291,500", False)]
)
def test_countries_make_the_andes_within_half_their_rounding(
    made: Made, andes: str, fits: bool
) -> None:
    rows = [
        area("Andes", andes),
        area("Colombia", "209,000"),
        area("Peru", "49,800"),
        area("Bolivia", "31,000"),
    ]
    if fits:
        assert len(build_processed(made(rows))) == 4
    else:
        assert (
            "Colombia, Peru, Bolivia add up to 289,800 in one release"
            in refused(made, rows)[0]
        )


def totals_of(project: Project) -> tuple[list[int], list[Problem]]:
    """How many printed totals of each kind there are, and what is wrong with them."""
    figures, problems = read_processed(project, "figures.csv"), Problems()
    return [check_total(figures, total, problems) for total in totals()], problems.found


@pytest.mark.live
def test_every_printed_total_holds(project: Project) -> None:
    held, wrong = totals_of(project)
    assert wrong == []
    assert all(held)


def test_every_printed_total_of_the_frozen_figures_holds(project: Project) -> None:
    assert totals_of(project) == ([68, 68, 71], [])


def test_two_printings_of_one_release_must_agree(made: Made) -> None:
    press = publication(id="paper", release="ondcp-a", kind="press")
    rows = [
        figure(publication="ondcp-a", read_from="repeated"),
        figure(publication="paper", printed="973", read_from="repeated"),
    ]
    [line] = refused(made, rows, publications=[publication(), press])
    assert line.startswith(
        "data/raw/us_government.csv:3: printed: found '973'; data/raw/us_government.csv:2 prints 972 for the same"
    )
    assert "set one aside in corrections.csv (this row is fig-" in line


def test_every_fault_of_every_row_is_said_at_once(made: Made) -> None:
    rows = [figure(printed="173,265"), figure(period="2020", printed="180,000")]
    lines = refused(made, rows, publications=[publication(published="2020-12-31")])
    assert [(line.split(":")[1], line.split("; ")[1][:24]) for line in lines] == [
        ("2", "is outside what is possi"),
        ("2", "the period begins after "),
        ("3", "is outside what is possi"),
    ]


def test_a_place_is_not_above_the_place_around_it_in_one_release(made: Made) -> None:
    rows = [area("Colombia", "200,000"), area("Colombia/Nariño", "400,832")]
    assert refused(made, rows) == [
        "data/raw/us_government.csv:3: coca_area: found 'Colombia/Nariño 400,832'; is above Colombia 200,000 in the same release, "
        "of which it is a part; fix the wrong one"
    ]


def test_places_together_are_not_above_the_place_around_them(made: Made) -> None:
    parts = [area("Colombia/Nariño", "120,400"), area("Colombia/Cauca", "90,200")]
    assert refused(made, [area("Colombia", "200,100"), *parts]) == [
        "data/raw/us_government.csv:3: coca_area: found 'Colombia/Nariño, Colombia/Cauca'; add up to 210,600, above Colombia 200,100 "
        "in the same release; fix the wrong one"
    ]
    # Within rounding, or less: not all parts need be printed.
    build_processed(made([area("Colombia", "210,550"), *parts]))
    build_processed(made([area("Colombia", "300,000"), *parts]))
