"""What the dead leave behind: killed senders, cancelled attempts, attempts that are over."""

import os
import socket
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django_q.tasks import async_task

from mailing.models import Attempt, Delivery, Mailing, Sender
from mailing.models.delivery import IN_HAND, State
from mailing.models.mailing import Status

#: The first key of our PostgreSQL advisory locks, "MAIL" in ASCII; the second is the sender's key.
LOCK_SPACE = 0x4D41494C
#: How long a sender that was halted within a transaction may keep others from its rows.
ROWS_HELD = "15s"
#: How long after a restart of PostgreSQL senders that live through it may take their locks again.
RETURN_TIME = "10s"

#: The senders of this process: it cannot learn from a lock of its own whether they live.
_own: set[int] = set()


@transaction.atomic
def enlist(attempt: Attempt) -> Sender:
    """Return a new sender, holding a lock that ends with this process (PostgreSQL only)."""
    sender = Sender.objects.create(attempt=attempt)
    _own.add(sender.pk)
    hold(sender)
    return sender


def hold(sender: Sender) -> None:
    """Show by a lock of this session that `sender` lives; again after the session was lost."""
    if connection.vendor == "postgresql":
        _ask("SELECT set_config('idle_in_transaction_session_timeout', %s, false)", ROWS_HELD)
        _ask("SELECT set_config('plan_cache_mode', 'force_generic_plan', false)")
        _ask("SELECT pg_advisory_lock(%s, %s) IS NULL", LOCK_SPACE, _key(sender))


@transaction.atomic
def discharge(sender: Sender, has_nothing_in_hand: bool) -> None:
    """Let go of a sender; what it may still have in hand is for `recover_dead_senders`."""
    _own.discard(sender.pk)
    sender.pass_counts_on()
    if has_nothing_in_hand:
        Sender.objects.filter(pk=sender.pk).delete()
    else:
        Sender.objects.filter(pk=sender.pk).update(lease_until=timezone.now())
    if connection.vendor == "postgresql":
        _ask("SELECT pg_advisory_unlock(%s, %s)", LOCK_SPACE, _key(sender))


def _key(sender: Sender) -> int:
    return sender.pk % 2**31


def _ask(sql: str, *parameters: int | str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0] is not False


def is_dead(sender: Sender) -> bool:
    """Whether a sender surely sends no more: its lock is free, its process gone, its lease over."""
    if sender.lease_until <= timezone.now():
        return True
    if connection.vendor == "postgresql":
        return _ask(
            "SELECT pg_postmaster_start_time() < now() - %s::interval"
            " AND pg_try_advisory_xact_lock(%s, %s)",
            RETURN_TIME,
            LOCK_SPACE,
            _key(sender),
        )
    return sender.host == socket.gethostname() and not _runs(sender.pid)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def recover_dead_senders() -> int:
    """Put back what dead senders had claimed; what they had handed over is uncertain.

    Returns the number of senders buried.
    """
    others = Sender.objects.exclude(pk__in=_own)
    buried = sum(_bury(key) for key in others.values_list("pk", flat=True))
    bearer = Sender.objects.filter(pk=OuterRef("token"))
    orphans = Delivery.objects.filter(~Exists(bearer), state__in=IN_HAND, token__isnull=False)
    for token, attempt_id in orphans.values_list("token", "attempt_id").distinct():
        _put_back(token, attempt_id)
    return buried


@transaction.atomic
def _bury(key: int) -> bool:
    sender = Sender.objects.select_for_update(skip_locked=True).filter(pk=key).first()
    if sender is None or not is_dead(sender):
        return False
    if not _put_back(key, sender.attempt_id):
        return False
    sender.pass_counts_on()
    sender.delete()
    return True


@transaction.atomic
def _put_back(token: int | None, attempt_id: int) -> bool:
    """Free the letters under a token; False when somebody is changing them at this moment."""
    in_hand = Delivery.objects.filter(token=token, state__in=IN_HAND)
    # a sender that is alive without its lock may be handing letters over
    held = in_hand.select_for_update(skip_locked=True).values_list("pk", flat=True)
    if len(held) < in_hand.count():
        return False
    uncertain = in_hand.filter(state=State.HANDED_OVER).update(
        state=State.UNCERTAIN,
        reason=Delivery.Reason.SENDER_DIED,
        finished_at=timezone.now(),
        token=None,
    )
    in_hand.filter(state=State.CLAIMED).update(state=State.QUEUED, token=None)
    Attempt(pk=attempt_id).count(uncertain=uncertain)
    return True


def close_cancelled_attempts() -> None:
    """Record the letters that cancelled attempts have left as skipped, with the reason."""
    waiting = Delivery.objects.filter(attempt=OuterRef("pk"), state=State.QUEUED)
    for attempt in Attempt.objects.filter(
        Exists(waiting), status=Attempt.Status.CANCELLED, finished_at=None
    ):
        skip_waiting(attempt, attempt.cancel_reason)


@transaction.atomic
def skip_waiting(attempt: Attempt, reason: str) -> int:
    """Skip what is still in the queue of `attempt`; return how many letters that was."""
    skipped = attempt.deliveries.filter(state=State.QUEUED).update(
        state=State.SKIPPED, reason=reason, finished_at=timezone.now()
    )
    attempt.count(skipped=skipped)
    return skipped


def close_overdue_attempts(now: datetime) -> None:
    """End the retries of attempts whose time is up."""
    for attempt in Attempt.objects.overdue(now):
        with transaction.atomic():
            refused = attempt.deliveries.filter(state=State.QUEUED, tries__gt=0).update(
                state=State.FAILED, reason=Delivery.Reason.GAVE_UP, finished_at=now
            )
            attempt.count(failed=refused)
            skip_waiting(attempt, Delivery.Reason.ENDED)


def finish_attempts() -> None:
    """Close attempts of which every letter has its result, and the mailings that are done."""
    for attempt in Attempt.objects.counted_out().select_related("mailing"):
        finish(attempt)


@transaction.atomic
def finish(attempt: Attempt) -> None:
    """Write the attempt's last word, and move its mailing on when it has no other one running."""
    status = attempt.status if attempt.cancel_reason else attempt.verdict()
    finished = Attempt.objects.filter(pk=attempt.pk, finished_at=None).update(
        status=status,
        finished_at=timezone.now(),
        next_try_at=None,
        server_response=attempt.server_response or attempt.last_reply(),
    )
    if finished and not attempt.dry_run:
        settle(attempt)
        # whoever has watched it to its end looks at the report next
        transaction.on_commit(lambda: async_task("mailing.tasks.count_letters"), robust=True)


def settle(attempt: Attempt) -> None:
    """Move the mailing of a finished attempt to what comes next, when it has no other one running.

    A paused one with nothing left to send is done, unless the attempt was cancelled: then its
    owner may want to make up for it.
    """
    runs = Attempt.objects.running().filter(mailing=OuterRef("pk"), dry_run=False)
    idle = Mailing.objects.filter(~Exists(runs), pk=attempt.mailing_id)
    now = timezone.now()
    goes_on = Q(next_run_at__isnull=False) & (Q(ends_at=None) | Q(ends_at__gt=now))
    is_done = Q(status=Status.RUNNING) & ~goes_on
    if not attempt.cancel_reason:
        is_done |= Q(status=Status.PAUSED, next_run_at=None)
    idle.filter(goes_on, status=Status.RUNNING).update(status=Status.SCHEDULED, updated_at=now)
    idle.filter(is_done).update(status=Status.FINISHED, next_run_at=None, updated_at=now)
