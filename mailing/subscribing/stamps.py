"""Stamps that forms carry: when a form was shown, and what it said. They name nobody."""

import time

from django.core import signing
from django.http import HttpRequest

SALT = "mailing.subscribing.stamps"
#: Seconds that a person takes at the least to type an address, and that a form stays good.
LEAST = 2.0
MOST = 24 * 60 * 60.0


def make(mark: str, at: float | None = None) -> str:
    """Return a stamp for a form with this mark (`SubscriptionForm.mark`), shown at a time."""
    shown_at = time.time() if at is None else at
    return signing.Signer(salt=SALT).sign(f"{mark}.{int(shown_at * 10)}")


def make_ready(mark: str) -> str:
    """Return a stamp for a form that is shown again: whoever sends it has been there a while."""
    return make(mark, time.time() - LEAST - 1)


def is_good(stamp: str, mark: str) -> bool:
    """Whether a person may have filled in the form, as it is now, since the stamp was made."""
    try:
        shown, _dot, tenths = signing.Signer(salt=SALT).unsign(stamp).rpartition(".")
    except signing.BadSignature:
        return False
    return shown == mark and LEAST <= time.time() - int(tenths) / 10 <= MOST


def for_view(request: HttpRequest, mark: str) -> str:
    """Return the stamp for one view of a page that is kept for all."""
    return make(mark)
