"""The demo's attempts, with a delivery for each recipient and counts that add up."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from home.demo.courses import Course, Outcome
from mailing.models import Attempt, Delivery, Mailing, Recipient, Sender
from mailing.models.delivery import IN_HAND, OPEN_STATES
from mailing.retry import GIVE_UP_AFTER
from mailing.sending.compose import freeze, sender_domain
from mailing.sending.ledger import COUNTED

#: So many days ago some recipients were written to for the last time.
LAPSED_DAYS_AGO = 21
BEFORE_THE_FIRST = timedelta(seconds=8)
FOR_EACH = timedelta(milliseconds=350)


def make_attempt(
    mailing: Mailing, occurrence: datetime, course: Course, trigger: str, now: datetime
) -> Attempt:
    """Make the attempt of `mailing` at `occurrence`, as it went or stands at `now`."""
    frozen = freeze(mailing.message, mailing.owner.language)
    recipients = _audience(mailing, occurrence, now)
    outcomes = course.outcomes(recipients)
    counts = Counter(COUNTED[o.state] for o in outcomes if o.state in COUNTED)
    attempt = Attempt.objects.create(
        mailing=mailing,
        occurrence=occurrence,
        trigger=trigger,
        triggered_by=mailing.owner if trigger == Attempt.Trigger.MANUAL else None,
        dry_run=course.dry_run,
        cancel_reason=course.cancel_reason,
        started_at=occurrence,
        give_up_at=mailing.ends_at or occurrence + GIVE_UP_AFTER,
        subject=frozen.subject,
        preheader=frozen.preheader,
        body_html=frozen.body_html,
        body_text=frozen.body_text,
        sender_name=mailing.sender_name,
        reply_to=mailing.reply_to,
        total=len(recipients),
        **counts,
    )
    _make_deliveries(attempt, recipients, outcomes, now)
    if not any(outcome.state in OPEN_STATES for outcome in outcomes):
        _finish(attempt)
    return attempt


def _audience(mailing: Mailing, occurrence: datetime, now: datetime) -> list[Recipient]:
    """Return who got it at that time: long ago also those who have left since."""
    age = now.astimezone(mailing.zone).date() - occurrence.astimezone(mailing.zone).date()
    if age.days >= LAPSED_DAYS_AGO:
        everybody = Recipient.objects.filter(lists__in=mailing.lists.all()).distinct()
        return list(everybody.order_by("pk"))
    return list(mailing.audience().order_by("pk"))


def _make_deliveries(
    attempt: Attempt, recipients: Sequence[Recipient], outcomes: Sequence[Outcome], now: datetime
) -> None:
    sender = _dead_sender(attempt, now) if any(o.state in IN_HAND for o in outcomes) else None
    Delivery.objects.bulk_create(
        _delivery(attempt, recipient, outcome, attempt.started_at + BEFORE_THE_FIRST + n * FOR_EACH)
        for n, (recipient, outcome) in enumerate(zip(recipients, outcomes, strict=True))
    )
    attempt.deliveries.filter(state__in=IN_HAND).update(token=sender and sender.pk)
    attempt.deliveries.filter(handed_over_at__isnull=False).update(
        message_id=Concat(Cast("pk", CharField()), Value(f".{attempt.token}@{sender_domain()}"))
    )


def _dead_sender(attempt: Attempt, now: datetime) -> Sender:
    """Return a sender whose lease is over, so that the next tick puts right what it left."""
    return Sender.objects.create(
        attempt=attempt, host="demo", pid=0, started_at=attempt.started_at, lease_until=now
    )


def _delivery(
    attempt: Attempt, recipient: Recipient, outcome: Outcome, moment: datetime
) -> Delivery:
    return Delivery(
        attempt=attempt,
        recipient=recipient,
        email=recipient.email,
        full_name=recipient.full_name,
        attributes=recipient.attributes,
        state=outcome.state,
        reason=outcome.reason,
        smtp_code=outcome.code,
        smtp_reply=outcome.reply,
        tries=outcome.tries,
        next_try_at=attempt.started_at,
        handed_over_at=moment if outcome.was_handed_over else None,
        finished_at=None if outcome.state in OPEN_STATES else moment,
    )


def _finish(attempt: Attempt) -> None:
    """Write the attempt's last word as the engine does."""
    cancelled = attempt.cancel_reason and Attempt.Status.CANCELLED
    attempt.status = cancelled or attempt.verdict()
    last = attempt.deliveries.order_by("-finished_at").first()
    attempt.finished_at = last.finished_at if last else attempt.started_at
    attempt.server_response = attempt.last_reply()
    attempt.save(update_fields=["status", "finished_at", "server_response"])
