"""A page of this project in headless Chromium, and what is noted while it is open."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from analysis.site.pdf import NO_CHROMIUM, find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDE, PHONE = 1200, 390  # pixels
HEIGHT = 900
COLOUR = ["color-contrast", "link-in-text-block"]
# Of rows and code that repeat, the first are as all are; to look through all takes minutes.
REPEATED = "tbody tr:nth-child(n + 6), tbody:nth-of-type(n + 4), details.code ~ details.code, .cards li:nth-child(n + 5)"


@dataclass
class Opened:
    """An open page; `faults` grows with each request that leaves it, error of a script, and refusal of its policy."""

    page: "Page"
    faults: list[str] = field(default_factory=list)


class PageAt(Protocol):
    """Open a file in a context of its own; `free` lifts the page's policy, so that a test may put a script in."""

    def __call__(
        self,
        path: Path,
        width: int = WIDE,
        dark: bool = False,
        scripts: bool = True,
        free: bool = False,
    ) -> Opened: ...


@contextmanager
def chromium() -> Iterator["Browser"]:
    """Debian's own Chromium, driven by Playwright, which brings no browser; without it tests are skipped."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        pytest.skip("no Playwright here; run: sh requirements/setup.sh test")
    path = find_chromium()
    if not path:
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()


def open_file(
    browser: "Browser", path: Path, width: int, dark: bool, scripts: bool, free: bool
) -> Opened:
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        bypass_csp=free,
    )
    context.set_default_timeout(30_000)
    opened = Opened(context.new_page())
    note = opened.faults.append
    address = path.resolve().as_uri()
    opened.page.on(
        "request",
        lambda sent: (
            None
            if sent.url == address or _inline(sent.url)
            else note(f"asks {sent.url}")
        ),
    )
    opened.page.on(
        "console",
        lambda said: note(said.text) if said.type in ("error", "warning") else None,
    )
    opened.page.on("pageerror", lambda error: note(str(error)))
    opened.page.goto(address)
    return opened


def _inline(url: str) -> bool:
    return url.startswith(("data:", "blob:"))


def unfold(page: "Page") -> None:
    page.evaluate(
        "document.querySelectorAll('details').forEach(part => part.open = true)"
    )


def faults_of_structure(page: "Page") -> list[str]:
    """What all rules of axe but those of colour find on a page opened with `free`, with what is folded; without `REPEATED`."""
    return _axe(page, {"rules": {rule: {"enabled": False} for rule in COLOUR}})


def faults_of_colour(page: "Page") -> list[str]:
    """What axe finds of text that stands out too little, without `REPEATED`."""
    return _axe(page, {"runOnly": COLOUR})


def _axe(page: "Page", options: dict[str, Any]) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    unfold(page)
    page.evaluate(
        f"document.querySelectorAll('{REPEATED}').forEach(part => part.remove())"
    )
    found = (
        Axe()
        .run(page, {}, {"resultTypes": ["violations"], **options})
        .response["violations"]
    )
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
