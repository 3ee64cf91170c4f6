"""Mailings in a browser: planned in steps, sent for real, watched to the end without reloading."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import fits, log_in, press
from tests.local_site import Local

pytestmark = [pytest.mark.browser, pytest.mark.processes]

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
READER = "agnes.ashby@example.com"
MAILINGS = "/dashboard/mailings/"


@pytest.fixture(params=SIZES)
def page(browser: Browser, local: Local, request: Any) -> Iterator[Page]:
    """A window as wide as a phone's or a desk's, in which Alice is logged in."""
    size: Any = SIZES[request.param]
    context = browser.new_context(base_url=local.url, locale="en", viewport=size)
    context.set_default_timeout(30_000)
    page = context.new_page()
    log_in(page, "alice@example.org")
    yield page
    context.close()


def test_a_mailing_is_planned_left_come_back_to_sent_and_watched(page: Page) -> None:
    main = page.get_by_role("main")
    name = f"Planned at {page.viewport_size}"
    page.goto("/dashboard/")  # where the demo's own mailing comes to its end first
    expect(page.locator(".badge--running")).to_have_count(0, timeout=120_000)
    page.goto(MAILINGS + "new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Message", exact=True).select_option(label="New arrivals")
    press(page, "Save and continue")

    page.goto("/dashboard/")  # leaves in the middle
    page.goto(MAILINGS)
    page.get_by_role("link", name=name).click()
    expect(main).to_contain_text("Nobody is chosen yet.")
    page.get_by_role("link", name="Go on planning").click()
    page.wait_for_url("**/edit/recipients/", wait_until="load")

    page.get_by_role("checkbox", name=re.compile("Newsletter readers")).first.check()
    page.get_by_label("Find a recipient").press_sequentially(READER[:8])
    page.get_by_role("checkbox", name=re.compile(READER)).check()
    assert fits(page)
    press(page, "Save and continue")
    assert fits(page)
    press(page, "Save and continue")  # the time as it is proposed

    expect(page.get_by_role("link", name="Check")).to_have_attribute("aria-current", "step")
    row = page.locator(".tally__row--total")
    expect(row).to_contain_text("get a letter")
    expect(page.locator(".tally")).to_contain_text("chosen more than once")
    reached = row.locator("dd").first.inner_text()
    assert int(reached) > 50
    assert fits(page)

    main.get_by_role("link", name="Send now").click()
    expect(main).to_contain_text(f"It goes to {reached} recipients.")
    press(page, "Send now")
    page.wait_for_url("**/attempts/**")
    page.evaluate("window.isTheSamePage = true")
    assert fits(page)
    home = page.context.new_page()
    problems: list[str] = []
    for watching in (page, home):
        watching.on("console", lambda said: problems.append(said.text))
    home.goto("/dashboard/")
    expect(page.locator(".progress__percent")).to_have_text("100 %", timeout=60_000)
    expect(main).to_contain_text("Show what became of each letter", timeout=60_000)
    expect(page.locator(".progress__count--sent dd")).to_have_text(reached)
    expect(page.locator("[id$='-said']")).to_contain_text("100 %")
    expect(page.locator("#attempt-actions")).to_be_empty()
    assert page.evaluate("window.isTheSamePage") is True
    assert page.locator("[hx-trigger^='every']").count() == 0
    expect(page.locator("tbody .badge--sent").first).to_be_visible()
    expect(page.locator("tbody .badge--queued")).to_have_count(0)
    expect(page.locator("#attempt-rest")).to_contain_text("Finished")
    assert fits(page)
    expect(home.locator(".badge--running")).to_have_count(0)
    assert problems == []
    home.close()

    page.get_by_role("link", name="Show what became of each letter").click()
    expect(page.get_by_role("row").filter(has_text=READER)).to_contain_text("sent")


def test_without_javascript_recipients_are_found_and_counted(
    browser: Browser, local: Local
) -> None:
    context = browser.new_context(base_url=local.url, locale="en", java_script_enabled=False)
    context.set_default_timeout(30_000)
    page = context.new_page()
    log_in(page, "alice@example.org")
    page.goto(MAILINGS)
    page.get_by_role("link", name="Welcome letter").click()
    page.get_by_role("link", name="Count the recipients").click()
    expect(page.get_by_role("main")).to_contain_text("get a letter")
    page.get_by_role("link", name="The mailing").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("link", name="Recipients (settled)").click()
    page.get_by_label("Find a recipient").fill(READER[:8])
    press(page, "Find")
    page.get_by_role("checkbox", name=re.compile(READER)).check()
    press(page, "Save and leave")
    expect(page.get_by_role("main")).to_contain_text("Single recipients")
    context.close()
