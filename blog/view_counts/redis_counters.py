"""Counts of views in Redis, for any number of machines."""

import os
import re
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Timer
from uuid import uuid4

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from blog.outage import Outage
from blog.view_counts.counting import DayCount, Seen
from blog.view_counts.journal import Journal

#: Seconds that Redis may take to answer a visitor's request.
PATIENCE = 0.5
HOURS_KEPT = 2
DAYS_KEPT = 14

#: Seconds for which views wait for others to go to Redis with, and how many go at once.
TOGETHER = 0.2
AT_ONCE = 500

#: Counts visitors once, in one step, so that no crash can leave half of it.
COUNT_ONCE = """
redis.call('HSETNX', KEYS[2], 'source', ARGV[1])
for number = 4, #ARGV, 2 do
  if redis.call('SADD', KEYS[1], ARGV[number] .. ' ' .. ARGV[number + 1]) == 1 then
    redis.call('HINCRBY', KEYS[2], ARGV[number], 1)
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[3])
"""
#: A view as it waits: the hour, the article and the visitor.
LINE = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d) (\d+) ([0-9a-f]{16})")

outage = Outage("The counter of views")


class RedisCounters:
    """Counts for any number of machines; views go there together, from a journal on each."""

    def __init__(self, url: str, prefix: str, directory: Path) -> None:
        self.seen, self.prefix = Seen(), f"{prefix}:views"
        self.journal, self._teller = Journal(directory), 0
        self.redis = redis.Redis.from_url(
            url,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
        self._count_once = self.redis.register_script(COUNT_ONCE)

    def add(self, article: int, visitor: str, hour: str) -> None:
        self.journal.write(f"{hour} {article} {visitor}\n".encode())
        if self._teller != os.getpid():  # a fork has its parent's mark and no thread
            self._teller = os.getpid()
            teller = Timer(TOGETHER, self._tell_quietly)
            teller.daemon = True
            teller.start()

    def _tell_quietly(self) -> None:
        self._teller = 0
        if outage.is_on:
            return
        try:
            self.tell()
            outage.end()
        except (redis.RedisError, OSError) as error:
            outage.begin(error)

    def tell(self) -> None:
        """Tell Redis of all views that wait on this machine; twice is as good as once."""
        self.journal.hand_over(self._count)

    def _count(self, lines: list[bytes]) -> None:
        by_hour: defaultdict[str, list[bytes]] = defaultdict(list)
        for found in filter(None, map(LINE.fullmatch, lines)):
            by_hour[found[1].decode()] += found.groups()[1:]
        for hour, views in by_hour.items():
            keys = [self._key("seen", hour), self._key("day", hour[:10])]
            for start in range(0, len(views), 2 * AT_ONCE):
                ages = [HOURS_KEPT * 3600, DAYS_KEPT * 86400]
                some = views[start : start + 2 * AT_ONCE]
                self._count_once(keys, [uuid4().hex, *ages, *some])

    def days(self) -> list[DayCount]:
        self.tell()
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
