"""A mailing's letters reach the server, and the ledger says what became of each."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from accounts.models import User
from mailing.models import Attempt, Delivery, Mailing, Recipient, Suppression
from mailing.sending import control, schedule
from mailing.sending.turn import take_turn
from mailing.tests.factories import (
    MailingFactory,
    MessageFactory,
    RecipientFactory,
    RecipientListFactory,
)
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db

MANUAL = Attempt.Trigger.MANUAL


@pytest.fixture
def mailing(alice: User) -> Mailing:
    """A mailing of Alice's to three readers."""
    readers = [
        RecipientFactory.create(owner=alice, email=f"{name}@example.org", full_name=name.title())
        for name in ("ann", "ben", "cora")
    ]
    message = MessageFactory.create(
        owner=alice,
        subject="News for {{ full_name|you }}",
        body_html="<p>Hello <b>{{ full_name|there }}</b>, this is for {{ email }}.</p>",
    )
    return MailingFactory.create(
        owner=alice,
        message=message,
        lists=[RecipientListFactory.create(owner=alice, recipients=readers)],
    )


def states(attempt: Attempt) -> dict[str, str]:
    return dict(attempt.deliveries.values_list("email", "state"))


def delivery_to(attempt: Attempt, address: str) -> Delivery:
    return attempt.deliveries.get(email=address)


def test_everybody_gets_one_letter_of_their_own(mailing: Mailing, mail_server: MailServer) -> None:
    attempt = control.run_now(mailing, mailing.owner, MANUAL)
    take_turn(attempt.pk)

    assert mail_server.addresses == ["ann@example.org", "ben@example.org", "cora@example.org"]
    letter = mail_server.to("ben@example.org")
    assert letter.letter["Subject"] == "News for Ben"
    assert "Hello <b>Ben</b>, this is for ben@example.org." in letter.part("html")
    assert "Hello Ben, this is for ben@example.org." in letter.part("plain")
    attempt.refresh_from_db()
    assert set(states(attempt).values()) == {"sent"}
    assert (attempt.status, attempt.total, attempt.sent) == ("success", 3, 3)
    mailing.refresh_from_db()
    assert mailing.status == Mailing.Status.FINISHED


def test_the_ledger_keeps_the_servers_answer(mailing: Mailing, mail_server: MailServer) -> None:
    attempt = control.run_now(mailing, mailing.owner, MANUAL)
    take_turn(attempt.pk)

    delivery = delivery_to(attempt, "ann@example.org")
    assert delivery.smtp_code == 250
    assert "queued as" in delivery.smtp_reply
    assert delivery.tries == 1
    assert delivery.finished_at is not None
    message_id = mail_server.to("ann@example.org").letter["Message-ID"]
    assert message_id == f"<{delivery.message_id}>"


def test_sending_again_sends_nothing(mailing: Mailing, mail_server: MailServer) -> None:
    attempt = control.run_now(mailing, mailing.owner, MANUAL)
    for _ in range(3):
        take_turn(attempt.pk)
        schedule.tick()

    assert len(mail_server.accepted) == 3


def test_a_refused_recipient_has_failed_and_the_others_have_not(
    mailing: Mailing, mail_server: MailServer
) -> None:
    mail_server.on_rcpt = lambda to: "550 5.1.1 No such user" if to.startswith("ben") else None
    attempt = control.run_now(mailing, mailing.owner, MANUAL)
    take_turn(attempt.pk)

    assert mail_server.addresses == ["ann@example.org", "cora@example.org"]
    delivery = delivery_to(attempt, "ben@example.org")
    assert (delivery.state, delivery.reason, delivery.smtp_code) == ("failed", "refused", 550)
    attempt.refresh_from_db()
    assert (attempt.status, attempt.sent, attempt.failed) == ("partial", 2, 1)
    assert "No such user" in attempt.server_response


@pytest.mark.parametrize("step", ["on_mail", "on_rcpt", "on_data"])
def test_a_temporary_refusal_is_tried_again_later(
    mailing: Mailing, mail_server: MailServer, step: str
) -> None:
    setattr(mail_server, step, lambda address: "451 4.7.1 Try again later")
    attempt = control.run_now(mailing, mailing.owner, MANUAL)
    before = timezone.now()
    take_turn(attempt.pk)

    delivery = delivery_to(attempt, "ann@example.org")
    assert (delivery.state, delivery.tries, delivery.smtp_code) == ("queued", 1, 451)
    assert timedelta(minutes=4) < delivery.next_try_at - before < timedelta(minutes=6)
    attempt.refresh_from_db()
    assert attempt.status == Attempt.Status.RUNNING

    setattr(mail_server, step, lambda address: None)
    attempt.deliveries.update(next_try_at=before)
    take_turn(attempt.pk)
    attempt.refresh_from_db()
    assert attempt.status == Attempt.Status.SUCCESS
    assert len(mail_server.accepted) == 3


