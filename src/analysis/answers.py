"""What the processed tables answer to a question, as a hash. Imports no pandas.

A report is stale when the answer to one of its questions has another hash.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from analysis.questions import FILES, Question, question_of
from analysis.schema import TABLES
from notebook_runner.files import sha256
from notebook_runner.project import Project

_FIGURES = "figures.csv"
_PUBLICATIONS = "publications.csv"
_ARTICLES = "data/raw/articles.csv"
_WHAT = ("measure", "place", "agency")
Stamp = tuple[int, int]  # when a file was written, and its size


class _Row(NamedTuple):
    at: int  # its place in the order of the raw rows
    available: str  # the day from which on it was seen; "" where a table has none
    publication: str
    in_articles: bool
    text: str


_Groups = dict[tuple[str, ...], list[_Row]]  # by measure, place and agency


def answers(project: Project, questions: Iterable[str]) -> dict[str, str]:
    """The SHA-256 of the answer to each question now, by its text and in order.

    "" where there is nothing to answer from. Of a row's line in its raw file only the
    order counts: other rows above it may come and go.
    """
    asked = sorted(set(questions))
    return {text: _answer(project, question_of(text)) for text in asked}


def _answer(project: Project, question: Question) -> str:
    if question.table.startswith(FILES):
        return _file_hash(project, project.root / question.table)
    names = [question.table] if question.table in TABLES else []
    if names == [_PUBLICATIONS]:
        names.append(_FIGURES)
    paths = [project.processed / name for name in names]
    if not paths or not all(path.is_file() for path in paths):
        return ""
    return _rows_hash(question, *((path, _stamp(path)) for path in paths))


def _file_hash(project: Project, path: Path) -> str:
    """Of a file under `data`, and of no other: a record may come from a stranger."""
    try:
        inside = path.resolve().is_relative_to(project.data.resolve())
        return sha256(path) if inside and path.is_file() else ""
    except (OSError, ValueError):  # a name that no file can have
        return ""


def _stamp(path: Path) -> Stamp:
    there = path.stat()
    return (there.st_mtime_ns, there.st_size)


@lru_cache(maxsize=4096)
def _rows_hash(question: Question, *tables: tuple[Path, Stamp]) -> str:
    digest = hashlib.sha256()
    for row in sorted(_asked_for(question, *(_rows(*table) for table in tables))):
        digest.update(row.text.encode())
    return digest.hexdigest()


def _asked_for(
    question: Question, groups: _Groups, figures: _Groups | None = None
) -> Iterator[_Row]:
    """The rows that a question asks for; publications by the figures that they have."""
    if figures is None or question == Question(_PUBLICATIONS):
        yield from _matching(question, groups)
        return
    named = {row.publication for row in _matching(question, figures)}
    for row in _matching(Question(_PUBLICATIONS), groups):
        if row.publication in named:
            yield row


def _matching(question: Question, groups: _Groups) -> Iterator[_Row]:
    asked = question[1:4]
    for words, rows in groups.items():
        if all(map(_fits, asked, words)):
            yield from (row for row in rows if _was_seen(row, question))


def _fits(asked: str, word: str) -> bool:
    return asked in ("", word)


def _was_seen(row: _Row, question: Question) -> bool:
    if question.until and row.available > question.until:
        return False
    if not question.publications:
        return True
    return row.in_articles == (question.publications == "articles")


@lru_cache(maxsize=16)
def _rows(path: Path, _: Stamp) -> _Groups:
    """The rows of a table by measure, place and agency."""
    with path.open(encoding="utf-8", newline="") as table:
        rows = [*csv.DictReader(table)]
    rows.sort(key=lambda row: (row["raw_file"], int(row["raw_line"])))
    groups: _Groups = {}
    for at, row in enumerate(rows):
        del row["raw_line"]
        seen, publication = (row.get(name, "") for name in ("available", "publication"))
        in_articles = row["raw_file"] == _ARTICLES
        text = "\0".join([*row.values(), "\n"])
        words = tuple(row.get(name, "") for name in _WHAT)
        kept = _Row(at, seen, publication, in_articles, text)
        groups.setdefault(words, []).append(kept)
    return groups
