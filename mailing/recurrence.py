"""When a mailing recurs: on the calendar of its zone, computed from the first occurrence."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _


class Period(models.TextChoices):
    ONCE = "once", _("once")
    DAILY = "daily", _("daily")
    WEEKLY = "weekly", _("weekly")
    MONTHLY = "monthly", _("monthly")


def first_after(
    start: datetime, period: str, zone: ZoneInfo, after: datetime
) -> datetime | None:
    """Return the first occurrence later than `after`."""
    raise NotImplementedError


def last_until(
    start: datetime, period: str, zone: ZoneInfo, until: datetime
) -> datetime | None:
    """Return the last occurrence not later than `until`."""
    raise NotImplementedError
