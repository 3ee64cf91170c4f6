"""The letters of an attempt: found, filtered, counted by reason, and taken along as CSV."""

import csv
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing.models import Attempt, Delivery
from mailing.models.delivery import STATE_OF
from mailing.tests.factories import AttemptFactory, DeliveryFactory

Login = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
LETTERS = (
    ("ann@example.org", "sent", ""),
    ("anton@example.org", "failed", "refused"),
    ("ben@example.org", "failed", "refused"),
    ("cora@example.org", "failed", "gave_up"),
    ("dan@example.com", "skipped", "unsubscribed"),
    ("eve@example.com", "uncertain", "no_answer"),
    ("fay@example.com", "sent", "vouched"),
)


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


@pytest.fixture
def attempt(alice: User) -> Attempt:
    attempt = AttemptFactory.create(
        mailing__owner=alice, total=7, sent=2, failed=3, skipped=1, uncertain=1
    )
    for email, state, reason in LETTERS:
        DeliveryFactory.create(attempt=attempt, recipient__email=email, state=state, reason=reason)
    DeliveryFactory.create(recipient__email="andreas@example.org")
    return attempt


def named(client: Client, attempt: Attempt, **query: str) -> list[str]:
    page = client.get(attempt.get_absolute_url(), query).context["page_obj"]
    return [letter.email.partition("@")[0] for letter in page]


def export(client: Client, attempt: Attempt, **query: str) -> list[list[str]]:
    answer: Any = client.get(reverse("mailing:attempt_export", args=[attempt.pk]), query)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(text.splitlines()))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "an"}, ["ann", "anton", "dan"]),
        ({"q": "AN"}, ["ann", "anton", "dan"]),
        ({"q": "example.com"}, ["dan", "eve", "fay"]),
        ({"q": "%"}, []),
        ({"state": "failed"}, ["anton", "ben", "cora"]),
        ({"reason": "refused"}, ["anton", "ben"]),
        ({"reason": "vouched"}, ["fay"]),
        ({"state": "failed", "reason": "gave_up"}, ["cora"]),
        ({"state": "sent", "reason": "gave_up"}, []),
        ({"q": "an", "state": "failed"}, ["anton"]),
        ({"state": "x", "reason": "y"}, [email.partition("@")[0] for email, *_ in LETTERS]),
    ],
)
def test_letters_are_searched_and_filtered(
    client: Client, attempt: Attempt, query: dict[str, str], found: list[str]
) -> None:
    assert named(client, attempt, **query) == found


def test_in_a_large_attempt_addresses_are_found_by_their_beginning(
    client: Client, attempt: Attempt
) -> None:
    Attempt.objects.update(total=5_000_000)
    assert named(client, attempt, q="An") == ["ann", "anton"]
    assert named(client, attempt, q="ann@example.org") == ["ann"]
    assert named(client, attempt, q="nn") == []
    assert "how they begin" in client.get(attempt.get_absolute_url()).content.decode()


def test_what_the_counts_say_is_not_there_is_not_looked_for(
    client: Client, attempt: Attempt
) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert named(client, attempt, state="dry_run") == []
    assert not any('FROM "mailing_delivery"' in query["sql"] for query in queries)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="it asks PostgreSQL")
def test_the_beginning_of_an_address_is_found_by_an_index(attempt: Attempt) -> None:
    Delivery.objects.bulk_create(
        Delivery(attempt=attempt, email=f"r{n}@example.org") for n in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE mailing_delivery")
    found = attempt.deliveries.addressed("r299", anywhere=False)
    assert "delivery_unique" in found.explain()
    assert (
        "delivery_by_reason"
        in attempt.deliveries.filter(  # the few that have one
            reason="refused", state="failed"
        ).explain()
    )


def test_every_reason_goes_with_one_state() -> None:
    assert STATE_OF.keys() == set(Delivery.Reason)


def test_reasons_are_counted_and_lead_to_their_letters(client: Client, attempt: Attempt) -> None:
    address = reverse("mailing:attempt_why", args=[attempt.pk])
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert f'hx-get="{address}"' in page
    assert f'<a href="{address}">' in page
    answer = client.get(address, headers=HTMX)
    counted = [(str(reason), number) for _state, reason, number in answer.context["reasons"]]
    assert counted == [
        ("refused", 2),
        ("gave_up", 1),
        ("no_answer", 1),
        ("unsubscribed", 1),
        ("vouched", 1),
    ]
    shown = answer.content.decode()
    assert f"{attempt.get_absolute_url()}?state=failed&amp;reason=refused" in shown
    assert "<html" not in shown
    assert "<html" in client.get(address).content.decode()


def test_where_everybody_got_it_nobody_is_asked_for(client: Client, alice: User) -> None:
    attempt = AttemptFactory.create(mailing__owner=alice, total=1, sent=1)
    address = reverse("mailing:attempt_why", args=[attempt.pk])
    assert address not in client.get(attempt.get_absolute_url()).content.decode()


def test_csv_holds_what_the_page_shows_with_the_same_filters(
    client: Client, attempt: Attempt
) -> None:
    attempt.deliveries.filter(email="ben@example.org").update(
        smtp_code=550, smtp_reply="=1+1", tries=1, finished_at=timezone.now()
    )
    heading, *rows = export(client, attempt, state="failed", reason="refused")
    assert heading[:6] == ["email", "full_name", "state", "reason", "smtp_code", "smtp_reply"]
    assert [row[0] for row in rows] == ["anton@example.org", "ben@example.org"]
    assert rows[1][2:7] == ["failed", "refused", "550", "'=1+1", "1"]
    assert rows[1][8].endswith("+00:00")
    assert len(export(client, attempt)) == 1 + len(LETTERS)


def test_the_page_links_to_its_csv_for_the_owner_alone(
    client: Client, attempt: Attempt, manager: User, login: Login
) -> None:
    address = reverse("mailing:attempt_export", args=[attempt.pk])
    query = {"state": "failed", "q": "a"}
    assert (
        f'href="{address}?state=failed&amp;q=a"'
        in client.get(attempt.get_absolute_url(), query).content.decode()
    )
    assert address not in login(manager).get(attempt.get_absolute_url()).content.decode()


def test_csv_is_read_in_chunks(client: Client, attempt: Attempt) -> None:
    Delivery.objects.bulk_create(
        Delivery(attempt=attempt, email=f"r{n}@example.org") for n in range(4500)
    )
    with CaptureQueriesContext(connection) as queries:
        assert len(export(client, attempt)) == 1 + len(LETTERS) + 4500
    of_letters = [query for query in queries if '"mailing_delivery"' in query["sql"]]
    assert len(of_letters) == 4
    assert all("LIMIT 2000" in query["sql"] for query in of_letters)


def test_the_administrator_takes_no_letters_of_others_along(
    admin: User, login: Login, attempt: Attempt
) -> None:
    address = reverse("mailing:attempt_export", args=[attempt.pk])
    assert login(admin).get(address).status_code == 404


def test_letters_still_to_be_tried_say_when(client: Client, attempt: Attempt) -> None:
    DeliveryFactory.create(attempt=attempt, tries=1, smtp_code=451, smtp_reply="Later")
    page = client.get(attempt.get_absolute_url(), {"state": "queued"}).content.decode()
    assert "451 Later" in page
    assert "again at" in page
