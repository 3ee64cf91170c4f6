"""The arithmetic of limits: how many letters may leave now, so that no window holds too many.

All times are seconds since the epoch. Nothing here knows of the database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

MINUTE = 60
HOUR = 3600
#: Seconds within which a letter leaves after it was counted; a later one is counted anew.
FRESH = 1.0
#: Buckets that a window is made of: the moment of leaving is remembered to a 240th of it.
BUCKETS = 240
#: Seconds of its even pace that a sender may be late and still make up for.
CREDIT = 3.0
#: Seconds whose worth of letters is waited for, rather than claiming them one by one.
BITE = 0.5


@dataclass(frozen=True, slots=True)
class Rates:
    """How many letters may leave in a minute and in an hour; 0 stands for any number."""

    per_minute: int = 0
    per_hour: int = 0

    def __bool__(self) -> bool:
        return bool(self.per_minute or self.per_hour)

    def limits(self) -> Iterator[tuple[int, int]]:
        """Yield each limit with the seconds that it is for."""
        if self.per_minute:
            yield self.per_minute, MINUTE
        if self.per_hour:
            yield self.per_hour, HOUR

    @property
    def per_second(self) -> float:
        """The rate at which letters leave for long: infinite without a limit."""
        return min((1 / interval(*limit) for limit in self.limits()), default=float("inf"))


def interval(limit: int, seconds: int) -> float:
    """Return the seconds from one letter to the next when they leave evenly.

    Reckoned for all the time that a window looks back on, so that the window is hardly ever full.
    """
    return (seconds + FRESH + seconds / BUCKETS) / limit


@dataclass(slots=True)
class Pace:
    """Lets letters leave one after the other (a generic cell rate algorithm, GCRA)."""

    interval: float
    due: float = 0.0  # when the next letter may leave

    def _due(self, now: float) -> float:
        """Forget credit that is too old, and a clock that was set back."""
        credit = max(CREDIT, self.interval / 2)
        return min(max(self.due, now - credit), now + self.interval)

    def room(self, now: float) -> int:
        due = self._due(now)
        return 0 if due > now else 1 + int((now - due) / self.interval)

    def ready_at(self, now: float, number: int) -> float:
        """Return when there is room for `number` letters."""
        return self._due(now) + (number - 1) * self.interval

    def take(self, number: int, now: float) -> None:
        self.due = self._due(now) + number * self.interval

    def put_back(self, number: int) -> None:
        self.due -= number * self.interval


class Window:
    """Counts what left lately, in buckets; never more than `limit` in any window of `seconds`."""

    def __init__(self, limit: int, seconds: int, kept: dict[str, Any], now: float) -> None:
        """Take up what `kept` says; whatever is from the future, by another clock, is from now."""
        self.limit = limit
        self.width = seconds / BUCKETS
        self.reach = seconds + FRESH
        self.counts: dict[int, int] = {}
        first = self.bucket(now - self.reach)
        for place, number in enumerate(kept.get("counts", ())):
            bucket = min(kept["first"] + place, self.bucket(now))
            if number and bucket >= first:
                self.counts[bucket] = self.counts.get(bucket, 0) + number

    def bucket(self, moment: float) -> int:
        return int(moment // self.width)

    def room(self) -> int:
        return max(0, self.limit - sum(self.counts.values()))

    def ready_at(self, now: float, number: int) -> float:
        """Return when there is room for `number` letters, at most `limit`."""
        missing = number - self.room()
        for bucket in sorted(self.counts):
            if missing <= 0:
                break
            missing -= self.counts[bucket]
            now = max(now, (bucket + 1) * self.width + self.reach)
        return now

    def take(self, number: int, now: float) -> None:
        bucket = self.bucket(now)
        self.counts[bucket] = self.counts.get(bucket, 0) + number

    def holds(self, taken_at: float) -> bool:
        return self.counts.get(self.bucket(taken_at), 0) > 0

    def put_back(self, taken_at: float) -> None:
        if self.holds(taken_at):
            self.counts[self.bucket(taken_at)] -= 1

    def state(self) -> dict[str, Any]:
        """Return what is to be kept."""
        if not self.counts:
            return {}
        first, last = min(self.counts), max(self.counts)
        return {"first": first, "counts": [self.counts.get(n, 0) for n in range(first, last + 1)]}


class Meter:
    """What leaves under one limit, or pair of limits: within its windows, and at an even pace."""

    def __init__(self, pace: Pace, windows: dict[int, Window], now: float) -> None:
        self.pace = pace
        self.windows = windows
        self.now = now

    @classmethod
    def read(cls, rates: Rates, kept: dict[str, Any], now: float) -> Self:
        """Return the meter for a limit, as what was `kept` says it stands."""
        windows = {
            seconds: Window(limit, seconds, kept.get(str(seconds), {}), now)
            for limit, seconds in rates.limits()
        }
        return cls(Pace(1 / rates.per_second, kept.get("due", 0.0)), windows, now)

    @classmethod
    def read_share(cls, per_second: float, kept: dict[str, Any], now: float) -> Self:
        """Return the meter of an owner's share, which is a pace and nothing else."""
        return cls(Pace(1 / per_second, kept.get("due", 0.0)), {}, now)

    def state(self) -> dict[str, Any]:
        """Return what is to be kept."""
        windows = {str(seconds): window.state() for seconds, window in self.windows.items()}
        return {"due": self.pace.due, **windows}

    def room(self) -> int:
        """Return how many letters may leave now."""
        return min([self.pace.room(self.now), *(each.room() for each in self.windows.values())])

    def bite(self) -> int:
        """Return how many letters are worth a claim."""
        worth = int(BITE / self.pace.interval)
        return max(1, min([worth, *(each.limit for each in self.windows.values())]))

    def ready_at(self, number: int = 1) -> float:
        """Return when that many letters may leave."""
        windows = (each.ready_at(self.now, number) for each in self.windows.values())
        return max([self.pace.ready_at(self.now, number), *windows])

    def take(self, number: int = 1) -> None:
        """Count letters that are about to leave."""
        self.pace.take(number, self.now)
        for window in self.windows.values():
            window.take(number, self.now)

    def put_back(self, taken_at: float) -> None:
        """Take back the count of a letter that does not leave."""
        self.pace.put_back(1)
        for window in self.windows.values():
            window.put_back(taken_at)

    def may_move(self, taken_at: float) -> bool:
        """Whether a letter counted then may leave now.

        It takes the place that it had in the window, so no window gets fuller than it was.
        """
        return all(each.holds(taken_at) or each.room() for each in self.windows.values())

    def move(self, taken_at: float) -> None:
        """Count a letter now that was counted before."""
        for window in self.windows.values():
            window.put_back(taken_at)
            window.take(1, self.now)
