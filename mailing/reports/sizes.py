"""How many recipients there are, without counting a million of them for a page."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_q.tasks import async_task

from accounts.models import User
from mailing.models import OwnerFigures, Recipient

#: Up to so many rows are counted each time, more of them once in a while and beside the page.
COUNTED_EACH_TIME = 10_000
COUNTED_ANEW_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class Size:
    """Recipients there are, and those ever reached by a letter."""

    recipients: int
    reached: int


def size_of(owner: User) -> Size:
    """Return how many recipients `owner` has and has reached; of many, some minutes ago."""
    rows = Recipient.objects.owned_by(owner).order_by()
    few = rows.values("pk")[: COUNTED_EACH_TIME + 1].count()
    kept = OwnerFigures.objects.filter(owner=owner).first()
    reached = kept.reached if kept else 0
    if few <= COUNTED_EACH_TIME:
        return Size(few, reached)
    if kept is None or kept.counted_at is None:
        return Size(count_recipients(owner.pk), reached)
    if kept.counted_at < timezone.now() - COUNTED_ANEW_AFTER:
        _have_counted(kept)
    return Size(kept.recipients, reached)


def size_of_everybody() -> Size:
    """Return how many recipients there are altogether; counted once in a while."""
    reached = OwnerFigures.objects.aggregate(all=Coalesce(Sum("reached"), 0))["all"]
    seconds = COUNTED_ANEW_AFTER.total_seconds()
    count = Recipient.objects.order_by().count
    return Size(cache.get_or_set("mailing.recipients", count, seconds) or 0, reached)


def count_recipients(owner_id: int) -> int:
    """Count an owner's recipients and keep their number."""
    number = Recipient.objects.filter(owner=owner_id).order_by().count()
    counted = {"recipients": number, "counted_at": timezone.now()}
    OwnerFigures.objects.update_or_create(owner_id=owner_id, defaults=counted)
    return number


def _have_counted(kept: OwnerFigures) -> None:
    """Queue the count, unless somebody else has just done so."""
    stale = OwnerFigures.objects.filter(pk=kept.pk, counted_at=kept.counted_at)
    if stale.update(counted_at=timezone.now()):
        key = kept.pk
        transaction.on_commit(
            lambda: async_task("mailing.tasks.count_recipients", key), robust=True
        )
