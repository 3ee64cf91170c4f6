"""Who a mailing goes to, and what becomes of everybody who was chosen for it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    Manager,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from mailing.joins import hash_counts
from mailing.models.recipient import Recipient, RecipientList
from mailing.models.suppression import Suppression

if TYPE_CHECKING:
    from mailing.models.mailing import Mailing

State = Recipient.State
LEFT_OUT, SUPPRESSED, SUPPRESSED_EVERYWHERE, REACHED = "left out", "own", "everywhere", "reached"


@dataclass(frozen=True)
class Tally:
    """How many were chosen for a mailing, and how many fall out for what; each in one place.

    `chosen` counts somebody on three lists three times, `duplicates` says how often that was.
    """

    chosen: int = 0
    duplicates: int = 0
    left_out: int = 0
    unsubscribed: int = 0
    bounced: int = 0
    complained: int = 0
    suppressed: int = 0
    suppressed_everywhere: int = 0
    reached: int = 0


class Audience:
    """The recipients of one mailing as things are now."""

    def __init__(self, mailing: "Mailing") -> None:
        self.mailing = mailing
        self.on_lists = Recipient.lists.through.objects.values("recipient_id")

    def sources(self) -> "list[QuerySet[Any, Any]]":
        """Return the keys of who is chosen, a query for each way of choosing."""
        single = self.mailing.recipients.through.objects.filter(mailing_id=self.mailing.pk)
        # the keys of the few lists, not a join: PostgreSQL then plans a million recipients well
        on_lists = self.on_lists.filter(recipientlist_id__in=_keys(self.mailing.lists))
        segments = self.mailing.segments.select_related("owner")
        found = [segment.recipients().order_by().values("pk") for segment in segments]
        return [on_lists, single.values("recipient_id"), *found]

    def chosen(self) -> "QuerySet[Recipient]":
        """Return everybody who is chosen, each once, whether or not they may get a letter."""
        first, *others = self.sources()
        return Recipient.objects.filter(owner_id=self.mailing.owner_id, pk__in=first.union(*others))

    def left_out(self) -> "Exists | None":
        """Return the condition for those whom the mailing leaves out."""
        lists = _keys(self.mailing.excluded_lists)
        on_them = self.on_lists.filter(recipientlist_id__in=lists, recipient_id=OuterRef("pk"))
        return Exists(on_them) if lists else None

    def recipients(self) -> "QuerySet[Recipient]":
        """Return the recipients that it would go to now, each once."""
        chosen = self.chosen()
        left_out = self.left_out()
        staying = chosen if left_out is None else chosen.exclude(left_out)
        return staying.active().not_suppressed()  # type: ignore[attr-defined,no-any-return]

    def tally(self) -> Tally:
        """Count everybody who is chosen by what becomes of them."""
        first, *others = self.sources()
        with hash_counts():
            numbers = dict(
                self.chosen()
                .annotate(fate=self._fate())
                .order_by()
                .values_list("fate")
                .annotate(number=Count("pk"))
            )
            chosen = first.union(*others, all=True).count()
        return Tally(
            chosen=chosen,
            duplicates=chosen - sum(numbers.values()),
            left_out=numbers.get(LEFT_OUT, 0),
            unsubscribed=numbers.get(State.UNSUBSCRIBED, 0),
            bounced=numbers.get(State.BOUNCED, 0),
            complained=numbers.get(State.COMPLAINED, 0),
            suppressed=numbers.get(SUPPRESSED, 0),
            suppressed_everywhere=numbers.get(SUPPRESSED_EVERYWHERE, 0),
            reached=numbers.get(REACHED, 0),
        )

    def _fate(self) -> Case:
        """Return the first thing that stands in the way of each recipient."""
        left_out = self.left_out()
        suppressed = Suppression.objects.filter(email=OuterRef("email"))
        return Case(
            *([When(left_out, then=Value(LEFT_OUT))] if left_out else []),
            When(~Q(state=State.ACTIVE), then=F("state")),
            When(Exists(suppressed.filter(owner=self.mailing.owner_id)), then=Value(SUPPRESSED)),
            When(Exists(suppressed.filter(owner=None)), then=Value(SUPPRESSED_EVERYWHERE)),
            default=Value(REACHED),
            output_field=CharField(),
        )


def _keys(lists: "Manager[RecipientList]") -> list[int]:
    return list(lists.order_by().values_list("pk", flat=True))
