import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rows import Made, Row, claim, figure, publication

from analysis.articles.sentences import sentence_spans
from analysis.cleaning.processed import build_processed
from analysis.cleaning.raw import read_raw
from analysis.tables import read_processed
from analysis.vintages.claims import DEPENDS, UNTESTED_BY_ALL, check_claims, verdict_of
from notebook_runner.errors import InputError
from notebook_runner.project import Project, here

FILES = (
    sorted(Path(os.environ["ARTICLES"]).glob("*.txt"))
    if "ARTICLES" in os.environ
    else []
)
ARTICLE = publication(
    id="article", kind="press", published="2022-07-20", sha256="0" * 64
)
PUBLICATIONS = [
    ARTICLE, publication(), publication(id="early", published="2021-07-01"), publication(id="late", published="2024-07-01")
]  # fmt: skip
GROWN: dict[str, str] = {
    "kind": "ratio",
    "unit": "times",
    "period": "2021",
    "base_period": "2011",
}
RANKED: dict[str, str] = {"kind": "rank", "unit": "rank"}
RECORD: dict[str, str] = {"kind": "record", "unit": "rank"}
Check = Callable[..., pd.DataFrame]


@pytest.fixture
def check(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """What the claims of a small project come to; figures are (year, printed) with other cells, of one release."""

    def checked(
        one: Row, *figures: tuple[str, str] | Row, as_of: str = "latest"
    ) -> pd.DataFrame:
        rows = [
            cells
            if isinstance(cells, dict)
            else figure(period=cells[0], printed=cells[1])
            for cells in figures
        ]
        for path in tmp_path.glob("data/raw/*.csv"):
            path.unlink()
        project = made(rows, PUBLICATIONS, claims=[one])
        monkeypatch.setenv("ANALYSIS_PROJECT", str(project.root))
        build_processed(project)
        return check_claims(as_of)

    return checked


def verdicts(table: pd.DataFrame) -> list[str]:
    return list(table["verdict"].unique())


@pytest.mark.parametrize(
    ("stated", "printed", "verdict"),
    [
        ("970", "974", "supported"), ("970", "976", "not supported"),
        ("about 970", "980", "supported"), ("about 970", "981", "not supported"),
        ("more than 750", "757", "supported"), ("more than 750", "750", "not supported"),
        ("at least 750", "750", "supported"), ("at least 750", "749", "not supported"),
        ("nearly 1,000", "950", "supported"), ("nearly 1,000", "1,001", "not supported"),
        ("nearly 1,000", "899", "not supported"), ("less than 900", "899", "supported"),
        ("less than 900", "900", "not supported"), ("up to 900", "900", "supported"), ("up to 900", "901", "not supported"),
        ("between 900 and 950", "930", "supported"), ("between 900 and 950", "960", "not supported"),
    ],
)  # fmt: skip
def test_the_wording_decides_how_far_a_level_may_lie(
    check: Check, stated: str, printed: str, verdict: str
) -> None:
    assert verdicts(check(claim(stated), ("2021", printed))) == [verdict]


@pytest.mark.parametrize(
    ("kind", "stated", "last", "verdict"),
    [
        ("ratio", "tripled", "250", "supported"), ("ratio", "tripled", "249", "not supported"),
        ("ratio", "tripled", "350", "supported"), ("ratio", "tripled", "351", "not supported"),
        ("comparison", "slightly lower", "99", "supported"), ("comparison", "slightly lower", "100", "not supported"),
        ("comparison", "slightly lower", "90", "not supported"), ("comparison", "slightly higher", "101", "supported"),
        ("comparison", "significantly higher", "141", "supported"),
        ("comparison", "significantly higher", "140", "not supported"),
        ("comparison", "significantly lower", "69", "supported"),
        ("comparison", "significantly lower", "70", "not supported"),
    ],
)  # fmt: skip
def test_growth_is_held_against_multiples_and_comparisons(
    check: Check, kind: str, stated: str, last: str, verdict: str
) -> None:
    table = check(
        claim(stated, **GROWN | {"kind": kind}), ("2011", "100"), ("2021", last)
    )
    assert verdicts(table) == [verdict]
    assert table["found"].iloc[0] == pytest.approx(float(last) / 100)


def test_growth_of_two_releases_is_tested_by_levels_and_says_so(check: Check) -> None:
    old = figure(publication="early", period="2011", printed="100")
    table = check(claim("tripled", **GROWN), old, ("2021", "300"))
    assert verdicts(table) == ["supported"]
    assert table["reason"].unique().tolist() == [
        "of two releases: a part may be revision"
    ]
    alone = check(claim("tripled", **GROWN), ("2021", "300"))
    assert verdicts(alone) == ["not tested"]
    assert alone["reason"].unique().tolist() == [
        "we have read no figure of Colombia for 2011"
    ]
    assert alone["found"].dtype == "float64"


def test_a_figure_of_more_than_a_number_says_what_a_claim_of_more_than_it_says(
    check: Check,
) -> None:
    cells = {"kind": "share", "unit": "percent", "measure": "us_cocaine_origin_share", "period": ""}  # fmt: skip
    share = figure(measure="us_cocaine_origin_share", unit="percent", period="2017", printed="over 90 percent")  # fmt: skip
    table = check(claim("more than 90 percent", **cells), share)
    assert verdicts(table) == ["supported"]
    assert table["reason"].unique().tolist() == ["the newest is of 2017"]
    exact = figure(measure="us_cocaine_origin_share", unit="percent", period="2017", printed="90 percent")  # fmt: skip
    assert verdicts(check(claim("more than 90 percent", **cells), exact)) == [
        "not supported"
    ]


def test_growth_of_a_chain_says_so(check: Check) -> None:
    early = [
        figure(publication="early", period=year, printed=printed)
        for year, printed in (("2011", "100"), ("2020", "180"))
    ]
    table = check(claim("tripled", **GROWN), *early, ("2020", "200"), ("2021", "300"))
    assert (verdicts(table), set(table["reason"])) == (
        ["supported"],
        {"linked over releases: we have read none with both years"},
    )
    assert table["found"].iloc[0] == pytest.approx(1.8 * 1.5)


def test_a_record_is_above_every_earlier_year_and_later_ones_do_not_count(
    check: Check,
) -> None:
    record = claim("record high", **RECORD)
    later = figure(publication="late", period="2023", printed="2,000")
    assert verdicts(check(record, ("2019", "900"), ("2021", "972"), later)) == [
        "supported"
    ]
    table = check(record, ("2019", "994"), ("2020", "980"), ("2021", "972"))
    assert verdicts(table) == ["not supported"]
    assert (table["found"].iloc[0], table["used"].iloc[0]) == (
        3,
        (("2021", 972.0), ("2019", 994.0)),
    )
    assert verdicts(check(record, ("2020", "972"), ("2021", "972"))) == [
        "not supported"
    ]
    assert verdicts(check(record, ("2021", "972"))) == ["not tested"]


def test_a_record_is_held_first_against_what_its_own_release_prints(
    check: Check,
) -> None:
    revised = figure(publication="late", period="2020", printed="900")
    older = figure(publication="early", period="2019", printed="700")
    table = check(
        claim("record high", **RECORD),
        ("2020", "about 994"),
        ("2021", "972"),
        revised,
        older,
    )
    assert (verdicts(table), set(table["reason"])) == (["not supported"], {""})
    table = check(claim("record high", **RECORD), ("2021", "972"), older)
    assert (verdicts(table), table["reason"].iloc[0][:18]) == (
        ["supported"],
        "vintages are mixed",
    )


def test_a_rank_needs_every_country_of_the_region(check: Check) -> None:
    second = claim("second", **RANKED, place="Peru")
    andes = [
        figure(place=place, printed=printed)
        for place, printed in (("Colombia", "972"), ("Peru", "785"))
    ]
    table = check(second, *andes)
    assert verdicts(table) == ["not tested"]
    assert (
        table["reason"].iloc[0]
        == "we have read no figure of Bolivia for 2021 but the articles' own"
    )
    assert verdicts(check(second, *andes, figure(place="Bolivia", printed="317"))) == [
        "supported"
    ]
    assert verdicts(check(second, *andes, figure(place="Bolivia", printed="800"))) == [
        "not supported"
    ]
    third = check(
        claim("third largest", **RANKED, place="Bolivia"),
        *andes,
        figure(place="Bolivia", printed="317"),
    )
    assert (verdicts(third), third["found"].iloc[0]) == (["supported"], 3)


def test_a_share_is_one_measure_of_another(check: Check) -> None:
    seized = figure(measure="cocaine_seized", printed="400")
    cells = {
        "kind": "share",
        "unit": "percent",
        "measure": "cocaine_seized",
        "over": "cocaine_output",
    }
    assert verdicts(
        check(claim("more than 90 percent", **cells), seized, ("2021", "1,000"))
    ) == ["not supported"]
    table = check(claim("40 percent", **cells), seized, ("2021", "1,000"))
    assert (verdicts(table), table["found"].iloc[0]) == (["supported"], 40.0)
    assert verdicts(check(claim("40 percent", **cells), seized)) == ["not tested"]


def test_the_verdict_may_depend_on_the_agency_or_on_the_day(check: Check) -> None:
    other = figure(agency="unodc", printed="1,400")
    by_agency = check(claim("about 972"), ("2021", "972"), other)
    assert by_agency.groupby("agency")["verdict"].unique().map(list).to_dict() == {
        "unodc": ["not supported"], "us_government": ["supported"],
    }  # fmt: skip
    assert (verdict_of(by_agency), verdict_of(by_agency[by_agency["named"]])) == (
        DEPENDS,
        "supported",
    )
    revised = figure(publication="late", printed="900")
    by_day = check(claim("about 972"), ("2021", "972"), revised)
    assert dict(zip(by_day["day"], by_day["verdict"], strict=True)) == {
        "2022-07-20": "supported", "latest": "not supported",
    }  # fmt: skip
    assert verdict_of(by_day) == DEPENDS
    assert (
        verdict_of(
            check(claim("about 972"), ("2021", "972"), revised, as_of="2023-01-01")
        )
        == "supported"
    )


def test_provisional_deaths_count_until_there_are_final_ones(check: Check) -> None:
    deaths = {
        "agency": "cdc",
        "measure": "cocaine_deaths",
        "place": "United States",
        "unit": "deaths",
    }
    predicted = figure(**deaths, printed="24,900", status="provisional_predicted")
    reported = figure(**deaths, printed="23,000", status="provisional_reported")
    final = figure(**deaths, publication="late", printed="24,486", status="final")
    cells = {name: deaths[name] for name in ("measure", "place", "unit")}
    table = check(claim("about 25,000", **cells), predicted, reported, final)
    assert table[["day", "found", "status"]].to_numpy().tolist() == [
        ["2022-07-20", 24900.0, "provisional_predicted"], ["latest", 24486.0, "final"],
    ]  # fmt: skip


def test_a_level_is_that_of_its_own_year(check: Check) -> None:
    later = figure(publication="late", period="2023", printed="2,000")
    assert verdicts(check(claim("972"), ("2020", "994"), ("2021", "972"), later)) == [
        "supported"
    ]


@pytest.mark.parametrize("status", ["withdrawn", "leaked"])
def test_what_was_taken_back_or_leaked_is_no_evidence(
    check: Check, status: str
) -> None:
    assert verdicts(check(claim("972"), figure(status=status))) == ["not tested"]


def test_an_article_is_no_evidence_and_is_not_seen_before_its_day(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = made([figure()], PUBLICATIONS, claims=[claim("972", place="Peru")])
    monkeypatch.setenv("ANALYSIS_PROJECT", str(project.root))
    said = figure(
        publication="article", place="Peru", locator="sentence 1, characters 0-3"
    )
    header, row = (",".join(said), ",".join(f'"{cell}"' for cell in said.values()))
    (project.raw / "articles.csv").write_text(f"{header}\n{row}\n")
    build_processed(project)
    assert verdicts(check_claims()) == ["not tested"]
    assert verdict_of(check_claims()) == UNTESTED_BY_ALL
    unseen = check_claims("2022-07-19")
    assert (len(unseen), list(unseen)) == (0, ["claim", "agency", "day", "verdict"])


def test_every_bad_claim_is_told_at_once(made: Made) -> None:
    bad = [
        claim("972"), claim("972"), claim("972", id="Big"), claim("972", id="b", article="ondcp-a"),
        claim("972", id="c", kind="guess"), claim("972", id="d", locator="sentence 1, characters 0-4"),
        claim("973", id="e", wording="972"), claim("much higher", id="f", kind="comparison", unit="times", base_period="2011"),
        claim("tripled", id="g", kind="ratio", unit="times"), claim("tripled", id="h", unit="times"),
        claim("972", id="i", period="12 months to 2021-06"), claim("972", id="j", base_period="2011"),
    ]  # fmt: skip
    with pytest.raises(InputError) as error:
        build_processed(made([figure()], PUBLICATIONS, claims=bad))
    told = [
        (problem.line, problem.column)
        for problem in error.value.problems
        if not isinstance(problem, str)
    ]
    assert told == [
        (3, "id"), (4, "id"), (5, "article"), (6, "kind"), (7, "locator"), (8, "stated"), (9, "stated"), (10, "period"),
        (11, "stated"), (12, "period"), (13, "period"),
    ]  # fmt: skip


def test_a_project_without_claims_is_read(made: Made) -> None:
    project = made([figure()])
    build_processed(project)
    assert read_processed(project, "claims.csv").empty


@pytest.fixture(scope="module")
def checked() -> pd.DataFrame:
    return check_claims()


def found(
    checked: pd.DataFrame, claim: str, agency: str, then: bool
) -> tuple[str, Any]:
    row = checked[
        (checked["claim"] == claim)
        & (checked["agency"] == agency)
        & ((checked["day"] != "latest") == then)
    ].iloc[0]
    return row["verdict"], None if pd.isna(row["found"]) else round(row["found"], 2)


US, UN, CDC, COLOMBIA = "us_government", "unodc", "cdc", "colombia_government"
YES, NO, NONE = "supported", "not supported", ("not tested", None)


@pytest.mark.parametrize(
    ("claim", "agency", "then", "now"),
    [
        ("area-tripled", US, (YES, 2.82), (YES, 2.82)), ("area-tripled", UN, NONE, (YES, 3.2)),
        ("record-output-2021", US, (NO, 2), (NO, 2)), ("record-output-2021", UN, NONE, (YES, 1)),
        ("output-slightly-lower", US, (YES, 0.98), (YES, 0.98)), ("output-slightly-lower", UN, NONE, (NO, 1.14)),
        ("area-slightly-lower", US, (YES, 0.96), (YES, 0.96)), ("area-slightly-lower", UN, NONE, (NO, 1.43)),
        ("output-significantly-higher", US, (YES, 3.56), (YES, 3.56)), ("output-significantly-higher", UN, NONE, (YES, 4.06)),
        ("output-about-972", US, (YES, 972), (YES, 972)), ("output-about-972", UN, NONE, (NO, 1400)),
        ("area-234000", US, (YES, 234000), (YES, 234000)), ("area-234000", UN, NONE, (NO, 204257)),
        ("output-994-in-2020", US, (YES, 994), (YES, 994)), ("output-994-in-2020", UN, (NO, 1228), (NO, 1228)),
        ("area-245000-in-2020", US, (YES, 245000), (YES, 245000)), ("area-245000-in-2020", UN, (NO, 143000), (NO, 142784)),
        ("output-273-in-2011", US, (YES, 273), (YES, 273)), ("output-273-in-2011", UN, (NO, 345), (NO, 345)),
        ("eradicated-103000", COLOMBIA, (YES, 103000), (YES, 103257)),
        ("seized-more-than-750", COLOMBIA, (YES, 757), (YES, 757)),
        ("second-producer", US, (YES, 2), (YES, 2)), ("third-producer", US, (YES, 3), (YES, 3)),
        ("largest-producer", US, (YES, 1), (YES, 1)), ("largest-producer", UN, NONE, NONE),
        ("cocaine-deaths-about-25000", CDC, NONE, (YES, 24486)), ("cocaine-deaths-24500", CDC, NONE, (YES, 24486)),
        ("fentanyl-deaths-71000", CDC, (YES, 71000), (YES, 70601)),
        ("us-seizures-from-colombia", "", NONE, NONE), ("record-trade", "", NONE, NONE), ("coca-pays-double", "", NONE, NONE),
    ],
)  # fmt: skip
def test_what_the_figures_say_of_a_claim(
    checked: pd.DataFrame,
    claim: str,
    agency: str,
    then: tuple[str, Any],
    now: tuple[str, Any],
) -> None:
    assert (
        found(checked, claim, agency, True),
        found(checked, claim, agency, False),
    ) == (then, now)


def test_the_frozen_claims_are_all_held_against_figures(checked: pd.DataFrame) -> None:
    assert checked["claim"].nunique() == 21


@pytest.mark.live
def test_every_claim_has_a_row_for_every_agency_and_both_days(project: Project) -> None:
    checked, claims = check_claims(), read_processed(project, "claims.csv")
    assert set(checked["claim"]) == set(claims["claim"])
    assert (checked.groupby(["claim", "agency"])["day"].nunique() == 2).all()
    assert (checked["rows"].str.len() > 0).equals(checked["found"].notna())


@pytest.mark.live
@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_the_offsets_of_claims_lead_to_their_wording(file: Path) -> None:
    content, raw = file.read_bytes(), read_raw(here())
    text, hashes = content.decode("utf-8"), raw.publications.set_index("id")["sha256"]
    mine = raw.claims[
        raw.claims["article"].map(hashes) == hashlib.sha256(content).hexdigest()
    ]
    assert len(mine) > 5
    for wording, locator in zip(mine["wording"], mine["locator"], strict=True):
        start, end = map(int, locator.rpartition(" ")[2].split("-"))
        first, last = sentence_spans(text)[int(locator.split()[1].strip(",")) - 1]
        assert text[start:end] == wording
        assert first <= start < end <= last


@pytest.mark.live
def test_the_share_of_us_seizures_is_held_against_the_reports_that_print_it() -> None:
    checked = check_claims()
    mine = checked[checked["claim"] == "us-seizures-from-colombia"]
    assert mine[["agency", "verdict"]].drop_duplicates().to_numpy().tolist() == [
        ["us_government", "supported"]
    ]
    assert mine["used"].iloc[0] == (("2017", 90.0),)
