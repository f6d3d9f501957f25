"""What stands in a table's cell instead of a figure, or behind one: words for none, and marks of footnotes."""

import re

# Words that stand for no figure, by what they mean. None of them is ever zero.
NONE = {
    "": "blank",
    "suppressed": "suppressed",
    "unreliable": "unreliable",
    "not applicable": "not applicable",
    "not available": "not available",
    "n/a": "not available",
    "n.a.": "not available",
    "na": "not available",
    "nd": "not available",
    "n.d.": "not available",
    "s/d": "not available",
    **dict.fromkeys(("-", "–", "—", "..", "...", "…", ":"), "a sign for none"),
}
_SMALL = re.compile(r"(?:<|fewer than|less than)\s*(?:5|6|10|11|20)(?![0-9,.])")
_MARKED = re.compile(
    r"(?:[<>≤≥~±]?\s*)?(.*?[0-9])\s*(\(?[a-zA-Z]{1,12}\)?|[*†‡^#]+|[ᵃ-ᶻ⁰-⁹¹²³]+|\([0-9]+\))"
)
_PROVISIONAL = ("p", "provisional", "prelim", "preliminary", "preliminar")


def none_meant(text: str) -> str:
    """What a cell without a figure means; empty if it may hold one.

    >>> none_meant("Suppressed"), none_meant("n/a"), none_meant("0.2 (Unreliable)"), none_meant("0")
    ('suppressed', 'not available', 'unreliable', '')
    """
    word = text.strip().lower()
    return NONE.get(word, "") or ("unreliable" if word.endswith("(unreliable)") else "")


def small_count(text: str) -> str:
    """The limit below which an office holds a small count back, as it writes it; empty if it does not.

    >>> small_count("<10"), small_count("<10,000")
    ('<10', '')
    """
    match = _SMALL.fullmatch(text.strip().lower())
    return match[0] if match else ""


def split_mark(text: str) -> tuple[str, str]:
    """A figure's text and the mark behind it, without its parentheses.

    >>> split_mark("30,000 (p)"), split_mark("1,234*"), split_mark("245,000 a"), split_mark("1,234")
    (('30,000', 'p'), ('1,234', '*'), ('245,000', 'a'), ('1,234', ''))
    """
    match = _MARKED.fullmatch(text.strip())
    return (match[1], match[2].strip("()")) if match else (text.strip(), "")


def hint(text: str) -> str:
    """What a cell that can't be read is, and what to do with it; empty if it is none of these.

    >>> hint("n/a")
    'stands for no figure (not available); leave the row out: a missing figure is never zero'
    """
    if none := none_meant(text):
        return f"stands for no figure ({none}); leave the row out: a missing figure is never zero"
    figure, mark = split_mark(text)
    if not mark or not re.fullmatch(r"[0-9][0-9.,\s]*", figure):
        return ""
    if mark.lower() in _PROVISIONAL:
        return f"has the mark {mark!r} of a provisional figure; write {figure}, and say so in status or note"
    if len(mark) > 2:
        return ""
    return f"has the footnote mark {mark!r}; write {figure}, and what the footnote says in note"
