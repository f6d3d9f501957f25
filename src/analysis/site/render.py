"""A template filled to a whole page, under a policy that lets nothing in but the page's own style and scripts."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

_STYLED = re.compile(r'<[a-z]+\b[^<>]*? style="([^"<>]*)"[^<>]*>')


def rendered(
    template: str, scripts: tuple[str, ...] = (), rules: str = "", **shown: Any
) -> str:
    """A page made of a template, with the scripts in these files at its end, and more rules of style."""
    sources = [packaged(name) for name in scripts]
    page = (
        _environment().get_template(template).render(scripts=sources, **shown).rstrip()
        + "\n"
    )
    page, inline = _classed(page)
    style = packaged("page.css") + rules + inline
    # Both marks are markup, which no text can be: what a page shows is escaped, and comes after them or holds none.
    page = page.replace('content=""', f'content="{_policy(style, sources)}"', 1)
    return page.replace("<style></style>", f"<style>{style}</style>", 1)


def _classed(page: str) -> tuple[str, str]:
    """A page whose inline styles, which the policy forbids, are classes, and the rules of these."""
    names: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        name = names.setdefault(match[1], f"svg{len(names)}")
        bare = match[0].replace(f' style="{match[1]}"', "", 1)
        if ' class="' in bare:
            return bare.replace(' class="', f' class="{name} ', 1)
        return match[0].replace(f' style="{match[1]}"', f' class="{name}"', 1)

    classed = _STYLED.sub(named, page)
    return classed, "".join(f".{name} {{ {style} }}\n" for style, name in names.items())


def _policy(style: str, scripts: list[str]) -> str:
    """What the page may load: pictures that it holds itself, and the style and scripts of these hashes."""
    script = f" script-src {' '.join(map(_hash, scripts))};" if scripts else ""
    rest = "img-src data:; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; style-src {_hash(style)};{script} {rest}"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def packaged(name: str) -> str:
    """The text of a file of this folder."""
    return files("analysis.site").joinpath(name).read_text("utf-8")


@cache
def _environment() -> Environment:
    loader = PackageLoader("analysis.site", "")
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"sort_keys": True, "separators": (",", ":")}
    return made
