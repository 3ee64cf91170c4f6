"""What django-q2 runs for the blog."""

import redis

from blog.view_counts import ledger, redis_counters


def write_views_down() -> None:
    """Bring the numbers of views up to date; lost, doubled or late, it changes nothing."""
    try:
        ledger.write_down()
    except redis.RedisError as error:
        redis_counters.outage.begin(error)
