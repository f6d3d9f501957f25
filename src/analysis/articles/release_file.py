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
    text = _plain_text(path)
    problems = Problems()
    for pattern, remedy in _REFUSED.items():
        if match := re.search(pattern, text):
            problems.add(path.name, 0, "", match[0][:40] or "nothing", remedy)
    if not re.fullmatch("[a-z0-9-]*", id):
        problems.add("--id", 0, "", id, "write small letters, digits and hyphens")
    try:
        last_day(published or "2000")
    except UnreadableError as error:
        problems.add("--published", 0, "", published, str(error))
    problems.raise_any()
    slug = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")
    id = id or f"article-{published or slug}"
    return Article(text, published, publisher, title, id)


def _plain_text(path: Path) -> str:
    """The text of a file; InputError if it is no UTF-8 or too long."""
    most_bytes = 4 * MOST  # a character has at most four
    with path.open("rb") as file:
        content = file.read(most_bytes + 1)
    problems = Problems()
    text = ""
    if len(content) <= most_bytes:
        remedy = "is not UTF-8; save the article as UTF-8"
        text = utf8_text(content, path.name, remedy, problems) or ""
    if len(content) > most_bytes or len(text) > MOST:
        remedy = f"give one article: at most {MOST:,} characters are read"
        problems.add(path.name, 0, "", "a longer text", remedy)
    problems.raise_any()
    return text


def read_figures(article: Article) -> Story:
    """What an article says: its figures, held against the known ones, and its comparisons."""
    said = propose(article.text, article.published, article.publisher)
    return replace(said, figures=known(said.figures, article.published))


def release_file(article: Article, figures: list[Proposal]) -> str:
    """The rows as CSV, in the columns of `add` and those that it refuses or passes over (`PROPOSED_COLUMNS`)."""
    columns = [*RELEASE_COLUMNS, *PROPOSED_COLUMNS]
    publications: dict[str, dict[str, str]] = {}
    rows = []
    for figure in figures:
        doubts = figure.unsure
        agency = figure.agency
        if agency not in publications:
            publications[agency] = _publication(article, agency, figures)
            doubts += _doubts_of(publications[agency])
        cells = publications[agency] | _cells(figure, article.published)
        cells["unsure"] = "; ".join(f"? {doubt}" for doubt in doubts)
        rows.append([cells.get(column, "") for column in columns])
    return csv_text([columns, *rows])


def _publication(
    article: Article, agency: str, figures: list[Proposal]
) -> dict[str, str]:
    """The publication that holds an agency's figures; the article itself holds its own."""
    original = any(mention.name == agency for mention in agencies_in(article.publisher))
    own = original or agency == "press"
    id = article.id if agency == "press" else f"{article.id}-{agency.replace('_', '-')}"
    release = id if own else _release_repeated(agency, figures) or id
    return {
        "publication": id,
        "release": release,
        "kind": "original" if original else "press",
        "publisher": article.publisher,
        "title": article.title,
        "published": article.published,
        "date_basis": "printed" if article.published else "",
        "sha256": "" if original else hashlib.sha256(article.text.encode()).hexdigest(),
        "read_from": "copy" if own else "repeated",
    }


def _release_repeated(agency: str, figures: list[Proposal]) -> str:
    """The release that most of an agency's figures agree with; "" if they agree with none."""
    releases = [figure.release for figure in figures if figure.agency == agency]
    agreed = Counter(filter(None, releases))
    return max(agreed, key=agreed.__getitem__, default="")


def _doubts_of(publication: dict[str, str]) -> list[str]:
    """What a person must settle of a publication."""
    own_release = publication["release"] == publication["publication"]
    doubts = []
    if publication["read_from"] == "repeated" and own_release:
        doubts.append(_NO_RELEASE)
    if not publication["published"]:
        doubts.append(_NO_DATE)
    return doubts


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


def _status(figure: Proposal, published: str) -> str:
    """Deaths of a calendar year are final once its certificates are closed, about a year later; all else is an estimate."""
    if figure.agency != "cdc":
        return "estimate"
    try:
        period = read_period(figure.read_as, published)
        days_since = (last_day(published) - period.end).days
    except UnreadableError:
        return "provisional_predicted"
    closed = period.kind == "calendar_year" and days_since >= _CLOSED
    return "final" if closed else "provisional_predicted"
