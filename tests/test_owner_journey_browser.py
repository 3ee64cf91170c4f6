"""The way of an owner in a browser: from signing up to the report on five hundred recipients."""

import csv
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser import assert_is_drawn, fits, press
from tests.local_site import Local
from tests.newcomer import confirm, log_in, open_letter, sign_up
from tests.readers_file import GOOD, IN_RIGA, NAMED, NAMELESS, WRONG, write_spreadsheet
from tests.test_house_browser import complaints

pytestmark = [pytest.mark.browser, pytest.mark.processes]

OWNER = "olga@example.org"
#: What is read of the progress without asking for it: how many letters left, as the page says it.
WATCH = """
() => {
  window.isTheSamePage = true;
  window.seen = [];
  const look = () => {
    const sent = document.querySelector(".progress__count--sent dd");
    if (sent && sent.textContent !== window.seen.at(-1)) window.seen.push(sent.textContent);
  };
  look();
  new MutationObserver(look).observe(document.body, {childList: true, subtree: true});
}
"""


@pytest.fixture
def page(browser: Browser, local: Local) -> Iterator[Page]:
    context = browser.new_context(
        base_url=local.url, locale="en", viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def go(page: Page, name: str) -> None:
    """Follow a link of the navigation."""
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).first.click()
    page.get_by_role("heading", level=1, name=name).wait_for()


def stat(page: Page, label: str) -> Any:
    """Return the figure that stands under `label`."""
    labelled = page.locator("main .stat").filter(has=page.get_by_text(label, exact=True))
    return labelled.locator(".stat__value")


def join(page: Page) -> None:
    sign_up(page, OWNER)
    expect(page.get_by_role("main")).to_contain_text("Read your mail")
    confirm(page, OWNER)
    expect(page.locator("body")).to_contain_text("is confirmed. You can log in now.")
    log_in(page, OWNER)
    expect(page.get_by_role("heading", name="Four steps to your first mailing")).to_be_visible()


def import_spreadsheet(page: Page, path: Path) -> None:
    main = page.get_by_role("main")
    page.get_by_role("link", name="Import a file").click()
    page.get_by_label("CSV file or spreadsheet").set_input_files(path)
    page.get_by_label("And on a new list named").fill("Readers")
    press(page, "Go on")
    expect(page.get_by_label("What is in the column “E-mail”")).to_have_value("email")
    expect(page.get_by_label("Name of the attribute made of “City”")).to_have_value("city")
    press(page, "Check the file")
    expect(main).to_contain_text("What would come in")
    expect(stat(page, "New")).to_have_text(str(len(GOOD)))
    expect(stat(page, "Wrong")).to_have_text(str(len(WRONG)))
    press(page, "Start the import")
    expect(main).to_contain_text("The file was imported", timeout=60_000)
    expect(stat(page, "New")).to_have_text(str(len(GOOD)))
    expect(main.locator("tbody tr")).to_have_count(len(WRONG))


def assert_wrong_rows_can_be_taken_away(page: Page) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all as CSV").click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["import_line"]) for row in rows] == list(WRONG)
    for row, (address, name, reason) in zip(rows, WRONG.values(), strict=True):
        assert (row["E-mail"], row["Full name"]) == (address, name)
        assert reason in row["import_reason"]


def make_list(page: Page) -> None:
    """Make a list of one: somebody in Riga who is left out of the mailing."""
    go(page, "Lists")
    page.get_by_role("link", name="New list").click()
    page.get_by_label("Name", exact=True).fill("Not in spring")
    press(page, "Create")
    page.get_by_role("link", name="Recipients", exact=True).first.click()
    page.get_by_role("searchbox").fill("person103@")
    press(page, "Search")
    page.get_by_role("checkbox", name=re.compile("person103@")).check()
    page.locator("#bulk [name=list]").select_option(label="Not in spring")
    press(page, "Apply")
    expect(page.get_by_role("main")).to_contain_text("1 recipient is on the list")


def make_segment(page: Page) -> None:
    go(page, "Segments")
    page.get_by_role("link", name="New segment").click()
    page.get_by_label("Name", exact=True).fill("In Riga")
    press(page, "Add a condition")
    page.locator("[name=row-0-key]").fill("city")
    page.locator("[name=row-0-value]").fill("Riga")
    expect(page.locator(".builder__count")).to_have_text(f"{len(IN_RIGA)} recipients")
    press(page, "Create")
    expect(page.locator(".builder__count")).to_have_text(f"{len(IN_RIGA)} recipients")


def write_message(page: Page, picture: Path) -> None:
    Image.new("RGB", (1400, 700), "teal").save(picture)
    go(page, "Home")
    page.get_by_role("link", name="Write a message").click()
    page.get_by_role("link", name="Empty message").click()
    page.get_by_label("Name", exact=True).fill("Spring letter")
    page.get_by_label("Subject", exact=True).fill("Spring for ")
    page.get_by_label("Insert a field: Subject").select_option("{{ full_name|there }}")
    page.locator(".ProseMirror").click()
    page.keyboard.type("Dear ")
    page.locator(".editor__bar .insert-field").select_option("{{ full_name|there }}")
    page.keyboard.type(", it is spring.")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Picture", exact=True).click()
    page.get_by_label("Picture", exact=True).set_input_files(picture)
    page.get_by_label("Alternative text").fill("A teal field")
    page.get_by_role("button", name="Add the picture").click()
    page.get_by_role("dialog").get_by_role("button", name="A teal field").click()
    expect(page.locator(".ProseMirror").get_by_alt_text("A teal field")).to_be_visible()


