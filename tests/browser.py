"""A real browser for tests: Chromium as the machine has it, driven by Playwright."""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests that need one."""
    program = os.environ.get("CHROMIUM") or chromium()
    if not program:
        pytest.skip("no Chromium")
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
