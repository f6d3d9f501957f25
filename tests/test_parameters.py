import json
import re
from pathlib import Path
from typing import Any

import pytest

from analysis.reports import jobs
from analysis.sections.scope import check_scope
from notebook_runner.catalogue import checked, read_catalogue
from notebook_runner.errors import InputError
from notebook_runner.parameters import (
    declared_parameters,
    effective_parameters,
    read_texts,
)
from notebook_runner.project import Project

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "trend_report.ipynb"
GOOD: dict[str, Any] = {
    "country": "Colombia",
    "agency": "us_government",
    "start_year": 2011,
    "end_year": 2021,
}


def test_the_notebook_declares_typed_and_commented_parameters() -> None:
    declared = declared_parameters(NOTEBOOK)
    assert list(declared) == [
        "country",
        "agency",
        "start_year",
        "end_year",
        "as_of",
        "publications",
        "include_provisional",
    ]
    assert all(parameter.meaning for parameter in declared.values())
    assert declared["end_year"].type is int


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"end_yaer": "2020"}, "parameter: found 'end_yaer'; is no parameter of this notebook; did you mean 'end_year'?"),
        ({"end_year": "banana"}, "parameter: end_year: found 'banana'; write a whole number, such as 2021"),
        ({"end_year": "2020.0"}, "parameter: end_year: found '2020.0'; write a whole number, such as 2021"),
        ({"end_year": "!!binary aGk="}, "parameter: end_year: found '!!binary aGk='; write a whole number, such as 2021"),
        ({"__import__('os')": "1"}, "parameter: found \"__import__('os')\"; is no parameter of this notebook; allowed: country, "
         "agency, start_year, end_year, as_of, publications, include_provisional"),
    ],
)  # fmt: skip
def test_a_wrong_text_is_refused_with_the_nearest_name(
    given: dict[str, str], message: str
) -> None:
    declared = declared_parameters(NOTEBOOK)
    with pytest.raises(InputError) as error:
        effective_parameters(declared, read_texts(declared, given))
    assert str(error.value) == message


def test_no_is_a_text_and_not_false() -> None:
    assert read_texts(
        declared_parameters(NOTEBOOK), {"country": "NO", "end_year": "2020"}
    ) == {
        "country": "NO",
        "end_year": 2020,
    }


@pytest.mark.parametrize("value", [True, 2020.0, "2020", None, [2020], {"a": 1}])
def test_a_value_of_another_type_is_refused(value: Any) -> None:
    with pytest.raises(InputError, match="write a whole number, such as 2021"):
        effective_parameters(declared_parameters(NOTEBOOK), {"end_year": value})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"country": "Columbia"}, "parameter: country: found 'Columbia'; did you mean 'Colombia'?"),
        ({"agency": "unodoc"}, "parameter: agency: found 'unodoc'; did you mean 'unodc'?"),
        ({"country": False}, "parameter: country: found 'False'; write a text"),
        ({"end_year": "2021"}, "parameter: end_year: found '2021'; write a whole year, such as those the data have"),
        ({"as_of": "yesterday"}, "parameter: as_of: found 'yesterday'; write a date such as 2022-08-31, or latest"),
        ({"publications": "none"}, "parameter: publications: found 'none'; allowed: all, articles, others"),
        ({"start_year": 2021, "end_year": 2011}, "parameter: start_year, end_year: found '2021-2011'; the years must rise; the data "
         "of Colombia by US government have 1991 to 2021"),
        ({"end_year": 20211}, "parameter: end_year: found '20211'; the data of Colombia by US government have 1991 to 2021"),
        ({"start_year": 2022, "end_year": 2024}, "parameter: start_year, end_year: found '2022-2024'; the data of Colombia by US "
         "government have 1991 to 2021"),
        ({"agency": "devida"}, "parameter: country, agency, as_of: found 'Colombia, devida, latest'; no figures were printed "
         "by then; figures of Colombia seen are by unodc, us_government"),
        ({"as_of": "1980"}, "parameter: country, agency, as_of: found 'Colombia, us_government, 1980'; no figures were printed "
         "by then; figures of Colombia seen are by nobody"),
    ],
)  # fmt: skip
def test_a_wrong_scope_is_refused_with_what_the_data_have(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError) as error:
        check_scope(**{**GOOD, **given})
    assert str(error.value) == message