def preview_and_save(page: Page) -> None:
    for line, name in ((NAMED, f"Person {NAMED}"), (NAMELESS, "there")):
        page.get_by_label("As this recipient").fill(f"person{line}@example.org")
        page.get_by_label("As this recipient").press("Enter")
        live = page.locator("[data-live]")
        expect(live.locator(".inbox__subject")).to_have_text(f"Spring for {name}")
        frame = live.locator("iframe").content_frame
        expect(frame.locator("p").first).to_have_text(f"Dear {name}, it is spring.")
        assert_is_drawn(frame.get_by_alt_text("A teal field"))
    page.locator("#message-form").get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Spring letter").wait_for()


def plan(page: Page) -> None:
    page.get_by_role("link", name="Plan a mailing").click()
    page.get_by_label("Name", exact=True).fill("Spring mailing")
    page.get_by_label("Message", exact=True).select_option(label="Spring letter")
    press(page, "Save and continue")
    page.get_by_role("group", name="Segments").get_by_label("In Riga").check()
    page.get_by_role("group", name="Lists left out").get_by_label("Not in spring").check()
    press(page, "Save and continue")
    press(page, "Save and continue")  # the time as it is proposed
    tally = page.locator(".tally")
    expect(tally.locator(".tally__row").first).to_contain_text(str(len(IN_RIGA)))
    expect(tally.locator(".tally__row--less")).to_have_count(1)
    expect(tally.locator(".tally__row--less dd").first).to_have_text(re.compile(r"1$"))
    expect(tally.locator(".tally__row--total dd")).to_have_text(str(len(IN_RIGA) - 1))


def send_and_watch(page: Page) -> None:
    main, reached = page.get_by_role("main"), str(len(IN_RIGA) - 1)
    main.get_by_role("link", name="Send now").click()
    expect(main).to_contain_text(f"It goes to {reached} recipients.")
    press(page, "Send now")
    page.wait_for_url("**/attempts/**")
    page.evaluate(WATCH)
    expect(page.locator(".progress__percent")).to_have_text("100 %", timeout=60_000)
    expect(page.locator(".progress__count--sent dd")).to_have_text(reached)
    assert page.evaluate("window.isTheSamePage") is True
    seen = [int(text) for text in page.evaluate("window.seen")]
    assert len(seen) > 1
    assert seen == sorted(seen)
    page.get_by_role("link", name="Show what became of each letter").click()
    expect(page.get_by_role("row").filter(has_text="person101@")).to_contain_text("sent")


def read_letters(page: Page) -> None:
    for line, name in ((NAMED, f"Person {NAMED}"), (NAMELESS, "there")):
        open_letter(page, f"person{line}@example.org")
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Spring for {name}")
        frame = page.locator("iframe").content_frame
        expect(frame.locator("body")).to_contain_text(f"Dear {name}, it is spring.")
        assert_is_drawn(frame.get_by_alt_text("A teal field"))


def read_report(page: Page) -> None:
    go(page, "Home")
    for _second in range(20):  # the letters are counted beside the sending
        if page.locator(".home__figures dd").first.inner_text() != "0":
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.locator(".home__figures dd").first).to_have_text(str(len(IN_RIGA) - 1))
    go(page, "Reports")
    expect(stat(page, "Sent")).to_have_text(str(len(IN_RIGA) - 1))
    expect(stat(page, "Success")).to_have_text("100.0 %")


def assert_report_can_be_taken_away(page: Page) -> None:
    page.get_by_text("Download", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Mailings (CSV)").click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["Mailing"], row["Sent"]) == ("Spring mailing", str(len(IN_RIGA) - 1))
    with page.expect_download() as download:
        page.get_by_role("link", name="Everything (XLSX)").click()
    book = load_workbook(BytesIO(download.value.path().read_bytes()))
    rows = {row[0]: row[1:] for row in book["Mailings"].iter_rows(values_only=True)}
    assert rows["Spring mailing"][0] == len(IN_RIGA) - 1
    days = list(book["Days"].iter_rows(min_row=2, min_col=2, max_col=2, values_only=True))
    assert sum(int(str(sent)) for (sent,) in days) == len(IN_RIGA) - 1


def test_an_owner_goes_all_the_way(page: Page, tmp_path: Path) -> None:
    with complaints(page) as found:
        join(page)
        import_spreadsheet(page, write_spreadsheet(tmp_path / "people.xlsx"))
        assert_wrong_rows_can_be_taken_away(page)
        make_list(page)
        make_segment(page)
        write_message(page, tmp_path / "teal.png")
        preview_and_save(page)
        plan(page)
        send_and_watch(page)
        read_letters(page)
        page.goto("/dashboard/")
        read_report(page)
        assert_report_can_be_taken_away(page)
    assert found == []


def test_the_owner_looks_at_it_on_a_phone(browser: Browser, local: Local) -> None:
    context = browser.new_context(
        base_url=local.url, locale="en", viewport={"width": 390, "height": 844}, is_mobile=True
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    main = page.get_by_role("main")
    with complaints(page) as found:
        log_in(page, OWNER)
        assert fits(page), page.url
        main.get_by_role("link", name="Spring mailing").click()
        expect(page.locator(".progress__percent")).to_have_text("100 %")
        assert fits(page), page.url
        main.get_by_role("link", name="The mailing", exact=True).click()
        expect(main.get_by_role("heading", name="Spring mailing")).to_be_visible()
        expect(main).to_contain_text("finished")
        assert fits(page), page.url
        page.goto("/dashboard/reports/")
        expect(stat(page, "Sent")).to_have_text(str(len(IN_RIGA) - 1))
        assert fits(page), page.url
    assert found == []
    context.close()
