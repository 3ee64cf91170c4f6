"""Copies of mailings."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.models import User
from mailing.copying import copy_mailing
from mailing.tests.factories import MailingFactory, RecipientFactory, RecipientListFactory

NOW = datetime(2030, 1, 15, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_copy_has_everything_but_the_history() -> None:
    mailing = MailingFactory.create(
        status="disabled",
        disabled_reason="Spam",
        period="monthly",
        time_zone="Asia/Tokyo",
        sender_name="Ann",
        reply_to="ann@example.org",
        last_run_at=NOW,
        lists=[RecipientListFactory.create()],
        recipients=[RecipientFactory.create()],
        excluded_lists=[RecipientListFactory.create()],
    )
    copy = copy_mailing(mailing)
    for name in ("owner", "message", "starts_at", "period", "time_zone", "sender_name", "reply_to"):
        assert getattr(copy, name) == getattr(mailing, name), name
    for name in ("lists", "recipients", "excluded_lists"):
        assert set(getattr(copy, name).all()) == set(getattr(mailing, name).all())
    assert (copy.status, copy.disabled_reason) == ("draft", "")
    assert (copy.next_run_at, copy.last_run_at) == (None, None)


@time_machine.travel(NOW, tick=False)
def test_start_that_has_passed_moves_to_the_same_time_of_the_next_day() -> None:
    mailing = MailingFactory.create(
        starts_at=datetime(2029, 7, 1, 7, 0, tzinfo=UTC),
        ends_at=NOW + timedelta(hours=1),
        time_zone="Europe/Berlin",
    )
    copy = copy_mailing(mailing)
    assert copy.starts_at == datetime(2030, 1, 16, 8, 0, tzinfo=UTC)  # 9:00 in Berlin, as before
    assert copy.ends_at is None


def test_long_name_is_cut() -> None:
    mailing = MailingFactory.create(name="x" * 150)
    assert len(copy_mailing(mailing).name) == 150


def test_the_copy_of_a_time_that_nobody_settled_is_not_settled(alice: User) -> None:
    assert not copy_mailing(MailingFactory.create(owner=alice, time_is_set=False)).time_is_set
    assert copy_mailing(MailingFactory.create(owner=alice)).time_is_set
