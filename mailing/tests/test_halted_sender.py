"""A sender that is halted in the middle of a transaction must not hold up the others."""

import pytest
from django.db import connection

from mailing.sending import recover
from mailing.tests.factories import AttemptFactory

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="elsewhere there is nothing to hold rows for others"
)
def test_the_database_ends_a_transaction_that_stands_still() -> None:
    recover.enlist(AttemptFactory.create())

    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("15s",)
