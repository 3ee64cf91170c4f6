"""A visitor subscribes on the home page, in a browser, and follows the link in the letter."""

import re
import sqlite3
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import assert_accessible
from tests.local_site import Local
from tests.newcomer import open_letter
from tests.test_site_browser import LAYOUT_SHIFT, STILL, opened

pytestmark = [pytest.mark.browser, pytest.mark.processes]

#: A person reads before typing; the form wonders about whoever is quicker.
READING = 2_100
HOMES = {"en": "/", "ru": "/ru/"}
ARTICLES = {
    "en": "/blog/ask-before-you-write/",
    "ru": "/ru/blog/snachala-sprosite-potom-pishite/",
}
SUBSCRIBE = re.compile("^(Subscribe|Подписаться)$")
ON_THE_LIST = re.compile("You are on the list|Вы подписаны")
AT_ONCE = 6


@pytest.fixture
def page(browser: Browser, local: Local) -> Iterator[Page]:
    page = opened(browser, local)
    yield page
    page.context.close()


def form_on(page: Page) -> Any:
    return page.locator(".subscription, .entrance__card").first


def send(page: Page, address: str) -> None:
    """Type an address into the form of the page and send it."""
    form = form_on(page)
    page.wait_for_timeout(READING)
    form.locator("[name=email]").fill(address)
    form.get_by_role("button", name=SUBSCRIBE).click()


def link_in(page: Page, address: str) -> str:
    """Return the path of the link with which an address is confirmed."""
    open_letter(page, address, "confirm|одтвердите")
    found = re.search(r"/m/c/\w+/", page.locator("pre").inner_text())
    assert found
    return found[0]


def on_the_list(local: Local, address: str) -> list[tuple[str, str]]:
    """Return the lists of an address and the wording it agreed to, as they are in the database."""
    with sqlite3.connect(f"file:{local.directory}/mailshot.sqlite3?mode=ro", uri=True) as database:
        return database.execute(
            "SELECT list.name, recipient.consent_wording FROM mailing_recipient AS recipient"
            " JOIN mailing_recipient_lists AS on_list ON on_list.recipient_id = recipient.id"
            " JOIN mailing_recipientlist AS list ON list.id = on_list.recipientlist_id"
            " WHERE recipient.email = ?",
            [address],
        ).fetchall()


@pytest.mark.parametrize("language", HOMES)
def test_a_visitor_subscribes_on_the_kept_home_page(
    browser: Browser, local: Local, language: str
) -> None:
    address = f"visitor-{language}@example.org"
    opened(browser, local, locale=language).goto(HOMES[language])  # from now on it is kept
    page = opened(browser, local, locale=language)
    page.goto(HOMES[language])
    send(page, address)
    expect(page.locator("[data-answer]")).to_contain_text(address)
    expect(page.locator("[data-answer]")).to_be_focused()
    assert page.url == f"{local.url}{HOMES[language]}"
    assert on_the_list(local, address) == []

    page.goto(link_in(page, address))
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert on_the_list(local, address) == []
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ON_THE_LIST)

    ((name, wording),) = on_the_list(local, address)
    assert name == {"en": "Readers of the blog", "ru": "Читатели блога"}[language]
    assert wording


def test_without_scripts_it_works_as_well(browser: Browser, local: Local) -> None:
    page = opened(browser, local, java_script_enabled=False)
    page.goto("/")
    form = page.locator(".subscription")
    form.get_by_role("button", name=SUBSCRIBE).click()  # quickly, and with nothing in it
    expect(page).to_have_url(re.compile("/m/s/"))
    expect(page.locator("main")).to_contain_text("Write your e-mail address.")
    send(page, "plain@example.org")
    expect(page.locator("main")).to_contain_text("Now look into your mailbox")

    page.goto(link_in(page, "plain@example.org"))
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ON_THE_LIST)
    assert on_the_list(local, "plain@example.org")
    page.context.close()


