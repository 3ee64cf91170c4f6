"""Uncertain letters are marked or sent again, and those who were missed get their letter."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from mailing.models import Attempt, Delivery, Mailing, Recipient
from mailing.models.delivery import State
from mailing.models.mailing import ForbiddenChange
from mailing.sending import amends, control, schedule
from mailing.sending.turn import take_turn
from mailing.tests.factories import MailingFactory, RecipientFactory
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db

MANUAL = Attempt.Trigger.MANUAL


@pytest.fixture
def attempt(alice: User, mail_server: MailServer) -> Attempt:
    """A finished attempt: one letter sent, one refused, and one of which nobody knows."""
    readers = [
        RecipientFactory.create(owner=alice, email=f"{name}@example.org")
        for name in ("ann", "ben", "cora")
    ]
    mail_server.on_rcpt = lambda to: "550 No such user" if to.startswith("ben") else None
    mailing = MailingFactory.create(owner=alice, recipients=readers)
    attempt = control.run_now(mailing, alice, MANUAL)
    take_turn(attempt.pk)
    attempt.deliveries.filter(email="cora@example.org").update(state=State.UNCERTAIN)
    Attempt.objects.update(sent=1, uncertain=1)
    mail_server.on_rcpt = lambda to: None
    return Attempt.objects.select_related("mailing__owner").get()


def counts(attempt: Attempt) -> tuple[int, int, int]:
    attempt.refresh_from_db()
    return attempt.sent, attempt.failed, attempt.uncertain


def test_marked_letters_count_as_sent_and_say_who_said_so(attempt: Attempt) -> None:
    assert amends.mark_as_sent(attempt, Delivery.objects.uncertain()) == 1

    assert counts(attempt) == (2, 1, 0)
    marked = attempt.deliveries.get(email="cora@example.org")
    assert (marked.state, marked.reason) == ("sent", "vouched")
    assert amends.mark_as_sent(attempt, Delivery.objects.uncertain()) == 0


def test_a_letter_sent_again_keeps_its_message_id_and_goes_out_once(
    attempt: Attempt, mail_server: MailServer
) -> None:
    first = mail_server.to("cora@example.org").letter["Message-ID"]
    mail_server.accepted.clear()
    assert amends.send_again(attempt, Delivery.objects.uncertain()) == 1
    take_turn(attempt.pk)

    assert mail_server.to("cora@example.org").letter["Message-ID"] == first
    assert counts(attempt) == (2, 1, 0)
    assert attempt.status == Attempt.Status.PARTIAL
    attempt.mailing.refresh_from_db()
    assert attempt.mailing.status == Mailing.Status.FINISHED


def test_a_letter_is_sent_again_only_once(attempt: Attempt) -> None:
    amends.send_again(attempt, Delivery.objects.uncertain())
    attempt.deliveries.filter(state=State.QUEUED).update(state=State.UNCERTAIN)
    with pytest.raises(ForbiddenChange, match="Once is all"):
        amends.send_again(attempt, Delivery.objects.uncertain())


def test_who_has_unsubscribed_since_is_not_written_to_again(
    attempt: Attempt, mail_server: MailServer
) -> None:
    mail_server.accepted.clear()
    Recipient.objects.get(email="cora@example.org").unsubscribe()
    amends.send_again(attempt, Delivery.objects.uncertain())
    take_turn(attempt.pk)

    assert mail_server.accepted == []
    assert attempt.deliveries.get(email="cora@example.org").reason == "unsubscribed"


def test_those_who_were_missed_get_an_attempt_of_their_own(
    attempt: Attempt, mail_server: MailServer, alice: User
) -> None:
    mail_server.accepted.clear()
    another = amends.send_to_missed(attempt, alice)
    take_turn(another.pk)

    assert mail_server.addresses == ["ben@example.org"]
    another.refresh_from_db()
    assert (another.status, another.total) == ("success", 1)
    attempt.mailing.refresh_from_db()
    assert attempt.mailing.status == Mailing.Status.FINISHED


def test_with_nobody_missed_nothing_is_opened(attempt: Attempt, alice: User) -> None:
    Recipient.objects.get(email="ben@example.org").unsubscribe()
    with pytest.raises(ForbiddenChange, match="nobody left"):
        amends.send_to_missed(attempt, alice)
    assert Attempt.objects.count() == 1


def test_after_the_end_of_the_mailing_nothing_is_sent_again(attempt: Attempt, alice: User) -> None:
    mailing = attempt.mailing
    mailing.starts_at = timezone.now() - timedelta(days=2)
    mailing.ends_at = timezone.now() - timedelta(days=1)
    mailing.save()
    with pytest.raises(ForbiddenChange, match="end of the mailing"):
        amends.send_again(attempt, Delivery.objects.uncertain())
    with pytest.raises(ForbiddenChange, match="end of the mailing"):
        amends.send_to_missed(attempt, alice)


def test_who_has_been_written_to_since_is_not_missed_any_more(
    attempt: Attempt, mail_server: MailServer, alice: User
) -> None:
    take_turn(amends.send_to_missed(attempt, alice).pk)
    with pytest.raises(ForbiddenChange, match="nobody left"):
        amends.send_to_missed(attempt, alice)


@pytest.fixture
def halted(alice: User, mail_server: MailServer) -> Attempt:
    """An attempt that has sent one of its two letters."""
    readers = [
        RecipientFactory.create(owner=alice, email=f"{name}@example.org") for name in ("ann", "ben")
    ]
    mail_server.on_rcpt = lambda to: "450 Later" if to.startswith("ben") else None
    mailing = MailingFactory.create(owner=alice, recipients=readers)
    attempt = control.run_now(mailing, alice, MANUAL)
    take_turn(attempt.pk)
    mail_server.on_rcpt = lambda to: None
    mail_server.accepted.clear()
    return Attempt.objects.select_related("mailing__owner").get()


def test_those_whom_a_stopped_mailing_missed_get_their_letter(
    halted: Attempt, mail_server: MailServer, alice: User
) -> None:
    control.stop(halted.mailing)
    schedule.tick()
    halted.refresh_from_db()
    take_turn(amends.send_to_missed(halted, alice).pk)

    assert mail_server.addresses == ["ben@example.org"]


def test_those_whom_a_disabled_mailing_missed_wait_until_it_goes_on(
    halted: Attempt, mail_server: MailServer, alice: User, manager: User
) -> None:
    mailing = halted.mailing
    control.disable(mailing, manager, "Complaints")
    schedule.tick()
    halted.refresh_from_db()
    with pytest.raises(ForbiddenChange, match="cannot become"):
        amends.send_to_missed(halted, alice)

    control.enable(mailing, manager)
    another = amends.send_to_missed(halted, alice)
    take_turn(another.pk)
    assert mail_server.accepted == []
    control.resume(mailing)
    take_turn(another.pk)
    assert mail_server.addresses == ["ben@example.org"]


def test_a_dry_run_has_missed_nobody(attempt: Attempt, alice: User) -> None:
    attempt.dry_run = True
    with pytest.raises(ForbiddenChange, match="dry run"):
        amends.send_to_missed(attempt, alice)


def test_a_draft_stays_one(attempt: Attempt, alice: User) -> None:
    mailing = attempt.mailing
    Mailing.objects.update(status=Mailing.Status.DRAFT)
    mailing.refresh_from_db()
    with pytest.raises(ForbiddenChange, match="is a draft"):
        amends.send_again(attempt, Delivery.objects.uncertain())
    with pytest.raises(ForbiddenChange, match="is a draft"):
        amends.send_to_missed(attempt, alice)

    mailing.refresh_from_db()
    assert mailing.status == Mailing.Status.DRAFT
    assert attempt.deliveries.uncertain().count() == 1


def test_letters_of_a_stopped_mailing_are_not_sent_again(attempt: Attempt) -> None:
    attempt.cancel_reason = Delivery.Reason.STOPPED
    with pytest.raises(ForbiddenChange, match="not carried through"):
        amends.send_again(attempt, Delivery.objects.uncertain())


def test_a_finished_mailing_cannot_be_run_again(attempt: Attempt, alice: User) -> None:
    with pytest.raises(ForbiddenChange, match="finished"):
        control.run_now(attempt.mailing, alice, MANUAL)
