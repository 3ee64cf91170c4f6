"""The figures on the home page."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.browsing import PassHours
from home.statistics import KEY, Statistics, count, statistics
from mailing.models import Mailing
from mailing.tests.factories import MailingFactory, RecipientFactory

pytestmark = pytest.mark.django_db


def test_it_counts_mailings_active_ones_and_different_addresses(alice: User, bob: User) -> None:
    for status in Mailing.Status:
        MailingFactory.create(owner=alice, status=status)
    for owner in (alice, bob):
        RecipientFactory.create(owner=owner, email="reader@example.org")
    RecipientFactory.create(owner=bob, email="another@example.org")

    assert count() == Statistics(mailings=len(Mailing.Status), active_mailings=2, recipients=2)


def test_visitors_see_them(client: Client, alice: User) -> None:
    RecipientFactory.create_batch(1234, owner=alice)

    page = client.get("/").content.decode()

    assert "1,234" in page
    assert "Unique recipients" in page


def test_they_are_counted_once_in_a_while(alice: User, pass_hours: PassHours) -> None:
    statistics()
    RecipientFactory.create(owner=alice)
    with CaptureQueriesContext(connection) as asked:
        assert statistics().recipients == 0
    assert len(asked) == 0

    pass_hours(0.1)

    assert statistics().recipients == 1


def test_while_one_counts_the_others_see_the_old_figures() -> None:
    cache.set(KEY, (0.0, Statistics(1, 2, 3)))

    def count_elsewhere(_number: int) -> bool:
        return cache.add(f"{KEY}.counting", 1)

    with ThreadPoolExecutor(4) as visitors:
        assert sum(visitors.map(count_elsewhere, range(4))) == 1
    assert statistics() == Statistics(1, 2, 3)
