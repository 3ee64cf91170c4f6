"""The page on which one watches letters leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing.models import Attempt, Mailing
from mailing.tests.factories import AttemptFactory, DeliveryFactory

Login = Callable[[User], Client]


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


@pytest.fixture
def attempt(alice: User) -> Attempt:
    """A running attempt of ten, six of which have a result."""
    return AttemptFactory.create(
        mailing__owner=alice,
        mailing__name="Weekly",
        total=10,
        sent=3,
        failed=1,
        skipped=1,
        uncertain=1,
    )


def rows(client: Client, attempt: Attempt, **query: str | int) -> list[str]:
    page = client.get(attempt.get_absolute_url(), query).context["page_obj"]
    return [delivery.email for delivery in page]


def test_an_attempt_of_a_paused_mailing_is_paused_wherever_it_is_shown(
    client: Client, attempt: Attempt
) -> None:
    waits = "The letters left wait until the mailing is resumed."
    running = '<span class="badge badge--running">running</span>'
    paused = '<span class="badge badge--paused">paused</span>'
    addresses = [
        attempt.get_absolute_url(),
        attempt.mailing.get_absolute_url(),
        reverse("mailing:mailings"),
    ]
    for address in addresses:
        assert running in (page := client.get(address).content.decode())
        assert waits not in page
    Mailing.objects.update(status="paused")
    for address in addresses:
        page = client.get(address).content.decode()
        assert (running in page, paused in page) == (False, True)
        assert (waits in page) == (address != addresses[-1])
    Attempt.objects.update(dry_run=True)
    assert running in client.get(attempt.get_absolute_url()).content.decode()


def test_dry_run_counts_what_was_composed(client: Client, alice: User) -> None:
    attempt = AttemptFactory.create(mailing__owner=alice, dry_run=True, total=2, composed=1)
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert "50 %" in page
    assert "<dt>Composed</dt><dd>1</dd>" in page


def test_trouble_of_the_server_is_told(client: Client, attempt: Attempt) -> None:
    now = timezone.now()
    Attempt.objects.update(
        trouble_since=now - timedelta(hours=1),
        next_try_at=now + timedelta(minutes=5),
        server_response="421 <busy>",
    )
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert "has been in trouble since" in page
    assert "421 &lt;busy&gt;" in page
    assert "Next try:" in page


def test_trouble_is_explained_in_plain_words(client: Client, attempt: Attempt) -> None:
    Attempt.objects.update(trouble_since=timezone.now(), server_response="535 5.7.8 Go away")
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert "does not accept our login" in page
    assert "nothing you have to do" in page


def test_an_attempt_that_waits_for_a_limit_says_so_and_speaks_of_no_trouble(
    client: Client, attempt: Attempt
) -> None:
    until = timezone.now() + timedelta(minutes=5)
    attempt.hold(until)
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert f"waiting for the sending limit and goes on at {until:%H:%M:%S}" in page
    assert "in trouble" not in page
    attempt.hold(timezone.now() - timedelta(seconds=1))
    assert "sending limit" not in client.get(attempt.get_absolute_url()).content.decode()


def test_letters_show_state_reason_and_the_servers_answer(client: Client, attempt: Attempt) -> None:
    DeliveryFactory.create(
        attempt=attempt, state="failed", reason="refused", smtp_code=550, smtp_reply="No such user"
    )
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert "badge--failed" in page
    assert "refused by the mail server" in page
    assert "No such user" in page


def test_letters_come_in_pages_of_fifty(client: Client, attempt: Attempt) -> None:
    DeliveryFactory.create_batch(51, attempt=attempt)
    assert len(rows(client, attempt)) == 50
    assert len(rows(client, attempt, before="end")) == 50
    following = client.get(attempt.get_absolute_url()).context["page_obj"].after
    assert len(rows(client, attempt, after=following)) == 1


def test_deleted_recipient_is_called_so(client: Client, attempt: Attempt) -> None:
    delivery: Any = DeliveryFactory.create(attempt=attempt)
    delivery.recipient.delete()
    assert "deleted recipient" in client.get(attempt.get_absolute_url()).content.decode()


def test_frozen_message_is_shown_not_the_present_one(client: Client, attempt: Attempt) -> None:
    Attempt.objects.update(subject="As it was")
    attempt.mailing.message.subject = "As it is"
    attempt.mailing.message.save()
    page = client.get(attempt.get_absolute_url()).content.decode()
    assert "As it was" in page
    assert "As it is" not in page


def test_owner_pauses_and_stops_from_here(client: Client, attempt: Attempt) -> None:
    page = client.get(attempt.get_absolute_url()).content.decode()
    for action in ("pause", "stop"):
        assert reverse("mailing:mailing_action", args=[attempt.mailing.pk, action]) in page


def test_manager_only_watches_and_disables(manager: User, login: Login, attempt: Attempt) -> None:
    page: Any = login(manager).get(attempt.get_absolute_url())
    shown = page.content.decode()
    actions = {action.name for action in page.context["actions"]}
    assert actions == {"disable"}
    assert "alice@example.org" in shown
