"""Somebody new in a browser: signs up, reads the letters that were caught, logs in."""

import re

import pytest
from playwright.sync_api import Page

from tests import browser

PASSWORD = "a-Long-and-winding-passphrase-7"


def sign_up(page: Page, address: str) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label(re.compile("Password .*again", re.IGNORECASE)).fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()


def open_letter(page: Page, address: str, subject: str = "") -> None:
    """Open the newest caught letter to `address`; wait for it if it is still on its way.

    `subject` is a part of its subject.
    """
    for _ in range(60):
        page.goto(f"/mail/?q={address}")
        letters = page.locator("main table a, main li a", has_text=re.compile(subject))
        letters = letters.filter(has_not_text="All")
        if letters.count():
            letters.first.click()
            return
        page.wait_for_timeout(1000)
    pytest.fail(f"No letter “{subject}” to {address} came")


def confirm(page: Page, address: str) -> None:
    open_letter(page, address)
    link = page.locator("pre a, iframe").first
    link.wait_for()
    target = page.locator("pre a[href*='/confirm-email/']").first.get_attribute("href")
    assert target
    page.goto(target)
    page.get_by_role("button", name=re.compile("confirm", re.IGNORECASE)).click()


def log_in(page: Page, address: str) -> None:
    browser.log_in(page, address, PASSWORD)
