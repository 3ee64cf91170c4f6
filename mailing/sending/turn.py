"""One turn of one worker at one attempt."""

import logging

import structlog
from django.conf import settings
from django.utils import timezone

from mailing.models import Attempt, OwnerTurn, Sender
from mailing.sending import recover
from mailing.sending.deliver import SLICE_SECONDS, Slice
from mailing.sending.fairness import next_in_turn
from mailing.sending.ledger import Superseded

logger = logging.getLogger("mailing.sending")


def take_turn(attempt_id: int, seconds: float = SLICE_SECONDS) -> bool:
    """Send letters of an attempt for up to `seconds`; return whether more may be due at once.

    When it is another owner's turn, letters of that one are sent instead.
    """
    woken = _ready_attempt(attempt_id)
    if woken is None or woken.senders.live().count() >= settings.WORKERS:
        return False
    attempt = next_in_turn(woken)
    OwnerTurn.begin(attempt.mailing.owner_id)
    with structlog.contextvars.bound_contextvars(mailing=attempt.mailing_id, attempt=attempt.pk):
        more = _send(attempt, recover.enlist(attempt), seconds)
    if more and attempt.wake_at:
        Attempt.objects.filter(pk=attempt.pk).update(wake_at=None)  # it is woken by its own task
    return more or attempt != woken


def _ready_attempt(attempt_id: int) -> Attempt | None:
    ready = Attempt.objects.ready(timezone.now()).select_related("mailing__owner")
    return ready.filter(pk=attempt_id).first()


def _send(attempt: Attempt, sender: Sender, seconds: float) -> bool:
    work = Slice(attempt, sender, seconds)
    try:
        more = work.run()
    except Superseded:
        logger.warning("This sender was taken for dead; another one goes on")
        more = True
    finally:
        recover.discharge(sender, has_nothing_in_hand=not work.in_hand)
    work.ledger.permits.close()
    recover.finish_attempts()
    return more
