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
    MailingFactory,
    MessageFactory,
    RecipientFactory,
    RecipientListFactory,
    SuppressionFactory,
)
from mailing.urls import urlpatterns

Login = Callable[[User], Client]

#: Pages without an object, and those of one row, by what makes the row.
OWNER_PAGES = {
    "recipients": None,
    "recipient_create": None,
    "recipients_import": None,
    "recipient_detail": RecipientFactory,
    "recipient_edit": RecipientFactory,
    "recipient_delete": RecipientFactory,
    "lists": None,
    "list_create": None,
    "list_detail": RecipientListFactory,
    "list_edit": RecipientListFactory,
    "list_delete": RecipientListFactory,
    "messages": None,
    "message_create": None,
    "message_detail": MessageFactory,
    "message_edit": MessageFactory,
    "message_delete": MessageFactory,
    "message_preview": MessageFactory,
    "mailing_create": None,
    "mailing_edit": MailingFactory,
    "mailing_delete": MailingFactory,
    "suppressions": None,
    "suppression_create": None,
    "suppression_delete": SuppressionFactory,
}
SHARED_PAGES = {"home": None, "mailings": None, "mailing_detail": MailingFactory}
TESTED_APART = {"mailing_action", "list_remove", "attempt_detail", "attempt_action"}
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
    only_read = method == "post" and page.endswith(("_detail", "_preview"))
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


@pytest.mark.parametrize(
    ("role", "status"),
    [("alice", 200), ("bob", 404), ("manager", 200), ("content_manager", 403)],
)
def test_attempt_is_for_its_owner_and_managers(
    role: str, status: int, alice: User, login: Login, request: pytest.FixtureRequest
) -> None:
    attempt = DeliveryFactory.create(attempt__mailing__owner=alice).attempt
    client = login(request.getfixturevalue(role))
    assert client.get(attempt.get_absolute_url()).status_code == status


def test_stranger_is_led_from_an_attempt_to_the_login(db: None, client: Client) -> None:
    attempt = AttemptFactory.create()
    assert client.get(attempt.get_absolute_url()).status_code == 302
    watching = client.get(attempt.get_absolute_url(), headers={"HX-Request": "true"})
    assert watching["HX-Refresh"] == "true"
