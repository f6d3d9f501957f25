"""The card of a number in a real browser: hover, focus, Escape, a phone, a tap, and no scripts at all."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from analysis.review.trace import trace_number
from notebook_runner.project import here

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.live]
PAGE = (here().reports / "colombia-us" / "report.html").as_uri()
Opened = Callable[..., Any]


@pytest.fixture
def opened(browser: "Browser") -> Opened:
    """Open the page in a window of its own; a message of the page on its console is a failure."""

    def page(width: int = 1100, **given: Any) -> Any:
        tab = browser.new_context(
            viewport={"width": width, "height": 800}, **given
        ).new_page()
        tab.on("console", lambda message: pytest.fail(message.text))
        tab.goto(PAGE)
        return tab

    return page


def number(page: Any, place: int) -> Any:
    return page.locator(".number-link").nth(place)


def apart(page: Any, link: Any) -> bool:
    """Whether the card lies on the screen and covers nothing of its number."""
    card, at = page.locator(".card").bounding_box(), link.bounding_box()
    inside = card["x"] >= 0 and card["x"] + card["width"] <= page.viewport_size["width"]
    return bool(
        inside
        and (
            card["y"] >= at["y"] + at["height"] or card["y"] + card["height"] <= at["y"]
        )
    )


@pytest.mark.parametrize("width", [1100, 390])
def test_hover_shows_a_card_that_the_pointer_can_enter_and_leave(
    opened: Opened, width: int
) -> None:
    page = opened(width)
    for place in (0, 3, 12, 40, page.locator(".number-link").count() - 1):
        number(page, place).hover()
        page.locator(".card").wait_for(state="visible")
        assert apart(page, number(page, place))
        page.locator(".card button").hover()
        page.wait_for_timeout(500)
        assert page.locator(".card").is_visible()
        page.mouse.move(1, 1)
        page.locator(".card").wait_for(state="hidden")


def test_focus_opens_tab_goes_through_the_card_and_escape_closes(
    opened: Opened,
) -> None:
    page = opened()
    number(page, 0).focus()
    assert page.locator(".card").is_visible()
    assert number(page, 0).get_attribute("aria-describedby") == "card-text"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Cite this number"
    page.keyboard.press("Escape")
    assert page.locator(".card").is_hidden()
    assert page.evaluate("document.activeElement.hash") == number(
        page, 0
    ).get_attribute("href")
    page.keyboard.press("Tab")
    assert (
        page.evaluate("document.activeElement.textContent")
        == number(page, 1).text_content()
    )


def test_tab_out_of_the_card_goes_to_the_next_number(opened: Opened) -> None:
    page = opened()
    number(page, 0).focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    assert (
        page.evaluate("document.activeElement.textContent")
        == number(page, 1).text_content()
    )


@pytest.mark.parametrize("place", [0, 12, 30])
def test_the_card_cites_a_number_as_the_command_line_does(
    opened: Opened, place: int
) -> None:
    page = opened()
    number(page, place).focus()
    page.locator(".card button").click()
    told = trace_number(
        here(),
        "colombia-us",
        number(page, place).locator("data").get_attribute("data-id"),
    )
    assert f"To cite it: {page.locator('.cite').text_content()}\n" in told


def test_the_first_tap_opens_the_card_and_the_next_leads_to_the_row(
    opened: Opened,
) -> None:
    page = opened(390, has_touch=True, is_mobile=True)
    number(page, 0).tap()
    assert (page.locator(".card").is_visible(), "#" in page.url) == (True, False)
    page.locator(".card a").tap()
    assert page.url.endswith(number(page, 0).get_attribute("href"))


def test_without_scripts_the_link_leads_to_the_row_which_stands_out(
    opened: Opened,
) -> None:
    page = opened(java_script_enabled=False)
    number(page, 0).click()
    row = page.locator("tr:target")
    assert row.get_attribute("id") == page.url.partition("#")[2]
    assert page.locator(".card").count() == 0
