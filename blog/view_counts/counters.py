"""The counters of this installation."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from blog.view_counts.counting import Counters
from blog.view_counts.file_counters import FileCounters
from blog.view_counts.redis_counters import RedisCounters


@lru_cache(maxsize=4)
def _counters(url: str, prefix: str, directory: Path) -> Counters:
    return RedisCounters(url, prefix, directory) if url else FileCounters(directory)


def counters() -> Counters:
    """Return the counters of this installation."""
    return _counters(settings.VIEWS_REDIS_URL, settings.VIEWS_PREFIX, settings.VIEWS_DIR)


def add(article: int, visitor: str) -> None:
    """Count a view that happens now."""
    counting, hour = counters(), f"{datetime.now(UTC):%Y-%m-%dT%H}"
    if not counting.seen.has(hour, article, visitor):
        counting.add(article, visitor, hour)
        counting.seen.add(hour, article, visitor)
