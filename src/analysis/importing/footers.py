"""The notes below an export of CDC WONDER: they decide what it counts, whatever its title says."""

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from notebook_runner.errors import Problems

_PARAMETER = re.compile(r"([A-Z0-9][^:()\[\]]{1,60}):(?: (.*))?")
_CODE = re.compile(
    r"\b([A-Z])([0-9]{2})(?:\.([0-9]))?(?:\s*-\s*([A-Z])([0-9]{2})(?:\.([0-9]))?)?"
)
_CAUSES, _NAMED = (
    "UCD - ",
    "MCD - ",
)  # parameters: underlying causes, and what else a certificate names


@dataclass(frozen=True)
class Footer:
    """What an export says of itself."""

    dataset: str
    codes: str  # that a certificate must name: "T40.4 AND T40.5"; empty where none must be named
    query_date: str  # ISO, or empty
    years: str  # its parameter Year/Month


def read_footer(
    name: str, lines: list[str], wanted: dict[str, Any], problems: Problems
) -> Footer | None:
    """The notes of an export, checked: other causes than overdoses, and limits that no layout knows, are refused."""
    parameters = _parameters(lines)
    values = {key: " ".join(texts) for key, texts in parameters.items()}
    causes = [value for key, value in values.items() if key.startswith(_CAUSES)]
    if "Dataset" not in values or not causes:
        remedy = (
            "the notes below the table decide what it counts; export it again with them"
        )
        problems.add(name, 0, "notes", "none, or no causes of death", remedy)
        return None
    _check_causes(name, codes_in(" ".join(causes)), wanted["causes"], problems)
    for key, value in values.items():
        free = any(re.fullmatch(pattern, key) for pattern in wanted["free"])
        if not free and not re.match("All( |$)", value):
            remedy = "counts a part only; query All, or use --as table for what it is"
            problems.add(name, 0, key, value, remedy)
    lists = [texts for key, texts in parameters.items() if key.startswith(_NAMED)]
    codes = _named([*chain(*lists)])
    day = _day(values.get("Query Date", ""))
    return Footer(values["Dataset"], codes, day, values.get("Year/Month", ""))


def _check_causes(
    name: str, found: set[str], overdose: list[str], problems: Problems
) -> None:
    """Refuse a query of other underlying causes than those of overdose deaths, whatever it is called."""
    wanted = codes_in(", ".join(overdose))
    apart = {"also": found - wanted, "not": wanted - found}
    said = [
        f"{word} {', '.join(sorted(codes))}" for word, codes in apart.items() if codes
    ]
    if said:
        remedy = f"is no count of overdose deaths, which are {', '.join(overdose)}; query those"
        problems.add(name, 0, "underlying causes", "; ".join(said), remedy)


def _parameters(lines: list[str]) -> dict[str, list[str]]:
    """The parameters of a query, each with its values; one that runs over several lines is joined."""
    found = dict[str, list[str]]()
    key = ""
    for line in lines:
        if line.startswith("Caveats"):
            break
        if match := _PARAMETER.fullmatch(line):
            key = match[1]
            found.setdefault(key, []).append(match[2] or "")
        elif key and line != "---":
            found[key][-1] += f" {line}"
    return found


def codes_in(text: str) -> set[str]:
    """The ICD-10 codes that a text names, ranges of whole codes spelled out.

    >>> sorted(codes_in("X40-X42 (Accidental poisoning), X85, T40.5 (Cocaine)"))
    ['T40.5', 'X40', 'X41', 'X42', 'X85']
    """
    found = set[str]()
    for letter, number, decimal, _, last, end in _CODE.findall(text):
        if last and decimal:
            found |= {
                f"{letter}{number}.{digit}"
                for digit in range(int(decimal), int(end or decimal) + 1)
            }
        elif last:
            found |= {
                f"{letter}{code:02}" for code in range(int(number), int(last) + 1)
            }
        else:
            found.add(f"{letter}{number}" + (f".{decimal}" if decimal else ""))
    return found


def _named(texts: list[str]) -> str:
    groups = [set[str]()]
    at = 0
    for text in texts:
        if text.strip() == "AND":
            groups.append(set())
            at += 1
        else:
            groups[at] |= codes_in(text)
    return " AND ".join(sorted(", ".join(sorted(group)) for group in groups if group))


def _day(text: str) -> str:
    match = re.match(r"([A-Z][a-z]{2}) ([0-9]{1,2}), ([0-9]{4})", text)
    if not match:
        return ""
    return datetime.strptime(match[0], "%b %d, %Y").date().isoformat()  # noqa: DTZ007  a day has no zone
