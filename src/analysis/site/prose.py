"""Prose of a notebook as HTML: Markdown with tables and mathematics, which need no script."""

import re
from html import escape
from typing import Any

import mistune

from analysis.site.safe_html import Safe, safe_html

_PLUGINS = ["table", "strikethrough", "footnotes", "task_lists", "url", "math"]
_HELD = re.compile("\ue000(\\d+)\ue001")
# Mathematics that begins without a sign of its own.
_BARE = re.compile(
    r"(?<![$\\])(\\begin\{(equation|align|gather|eqnarray|multline)(\*?)\}.*?\\end\{\2\3\})(?!\s*\$)",
    re.DOTALL,
)
_BRACKETED = re.compile(r"\\\\?\[(.+?)\\\\?\]|\\\\\((.+?)\\\\\)", re.DOTALL)
_NUMBERED = re.compile(r"\\(?:label|tag)\*?\{[^}]*\}|\\nonumber|\\notag")


def markdown(text: str) -> str:
    """Markdown of this project as HTML: markup in it is shown as text, and no link is a script."""
    return str(mistune.create_markdown(escape=True)(text))


class _Renderer(mistune.HTMLRenderer):
    """Keeps mathematics aside, out of reach of what makes markup safe."""

    def __init__(self) -> None:
        super().__init__(escape=False)
        self.held: list[str] = []

    def sanitize_url(self, url: str, *_: Any, **__: Any) -> str:
        """As it is: the page's own rules judge it."""
        return url

    def hold(self, html: str) -> str:
        """A mark in place of markup that is safe already."""
        self.held.append(html)
        return f"\ue000{len(self.held) - 1}\ue001"


def prose(text: str, attachments: Any = None) -> Safe:
    """
    Anyone's Markdown as HTML that a page may hold; `attachments` are the cell's pictures.

    Mathematics becomes MathML; what can't be made that is shown as it was written.
    """
    renderer = _Renderer()
    write = mistune.create_markdown(renderer=renderer, plugins=_PLUGINS)
    renderer.register("inline_math", _inline_math)
    renderer.register("block_math", _block_math)
    text = re.sub("[\ue000\ue001]", "", text)
    safe = safe_html(str(write(_BARE.sub(r"\n$$\n\1\n$$\n", text))), attachments)
    html = _HELD.sub(lambda found: renderer.held[int(found[1])], safe.html)
    return safe._replace(html=_scrolling(html))


def _scrolling(html: str) -> str:
    """Tables in a region that a keyboard reaches, since they may be wider than the page."""
    region = '<div class="table" tabindex="0" role="region" aria-label="Table">'
    html = re.sub(r"<table\b[^>]*>", rf"{region}\g<0>", html)
    return html.replace("</table>", "</table></div>")


def _inline_math(renderer: Any, text: str) -> str:
    if text != text.strip():  # two prices
        return f"${escape(text)}$"
    return str(renderer.hold(math(text, "inline")))


def _block_math(renderer: Any, text: str) -> str:
    return f'<p class="math">{renderer.hold(math(text, "block"))}</p>\n'


def math(tex: str, display: str) -> str:
    """TeX as MathML; as it was written where that can't be."""
    from latex2mathml.converter import convert

    plain = _NUMBERED.sub("", tex.strip()).replace("eqnarray", "align")
    try:
        made = str(convert(plain, display=display))
    except Exception:  # of a language with no end
        return f"<code>{escape(tex)}</code>"
    return made.replace("<math ", f'<math alttext="{escape(tex)}" ', 1)
