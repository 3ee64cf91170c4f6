"""What goes out on which day of a month, over all mailings."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import get_language
from django.views.generic import TemplateView

from accounts.access import DashboardMixin
from mailing.models import Mailing
from mailing.recurrence import ClockChange, between, clock_change
from mailing.views.mailings import oversees

Status = Mailing.Status
#: Months that can be looked at, this one among them.
MONTHS = 13
#: Mailings whose occurrences are reckoned, those that come first; more are said to be there.
MAILINGS = 300
#: Occurrences that are named on a day; more are counted.
NAMED = 4
#: Languages in which the names of months always begin with a capital.
CAPITAL_MONTHS = {"en"}


@dataclass(frozen=True)
class Entry:
    """One occurrence of a mailing, and what a change of the clock does to it."""

    moment: datetime
    mailing: Mailing
    change: ClockChange | None = None


@dataclass
class Day:
    """A day of the calendar; one of another month only fills up the week."""

    date: date
    is_in_month: bool
    is_today: bool = False
    clock_changes: bool = False
    entries: list[Entry] = field(default_factory=list)

    @property
    def named(self) -> list[Entry]:
        return self.entries[:NAMED]

    @property
    def unnamed(self) -> int:
        return max(0, len(self.entries) - NAMED)


class CalendarView(DashboardMixin, TemplateView):
    """A month in the visitor's zone; for those who oversee mailings everybody's, or an owner's."""

    template_name = "mailing/calendar.html"

    def get_mailings(self, begin: datetime, end: datetime) -> list[Mailing]:
        """Return the mailings that may go out between two moments, one more than are shown."""
        going_out = Mailing.objects.visible_to(self.user).filter(
            Q(ends_at=None) | Q(ends_at__gt=begin),
            status__in=[Status.SCHEDULED, Status.RUNNING],
            next_run_at__lt=end,
        )
        if self.owner:
            going_out = going_out.filter(owner__email__icontains=self.owner)
        return list(going_out.select_related("owner").order_by("next_run_at", "pk")[: MAILINGS + 1])

    @property
    def owner(self) -> str:
        """Whose mailings alone are asked for, by a part of the address."""
        asked = self.request.GET.get("owner", "").replace("\0", "").strip()[:200]
        return asked if oversees(self.user) else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        zone = ZoneInfo(timezone.get_current_timezone_name())
        today = timezone.localdate()
        first = chosen_month(self.request.GET.get("month", ""), today)
        begin, end = (_midnight(day, zone) for day in (first, _later(first, 1)))
        mailings = self.get_mailings(max(begin, timezone.now()), end)
        weeks = weeks_of(first, today, zone, entries(mailings[:MAILINGS], begin, end, zone))
        return super().get_context_data(
            **kwargs,
            month=first,
            month_in_title=within_a_phrase(first),
            weeks=weeks,
            zone=zone.key,
            earlier=_later(first, -1) if first > today.replace(day=1) else None,
            later=_later(first, 1) if first < _later(today, MONTHS - 1) else None,
            oversees=oversees(self.user),
            owner=self.owner,
            is_cut=len(mailings) > MAILINGS,
            most=MAILINGS,
            chosen=chosen_day(self.request.GET.get("day", ""), weeks),
            is_empty=not any(day.entries for week in weeks for day in week),
            clock_changes=[day for week in weeks for day in week if day.clock_changes],
        )


def within_a_phrase(month: date) -> str:
    """Return a month with its year as it is written where no sentence begins."""
    name = date_format(month, "F Y")
    return name if get_language() in CAPITAL_MONTHS else name[:1].lower() + name[1:]


def chosen_month(text: str, today: date) -> date:
    """Return the first day of the month in `text` (like 2030-05), or of the present one.

    A month beyond those that can be looked at becomes the nearest of them.
    """
    try:
        asked = datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        asked = today
    return min(max(asked.replace(day=1), today.replace(day=1)), _later(today, MONTHS - 1))


def chosen_day(text: str, weeks: list[list[Day]]) -> Day | None:
    """Return the day of the month with this number when there is more on it than is named."""
    days = (day for week in weeks for day in week if day.is_in_month and day.unnamed)
    return next((day for day in days if str(day.date.day) == text), None)


def entries(
    mailings: list[Mailing], begin: datetime, end: datetime, zone: ZoneInfo
) -> dict[date, list[Entry]]:
    """Return what goes out in a stretch of time, by the day in `zone`, in its order."""
    days: dict[date, list[Entry]] = defaultdict(list)
    for mailing in mailings:
        for moment in coming(mailing, begin, end):
            change = clock_change(moment, mailing.starts_at, mailing.zone)
            days[moment.astimezone(zone).date()].append(Entry(moment, mailing, change))
    for day in days.values():
        day.sort(key=lambda entry: (entry.moment, entry.mailing.pk))
    return days


def coming(mailing: Mailing, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Yield when `mailing` goes out in a stretch of time: its next sending, then its calendar."""
    following = mailing.next_run_at
    if following is None:
        return
    if begin <= following < end:
        yield following
    last = min(end, mailing.ends_at) if mailing.ends_at else end
    after = max(following, begin - timedelta(microseconds=1))
    yield from between(mailing.starts_at, mailing.period, mailing.zone, after, last)


def weeks_of(
    first: date, today: date, zone: ZoneInfo, going_out: dict[date, list[Entry]]
) -> list[list[Day]]:
    """Return the weeks of the month that begins on `first`, from the language's first weekday."""
    first_weekday = (int(get_format("FIRST_DAY_OF_WEEK")) - 1) % 7  # Django counts from Sunday
    length = monthrange(first.year, first.month)[1]
    before = (first.weekday() - first_weekday) % 7
    shown = -(-(before + length) // 7) * 7
    begin = first - timedelta(days=before)
    days = [begin + timedelta(days=n) for n in range(shown + 1)]
    offsets = [_midnight(day, zone).utcoffset() for day in days]
    made = [
        Day(
            day,
            day.month == first.month,
            day == today,
            before != after and day.month == first.month,
            going_out.get(day, []) if day.month == first.month else [],
        )
        for day, (before, after) in zip(days, pairwise(offsets), strict=False)
    ]
    return [made[n : n + 7] for n in range(0, shown, 7)]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _later(day: date, months: int) -> date:
    """Return the first day of the month so many months after that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)
