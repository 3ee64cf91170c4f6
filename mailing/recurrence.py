"""When a mailing recurs: on the calendar of its zone, computed from the first occurrence.

Occurrence `n` falls on the `n`th day, week or month after the first one, at the same time on the
zone's clock; on months that are too short it falls on their last day. What clock changes do:

- a time that they skip comes later by as much as the clock is put forward;
- a time that they repeat comes once, the first time;
- where they skip a whole day, a daily occurrence of that day is left out, since it would fall
  together with the next day's (Pacific/Apia, 30 December 2011).

Moments come in aware and go out in UTC; a naive one raises ValueError.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

#: By how many occurrences clock changes can put the estimate of a number wrong, and one more.
MARGIN = 3


class Period(models.TextChoices):
    ONCE = "once", _("once")
    DAILY = "daily", _("daily")
    WEEKLY = "weekly", _("weekly")
    MONTHLY = "monthly", _("monthly")


def occurrence(start: datetime, period: str, zone: ZoneInfo, n: int) -> datetime | None:
    """Return occurrence `n`, counted from 0, or None when there is none."""
    moment, following = _moment(start, period, zone, n), _moment(start, period, zone, n + 1)
    if moment and following and moment >= following:
        return None
    return moment


def first_after(start: datetime, period: str, zone: ZoneInfo, after: datetime) -> datetime | None:
    """Return the first occurrence later than `after`."""
    n = max(0, _estimate(start, period, zone, after))
    moments = _occurrences(start, period, zone, range(max(0, n - MARGIN), n + MARGIN + 1))
    return next((moment for moment in moments if moment > after), None)


def last_until(start: datetime, period: str, zone: ZoneInfo, until: datetime) -> datetime | None:
    """Return the last occurrence not later than `until`."""
    n = _estimate(start, period, zone, until)
    moments = _occurrences(start, period, zone, range(n + MARGIN, max(0, n - MARGIN) - 1, -1))
    return next((moment for moment in moments if moment <= until), None)


def upcoming(
    start: datetime, period: str, zone: ZoneInfo, after: datetime, count: int
) -> list[datetime]:
    """Return the first `count` occurrences later than `after`, or as many as there are."""
    moments: list[datetime] = []
    while len(moments) < count and (moment := first_after(start, period, zone, after)):
        moments.append(moment)
        after = moment
    return moments


def between(
    start: datetime, period: str, zone: ZoneInfo, after: datetime, before: datetime
) -> Iterator[datetime]:
    """Yield the occurrences later than `after` and earlier than `before`."""
    first = max(0, _estimate(start, period, zone, after) - MARGIN)
    for n in count(first):
        moment = _moment(start, period, zone, n)
        if moment is None or moment >= before:
            return
        if moment > after and occurrence(start, period, zone, n):
            yield moment


class ClockChange(models.TextChoices):
    """What a change of the clock does to an occurrence."""

    SKIPPED = "skipped", _("The clock skips this time that day: it goes out that much later.")
    REPEATED = (
        "repeated",
        _("The clock shows this time twice that day: it goes out the first time."),
    )
    CHANGED = "changed", _("The clock has changed since the one before; the time on it stays.")


def clock_change(moment: datetime, start: datetime, zone: ZoneInfo) -> ClockChange | None:
    """Return whether a clock change moved the occurrence at `moment`, or shows its time twice."""
    _require_aware(moment, start)
    local = moment.astimezone(zone)
    if local.time() != start.astimezone(zone).time():
        return ClockChange.SKIPPED
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        return ClockChange.REPEATED
    return None


def _occurrences(
    start: datetime, period: str, zone: ZoneInfo, numbers: Iterable[int]
) -> Iterable[datetime]:
    moments = (occurrence(start, period, zone, n) for n in numbers)
    return (moment for moment in moments if moment)


def _moment(start: datetime, period: str, zone: ZoneInfo, n: int) -> datetime | None:
    _require_aware(start)
    if n == 0:
        return start.astimezone(UTC)
    if n < 0 or period == Period.ONCE:
        return None
    try:
        wall = _later(start.astimezone(zone).replace(tzinfo=None, fold=0), period, n)
        # fold=0 gives the first of two, and in a gap the offset from before it
        return wall.replace(tzinfo=zone).astimezone(UTC)
    except (OverflowError, ValueError):  # beyond the last year of the calendar
        return None


def _later(wall: datetime, period: str, n: int) -> datetime:
    if period != Period.MONTHLY:
        return wall + timedelta(days=n if period == Period.DAILY else 7 * n)
    year, month = divmod(wall.year * 12 + wall.month - 1 + n, 12)
    if year > datetime.max.year:
        raise OverflowError
    return wall.replace(
        year=year, month=month + 1, day=min(wall.day, monthrange(year, month + 1)[1])
    )


def _estimate(start: datetime, period: str, zone: ZoneInfo, moment: datetime) -> int:
    """Return about how many occurrences after the first one `moment` lies."""
    _require_aware(start, moment)
    first, now = start.astimezone(zone), moment.astimezone(zone)
    if period == Period.MONTHLY:
        return (now.year - first.year) * 12 + now.month - first.month
    days = (now.date() - first.date()).days
    return {Period.ONCE: 0, Period.DAILY: days, Period.WEEKLY: days // 7}[Period(period)]


def _require_aware(*moments: datetime) -> None:
    if any(moment.utcoffset() is None for moment in moments):
        raise ValueError("a moment without a time zone")
