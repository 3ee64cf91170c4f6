"""The days of a report."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils import timezone

#: Days of the longest report: a year with a 29th of February.
LONGEST = 366
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of a time zone, the first and the last among them."""

    first: date
    last: date
    zone: tzinfo

    @property
    def begin(self) -> datetime:
        """When the first day begins; where a clock change skips its midnight, when it does so."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """When the day after the last begins."""
        return _midnight(self.last + DAY, self.zone)

    @property
    def days(self) -> list[date]:
        return [self.first + n * DAY for n in range((self.last - self.first).days + 1)]


def today() -> date:
    """Return the day on the calendar of the current time zone."""
    return timezone.localdate()


def last_days(number: int) -> Period:
    """Return the last so many days, today among them."""
    return Period(today() - (number - 1) * DAY, today(), timezone.get_current_timezone())


def this_year() -> Period:
    return Period(today().replace(month=1, day=1), today(), timezone.get_current_timezone())


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
