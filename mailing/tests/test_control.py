"""Run, pause, resume, stop, disable: what each does to the letters that are left."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from mailing.models import Attempt, Delivery, Mailing
from mailing.models.mailing import CHANGES, ForbiddenChange, Status
from mailing.sending import control, schedule
from mailing.sending.turn import take_turn
from mailing.tests.factories import MailingFactory, RecipientFactory
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db

MANUAL = Attempt.Trigger.MANUAL


@pytest.fixture
def mailing(alice: User) -> Mailing:
    return MailingFactory.create(
        owner=alice, recipients=RecipientFactory.create_batch(3, owner=alice)
    )


@pytest.fixture
def attempt(mailing: Mailing) -> Attempt:
    return control.run_now(mailing, mailing.owner, MANUAL)


def ledger(attempt: Attempt) -> set[tuple[str, str]]:
    return set(attempt.deliveries.values_list("state", "reason"))


def test_paused_sends_nothing_and_resumed_sends_the_rest(
    mailing: Mailing, attempt: Attempt, mail_server: MailServer
) -> None:
    control.pause(mailing)
    take_turn(attempt.pk)
    assert mail_server.accepted == []
    assert ledger(attempt) == {("queued", "")}

    control.resume(mailing)
    take_turn(attempt.pk)
    assert len(mail_server.accepted) == 3


def test_a_pause_of_any_length_takes_no_letter_away(
    mailing: Mailing,
    attempt: Attempt,
    mail_server: MailServer,
    pass_hours: Callable[[float], None],
) -> None:
    control.pause(mailing)
    pass_hours(24 * 30)
    schedule.tick()
    assert ledger(attempt) == {("queued", "")}

    control.resume(mailing)
    schedule.tick()
    take_turn(attempt.pk)
    assert len(mail_server.accepted) == 3


@pytest.mark.parametrize(("days", "letters"), [(1, {("queued", "")}), (-1, {("skipped", "ended")})])
def test_an_end_that_is_edited_during_a_pause_holds_for_what_is_under_way(
    mailing: Mailing, attempt: Attempt, days: int, letters: set[tuple[str, str]]
) -> None:
    control.pause(mailing)
    Attempt.objects.update(give_up_at=timezone.now())
    mailing.starts_at = timezone.now() - timedelta(days=2)
    mailing.ends_at = timezone.now() + timedelta(days=days)
    mailing.save()
    control.reschedule(mailing)
    schedule.tick()

    assert ledger(attempt) == letters
    attempt.refresh_from_db()
    assert attempt.give_up_at == mailing.ends_at


def let_the_last_letter_finish(attempt: Attempt) -> None:
    """Have the letters arrive that were handed over before the mailing was paused."""
    attempt.deliveries.update(state="sent")
    attempt.count(sent=attempt.total)
    schedule.tick()


def test_paused_after_the_last_letter_was_handed_over_is_finished(
    mailing: Mailing, attempt: Attempt
) -> None:
    control.pause(mailing)
    let_the_last_letter_finish(attempt)

    mailing.refresh_from_db()
    assert mailing.status == Status.FINISHED


def test_paused_with_a_sending_ahead_stays_paused(mailing: Mailing) -> None:
    Mailing.objects.update(period="weekly")
    mailing.refresh_from_db()
    attempt = control.run_now(mailing, mailing.owner, MANUAL)
    control.pause(mailing)
    let_the_last_letter_finish(attempt)

    mailing.refresh_from_db()
    assert mailing.status == Status.PAUSED


def test_stopped_records_the_letters_left_as_skipped(
    mailing: Mailing, attempt: Attempt, mail_server: MailServer
) -> None:
    control.stop(mailing)
    take_turn(attempt.pk)
    schedule.tick()

    assert mail_server.accepted == []
    assert ledger(attempt) == {("skipped", "stopped")}
    attempt.refresh_from_db()
    assert (attempt.status, attempt.skipped) == ("cancelled", 3)
    mailing.refresh_from_db()
    assert mailing.status == Status.FINISHED


def test_disabled_keeps_the_reason_and_enabled_starts_nothing(
    mailing: Mailing, attempt: Attempt, manager: User, mail_server: MailServer
) -> None:
    control.disable(mailing, manager, "Complaints")
    take_turn(attempt.pk)
    schedule.tick()
    mailing.refresh_from_db()
    assert (mailing.status, mailing.disabled_reason) == ("disabled", "Complaints")
    assert ledger(attempt) == {("skipped", "disabled")}

    control.enable(mailing, manager)
    schedule.tick()
    assert mailing.status == Status.PAUSED
    assert mail_server.accepted == []


def test_blocking_the_owner_stops_what_runs_and_nothing_restarts_by_itself(
    mailing: Mailing, attempt: Attempt, manager: User, mail_server: MailServer
) -> None:
    mailing.owner.block(manager, "spam")
    take_turn(attempt.pk)
    schedule.tick()
    assert ledger(attempt) == {("skipped", "owner_blocked")}

    mailing.owner.unblock(manager)
    schedule.tick()
    mailing.refresh_from_db()
    assert mailing.status == Status.PAUSED
    assert mail_server.accepted == []


def test_blocking_the_owner_does_not_fail_on_a_mailing_that_finishes_meanwhile(
    mailing: Mailing, attempt: Attempt, manager: User
) -> None:
    def finish_first(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('UPDATE "mailing_mailing"'):
            cursor = rest[-1]["cursor"].cursor
            cursor.execute("UPDATE mailing_mailing SET status = 'finished'")
        return execute(sql, *rest)

    with connection.execute_wrapper(finish_first):
        mailing.owner.block(manager, "spam")

    mailing.owner.refresh_from_db()
    assert mailing.owner.is_blocked
    mailing.refresh_from_db()
    assert mailing.status == Status.FINISHED


def test_a_running_mailing_cannot_be_run_again(mailing: Mailing, attempt: Attempt) -> None:
    with pytest.raises(ForbiddenChange, match="being sent already"):
        control.run_now(mailing, mailing.owner, MANUAL)


def test_a_paused_run_cannot_be_made_a_draft(mailing: Mailing, attempt: Attempt) -> None:
    control.pause(mailing)
    with pytest.raises(ForbiddenChange, match="stop it first"):
        control.unschedule(mailing)


def test_after_the_end_nothing_can_be_started(mailing: Mailing) -> None:
    mailing.starts_at = timezone.now() - timedelta(days=2)
    mailing.ends_at = timezone.now() - timedelta(days=1)
    mailing.save()
    with pytest.raises(ForbiddenChange, match="end of the mailing has passed"):
        control.schedule(mailing)
    with pytest.raises(ForbiddenChange, match="end of the mailing has passed"):
        control.run_now(mailing, mailing.owner, MANUAL)
    assert Delivery.objects.count() == 0


def test_a_change_on_an_outdated_view_is_refused(mailing: Mailing) -> None:
    outdated = Mailing.objects.get(pk=mailing.pk)
    control.schedule(mailing)
    with pytest.raises(ForbiddenChange, match="changed in the meantime"):
        control.schedule(outdated)


@pytest.mark.parametrize("old", Status)
@pytest.mark.parametrize("new", Status)
def test_the_table_decides_on_every_change(mailing: Mailing, old: Status, new: Status) -> None:
    Mailing.objects.filter(pk=mailing.pk).update(status=old)
    mailing.refresh_from_db()
    if new in CHANGES[old]:
        mailing.change_status(new)
    else:
        with pytest.raises(ForbiddenChange, match="cannot become"):
            mailing.change_status(new)
    mailing.refresh_from_db()
    assert mailing.status == (new if new in CHANGES[old] else old)


def test_a_recurring_mailing_run_by_hand_keeps_its_calendar(
    mailing: Mailing, mail_server: MailServer
) -> None:
    mailing.period = "weekly"
    mailing.save()
    control.schedule(mailing)
    attempt = control.run_now(mailing, mailing.owner, MANUAL)
    take_turn(attempt.pk)

    mailing.refresh_from_db()
    assert (mailing.status, mailing.next_run_at) == (Status.SCHEDULED, mailing.starts_at)
