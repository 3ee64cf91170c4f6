"""Writing a message in a browser: by eye, by hand, with a picture, as a recipient sees it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Dialog, Locator, Page, Request, expect

from tests.browser import assert_is_drawn, log_in
from tests.local_site import Local
from tests.newcomer import open_letter
from tests.test_house_browser import complaints

pytestmark = [pytest.mark.browser, pytest.mark.processes]

ALICE = "alice@example.org"
#: A picture somewhere else, which the editor shows.
ELSEWHERE = "https://pictures.invalid/a.png"

#: HTML that a visual editor easily loses something of.
KEPT = [
    '<p style="color: #123; mso-line-height-rule: exactly">a</p>',
    '<table width="600" style="width: 9%"><tbody><tr><td bgcolor="red">x</td></tr></tbody></table>',
    "<table><caption>c</caption><tbody><tr><td>1</td></tr></tbody></table>",
    "<pre>a\n  b</pre>",
    "<ul><li>a</li><li>b</li></ul>",
    '<ol start="3" type="a"><li>x</li></ol>',
    "<dl><dt>a</dt><dd>b</dd></dl>",
    '<style>\n.a { color: red }\n</style>\n<p class="a">x</p>',
    '<p><a href="{{ unsubscribe_url }}" style="color: red" target="_blank">u</a></p>',
    '<h4 id="as" align="center">H</h4>',
    "Text alone<br>in two lines",
    '<p>a<font color="red" size="4">b</font><sup>2</sup><del>x</del></p>',
    f'<p><img src="{ELSEWHERE}" alt="A" width="10"></p>',
    "<figure><figcaption>f</figcaption></figure>",
]


@pytest.fixture
def page(browser: Browser, local: Local) -> Iterator[Page]:
    context = browser.new_context(base_url=local.url, locale="en")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def write(page: Page, path: str = "/dashboard/messages/new/") -> Locator:
    page.goto(path)
    surface = page.locator(".ProseMirror")
    surface.wait_for()
    return surface


def html_of(page: Page) -> str:
    return page.locator("#id_body_html").input_value()


def requests(page: Page, path: str) -> list[Request]:
    """Return a list to which every request to `path` from now on is added."""
    found: list[Request] = []
    page.on("request", lambda each: found.append(each) if each.url.endswith(path) else None)
    return found


def add_picture(page: Page, file: Path) -> None:
    Image.new("RGB", (1400, 700), "teal").save(file)
    page.get_by_role("button", name="Picture", exact=True).click()
    page.get_by_label("Picture", exact=True).set_input_files(file)
    page.get_by_label("Alternative text").fill("A teal field")
    page.get_by_role("button", name="Add the picture").click()
    page.get_by_role("dialog").get_by_role("button", name="A teal field").click()


def test_a_message_is_written_previewed_and_sent_to_oneself(page: Page, tmp_path: Path) -> None:
    log_in(page, ALICE)
    with complaints(page) as found:
        surface = write(page)
        page.get_by_label("Name", exact=True).fill("Teal letter")
        page.get_by_label("Subject", exact=True).fill("Teal for ")
        page.get_by_label("Insert a field: Subject").select_option("{{ full_name|there }}")
        surface.click()
        page.keyboard.type("Hello ")
        page.locator(".editor__bar .insert-field").select_option("{{ full_name|there }}")
        page.keyboard.press("Control+b")
        page.keyboard.type(" bold")
        page.keyboard.press("Control+b")
        page.keyboard.press("Enter")
        add_picture(page, tmp_path / "teal.png")
        expect(surface.get_by_alt_text("A teal field")).to_be_visible()

        live = page.locator("[data-live]")
        frame = live.locator("iframe").content_frame
        assert_is_drawn(frame.get_by_alt_text("A teal field"))
        page.get_by_label("Phone").check()
        page.get_by_label("As this recipient").fill("agnes")
        asked = requests(page, "/dashboard/messages/draft/")
        page.get_by_label("As this recipient").press("Enter")
        expect(live).to_contain_text(re.compile(r"Filled in for Agnes \w+"))
        expect(live.locator(".inbox__subject")).to_have_text(re.compile(r"^Teal for Agnes \w+$"))
        expect(frame.locator("p").first).to_have_text(re.compile(r"^Hello Agnes \w+ bold$"))
        assert_is_drawn(frame.get_by_alt_text("A teal field"))
        box = live.locator("iframe").bounding_box()
        assert box
        assert box["width"] <= 375
        shown = frame.get_by_alt_text("A teal field").bounding_box()
        assert shown
        assert shown["width"] <= box["width"]
        assert len(asked) == 1  # drawing the letter twice would let it flicker

        page.locator("#message-form").get_by_role("button", name="Save").click()
        page.get_by_role("heading", name="Teal letter").wait_for()
        page.get_by_label("As this recipient").fill("agnes")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("button", name="Send me a test letter").click()
        expect(page.locator(".trial").first).to_contain_text("sent", timeout=60_000)
    assert [line for line in found if "/mail/" not in line] == []

    open_letter(page, ALICE)
    expect(page.get_by_role("main")).to_contain_text("[Test] Teal for Agnes")
    expect(page.locator("pre")).to_contain_text("Hello Agnes")


def test_nothing_is_lost_between_the_editor_and_html(page: Page) -> None:
    log_in(page, ALICE)
    page.route(ELSEWHERE, lambda route: route.fulfill(body=""))
    with complaints(page) as found:
        surface = write(page)
        for html in KEPT:
            page.get_by_role("button", name="HTML").click()
            page.locator("#id_body_html").fill(html)
            page.get_by_role("button", name="Visual").click()
            surface.wait_for()
            assert html_of(page) == html  # looking changes nothing
            surface.evaluate(
                "view => { view.editor.commands.insertContentAt(0, '<p>zz</p>');"
                " view.editor.commands.deleteRange({ from: 0, to: 4 }); }"
            )
            assert html_of(page) == html
    assert [line for line in found if not line.endswith(f"asks {ELSEWHERE}")] == []


def test_scripts_in_a_body_do_nothing_in_the_editor(page: Page) -> None:
    log_in(page, ALICE)
    write(page)
    page.get_by_role("button", name="HTML").click()
    page.locator("#id_body_html").fill(
        "<p onclick=\"document.title='hit'\">x</p><script>document.title='hit'</script>"
        "<img src=x onerror=\"document.title='hit'\"><svg onload=\"document.title='hit'\"></svg>"
        "<a href=\"javascript:document.title='hit'\">y</a>"
    )
    page.get_by_role("button", name="Visual").click()
    page.locator(".ProseMirror p").first.click()
    page.wait_for_timeout(1500)
    assert "hit" not in page.title()


def test_the_keyboard_reaches_every_tool_and_sets_a_link(page: Page) -> None:
    log_in(page, ALICE)
    surface = write(page)
    surface.click()
    page.keyboard.type("Our shop")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+k")
    page.get_by_label("Address", exact=True).fill("shop.test/autumn")
    page.keyboard.press("Enter")
    linked = '<p><a href="https://shop.test/autumn">Our shop</a></p>'
    expect(page.locator("#id_body_html")).to_have_value(linked)
    page.locator("[data-command=bold]").focus()
    for _tool in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#id_body_html")).to_have_value(f"<ul><li>{linked}</li></ul>")
    surface.focus()
    page.keyboard.press("Tab")
    expect(surface).not_to_be_focused()


def test_leaving_with_changes_is_asked_about(page: Page) -> None:
    log_in(page, ALICE)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    write(page)
    page.get_by_role("link", name="Home").click()
    page.wait_for_url("**/dashboard/")
    assert asked == []
    surface = write(page)
    surface.click()
    page.keyboard.type("x")
    page.get_by_role("link", name="Home").click()
    page.wait_for_url("**/dashboard/")
    assert asked == ["beforeunload"]
    write(page)
    page.get_by_label("Name", exact=True).click()
    page.keyboard.type("Guarded")
    page.locator("#message-form").get_by_role("button", name="Save").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    assert asked == ["beforeunload"]


def test_without_scripts_it_is_a_plain_form_with_a_preview(browser: Browser, local: Local) -> None:
    context = browser.new_context(base_url=local.url, locale="en", java_script_enabled=False)
    page = context.new_page()
    log_in(page, ALICE)
    page.goto("/dashboard/messages/new/?layout=plain")
    page.get_by_label("Name", exact=True).fill("By hand")
    page.get_by_label("Body").fill("<p>Hello {{ full_name|there }}</p>")
    page.get_by_role("button", name="Preview").click()
    framed = page.frame(name="draft-frame")
    assert framed
    expect(framed.locator("p").first).to_have_text("Hello Alex Reader")
    page.locator("#message-form").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="By hand")).to_be_visible()
    context.close()
