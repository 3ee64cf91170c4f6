"""Letters leave no faster than the settings and the administrators say."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from mailing.models import Attempt, Delivery, DomainLimit, MeterState, OwnerLimit, Sender
from mailing.models.delivery import State
from mailing.sending import control, dispatch, limits, schedule
from mailing.sending.ledger import Ledger, Record
from mailing.sending.turn import take_turn
from mailing.tests.factories import MailingFactory, RecipientFactory
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db

MANUAL = Attempt.Trigger.MANUAL
START = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The time, which stands still until it is moved."""
    with time_machine.travel(START, tick=False) as clock:
        yield clock


def attempt_of(owner: User, *addresses: str, letters: int = 0) -> Attempt:
    """Start a mailing to given readers, or to a number of them at example.org."""
    readers = [RecipientFactory.create(owner=owner, email=each) for each in addresses]
    readers += RecipientFactory.create_batch(letters, owner=owner)
    return control.run_now(MailingFactory.create(owner=owner, recipients=readers), owner, MANUAL)


def ledger_of(attempt: Attempt) -> Ledger:
    """Return the ledger of a new sender, as of another process."""
    return Ledger(attempt, Sender.objects.create(attempt=attempt), "mailshot.example")


def claimed(ledger: Ledger, limit: int = 1000) -> list[int]:
    return [delivery.pk for delivery in ledger.claim(limit)]


def send(ledger: Ledger, limit: int = 1000) -> int:
    """Let all that may leave leave; return how many letters that was."""
    keys = claimed(ledger, limit)
    granted = ledger.commit(keys, [])
    ledger.commit([], [Record(key, State.SENT, tried=True) for key in granted])
    return len(granted)


def sent_within(
    clock: time_machine.Traveller, seconds: int, *ledgers: Ledger, step: float = 1
) -> list[int]:
    """Return how many letters each sender sends in a time in which all of them try again."""
    sent = [0] * len(ledgers)
    for _ in range(int(seconds / step)):
        for number, ledger in enumerate(ledgers):
            sent[number] += send(ledger)
        clock.shift(step)
    return sent


def test_two_processes_keep_to_the_limit_of_the_installation_and_use_it(
    settings: LazySettings, alice: User, clock: time_machine.Traveller
) -> None:
    settings.SEND_RATE_PER_MINUTE = 100
    attempt = attempt_of(alice, letters=400)
    ledgers = [ledger_of(attempt), ledger_of(attempt)]

    minutes = [sum(sent_within(clock, 60, *ledgers)) for _ in range(3)]

    assert all(95 <= sent <= 100 for sent in minutes), minutes


def test_the_limit_of_an_hour_holds_beside_that_of_a_minute(
    settings: LazySettings, alice: User, clock: time_machine.Traveller
) -> None:
    settings.SEND_RATE_PER_MINUTE = 60
    settings.SEND_RATE_PER_HOUR = 100
    ledger = ledger_of(attempt_of(alice, letters=300))

    hours = [sum(sent_within(clock, 3600, ledger, step=20)) for _ in range(2)]

    assert all(95 <= sent <= 100 for sent in hours), hours


def test_an_owners_limit_leaves_the_others_alone(
    settings: LazySettings, alice: User, bob: User, clock: time_machine.Traveller
) -> None:
    settings.OWNER_RATE_PER_MINUTE = 30
    OwnerLimit.objects.create(owner=bob, per_minute=60)
    of_alice, of_bob = (ledger_of(attempt_of(each, letters=100)) for each in (alice, bob))

    assert sent_within(clock, 60, of_alice, of_bob) == [30, 60]


def test_an_owner_without_a_limit_among_others_that_have_one(
    settings: LazySettings, alice: User, clock: time_machine.Traveller
) -> None:
    settings.OWNER_RATE_PER_MINUTE = 1
    OwnerLimit.objects.create(owner=alice, per_minute=0)

    assert send(ledger_of(attempt_of(alice, letters=20))) == 20