def test_refused_for_too_long_is_a_failure(mailing: Mailing, mail_server: MailServer) -> None:
    mail_server.on_rcpt = lambda address: "450 4.2.0 Greylisted"
    attempt = control.run_now(mailing, mailing.owner, MANUAL)
    Attempt.objects.update(give_up_at=timezone.now() + timedelta(minutes=1))
    take_turn(attempt.pk)

    attempt.refresh_from_db()
    assert set(attempt.deliveries.values_list("state", "reason")) == {("failed", "gave_up")}
    assert attempt.status == Attempt.Status.FAILED


def test_a_server_that_is_away_pauses_the_attempt_and_fails_nobody(
    mailing: Mailing, mail_server: MailServer, settings: LazySettings
) -> None:
    settings.EMAIL_PORT = 1
    attempt = control.run_now(mailing, mailing.owner, MANUAL)
    take_turn(attempt.pk)

    attempt.refresh_from_db()
    assert set(states(attempt).values()) == {"queued"}
    assert attempt.trouble_since is not None
    assert "refused" in attempt.server_response
    assert attempt.next_try_at is not None
    assert not take_turn(attempt.pk)  # not before its time

    settings.EMAIL_PORT = mail_server.port
    Attempt.objects.update(next_try_at=timezone.now())
    Delivery.objects.update(next_try_at=timezone.now())
    take_turn(attempt.pk)
    attempt.refresh_from_db()
    assert (attempt.status, attempt.sent) == ("success", 3)
    assert not attempt.trouble_since


def test_nobody_suppressed_gets_a_letter(mailing: Mailing, mail_server: MailServer) -> None:
    Suppression.objects.create(owner=mailing.owner, email="ann@example.org")
    Suppression.objects.create(owner=None, email="ben@example.org")
    attempt = control.run_now(mailing, mailing.owner, MANUAL)
    take_turn(attempt.pk)

    assert mail_server.addresses == ["cora@example.org"]
    assert attempt.total == 1


def test_who_unsubscribes_after_the_start_is_skipped_with_the_reason(
    mailing: Mailing, mail_server: MailServer
) -> None:
    attempt = control.run_now(mailing, mailing.owner, MANUAL)
    Recipient.objects.get(email="ann@example.org").unsubscribe()
    Recipient.objects.get(email="ben@example.org").delete()
    take_turn(attempt.pk)

    assert mail_server.addresses == ["cora@example.org"]
    ann = delivery_to(attempt, "ann@example.org")
    assert (ann.state, ann.reason) == ("skipped", "unsubscribed")
    assert attempt.deliveries.get(email="").reason == Delivery.Reason.DELETED
    attempt.refresh_from_db()
    assert (attempt.status, attempt.sent, attempt.skipped) == ("success", 1, 2)


def test_a_run_sends_what_it_began_with(mailing: Mailing, mail_server: MailServer) -> None:
    attempt = control.run_now(mailing, mailing.owner, MANUAL)
    mailing.message.subject = "Changed"
    mailing.message.save()
    Recipient.objects.filter(email="ann@example.org").update(full_name="Changed")
    take_turn(attempt.pk)

    assert mail_server.to("ann@example.org").letter["Subject"] == "News for Ann"


def test_a_dry_run_composes_and_sends_nothing(mailing: Mailing, mail_server: MailServer) -> None:
    attempt = control.dry_run(mailing, mailing.owner, MANUAL)
    take_turn(attempt.pk)

    attempt.refresh_from_db()
    assert mail_server.connections == 0
    assert set(states(attempt).values()) == {"dry_run"}
    assert (attempt.status, attempt.composed, attempt.sent) == ("success", 3, 0)
    mailing.refresh_from_db()
    assert mailing.status == Mailing.Status.DRAFT


def test_connections_are_kept_open(mailing: Mailing, mail_server: MailServer, alice: User) -> None:
    mailing.lists.get().recipients.set(RecipientFactory.create_batch(200, owner=alice))
    attempt = control.run_now(mailing, alice, MANUAL)
    take_turn(attempt.pk)

    assert len(mail_server.accepted) == 200
    assert mail_server.connections <= 8


def test_a_letter_that_cannot_be_composed_fails_alone(
    mailing: Mailing, mail_server: MailServer
) -> None:
    attempt = control.run_now(mailing, mailing.owner, MANUAL)
    attempt.deliveries.filter(email="ann@example.org").update(email="not an address")
    take_turn(attempt.pk)

    assert mail_server.addresses == ["ben@example.org", "cora@example.org"]
    broken = delivery_to(attempt, "not an address")
    assert (broken.state, broken.reason) == ("failed", "not_composed")
