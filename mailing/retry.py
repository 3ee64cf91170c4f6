"""When to try again."""

import random
from datetime import datetime, timedelta

#: A mailing without an end is tried again for this long (RFC 5321 section 4.5.4.1: 4–5 days).
GIVE_UP_AFTER = timedelta(days=5)
FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(minutes=66)
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
JITTER = 0.1


def retry_at(now: datetime, tries: int) -> datetime:
    """Return when to write again to a recipient refused for the time being `tries` times."""
    pause: timedelta = min(FIRST_RETRY * 2 ** min(tries - 1, 10), LONGEST_RETRY)
    return now + pause * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load


def pause_until(now: datetime, troubles: int) -> datetime:
    """Return when to try a mail server again that was in trouble `troubles` times in a row."""
    pause: timedelta = min(FIRST_PAUSE * 2 ** min(troubles - 1, 12), LONGEST_PAUSE)
    return now + pause
