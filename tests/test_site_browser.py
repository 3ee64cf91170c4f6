"""The public site in a browser: for everybody's eyes, light, still, and in both languages."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from home.demo.people import PASSWORD
from tests.local_site import Local

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PAGES = [
    *("/", "/blog/", "/blog/?q=zebra", "/blog/tag/consent/", "/blog/why-letters-land-in-spam/"),
    *("/blog/what-the-numbers-say/", "/about/", "/privacy/"),
    *("/ru/", "/ru/blog/", "/ru/blog/pust-uyti-budet-legko/", "/ru/vashi-dannye/"),
]
#: Rules of WCAG 2.2 at level AA, and what axe calls good practice.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
#: How far the layout of a page may move while it loads (1 is the whole window).
STILL = 0.01
#: Bytes of HTML, CSS and JavaScript that a visit of the home page may load.
HEAVIEST = 100_000
LAYOUT_SHIFT = """
() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(sum), 300);
})
"""


def opened(browser: Browser, local: Local, **how: Any) -> Page:
    context = browser.new_context(base_url=local.url, **{"locale": "en", **how})
    context.set_default_timeout(30_000)
    return context.new_page()


@pytest.fixture
def page(browser: Browser, local: Local) -> Iterator[Page]:
    page = opened(browser, local)
    yield page
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, local: Local, scheme: Any) -> None:
    page = opened(browser, local, color_scheme=scheme)
    for path in PAGES:
        page.goto(path)
        results = Axe().run(page, options=RULES)
        assert results.violations_count == 0, f"{path}: {results.generate_report()}"
    page.context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_window_or_moves(
    browser: Browser, local: Local, width: int
) -> None:
    page = opened(browser, local, viewport={"width": width, "height": 800})
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate(LAYOUT_SHIFT) < STILL, path
    page.context.close()


def test_the_home_page_is_light(page: Page) -> None:
    sizes: dict[str, int] = {}
    page.on(
        "response",
        lambda answer: (
            sizes.update({answer.url: len(answer.body())})
            if answer.request.resource_type in {"document", "stylesheet", "script"}
            else None
        ),
    )
    page.goto("/", wait_until="networkidle")

    assert len(sizes) > 10
    assert sum(sizes.values()) < HEAVIEST


def test_every_picture_says_how_large_it_is(page: Page) -> None:
    for path in PAGES:
        page.goto(path)
        unsized = page.locator("img:not([width][height])")
        assert unsized.count() == 0, path


def test_structured_data_is_not_refused_by_the_policy(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto("/blog/why-letters-land-in-spam/")
    graph = page.evaluate(
        "JSON.parse(document.querySelector('[type=\"application/ld+json\"]').text)['@graph']"
    )

    assert [thing["@type"] for thing in graph] == ["Organization", "BreadcrumbList", "Article"]
    assert complaints == []


def test_the_language_chosen_on_a_page_goes_on_to_the_login(page: Page) -> None:
    page.goto("/blog/make-leaving-easy/")
    page.get_by_role("link", name="Русский").click()
    page.wait_for_url("**/ru/blog/pust-uyti-budet-legko/")
    page.get_by_role("link", name="Войти").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")


def test_a_content_manager_writes_and_a_visitor_reads_at_once(page: Page, browser: Browser) -> None:
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill("editor@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/cms/")
    page.goto("/cms/pages/add/blog/blogpage/3/")
    page.locator("#id_title").fill("Почему письма читают")
    page.locator("#id_lead").fill("Потому что их ждут.")
    expect(page.locator("#id_slug")).to_have_value("pochemu-pisma-chitayut")
    page.locator("#panel-child-content-body-section [title='Insert a block']").first.click()
    page.get_by_role("option", name="Quote").first.click()
    page.locator("[name='body-0-value-text']").fill("Сначала спросите.")
    page.get_by_role("button", name="More actions").last.click()
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("**/cms/pages/3/")

    page.context.clear_cookies()
    page.goto("/blog/")
    page.get_by_role("link", name="Почему письма читают").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Почему письма читают")
    expect(page.get_by_text("Сначала спросите.")).to_be_visible()
