"""Whose turn it is: owners are served alike, however many letters or attempts they have."""

import time
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from mailing.models import Attempt, Delivery, OwnerTurn, Sender

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
    began_at = OwnerTurn.objects.filter(owner=OuterRef("mailing__owner")).values("began_at")
    others = waiting(owner_id, timezone.now()).annotate(owner_served_at=Subquery(began_at))
    ordered = others.order_by(F("owner_served_at").asc(nulls_first=True), "pk")
    longest = ordered.select_related("mailing__owner").first()
    if longest is None:
        return attempt
    if Sender.objects.live().filter(attempt__mailing__owner=owner_id).exists():
        return longest
    own = OwnerTurn.objects.filter(owner=owner_id).first()
    if own is None or (longest.owner_served_at and own.began_at <= longest.owner_served_at):
        return attempt
    return longest


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
