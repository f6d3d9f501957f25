import csv
from pathlib import Path

import pytest

from analysis.articles.sentences import sentence_spans
from analysis.vocabulary import vocabulary

FOLDER = Path(__file__).parents[1] / "benchmarks" / "extraction"
HALVES = ("seen", "unseen")
REGISTERED = {
    "measure": "measures",
    "place": "places",
    "unit": "units",
    "attribution": "agencies",
}


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("half", HALVES)
def test_each_half_lists_its_texts(half: str) -> None:
    listed = [row["text"] for row in table("texts") if row["half"] == half]
    assert listed == sorted(path.stem for path in (FOLDER / half).glob("*.txt"))


@pytest.mark.parametrize("half", HALVES)
def test_every_label_stands_where_it_says(half: str) -> None:
    for row in table(half):
        text = (FOLDER / half / f"{row['text']}.txt").read_text("utf-8")
        start, end = int(row["start"]), int(row["end"])
        first, last = sentence_spans(text)[int(row["sentence"]) - 1]
        assert text[start:end] == row["printed"]
        assert first <= start < end <= last


@pytest.mark.parametrize("half", HALVES)
def test_labels_use_registered_words(half: str) -> None:
    for row in table(half):
        assert [
            row[c] for c, part in REGISTERED.items() if row[c] not in vocabulary()[part]
        ] == []
