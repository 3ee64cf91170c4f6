"""Opening attempts, and waking the senders that work on them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, DateTimeField, Exists, F, JSONField, OuterRef, QuerySet, Value
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.tasks import async_task

from accounts.models import User
from mailing.joins import hash_joins
from mailing.models import Attempt, Delivery, Mailing, Recipient
from mailing.models.delivery import State
from mailing.personalisation import fields_in
from mailing.retry import GIVE_UP_AFTER
from mailing.sending import compose
from mailing.sending.end import end_of_retries

#: The columns that opening an attempt fills, in the order in which `_rows` yields them.
COLUMNS = (
    "attempt_id",
    "recipient_id",
    "email",
    "full_name",
    "attributes",
    "state",
    "next_try_at",
    "reason",
    "smtp_reply",
    "message_id",
    "tries",
    "sent_again",
)
#: Wake-ups in the queue for each worker that are enough: each serves whoever has waited longest.
WAKE_UPS_PER_WORKER = 10
#: Time after which an attempt that was held is woken again while it has letters that are due.
WAKE_AGAIN = timedelta(seconds=5)


@transaction.atomic
def open_attempt(
    mailing: Mailing,
    occurrence: datetime,
    trigger: str,
    by: User | None = None,
    dry_run: bool = False,
    audience: QuerySet[Recipient] | None = None,
) -> Attempt:
    """Freeze the message and enter everybody who is to get it, and wake the senders.

    `audience` are the recipients of the mailing unless others are given.

    Raises IntegrityError when this occurrence of the mailing was opened before.
    """
    now = timezone.now()
    frozen = compose.freeze(mailing.message, mailing.owner.language)
    attempt = Attempt.objects.create(
        mailing=mailing,
        occurrence=occurrence,
        trigger=trigger,
        triggered_by=by,
        dry_run=dry_run,
        started_at=now,
        give_up_at=now + GIVE_UP_AFTER if dry_run else end_of_retries(mailing, now),
        subject=frozen.subject,
        preheader=frozen.preheader,
        body_html=frozen.body_html,
        body_text=frozen.body_text,
        sender_name=mailing.sender_name,
        reply_to=mailing.reply_to,
    )
    attempt.attachments.set(mailing.message.attachments.values_list("pk", flat=True))
    attempt.total = _enter_recipients(attempt, mailing.audience() if audience is None else audience)
    attempt.save(update_fields=["total"])
    wake_senders(attempt.pk, settings.WORKERS)
    return attempt


def _enter_recipients(attempt: Attempt, audience: QuerySet[Recipient]) -> int:
    """Make the deliveries in one statement; return their number."""
    texts = (attempt.subject, attempt.body_html, attempt.body_text)
    uses_attributes = any(name.startswith("attributes.") for t in texts for name in fields_in(t))
    rows = audience.order_by("pk")
    select, parameters = rows.values_list(
        Value(attempt.pk),
        "pk",
        "email",
        "full_name",
        F("attributes") if uses_attributes else Value({}, JSONField()),
        Value(State.QUEUED),
        Value(attempt.started_at, DateTimeField()),
        Value(""),
        Value(""),
        Value(""),
        Value(0),
        Value(False),
    ).query.sql_with_params()
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, COLUMNS))
    insert = f"INSERT INTO {quote(Delivery._meta.db_table)} ({columns})"
    with hash_joins(), connection.cursor() as cursor:
        cursor.execute(f"{insert} {select} ON CONFLICT DO NOTHING", parameters)
        return int(cursor.rowcount)


def wake_senders(attempt_id: int, number: int = 1) -> None:
    """Queue wake-ups once the transaction is over; a lost one is made up for by the next tick."""
    for _ in range(number):
        _queue("mailing.tasks.send", attempt_id)


def wake_tick() -> None:
    """Have the tick done now instead of within the minute."""
    _queue("mailing.tasks.tick")


def _queue(task: str, *arguments: int) -> None:
    # a function with a name: Django cannot report the failure of a partial
    transaction.on_commit(lambda: async_task(task, *arguments), robust=True)


def take_held(now: datetime, most: int) -> list[int]:
    """Return up to `most` attempts that a limit holds no more, each to one caller only.

    One that nobody goes on with, since its sender was killed, is returned again a little later.
    """
    over = Attempt.objects.ready(now).filter(wake_at__lte=now).order_by("wake_at")
    return [attempt.pk for attempt in over.only("wake_at")[:most] if _take(attempt, now)]


def _take(attempt: Attempt, now: datetime) -> bool:
    """Whether there is something to be done, and nobody else has taken the attempt."""
    due = attempt.deliveries.claimable(now).exists()
    untaken = Attempt.objects.filter(pk=attempt.pk, wake_at=attempt.wake_at)
    return bool(untaken.update(wake_at=now + WAKE_AGAIN if due else None)) and due


def wake_ready(now: datetime) -> None:
    """Wake senders for attempts that have letters due, up to the number that may work on one.

    A queue that holds more wake-ups than there are workers to take them needs no further ones.
    """
    if get_broker().queue_size() > WAKE_UPS_PER_WORKER * settings.WORKERS:
        return
    due = Delivery.objects.claimable(now).filter(attempt=OuterRef("pk"))
    ready = Attempt.objects.ready(now).filter(Exists(due))
    for key, senders in list(ready.values_list("pk", Count("senders"))):
        wake_senders(key, max(0, settings.WORKERS - senders))
