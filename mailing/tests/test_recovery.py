"""What dead senders leave behind, and what those that wake up late may still do."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from mailing.models import Attempt, Delivery, Sender
from mailing.models.delivery import State
from mailing.sending import control, recover
from mailing.sending.ledger import Ledger, Record, Superseded
from mailing.sending.turn import take_turn
from mailing.tests.factories import MailingFactory, RecipientFactory
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(alice: User) -> Attempt:
    readers = RecipientFactory.create_batch(4, owner=alice)
    mailing = MailingFactory.create(owner=alice, recipients=readers)
    return control.run_now(mailing, alice, Attempt.Trigger.MANUAL)


@pytest.fixture
def ledger(attempt: Attempt) -> Ledger:
    """The ledger of a sender that has claimed all four letters and handed two over."""
    sender = Sender.objects.create(attempt=attempt)
    ledger = Ledger(attempt, sender, ".token@mailshot.example")
    claimed = [delivery.pk for delivery in ledger.claim(10)]
    ledger.commit(claimed[:2], [])
    return ledger


def states(attempt: Attempt) -> list[str]:
    return list(attempt.deliveries.order_by("pk").values_list("state", flat=True))


@contextmanager
def living(sender: Sender) -> Iterator[None]:
    """Have another process, or on PostgreSQL another connection, stand for a living sender."""
    if connection.vendor != "postgresql":
        yield
        return
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", (recover.LOCK_SPACE, sender.pk))
        yield
    time.sleep(0.2)  # until the server has noticed


def let_it_die(ledger: Ledger) -> None:
    Sender.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_claimed_letters_of_the_dead_are_sent_by_others_and_handed_over_ones_are_uncertain(
    attempt: Attempt, ledger: Ledger, mail_server: MailServer
) -> None:
    assert states(attempt) == ["handed_over", "handed_over", "claimed", "claimed"]
    let_it_die(ledger)
    assert recover.recover_dead_senders() == 1
    assert states(attempt) == ["uncertain", "uncertain", "queued", "queued"]

    take_turn(attempt.pk)
    assert states(attempt) == ["uncertain", "uncertain", "sent", "sent"]
    assert len(mail_server.accepted) == 2
    attempt.refresh_from_db()
    assert (attempt.status, attempt.sent, attempt.uncertain) == ("partial", 2, 2)
    uncertain = attempt.deliveries.filter(state=State.UNCERTAIN)
    assert set(uncertain.values_list("reason", flat=True)) == {Delivery.Reason.SENDER_DIED}


def test_the_living_keep_what_they_have(attempt: Attempt, ledger: Ledger) -> None:
    with living(ledger.sender):
        assert recover.recover_dead_senders() == 0
        assert states(attempt) == ["handed_over", "handed_over", "claimed", "claimed"]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="the locks are PostgreSQL's")
def test_the_database_knows_at_once_when_a_sender_has_died(
    attempt: Attempt, ledger: Ledger
) -> None:
    with living(ledger.sender):
        assert not recover.is_dead(ledger.sender)
    assert recover.recover_dead_senders() == 1


def test_a_sender_does_not_bury_itself(attempt: Attempt) -> None:
    sender = recover.enlist(attempt)
    assert recover.recover_dead_senders() == 0
    recover.discharge(sender, has_nothing_in_hand=True)
    assert not Sender.objects.exists()


def test_a_sender_that_wakes_up_late_may_hand_over_nothing_and_claims_nothing(
    attempt: Attempt, ledger: Ledger
) -> None:
    let_it_die(ledger)
    recover.recover_dead_senders()
    keys = list(attempt.deliveries.order_by("pk").values_list("pk", flat=True))

    assert ledger.commit(keys, [Record(keys[0], State.SENT)]) == set()
    assert states(attempt) == ["uncertain", "uncertain", "queued", "queued"]
    with pytest.raises(Superseded):
        ledger.claim(10)


def test_what_was_handed_over_before_a_lost_answer_is_found_handed_over(
    attempt: Attempt, ledger: Ledger
) -> None:
    keys = list(attempt.deliveries.order_by("pk").values_list("pk", flat=True))

    assert ledger.commit(keys[:2], []) == set(keys[:2])


def _exit_at_once() -> None:
    """What a process does that is gone by the time somebody asks for it."""


@pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="PostgreSQL knows by its locks, not by processes"
)
def test_on_one_machine_a_sender_whose_process_is_gone_is_dead(
    attempt: Attempt, ledger: Ledger
) -> None:
    process = get_context("fork").Process(target=_exit_at_once)
    process.start()
    process.join()
    Sender.objects.update(pid=process.pid)

    assert recover.recover_dead_senders() == 1


def test_each_letter_is_claimed_by_one_sender(attempt: Attempt) -> None:
    senders = [Sender.objects.create(attempt=attempt) for _ in range(3)]
    claims = [
        [delivery.pk for delivery in Ledger(attempt, sender, ".x@x.example").claim(2)]
        for sender in senders
    ]

    assert [len(claim) for claim in claims] == [2, 2, 0]
    assert len({key for claim in claims for key in claim}) == 4


def test_released_letters_are_untouched(attempt: Attempt, ledger: Ledger) -> None:
    ledger.release(attempt.deliveries.values_list("pk", flat=True))

    assert states(attempt) == ["handed_over", "handed_over", "queued", "queued"]


def test_letters_whose_sender_is_not_known_any_more_are_put_back(
    attempt: Attempt, ledger: Ledger
) -> None:
    Sender.objects.all().delete()
    recover.recover_dead_senders()

    assert states(attempt) == ["uncertain", "uncertain", "queued", "queued"]
    attempt.refresh_from_db()
    assert attempt.uncertain == 2
