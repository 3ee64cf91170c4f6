"""The figures of reports: as true as a count of every delivery, whatever breaks in between."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from mailing import tasks
from mailing.models import (
    Attempt,
    Delivery,
    Figure,
    Mailing,
    OwnerFigures,
    Reached,
    Recipient,
    Tally,
)
from mailing.models.delivery import OPEN_STATES, State
from mailing.reports import counting, slices
from mailing.sending import amends, recover
from mailing.tests.sent_letters import MOMENT, Letter, make_attempt


def brute_force(**owner: Any) -> Counter[tuple[Any, ...]]:
    """Count every delivery by the quarter of an hour, its state and what the server said."""
    counts: Counter[tuple[Any, ...]] = Counter()
    deliveries = Delivery.objects.filter(attempt__dry_run=False, **owner)
    for each in deliveries.exclude(state__in=OPEN_STATES):
        assert each.finished_at
        moment = each.finished_at.astimezone(UTC)
        quarter = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
        answered = each.state in {State.FAILED, State.UNCERTAIN}
        word = (each.smtp_reply.split() or [""])[0]
        known = all(p.isascii() and p.isdigit() and len(p) < 4 for p in word.split("."))
        code = word if known and word.count(".") == 2 and word[0] in "45" and word[1] == "." else ""
        counts[
            each.attempt_id,
            quarter,
            each.state,
            each.reason,
            (each.smtp_code or 0) if answered else 0,
            code if answered else "",
        ] += 1
    return counts


def figures() -> Counter[tuple[Any, ...]]:
    columns = ("attempt_id", "quarter", "state", "reason", "smtp_code", "status_code")
    return Counter(
        {tuple(way): letters for *way, letters in Figure.objects.values_list(*columns, "letters")}
    )


LETTERS: list[Letter] = [
    (State.SENT, 250, "2.0.0 Ok: queued", 0),
    (State.SENT, 250, "2.0.0 Ok: queued as 5", 1),
    (State.FAILED, 550, "5.1.1 No such user", 8),
    (State.FAILED, 550, "No such user", 8),
    (State.UNCERTAIN, None, "", 23),
    (State.SKIPPED, None, "", 23),
]


@pytest.fixture(autouse=True)
def _small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SLICE", 2)


def test_figures_are_those_of_the_deliveries(alice: User, bob: User) -> None:
    for owner in (alice, alice, bob):
        make_attempt(owner, LETTERS)
    make_attempt(alice, LETTERS, dry_run=True)
    assert counting.catch_up() is False
    assert figures() == brute_force()
    assert sum(figures().values()) == 3 * len(LETTERS)
    assert not counting.unsettled().exists()
    assert (
        Figure.objects.filter(owner=alice).count() == 2 * Figure.objects.filter(owner=bob).count()
    )


def test_the_end_of_an_attempt_is_counted_at_once(
    alice: User, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recover, "async_task", lambda name: import_string(name)())
    attempt = make_attempt(alice, LETTERS)
    Attempt.objects.update(finished_at=None, status=Attempt.Status.RUNNING)
    attempt.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        recover.finish(attempt)
    assert figures() == brute_force()
    assert not counting.unsettled().exists()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    letters=st.lists(
        st.tuples(
            st.sampled_from([state.value for state in State if state != State.DRY_RUN]),
            st.sampled_from([None, 250, 421, 452, 550, 554]),
            st.sampled_from(
                ["", "5.1.1 gone", "5.1.1", "4.2.2 full\n4.2.2 of mail", "5.x", "5.1.1234 x", "Нет"]
            ),
            st.integers(0, 3000),
        ),
        max_size=9,
    ),
    size=st.integers(1, 5),
)
def test_figures_are_those_of_any_deliveries(
    alice: User, letters: list[Letter], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        monkeypatch.setattr(slices, "SLICE", size)
        make_attempt(alice, letters)
        counting.catch_up()
        assert figures() == brute_force()
        transaction.set_rollback(True)


class Killed(BaseException):
    """Stands for the death of the process: nothing catches it."""


STEPS = [
    (counting, "_begin"),
    (counting, "read_slice"),
    (counting, "_advance"),
    (counting, "enter_reached"),
    (counting, "_complete"),
    (counting, "_figures"),
    (counting, "_note"),
]


@pytest.fixture
def killing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str, int, bool], None]:
    """Return a function that has a process die before or after the n-th call of a function."""

    def die_at(module: Any, name: str, number: int, after: bool) -> None:
        real, calls = getattr(module, name), iter(range(1, 1000))

        def dying(*arguments: Any, **named: Any) -> Any:
            if next(calls) != number:
                return real(*arguments, **named)
            if after:
                real(*arguments, **named)
            raise Killed

        monkeypatch.setattr(module, name, dying)

    return die_at


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize(("module", "name"), STEPS)
def test_a_kill_loses_and_doubles_nothing(
    alice: User,
    killing: Callable[[Any, str, int, bool], None],
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
    number: int,
    after: bool,
) -> None:
    for _n in range(2):
        make_attempt(alice, LETTERS)
    killing(module, name, number, after)
    with pytest.raises(Killed), transaction.atomic():  # what was not committed dies with it
        counting.catch_up()
    monkeypatch.undo()
    monkeypatch.setattr(slices, "SLICE", 3)
    counting.catch_up()
    assert figures() == brute_force()
    assert OwnerFigures.objects.get(owner=alice).reached == 4 == Reached.objects.count()


@pytest.mark.parametrize(("module", "name"), STEPS)
def test_a_kill_between_transactions_loses_and_doubles_nothing(
    alice: User, killing: Callable[[Any, str, int, bool], None], module: Any, name: str
) -> None:
    """As above, with everything kept that was committed by then, at every slice."""
    attempt = make_attempt(alice, LETTERS)
    killing(module, name, 2, True)
    for _slice in range(20):
        try:
            with transaction.atomic():  # which the database rolls back alone
                counting.step(attempt.pk)
        except Killed:
            continue
    assert figures() == brute_force()
    assert OwnerFigures.objects.get(owner=alice).reached == 2


def test_two_at_once_count_once(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = make_attempt(alice, LETTERS)
    real = slices.read_slice
    rivals = iter(range(3))

    def overtaken(attempt_id: int, after: int) -> slices.Slice:
        part = real(attempt_id, after)
        if next(rivals, None) is not None:
            monkeypatch.setattr(counting, "read_slice", real)
            counting.step(attempt_id)
            monkeypatch.setattr(counting, "read_slice", overtaken)
        return part

    monkeypatch.setattr(counting, "read_slice", overtaken)
    counting.catch_up()
    assert figures() == brute_force()
    assert OwnerFigures.objects.get(owner=alice).reached == 2
    assert Attempt.objects.get(pk=attempt.pk).figures_settled


def test_what_changes_during_a_count_is_counted_again(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = make_attempt(alice, LETTERS)
    real = slices.read_slice

    def changing(attempt_id: int, after: int) -> slices.Slice:
        part = real(attempt_id, after)
        if part.last is None:
            amends.mark_as_sent(attempt, attempt.deliveries.all())
            monkeypatch.setattr(counting, "read_slice", real)
        return part

    monkeypatch.setattr(counting, "read_slice", changing)
    counting.catch_up()
    assert counting.unsettled().get() == attempt
    counting.catch_up()
    assert figures() == brute_force()
    assert not Figure.objects.filter(state=State.UNCERTAIN).exists()
    assert not counting.unsettled().exists()


def test_a_running_attempt_is_counted_now_and_then(alice: User) -> None:
    with time_machine.travel(MOMENT, tick=False) as clock:
        attempt = make_attempt(alice, [*LETTERS, (State.QUEUED, None, "", 0)])
        counting.catch_up()
        assert figures() == brute_force()
        attempt.deliveries.filter(state=State.QUEUED).update(state=State.SENT, finished_at=MOMENT)
        attempt.count(sent=1)
        counting.catch_up()
        assert figures() != brute_force()
        clock.shift(timedelta(minutes=2))
        counting.catch_up()
        assert figures() == brute_force()
        assert counting.unsettled().exists()
        recover.finish_attempts()
        counting.catch_up()
        assert not counting.unsettled().exists()
        assert OwnerFigures.objects.get().reached == 3


def test_nothing_new_costs_no_count(alice: User, django_assert_num_queries: Any) -> None:
    make_attempt(alice, [*LETTERS, (State.QUEUED, None, "", 0)])
    counting.catch_up()
    changed_at = OwnerFigures.objects.get().changed_at
    with time_machine.travel(timezone.now() + timedelta(days=1)), django_assert_num_queries(2):
        counting.catch_up()
    assert OwnerFigures.objects.get().changed_at == changed_at


def test_a_deleted_mailing_leaves_its_figures(alice: User) -> None:
    attempt = make_attempt(alice, LETTERS)
    Mailing.objects.filter(pk=attempt.mailing_id).delete()
    assert (
        sum(Figure.objects.filter(owner=alice, mailing=None).values_list("letters", flat=True)) == 6
    )
    counting.catch_up()
    assert sum(figures().values()) == 6


def test_a_deleted_owner_leaves_nothing(alice: User, bob: User) -> None:
    make_attempt(alice, LETTERS)
    counting.catch_up()
    make_attempt(alice, LETTERS)
    make_attempt(bob, LETTERS)
    alice.delete()
    counting.catch_up()
    assert set(Figure.objects.values_list("owner", flat=True)) == {bob.pk}
    assert Reached.objects.count() == 2


def test_a_recipient_is_reached_once(alice: User) -> None:
    make_attempt(alice, [(State.SENT, 250, "", 0)])
    reader = Recipient.objects.get()
    again = make_attempt(alice, [(State.SENT, 250, "", 0), (State.FAILED, 550, "", 0)])
    again.deliveries.filter(state=State.SENT).update(recipient=reader)
    counting.catch_up()
    assert OwnerFigures.objects.get().reached == 1
    reader.delete()
    counting.count_anew(Attempt.objects.all())
    counting.catch_up()
    assert OwnerFigures.objects.get().reached == 1
    assert not Reached.objects.exists()


def test_cleared_deliveries_stay_in_the_figures(alice: User) -> None:
    make_attempt(alice, LETTERS)
    expected = brute_force()
    call_command("clear_old_deliveries", days=1, stdout=StringIO())
    assert not Delivery.objects.exists()
    call_command("rebuild_figures", stdout=StringIO())
    assert figures() == expected


def test_attempts_cleared_long_ago_are_known_by_their_counts(alice: User) -> None:
    attempt = make_attempt(alice, LETTERS)
    attempt.deliveries.all().delete()
    counting.catch_up()
    assert dict(Figure.objects.values_list("state", "letters")) == {
        "sent": 2,
        "failed": 2,
        "uncertain": 1,
        "skipped": 1,
    }
    assert set(Figure.objects.values_list("quarter", flat=True)) == {MOMENT.replace(minute=0)}


def test_figures_are_rebuilt(alice: User, bob: User) -> None:
    make_attempt(alice, LETTERS)
    make_attempt(bob, LETTERS)
    counting.catch_up()
    Figure.objects.update(letters=77)
    out = StringIO()
    call_command("rebuild_figures", owner=alice.email, stdout=out)
    assert out.getvalue() == "1 attempts counted.\n"
    assert set(Figure.objects.filter(letters=77).values_list("owner", flat=True)) == {bob.pk}
    call_command("rebuild_figures", stdout=StringIO())
    assert figures() == brute_force()


def test_an_attempt_without_recipients_is_settled(alice: User) -> None:
    make_attempt(alice, [])
    counting.catch_up()
    assert not counting.unsettled().exists()
    assert not Figure.objects.exists()


def test_one_that_fails_holds_up_no_other(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = make_attempt(alice, LETTERS), make_attempt(alice, LETTERS)
    real = slices.read_slice

    def failing(attempt_id: int, after: int) -> slices.Slice:
        if attempt_id == bad.pk:
            raise ValueError
        return real(attempt_id, after)

    monkeypatch.setattr(counting, "read_slice", failing)
    counting.catch_up()
    assert set(Figure.objects.values_list("attempt", flat=True)) == {good.pk}
    assert counting.unsettled().get() == bad


def test_the_task_goes_on_where_it_stopped(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make_attempt(alice, LETTERS)
    queued: list[str] = []
    monkeypatch.setattr(tasks, "async_task", queued.append)
    real = counting.catch_up
    monkeypatch.setattr(counting, "catch_up", lambda seconds: real(0))
    tasks.count_letters()
    assert Tally.objects.get().position is not None
    for _turn in range(5):
        tasks.count_letters()
    assert figures() == brute_force()
    assert queued
    assert set(queued) == {"mailing.tasks.count_letters"}
