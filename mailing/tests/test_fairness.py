"""No owner holds up another one, however many letters and attempts it has."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.conf import LazySettings
from django.utils import timezone
from django_q.brokers import get_broker

from accounts.models import User
from mailing.models import Attempt, OwnerTurn, Sender
from mailing.sending import control, dispatch, fairness
from mailing.sending.turn import take_turn
from mailing.tests.factories import MailingFactory, RecipientFactory
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db

Captured = Callable[..., AbstractContextManager[list[Callable[[], object]]]]


def attempt_of(owner: User, letters: int = 3) -> Attempt:
    readers = RecipientFactory.create_batch(letters, owner=owner)
    mailing = MailingFactory.create(owner=owner, recipients=readers)
    return control.run_now(mailing, owner, Attempt.Trigger.MANUAL)


def sent(attempt: Attempt) -> int:
    return Attempt.objects.get(pk=attempt.pk).sent


def test_a_worker_serves_the_owner_who_has_waited_longest(
    alice: User, bob: User, mail_server: MailServer
) -> None:
    of_alice, of_bob = attempt_of(alice), attempt_of(bob)
    OwnerTurn.begin(alice.pk)

    assert take_turn(of_alice.pk)  # she is to be woken again
    assert (sent(of_alice), sent(of_bob)) == (0, 3)
    assert not take_turn(of_alice.pk)
    assert sent(of_alice) == 3


def test_a_second_worker_goes_to_an_owner_who_has_none(
    alice: User, bob: User, mail_server: MailServer
) -> None:
    of_alice, another, of_bob = attempt_of(alice), attempt_of(alice), attempt_of(bob)
    Sender.objects.create(attempt=of_alice)
    OwnerTurn.begin(bob.pk)

    assert take_turn(another.pk)
    assert (sent(another), sent(of_bob)) == (0, 3)


def test_turns_go_round_by_owner_and_not_by_attempt(
    alice: User, bob: User, manager: User, mail_server: MailServer
) -> None:
    many = [attempt_of(alice) for _ in range(3)]
    one, other = attempt_of(bob), attempt_of(manager)
    for attempt in many[:1]:
        assert not take_turn(attempt.pk)  # nobody has waited longer
    for attempt in many[1:]:
        assert take_turn(attempt.pk)

    assert [sent(each) for each in many] == [3, 0, 0]
    assert (sent(one), sent(other)) == (3, 3)


def test_who_alone_has_letters_has_all_workers(alice: User, mail_server: MailServer) -> None:
    first, second = attempt_of(alice), attempt_of(alice)
    Sender.objects.create(attempt=first)

    take_turn(second.pk)
    assert sent(second) == 3


def test_a_long_turn_ends_when_another_owner_comes_and_nobody_serves_them(
    alice: User, bob: User, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fairness, "QUANTUM", 0.2)
    mail_server.on_data = lambda address: time.sleep(0.01)
    big = attempt_of(alice, letters=400)
    attempt_of(bob)
    OwnerTurn.begin(bob.pk)
    began = time.monotonic()

    assert take_turn(big.pk)
    assert time.monotonic() - began < 3
    assert 0 < sent(big) < 400


def test_a_long_turn_goes_on_while_nobody_waits(
    alice: User, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fairness, "QUANTUM", 0.0)
    monkeypatch.setattr(fairness, "LOOK_SECONDS", 0.0)
    attempt = attempt_of(alice, letters=200)
    attempt_of(alice)

    assert not take_turn(attempt.pk)
    assert sent(attempt) == 200


def test_owners_without_a_due_letter_are_not_waited_for(
    alice: User, bob: User, mail_server: MailServer
) -> None:
    of_alice, of_bob = attempt_of(alice), attempt_of(bob)
    OwnerTurn.begin(alice.pk)
    control.pause(of_bob.mailing)

    take_turn(of_alice.pk)
    assert (sent(of_alice), sent(of_bob)) == (3, 0)


def test_wake_ups_do_not_pile_up(
    settings: LazySettings,
    alice: User,
    django_capture_on_commit_callbacks: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatch, "WAKE_UPS_PER_WORKER", 2)
    queue = get_broker()
    queue.purge_queue()
    attempt_of(alice)
    for _tick in range(9):
        with django_capture_on_commit_callbacks(execute=True):
            dispatch.wake_ready(timezone.now())

    assert settings.WORKERS <= queue.queue_size() <= 3 * settings.WORKERS
    queue.purge_queue()
