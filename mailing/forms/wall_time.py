"""Times as the clock on the wall shows them, in a zone that another field of the form names."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 2000, 2100


class WallTimeField(forms.Field):
    """Takes a date and time without a zone and gives a naive datetime."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        moment = _parse(str(value).strip())
        if moment is None or moment.tzinfo:
            raise ValidationError(_("Write a date and a time, like 2030-05-31 09:00."))
        if not FIRST_YEAR <= moment.year < LAST_YEAR:
            raise ValidationError(
                _("Choose a year from %(first)s to %(last)s."),
                params={"first": FIRST_YEAR, "last": LAST_YEAR - 1},
            )
        return moment


def _parse(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def wall_time(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clock of `zone` shows at `moment`, to the minute."""
    return moment.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0, fold=0)


def moment_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return when the clock of `zone` shows `wall`, as recurrence does.

    A time that a clock change repeats is its first one; a time that it skips comes later by as
    much as the clock is put forward.
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
