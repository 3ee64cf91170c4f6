"""Whose turn it is: owners are served alike, however many letters or attempts they have."""

import time
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from mailing.models import Attempt, Delivery, Sender

#: Seconds that a sender works before it makes way for an owner for whom nobody is sending.
QUANTUM = 2.0
#: Seconds between two looks whether there is one.
LOOK_SECONDS = 1.0


def _has_due(now: datetime) -> Exists:
    return Exists(Delivery.objects.claimable(now).filter(attempt=OuterRef("pk")))


def waiting(owner_id: int, now: datetime) -> QuerySet[Attempt]:
    """Return attempts that are ready, of owners other than this one for whom nobody is sending."""
    served = Sender.objects.live().values("attempt__mailing__owner")
    ready = Attempt.objects.ready(now).exclude(mailing__owner=owner_id)
    return ready.exclude(mailing__owner__in=served).filter(_has_due(now))


def next_in_turn(attempt: Attempt) -> Attempt:
    """Return the attempt to work on when one is woken: it, or that of an owner who waits longer."""
    owner_id = attempt.mailing.owner_id
    other = (
        waiting(owner_id, timezone.now())
        .annotate(owner_turn_at=Subquery(_turns_of_the_owner()))
        .order_by(F("owner_turn_at").asc(nulls_first=True), "pk")
        .select_related("mailing__owner")
        .first()
    )
    if other is None:
        return attempt
    if Sender.objects.live().filter(attempt__mailing__owner=owner_id).exists():
        return other
    own = Attempt.objects.filter(pk=attempt.pk).values_list(Subquery(_turns_of_the_owner()))
    return attempt if _is_before(own.get()[0], other.owner_turn_at) else other


def _turns_of_the_owner() -> QuerySet[Attempt, datetime | None]:
    """Return when the owner of an outer attempt had the last turn."""
    same = Attempt.objects.running().filter(mailing__owner=OuterRef("mailing__owner"))
    turns = same.filter(turn_at__isnull=False).order_by("-turn_at")
    return turns.values_list("turn_at", flat=True)[:1]


def _is_before(one: datetime | None, other: datetime | None) -> bool:
    return one is None or (other is not None and one <= other)


class Courtesy:
    """Tells a sender when to make way."""

    def __init__(self, attempt: Attempt) -> None:
        self.owner_id = attempt.mailing.owner_id
        self.look_at = time.monotonic() + QUANTUM

    def is_due(self) -> bool:
        """Whether the sender has had its quantum, and some other owner waits."""
        if time.monotonic() < self.look_at:
            return False
        self.look_at = time.monotonic() + LOOK_SECONDS
        return waiting(self.owner_id, timezone.now()).exists()


def active_owners(now: datetime) -> set[int]:
    """Return the owners who have letters that could leave now if there were no limits."""
    free = Q(next_try_at=None) | Q(next_try_at__lte=now)
    attempts = Attempt.objects.sendable(now).filter(free, _has_due(now), dry_run=False)
    return set(attempts.values_list("mailing__owner", flat=True))


def fair_share(total: float, caps: Iterable[float]) -> float:
    """Return what each may have of `total` when none can use more than its cap.

    What some leave is shared by the others (max-min fairness).
    """
    left, level = total, total
    ordered = sorted(caps)
    for place, cap in enumerate(ordered):
        level = left / (len(ordered) - place)
        if cap >= level:
            break
        left -= cap
    return level
