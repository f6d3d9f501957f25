"""Coverage-guided fuzzing of what reads strangers' text: the grammar of figures and periods, and the reader of raw files.

Run: python harnesses/fuzz.py wording|files [seconds]        (ten minutes each by default; needs atheris, which no lock holds)

    python -m venv --system-site-packages .venv/fuzz && .venv/fuzz/bin/pip install atheris

Each finding is printed once, with the input that made it; the last line counts the executions. `tests/test_bad_inputs.py` holds
the findings so far, and a shorter search by hypothesis.
"""

import csv
import io
import math
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

import atheris

with atheris.instrument_imports(include=["analysis.reading", "analysis.cleaning.raw"]):
    from analysis.cleaning import raw
    from analysis.reading import phrases
    from analysis.reading.numerals import UnreadableError
    from analysis.reading.periods import read_period
    from analysis.reading.units import unit_words
    from analysis.reading.wording import read_cell
    from notebook_runner.errors import Problems
    from notebook_runner.project import here

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
TOKENS = sorted(
    {word for name in dir(phrases) if name.isupper() and name[0] != "_" for word in getattr(phrases, name)}
    | {*unit_words(), *"0123456789.,%-$+x/~()=_'\"", *"\u2013\u2212\u2009\u00a0\u0130\u0131\u017f\u212a\u0301\u200b"}
    | {"000", "1.234", "1,234", "2021", "to", "and", "y", "a", "of", "between", "entre", "from", "years ago", "months", "past"}
)  # fmt: skip


def odd(plain: str, strange: str, text: str) -> str:
    """A text with a letter that looks like one of it."""
    return text.replace(plain, strange)


DRESSES: list[Callable[[str], str]] = [
    str.upper,
    *(partial(odd, *pair) for pair in ("i\u0131", "s\u017f", "i\u0130", "k\u212a")),
]
PUBLISHED = ("", "2022", "2022-07-14", "1000", "9999-12-31", "0001")
seen = set[str]()


def finding(said: str, given: object) -> None:
    """Print what was found, once for each kind of finding."""
    if said not in seen:
        seen.add(said)
        print(f"FOUND {said}: {given!r}", flush=True)


def wording_of(fuzzed: bytes) -> tuple[str, str]:
    """A wording, of words known (two bytes each) or of any letters, and a date of publication."""
    first, given = (fuzzed[:1] or b"\0")[0], fuzzed[1:]
    words = (
        TOKENS[int.from_bytes(given[at : at + 2], "big") % len(TOKENS)]
        for at in range(0, len(given), 2)
    )
    text = (
        (" " * (first % 3 > 0)).join(words)
        if first > 40
        else given.decode("utf-8", "surrogateescape")
    )
    return text, PUBLISHED[first % len(PUBLISHED)]


def read_wording(fuzzed: bytes) -> None:
    """A wording is read, or refused by UnreadableError; in odd dress it is read the same or refused."""
    text, published = wording_of(fuzzed)
    for read in (read_cell, read_period):
        readings: list[object] = []
        for dressed in (text, *(dress(text) for dress in DRESSES)):
            try:
                readings.append(read(dressed, published))
            except UnreadableError:
                readings.append(None)
            except Exception as error:
                finding(
                    f"{read.__name__} raises {type(error).__name__}",
                    (dressed, published),
                )
                readings.append(None)
        if any(reading not in (readings[0], None) for reading in readings[1:]):
            finding(f"{read.__name__} reads it otherwise in odd dress", text)
        numbers = [
            getattr(readings[0], name, None) for name in ("value", "low", "high")
        ]
        if not all(number is None or math.isfinite(number) for number in numbers):
            finding("a figure without end", text)


@dataclass
class Held:
    """A file in memory."""

    content: bytes
    name = "unodc.csv"

    def open(self, _: str) -> io.BytesIO:
        """The file, opened to be read."""
        return io.BytesIO(self.content)


def read_file(fuzzed: bytes) -> None:
    """Any bytes give rows or problems, each with a line of the file; a row is what the csv module reads there."""
    columns = (raw.FIGURE_COLUMNS, raw.BREAK_COLUMNS)[(fuzzed[:1] or b"\0")[0] % 2]
    header = (
        ",".join(columns).encode() + b"\n" if (fuzzed[:1] or b"\0")[0] < 200 else b""
    )
    content, problems = header + fuzzed[1:], Problems()
    path = Held(content)
    try:  # all of read_table but the table itself, which takes longer than the rest
        text = raw._text(cast(Path, path), path.name, problems)
        _, rows = (
            (columns, [])
            if text is None
            else raw._read_rows(text, path.name, columns, problems)
        )
    except Exception as error:
        finding(f"the reader raises {type(error).__name__}", content)
        return
    lines = content.decode("utf-8-sig", "replace").split("\n")
    if any(not 1 <= problem.line <= len(lines) for problem in problems.found):
        finding("a problem without a line", content)
    for *cells, _, line in rows:
        if next(csv.reader([lines[int(line) - 1]])) != cells or any(
            not cell.isprintable() for cell in map(str, cells) if cell.isascii()
        ):
            finding("a row that is not what stands there", content)


def seeds(target: str) -> Path:
    """A folder of inputs to start from: every wording and period of the raw figures, or the raw files' first lines."""
    folder = FOLDER / "seeds"
    folder.mkdir()
    figures = raw.read_raw(here()).figures
    texts = {*figures["printed"], *figures["period"]}
    if target == "files":
        texts = {
            "".join(path.read_text("utf-8").splitlines(keepends=True)[1:3])
            for path in here().raw.glob("*.csv")
        }
    for place, text in enumerate(sorted(texts)):
        (folder / str(place)).write_bytes(b"\1" + text.encode())
    words = [*TOKENS, '","', "\r\n"]
    escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words)
    (FOLDER / "words").write_text("".join(f'"{word}"\n' for word in escaped))
    return folder


def main(target: str = "wording", seconds: str = "600") -> None:
    """Fuzz one of the targets; libFuzzer ends the process."""
    try_one: Callable[[bytes], None] = {"wording": read_wording, "files": read_file}[
        target
    ]
    longest = {"wording": 40, "files": 600}[target]  # two bytes name a word
    options = [
        f"-max_total_time={seconds}",
        f"-dict={FOLDER / 'words'}",
        f"-max_len={longest}",
        "-len_control=0",
        "-timeout=10",
    ]
    atheris.Setup([sys.argv[0], str(seeds(target)), *options], try_one)
    try:
        atheris.Fuzz()
    finally:
        shutil.rmtree(FOLDER)


if __name__ == "__main__":
    main(*sys.argv[1:])
