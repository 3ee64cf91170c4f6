"""The buttons with which an owner makes up for letters that did not arrive."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing.models import Attempt, Mailing, Recipient
from mailing.tests.factories import AttemptFactory, DeliveryFactory
from mailing.views import amends

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]


@pytest.fixture
def attempt(alice: User) -> Attempt:
    """A finished attempt with one letter sent, one failed and one uncertain."""
    attempt = AttemptFactory.create(
        mailing__owner=alice,
        mailing__status="finished",
        status="partial",
        finished_at=timezone.now(),
        total=3,
        sent=1,
        failed=1,
        uncertain=1,
    )
    for state in ("sent", "failed", "uncertain"):
        DeliveryFactory.create(attempt=attempt, state=state)
    return attempt


def address(attempt: Attempt, action: str) -> str:
    return reverse("mailing:attempt_action", args=[attempt.pk, action])


def buttons(client: Client, attempt: Attempt) -> set[str]:
    """Return what the page of the attempt offers, and the count of reasons that it asks for."""
    why = reverse("mailing:attempt_why", args=[attempt.pk])
    pages = [client.get(page).content.decode() for page in (attempt.get_absolute_url(), why)]
    return {
        name for name in ("mark", "again", "missed") for page in pages
        if address(attempt, name) in page
    }  # fmt: skip


def test_the_owner_is_offered_what_can_be_done(attempt: Attempt, alice: User, login: Login) -> None:
    assert buttons(login(alice), attempt) == {"mark", "again", "missed"}


def test_whom_it_missed_is_not_looked_for_by_the_page_itself(
    attempt: Attempt, alice: User, login: Login
) -> None:
    """Of a million letters it may be all of them that have to be looked at."""
    client = login(alice)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(attempt.get_absolute_url()).content.decode()
    assert reverse("mailing:attempt_why", args=[attempt.pk]) in page
    assert not [query for query in queries if "mailing_suppression" in query["sql"]]


def test_nothing_is_offered_for_those_who_may_not_get_a_letter_any_more(
    attempt: Attempt, alice: User, login: Login
) -> None:
    Recipient.objects.get(deliveries__state="failed").unsubscribe()
    assert buttons(login(alice), attempt) == {"mark", "again"}


def test_nothing_is_offered_while_letters_are_leaving(
    attempt: Attempt, alice: User, login: Login
) -> None:
    Attempt.objects.update(status="running", finished_at=None)
    assert buttons(login(alice), attempt) == set()


def test_those_whom_a_cancelled_attempt_missed_can_have_their_letter(
    attempt: Attempt, alice: User, login: Login
) -> None:
    Attempt.objects.update(status="cancelled", cancel_reason="stopped")
    assert buttons(login(alice), attempt) == {"mark", "missed"}


@pytest.mark.parametrize("status", ["draft", "disabled"])
def test_no_letter_is_offered_while_none_may_leave(
    attempt: Attempt, alice: User, login: Login, status: str
) -> None:
    Mailing.objects.update(status=status)
    assert buttons(login(alice), attempt) == {"mark"}


def test_a_manager_is_offered_nothing_and_may_do_nothing(
    attempt: Attempt, manager: User, login: Login
) -> None:
    client = login(manager)
    assert buttons(client, attempt) == set()
    for method in (client.get, client.post):
        assert method(address(attempt, "mark")).status_code == 403


@pytest.mark.parametrize("action", ["mark", "again", "missed"])
def test_the_attempt_of_another_owner_is_not_found(
    attempt: Attempt, bob: User, login: Login, action: str
) -> None:
    client = login(bob)
    for method in (client.get, client.post):
        assert method(address(attempt, action)).status_code == 404


def test_what_is_no_way_is_not_found(attempt: Attempt, alice: User, login: Login) -> None:
    assert login(alice).post(address(attempt, "whatever")).status_code == 404


@pytest.mark.parametrize(
    ("action", "question"),
    [
        ("mark", "Mark 1 uncertain letter as sent?"),
        ("again", "Send 1 uncertain letter again?"),
        ("missed", "Send the message to 1 recipient who did not get it?"),
    ],
)
def test_it_is_asked_about_first_and_changes_nothing(
    attempt: Attempt, alice: User, login: Login, action: str, question: str
) -> None:
    assert question in login(alice).get(address(attempt, action)).content.decode()
    attempt.refresh_from_db()
    assert (attempt.uncertain, attempt.mailing.attempts.count()) == (1, 1)


def test_of_very_many_it_is_asked_how_many_they_are_at_least(
    attempt: Attempt, alice: User, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(amends, "MOST_COUNTED", 1)
    client = login(alice)
    page = client.get(address(attempt, "mark")).content.decode()
    assert "Mark 1 uncertain letter as sent?" in page
    DeliveryFactory.create(attempt=attempt, state="uncertain")
    page = client.get(address(attempt, "mark")).content.decode()
    assert "Mark more than 1 uncertain letter as sent?" in page


def test_marking_changes_the_counts(attempt: Attempt, alice: User, login: Login) -> None:
    page = login(alice).post(address(attempt, "mark"), follow=True).content.decode()

    assert "Done for 1 letter." in page
    attempt.refresh_from_db()
    assert (attempt.sent, attempt.uncertain) == (2, 0)


def test_a_second_time_is_refused_in_words(attempt: Attempt, alice: User, login: Login) -> None:
    client = login(alice)
    client.post(address(attempt, "again"))
    attempt.deliveries.filter(state="queued").update(state="uncertain")
    page = client.post(address(attempt, "again"), follow=True).content.decode()

    assert "Once is all there is." in page


def test_those_who_were_missed_get_a_new_attempt(
    attempt: Attempt, alice: User, login: Login
) -> None:
    response = login(alice).post(address(attempt, "missed"))

    another = Attempt.objects.exclude(pk=attempt.pk).get()
    assert response["Location"] == another.get_absolute_url()
    assert another.total == 1