def test_a_slip_is_said_in_place_and_mended(page: Page) -> None:
    page.goto(ARTICLES["en"])
    send(page, "ann at example")
    wrong = page.locator(".subscription [aria-invalid=true]")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_value("ann at example")
    wrong.fill("ann@example.org")
    wrong.press("Enter")
    expect(page.locator(".subscription [data-answer]")).to_contain_text("ann@example.org")


def test_the_answer_of_something_else_is_not_put_into_the_page(page: Page) -> None:
    """A proxy's error page, say: the form is then sent as without a script."""
    answers = iter(["<p>Bad gateway</p>"])

    def answer(route: Any) -> None:
        text = next(answers, None)
        if text is None:
            route.continue_()
        else:
            route.fulfill(status=502, body=text)

    page.route("**/m/s/**", answer)
    page.goto("/")
    send(page, "behind-a-proxy@example.org")
    expect(page).to_have_url(re.compile("/m/s/"))
    expect(page.locator("main")).to_contain_text("Now look into your mailbox")


def at_once(url: str, fields: dict[str, str]) -> list[int]:
    """Send a form many times at the same moment; return the statuses of the answers."""
    ready = threading.Barrier(AT_ONCE)

    def post(_number: int) -> int:
        ready.wait()
        sent = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(url, sent) as answer:  # noqa: S310
            return int(answer.status)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(post, range(AT_ONCE)))


def test_many_at_once_ask_once_and_confirm_once(page: Page, local: Local) -> None:
    address = "at-once@example.org"
    page.goto("/")
    form = page.locator(".subscription form")
    fields = {
        str(each.get_attribute("name")): str(each.get_attribute("value"))
        for each in form.locator("[type=hidden]").all()
    }
    page.wait_for_timeout(READING)

    asked = at_once(f"{local.url}{form.get_attribute('action')}", {**fields, "email": address})
    assert asked == [200] * AT_ONCE
    link = link_in(page, address)
    page.goto(f"/mail/?q={address}")
    expect(page.locator("main a", has_text="Please confirm")).to_have_count(1)

    assert at_once(f"{local.url}{link}", {}) == [200] * AT_ONCE
    assert len(on_the_list(local, address)) == 1
    with sqlite3.connect(f"file:{local.directory}/mailshot.sqlite3?mode=ro", uri=True) as database:
        (consents,) = database.execute(
            "SELECT count(*) FROM mailing_consent AS consent JOIN mailing_recipient AS recipient"
            " ON recipient.id = consent.recipient_id WHERE recipient.email = ?",
            [address],
        ).fetchone()
    assert consents == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", HOMES)
def test_axe_finds_nothing_on_the_way(
    browser: Browser, local: Local, scheme: Any, language: str
) -> None:
    page = opened(browser, local, color_scheme=scheme, locale=language)
    address = f"axe-{scheme}-{language}@example.org"
    wrong, answer = page.locator("[aria-invalid=true]"), page.locator("[data-answer]")

    page.goto(HOMES[language])
    send(page, "nobody")
    expect(wrong).to_be_visible()
    assert_accessible(page, "home page with an error")
    page.goto(ARTICLES[language])
    assert_accessible(page, "article")
    path = str(page.locator(".subscription form").get_attribute("action"))
    page.goto(path)
    assert_accessible(page, "the form alone")
    send(page, "nobody")
    expect(wrong).to_be_visible()
    assert_accessible(page, "the form alone with an error")
    send(page, address)
    expect(answer).to_contain_text(address)
    assert_accessible(page, "asked")
    confirm = link_in(page, address)
    page.goto(confirm)
    assert_accessible(page, "confirm")
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ON_THE_LIST)
    assert_accessible(page, "subscribed")
    page.goto(confirm[:-2] + "/")
    assert_accessible(page, "no such link")
    page.context.close()


def test_nothing_moves_when_the_page_loads(browser: Browser, local: Local) -> None:
    for width in (390, 1280):
        page = opened(browser, local, viewport={"width": width, "height": 800})
        for path in (*HOMES.values(), *ARTICLES.values()):
            page.goto(path)
            page.locator(".subscription").scroll_into_view_if_needed()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert page.evaluate(LAYOUT_SHIFT) < STILL, path
        page.context.close()
