"""What is told about a mailing wherever it is shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.timesince import timeuntil

from accounts.models import User
from mailing.models import Mailing
from mailing.recurrence import ClockChange, clock_change, upcoming
from mailing.sending.limits import duration
from mailing.views.actions import is_owner

Status = Mailing.Status
OCCURRENCES_SHOWN = 10


@dataclass(frozen=True)
class Occurrence:
    """A moment at which a mailing goes out, and what a change of the clock does to it."""

    moment: datetime
    note: str | Promise = ""


def facts_of(mailing: Mailing, user: User) -> dict[str, Any]:
    """Return what its page says of `mailing`, in a number of queries that does not grow."""
    return {
        "is_owner": is_owner(mailing, user),
        "lists": mailing.lists.all(),
        "segments": mailing.segments.all(),
        "excluded_lists": mailing.excluded_lists.all(),
        "singles": mailing.recipients.count(),
        "occurrences": coming_occurrences(mailing),
        "goes_at_once": goes_at_once(mailing),
    }


def goes_at_once(mailing: Mailing) -> bool:
    """Whether scheduling the draft sends it at once, since its first sending has passed."""
    if mailing.status != Status.DRAFT or not mailing.time_is_set or mailing.last_run_at:
        return False
    return mailing.due_occurrence(timezone.now()) is not None


def coming_occurrences(mailing: Mailing) -> list[Occurrence]:
    """Return the next few moments at which `mailing` goes out, or would if it were scheduled."""
    if mailing.status in {Status.FINISHED, Status.DISABLED} or not mailing.time_is_set:
        return []
    moments = upcoming(
        mailing.starts_at, mailing.period, mailing.zone, timezone.now(), OCCURRENCES_SHOWN
    )
    kept = [moment for moment in moments if not mailing.ends_at or moment < mailing.ends_at]
    return [
        Occurrence(moment, _note(mailing, moment, before))
        for moment, before in zip(kept, [None, *kept], strict=False)
    ]


def _note(mailing: Mailing, moment: datetime, before: datetime | None) -> str | Promise:
    """Return what a change of the clock does to `moment`, seen from the one `before`."""
    zone = mailing.zone
    if change := clock_change(moment, mailing.starts_at, zone):
        return change.label
    offsets = {each.astimezone(zone).utcoffset() for each in (moment, before) if each}
    return ClockChange.CHANGED.label if len(offsets) > 1 else ""


def time_needed(mailing: Mailing, letters: int) -> str:
    """Return in words how long the limits make `letters` take; nothing when that is no time."""
    seconds = duration(mailing.owner, letters)
    if seconds < 60:
        return ""
    now = timezone.now()
    return timeuntil(now + timedelta(seconds=seconds), now, depth=1)
