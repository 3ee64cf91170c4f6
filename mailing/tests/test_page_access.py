"""Who may open which page: the whole table, so that no new page is forgotten."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mailing.tests.factories import (
    AttemptFactory,
    DeliveryFactory,
    FinishedImportFactory,
    ImportFactory,
    MailingFactory,
    MessageFactory,
    PictureFactory,
    RecipientFactory,
    RecipientListFactory,
    SegmentFactory,
    SuppressionFactory,
)
from mailing.urls import urlpatterns

Login = Callable[[User], Client]

#: Pages without an object, and those of one row, by what makes the row.
OWNER_PAGES = {
    "recipients": None,
    "recipient_create": None,
    "recipients_import": None,
    "imports": None,
    "import_detail": ImportFactory,
    "import_columns": ImportFactory,
    "import_cancel": ImportFactory,
    "import_undo": FinishedImportFactory,
    "recipient_detail": RecipientFactory,
    "recipient_edit": RecipientFactory,
    "recipient_delete": RecipientFactory,
    "recipient_data": RecipientFactory,
    "lists": None,
    "list_create": None,
    "list_detail": RecipientListFactory,
    "list_edit": RecipientListFactory,
    "list_delete": RecipientListFactory,
    "segments": None,
    "segment_create": None,
    "segment_detail": SegmentFactory,
    "segment_edit": SegmentFactory,
    "segment_delete": SegmentFactory,
    "messages": None,
    "message_create": None,
    "message_detail": MessageFactory,
    "message_edit": MessageFactory,
    "message_delete": MessageFactory,
    "message_preview": MessageFactory,
    "message_versions": MessageFactory,
    "message_begin": None,
    "message_articles": None,
    "message_recipients": None,
    "pictures": None,
    "picture_delete": PictureFactory,
    "mailing_create": None,
    "mailing_find": None,
    "mailing_edit": MailingFactory,
    "mailing_recipients": MailingFactory,
    "mailing_time": MailingFactory,
    "mailing_review": MailingFactory,
    "mailing_delete": MailingFactory,
    "suppressions": None,
    "suppression_create": None,
    "suppression_delete": SuppressionFactory,
}
SHARED_PAGES = {
    "home": None,
    "mailing_calendar": None,
    "mailings": None,
    "mailing_detail": MailingFactory,
    "mailing_plan": MailingFactory,
    "reports": None,
}
ATTEMPT_PAGES = ("attempt_detail", "attempt_why", "attempt_progress", "attempt_export")
#: In mailing/tests/test_message_parts_access.py: what belongs to a message, or to nobody.
MESSAGE_PARTS = {
    *("message_draft", "message_draft_letter", "message_layout", "message_from_article"),
    *("message_article_preview", "message_test", "trial_letter", "message_attach"),
    *("message_attachment", "message_detach", "message_version", "message_version_preview"),
}
TESTED_APART = {
    "import_start",
    "import_rows",
    "mailing_action",
    "list_remove",
    "attempt_action",
    *ATTEMPT_PAGES,
    *MESSAGE_PARTS,
    "segments_count",
    "segment_matches",
    "recipients_bulk",
    "recipients_change",
    "list_size",
    "list_bulk",
    "report_download",
}
PAGES: dict[str, Any] = OWNER_PAGES | SHARED_PAGES
ROW_PAGES = [name for name, factory in PAGES.items() if factory]


def address(page: str, owner: User) -> str:
    factory = PAGES[page]
    return reverse(f"mailing:{page}", args=[factory.create(owner=owner).pk] if factory else [])


def test_every_page_is_in_the_table() -> None:
    assert {pattern.name for pattern in urlpatterns} == PAGES.keys() | TESTED_APART


@pytest.mark.parametrize("page", PAGES)
def test_owner_opens_own_pages(page: str, alice: User, login: Login) -> None:
    assert login(alice).get(address(page, alice)).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", ROW_PAGES)
def test_pages_of_another_owner_are_not_found(
    page: str, method: str, alice: User, bob: User, login: Login
) -> None:
    reading = ("_detail", "_preview", "_versions", "_review", "_plan", "_data")
    only_read = method == "post" and page.endswith(reading)
    response = getattr(login(bob), method)(address(page, alice))
    assert response.status_code == (405 if only_read else 404)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", OWNER_PAGES)
def test_manager_is_refused_what_belongs_to_owners(
    page: str, method: str, alice: User, manager: User, login: Login
) -> None:
    assert getattr(login(manager), method)(address(page, alice)).status_code == 403


@pytest.mark.parametrize("page", SHARED_PAGES)
def test_manager_looks_over_mailings(page: str, alice: User, manager: User, login: Login) -> None:
    assert login(manager).get(address(page, alice)).status_code == 200


@pytest.mark.parametrize("page", sorted(PAGES.keys() - {"home"}))
def test_content_manager_sees_no_mailing_data(
    page: str, alice: User, content_manager: User, login: Login
) -> None:
    assert login(content_manager).get(address(page, alice)).status_code == 403


def test_content_manager_is_led_to_the_public_site(content_manager: User, login: Login) -> None:
    response = login(content_manager).get(reverse("mailing:home"))
    assert response.status_code == 302
    assert response["Location"] == "/cms/"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", PAGES)
def test_stranger_is_led_to_the_login(page: str, method: str, alice: User, client: Client) -> None:
    response = getattr(client, method)(address(page, alice))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("page", ATTEMPT_PAGES)
@pytest.mark.parametrize(
    ("role", "status"),
    [("alice", 200), ("bob", 404), ("manager", 200), ("content_manager", 403)],
)
def test_attempt_is_for_its_owner_and_managers(
    role: str,
    status: int,
    page: str,
    alice: User,
    login: Login,
    request: pytest.FixtureRequest,
) -> None:
    attempt = DeliveryFactory.create(attempt__mailing__owner=alice).attempt
    client = login(request.getfixturevalue(role))
    address = reverse(f"mailing:{page}", args=[attempt.pk])
    is_personal = page == "attempt_export" and role == "manager"
    answer = client.get(address, headers={"HX-Request": "true"})
    assert answer.status_code == (403 if is_personal else status)
    assert client.post(address).status_code in {403, 405}


@pytest.mark.parametrize("page", ATTEMPT_PAGES)
def test_stranger_is_led_from_an_attempt_to_the_login(db: None, client: Client, page: str) -> None:
    address = reverse(f"mailing:{page}", args=[AttemptFactory.create().pk])
    for method in (client.get, client.post):
        assert method(address)["Location"].startswith(reverse("account_login"))


def test_who_was_logged_out_while_watching_gets_the_login(db: None, client: Client) -> None:
    address = reverse("mailing:attempt_progress", args=[AttemptFactory.create().pk])
    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("role", "status"), [("alice", 200), ("manager", 200), ("admin", 200), ("content_manager", 403)]
)
def test_reports_are_taken_away_by_those_who_see_them(
    role: str, status: int, login: Login, request: pytest.FixtureRequest
) -> None:
    path = reverse("mailing:report_download", args=["all"])
    client = login(request.getfixturevalue(role))
    assert client.get(path).status_code == status
    assert client.post(path).status_code == (405 if status == 200 else status)


def test_stranger_is_led_from_a_download_to_the_login(db: None, client: Client) -> None:
    response = client.get(reverse("mailing:report_download", args=["all"]))
    assert response["Location"].startswith(reverse("account_login"))
