import pytest
from rows import Made, Row, figure

from analysis.cleaning.figures import clean_figures
from analysis.cleaning.processed import build_processed
from analysis.cleaning.raw import read_raw
from analysis.tables import read_processed
from notebook_runner.errors import InputError
from notebook_runner.project import Project

SEIZED = figure(
    agency="colombia_government", measure="cocaine_seized", printed="173,265"
)


def correction(row: str, **cells: str) -> Row:
    return {
        "row": row,
        "column": "unit",
        "expected": "t",
        "used": "kg",
        "reason": "kilograms in print",
    } | cells


def id_of(made: Made) -> str:
    return str(clean_figures(read_raw(made([SEIZED])))[0]["figure"].iloc[0])


def test_a_correction_is_used_and_the_print_kept(made: Made) -> None:
    row = build_processed(made([SEIZED], corrections=[correction(id_of(made))])).iloc[0]
    assert (
        round(row["value"], 6),
        row["printed"],
        row["unit_printed"],
        row["correction"],
    ) == (
        173.265,
        "173,265",
        "kg",
        "kilograms in print",
    )


def test_a_figure_set_aside_stays_but_enters_no_series(made: Made) -> None:
    fitting = SEIZED | {"printed": "173"}
    set_aside = correction(id_of(made), column="printed", expected="173", used="")
    project = made([fitting], corrections=[set_aside])
    build_processed(project)
    assert len(read_processed(project, "figures.csv")) == 1
    assert read_processed(project, "series.csv").empty


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"row": "fig-0000000000"}, "row: found 'fig-0000000000'; no raw row has this id, or the column is not 'printed' or 'unit'; "
         "remove the correction"),
        ({"expected": "kg"}, "expected: found 'kg'; the raw row now says 't'; check it, then fix or remove the correction"),
        ({"used": "kgs"}, "used: found 'kgs'; did you mean 'kg'?"),
        ({"reason": ""}, "reason: found ''; a correction needs its reason"),
    ],
)  # fmt: skip
def test_a_correction_that_no_longer_fits_fails_loudly(
    made: Made, cells: Row, message: str
) -> None:
    with pytest.raises(InputError) as error:
        build_processed(made([SEIZED], corrections=[correction(id_of(made)) | cells]))
    assert str(error.value).splitlines()[0] == f"data/raw/corrections.csv:2: {message}"


@pytest.mark.live
def test_every_correction_is_used(project: Project) -> None:
    figures, corrections = (
        read_processed(project, "figures.csv"),
        read_raw(project).corrections,
    )
    assert set(figures.loc[figures["correction"] != "", "figure"]) == set(
        corrections["row"]
    )
    assert len(corrections) > 0


def test_the_frozen_corrections_are_used(project: Project) -> None:
    figures = read_processed(project, "figures.csv")
    corrected = figures[figures["correction"] != ""]
    assert len(corrected) == len(read_raw(project).corrections) == 5
    peru = read_processed(project, "series.csv").query(
        "place == 'Peru' and measure == 'cocaine_output' and period_start == '2019-01-01'"
    )
    assert peru["value"].tolist() == [705]
