"""Home and reports in a browser: at every width, on paper, as files."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import log_in
from tests.local_site import Local

pytestmark = [pytest.mark.browser, pytest.mark.processes]

REPORTS = "/dashboard/reports/"
#: How many pairs of labels under a chart touch each other, and how many labels are seen.
LABELS = """
() => {
  const boxes = [...document.querySelectorAll(".chart__label")]
    .map((label) => label.getBoundingClientRect()).filter((box) => box.width);
  const touching = boxes.filter((box, n) => n && boxes[n - 1].right + 4 > box.left);
  return [touching.length, boxes.length];
}
"""
OpenAs = Callable[..., Page]


@pytest.fixture
def open_as(browser: Browser, local: Local) -> Iterator[OpenAs]:
    """Return a function that gives a window in which somebody of the demo is logged in."""
    contexts = []

    def opened(name: str, **how: Any) -> Page:
        context = browser.new_context(base_url=local.url, locale="en", **how)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        log_in(page, f"{name}@example.org")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [320, 390, 640, 800, 1280])
def test_nothing_is_too_wide_and_no_labels_touch(open_as: OpenAs, width: int) -> None:
    page = open_as("alice", viewport={"width": width, "height": 800})
    for query in ("period=7", "period=30", "period=90", "period=year", "since=2026-01-01"):
        page.goto(f"{REPORTS}?{query}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, query
        if page.locator(".chart__label").count():
            touching, seen = page.evaluate(LABELS)
            assert touching == 0, query
            assert seen > 0, query
    page.goto("/dashboard/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(LABELS)[0] == 0


def test_an_owner_chooses_days_reads_the_table_and_takes_it_away(open_as: OpenAs) -> None:
    page = open_as("alice")
    page.get_by_role("link", name="Reports", exact=True).click()
    page.get_by_role("link", name="90 days").click()
    expect(page.get_by_role("link", name="90 days")).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("img", name="Letters day by day")).to_be_visible()
    page.get_by_text("The figures as a table").click()
    expect(page.locator(".chart__table tbody tr")).to_have_count(90)
    day = page.get_by_label("From").input_value()
    page.get_by_label("To", exact=True).fill(day)
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("To", exact=True)).to_have_value(day)
    page.get_by_role("link", name="90 days").click()
    page.get_by_text("Download").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Everything (XLSX)").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_a_report_fits_a_page_of_paper(open_as: OpenAs) -> None:
    page = open_as("alice", viewport={"width": 680, "height": 960})
    page.goto(f"{REPORTS}?period=90")
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    for unwanted in (".sidebar", ".report__choice", ".page__actions", ".chart__figures"):
        expect(page.locator(unwanted).first).to_be_hidden()
    assert page.locator(".answers").first.evaluate("e => getComputedStyle(e).display") == "table"
