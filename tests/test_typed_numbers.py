"""No number or year is typed in what a report says: not in sentences, titles, captions or labels of the code."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

from analysis.vocabulary import vocabulary

SRC = Path(__file__).parents[1] / "src"
ANALYSIS = SRC / "analysis"
# What speaks to readers of reports.
ROOMS = (
    *(ANALYSIS / room for room in ("display", "sections", "site", "review")),
    SRC / "notebook_runner",
)
CODE = sorted(path for room in ROOMS for path in room.rglob("*.py"))
DIGIT = re.compile(r"\d")
# What of a string may hold a digit; all else in the code of reports is taken for words that a reader sees.
DECLARED = {
    r"per 100,000": "a unit",
    r"\d\d % interval": "a level of confidence",
    r"SHA-256|sha256": "a kind of hash",
    r"utf-8|UTF-8": "an encoding",
    r"^#[0-9a-f]{6}$": "a colour",
    r"^deaths_2$": "a colour's name",
    r"<h1>|^h1$|\|h1\||tabindex=\"0\"|\"100%\"|#ffffff|figure_1|version=\"1.0\"|UTF-8": "markup",
    r"\bh[1-6]\b|;base64,|http://www\.w3\.org/2000/svg": "elements, and names of markup",
    r"^ at 0x0$": "what stands for an address in memory",
    r"_interval_90$": "a measure's name",
    r"html\.j2": "templates",
    r"i?python3|Python 3 \(ipykernel\)|int64|float64|^win32$": "names of kernels, types and systems",
    r"^[01]$": "switches of the environment",
    r"^byte 0x$|\\uff\w\w": "a byte in a message, and signs",
    r"such as 2026-01-31": "an example in a message",
    r"0x\[.*\]\{6,\}|0-9|1-9|\(0\||\{0,8\}|\{(1,64|64|44|6)\}|rotate\\\(-\?0|\{1,2\}|\\g<\d>|\\1": "regular expressions",
    r"\{\w[.:][^}]*\}": "fields of formats",
    r"end_year: int = 2021": "an example in a message",
}


def typed(source: str) -> Iterator[str]:
    """Strings with a digit that is not declared, outside docstrings and formats; and typed numbers that are printed."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    silent = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    formats = [
        node.format_spec
        for node in nodes
        if isinstance(node, ast.FormattedValue) and node.format_spec
    ]
    silent |= {id(part) for spec in formats for part in ast.walk(spec)}
    patterns = [node.args[0] for node in nodes if is_of_re(node)]
    silent |= {id(part) for pattern in patterns for part in ast.walk(pattern)}
    for node in nodes:
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in silent
        ):
            yield from [node.value] if DIGIT.search(undeclared(node.value)) else []
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("number", "Number")
        ):
            first = ast.unparse(node.args[0])
            yield from (
                [first] if isinstance(node.args[0], (ast.Constant, ast.UnaryOp)) else []
            )


def is_of_re(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether this calls a function of `re`, whose first text is a pattern."""
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Attribute) and ast.unparse(called.value) == "re"


def undeclared(text: str) -> str:
    return re.sub("|".join(DECLARED), "", text)


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
def test_no_number_is_typed_in_words_of_the_code(path: Path) -> None:
    assert list(typed(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "code",
    [
        "say('2011')",
        "f'since 2011 {a}'",
        "Chart(subtitle='since 1999')",
        "number(972, 't')",
        "x = 'grew ×3.6 in all'",
        "re.sub('x', 'grew by 45 %', text)",
    ],
)
def test_a_typed_number_is_found(code: str) -> None:
    assert len(list(typed(code))) == 1


def test_no_number_is_typed_in_sentences_exercises_and_labels() -> None:
    said = list(
        tomllib.loads((ANALYSIS / "display" / "words.toml").read_text("utf-8")).values()
    )
    for exercise in tomllib.loads(
        (ANALYSIS / "sections" / "exercises.toml").read_text("utf-8")
    ).values():
        said += [exercise["ask"], exercise["hint"]]
    said += [
        entry["label"]
        for part in ("measures", "agencies")
        for entry in vocabulary()[part].values()
    ]
    assert [text for text in said if DIGIT.search(undeclared(text))] == []


@pytest.mark.parametrize(
    "path", sorted((ANALYSIS / "site").glob("*.j2")), ids=lambda path: path.name
)
def test_no_number_is_typed_in_a_template(path: Path) -> None:
    text = re.sub(
        r"\{\{.*?\}\}|\{%.*?%\}|<style>.*?</style>|<[^>]*>",
        "",
        path.read_text("utf-8"),
        flags=re.DOTALL,
    )
    assert not DIGIT.search(undeclared(text))
