"""What managers see of each user's mailings, at the same cost for many as for few."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from mailing.models import Attempt, Mailing
from mailing.overview import count_letters, count_mailings
from mailing.tests.factories import AttemptFactory, MailingFactory, MessageFactory

Login = Callable[[User], Client]
MOMENT = datetime(2030, 1, 1, tzinfo=UTC)


def test_mailings_and_letters_are_counted_for_each(alice: User, bob: User, manager: User) -> None:
    for sent in (3, 40):
        AttemptFactory.create(mailing__owner=alice, sent=sent, status="success")
    MailingFactory.create(owner=bob)
    owners = [alice.pk, bob.pk, manager.pk]
    assert count_mailings(owners) == {alice.pk: 2, bob.pk: 1}
    assert count_letters(owners) == {alice.pk: 43}


def test_they_stand_in_the_list_and_on_the_page(alice: User, manager: User, login: Login) -> None:
    attempt = AttemptFactory.create(mailing__owner=alice, sent=1234, status="success")
    client = login(manager)
    assert "1,234" in client.get("/dashboard/users/").content.decode()
    page = client.get(f"/dashboard/users/{alice.pk}/").content.decode()
    assert "1,234" in page
    assert attempt.mailing.get_absolute_url() in page
    assert "/dashboard/mailings/?owner=alice%40example.org" in page
    assert "has no mailings" in client.get(f"/dashboard/users/{manager.pk}/").content.decode()


def test_the_cost_does_not_grow_with_mailings_and_attempts(
    alice: User, manager: User, login: Login
) -> None:
    client = login(manager)
    message = MessageFactory.create(owner=alice)
    counts = []
    for number in (10, 990):
        mailings = Mailing.objects.bulk_create(
            Mailing(owner=alice, name="M", message=message, starts_at=MOMENT) for _ in range(number)
        )
        Attempt.objects.bulk_create(
            Attempt(mailing=mailing, occurrence=MOMENT, sent=1, give_up_at=MOMENT + timedelta(1))
            for mailing in mailings
        )
        for path in ("/dashboard/users/", f"/dashboard/users/{alice.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
