"""Five hundred recipients of a spreadsheet, seven of them wrong, brought in in a browser."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, Page, expect

from tests.browser import assert_accessible, log_in
from tests.local_site import Local

pytestmark = [pytest.mark.browser, pytest.mark.processes]

WRONG = {
    20: ("nobody", "Nobody"),
    77: ("", "Without address"),
    140: ("two@at@example.org", "Two"),
    233: ("person1@example.org", "Double"),
    301: ("long@example.org", "x" * 151),
    402: ("space in@example.org", "Space"),
    500: ("#REF!", "Formula"),
}


@pytest.fixture
def page(browser: Browser, local: Local) -> Iterator[Page]:
    context = browser.new_context(
        base_url=f"http://localhost:{local.port}", locale="en", reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    log_in(page, "alice@example.org")
    yield page
    context.close()


def write_spreadsheet(path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["E-mail", "Full name", "City", "Phone", "Internal number"])
    for line in range(2, 502):
        address, name = WRONG.get(line, (f"person{line - 1}@example.org", f"Person {line - 1}"))
        sheet.append([address, name, "Riga", 79160000000 + line, line])
    book.save(path)


def test_a_spreadsheet_comes_in_step_by_step_and_is_undone(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    write_spreadsheet(path)
    main = page.get_by_role("main")

    page.goto("/dashboard/recipients/import/")
    assert_accessible(page)
    page.get_by_label("CSV file or spreadsheet").set_input_files(path)
    page.get_by_label("And on a new list named").fill("From the fair")
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_role("heading", name="What the columns are")).to_be_visible()
    expect(main).to_contain_text("person1@example.org")
    role = page.get_by_label("What is in the column “Internal number”")
    key = page.get_by_label("Name of the attribute made of “Internal number”")
    expect(key).to_be_visible()
    role.select_option("ignore")
    expect(key).to_be_hidden()
    assert_accessible(page)
    page.get_by_role("button", name="Check the file").click()

    expect(main).to_contain_text("What would come in")
    expect(main.locator("dl div").filter(has_text="New")).to_contain_text("493")
    expect(main.locator("tbody tr")).to_have_count(len(WRONG))
    expect(main).to_contain_text("The address is on line 2 already.")
    expect(main).to_contain_text("the cell holds an error of the spreadsheet: #REF!")
    assert_accessible(page)
    # the browser is closed and opened again: the import waits where it was
    page.goto("/dashboard/recipients/imports/")
    assert_accessible(page)
    page.get_by_role("link", name="people.xlsx").first.click()
    page.get_by_role("button", name="Start the import").click()

    expect(main).to_contain_text("The file was imported", timeout=60_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all as CSV").click()
    rows = list(csv.reader(download.value.path().read_text(encoding="utf-8").splitlines()))
    assert [int(row[0]) for row in rows[1:]] == sorted(WRONG)
    assert rows[1][2:4] == ["nobody", "Nobody"]
    page.get_by_role("link", name="From the fair").click()
    expect(main).to_contain_text("person100@example.org")

    page.goto("/dashboard/recipients/imports/")
    page.get_by_role("link", name="people.xlsx").first.click()
    page.get_by_role("link", name="Undo the import").click()
    expect(page.get_by_role("button", name="Undo the import")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Undo the import").click()
    expect(main).to_contain_text("The import was undone", timeout=60_000)
    expect(main.locator("dl div").filter(has_text="Deleted again")).to_contain_text("493")
    page.goto("/dashboard/recipients/?q=person1@example.org")
    expect(main).not_to_contain_text("Person 1")
