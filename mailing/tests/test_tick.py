"""The tick opens what is due, once, and closes what is over."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from mailing.models import Attempt, Mailing
from mailing.sending import control, schedule
from mailing.sending.turn import take_turn
from mailing.tests.factories import MailingFactory, RecipientFactory
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db

Status = Mailing.Status


@pytest.fixture
def mailing(alice: User) -> Mailing:
    """A daily mailing of Alice's to one reader, from tomorrow."""
    return MailingFactory.create(
        owner=alice, period="daily", recipients=[RecipientFactory.create(owner=alice)]
    )


def occurrences(mailing: Mailing) -> list[datetime]:
    return sorted(mailing.attempts.values_list("occurrence", flat=True))


def test_a_mailing_is_not_opened_before_its_time(mailing: Mailing) -> None:
    control.schedule(mailing)
    schedule.tick()

    assert occurrences(mailing) == []


def test_a_mailing_is_opened_at_its_time_and_only_once(mailing: Mailing) -> None:
    control.schedule(mailing)
    with time_machine.travel(mailing.starts_at, tick=False):
        schedule.tick()
        schedule.tick()

    assert occurrences(mailing) == [mailing.starts_at]
    mailing.refresh_from_db()
    assert mailing.status == Status.RUNNING
    assert mailing.next_run_at == mailing.starts_at + timedelta(days=1)


def test_a_start_in_the_past_is_due_at_once(mailing: Mailing) -> None:
    mailing.starts_at = timezone.now() - timedelta(hours=1)
    mailing.period = "once"
    mailing.save()
    control.schedule(mailing)
    schedule.tick()

    assert occurrences(mailing) == [mailing.starts_at]


def test_of_missed_occurrences_only_the_latest_is_sent(mailing: Mailing) -> None:
    control.schedule(mailing)
    with time_machine.travel(mailing.starts_at + timedelta(days=4, hours=1), tick=False):
        schedule.tick()

    assert occurrences(mailing) == [mailing.starts_at + timedelta(days=4)]
    mailing.refresh_from_db()
    assert mailing.next_run_at == mailing.starts_at + timedelta(days=5)


def test_after_its_end_a_mailing_sends_nothing_and_is_finished(mailing: Mailing) -> None:
    mailing.ends_at = mailing.starts_at + timedelta(hours=1)
    mailing.save()
    control.schedule(mailing)
    with time_machine.travel(mailing.ends_at, tick=False):
        schedule.tick()

    mailing.refresh_from_db()
    assert occurrences(mailing) == []
    assert mailing.status == Status.FINISHED


def test_two_dispatchers_with_the_same_view_open_one_attempt(mailing: Mailing) -> None:
    control.schedule(mailing)
    one, other = Mailing.objects.get(pk=mailing.pk), Mailing.objects.get(pk=mailing.pk)
    with time_machine.travel(mailing.starts_at, tick=False):
        now = timezone.now()
        assert schedule.open_due(one, now) is not None
        assert schedule.open_due(other, now) is None

    assert mailing.attempts.count() == 1


def test_an_occurrence_that_was_opened_before_is_passed_over(mailing: Mailing) -> None:
    control.schedule(mailing)
    with time_machine.travel(mailing.starts_at, tick=False):
        schedule.tick()
        Mailing.objects.update(next_run_at=mailing.starts_at)
        schedule.tick()

    mailing.refresh_from_db()
    assert mailing.attempts.count() == 1
    assert mailing.next_run_at == mailing.starts_at + timedelta(days=1)


def test_one_broken_mailing_does_not_hold_up_the_others(mailing: Mailing, bob: User) -> None:
    broken = MailingFactory.create(
        owner=bob,
        starts_at=mailing.starts_at - timedelta(hours=1),
        recipients=[RecipientFactory.create(owner=bob)],
    )
    for each in (broken, mailing):
        control.schedule(each)
    Mailing.objects.filter(pk=broken.pk).update(time_zone="No/Where")
    with time_machine.travel(mailing.starts_at, tick=False):
        schedule.tick()

    assert mailing.attempts.count() == 1
    assert broken.attempts.count() == 0


def test_a_recurring_mailing_waits_for_its_next_time(
    mailing: Mailing, mail_server: MailServer
) -> None:
    control.schedule(mailing)
    with time_machine.travel(mailing.starts_at + timedelta(seconds=1)):
        schedule.tick()
        take_turn(mailing.attempts.get().pk)

    mailing.refresh_from_db()
    assert len(mail_server.accepted) == 1
    assert mailing.status == Status.SCHEDULED
    assert mailing.next_run_at == mailing.starts_at + timedelta(days=1)


def test_letters_left_at_the_end_of_the_mailing_are_skipped(mailing: Mailing) -> None:
    mailing.ends_at = mailing.starts_at + timedelta(hours=1)
    mailing.save()
    control.schedule(mailing)
    with time_machine.travel(mailing.starts_at, tick=False):
        schedule.tick()
    with time_machine.travel(mailing.ends_at, tick=False):
        schedule.tick()

    attempt = Attempt.objects.get()
    assert list(attempt.deliveries.values_list("state", "reason")) == [("skipped", "ended")]
    mailing.refresh_from_db()
    assert mailing.status == Status.FINISHED


def test_a_blocked_owners_mailing_does_not_start(mailing: Mailing, manager: User) -> None:
    control.schedule(mailing)
    mailing.owner.block(manager, "spam")
    with time_machine.travel(mailing.starts_at, tick=False):
        schedule.tick()

    assert mailing.attempts.count() == 0


def test_an_end_that_passed_while_nobody_looked_finishes_the_mailing(mailing: Mailing) -> None:
    now = timezone.now()
    Mailing.objects.update(
        status=Status.SCHEDULED,
        starts_at=now - timedelta(days=2),
        next_run_at=now - timedelta(days=2),
        ends_at=now - timedelta(days=1),
    )
    schedule.tick()

    mailing.refresh_from_db()
    assert (mailing.status, mailing.attempts.count()) == (Status.FINISHED, 0)
