"""What people do with a mailing. Every function raises ForbiddenChange when it is not the time."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, User
from mailing.models import Attempt, Delivery, Mailing
from mailing.models.mailing import ForbiddenChange
from mailing.sending import dispatch
from mailing.sending.end import end_of_retries, refuse_after_end
from mailing.telling import tell_disabled, tell_enabled

Status = Mailing.Status


def schedule(mailing: Mailing) -> None:
    """Let `mailing` go out at its time; at once when that has passed and its end has not."""
    now = timezone.now()
    refuse_after_end(mailing)
    _refuse_incomplete(mailing, "recipients", "time")
    next_run_at = _first_run(mailing)
    if next_run_at is None:
        raise ForbiddenChange(_("No sending lies ahead: choose a later start or end."))
    mailing.change_status(Status.SCHEDULED, next_run_at=next_run_at)
    if next_run_at <= now:
        dispatch.wake_tick()


def unschedule(mailing: Mailing) -> None:
    """Make `mailing` a draft again."""
    if _is_under_way(mailing):
        raise ForbiddenChange(_("The mailing has begun: stop it first."))
    mailing.change_status(Status.DRAFT, next_run_at=None)


@transaction.atomic
def reschedule(mailing: Mailing) -> None:
    """Reckon the next sending and the end anew, after one of the times or the zone was edited."""
    if mailing.status in {Status.SCHEDULED, Status.PAUSED}:
        _renew_end(mailing)
        Mailing.objects.filter(pk=mailing.pk).update(next_run_at=_first_run(mailing))
        dispatch.wake_tick()


@transaction.atomic
def run_now(mailing: Mailing, by: User | None, trigger: str) -> Attempt:
    """Send `mailing` at once. A recurring one keeps its calendar; any other is then done."""
    if mailing.status == Status.FINISHED:
        raise ForbiddenChange(_("The mailing is finished: copy it to send it again."))
    refuse_after_end(mailing)
    _refuse_incomplete(mailing, "recipients")
    if _is_under_way(mailing):
        raise ForbiddenChange(_("The mailing is being sent already."))
    now = timezone.now()
    mailing.change_status(
        Status.RUNNING,
        next_run_at=mailing.next_occurrence(now) if mailing.recurs else None,
        last_run_at=now,
    )
    return dispatch.open_attempt(mailing, now, trigger, by)


@transaction.atomic
def dry_run(mailing: Mailing, by: User | None, trigger: str) -> Attempt:
    """Compose every letter of `mailing` without sending any; its status stays as it is."""
    if mailing.status in {Status.FINISHED, Status.DISABLED}:
        raise ForbiddenChange(
            _("A mailing that is %(status)s cannot be tried out.")
            % {"status": mailing.get_status_display()}
        )
    _refuse_incomplete(mailing, "recipients")
    return dispatch.open_attempt(mailing, timezone.now(), trigger, by, dry_run=True)


def pause(mailing: Mailing) -> None:
    """Hold back what is not yet handed over, until `resume`."""
    mailing.change_status(Status.PAUSED)


@transaction.atomic
def resume(mailing: Mailing) -> None:
    """Go on where `pause` stopped; a recurring mailing makes up no occurrences missed meanwhile.

    The pause does not shorten the time in which letters are tried.
    """
    refuse_after_end(mailing)
    now = timezone.now()
    next_run_at = mailing.next_run_at
    if mailing.recurs and next_run_at is not None and next_run_at <= now:
        next_run_at = mailing.next_occurrence(now)
    running = _is_under_way(mailing)
    if not running and next_run_at is None:
        raise ForbiddenChange(_("Nothing is left to send: copy the mailing to send it again."))
    mailing.change_status(Status.RUNNING if running else Status.SCHEDULED, next_run_at=next_run_at)
    _renew_end(mailing)
    dispatch.wake_tick()


@transaction.atomic
def stop(mailing: Mailing) -> None:
    """End `mailing` for good; letters not yet handed over stay unsent."""
    mailing.change_status(Status.FINISHED, next_run_at=None)
    _cancel_attempts(mailing, Delivery.Reason.STOPPED)


@transaction.atomic
def disable(mailing: Mailing, by: User, reason: str) -> None:
    """Forbid `mailing` on a manager's behalf; its owner is told the reason."""
    mailing.change_status(Status.DISABLED, next_run_at=None, disabled_reason=reason, disabled_by=by)
    _cancel_attempts(mailing, Delivery.Reason.DISABLED)
    AuditEntry.record(by, AuditEntry.Act.DISABLE, mailing, reason)
    tell_disabled(mailing, reason)


@transaction.atomic
def enable(mailing: Mailing, by: User) -> None:
    """Lift the ban; the owner decides whether the mailing goes on."""
    mailing.change_status(
        Status.PAUSED,
        next_run_at=mailing.next_occurrence(timezone.now()),
        disabled_reason="",
        disabled_by=None,
    )
    AuditEntry.record(by, AuditEntry.Act.ENABLE, mailing)
    tell_enabled(mailing)


@transaction.atomic
def stop_everything_of(owner: User) -> None:
    """Stop what a blocked owner has running and hold back what is scheduled."""
    # in one statement, so that no change made meanwhile can make the block fail
    Mailing.objects.owned_by(owner).filter(status__in=[Status.RUNNING, Status.SCHEDULED]).update(
        status=Status.PAUSED, updated_at=timezone.now()
    )
    running = Attempt.objects.running().filter(mailing__owner=owner)
    _cancel(running, Delivery.Reason.OWNER_BLOCKED)


def _cancel_attempts(mailing: Mailing, reason: str) -> None:
    _cancel(mailing.attempts.running(), reason)


def _cancel(attempts: QuerySet[Attempt], reason: str) -> None:
    attempts.update(status=Attempt.Status.CANCELLED, cancel_reason=reason, next_try_at=None)
    dispatch.wake_tick()


def _refuse_incomplete(mailing: Mailing, *needs: str) -> None:
    missing = mailing.missing
    if "recipients" in needs and "recipients" in missing:
        raise ForbiddenChange(_("Nobody is chosen: choose the recipients of the mailing first."))
    if "time" in needs and "time" in missing:
        raise ForbiddenChange(_("Its time is not settled: choose when the mailing goes out first."))


def _renew_end(mailing: Mailing) -> None:
    end = end_of_retries(mailing, timezone.now())
    mailing.attempts.running().filter(dry_run=False).update(give_up_at=end)


def _is_under_way(mailing: Mailing) -> bool:
    return mailing.attempts.running().filter(dry_run=False).exists()


def _first_run(mailing: Mailing) -> datetime | None:
    """Return when `mailing` is to go out next: at once when its start passed before it ever ran."""
    now = timezone.now()
    missed = mailing.due_occurrence(now) if mailing.last_run_at is None else None
    return missed or mailing.next_occurrence(now)
