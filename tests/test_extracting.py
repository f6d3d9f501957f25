import csv
import os
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from browsing import PHONE, PageAt, faults_of_colour, faults_of_structure
from click.testing import CliRunner
from rows import Made, figure, publication

from analysis.articles.known_figures import known
from analysis.articles.proposals import propose
from analysis.articles.release_file import (
    Article,
    read_article,
    read_figures,
    release_file,
)
from analysis.cleaning.processed import build_processed
from analysis.cli import main
from analysis.editing.adding import PROPOSED_COLUMNS, RELEASE_COLUMNS, check_addition
from analysis.site.article import article_page
from notebook_runner.errors import InputError
from notebook_runner.project import Project

TEXT = (
    "Colombia could have made 972 tons of cocaine last year, the White House said, slightly lower than in 2020.\n"
    "It had 234,000 hectares of coca, up 9 percent.\n"
)
THERE = [
    figure(),
    figure(period="2020", printed="1,010"),
    figure(measure="coca_area", unit="ha", printed="204,257"),
]
SCORER = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "extraction.py"))


@pytest.fixture
def small(made: Made, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose only release has output of 2020 and 2021 and area of 2021."""
    project = made(THERE)
    (project.raw / "claims.csv").write_text(
        "id,article,locator,wording,kind,measure,place,period,base_period,over,stated,unit,agency,note\n"
    )
    build_processed(project)
    monkeypatch.setenv("ANALYSIS_PROJECT", str(project.root))
    return project


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("In Peru 84,400 hectares of coca stood in 2021, UNODC said.", "84,400 coca_area Peru 2021 ha unodc"),
        ("Troops uprooted 1,500 acres of coca in Colombia in 2019.", "1,500 eradication_manual Colombia 2019 acres colombia_government"),
        ("Cocaine killed 24,486 Americans in 2021, CDC data show.", "24,486 cocaine_deaths United States 2021 deaths cdc"),
        ("UN figures: Bolivia's coca shrank by a fifth in 2019.", "shrank by a fifth coca_area_change Bolivia 2019 percent on the year before unodc"),
        ("Peru is the second producer of cocaine.", "second cocaine_output_rank Peru  rank press"),
        ("The US says coca in Colombia has tripled since 2013.", "tripled coca_area_ratio Colombia since 2013 times us_government"),
        ("In Nariño, 41,903 hectares of coca stood in 2018, SIMCI found.", "41,903 coca_area Colombia/Nariño 2018 ha unodc"),
    ],
)  # fmt: skip
def test_a_figure_is_read_with_what_its_sentence_says(text: str, read: str) -> None:
    (one,) = propose(text, "2022-07-14").figures
    assert (
        f"{one.printed} {one.measure} {one.place} {one.period} {one.unit} {one.agency}"
        == read
    )
    assert text[one.start : one.end] == one.printed


@pytest.mark.parametrize(
    "text",
    [
        "Ana, 54, grows coca in Colombia; she has two children and 3 acres.",
        "The target for 2022 is 100,000 hectares of coca in Colombia.",
        "Ecuador seized 210 tons of cocaine in 2021.",
        "A gram of cocaine costs $60. Call 555-0142 about coca, from 9 to 5.",
        "Coffee grows on 840,000 hectares in Colombia. Some 540,000 families live on it.",
        "On Thursday police seized 12 tons of cocaine aboard a ship.",
    ],
)
def test_what_is_no_figure_of_the_subject_is_left_out(text: str) -> None:
    assert propose(text, "2022-07-14").figures == []


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        (
            "Coca in Peru: 84,400 ha in 2021, against 88,200 ha in 2020.",
            ["2021", "2020"],
        ),
        (
            "Coca in Peru covered 84,400 hectares in 2021 after 88,200 the year before.",
            ["2021", "the year before"],
        ),
        (
            "Coca in Peru rose between 2011 and 2021 from 64,000 to 84,400 hectares.",
            ["2011", "2021"],
        ),
        ("In 2021 Peru had coca. It was 84,400 hectares.", ["2021"]),
        ("Peru's coca covers 84,400 hectares. That was counted in 2021.", ["2021"]),
    ],
)
def test_each_figure_has_its_own_period(text: str, periods: list[str]) -> None:
    assert [one.period for one in propose(text, "2022-07-14").figures] == periods


def test_a_year_before_is_counted_from_the_one_named() -> None:
    _, before = propose(
        "Coca in Peru covered 84,400 ha in 2021 after 88,200 the year before.",
        "2022-07-14",
    ).figures
    assert (before.read_as, before.basis["period"]) == (
        "2020",
        "“the year before”, before 2021",
    )


@pytest.mark.parametrize(
    ("printed", "period", "told"),
    [
        ("972", "2021", "agrees with ONDCP 2022-07-14 (972)"),
        ("about 970", "2021", "rounds 972 (ONDCP 2022-07-14)"),
        ("950", "2021", "contradicts ONDCP 2022-07-14 (972)"),
        ("950", "2019", "new: no such figure was printed before"),
    ],
)
@pytest.mark.usefixtures("small")
def test_a_figure_is_held_against_what_its_day_knew(
    printed: str, period: str, told: str
) -> None:
    found = propose(
        f"Colombia made {printed} tons of cocaine in {period}, US figures show.",
        "2022-12",
    ).figures
    assert [held.known for held in known(found, "2022-12")] == [told]


def test_a_figure_revised_since_agrees_with_the_older(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = publication(id="ondcp-b", published="2022-10-01")
    project = made(
        [figure(), figure(publication="ondcp-b", printed="1,000")],
        [publication(), newer],
        claims=[],
    )
    build_processed(project)
    monkeypatch.setenv("ANALYSIS_PROJECT", str(project.root))
    found = propose(
        "Colombia made 972 tons of cocaine in 2021, US figures show."
    ).figures
    told = "agrees with the older ONDCP 2022-07-14 (972); revised since: ONDCP 2022-10-01 (1,000)"
    assert [held.known for held in known(found, "2022-12")] == [told]


def read_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.usefixtures("small")
def test_a_row_that_no_person_settled_is_refused(
    small: Project, tmp_path: Path
) -> None:
    path = tmp_path / "release.csv"
    article = Article(TEXT, "2022-12", "The Post", id="post")
    path.write_text(release_file(article, read_figures(article).figures), "utf-8")
    with pytest.raises(
        InputError, match="nothing enters that a person has not settled"
    ) as error:
        check_addition(small, path)
    found = "? printed: contradicts ONDCP 2022-07-14 (204,257)"
    assert f"release.csv:3: unsure: found {found!r};" in str(error.value)


def test_a_corrected_file_is_added_from_end_to_end(
    small: Project, tmp_path: Path
) -> None:
    (tmp_path / "article.txt").write_text(TEXT, "utf-8")
    options = [
        "--published",
        "2022-12",
        "--publisher",
        "The Post",
        "--id",
        "post",
        "--to",
        str(tmp_path / "release.csv"),
    ]
    assert (
        CliRunner()
        .invoke(main, ["extract", str(tmp_path / "article.txt"), *options])
        .exit_code
        == 0
    )
    rows = read_rows((tmp_path / "release.csv").read_text("utf-8"))
    assert [row["confidence"] for row in rows] == ["high", "low", "medium"]
    for row in rows:
        row["unsure"] = ""
    with (tmp_path / "release.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*RELEASE_COLUMNS, *PROPOSED_COLUMNS])
        writer.writeheader()
        writer.writerows(rows)
    contents, preview = check_addition(small, tmp_path / "release.csv")
    assert {*contents} == {"articles.csv", "publications.csv"}
    assert preview["release"].tolist() == ["ondcp-a"] * 3
    assert (
        'post-us-government,us_government,cocaine_output,Colombia,last year,972,t,estimate,"sentence 1,'
        in contents["articles.csv"]
    )


@pytest.mark.usefixtures("small")
def test_last_year_without_a_date_is_no_guess() -> None:
    article = Article(TEXT, publisher="The Post", id="post")
    row, *_ = read_rows(release_file(article, read_figures(article).figures))
    assert (row["period"], row["published"], row["confidence"]) == (
        "last year",
        "",
        "low",
    )
    assert row["unsure"].startswith(
        "? period: “last year” needs the publication's date, which is missing; "
    )
    assert row["unsure"].endswith("; ? published: no date was given (--published)")


@pytest.mark.usefixtures("small")
def test_the_page_of_an_article_shows_each_figure_and_tests_its_claims() -> None:
    article = Article(TEXT, "2022-12", "The Post <b>", id="post")
    page = article_page(article, read_figures(article))
    assert re.search(
        r"Colombia could have made <mark [^>]*>972</mark> tons of cocaine last year",
        page,
    )
    assert "agrees with ONDCP 2022-07-14 (972)" in page
    assert (
        "“slightly lower” (comparison: potential cocaine output, Colombia): <strong>supported</strong>"
        in page
    )
    assert "The Post &lt;b&gt;" in page


@pytest.mark.usefixtures("small")
def test_claims_of_an_article_without_a_date_are_held_against_what_is_known_now() -> (
    None
):
    article = Article(
        "Colombia made 972 tons of cocaine in 2021, US figures show.", id="post"
    )
    page = article_page(article, read_figures(article))
    assert (
        "“972” (level: potential cocaine output, Colombia): <strong>supported</strong>"
        in page
    )
    assert page.count("972\u00a0t: supported") == 2


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.usefixtures("small")
def test_the_page_of_an_article_is_accessible_on_a_phone(
    page_at: PageAt, tmp_path: Path, dark: bool
) -> None:
    article = Article(TEXT, "2022-12", "The Post", id="post")
    (tmp_path / "post.html").write_text(
        article_page(article, read_figures(article)), "utf-8"
    )
    opened = page_at(tmp_path / "post.html", width=PHONE, dark=dark, free=True)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert (
        faults_of_structure(opened.page) + faults_of_colour(opened.page) + opened.faults
        == []
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            b"",
            "a.txt: found 'nothing'; holds no words; paste the article's text into it",
        ),
        (
            "\u00e9".encode("latin-1"),
            "a.txt:1: found 'byte 0xe9'; is not UTF-8; save the article as UTF-8",
        ),
        (
            "972 t".encode("utf-16"),
            "a.txt:1: found 'byte 0xff'; is not UTF-8; save the article as UTF-8",
        ),
        (
            b"972\0 tons",
            "a.txt: found '\\x00'; a NUL character; save the article as plain text",
        ),
        (
            b"<p class='x'>972 tons</p>",
            "a.txt: found \"<p class='x'>\"; is HTML; save the article as plain text",
        ),
        (
            b"coca " * 2_000_000,
            "a.txt: found 'a longer text'; give one article: at most 200,000 characters are read",
        ),
    ],
    ids=["empty", "latin-1", "utf-16", "nul", "html", "10 MB"],
)
def test_what_is_no_article_is_refused(
    tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    result = CliRunner().invoke(main, ["extract", str(tmp_path / "a.txt")])
    assert (result.exit_code, result.stderr) == (2, f"{told}\n")


def test_a_date_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("972 tons")
    with pytest.raises(
        InputError,
        match=r"^--published: found '14 July'; '14 July' is no date; write 2022, 2022-07 or 2022-07-14$",
    ):
        read_article(tmp_path / "a.txt", "14 July")


def test_an_id_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("972 tons")
    with pytest.raises(
        InputError,
        match=r"^--id: found '\.\./x'; write small letters, digits and hyphens$",
    ):
        read_article(tmp_path / "a.txt", id="../x")


def test_a_text_without_words_of_the_subject_proposes_nothing() -> None:
    assert propose("12345 " * 500 + "\n.,;:!?\u2028\ufeff\n" * 500).figures == []


def shares(texts: list[Any]) -> list[float]:
    scored = SCORER["scores"](texts)
    return [
        right / whole
        for field in ("figure", "all fields")
        for right, *wholes in [scored[field]]
        for whole in wholes
    ]


def test_the_seen_texts_are_read_as_well_as_they_were() -> None:
    assert min(shares(list(SCORER["half"]("seen")))) > 0.95


@pytest.mark.skipif(
    "ARTICLES" not in os.environ, reason="ARTICLES=folder names the articles' texts"
)
def test_no_figure_of_the_articles_is_missed() -> None:
    texts = list(SCORER["articles"](Path(os.environ["ARTICLES"])))
    assert {
        name: right
        for name, (right, _, whole) in SCORER["scores"](texts).items()
        if name == "figure"
    } == {"figure": 30}
