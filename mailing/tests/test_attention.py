"""What the first page of the dashboard asks people to look after."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing.attention import EACH, SOURCES, attention
from mailing.models import Attempt, Import, Mailing
from mailing.reports import counting
from mailing.sending import amends
from mailing.tests.factories import (
    AttemptFactory,
    DeliveryFactory,
    FinishedImportFactory,
    ImportFactory,
    MailingFactory,
)

Login = Callable[[User], Client]


def over(owner: User, **states: int) -> Attempt:
    """Make an attempt that is over and counted, with so many letters in each state."""
    attempt: Attempt = AttemptFactory.create(
        mailing__owner=owner,
        mailing__name="News",
        status="partial",
        finished_at=timezone.now(),
        total=sum(states.values()),
    )
    for state, number in states.items():
        for _n in range(number):
            DeliveryFactory.create(attempt=attempt, state=state, finished_at=timezone.now())
    attempt.count(**states)
    counting.catch_up()
    return attempt


def titles(user: User) -> list[str]:
    return [item.title for item in attention(user)]


def test_nothing_to_look_after(alice: User) -> None:
    over(alice, sent=2)
    assert attention(alice) == []


def test_uncertain_letters_until_they_are_decided_on(alice: User, bob: User) -> None:
    attempt = over(alice, sent=1, uncertain=2)
    (item,) = attention(alice)
    assert item.title == "2 letters of “News” are uncertain"
    assert item.url == attempt.get_absolute_url()
    assert attention(bob) == []
    amends.mark_as_sent(attempt, attempt.deliveries.all())
    assert attention(alice) == []


def test_many_failures_and_not_few(alice: User, manager: User) -> None:
    over(alice, sent=30, failed=1)
    assert titles(alice) == []
    over(alice, sent=18, failed=1)
    assert titles(alice) == ["1 letter of “News” failed"]
    assert titles(manager) == []


def test_failures_of_long_ago_are_forgotten(alice: User) -> None:
    attempt = over(alice, failed=3)
    attempt.deliveries.update(finished_at=timezone.now() - timedelta(days=40))
    counting.count_anew(Attempt.objects.all())
    counting.catch_up()
    assert titles(alice) == []


def test_a_disabled_mailing_with_the_reason(alice: User, bob: User) -> None:
    MailingFactory.create(
        owner=alice, name="Offers", status=Mailing.Status.DISABLED, disabled_reason="No <consent>."
    )
    (item,) = attention(alice)
    assert (item.title, item.text) == ("“Offers” was disabled by a manager", "No <consent>.")
    assert attention(bob) == []


def test_trouble_of_the_server_is_for_managers_too(
    alice: User, bob: User, manager: User, admin: User
) -> None:
    AttemptFactory.create(
        mailing__owner=alice, mailing__name="News", trouble_since=timezone.now(), trouble_count=1
    )
    for user in (alice, manager, admin):
        assert titles(user) == ["The mail server is in trouble: “News” waits"]
    assert titles(bob) == []


def test_a_paused_mailing_with_letters_left(alice: User) -> None:
    AttemptFactory.create(
        mailing__owner=alice, mailing__name="News", mailing__status="paused", total=5, sent=2
    )
    assert titles(alice) == ["“News” is paused: 3 letters wait"]


def test_imports_that_left_rows_out_failed_or_wait(alice: User, bob: User) -> None:
    FinishedImportFactory.create(owner=alice)
    ImportFactory.create(owner=alice, status=Import.Status.UNDONE, wrong=3)
    left_out = FinishedImportFactory.create(owner=alice, wrong=7, file_name="a.xlsx")
    ImportFactory.create(owner=alice, status=Import.Status.FAILED, error="No.", file_name="b")
    ImportFactory.create(owner=alice, file_name="c.csv")
    assert titles(alice) == [
        "The import of “c.csv” waits for you",
        "The import of “b” failed",
        "7 rows of “a.xlsx” were left out",
    ]
    assert attention(alice)[2].url == left_out.get_absolute_url()
    assert titles(bob) == []
    Import.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert titles(alice) == []


def test_the_page_shows_it_and_runs_nothing(alice: User, login: Login) -> None:
    attempt = over(alice, uncertain=1)
    Mailing.objects.filter(pk=attempt.mailing_id).update(name="<script>alert(1)</script>")
    page = login(alice).get(reverse("mailing:home")).content.decode()
    assert "Needs your attention" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("role", ["alice", "manager"])
def test_each_source_asks_once_and_names_few(
    role: str, alice: User, request: pytest.FixtureRequest
) -> None:
    user = User.objects.get(pk=request.getfixturevalue(role).pk)
    user.has_perm("mailing.oversee_mailing")
    for _n in range(EACH + 2):
        over(alice, sent=1, failed=2, uncertain=2)
        AttemptFactory.create(mailing__owner=alice, trouble_since=timezone.now(), total=1)
        MailingFactory.create(owner=alice, status="disabled", disabled_reason="No.")
        FinishedImportFactory.create(owner=alice, wrong=1)
    with CaptureQueriesContext(connection) as queries:
        found = attention(user)
    assert len(queries) == len(SOURCES)
    assert len(found) == (5 * EACH if role == "alice" else EACH)