def test_owners_get_equal_shares_however_many_attempts_they_have(
    settings: LazySettings, alice: User, bob: User, clock: time_machine.Traveller
) -> None:
    settings.SEND_RATE_PER_MINUTE = 120
    of_alice = [ledger_of(attempt_of(alice, letters=150)) for _ in range(3)]
    of_bob = ledger_of(attempt_of(bob, letters=150))

    *alices, bobs = sent_within(clock, 60, *of_alice, of_bob)

    assert sum(alices) == pytest.approx(60, abs=4)
    assert bobs == pytest.approx(60, abs=4)
    assert sum(alices) + bobs <= 120


def test_a_newcomer_is_served_at_once_and_what_it_does_not_need_is_not_lost(
    settings: LazySettings, alice: User, bob: User, clock: time_machine.Traveller
) -> None:
    settings.SEND_RATE_PER_MINUTE = 120
    big = ledger_of(attempt_of(alice, letters=400))
    before = sum(sent_within(clock, 60, big))
    small = ledger_of(attempt_of(bob, letters=10))
    with_both = sent_within(clock, 12, big, small)
    rest = sum(sent_within(clock, 48, big))

    assert with_both[1] == 10
    assert before >= 114
    assert 114 <= sum(with_both) + rest <= 120


def test_a_share_that_an_owners_own_limit_leaves_is_for_the_others(
    settings: LazySettings, alice: User, bob: User, clock: time_machine.Traveller
) -> None:
    settings.SEND_RATE_PER_MINUTE = 120
    OwnerLimit.objects.create(owner=bob, per_minute=12)
    ledgers = [ledger_of(attempt_of(each, letters=200)) for each in (alice, bob)]

    of_alice, of_bob = sent_within(clock, 60, *ledgers)

    assert of_bob == pytest.approx(12, abs=1)
    assert 114 <= of_alice + of_bob <= 120


def test_a_domains_limit_leaves_other_domains_alone(
    settings: LazySettings, alice: User, clock: time_machine.Traveller
) -> None:
    settings.DOMAIN_RATE_PER_MINUTE = 6
    DomainLimit.objects.create(domain="Example.NET", per_minute=0)
    slow = [f"reader{n}@Bücher.example" for n in range(50)]
    others = [f"reader{n}@example.net" for n in range(50)]
    ledger = ledger_of(attempt_of(alice, *slow, *others))

    while send(ledger):
        pass
    left = Delivery.objects.filter(state=State.SENT).values_list("email", flat=True)
    assert sum(email.endswith("@example.net") for email in left) == 50
    assert len(left) == 51
    sent_within(clock, 59, ledger)
    assert len(left.all()) == 50 + 6
    assert set(MeterState.objects.values_list("scope", flat=True)) == {
        "domain:xn--bcher-kva.example"
    }


def test_letters_put_off_for_their_domain_keep_their_tries_and_are_not_claimed_in_vain(
    settings: LazySettings, alice: User, clock: time_machine.Traveller
) -> None:
    settings.DOMAIN_RATE_PER_MINUTE = 60
    attempt = attempt_of(alice, letters=100)
    send(ledger_of(attempt), limit=100)

    waiting = attempt.deliveries.filter(state=State.QUEUED)
    assert set(waiting.values_list("tries", flat=True)) == {0}
    for second in (5, 50):
        until = START + timedelta(seconds=second)
        assert waiting.filter(next_try_at__lte=until).count() == pytest.approx(second, rel=0.2)


def test_letters_come_back_to_a_domain_for_every_owner_in_turn(
    settings: LazySettings, alice: User, bob: User, clock: time_machine.Traveller
) -> None:
    settings.DOMAIN_RATE_PER_MINUTE = 60
    big, small = (
        ledger_of(attempt_of(owner, letters=number)) for owner, number in ((alice, 300), (bob, 10))
    )
    send(big)
    assert sent_within(clock, 40, big, small)[1] == 10


