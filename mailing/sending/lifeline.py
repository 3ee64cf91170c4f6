"""How a worker learns that it should stop: its parent closes a pipe, or dies."""

import os
import select

VARIABLE = "MAILSHOT_LIFELINE"


def is_cut() -> bool:
    """Whether whoever started this worker wants it to finish what it has in hand and end."""
    descriptor = os.environ.get(VARIABLE)
    if descriptor is None:
        return False
    try:
        return bool(select.select([int(descriptor)], [], [], 0)[0])
    except (OSError, ValueError):
        return False
