"""Markup of anyone's notebook made fit for a page: no script, no request, no style but its own.

What is taken out for being alive is named, so that no output vanishes without a word.
"""

import re
from functools import cache
from html import escape, unescape
from typing import Any, NamedTuple

_TAGS = """
a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure font
h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small span strike strong sub summary sup
table tbody td tfoot th thead tr tt u ul var center
""".split()
_OF_CELLS = ["colspan", "rowspan", "scope", "valign", "headers"]
_ATTRIBUTES: dict[str, Any] = {
    "*": ["class", "dir", "id", "lang", "style", "title", "align"],
    "a": ["href"],
    "details": ["open"],
    "font": ["color"],
    "img": ["src", "alt", "width", "height"],
    "ol": ["start", "type"],
    "td": _OF_CELLS,
    "th": _OF_CELLS,
}
_PROTOCOLS = ("http", "https", "mailto", "data", "attachment")
_ALIVE = {
    "script": "a script",
    "iframe": "a frame of another page",
    "object": "an embedded object",
    "embed": "an embedded object",
    "video": "a video",
    "audio": "a sound",
    "canvas": "a drawing made by a script",
    "form": "a form",
    "input": "a form",
    "button": "a button",
}
_WITH_CONTENT = "script|style|iframe|object|video|audio|canvas|template|noscript"
_DROPPED = re.compile(
    rf"<({_WITH_CONTENT})\b[^>]*>.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE
)
_SVG = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.DOTALL | re.IGNORECASE)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_STYLER = re.compile(r"#T_\w+(?:[ .:#>\w()-]*)")  # of a table that pandas styled
_IMAGE = re.compile(r"<img\b([^>]*)>")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml)[;,]")


class Safe(NamedTuple):
    """Markup that a page may hold."""

    html: str
    rules: str = ""  # of style, for tables that pandas styled
    alive: tuple[str, ...] = ()  # what was left out


@cache
def _cleaner() -> Any:
    from bleach.css_sanitizer import CSSSanitizer
    from bleach.sanitizer import Cleaner

    return Cleaner(
        _TAGS,
        _ATTRIBUTES,
        _PROTOCOLS,
        strip=True,
        css_sanitizer=CSSSanitizer(),
    )


def safe_html(html: str, attachments: Any = None) -> Safe:
    """Anyone's markup as a page may hold it; `attachments` are the pictures of its cell."""
    alive = dict.fromkeys(
        words
        for tag, words in _ALIVE.items()
        if re.search(rf"<{tag}\b", html, re.IGNORECASE)
    )
    rules = "".join(map(_styler_rules, _STYLE.findall(html)))
    drawn: list[str] = []

    def hold(found: re.Match[str]) -> str:
        drawn.append(svg_image(found[0], "Drawing"))
        return f"\ue002{len(drawn) - 1}\ue003"

    html = re.sub("[\ue002\ue003]", "", html)
    html = _DROPPED.sub("", _SVG.sub(hold, html))
    clean = str(_cleaner().clean(html))
    clean = _IMAGE.sub(lambda found: _image(found[1], attachments or {}), clean)
    clean = re.sub("\ue002(\\d+)\ue003", lambda at: drawn[int(at[1])], clean)
    return Safe(clean.replace("<h1", "<h2").replace("</h1>", "</h2>"), rules, (*alive,))


def _styler_rules(style: str) -> str:
    from bleach.css_sanitizer import CSSSanitizer

    kept = []
    for selectors, declared in _RULE.findall(style):
        names = [name.strip() for name in selectors.split(",")]
        if all(_STYLER.fullmatch(name) for name in names):
            safe = CSSSanitizer().sanitize_css(declared)
            kept.append(f"{', '.join(names)} {{ {safe} }}\n")
    return "".join(kept)


def _image(attributes: str, attachments: Any) -> str:
    """A picture that the page holds itself; of one elsewhere, where that is."""
    given = {
        name: unescape(value)
        for name, value in re.findall(r'(\w+)="([^"]*)"', attributes)
    }
    leads = given.get("src", "")
    alt = given.get("alt", "")
    forms = attachments.get(leads.removeprefix("attachment:"), {})
    for kind, content in forms.items() if leads.startswith("attachment:") else ():
        leads = f"data:{kind};base64,{''.join(content.split())}"
    if _PICTURE.match(leads):
        sizes = "".join(
            f' {name}="{given[name]}"'
            for name in ("width", "height")
            if re.fullmatch(r"\d+%?", given.get(name, ""))
        )
        return f'<img src="{escape(leads)}" alt="{escape(alt)}"{sizes}>'
    if re.match("https?://", leads):
        words = escape(alt or leads)
        return (
            f'<a href="{escape(leads)}" rel="noreferrer">Picture elsewhere: {words}</a>'
        )
    return f'<span class="left-out">Picture not found: {escape(leads or alt)}</span>'


def svg_image(svg: str, alt: str) -> str:
    """A drawing as a picture, in which no script runs and which asks for nothing."""
    from base64 import b64encode

    start = svg.find("<svg")
    if "xmlns=" not in svg[start : svg.find(">", start)]:
        svg = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    held = b64encode(svg.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{held}" alt="{escape(alt)}">'
