"""The ledger's side of sending: what a sender claims, may hand over, and has achieved.

Everything here is done by the one thread of a sender that talks to the database, in few statements
for many deliveries, and changes only rows that still bear the sender's token.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.utils import timezone

from mailing.models import Attempt, Delivery, Recipient, Sender, Suppression
from mailing.models.delivery import DeliveryQuerySet, State
from mailing.sending import statements
from mailing.sending.permits import Permits

COUNTED = {
    State.SENT: "sent",
    State.FAILED: "failed",
    State.SKIPPED: "skipped",
    State.UNCERTAIN: "uncertain",
    State.DRY_RUN: "composed",
}
#: Stands for the time in a statement that is compiled once and asked often.
SOME_DAY = datetime(9999, 1, 1, tzinfo=UTC)


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

    def as_row(self, now: datetime) -> dict[str, Any]:
        """Return the columns that change, by their names."""
        return {
            "id": self.delivery_id,
            "state": self.state.value,
            "reason": self.reason,
            "smtp_code": self.smtp_code,
            "smtp_reply": self.smtp_reply,
            "tried": int(self.tried),
            "next_try_at": _stored(self.next_try_at or now),
            "finished_at": None if self.state is State.QUEUED else _stored(now),
        }


def _stored(moment: datetime) -> Any:
    """Return a moment as the database driver wants it in plain SQL."""
    return connection.ops.adapt_datetimefield_value(moment)


class Ledger:
    """The deliveries of one attempt as one sender sees them."""

    def __init__(self, attempt: Attempt, sender: Sender, message_id_tail: str) -> None:
        self.attempt = attempt
        self.sender = sender
        self.message_id_tail = message_id_tail
        self.permits = Permits(attempt)
        suppressed = Suppression.objects.for_owner(attempt.mailing.owner_id).filter(
            email=OuterRef("email")
        )
        active = Recipient.objects.filter(pk=OuterRef("recipient_id"), state=Recipient.State.ACTIVE)
        sendable = Attempt.objects.sendable(SOME_DAY).filter(pk=attempt.pk)
        allowed = Delivery.objects.filter(Exists(active), ~Exists(suppressed), Exists(sendable))
        self._allowed = statements.condition_of(allowed.values("pk").order_by())
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
        claimed = self._claim_permitted(now, limit) if self.permits else self._claim(now, limit)
        claimed.sort(key=lambda delivery: (delivery.next_try_at, delivery.pk))
        obstacles = self._obstacles(self._hindered([delivery.pk for delivery in claimed]))
        self._skip(obstacles)
        return [delivery for delivery in claimed if delivery.pk not in obstacles]

    def _hindered(self, ids: Collection[int]) -> set[int]:
        """Return those letters that may not be handed over now."""
        condition, parameters = self._condition()
        sql = statements.hindered(condition)
        return statements.run(sql, (statements.as_keys(ids), *parameters)) if ids else set()

    def _obstacles(self, ids: Collection[int]) -> dict[int, str]:
        """Return what stands in the way of each claimed letter that will never be sent."""
        if not ids:
            return {}
        claimed = self._mine(ids, State.CLAIMED).annotate(obstacle=self._obstacle)
        return dict(claimed.exclude(obstacle="").values_list("pk", "obstacle"))

    def _claim(self, now: datetime, limit: int) -> list[Delivery]:
        parameters = [self.sender.pk, self.attempt.pk, _stored(now), limit]
        return list(Delivery.objects.raw(statements.claim(), parameters))

    def _claim_permitted(self, now: datetime, limit: int) -> list[Delivery]:
        """Take only letters that may leave under the limits."""
        due = Delivery.objects.claimable(now).filter(attempt=self.attempt)
        free = due.order_by("next_try_at", "pk").select_for_update(skip_locked=True)
        ids = self.permits.choose(free, limit)
        Delivery.objects.filter(pk__in=ids, state=State.QUEUED).update(
            state=State.CLAIMED, token=self.sender.pk
        )
        return list(self._mine(ids, State.CLAIMED))

    @transaction.atomic
    def commit(self, wishes: Collection[int], records: Sequence[Record]) -> set[int]:
        """Record results, and return those of `wishes` whose final dot may go out.

        May be repeated after a lost connection: what was done before is found done.
        """
        permitted = self.permits.renew(wishes)
        self._record(records)
        return self._hand_over(wishes, permitted) if wishes else set()

    @transaction.atomic
    def release(self, ids: Collection[int]) -> None:
        """Put claimed letters back untouched."""
        self._mine(ids, State.CLAIMED).update(state=State.QUEUED, token=None)
        self.permits.give_back(ids)

    def _hand_over(self, ids: Collection[int], permitted: Collection[int]) -> set[int]:
        granted = self._hand_over_allowed(permitted) if permitted else set()
        if len(granted) < len(ids):  # some are denied, or were handed over before a repetition
            granted |= set(self._mine(ids, State.HANDED_OVER).values_list("pk", flat=True))
        if denied := set(ids) - granted:
            self._skip(self._obstacles(denied))
            self.release(denied)
        return granted

    def _hand_over_allowed(self, ids: Collection[int]) -> set[int]:
        """Hand over what is still wanted and allowed, in one statement; return its keys."""
        condition, parameters = self._condition()
        now, keys = _stored(timezone.now()), statements.as_keys(ids)
        return statements.run(
            statements.hand_over(condition),
            (now, self.message_id_tail, self.sender.pk, keys, *parameters),
        )

    def _condition(self) -> tuple[str, list[Any]]:
        """Return what has to be true of a letter that may be handed over now."""
        condition, parameters = self._allowed
        now, some_day = _stored(timezone.now()), _stored(SOME_DAY)
        return condition, [now if each == some_day else each for each in parameters]

    def _skip(self, obstacles: dict[int, str]) -> None:
        """Record deliveries as skipped, each for what stands in its way."""
        self._record(
            [Record(key, State.SKIPPED, reason=reason) for key, reason in obstacles.items()]
        )

    def _record(self, records: Sequence[Record]) -> None:
        if not records:
            return
        now = timezone.now()
        rows = statements.as_json(record.as_row(now) for record in records)
        ours = statements.run(statements.record(), (rows, len(records), self.sender.pk))
        self.permits.spend(record.delivery_id for record in records if record.tried)
        self.permits.give_back(record.delivery_id for record in records if not record.tried)
        states = (record.state for record in records if record.delivery_id in ours)
        self._count(Counter(COUNTED[state] for state in states if state in COUNTED))

    def _count(self, changes: Counter[str]) -> None:
        """Add to the sender's counts, in the transaction that changes what they count."""
        if changes:
            numbers = [changes[column] for column in statements.COUNTED]
            statements.run(statements.count(), (*numbers, self.sender.pk))
