"""Coverage-guided fuzzing of what reads strangers' text: the grammar of figures and periods, and the reader of raw files.

Run: python harnesses/fuzz.py wording|files [seconds]        (ten minutes each by default; needs atheris, which no lock holds)

    python -m venv --system-site-packages /tmp/fuzz && /tmp/fuzz/bin/pip install atheris

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
from pathlib import Path
from typing import cast

import atheris

with atheris.instrument_imports(include=["analysis.reading", "analysis.cleaning.raw"]):
    from analysis.cleaning import raw
    from analysis.errors import Problems
    from analysis.project import here
    from analysis.reading.numerals import UnreadableError
    from analysis.reading.periods import read_period
    from analysis.reading import phrases
    from analysis.reading.units import unit_words
    from analysis.reading.wording import read_cell

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
TOKENS = sorted(
    {word for name in dir(phrases) if name.isupper() and name[0] != "_" for word in getattr(phrases, name)}
    | {*unit_words(), *"0123456789.,%-$+x/~()=_'\"", *"\u2013\u2212\u2009\u00a0\u0130\u0131\u017f\u212a\u0301\u200b"}
    | {"000", "1.234", "1,234", "2021", "to", "and", "y", "a", "of", "between", "entre", "from", "years ago", "months", "in the", "past"}
)
PUBLISHED = ("", "2022", "2022-07-14", "1000", "9999-12-31", "0001")
seen = set[str]()


def finding(said: str, given: object) -> None:
    """Print what was found, once for each kind of finding."""
    if said not in seen:
        seen.add(said)
        print(f"FOUND {said}: {given!r}", flush=True)


def read_wording(fuzzed: bytes) -> None:
    """A wording, of words known or of any letters, is read or refused by UnreadableError; capitals never change what is read."""
    first, given = (fuzzed[:1] or b"\0")[0], fuzzed[1:]
    words = (TOKENS[int.from_bytes(given[at : at + 2], "big") % len(TOKENS)] for at in range(0, len(given), 2))
    text = (" " * (first % 3 > 0)).join(words) if first > 80 else given.decode("utf-8", "surrogateescape")
    published = PUBLISHED[first % len(PUBLISHED)]
    for read in (read_cell.__wrapped__, read_period):
        try:
            reading = read(text, published)
        except UnreadableError:
            continue
        except Exception as error:
            finding(f"{read.__name__} raises {type(error).__name__} {error}"[:120], (text, published))
            continue
        try:
            if text.isascii() and reading != read(text.upper(), published):
                finding(f"{read.__name__} reads capitals otherwise", text)
        except UnreadableError:
            finding(f"{read.__name__} refuses capitals", text)
        numbers = [getattr(reading, name, None) for name in ("value", "low", "high")]
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
    header = ",".join(columns).encode() + b"\n" if (fuzzed[:1] or b"\0")[0] < 200 else b""
    content, problems = header + fuzzed[1:], Problems()
    path = Held(content)
    try:  # all of read_table but the table itself, which takes longer than the rest
        text = raw._text(cast(Path, path), path.name, problems)
        rows = [] if text is None else raw._read_rows(text, path.name, columns, problems)
    except Exception as error:
        finding(f"the reader raises {type(error).__name__} {error}"[:120], content)
        return
    lines = content.decode("utf-8-sig", "replace").split("\n")
    if any(not 1 <= problem.line <= len(lines) for problem in problems.found):
        finding("a problem without a line", content)
    for row in rows:
        cells = next(csv.reader([lines[int(row["raw_line"]) - 1]]))
        if sorted(cells) != sorted(row[name] for name in columns) or any(not str(cell).isprintable() for cell in cells if cell.isascii()):
            finding("a row that is not what stands there", content)


def seeds(target: str) -> Path:
    """A folder of inputs to start from: every wording and period of the raw figures, or the raw files' first lines."""
    folder = FOLDER / "seeds"
    folder.mkdir()
    figures = raw.read_raw(here()).figures
    texts = {*figures["printed"], *figures["period"]}
    if target == "files":
        texts = {"".join(path.read_text("utf-8").splitlines(keepends=True)[1:3]) for path in here().raw.glob("*.csv")}
    for place, text in enumerate(sorted(texts)):
        (folder / str(place)).write_bytes(b"\1" + text.encode())
    words = [*TOKENS, '","', "\r\n"]
    escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words)
    (FOLDER / "words").write_text("".join(f'"{word}"\n' for word in escaped))
    return folder


def main(target: str = "wording", seconds: str = "600") -> None:
    """Fuzz one of the targets; libFuzzer ends the process."""
    try_one: Callable[[bytes], None] = {"wording": read_wording, "files": read_file}[target]
    options = [f"-max_total_time={seconds}", f"-dict={FOLDER / 'words'}", "-max_len=600", "-timeout=10", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], str(seeds(target)), *options], try_one)
    try:
        atheris.Fuzz()
    finally:
        shutil.rmtree(FOLDER)


if __name__ == "__main__":
    main(*sys.argv[1:])
