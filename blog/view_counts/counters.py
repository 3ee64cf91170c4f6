"""Where views are counted before the database hears of them.

Counts only grow, and hold for a day and a source. A source that has lost its memory comes back
under another name, so that its new counts are added to the old ones.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import uuid4

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

#: Seconds that Redis may take to answer a visitor's request.
PATIENCE = 0.5
HOURS_KEPT = 2
DAYS_KEPT = 14

#: Counts a visitor once in one step, so that no crash can leave half of it.
COUNT_ONCE = """
if redis.call('SADD', KEYS[1], ARGV[1]) == 1 then
  redis.call('EXPIRE', KEYS[1], ARGV[4])
  redis.call('HSETNX', KEYS[2], 'source', ARGV[3])
  redis.call('HINCRBY', KEYS[2], ARGV[2], 1)
  redis.call('EXPIRE', KEYS[2], ARGV[5])
end
"""


class DayCount(NamedTuple):
    """The views of a day by article."""

    day: date
    source: str
    views: Mapping[int, int]


class Seen:
    """Remembers whom this process has counted in the present hour, as far as there is room."""

    MOST = 20_000

    def __init__(self) -> None:
        self._hour = ""
        self._visits: set[tuple[int, str]] = set()

    def has(self, hour: str, article: int, visitor: str) -> bool:
        return hour == self._hour and (article, visitor) in self._visits

    def add(self, hour: str, article: int, visitor: str) -> None:
        if hour != self._hour or len(self._visits) >= self.MOST:
            self._hour, self._visits = hour, set()
        self._visits.add((article, visitor))


class Counters(Protocol):
    """Counts views."""

    seen: Seen

    def add(self, article: int, visitor: str, hour: str) -> None:
        """Count a view, unless the visitor was counted for this article in the same hour.

        Args:
            hour: as in 2026-01-31T23.
        """

    def days(self) -> list[DayCount]:
        """Return what is counted and not forgotten yet."""

    def forget(self, day: date) -> None:
        """Drop what was counted on a day that is over."""


class RedisCounters:
    """Counts for any number of machines."""

    def __init__(self, url: str, prefix: str) -> None:
        self.seen, self.prefix = Seen(), f"{prefix}:views"
        self.redis = redis.Redis.from_url(
            url,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
        self._count_once = self.redis.register_script(COUNT_ONCE)

    def add(self, article: int, visitor: str, hour: str) -> None:
        keys = [self._key("seen", hour), self._key("day", hour[:10])]
        ages = [HOURS_KEPT * 3600, DAYS_KEPT * 86400]
        self._count_once(keys, [f"{article} {visitor}", article, uuid4().hex, *ages])

    def days(self) -> list[DayCount]:
        today = datetime.now(UTC).date()
        days = [today - timedelta(days=age) for age in reversed(range(DAYS_KEPT))]
        with self.redis.pipeline(transaction=False) as questions:
            for day in days:
                questions.hgetall(self._key("day", day.isoformat()))
            found = questions.execute()
        return [_day_count(day, fields) for day, fields in zip(days, found, strict=True) if fields]

    def forget(self, day: date) -> None:
        self.redis.delete(self._key("day", day.isoformat()))

    def _key(self, kind: str, name: str) -> str:
        return f"{self.prefix}:{kind}:{name}"


def _day_count(day: date, fields: dict[str, str]) -> DayCount:
    source = fields.pop("source", "")
    return DayCount(day, source, {int(article): int(count) for article, count in fields.items()})


class FileCounters:
    """Counts for one machine: a file for each hour, with a line for each request."""

    SOURCE = "files"

    def __init__(self, directory: Path) -> None:
        self.seen, self.directory = Seen(), directory

    def add(self, article: int, visitor: str, hour: str) -> None:
        line = f"{article} {visitor}\n".encode()
        path = self.directory / hour
        try:
            _append(path, line)
        except FileNotFoundError:
            self.directory.mkdir(parents=True, exist_ok=True)
            _append(path, line)

    def days(self) -> list[DayCount]:
        views: defaultdict[date, Counter[int]] = defaultdict(Counter)
        for path in self._hours("*"):
            views[date.fromisoformat(path.name[:10])] += _views(path, path.stat().st_size)
        return [DayCount(day, self.SOURCE, views[day]) for day in sorted(views)]

    def forget(self, day: date) -> None:
        for path in self._hours(day.isoformat()):
            path.unlink(missing_ok=True)

    def _hours(self, day: str) -> list[Path]:
        return sorted(self.directory.glob(f"{day}T[0-9][0-9]"))


def _append(path: Path, line: bytes) -> None:
    """Write a line in one go, which keeps those of several processes apart."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


@lru_cache(maxsize=72)
def _views(path: Path, size: int) -> Counter[int]:
    """Count the visitors of each article in the first `size` bytes; past hours stay in mind."""
    with path.open("rb") as file:
        whole, _, _ = file.read(size).rpartition(b"\n")
    views: Counter[int] = Counter()
    for line in set(whole.split(b"\n")):
        article, _, visitor = line.partition(b" ")
        if article.isdigit() and visitor:
            views[int(article)] += 1
    return views


@lru_cache(maxsize=4)
def _counters(url: str, prefix: str, directory: Path) -> Counters:
    return RedisCounters(url, prefix) if url else FileCounters(directory)


def counters() -> Counters:
    """Return the counters of this installation."""
    return _counters(settings.VIEWS_REDIS_URL, settings.VIEWS_PREFIX, settings.VIEWS_DIR)


def add(article: int, visitor: str) -> None:
    """Count a view that happens now."""
    counting, hour = counters(), f"{datetime.now(UTC):%Y-%m-%dT%H}"
    if not counting.seen.has(hour, article, visitor):
        counting.add(article, visitor, hour)
        counting.seen.add(hour, article, visitor)
