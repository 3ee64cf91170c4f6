"""The pages that letters link to, as mail programs and strangers open them."""

from typing import Any

import pytest
from django.test import Client

from mailing import links
from mailing.models import Suppression
from mailing.sending.compose import freeze
from mailing.tests.factories import DeliveryFactory, MessageFactory, RecipientFactory
from mailing.views.letters import masked

ONE_CLICK: dict[str, Any] = {
    "data": "List-Unsubscribe=One-Click",
    "content_type": "application/x-www-form-urlencoded",
}


@pytest.fixture
def client() -> Client:
    """A program that has no cookie and no CSRF token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def delivery(db: None) -> Any:
    return DeliveryFactory.create(
        recipient__email="annabel@example.org", attempt__sender_name="The Tea Shop"
    )


@pytest.fixture
def address(delivery: Any) -> str:
    return links.unsubscribe_url(delivery.recipient.pk, delivery.pk)


def is_unsubscribed(delivery: Any) -> bool:
    delivery.recipient.refresh_from_db()
    suppressed = Suppression.objects.filter(
        owner=delivery.recipient.owner, email=delivery.email, reason="unsubscribed"
    )
    return delivery.recipient.state == "unsubscribed" and suppressed.count() == 1


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
def test_nothing_but_posting_changes_anything(
    client: Client, delivery: Any, address: str, method: str
) -> None:
    for _time in range(2):
        response = getattr(client, method)(address)
        assert response.status_code == (200 if method in {"get", "head"} else 405)
    assert not Suppression.objects.exists()
    delivery.recipient.refresh_from_db()
    assert delivery.recipient.state == "active"


def test_page_shows_who_is_meant_and_not_the_whole_address(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    assert "a•••@example.org" in page
    assert "annabel" not in page
    assert "The Tea Shop" in page
    assert 'method="post"' in page
    assert "csrfmiddlewaretoken" not in page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("body", [ONE_CLICK, {"data": {}}], ids=["one click", "button"])
def test_posting_unsubscribes_without_cookie_or_token(
    client: Client, delivery: Any, address: str, body: dict[str, Any]
) -> None:
    response = client.post(address, **body)
    assert response.status_code == 200
    assert "You are unsubscribed" in response.content.decode()
    assert is_unsubscribed(delivery)
    assert "sessionid" not in response.cookies


def test_twice_is_the_same_as_once(client: Client, delivery: Any, address: str) -> None:
    first, second = client.post(address, **ONE_CLICK), client.post(address, **ONE_CLICK)
    assert first.status_code == second.status_code == 200
    assert is_unsubscribed(delivery)


def test_bounced_recipient_is_suppressed_and_stays_bounced(
    client: Client, delivery: Any, address: str
) -> None:
    delivery.recipient.state = "bounced"
    delivery.recipient.save()
    client.post(address)
    delivery.recipient.refresh_from_db()
    assert delivery.recipient.state == "bounced"
    assert Suppression.objects.filter(reason="unsubscribed").exists()


def test_link_works_when_the_record_of_the_letter_is_gone(
    client: Client, delivery: Any, address: str
) -> None:
    recipient = delivery.recipient
    delivery.attempt.mailing.delete()
    assert client.get(address).status_code == 200
    client.post(address)
    recipient.refresh_from_db()
    assert recipient.state == "unsubscribed"


@pytest.mark.parametrize("method", ["get", "post"])
def test_deleted_recipient_gets_a_kind_page(
    client: Client, delivery: Any, address: str, method: str
) -> None:
    delivery.recipient.delete()
    response = getattr(client, method)(address)
    assert response.status_code == 200
    assert "no longer on the sender" in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", ["/m/u/x", "/m/u/1-2", "/m/u/" + "1" * 500, "/m/v/1"])
def test_wrong_token_is_not_found(db: None, path: str, method: str) -> None:
    is_posted_to_read_only = method == "post" and path.startswith("/m/v")
    response = getattr(Client(), method)(path)
    assert response.status_code == (405 if is_posted_to_read_only else 404)


def test_token_of_somebody_else_cannot_be_made_from_ones_own(
    client: Client, delivery: Any, address: str
) -> None:
    other = RecipientFactory.create()
    theirs = links.unsubscribe_url(other.pk, delivery.pk)
    mixed = theirs[:-14] + address[-14:]
    assert client.post(mixed).status_code == 404
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("kind", ["unsubscribe", "view"])
def test_pages_are_kept_out_of_caches_referrers_and_search_engines(
    client: Client, delivery: Any, address: str, kind: str
) -> None:
    response = client.get(address if kind == "unsubscribe" else links.view_url(delivery.pk))
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"


def test_page_speaks_the_visitors_language(client: Client, address: str) -> None:
    assert 'lang="ru"' in client.get(address, headers={"Accept-Language": "ru"}).content.decode()


def test_letter_is_shown_as_it_was_sent_and_can_do_nothing(client: Client, db: None) -> None:
    message = MessageFactory.create(body_html="<p>Hello {{ full_name|there }}</p>")
    delivery: Any = DeliveryFactory.create(
        recipient__full_name="<b>Ann</b>", attempt__body_html=freeze(message, "en").body_html
    )
    response = client.get(links.view_url(delivery.pk))
    page = response.content.decode()
    assert "Hello &lt;b&gt;Ann&lt;/b&gt;" in page
    assert links.unsubscribe_url(delivery.recipient.pk, delivery.pk) in page
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert policy.endswith("sandbox")
    assert "script" not in policy


def test_letter_of_a_deleted_recipient_names_nobody(client: Client, delivery: Any) -> None:
    delivery.recipient.delete()
    page = client.get(links.view_url(delivery.pk)).content.decode()
    assert "annabel" not in page
    assert "Reader" not in page


def test_letter_that_is_no_longer_kept_is_said_to_be_gone(client: Client, delivery: Any) -> None:
    address = links.view_url(delivery.pk)
    delivery.delete()
    response = client.get(address)
    assert response.status_code == 410
    assert "no longer kept" in response.content.decode()


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("annabel@example.org", "a•••@example.org"),
        ("a@example.org", "•••@example.org"),
        ("жанна@пример.рф", "ж•••@пример.рф"),
    ],
)
def test_address_is_masked(email: str, shown: str) -> None:
    assert masked(email) == shown