@pytest.mark.live
def test_the_named_reports_are_there(project: Project) -> None:
    made = {job.name: job.parameters for job in jobs(project)}
    assert {
        "colombia-articles",
        "colombia-us",
        "colombia-unodc",
        "peru",
        "bolivia",
    } <= set(made)
    assert (made["colombia-us"]["start_year"], made["colombia-us"]["end_year"]) == (
        2011,
        2021,
    )


@pytest.mark.parametrize(
    ("lines", "text", "message"),
    [
        (
            ["country: str = 'Peru'  # whose", "lag: int = 1  # years"],
            "Perú",
            "country: found 'Perú'; did you mean 'Peru'?",
        ),
        (
            ["as_of: str = 'latest'  # day"],
            "soon",
            "as_of: found 'soon'; write a date such as 2022-08-31, or latest",
        ),
    ],
)
def test_any_notebook_is_checked_by_the_names_it_declares(
    copy: Project, lines: list[str], text: str, message: str
) -> None:
    cell = {"source": "\n".join(lines), "metadata": {"tags": ["parameters"]}}
    (copy.notebooks / "x.ipynb").write_text(json.dumps({"cells": [cell]}))
    (copy.notebooks / "reports.toml").write_text(
        '[x]\nnotebook = "x.ipynb"\nparameters = {}'
    )
    [job] = jobs(copy)
    with pytest.raises(InputError, match=re.escape(message)):
        checked(jobs(copy, overrides={next(iter(job.parameters)): text}))


def test_an_unknown_report_is_refused(project: Project) -> None:
    with pytest.raises(InputError) as error:
        jobs(project, ["columbia-us"])
    assert (
        str(error.value)
        == "report: found 'columbia-us'; is no report; did you mean 'colombia-us'?"
    )


@pytest.mark.parametrize(
    "entry",
    [
        "[../etc]",
        "[Peru]",
        '[peru]\nnotebook = "../x.ipynb"\nparameters = {}',
        "[peru]\nx = 1",
        "peru = 1",
        "[peru",
    ],
)
def test_a_name_or_path_that_could_lead_outside_is_refused(
    copy: Project, entry: str
) -> None:
    (copy.notebooks / "reports.toml").write_text(entry)
    with pytest.raises(InputError, match=r"notebooks/reports\.toml"):
        read_catalogue(copy)


GRID = """["trend-{country}-{agency}"]
notebook = "trend_report.ipynb"
parameters = { start_year = 2010, end_year = 2015 }
grid = { country = ["Colombia", "Peru"], agency = ["us_government", "unodc"] }
"""


def test_a_grid_is_a_report_for_each_combination(copy: Project) -> None:
    (copy.notebooks / "reports.toml").write_text(GRID)
    made = {job.name: job.parameters for job in checked(jobs(copy))}
    assert list(made) == [
        f"trend-{country}-{agency}"
        for country in ("colombia", "peru")
        for agency in ("us-government", "unodc")
    ]
    assert (
        made["trend-peru-unodc"]["country"],
        made["trend-peru-unodc"]["start_year"],
    ) == ("Peru", 2010)


def test_two_reports_of_a_grid_need_two_names(copy: Project) -> None:
    (copy.notebooks / "reports.toml").write_text(GRID.replace("-{agency}", ""))
    with pytest.raises(
        InputError,
        match=r"trend-peru: found .*; two reports have this name; name it by all of its grid",
    ):
        jobs(copy)
