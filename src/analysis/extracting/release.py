"""Proposals as the release file that `add` takes, with what a person must settle first."""

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from analysis.cleaning.adding import PROPOSED_COLUMNS, RELEASE_COLUMNS
from analysis.cleaning.amending import csv_text
from analysis.errors import InputError, Problem
from analysis.extracting.cues import makers_in
from analysis.extracting.known import CONTRADICTS, UNREAD, Known, known
from analysis.extracting.proposals import Proposal, propose
from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import last_day, read_period

MOST = 2_000_000  # characters; the longest report of a newspaper has a tenth
HIGH, MEDIUM, LOW = "high", "medium", "low"
_CLOSED = timedelta(days=355)  # after its end a year's death certificates are all closed
_UNKNOWN_RELEASE = (
    "? release: write the id of the release that this publication repeats, in all its rows, or leave its own"
)


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


def read_article(path: Path, published: str = "", publisher: str = "", title: str = "", id: str = "") -> Article:
    """A plain text in UTF-8, and its publication; InputError if it is empty, too long, no plain text, or the date is none."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02x}"
        raise _refused(
            path, found, "is not UTF-8; save the text as UTF-8", error.object.count(b"\n", 0, error.start) + 1
        ) from None
    markup = re.search(r"<(?:!doctype|html|head|body|div|p|br|span|script|table)\b[^>]*>", text, re.IGNORECASE)
    faults = {
        "holds no words; paste the article's text into it": ("" if text.strip() else "nothing"),
        f"is longer than {MOST:,} characters; give one article": f"{len(text):,} characters"
        if len(text) > MOST
        else "",
        "a NUL character; save the article as plain text": "\0" if "\0" in text else "",
        "is HTML; save the article as plain text": markup[0][:40] if markup else "",
    }
    for remedy, found in faults.items():
        if found:
            raise _refused(path, found, remedy)
    try:
        if published:
            last_day(published)
    except UnreadableError as error:
        raise InputError([Problem("--published", 0, "", published, str(error))]) from None
    slug = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")
    return Article(text, published, publisher, title, id or f"article-{published or slug}")


def _refused(path: Path, found: str, remedy: str, line: int = 0) -> InputError:
    return InputError([Problem(path.name, line, "", found, remedy)])


class Read(NamedTuple):
    """What an article says: figures with how each stands against the known ones, and comparisons."""

    figures: list[tuple[Proposal, Known]]
    comparisons: list[Proposal]


def proposed(article: Article) -> Read:
    """The figures and comparisons of an article."""
    found, compared = propose(article.text, article.published, article.publisher)
    return Read(list(zip(found, known(found, article.published), strict=True)), compared)


def confidence(one: Proposal, held: Known) -> str:
    """How far a row can be trusted: high if its own sentence says all, low if something must be settled by a person."""
    if unsure(one, held):
        return LOW
    return MEDIUM if one.basis else HIGH


def unsure(one: Proposal, held: Known) -> list[str]:
    """What a person must settle before a row may enter."""
    told = [f"? {column}: {how.removeprefix('? ')}" for column, how in one.basis.items() if how.startswith("?")]
    told += [f"? printed: {one.problem}"] if one.problem else []
    told += [f"? {held.text}"] if held.verdict == UNREAD and not told else []
    return told + ([f"? printed: {held.text}"] if held.verdict == CONTRADICTS else [])


def release_file(article: Article, rows: list[tuple[Proposal, Known]]) -> str:
    """The rows as CSV, in the columns of `add` and those that it refuses or passes over (`PROPOSED_COLUMNS`)."""
    releases, told, lines = _releases(article, rows), set(), []
    for one, held in rows:
        publication = article.publication(one.maker)
        release = releases.get(one.maker, "")
        doubts = unsure(one, held)
        if not release and one.maker != "press" and publication not in told:
            doubts.append(_UNKNOWN_RELEASE)
        doubts += ["? published: no date was given (--published)"] * (not article.published and publication not in told)
        told.add(publication)
        lines.append(_row(article, one, held, release or publication, "; ".join(doubts)))
    columns = [*RELEASE_COLUMNS, *PROPOSED_COLUMNS]
    return csv_text([columns, *([row[column] for column in columns] for row in lines)])


def _releases(article: Article, rows: list[tuple[Proposal, Known]]) -> dict[str, str]:
    """The known release that most figures of a maker agree with; none if one of them contradicts what is known."""
    agreeing: dict[str, Counter[str]] = defaultdict(Counter)
    for one, held in rows:
        agreeing[one.maker][held.release] += 1
    own = {mention.name for mention in makers_in(article.publisher)}
    found = {}
    for maker, releases in agreeing.items():
        best = next((release for release, _ in releases.most_common() if release), "")
        found[maker] = article.publication(maker) if maker in own else best
    return found


def _row(article: Article, one: Proposal, held: Known, release: str, doubts: str) -> dict[str, str]:
    press = one.maker == "press"
    reworded = one.read_as != one.period
    own = one.maker in {mention.name for mention in makers_in(article.publisher)}
    return {
        "publication": article.publication(one.maker), "release": release, "kind": "original" if own else "press",
        "publisher": article.publisher, "title": article.title, "published": article.published,
        "date_basis": "printed" if article.published else "", "url": "", "sha256": hashlib.sha256(article.text.encode()).hexdigest(),
        "estimate_by": one.maker, "measure": one.measure, "place": one.place, "period": one.read_as, "printed": one.printed,
        "unit": one.unit, "status": _status(one, article.published),
        "locator": f"sentence {one.sentence}, characters {one.start}-{one.end}", "read_from": "copy" if press or own else "repeated",
        "note": f"printed: {one.period}" if reworded and one.period else "",
        "unsure": doubts, "confidence": confidence(one, held), "evidence": _evidence(one), "known": held.text,
    }  # fmt: skip


def _status(one: Proposal, published: str) -> str:
    """Deaths of a year are final once its certificates are closed, about a year later; all else is an estimate."""
    try:
        end = read_period(one.read_as, published).end
    except UnreadableError:
        end = date.max
    late = bool(published) and end < date.max and last_day(published) - end >= _CLOSED and end.month == 12
    return "estimate" if one.maker != "cdc" else "final" if late else "provisional_predicted"


def _evidence(one: Proposal) -> str:
    """The words around a figure, and what of it was read elsewhere."""
    how = "; ".join(f"{column}: {basis.removeprefix('? ')}" for column, basis in one.basis.items())
    return f"“{' '.join(one.context.split())[:300]}”" + (f" ({how})" if how else "")
