"""Letters written as HTML and scheduled by a newcomer arrive, and who unsubscribes gets no more."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.local_site import Local
from tests.newcomer import confirm, log_in, open_letter, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.processes]

READERS = {"ann@example.org": "Ann Archer", "boris@example.com": "Борис Блинов"}


@pytest.fixture
def page(browser: Browser, local: Local) -> Iterator[Page]:
    context = browser.new_context(base_url=f"http://localhost:{local.port}", locale="en")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def import_readers(page: Page, file: Path) -> None:
    rows = [f"{address},{name}" for address, name in READERS.items()]
    file.write_text("\n".join(["email,full_name", *rows, "nobody,Nobody"]), encoding="utf-8")
    page.goto("/dashboard/recipients/import/")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_label("And on a new list named").fill("Readers")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Start the import").click()
    expect(page.get_by_role("main")).to_contain_text("The file was imported", timeout=60_000)


def write_message(page: Page) -> None:
    page.goto("/dashboard/messages/new/")
    page.get_by_label("Name", exact=True).fill("Spring letter")
    page.get_by_label("Subject", exact=True).fill("Spring for {{ full_name|you }}")
    page.get_by_role("button", name="HTML").click()
    page.get_by_label("Body").fill("<p>Dear {{ full_name|reader }}, it is <b>spring</b>.</p>")
    page.get_by_role("main").locator("button[type=submit]").first.click()


def plan_mailing(page: Page) -> None:
    """Plan a mailing whose first sending has passed, so that it goes out at once."""
    page.goto("/dashboard/mailings/new/")
    page.get_by_label("Name", exact=True).fill("Spring mailing")
    page.get_by_label("Message").select_option(label="Spring letter")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("checkbox", name=re.compile("Readers")).first.check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("First sending").fill("2026-01-31T09:00")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("main")).to_contain_text("as soon as you schedule it")
    page.get_by_role("main").get_by_role("button", name="Schedule", exact=True).click()


def test_what_a_newcomer_schedules_arrives(page: Page, tmp_path: Path) -> None:
    address = "newcomer@example.org"
    sign_up(page, address)
    confirm(page, address)
    log_in(page, address)
    import_readers(page, tmp_path / "readers.csv")
    write_message(page)
    plan_mailing(page)

    for reader, name in READERS.items():
        open_letter(page, reader)
        expect(page.get_by_role("main")).to_contain_text(f"Spring for {name}")
        expect(page.locator("pre")).to_contain_text(f"Dear {name}, it is spring.")


def test_who_unsubscribes_from_a_letter_gets_no_more(page: Page) -> None:
    reader = next(iter(READERS))
    open_letter(page, reader)
    target = page.locator("pre a[href*='/m/u/']").first.get_attribute("href")
    assert target
    page.goto(target)
    page.get_by_role("button", name=re.compile("Unsubscribe")).click()
    expect(page.get_by_role("main")).to_contain_text("unsubscribed")

    log_in(page, "newcomer@example.org")
    page.goto("/dashboard/recipients/?q=" + reader)
    expect(page.get_by_role("row").filter(has_text=reader)).to_contain_text("unsubscribed")
