"""Recipients and segments in a browser: conditions built, many ticked, pages turned."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import log_in
from tests.local_site import Local

pytestmark = [pytest.mark.browser, pytest.mark.processes]

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
RECIPIENTS = "/dashboard/recipients/"
SEGMENTS = "/dashboard/segments/"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def opened(browser: Browser, local: Local, **options: Any) -> Page:
    """Return a page in which Alice is logged in."""
    context = browser.new_context(base_url=local.url, locale="en", **options)
    context.set_default_timeout(30_000)
    page = context.new_page()
    log_in(page, "alice@example.org")
    return page


@pytest.fixture(params=SIZES)
def page(browser: Browser, local: Local, request: Any) -> Iterator[Page]:
    page = opened(browser, local, viewport=SIZES[request.param])
    yield page
    page.context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()


def fits(page: Page) -> bool:
    page.wait_for_load_state()  # styles come, and tables become cards, after the text
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def build(page: Page, name: str) -> None:
    """Fill in a segment of those in Leeds or York."""
    page.goto(SEGMENTS + "new/")
    page.get_by_label("Name", exact=True).fill(name)
    for place, city in enumerate(["Leeds", "York"]):
        press(page, "Add a condition")
        expect(page.locator(f"[name=row-{place}-key]")).to_be_focused()
        page.locator(f"[name=row-{place}-key]").fill("city")
        page.locator(f"[name=row-{place}-value]").fill(city)
    page.locator("[name=match-0]").select_option("any")


def test_conditions_are_built_and_counted_without_reloading(page: Page) -> None:
    count = page.locator(".builder__count")
    name = f"Built at {page.viewport_size}"
    build(page, name)
    page.evaluate("window.isTheSamePage = true")
    expect(count).to_contain_text(re.compile(r"^48 recipients$"))
    press(page, "Add a condition")
    expect(page.locator("[name=row-2-key]")).to_be_focused()
    expect(page.get_by_role("main")).to_contain_text("Fill in the conditions")
    page.get_by_role("button", name="Remove attribute").nth(2).click()
    expect(page.locator("[name=row-2-key]")).to_have_count(0)
    expect(count).to_contain_text("48 recipients")
    assert page.evaluate("window.isTheSamePage") is True
    assert fits(page)
    press(page, "Create")
    expect(page.get_by_role("main")).to_contain_text("attribute city is “York”")
    expect(count).to_contain_text("48 recipients")
    page.get_by_role("link", name="Show all of them").click()
    expect(page.locator(".toolbar__count")).to_have_text("1–25 of 48")
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".toolbar__count")).to_have_text("26–48 of 48")
    assert fits(page)


def test_the_builder_works_without_javascript(browser: Browser, local: Local) -> None:
    page = opened(browser, local, java_script_enabled=False)
    build(page, "Built by posting")
    press(page, "Count")
    expect(page.locator(".builder__count")).to_contain_text("48 recipients")
    press(page, "Create")
    expect(page.get_by_role("main")).to_contain_text("attribute city is “York”")
    page.context.close()


def test_everybody_on_a_page_is_ticked_and_put_on_a_list(page: Page) -> None:
    name = f"Ticked at {page.viewport_size}"
    page.goto("/dashboard/lists/new/")
    page.get_by_label("Name", exact=True).fill(name)
    press(page, "Create")
    page.goto(RECIPIENTS)
    page.get_by_label("Tick everybody on this page").check()
    page.locator("[name=recipient]").first.uncheck()
    page.locator("#bulk [name=list]").select_option(label=name)
    press(page, "Apply")
    expect(page.get_by_role("main")).to_contain_text("24 recipients are on the list")
    page.locator("#bulk [name=scope]").select_option("all")
    page.locator("#bulk [name=list]").select_option(label=name)
    press(page, "Apply")
    expect(page.get_by_role("main")).to_contain_text("120 recipients are on the list")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, local: Local, scheme: Any) -> None:
    page = opened(browser, local, color_scheme=scheme)
    page.goto(SEGMENTS)
    segment = page.locator("tbody a").first.get_attribute("href")
    page.goto(RECIPIENTS)
    recipient = page.locator("tbody a").first.get_attribute("href")
    addresses = [
        RECIPIENTS,
        f"{RECIPIENTS}?added_from=2020-01-01",
        str(recipient),
        SEGMENTS,
        f"{SEGMENTS}new/",
        str(segment),
        f"{segment}edit/",
        f"{segment}delete/",
        "/dashboard/lists/",
        "/dashboard/suppressions/",
    ]
    for address in addresses:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
        assert not found.violations_count, f"{address}\n{found.generate_report()}"
    page.context.close()
