import hashlib
import os
from pathlib import Path

import pytest

from analysis.articles.sentences import sentence_spans
from analysis.cleaning.figures import LOCATOR_IN_TEXT
from analysis.cleaning.raw import read_raw
from notebook_runner.project import here

# The articles' text is not part of the project. ARTICLES=folder checks the offsets in the files at hand.
FILES = (
    sorted(Path(os.environ["ARTICLES"]).glob("*.txt"))
    if "ARTICLES" in os.environ
    else []
)


def article_rows() -> list[dict[str, str]]:
    raw = read_raw(here())
    hashes = raw.publications.set_index("id")["sha256"]
    rows = raw.figures[raw.figures["raw_file"] == "data/raw/articles.csv"]
    table = rows.assign(sha256=rows["publication"].map(hashes)).astype(str)
    return [
        {str(name): str(cell) for name, cell in row.items()}
        for row in table.to_dict("records")
    ]


def test_the_frozen_figures_are_of_two_articles() -> None:
    assert len({row["sha256"] for row in article_rows()}) == 2


@pytest.mark.live
def test_every_figure_of_an_article_has_its_place() -> None:
    rows = article_rows()
    assert rows
    assert all(row["sha256"] for row in rows)
    assert all(LOCATOR_IN_TEXT.fullmatch(row["locator"]) for row in rows)
    places = [(row["sha256"], row["locator"]) for row in rows]
    assert len(set(places)) == len(places)


@pytest.mark.live
@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_offsets_lead_to_the_wording_in_its_sentence(file: Path) -> None:
    content = file.read_bytes()
    text = content.decode("utf-8")
    for row in article_rows():
        if row["sha256"] == hashlib.sha256(content).hexdigest():
            start, end = map(int, row["locator"].rpartition(" ")[2].split("-"))
            first, last = sentence_spans(text)[
                int(row["locator"].split()[1].strip(",")) - 1
            ]
            assert text[start:end] == row["printed"]
            assert first <= start < end <= last
