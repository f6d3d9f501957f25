"""Proposals as the release file that `add` takes, with what a person must settle first."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.articles.cues import agencies_in
from analysis.articles.known_figures import known
from analysis.articles.proposals import propose
from analysis.articles.sentences import Proposal, Story
from analysis.editing.adding import PROPOSED_COLUMNS, RELEASE_COLUMNS
from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import last_day, read_period
from notebook_runner.errors import Problems
from notebook_runner.files import csv_text, utf8_text

MOST = 200_000  # characters; a book chapter. Read in half a minute at most
_CLOSED = 355  # days after its end a year's death certificates are all closed
# What is no article, and what to do.
_REFUSED = {
    r"\A(?=\s*\Z)": "holds no words; paste the article's text into it",
    r"\0": "a NUL character; save the article as plain text",
    r"(?i)<(?:!doctype|html|head|body|div|p|br|span|script|table)\b[^>]*>": "is HTML; save the article as plain text",
}
_NO_RELEASE = "release: write the id of the release that this publication repeats, in all its rows, or leave its own"
_NO_DATE = "published: no date was given (--published)"


@dataclass(frozen=True)
class Article:
    """An article as a user gives it: its text and what is known of its publication."""

    text: str
    published: str = ""
    publisher: str = ""
    title: str = ""
    id: str = ""


def read_article(
    path: Path, published: str = "", publisher: str = "", title: str = "", id: str = ""
) -> Article:
    """A plain text in UTF-8, and its publication; InputError if it is empty, too long, no plain text, or the date is none."""
    with path.open("rb") as file:
        content = file.read(4 * MOST + 1)  # a character has at most four bytes
    problems, name = Problems(), path.name
    too_long = len(content) > 4 * MOST
    text = (
        ""
        if too_long
        else utf8_text(
            content, name, "is not UTF-8; save the article as UTF-8", problems
        )
    )
    if too_long or len(text or "") > MOST:
        problems.add(
            name,
            0,
            "",
            "a longer text",
            f"give one article: at most {MOST:,} characters are read",
        )
    problems.raise_any()
    for pattern, remedy in _REFUSED.items():
        if found := re.search(pattern, text or ""):
            problems.add(name, 0, "", found[0][:40] or "nothing", remedy)
    if not re.fullmatch("[a-z0-9-]*", id):
        problems.add("--id", 0, "", id, "write small letters, digits and hyphens")
    try:
        last_day(published or "2000")
    except UnreadableError as error:
        problems.add("--published", 0, "", published, str(error))
    problems.raise_any()
    slug = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")
    return Article(
        text or "", published, publisher, title, id or f"article-{published or slug}"
    )


def read_figures(article: Article) -> Story:
    """What an article says: its figures, held against the known ones, and its comparisons."""
    said = propose(article.text, article.published, article.publisher)
    return replace(said, figures=known(said.figures, article.published))


def release_file(article: Article, figures: list[Proposal]) -> str:
    """The rows as CSV, in the columns of `add` and those that it refuses or passes over (`PROPOSED_COLUMNS`)."""
    columns, rows, publications = (
        [*RELEASE_COLUMNS, *PROPOSED_COLUMNS],
        [],
        dict[str, dict[str, str]](),
    )
    for one in figures:
        doubts = one.unsure
        if one.agency not in publications:
            publications[one.agency], more = _publication(article, one.agency, figures)
            doubts += more
        cells = publications[one.agency] | _cells(one, article.published)
        cells["unsure"] = "; ".join(f"? {doubt}" for doubt in doubts)
        rows.append([cells.get(column, "") for column in columns])
    return csv_text([columns, *rows])


def _publication(
    article: Article, agency: str, figures: list[Proposal]
) -> tuple[dict[str, str], list[str]]:
    """The publication that holds an agency's figures, and what a person must settle of it; the article itself holds its own."""
    original = any(mention.name == agency for mention in agencies_in(article.publisher))
    own = original or agency == "press"
    id = article.id if agency == "press" else f"{article.id}-{agency.replace('_', '-')}"
    agreed = Counter(
        one.release
        for one in figures
        if one.agency == agency and one.release and not own
    )
    doubts = [_NO_RELEASE] * (not own and not agreed) + [_NO_DATE] * (
        not article.published
    )
    return {
        "publication": id,
        "release": max(agreed, key=agreed.__getitem__, default=id),
        "kind": "original" if original else "press",
        "publisher": article.publisher,
        "title": article.title,
        "published": article.published,
        "date_basis": "printed" if article.published else "",
        "sha256": "" if original else hashlib.sha256(article.text.encode()).hexdigest(),
        "read_from": "copy" if own else "repeated",
    }, doubts


def _cells(one: Proposal, published: str) -> dict[str, str]:
    how = "; ".join(
        f"{column}: {basis.removeprefix('? ')}" for column, basis in one.basis.items()
    )
    return {
        "agency": one.agency,
        "measure": one.measure,
        "place": one.place,
        "period": one.read_as,
        "printed": one.printed,
        "unit": one.unit,
        "status": _status(one, published),
        "locator": one.locator,
        "note": f"printed: {one.period}" if one.read_as != one.period else "",
        "evidence": f"“{' '.join(one.context.split())[:300]}”"
        + (f" ({how})" if how else ""),
        "known": one.known,
        "confidence": one.confidence,
    }


def _status(one: Proposal, published: str) -> str:
    """Deaths of a calendar year are final once its certificates are closed, about a year later; all else is an estimate."""
    try:
        period = read_period(one.read_as, published)
        days = (
            (last_day(published) - period.end).days
            if published and period.kind == "calendar_year"
            else 0
        )
    except UnreadableError:
        days = 0
    return (
        "estimate"
        if one.agency != "cdc"
        else "final"
        if days >= _CLOSED
        else "provisional_predicted"
    )
