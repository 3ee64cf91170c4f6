"""What a browser makes of the policies: no page breaks them, and the CMS works under its own."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser import log_in, settle
from tests.local_site import Local

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PAGES = {
    "": [
        "/",
        "/blog/",
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/mail/",
    ],
    "alice@example.org": [
        *("/dashboard/", "/dashboard/recipients/", "/dashboard/lists/", "/dashboard/messages/"),
        *("/dashboard/messages/new/", "/dashboard/mailings/", "/dashboard/mailings/new/"),
        "/dashboard/mailings/calendar/",
        *("/dashboard/recipients/import/", "/dashboard/suppressions/", "/dashboard/settings/"),
        *("/dashboard/messages/begin/", "/dashboard/messages/new/?layout=newsletter"),
        *("/dashboard/messages/articles/", "/dashboard/pictures/"),
        *("/accounts/2fa/", "/accounts/email/", "/accounts/password/change/"),
    ],
    "manager@example.org": ["/dashboard/", "/dashboard/mailings/", "/dashboard/users/"],
    "editor@example.org": [
        *("/cms/", "/cms/pages/", "/cms/images/", "/cms/documents/", "/cms/pages/3/"),
        *("/cms/pages/add/blog/blogpage/3/", "/cms/account/"),
    ],
    "admin@example.org": [
        *("/cms/users/", "/cms/reports/site-history/", "/admin/", "/admin/accounts/user/"),
        *("/admin/mailing/mailing/", "/admin/mailing/delivery/"),
    ],
}


@contextmanager
def complaints(page: Page) -> Iterator[list[str]]:
    """Collect what the browser complains about, and requests to anywhere else."""
    found: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            found.append(f"{page.url}: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on(
        "request",
        lambda request: (
            found.append(f"{page.url} asks {request.url}")
            if not request.url.startswith(("http://localhost", "data:", "blob:"))
            else None
        ),
    )
    yield found


@pytest.fixture
def page(browser: Browser, local: Local) -> Iterator[Page]:
    context = browser.new_context(base_url=local.url, locale="en")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("address", PAGES)
def test_no_page_breaks_its_policy(page: Page, address: str) -> None:
    if address:
        log_in(page, address)
    with complaints(page) as found:
        for path in PAGES[address]:
            answer = page.goto(path)
            assert answer
            assert answer.status == 200, path
            settle(page)

    assert found == []


def test_an_article_is_previewed_beside_the_editor(page: Page) -> None:
    log_in(page, "editor@example.org")
    with complaints(page) as found:
        page.goto("/cms/pages/3/")
        page.locator("a[href$='/edit/'][href*='/cms/pages/']").get_by_text("Ask before").click()
        page.get_by_label("Toggle preview").click()
        preview = page.locator("iframe[title='Preview'][src*='/preview/']").content_frame
        preview.locator("h1").wait_for()

    assert found == []
