"""What may leave for a domain, and the lines in which letters wait for it.

Letters that find no room are put off, each to a time of its own. All times are seconds since the
epoch.
"""

import random
from dataclasses import astuple, dataclass
from typing import Any, Self

from mailing.sending.metering import Meter, Pace, Rates, Window

#: Seconds ahead at most for which a letter is given a time of its own to be tried again.
LONGEST_LINE = 3600.0
#: Letters are called up a little sooner than the pace, so that none of it is lost.
DENSITY = 0.9
#: Seconds at least for which an owner counts as waiting for a domain after it had a letter for it.
LINE_SECONDS = 10.0


@dataclass(slots=True)
class Line:
    """The letters of one owner that wait for a domain; moments in seconds since the epoch."""

    end: float = 0.0  # when the next letter to join is to be tried
    due: float = 0.0  # when the owner may have the next letter, beside others in line
    seen_at: float = 0.0


class DomainMeter(Meter):
    """A meter with a line for each owner; owners who wait at the same time have equal shares."""

    def __init__(self, pace: Pace, windows: dict[int, Window], now: float) -> None:
        super().__init__(pace, windows, now)
        self.lines: dict[str, Line] = {}

    @classmethod
    def read(cls, rates: Rates, kept: dict[str, Any], now: float) -> Self:
        """Return the meter with the lines as they stand."""
        meter = super().read(rates, kept, now)
        meter.lines = {owner: Line(*line) for owner, line in kept.get("lines", {}).items()}
        return meter

    def state(self) -> dict[str, Any]:
        return {
            **super().state(),
            "lines": {key: astuple(each) for key, each in self.lines.items()},
        }

    def enter(self, owner: int) -> "Place":
        """Return the owner's place among those that lately had letters for the domain."""
        kept = 3 * self.pace.interval * len(self.lines) + LINE_SECONDS
        self.lines = {
            key: line for key, line in self.lines.items() if line.seen_at > self.now - kept
        }
        line = self.lines.setdefault(str(owner), Line())
        line.seen_at = self.now
        return Place(self, line, Pace(self.pace.interval * len(self.lines), line.due))


@dataclass(slots=True)
class Place:
    """What one owner may send to one domain."""

    domain: DomainMeter
    line: Line
    pace: Pace

    def has_room(self) -> bool:
        return bool(self.domain.room() and self.pace.room(self.domain.now))

    def take(self) -> None:
        """Count a letter that is about to leave."""
        self.domain.take()
        self.pace.take(1, self.domain.now)
        self.line.due = self.pace.due

    def slot(self) -> float:
        """Return when to try a letter again, a time for each, so that few are tried in vain."""
        now = self.domain.now
        slot = max(self.line.end, self.domain.ready_at(), self.pace.ready_at(now, 1))
        if slot > now + LONGEST_LINE:
            return now + LONGEST_LINE * random.uniform(1, 2)  # noqa: S311 - spreads load
        self.line.end = slot + DENSITY * self.pace.interval
        return slot
