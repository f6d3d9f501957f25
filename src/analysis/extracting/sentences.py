"""Where the sentences of a plain text begin and end; the locators of article figures count them."""

import re

_END = re.compile(r"[.!?…]+[”\"’')\]]*(?=\s|[A-Z“\"]|$)\s*")
# A full stop after these ends no sentence: initials, "U.S.", titles.
_NO_END = re.compile(r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|St|No|vs|Gen|Sen|Rep))\.$")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """First and last offset (code points, half open) of each sentence, in order; a line break ends a sentence.

    >>> text = "Output rose. U.S. figures say 972 tons."
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['Output rose.', 'U.S. figures say 972 tons.']
    """
    spans = []
    for paragraph in re.finditer(r"[^\n]+", text):
        start = paragraph.start()
        for match in _END.finditer(text, paragraph.start(), paragraph.end()):
            stop = match.start() + len(match[0].rstrip())
            if stop > start and not _NO_END.search(text[start:stop]):
                spans.append((start, stop))
                start = match.end()
        if text[start : paragraph.end()].strip():
            spans.append((start, paragraph.end()))
    return spans
