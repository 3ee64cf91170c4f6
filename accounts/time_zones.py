"""The time zones that a person chooses from."""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Choices = list[tuple[str | Promise, list[tuple[str, str]]]]

REGIONS: dict[str, Promise] = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}


@cache
def time_zone_names() -> frozenset[str]:
    """Return every key of the IANA time zone database on this machine."""
    return frozenset(available_timezones())


def time_zone_label(name: str, now: datetime) -> str:
    """Return what a person reads, such as `Buenos Aires, Argentina (UTC−03:00)`."""
    place = ", ".join(reversed(name.partition("/")[2].split("/"))) or name
    return f"{place.replace('_', ' ')} (UTC{_offset(name, now)})"


def time_zone_choices(current: str = "") -> Choices:
    """Return the zones by region, sorted by place; `current` is offered even if outdated."""
    now = timezone.now()
    regions: Choices = [("UTC", [("UTC", "UTC")])]
    for region, title in REGIONS.items():
        names = [name for name in time_zone_names() if name.startswith(f"{region}/")]
        zones = [(name, time_zone_label(name, now)) for name in names]
        regions.append((title, sorted(zones, key=lambda zone: zone[1])))
    if current and not any(current == name for _title, zones in regions for name, _label in zones):
        regions.insert(0, (current, [(current, current)]))
    return regions


def _offset(name: str, now: datetime) -> str:
    """Return how far `name` is from UTC at `now`, such as `+05:30`."""
    offset = now.astimezone(ZoneInfo(name)).utcoffset() or timedelta()
    minutes = abs(offset) // timedelta(minutes=1)
    sign = "−" if offset < timedelta() else "+"
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}"
