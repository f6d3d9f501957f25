"""What a report can say: the sentences of words.toml, their slots filled with numbers and words."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from analysis.reporting.numbers import Sentence, Slot, sentence


@cache
def words() -> dict[str, str]:
    """Every sentence by its name, read once."""
    return tomllib.loads(files("analysis.reporting").joinpath("words.toml").read_text("utf-8"))


def named(name: str) -> list[str]:
    """The slots of a sentence, by its name."""
    return re.findall(r"\{(\w+)\}", words()[name])


def say(name: str, slots: Mapping[str, Slot] | None = None, *, id: str = "", **more: Slot) -> Sentence:
    """The sentence called `name`, filled from `slots` and `more`; what it does not name is left out.

    `id` is its name in the report, `name` if empty: one sentence may be said of several measures.

    >>> say("growth_unsettled", count="Two").text
    'The report was asked to use provisional and leaked figures: Two of those above are.'
    """
    given = {**(slots or {}), **more}
    return sentence(id or name, words()[name], **{slot: given[slot] for slot in named(name) if slot in given})
