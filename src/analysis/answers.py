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
    stamps = tuple(_stamp(project.processed / name) for name in _needed(question))
    if not stamps or (0, 0) in stamps:
        return ""
    return _rows_hash(project, question, stamps)


def _file_hash(project: Project, path: Path) -> str:
    """Of a file under `data`, and of no other: a record may come from a stranger."""
    try:
        inside = path.resolve().is_relative_to(project.data.resolve())
        return sha256(path) if inside and path.is_file() else ""
    except (OSError, ValueError):  # a name that no file can have
        return ""


def _needed(question: Question) -> tuple[str, ...]:
    if question.table not in TABLES:
        return ()
    if question.table == _PUBLICATIONS:
        return (_PUBLICATIONS, _FIGURES)
    return (question.table,)


def _stamp(path: Path) -> Stamp:
    try:
        there = path.stat()
    except OSError:
        return (0, 0)
    return (there.st_mtime_ns, there.st_size)


@lru_cache(maxsize=4096)
def _rows_hash(project: Project, question: Question, stamps: tuple[Stamp, ...]) -> str:
    tables = {}
    for name, stamp in zip(_needed(question), stamps, strict=True):
        tables[name] = _rows(project.processed / name, stamp)
    digest = hashlib.sha256()
    for row in sorted(_asked_for(question, tables)):
        digest.update(row.text.encode())
    return digest.hexdigest()


_Groups = dict[tuple[str, ...], list[_Row]]


def _asked_for(question: Question, tables: dict[str, _Groups]) -> Iterator[_Row]:
    """The rows that a question asks for; publications by the figures that they have."""
    if question.table != _PUBLICATIONS:
        yield from _matching(question, tables[question.table])
        return
    every = [row for rows in tables[_PUBLICATIONS].values() for row in rows]
    named = {row.publication for row in _matching(question, tables[_FIGURES])}
    whole = question == Question(_PUBLICATIONS)
    yield from (row for row in every if whole or row.publication in named)


def _matching(question: Question, groups: _Groups) -> Iterator[_Row]:
    asked = [getattr(question, name) for name in _WHAT]
    for words, rows in groups.items():
        if all(one in ("", word) for one, word in zip(asked, words, strict=True)):
            yield from (row for row in rows if _was_seen(row, question))


def _was_seen(row: _Row, question: Question) -> bool:
    if question.until and row.available > question.until:
        return False
    if not question.publications:
        return True
    return row.in_articles == (question.publications == "articles")


@lru_cache(maxsize=16)
def _rows(path: Path, _: Stamp) -> _Groups:
    """The rows of a table by measure, place and agency."""
    columns = TABLES[path.name]
    file = columns.index("raw_file")
    line = columns.index("raw_line")
    with path.open(encoding="utf-8", newline="") as table:
        cells = [*csv.reader(table)][1:]
    cells.sort(key=lambda row: (row[file], int(row[line])))
    groups: _Groups = {}
    for at, row in enumerate(cells):
        named = dict(zip(columns, row, strict=True))
        words = tuple(named.get(name, "") for name in _WHAT)
        text = "\0".join([*row[:line], *row[line + 1 :], "\n"])
        seen = named.get("available", "")
        publication = named.get("publication", "")
        made = _Row(at, seen, publication, row[file] == _ARTICLES, text)
        groups.setdefault(words, []).append(made)
    return groups
