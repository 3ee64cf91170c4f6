"""Recipients and segments in a browser: conditions built, many ticked, pages turned."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import fits, log_in
from tests.local_site import Local

pytestmark = [pytest.mark.browser, pytest.mark.processes]

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
RECIPIENTS = "/dashboard/recipients/"
SEGMENTS = "/dashboard/segments/"


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


def test_a_new_condition_leaves_the_keyboard_with_whoever_has_gone_on(page: Page) -> None:
    page.goto(SEGMENTS + "new/")
    held: list[Route] = []
    page.route("**/segments/new/", lambda route: held.append(route))
    with page.expect_request("**/segments/new/"):
        press(page, "Add a condition")
    name = page.get_by_label("Name", exact=True)
    name.press_sequentially("Rea")
    expect(name).to_have_value("Rea")
    held[0].continue_()
    expect(page.locator("[name=row-0-key]")).to_be_visible()
    page.wait_for_timeout(200)
    expect(name).to_be_focused()
    name.press_sequentially("ders")
    expect(name).to_have_value("Readers")


def test_those_on_a_list_are_ticked_and_put_on_another(page: Page) -> None:
    name = f"Another at {page.viewport_size}"
    page.goto("/dashboard/lists/new/")
    page.get_by_label("Name", exact=True).fill(name)
    press(page, "Create")
    page.goto("/dashboard/lists/")
    page.get_by_role("link", name="Customers").click()
    page.get_by_label("Tick everybody on this page").check()
    page.locator("[name=recipient]").first.uncheck()
    page.locator("#bulk [name=list]").select_option(label=name)
    assert fits(page)
    press(page, "Apply")
    expect(page.get_by_role("main")).to_contain_text("24 recipients are on the list")
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    page.goto("/dashboard/lists/")
    page.get_by_role("link", name=name).click()
    page.locator("#bulk [name=scope]").select_option("all")
    page.locator("#bulk [name=action]").select_option("remove")
    press(page, "Apply")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Take 24 recipients off the list")
    press(page, "Remove from a list")
    expect(page.get_by_role("main")).to_contain_text("24 recipients are no longer on the list")
