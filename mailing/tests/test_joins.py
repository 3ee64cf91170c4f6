"""Large audiences are not joined row by row, whatever PostgreSQL believes of its tables."""

import pytest
from django.db import connection

from accounts.models import User
from mailing.joins import hash_joins
from mailing.models import Mailing
from mailing.tests.factories import MailingFactory, RecipientFactory, RecipientListFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing(alice: User) -> Mailing:
    readers = RecipientFactory.create_batch(20, owner=alice)
    return MailingFactory.create(
        owner=alice, lists=[RecipientListFactory.create(owner=alice, recipients=readers)]
    )


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite joins by its indexes")
def test_the_audience_is_found_by_hashing(mailing: Mailing) -> None:
    with hash_joins():
        assert "Hash" in mailing.audience().explain()
        assert "Nested Loop" not in mailing.audience().explain()
        assert mailing.audience().count() == 20
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_nestloop")
        assert cursor.fetchone() == ("on",)
