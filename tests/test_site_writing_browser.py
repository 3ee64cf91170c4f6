"""A content manager writes an article in a browser, and visitors read it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser import assert_is_drawn, log_in
from tests.installation import wait_until
from tests.local_site import Local

pytestmark = [pytest.mark.browser, pytest.mark.processes]

TITLE = "Почему письма читают"
ADDRESS = "/blog/pochemu-pisma-chitayut/"
#: Wagtail's own: two seconds after a form came, it begins to watch for what to save by itself.
#: What was typed earlier is to it what has always been there.
WATCHING = "addEventListener('w-unsaved:watch-edits', () => { document.body.dataset.watched = '' })"
#: Seconds within which the worker, which does so each minute, has written views down.
PATIENCE = 150

Visitor = Callable[[], Page]


@pytest.fixture
def visitor(browser: Browser, local: Local) -> Iterator[Visitor]:
    """Return a function that opens the browser of somebody who was never here."""
    contexts: list[BrowserContext] = []

    def new() -> Page:
        name = f"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/{140 + len(contexts)}"
        context = browser.new_context(base_url=local.url, locale="en", user_agent=name)
        context.set_default_timeout(30_000)
        contexts.append(context)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()


@pytest.fixture
def editor(visitor: Visitor) -> Page:
    page = visitor()
    log_in(page, "editor@example.org")
    return page


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "letters.png"
    Image.new("RGB", (1600, 900), "teal").save(path)
    return path


def upload(field: Locator, picture: Path, alternative_text: str) -> None:
    """Choose a picture that is not there yet."""
    field.get_by_role("button", name="Choose an image").click()
    modal = field.page.locator(".modal-content")
    modal.get_by_role("tab", name="Upload").click()
    modal.locator("[type=file]").set_input_files(picture)
    expect(modal.locator("[name$=title]")).to_have_value(picture.stem)
    words = modal.locator("[name$=description]")
    expect(words).to_have_attribute("required", "")
    words.fill(alternative_text)
    modal.get_by_role("button", name="Upload").click()
    expect(modal).to_be_hidden()


def write(page: Page, picture: Path) -> None:
    """Fill in the form of a new article."""
    page.add_init_script(WATCHING)
    page.goto("/cms/pages/add/blog/blogpage/3/")
    expect(page.locator("[data-watched]")).to_be_attached()
    page.locator("#id_title").fill(TITLE)
    page.locator("#id_lead").fill("Потому что их ждут.")
    expect(page.locator("#id_slug")).to_have_value(ADDRESS.split("/")[2])
    upload(page.locator("#panel-child-content-picture-section"), picture, "Письма в ящике")
    page.locator("#panel-child-content-body-section [title='Insert a block']").first.click()
    page.get_by_role("option", name="Quote").first.click()
    page.locator("[name='body-0-value-text']").fill("Сначала спросите.")
    page.wait_for_url(re.compile(r"/cms/pages/\d+/edit/$"))  # Wagtail has saved a draft by itself


def publish(page: Page) -> None:
    page.get_by_role("button", name="More actions").last.click()
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(re.compile(r"/cms/pages/\d+/$"))


def rewrite(page: Page, lead: str) -> None:
    page.get_by_role("link", name=TITLE).first.click()
    page.locator("#id_lead").fill(lead)
    publish(page)


def publish_first_version(page: Page) -> None:
    """Go back to the draft that was published first, in the history of the article."""
    page.get_by_role("link", name=TITLE).first.click()
    page.goto(page.url.replace("/edit/", "/history/"))
    draft = page.locator("tr:has-text('Published') + tr:has-text('Draft saved')").last
    draft.get_by_role("button", name="Actions").click()
    page.get_by_role("link", name="Review this version").click()
    publish(page)


def expect_lead(page: Page, lead: str) -> None:
    page.reload()
    expect(page.get_by_text(lead)).to_be_visible()


def shows_one_view(page: Page) -> bool:
    page.reload()
    return page.get_by_text("1 view", exact=True).count() == 1


def test_what_a_content_manager_writes_is_read_at_once_and_counted(
    editor: Page, visitor: Visitor, picture: Path
) -> None:
    reader = visitor()
    for path in ("/", "/blog/", "/", "/blog/"):
        reader.goto(path)  # the second time they come from the cache
        expect(reader.get_by_text(TITLE)).to_have_count(0)

    write(editor, picture)
    editor.get_by_label("Toggle preview").click()
    preview = editor.locator("iframe[title='Preview'][src*='/preview/']").content_frame
    expect(preview.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(preview.get_by_alt_text("Письма в ящике")).to_be_attached()
    expect(preview.get_by_text("Сначала спросите.")).to_be_attached()
    publish(editor)

    reader.goto("/blog/")
    reader.get_by_role("link", name=TITLE).click()
    expect(reader).to_have_url(re.compile(ADDRESS))
    expect(reader.get_by_text("Сначала спросите.")).to_be_visible()
    assert_is_drawn(reader.get_by_alt_text("Письма в ящике"))
    expect(reader.get_by_text("0 views")).to_be_visible()
    wait_until(lambda: shows_one_view(reader), PATIENCE, "the view to be written down")

    rewrite(editor, "Потому что их просили.")
    expect_lead(reader, "Потому что их просили.")
    publish_first_version(editor)
    expect_lead(reader, "Потому что их ждут.")
    assert shows_one_view(reader)