def test_an_attempt_without_room_is_held_and_released_once(
    settings: LazySettings, alice: User, clock: time_machine.Traveller
) -> None:
    settings.SEND_RATE_PER_MINUTE = 6
    attempt = attempt_of(alice, letters=10)
    ledger = ledger_of(attempt)
    assert send(ledger) == 1
    assert send(ledger) == 0

    attempt.refresh_from_db()
    assert attempt.is_held
    assert START < attempt.held_until < START + timedelta(seconds=11)  # type: ignore[operator]
    assert not take_turn(attempt.pk)
    assert dispatch.take_held(timezone.now(), 9) == []
    clock.shift(11)
    assert dispatch.take_held(timezone.now(), 9) == [attempt.pk]
    assert dispatch.take_held(timezone.now(), 9) == []
    assert send(ledger) == 1


def test_an_attempt_is_held_until_the_first_letter_that_was_put_off(
    settings: LazySettings, alice: User, clock: time_machine.Traveller
) -> None:
    settings.DOMAIN_RATE_PER_MINUTE = 6
    attempt = attempt_of(alice, letters=5)
    ledger = ledger_of(attempt)
    assert [send(ledger), send(ledger)] == [1, 0]

    attempt.refresh_from_db()
    first = attempt.deliveries.filter(state=State.QUEUED).order_by("next_try_at").first()
    assert first is not None
    assert attempt.held_until == first.next_try_at


def test_permits_that_are_not_used_are_given_back(
    settings: LazySettings, alice: User, clock: time_machine.Traveller
) -> None:
    settings.SEND_RATE_PER_MINUTE = 60
    ledger = ledger_of(attempt_of(alice, letters=10))
    one, two, three = claimed(ledger, limit=3)
    assert claimed(ledger) == []
    ledger.release([one])
    ledger.commit([], [Record(two, State.FAILED, reason="not_composed")])
    ledger.commit([], [Record(three, State.SENT, tried=True)])
    ledger.permits.close()
    Attempt.objects.update(held_until=None)

    assert len(claimed(ledger_of(ledger.attempt))) == 2


def test_what_a_killed_sender_had_claimed_stays_counted(
    settings: LazySettings, alice: User, clock: time_machine.Traveller
) -> None:
    settings.SEND_RATE_PER_MINUTE = 100
    attempt = attempt_of(alice, letters=400)
    sent = killed = 0
    for _second in range(60):
        killed += len(claimed(ledger_of(attempt), limit=1))  # and nobody hears of it again
        sent += send(ledger_of(attempt))
        clock.shift(1)

    assert killed > 20
    assert 95 <= sent + killed <= 100


def test_letters_that_leave_long_after_they_were_claimed_are_counted_when_they_leave(
    settings: LazySettings, alice: User, clock: time_machine.Traveller
) -> None:
    settings.SEND_RATE_PER_MINUTE = 20
    ledger = ledger_of(attempt_of(alice, letters=100))
    in_hand: list[int] = []
    for _second in range(58):  # in which the mail server is slow
        in_hand += claimed(ledger)
        clock.shift(1)
    assert len(in_hand) == pytest.approx(20, abs=1)
    assert len(ledger.commit(in_hand, [])) == len(in_hand)

    assert sum(sent_within(clock, 60, ledger)) <= 1


def test_a_letter_whose_place_is_gone_is_taken_back_from_the_server(
    settings: LazySettings, alice: User, clock: time_machine.Traveller
) -> None:
    settings.SEND_RATE_PER_MINUTE = 1
    attempt = attempt_of(alice, letters=5)
    slow = ledger_of(attempt)
    (key,) = claimed(slow)
    clock.shift(70)
    assert send(ledger_of(attempt)) == 1

    assert slow.commit([key], []) == set()
    assert Delivery.objects.get(pk=key).state == State.QUEUED


