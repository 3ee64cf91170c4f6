"""What owners do about letters that did not arrive, or of which nobody knows whether they did.

Every function raises ForbiddenChange when it is not the time.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from mailing.models import Attempt, Delivery, Mailing
from mailing.models.delivery import State
from mailing.models.mailing import ForbiddenChange
from mailing.retry import GIVE_UP_AFTER
from mailing.sending import dispatch

Status = Mailing.Status


@transaction.atomic
def mark_as_sent(attempt: Attempt, deliveries: QuerySet[Delivery]) -> int:
    """Take the owner's word that uncertain letters arrived; return how many they were."""
    marked = deliveries.filter(attempt=attempt, state=State.UNCERTAIN).update(
        state=State.SENT, reason=Delivery.Reason.VOUCHED, finished_at=timezone.now()
    )
    attempt.count(uncertain=-marked, sent=marked)
    attempt.refresh_from_db()
    if attempt.finished_at and not attempt.cancel_reason:
        Attempt.objects.filter(pk=attempt.pk).update(status=attempt.verdict())
    return marked


@transaction.atomic
def send_again(attempt: Attempt, deliveries: QuerySet[Delivery]) -> int:
    """Send uncertain letters once more, under the Message-ID they had; return how many.

    A mail program that got the first one shows the two as one. Each letter has this chance once.
    """
    now = timezone.now()
    give_up_at = _new_end(attempt, now)
    queued = deliveries.filter(attempt=attempt, state=State.UNCERTAIN, sent_again=False).update(
        state=State.QUEUED,
        sent_again=True,
        reason="",
        smtp_code=None,
        smtp_reply="",
        tries=0,
        next_try_at=now,
        finished_at=None,
    )
    if not queued:
        raise ForbiddenChange(_("These letters have been sent again before. Once is all there is."))
    _set_running(attempt.mailing)
    attempt.count(uncertain=-queued)
    Attempt.objects.filter(pk=attempt.pk).update(
        status=Attempt.Status.RUNNING, finished_at=None, give_up_at=give_up_at
    )
    dispatch.wake_senders(attempt.pk)
    return queued


@transaction.atomic
def send_to_missed(attempt: Attempt, by: User) -> Attempt:
    """Open an attempt for those who surely did not get a letter in `attempt`, and may get one."""
    now = timezone.now()
    mailing = attempt.mailing
    if attempt.finished_at is None or mailing.attempts.running().filter(dry_run=False).exists():
        raise ForbiddenChange(_("The mailing is being sent: wait until it is done."))
    _new_end(attempt, now)
    missed = attempt.not_reached()
    if not missed.exists():
        raise ForbiddenChange(_("There is nobody left who may get a letter."))
    _set_running(mailing)
    return dispatch.open_attempt(mailing, now, Attempt.Trigger.MANUAL, by, audience=missed)


def _set_running(mailing: Mailing) -> None:
    """Let letters leave; a paused mailing stays paused until it is resumed."""
    if mailing.status == Status.DRAFT:
        raise ForbiddenChange(_("The mailing is a draft: send or schedule it instead."))
    if mailing.status not in {Status.RUNNING, Status.PAUSED}:
        mailing.change_status(Status.RUNNING)


def _new_end(attempt: Attempt, now: datetime) -> datetime:
    """Return until when letters of `attempt` may be tried again from `now`."""
    if attempt.dry_run or attempt.cancel_reason:
        raise ForbiddenChange(_("This attempt was not carried through: send the mailing instead."))
    ends_at = attempt.mailing.ends_at
    if ends_at and ends_at <= now:
        raise ForbiddenChange(_("The end of the mailing has passed: choose a later one."))
    return ends_at or now + GIVE_UP_AFTER
