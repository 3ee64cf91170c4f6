"""The public site in a browser: for everybody's eyes, light, still, and in both languages."""

import subprocess
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, expect

from tests.browser import assert_accessible, settle
from tests.installation import MANAGE
from tests.local_site import Local, environment

pytestmark = [pytest.mark.browser, pytest.mark.processes]

#: An address at which the browser is given the page for what broke.
BROKEN = "/broken/"
YEAR = date.today().year
#: Every kind of page that visitors see, in both languages.
PAGES = {
    "en": [
        *("/", "/about/", "/privacy/", "/blog/", "/blog/?page=2", "/blog/?order=most-read"),
        *("/blog/?q=letter", "/blog/?q=zebra", "/blog/tag/consent/", f"/blog/{YEAR}/"),
        *("/blog/why-letters-land-in-spam/", "/blog/what-the-numbers-say/", "/blog/every-block/"),
    ],
    "ru": [
        *("/ru/", "/ru/o-servise/", "/ru/vashi-dannye/", "/ru/blog/", "/ru/blog/?q=письма"),
        *("/ru/blog/?q=зебра", "/ru/blog/tag/spiski/", f"/ru/blog/{YEAR}/"),
        "/ru/blog/pust-uyti-budet-legko/",
    ],
}
#: Pages of the entrance, and of trouble, which speak the language of the browser.
AT_THE_DOOR = [
    *("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"),
    *("/accounts/password/reset/done/", "/accounts/confirm-email/", "/accounts/inactive/"),
    *("/blog/private/", "/nothing/", "/ru/nothing/", "/nothing.txt", BROKEN),
]
EVERYTHING = [*PAGES["en"], *PAGES["ru"], *AT_THE_DOOR]

#: What the demo lacks: a second page of the index, every kind of block, and a private page.
MORE = """
from wagtail.models import PageViewRestriction
from blog.blocks import BodyBlock
from blog.tests.factories import BlogPageFactory, ImageFactory
picture = ImageFactory.create(description="Teal")
body = [
    (name, block.get_preview_value()) for name, block in BodyBlock().child_blocks.items()
]
for name, value in body:
    for each in value["pictures"] if name == "gallery" else [value] if name == "picture" else []:
        each["alt_text"] = "A teal field"
BlogPageFactory.create(title="Every block", slug="every-block", body=body, picture=picture)
private = BlogPageFactory.create(title="Private", slug="private")
PageViewRestriction.objects.create(page=private, restriction_type="password", password="secret")
"""
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
    page = context.new_page()
    broken = render_to_string("500.html", {"request_id": "4f1c"})
    page.route(f"**{BROKEN}", lambda route: route.fulfill(status=500, body=broken))
    return page


@pytest.fixture(scope="module")
def filled(local: Local) -> Local:
    """The site with every kind of page there is."""
    command = [*MANAGE, "shell", "--no-imports", "-c", MORE]
    subprocess.run(command, env=environment(local.directory), check=True, capture_output=True)
    return local


@pytest.fixture
def page(browser: Browser, filled: Local) -> Iterator[Page]:
    page = opened(browser, filled)
    yield page
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_axe_finds_nothing(browser: Browser, filled: Local, scheme: Any, language: str) -> None:
    page = opened(browser, filled, color_scheme=scheme, locale=language)
    for path in [*PAGES[language], *AT_THE_DOOR]:
        page.goto(path)
        assert_accessible(page, path)
    page.context.close()


@pytest.mark.parametrize("path", ["/nothing/", "/dashboard/nothing", "/nothing.txt"])
def test_what_is_not_there_is_said_in_our_own_words(page: Page, path: str) -> None:
    answer = page.goto(path)

    assert answer
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_window_or_moves(
    browser: Browser, filled: Local, width: int
) -> None:
    page = opened(browser, filled, viewport={"width": width, "height": 800})
    for path in EVERYTHING:
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
    page.goto("/")
    settle(page)

    assert len(sizes) > 10
    assert sum(sizes.values()) < HEAVIEST


def test_every_picture_says_how_large_it_is(page: Page) -> None:
    for path in EVERYTHING:
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
