"""The figures on the home page."""

import time
from dataclasses import dataclass
from typing import cast

from django.core.cache import cache

from mailing.models import Mailing, Recipient
from mailing.models.mailing import Status

KEY = "home.statistics"
#: Seconds for which figures are shown as they are.
FRESH_FOR = 5 * 60
#: Seconds for which old figures are still better than none, and for which one visitor counts.
KEPT_FOR = 24 * 60 * 60
COUNTING_FOR = 60


@dataclass(frozen=True)
class Statistics:
    """What all owners together have."""

    mailings: int
    active_mailings: int
    recipients: int


def count() -> Statistics:
    """Count in the database: all mailings, those that send or will, and different addresses."""
    mailings = Mailing.objects.all()
    return Statistics(
        mailings=mailings.count(),
        active_mailings=mailings.filter(status__in=[Status.SCHEDULED, Status.RUNNING]).count(),
        recipients=Recipient.objects.order_by().values("email").distinct().count(),
    )


def statistics() -> Statistics:
    """Return the figures, at most a few minutes old; while one visitor counts, others see them."""
    counted_at, kept = cache.get(KEY) or (0.0, None)
    is_fresh = time.time() - counted_at < FRESH_FOR
    if kept and (is_fresh or not cache.add(f"{KEY}.counting", 1, COUNTING_FOR)):
        return cast(Statistics, kept)
    counted = count()
    cache.set(KEY, (time.time(), counted), KEPT_FOR)
    cache.delete(f"{KEY}.counting")
    return counted