def test_letters_that_are_tried_again_count_again(
    settings: LazySettings, alice: User, clock: time_machine.Traveller
) -> None:
    settings.SEND_RATE_PER_MINUTE = 20
    ledger = ledger_of(attempt_of(alice, letters=5))
    left = 0
    for _second in range(60):
        keys = claimed(ledger)
        left += len(ledger.commit(keys, []))
        again = [Record(key, State.QUEUED, tried=True, next_try_at=timezone.now()) for key in keys]
        ledger.commit([], again)
        clock.shift(1)

    assert 19 <= left <= 20


def test_a_dry_run_has_no_limit(settings: LazySettings, alice: User, bob: User) -> None:
    settings.SEND_RATE_PER_MINUTE = 1
    readers = RecipientFactory.create_batch(20, owner=alice)
    attempt = control.dry_run(MailingFactory.create(owner=alice, recipients=readers), alice, MANUAL)

    assert len(claimed(ledger_of(attempt))) == 20
    assert not MeterState.objects.exists()


def test_without_a_limit_a_claim_costs_nothing_more(alice: User) -> None:
    ledger = ledger_of(attempt_of(alice, letters=3))
    with CaptureQueriesContext(connection) as queries:
        assert len(ledger.claim(2)) == 2

    statements = [query["sql"].split()[0] for query in queries]
    expected = [
        "UPDATE",  # the lease
        "SELECT",  # whether the attempt is ready
        "UPDATE",  # the claim
        "SELECT",  # whether anything stands in the way; prepared, Django does not see it
    ]
    seen = expected[:3] if connection.vendor == "postgresql" else expected
    assert [each for each in statements if each not in {"SAVEPOINT", "RELEASE"}] == seen


def test_a_turn_under_a_limit_sends_what_may_leave_and_ends(
    settings: LazySettings, alice: User, mail_server: MailServer
) -> None:
    settings.SEND_RATE_PER_MINUTE = 60
    attempt = attempt_of(alice, letters=30)
    began = timezone.now()

    assert not take_turn(attempt.pk)
    assert timezone.now() - began < timedelta(seconds=3)
    assert 3 <= len(mail_server.accepted) <= 5
    attempt.refresh_from_db()
    assert attempt.held_until is not None
    assert not attempt.trouble_since


def test_old_counts_are_cleared_away(clock: time_machine.Traveller) -> None:
    MeterState.objects.create(scope="domain:example.org")
    clock.shift(3600)
    MeterState.objects.create(scope="domain:example.net")
    clock.shift(3700)
    schedule.tick()

    assert MeterState.objects.get().scope == "domain:example.net"


def test_how_long_letters_take_under_the_limits(settings: LazySettings, alice: User) -> None:
    assert limits.duration(alice, 1_000_000) == 0
    settings.OWNER_RATE_PER_HOUR = 1000
    assert limits.duration(alice, 3000) == pytest.approx(3 * 3600, rel=0.05)
    settings.SEND_RATE_PER_MINUTE = 10
    assert limits.duration(alice, 3000) == pytest.approx(300 * 60, rel=0.05)
    settings.SEND_RATE_PER_MINUTE = 0
    OwnerLimit.objects.create(owner=alice, per_hour=2000)
    assert limits.duration(alice, 3000) == pytest.approx(1.5 * 3600, rel=0.05)


def test_a_domain_has_one_spelling(db: None) -> None:
    limit = DomainLimit(domain=" Bücher.Example ", per_minute=1)
    limit.full_clean()
    limit.save()
    assert limit.domain == "xn--bcher-kva.example"
    with pytest.raises(ValidationError, match="already exists"):
        DomainLimit(domain="BÜCHER.example").full_clean()
    with pytest.raises(ValidationError, match="not a domain"):
        DomainLimit(domain="no domain").full_clean()
