"""What owners do about letters that did not arrive, or of which nobody knows whether they did.

Every function raises ForbiddenChange when it is not the time.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from mailing.models import Attempt, Delivery, Mailing
from mailing.models.delivery import State
from mailing.models.mailing import ForbiddenChange
from mailing.sending import dispatch
from mailing.sending.end import end_of_retries, refuse_after_end

Status = Mailing.Status

#: In these no letter leaves, so there is nothing that could be made up for.
HELD_BACK = frozenset({Status.DRAFT, Status.DISABLED})


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
    if attempt.dry_run or attempt.cancel_reason:
        raise ForbiddenChange(
            _("This attempt was not carried through: its uncertain letters are not sent again.")
        )
    now = timezone.now()
    mailing = _hold_mailing(attempt)
    refuse_after_end(mailing)
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
    _set_running(mailing)
    attempt.count(uncertain=-queued)
    Attempt.objects.filter(pk=attempt.pk).update(
        status=Attempt.Status.RUNNING, finished_at=None, give_up_at=end_of_retries(mailing, now)
    )
    dispatch.wake_senders(attempt.pk)
    return queued


@transaction.atomic
def send_to_missed(attempt: Attempt, by: User) -> Attempt:
    """Open an attempt for those who surely did not get a letter in `attempt`, and may get one.

    `attempt` may be one that was cancelled before everybody had their letter.
    """
    if attempt.dry_run:
        raise ForbiddenChange(_("This was a dry run: send the mailing instead."))
    now = timezone.now()
    mailing = _hold_mailing(attempt)
    if attempt.finished_at is None or mailing.attempts.running().filter(dry_run=False).exists():
        raise ForbiddenChange(_("The mailing is being sent: wait until it is done."))
    refuse_after_end(mailing)
    missed = attempt.not_reached()
    if not missed.exists():
        raise ForbiddenChange(_("There is nobody left who may get a letter."))
    _set_running(mailing)
    return dispatch.open_attempt(mailing, now, Attempt.Trigger.MANUAL, by, audience=missed)


def _hold_mailing(attempt: Attempt) -> Mailing:
    """Return the mailing as it is now; nobody else changes it until the transaction is over."""
    mailing: Mailing = Mailing.objects.select_for_update().get(pk=attempt.mailing_id)
    return mailing


def _set_running(mailing: Mailing) -> None:
    """Let letters leave; a paused mailing stays paused until it is resumed."""
    if mailing.status == Status.DRAFT:
        raise ForbiddenChange(_("The mailing is a draft: send or schedule it instead."))
    if mailing.status not in {Status.RUNNING, Status.PAUSED}:
        mailing.change_status(Status.RUNNING)
