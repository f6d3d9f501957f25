"""Proposals as the release file that `add` takes, with what a person must settle first."""

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from analysis.cleaning.adding import PROPOSED_COLUMNS, RELEASE_COLUMNS
from analysis.errors import InputError, Problem, Problems
from analysis.extracting.cues import makers_in
from analysis.extracting.known import CONTRADICTS, UNREAD, Known, known
from analysis.extracting.proposals import Proposal, propose
from analysis.files import csv_text, utf8_text
from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import last_day, read_period

MOST = 200_000  # characters; a book chapter. Read in half a minute at most
_CLOSED = 355  # days after its end a year's death certificates are all closed
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|div|p|br|span|script|table)\b[^>]*>", re.IGNORECASE)
_NO_RELEASE = "? release: write the id of the release that this publication repeats, in all its rows, or leave its own"
_NO_DATE = "? published: no date was given (--published)"


@dataclass(frozen=True)
class Article:
    """An article as a user gives it: its text and what is known of its publication."""

    text: str
    published: str = ""
    publisher: str = ""
    title: str = ""
    id: str = ""

    def publication(self, maker: str) -> str:
        """The id of the publication that holds a maker's figures; the article itself holds its own."""
        return self.id if maker == "press" else f"{self.id}-{maker.replace('_', '-')}"

    def is_of(self, maker: str) -> bool:
        """Whether a maker of estimates published it."""
        return any(mention.name == maker for mention in makers_in(self.publisher))


class Read(NamedTuple):
    """What an article says: figures with how each stands against the known ones, and comparisons."""

    figures: list[tuple[Proposal, Known]]
    comparisons: list[Proposal]


def read_article(path: Path, published: str = "", publisher: str = "", title: str = "", id: str = "") -> Article:
    """A plain text in UTF-8, and its publication; InputError if it is empty, too long, no plain text, or the date is none."""
    with path.open("rb") as file:
        content = file.read(4 * MOST + 1)  # a character has at most four bytes
    problems, too_long = Problems(), len(content) > 4 * MOST
    text = "" if too_long else utf8_text(content, path.name, "is not UTF-8; save the article as UTF-8", problems) or ""
    problems.raise_any()
    markup, slug = _MARKUP.search(text), re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")
    long = "a longer text" if too_long or len(text) > MOST else ""
    faults = {
        f"give one article: at most {MOST:,} characters are read": long,
        "a NUL character; save the article as plain text": "\0" if "\0" in text else "",
        "holds no words; paste the article's text into it": "" if text.strip() else "nothing",
        "is HTML; save the article as plain text": markup[0][:40] if markup else "",
    }
    if wrong := [Problem(path.name, 0, "", found, remedy) for remedy, found in faults.items() if found]:
        raise InputError(wrong[:1])
    if not re.fullmatch("[a-z0-9-]*", id):
        raise InputError([Problem("--id", 0, "", id, "write small letters, digits and hyphens")])
    try:
        last_day(published or "2000")
    except UnreadableError as error:
        raise InputError([Problem("--published", 0, "", published, str(error))]) from None
    return Article(text, published, publisher, title, id or f"article-{published or slug}")


def read_figures(article: Article) -> Read:
    """The figures and comparisons of an article, the figures held against the known ones."""
    found, compared = propose(article.text, article.published, article.publisher)
    return Read(list(zip(found, known(found, article.published), strict=True)), compared)


def unsure(one: Proposal, held: Known) -> list[str]:
    """What a person must settle before a row may enter."""
    told = [f"{column}: {how[2:]}" for column, how in one.basis.items() if how.startswith("?")]
    told += [f"printed: {one.problem}"] if one.problem else []
    return told + [f"printed: {held.text}"] * (CONTRADICTS in held.text or (held.verdict == UNREAD and not told))


def confidence(one: Proposal, held: Known) -> str:
    """How far a row can be trusted: high if its own sentence says all, low if something must be settled by a person."""
    return "low" if unsure(one, held) else "medium" if one.basis else "high"


def release_file(article: Article, rows: list[tuple[Proposal, Known]]) -> str:
    """The rows as CSV, in the columns of `add` and those that it refuses or passes over (`PROPOSED_COLUMNS`)."""
    columns, lines, told = [*RELEASE_COLUMNS, *PROPOSED_COLUMNS], [], set[str]()
    repeated = defaultdict[str, Counter[str]](Counter)
    for one, held in rows:
        repeated[one.maker].update([held.release] if held.release else [])
    for one, held in rows:
        releases = repeated[one.maker]
        own = one.maker == "press" or article.is_of(one.maker)
        release = releases.most_common(1)[0][0] if releases and not own else article.publication(one.maker)
        doubts = [f"? {doubt}" for doubt in unsure(one, held)]
        if one.maker not in told:
            doubts += [_NO_RELEASE] * (not own and not releases) + [_NO_DATE] * (not article.published)
        told.add(one.maker)
        row = _row(article, one, own) | {"release": release, "unsure": "; ".join(doubts), "known": held.text}
        lines.append([(row | {"confidence": confidence(one, held)}).get(column, "") for column in columns])
    return csv_text([columns, *lines])


def _row(article: Article, one: Proposal, own: bool) -> dict[str, str]:
    how = "; ".join(f"{column}: {basis.removeprefix('? ')}" for column, basis in one.basis.items())
    return {
        "publication": article.publication(one.maker), "kind": "original" if article.is_of(one.maker) else "press",
        "publisher": article.publisher, "title": article.title, "published": article.published,
        "date_basis": "printed" if article.published else "",
        "sha256": "" if article.is_of(one.maker) else hashlib.sha256(article.text.encode()).hexdigest(),
        "estimate_by": one.maker, "measure": one.measure, "place": one.place, "period": one.read_as, "printed": one.printed,
        "unit": one.unit, "status": _status(one, article.published), "locator": one.locator,
        "read_from": "copy" if own else "repeated",
        "note": f"printed: {one.period}" if one.read_as != one.period else "",
        "evidence": f"“{' '.join(one.context.split())[:300]}”" + (f" ({how})" if how else ""),
    }  # fmt: skip


def _status(one: Proposal, published: str) -> str:
    """Deaths of a calendar year are final once its certificates are closed, about a year later; all else is an estimate."""
    try:
        period = read_period(one.read_as, published)
        days = (last_day(published) - period.end).days if published and period.kind == "calendar_year" else 0
    except UnreadableError:
        days = 0
    return "estimate" if one.maker != "cdc" else "final" if days >= _CLOSED else "provisional_predicted"
