"""The tick: once a minute and oftener, whatever has become due is set going."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from mailing.models import Attempt, Mailing, MeterState, SubscriptionRequest
from mailing.sending import dispatch, recover
from mailing.subscribing import letters

logger = logging.getLogger("mailing.sending")


def tick() -> None:
    """Do everything that is due, each part whether or not another one fails."""
    now = timezone.now()
    guarded(recover.recover_dead_senders)
    guarded(recover.close_cancelled_attempts)
    guarded(recover.close_overdue_attempts, now)
    guarded(recover.finish_attempts)
    # a list, since queueing a task may close the connection that an iterator still needs
    for key in list(Mailing.objects.due(now).values_list("pk", flat=True)):
        guarded(_open_due, key, now)
    guarded(finish_ended, now)
    guarded(MeterState.objects.outdated().delete)
    guarded(SubscriptionRequest.objects.lapsed().delete)
    guarded(letters.queue_due, now)
    guarded(dispatch.wake_ready, now)


def guarded(work: Callable[..., object], *arguments: object) -> None:
    """Do one part of the tick; what goes wrong is written down and does not stop the others."""
    try:
        work(*arguments)
    except Exception:
        logger.exception("A part of the tick failed: %s %s", work.__name__, arguments)


def _open_due(key: int, now: datetime) -> None:
    due = Mailing.objects.due(now).select_related("message", "owner")
    if mailing := due.filter(pk=key).first():
        open_due(mailing, now)


def open_due(mailing: Mailing, now: datetime) -> Attempt | None:
    """Open the occurrence of `mailing` that has come, unless somebody else has just done so.

    Of several missed occurrences only the latest is opened.
    """
    occurrence = mailing.due_occurrence(now)
    ended = mailing.ends_at is not None and mailing.ends_at <= now
    with transaction.atomic():
        claimed = Mailing.objects.filter(
            pk=mailing.pk, status=mailing.status, next_run_at=mailing.next_run_at
        ).update(next_run_at=mailing.next_occurrence(now), updated_at=now)
        if not claimed or occurrence is None or ended:
            return None
        try:
            with transaction.atomic():
                attempt = dispatch.open_attempt(mailing, occurrence, Attempt.Trigger.SCHEDULE)
        except IntegrityError:
            logger.info("Occurrence %s of mailing %s was opened before", occurrence, mailing.pk)
            return None
        Mailing.objects.filter(pk=mailing.pk).update(status=Mailing.Status.RUNNING, last_run_at=now)
    return attempt


def finish_ended(now: datetime) -> None:
    """Finish scheduled mailings that have no occurrence left before their end."""
    Mailing.objects.over(now).update(
        status=Mailing.Status.FINISHED, next_run_at=None, updated_at=now
    )
