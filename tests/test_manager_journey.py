"""A manager at work in a browser, and what the owner of the mailing notices of it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import log_in
from tests.local_site import Local
from tests.newcomer import open_letter

pytestmark = [pytest.mark.browser, pytest.mark.processes]

REASON = "Several recipients say that they never asked for these letters."


@pytest.fixture
def visit(browser: Browser, local: Local) -> Iterator[Callable[[str], Page]]:
    """Return a function that gives a browser of its own in which somebody is logged in."""
    contexts = []

    def visited(address: str) -> Page:
        context = browser.new_context(base_url=f"http://localhost:{local.port}", locale="en")
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        log_in(page, address)
        return page

    yield visited
    for context in contexts:
        context.close()


def test_a_manager_looks_disables_and_blocks(visit: Callable[[str], Page]) -> None:
    owner, manager = visit("alice@example.org"), visit("manager@example.org")

    # looks at everything, and is offered nothing that edits
    manager.goto("/dashboard/mailings/?owner=alice@example.org&status=scheduled")
    row = manager.get_by_role("row").filter(has_text="alice@example.org").first
    name = row.get_by_role("link").first.inner_text()
    row.get_by_role("link").first.click()
    main = manager.get_by_role("main")
    expect(main).to_contain_text("alice@example.org")
    for label in ("Edit", "Delete", "Pause", "Send now", "Copy", "Stop", "Dry run"):
        expect(main.get_by_role("link", name=label, exact=True)).to_have_count(0)
        expect(main.get_by_role("button", name=label, exact=True)).to_have_count(0)
    mailing = manager.url
    for part in ("edit", "delete", "pause", "copy"):
        answer = manager.goto(f"{mailing.rstrip('/')}/{part}/")
        assert answer
        assert answer.status == 403

    # disables it for a reason, which the owner reads in a letter and in the dashboard
    manager.goto(mailing)
    main.get_by_role("link", name="Disable").click()
    manager.get_by_label("Reason").fill(REASON)
    main.get_by_role("button", name="Disable").click()
    expect(main).to_contain_text("was disabled")
    open_letter(manager, "alice@example.org", "was disabled")
    expect(manager.get_by_role("main")).to_contain_text(REASON)

    owner.goto("/dashboard/recipients/")
    notice = owner.get_by_role("listitem").filter(has_text=REASON)
    expect(notice).to_contain_text(name)
    notice.get_by_role("button", name="Dismiss").click()
    expect(owner.get_by_text(REASON)).to_have_count(0)
    owner.goto(mailing)
    expect(owner.get_by_role("main")).to_contain_text(REASON)

    # blocks the owner, whose session ends at once
    manager.goto("/dashboard/users/?q=alice@example.org")
    manager.get_by_role("link", name="alice@example.org", exact=True).click()
    main.get_by_role("link", name="Block").click()
    manager.get_by_label("Reason").fill("Sells addresses")
    main.get_by_role("button", name="Block").click()
    expect(main).to_contain_text("is blocked")
    expect(main).to_contain_text("Sells addresses")
    owner.goto("/dashboard/")
    owner.wait_for_url("**/accounts/login/**")
    open_letter(manager, "alice@example.org", "account is blocked")


def test_an_administrator_reads_who_did_it(visit: Callable[[str], Page]) -> None:
    page = visit("admin@example.org")
    page.get_by_role("link", name="Audit log").click()
    rows = page.get_by_role("row")
    for act, reason in (("blocked", "Sells addresses"), ("disabled", REASON)):
        row = rows.filter(has_text=reason)
        expect(row).to_contain_text("manager@example.org")
        expect(row).to_contain_text(act)
