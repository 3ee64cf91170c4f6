"""The pages on which caught letters are read."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import include, path

from config.mail_catcher.store import Letter, Store
from config.urls import urlpatterns as without_debug

pytestmark = pytest.mark.django_db

urlpatterns = [path("mail/", include("config.mail_catcher.urls")), *without_debug]
with_debug = pytest.mark.urls(__name__)


@pytest.fixture
def store(settings: LazySettings, tmp_path: Path) -> Store:
    settings.CAUGHT_MAIL_DIR = tmp_path / "mail"
    return Store(settings.CAUGHT_MAIL_DIR)


def put(store: Store, recipient: str = "reader@example.org", subject: str = "Hello") -> Letter:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "me@example.org", recipient
    message.set_content("Read https://example.org/text\n")
    message.add_alternative(
        '<style>p { color: red }</style><p>Read <a href="https://example.org/page">this</a></p>',
        subtype="html",
    )
    message.add_attachment(b"a,b\n", maintype="text", subtype="csv", filename="číslo.csv")
    return store.add(message.as_bytes(), [recipient])


@pytest.mark.parametrize("page", ["/mail/", "/mail/00000000000000000000-00000000/"])
def test_without_debug_there_are_no_such_pages(client: Client, page: str) -> None:
    assert client.get(page).status_code == 404
    assert client.post("/mail/delete-all/").status_code == 404


@with_debug
def test_an_empty_catcher_says_what_to_do(client: Client, store: Store) -> None:
    assert "No letters yet" in client.get("/mail/").content.decode()


@with_debug
def test_letters_are_listed_newest_first_in_pages(client: Client, store: Store) -> None:
    for number in range(30):
        put(store, subject=f"Letter {number:02d}")
    first = client.get("/mail/").content.decode()
    second = client.get("/mail/?page=2").content.decode()

    assert first.index("Letter 29") < first.index("Letter 28")
    assert "Letter 04" not in first
    assert "Letter 04" in second


@with_debug
def test_letters_are_found_by_recipient(client: Client, store: Store) -> None:
    put(store, "alice@example.org", "For Alice")
    put(store, "bob@example.org", "For Bob")
    page = client.get("/mail/?q=ALICE@").content.decode()

    assert "For Alice" in page
    assert "For Bob" not in page
    assert "Nothing found" in client.get("/mail/?q=carol").content.decode()


@with_debug
def test_a_letter_shows_headers_text_frame_and_attachments(client: Client, store: Store) -> None:
    letter = put(store, subject="<b>Bold</b>")
    page = client.get(f"/mail/{letter.name}/").content.decode()

    assert "&lt;b&gt;Bold" in page
    assert "<b>Bold" not in page
    assert 'href="https://example.org/text"' in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "číslo.csv" in page


@with_debug
def test_the_frame_runs_nothing_and_opens_links_elsewhere(client: Client, store: Store) -> None:
    letter = put(store)
    answer = client.get(f"/mail/{letter.name}/html/")

    assert '<base target="_blank">' in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


@with_debug
def test_the_source_is_what_was_sent(client: Client, store: Store) -> None:
    letter = store.add(b"Subject: As it came\r\n\r\nText\r\n", ["a@example.org", "b@example.org"])

    assert client.get(f"/mail/{letter.name}/source/").content == letter.source
    assert letter.source == b"Subject: As it came\r\n\r\nText\r\n"
    assert letter.recipients == "a@example.org, b@example.org"


@with_debug
def test_an_attachment_is_saved_not_shown(client: Client, store: Store) -> None:
    letter = put(store)
    answer = client.get(f"/mail/{letter.name}/attachments/1/")

    assert answer.content == b"a,b\n"
    assert answer["Content-Disposition"].startswith("attachment")
    assert client.get(f"/mail/{letter.name}/attachments/2/").status_code == 404
    assert client.get(f"/mail/{letter.name}/attachments/0/").status_code == 404


@with_debug
def test_all_letters_can_be_deleted_but_not_by_a_link(client: Client, store: Store) -> None:
    put(store)

    assert client.get("/mail/delete-all/").status_code == 405
    assert len(store.letters()) == 1
    assert client.post("/mail/delete-all/").status_code == 302
    assert store.letters() == []


@with_debug
@pytest.mark.parametrize("name", ["nothing", "..", "00000000000000000000-00000000"])
def test_a_letter_that_is_not_there_is_not_found(client: Client, store: Store, name: str) -> None:
    assert client.get(f"/mail/{name}/").status_code == 404


@with_debug
def test_a_letter_without_subject_or_body_can_be_opened(client: Client, store: Store) -> None:
    letter = store.add(b"From: a@example.org\r\n\r\n", ["b@example.org"])

    assert "no subject" in client.get("/mail/").content.decode()
    assert client.get(f"/mail/{letter.name}/").status_code == 200
    assert client.get(f"/mail/{letter.name}/html/").status_code == 404


def test_only_the_newest_letters_are_kept(tmp_path: Path) -> None:
    store = Store(tmp_path, keep=20)
    for number in range(60):
        store.add(f"Subject: {number}\r\n\r\n".encode(), ["a@example.org"])

    letters = store.letters()
    assert 20 <= len(letters) <= 21
    assert letters[0].message["Subject"] == "59"
