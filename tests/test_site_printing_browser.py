"""The public site on paper: what is read alone, black on white, nothing cut off."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.local_site import Local
from tests.test_site_browser import filled, opened

__all__ = ["filled"]
pytestmark = [pytest.mark.browser, pytest.mark.processes]

#: Millimetres of A4 that are left between margins, as pixels of CSS.
WIDTH = 673
PATHS = ["/", "/about/", "/blog/", "/blog/every-block/", "/blog/why-letters-land-in-spam/"]
#: What is of no use on paper.
TO_PRESS = "nav, form, button, .button, .switch, .site-footer, .skip-link, .neighbours, #related"
BLACK, WHITE = "rgb(0, 0, 0)", "rgb(255, 255, 255)"
#: Colours of what is read, and of what lies under it; `true` if something is cut off.
SEEN = """
() => {
  const style = (selector) => getComputedStyle(document.querySelector(selector));
  const texts = [...document.querySelectorAll("h1, h2, main p, main li")];
  return {
    texts: [...new Set(texts.map((each) => getComputedStyle(each).color))],
    ground: style("html").backgroundColor,
    scheme: style("html").colorScheme,
    wide: document.documentElement.scrollWidth > innerWidth,
  };
}
"""


def printed(browser: Browser, local: Local, path: str, scheme: Any) -> Page:
    size = {"width": WIDTH, "height": 980}
    page = opened(browser, local, color_scheme=scheme, viewport=size)
    page.goto(path)
    page.emulate_media(media="print")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_it_is_black_on_white_and_fits(
    browser: Browser, filled: Local, path: str, scheme: str
) -> None:
    page = printed(browser, filled, path, scheme)

    seen = page.evaluate(SEEN)

    assert set(seen["texts"]) <= {BLACK, "rgb(51, 51, 51)"}
    assert seen["ground"] in {WHITE, "rgba(0, 0, 0, 0)"}
    assert seen["scheme"] == "light"
    assert not seen["wide"]
    page.context.close()


@pytest.mark.parametrize("path", PATHS)
def test_nothing_to_press_is_printed(browser: Browser, filled: Local, path: str) -> None:
    page = printed(browser, filled, path, "light")

    for each in page.locator(TO_PRESS).all():
        expect(each).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.context.close()


def test_links_to_elsewhere_say_where_they_lead(browser: Browser, filled: Local) -> None:
    page = printed(browser, filled, "/blog/every-block/", "light")

    link = '<a href="https://a.test">A</a>'
    page.locator(".article__body p").first.evaluate(
        "(text, link) => { text.innerHTML = link }", link
    )
    address = "(link) => getComputedStyle(link, '::after').content"
    assert "https://a.test" in page.locator(".article__body p a").first.evaluate(address)
    assert page.locator(".link-card").evaluate(address) == "none"  # it shows its address anyway
    expect(page.get_by_text("https://www.rfc-editor.org/rfc/rfc8058")).to_be_visible()
    page.context.close()
