"""A real browser for tests: Chromium as the machine has it, driven by Playwright."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect, sync_playwright

from home.demo.people import PASSWORD
from tests.services_found import chromium

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: Rules of WCAG 2.2 at level AA, and what axe calls good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests that need one."""
    program = os.environ.get("CHROMIUM") or chromium()
    if not program:
        pytest.skip("no Chromium")
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        chromium_browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield chromium_browser
        chromium_browser.close()


def log_in(page: Page, address: str, password: str = PASSWORD) -> None:
    """Log in somebody, by default of the demo, and wait for where that leads them."""
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(address)
    page.locator("[name=password]").fill(password)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile("/(dashboard|cms)/$"))


def press(page: Page, name: str) -> None:
    """Press the one button of a page that has this name."""
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def fits(page: Page) -> bool:
    """Tell whether a page is as wide as its window; styles, and with them widths, come last."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def settle(page: Page) -> None:
    """Wait until a page asks for nothing more; but not for ever, since some ends are never told."""
    page.wait_for_load_state()
    with suppress(TimeoutError):
        page.wait_for_load_state("networkidle", timeout=10_000)


def assert_accessible(page: Page, what: str = "") -> None:
    """Let axe look over a page when all of it is there: its styles may come after its text.

    `what` says in a failure which page it was.
    """
    page.wait_for_load_state()
    found = Axe().run(page, options={"runOnly": RULES})
    assert found.violations_count == 0, f"{what or page.url}: {found.generate_report()}"


def assert_is_drawn(picture: Locator) -> None:
    """Wait until a picture is seen and has come."""
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("picture => picture.naturalWidth") > 0
