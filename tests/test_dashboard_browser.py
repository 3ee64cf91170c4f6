"""Every page of the dashboard in a browser, as each role, in both languages and both themes."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser import RULES, log_in, settle
from tests.dashboard_pages import NO_PAGES, READERS, TABLE, names_of_addresses, paths_for, things_of
from tests.local_site import Local

pytestmark = [pytest.mark.browser, pytest.mark.processes]

#: What can differ between the themes, which change nothing but colours.
RULES_OF_COLOURS = ["color-contrast", "link-in-text-block"]
#: Letters in frames and in the editor are their owners'.
AXE = """
async (rules) => {
  await Promise.all(document.getAnimations().map((change) => change.finished.catch(() => null)));
  const found = await axe.run({exclude: [[".ProseMirror"]]}, {
    runOnly: rules, iframes: false, resultTypes: ["violations"],
  });
  return found.violations.map(({id, nodes}) => [id, ...nodes.map(({html}) => html).slice(0, 3)]);
}
"""
#: Chromium keeps some inherited colours when the theme changes under a page that is shown.
PAINT_AGAIN = """
() => { document.body.hidden = true; document.body.offsetWidth; document.body.hidden = false; }
"""
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def things(local: Local) -> dict[str, list[int]]:
    return things_of(local)


@pytest.fixture
def complaints() -> list[str]:
    """What the browser says of the pages, and whom else they ask for something."""
    return []


@pytest.fixture(params=["en", "ru"])
def page(
    browser: Browser, local: Local, complaints: list[str], request: Any, reader: str
) -> Iterator[Page]:
    context = browser.new_context(
        base_url=local.url, locale=request.param, reduced_motion="reduce", viewport=WIDE
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    log_in(page, f"{reader}@example.org")
    page.on(
        "console",
        lambda message: complaints.extend(
            [f"{page.url}: {message.text}"] if message.type in {"error", "warning"} else []
        ),
    )
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("request", lambda asked: complaints.extend(_elsewhere(asked.url, local)))
    yield page
    context.close()


def _elsewhere(url: str, local: Local) -> list[str]:
    """Return the address if it lies on another host."""
    asked = urlsplit(url)
    is_away = asked.scheme in {"http", "https"} and asked.netloc != urlsplit(local.url).netloc
    return [f"asked for {url}"] if is_away else []


def test_every_page_is_in_the_table() -> None:
    named = {name.split()[0] for name in TABLE if ":" in name}
    assert named | NO_PAGES == names_of_addresses()
    assert not named & NO_PAGES


@pytest.mark.parametrize("reader", READERS)
def test_pages_are_for_everybodys_eyes(
    page: Page, complaints: list[str], things: dict[str, list[int]], reader: str
) -> None:
    for path in paths_for(reader, things):
        complaints.extend(f"{path}: {problem}" for problem in problems_of(page, path))
    assert not complaints, "\n".join(complaints)


def problems_of(page: Page, path: str) -> Iterator[str]:
    """Open a page and return what is wrong with it."""
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    answer = page.goto(path)
    if answer is None or answer.status != 200:
        yield f"answered {answer and answer.status}"
        return
    expect(page.locator(".htmx-request")).to_have_count(0)
    if page.locator("iframe, [data-editor]").count():
        settle(page)
    page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    yield from (f"light: {found}" for found in page.evaluate(AXE, RULES))
    page.emulate_media(color_scheme="dark")
    page.evaluate(PAINT_AGAIN)
    yield from (f"dark: {found}" for found in page.evaluate(AXE, RULES_OF_COLOURS))
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            yield f"is {width} wide at {size['width']}"
