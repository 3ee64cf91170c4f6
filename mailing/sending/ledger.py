"""The ledger's side of sending: what a sender claims, may hand over, and has achieved.

Everything here is done by the one thread of a sender that talks to the database, in few statements
for many deliveries, and changes only rows that still bear the sender's token.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from mailing.models import Attempt, Delivery, Recipient, Sender, Suppression
from mailing.models.delivery import DeliveryQuerySet, State

IN_HAND = (State.CLAIMED, State.HANDED_OVER)
COUNTED = {
    State.SENT: "sent",
    State.FAILED: "failed",
    State.SKIPPED: "skipped",
    State.UNCERTAIN: "uncertain",
    State.DRY_RUN: "composed",
}
RECORD = (
    f"UPDATE {Delivery._meta.db_table} SET state = %s, reason = %s, smtp_code = %s,"  # noqa: S608
    " smtp_reply = %s, tries = tries + %s, next_try_at = %s, finished_at = %s, token = NULL"
    " WHERE id = %s"
)


class Superseded(Exception):
    """The sender was taken for dead, and its deliveries are no longer its own."""


@dataclass(frozen=True, slots=True)
class Record:
    """What becomes of one delivery that a sender had in hand."""

    delivery_id: int
    state: State
    reason: str = ""
    smtp_code: int | None = None
    smtp_reply: str = ""
    tried: bool = False
    next_try_at: datetime | None = None

    def as_row(self, now: datetime) -> tuple[Any, ...]:
        """Return the parameters of RECORD."""
        return (
            self.state.value,
            self.reason,
            self.smtp_code,
            self.smtp_reply,
            int(self.tried),
            _stored(self.next_try_at or now),
            None if self.state is State.QUEUED else _stored(now),
            self.delivery_id,
        )


def _stored(moment: datetime) -> Any:
    """Return a moment as the database driver wants it in plain SQL."""
    return connection.ops.adapt_datetimefield_value(moment)


class Ledger:
    """The deliveries of one attempt as one sender sees them."""

    def __init__(self, attempt: Attempt, sender: Sender, domain: str) -> None:
        self.attempt = attempt
        self.sender = sender
        self.message_id = f".{attempt.token}@{domain}"
        suppressed = Suppression.objects.filter(
            Q(owner=attempt.mailing.owner_id) | Q(owner=None), email=OuterRef("email")
        )
        active = Recipient.objects.filter(pk=OuterRef("recipient_id"), state=Recipient.State.ACTIVE)
        self._wanted = Q(Exists(active)) & ~Q(Exists(suppressed))
        self._obstacle = Case(
            When(recipient=None, then=Value(Delivery.Reason.DELETED)),
            When(
                recipient__state=Recipient.State.UNSUBSCRIBED,
                then=Value(Delivery.Reason.UNSUBSCRIBED),
            ),
            When(~Q(recipient__state=Recipient.State.ACTIVE), then=Value(Delivery.Reason.INACTIVE)),
            When(Exists(suppressed), then=Value(Delivery.Reason.SUPPRESSED)),
            default=Value(""),
            output_field=CharField(),
        )

    def _mine(self, ids: Collection[int], *states: State) -> DeliveryQuerySet:
        return Delivery.objects.filter(pk__in=ids, token=self.sender.pk, state__in=states)

    @transaction.atomic
    def claim(self, limit: int) -> list[Delivery]:
        """Take up to `limit` letters that are due. Raises Superseded."""
        now = timezone.now()
        if not self.sender.renew():
            raise Superseded
        if not Attempt.objects.ready(now).filter(pk=self.attempt.pk).exists():
            return []
        due = Delivery.objects.claimable(now).filter(attempt=self.attempt)
        ids = list(
            due.order_by("next_try_at", "pk")
            .select_for_update(skip_locked=True)
            .values_list("pk", flat=True)[:limit]
        )
        Delivery.objects.filter(pk__in=ids, state=State.QUEUED).update(
            state=State.CLAIMED, token=self.sender.pk
        )
        claimed = list(self._mine(ids, State.CLAIMED).annotate(obstacle=self._obstacle))
        self._skip(claimed)
        return [delivery for delivery in claimed if not delivery.obstacle]  # type: ignore[attr-defined]

    @transaction.atomic
    def commit(self, wishes: Collection[int], records: Sequence[Record]) -> set[int]:
        """Record results, and return those of `wishes` whose final dot may go out.

        May be repeated after a lost connection: what was done before is found done.
        """
        self._record(records)
        return self._hand_over(wishes) if wishes else set()

    @transaction.atomic
    def release(self, ids: Collection[int]) -> None:
        """Put claimed letters back untouched."""
        self._mine(ids, State.CLAIMED).update(state=State.QUEUED, token=None)

    def _hand_over(self, ids: Collection[int]) -> set[int]:
        now = timezone.now()
        sendable = Attempt.objects.sendable(now).filter(pk=self.attempt.pk)
        self._mine(ids, State.CLAIMED).filter(self._wanted & Q(Exists(sendable))).update(
            state=State.HANDED_OVER,
            handed_over_at=now,
            message_id=Concat(Cast("pk", CharField()), Value(self.message_id)),
        )
        granted = set(self._mine(ids, State.HANDED_OVER).values_list("pk", flat=True))
        if denied := set(ids) - granted:
            self._skip(self._mine(denied, State.CLAIMED).annotate(obstacle=self._obstacle))
            self.release(denied)
        return granted

    def _skip(self, deliveries: Iterable[Delivery]) -> None:
        """Record the deliveries that have an obstacle as skipped."""
        self._record(
            [Record(d.pk, State.SKIPPED, reason=d.obstacle) for d in deliveries if d.obstacle]  # type: ignore[attr-defined]
        )

    def _record(self, records: Sequence[Record]) -> None:
        if not records:
            return
        ids = [record.delivery_id for record in records]
        mine = set(self._mine(ids, *IN_HAND).select_for_update().values_list("pk", flat=True))
        ours = [record for record in records if record.delivery_id in mine]
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.executemany(RECORD, [record.as_row(now) for record in ours])
        self.attempt.count(**Counter(COUNTED[r.state] for r in ours if r.state in COUNTED))
