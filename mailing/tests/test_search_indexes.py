"""PostgreSQL finds recipients by the beginnings of words without reading all of them."""

import pytest
from django.db import connection

from accounts.models import User
from mailing.models import Recipient

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite reads all rows"),
]


def test_a_search_finds_its_indexes(alice: User) -> None:
    Recipient.objects.bulk_create(
        Recipient(owner=alice, email=f"r{n}@example.org", full_name=f"Ann Reader{n}")
        for n in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE mailing_recipient")
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Recipient.objects.owned_by(alice).search("reader77").order_by("-created_at").explain()
    for index in ("email_unique", "name_begins", "last_word_begins"):
        assert f"recipient_{index}" in plan
