"""Making a new mailing out of an old one."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mailing.models import Mailing
from mailing.recurrence import Period, first_after

COPIED = ("owner", "message", "period", "time_is_set", "time_zone", "sender_name", "reply_to")
COPIED_SETS = ("lists", "segments", "recipients", "excluded_lists")


@transaction.atomic
def copy_mailing(mailing: Mailing) -> Mailing:
    """Return a new draft with the same message, recipients and calendar."""
    starts_at = coming_start(mailing, timezone.now())
    ends_at = mailing.ends_at if mailing.ends_at and mailing.ends_at > starts_at else None
    copy = Mailing.objects.create(
        name=copied_name(mailing.name),
        starts_at=starts_at,
        ends_at=ends_at,
        **{name: getattr(mailing, name) for name in COPIED},
    )
    for name in COPIED_SETS:
        getattr(copy, name).set(getattr(mailing, name).all())
    return copy


def copied_name(name: str) -> str:
    longest = Mailing._meta.get_field("name").max_length
    return (_("Copy of %(name)s") % {"name": name})[:longest]


def coming_start(mailing: Mailing, now: datetime) -> datetime:
    """Return the mailing's start, or once it has passed the next day's time like it.

    Otherwise scheduling the copy would send it at once.
    """
    if mailing.starts_at > now:
        return mailing.starts_at
    return first_after(mailing.starts_at, Period.DAILY, mailing.zone, now) or now
