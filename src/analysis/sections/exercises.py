"""The short course: questions about the figures, and a check of the answer that computes it anew."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from analysis.display.numbers import Sentence, about, number, say, sentence
from analysis.display.outputs import Passage
from analysis.vintages.history import Growth, history
from analysis.vintages.series import series
from notebook_runner.errors import InputError, Problem, nearest

CLOSE = 0.02  # an answer rounded to two digits counts


@cache
def exercises() -> dict[str, dict[str, Any]]:
    """All exercises by name."""
    return tomllib.loads(
        files("analysis.sections").joinpath("exercises.toml").read_text("utf-8")
    )


def check(name: str, answer: float | None) -> Passage:
    """An exercise's question, and whether `answer` is right; None is not answered yet. InputError for an unknown name.

    >>> check("one-release", 3.6).sentences[1].text
    'That is right.'
    """
    if name not in exercises():
        raise InputError(
            [Problem("exercise", 0, "", name, nearest(name, list(exercises())))]
        )
    asked = exercises()[name]
    if answer is None:
        said = ["exercise_open", "exercise_hint"]
    else:
        said = [
            "exercise_right" if _is_right(asked, float(answer)) else "exercise_wrong"
        ]
    told = [
        say(key, id=key.replace("exercise", name), hint=asked["hint"]) for key in said
    ]
    return Passage(name, [_question(name, asked), *told])


def _question(name: str, asked: dict[str, Any]) -> Sentence:
    where = asked["where"]
    slots = about(where["measure"], where["place"], where["agency"]) | {
        "as_of": where.get("as_of", "")
    }
    units = {"year": "year", "first_year": "year", "multiple": "figures"}
    slots |= {
        key: number(asked[key], unit) for key, unit in units.items() if key in asked
    }
    return sentence(f"{name}_question", asked["ask"], **slots)


def _is_right(asked: dict[str, Any], answer: float) -> bool:
    past = history(**asked["where"])
    year = asked["year"]
    match asked["find"]:
        case "level":
            wanted = past.levels[year]
        case "share":
            part = series(
                **{**asked["where"], "measure": asked["part"]},
                start_year=year,
                end_year=year,
            )
            wanted = 100 * float(part["value"].iloc[0]) / past.levels[year]
        case "first_year":
            grown = past.growth(int(answer), year)
            return (
                isinstance(grown, Growth) and round(grown.factor) == asked["multiple"]
            )
        case _:
            grown = past.growth(asked["first_year"], year)
            wanted = grown.factor if isinstance(grown, Growth) else float("nan")
    return abs(answer / wanted - 1) < CLOSE
