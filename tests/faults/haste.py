"""Lets time pass quickly: the tick comes twice a second, and no letter waits for another try."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django

from tests.shared import ROOT

BEAT = 0.5


def hurry() -> None:
    """Let the hours pass after which refused letters and servers in trouble are tried again."""
    # needs the settings
    from tests.faults.letters import try_to_change

    try_to_change(
        "UPDATE mailing_delivery SET next_try_at = CURRENT_TIMESTAMP"
        " WHERE state = 'queued' AND next_try_at > CURRENT_TIMESTAMP"
    )
    try_to_change(
        "UPDATE mailing_attempt SET next_try_at = NULL WHERE next_try_at > CURRENT_TIMESTAMP"
    )


@contextmanager
def in_haste(environment: dict[str, str]) -> Iterator[None]:
    """Run this in another process on the installation that `environment` describes."""
    command = [sys.executable, "-m", "tests.faults.haste"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def main() -> None:
    django.setup()
    from mailing.sending import schedule
    from tests.faults.letters import patiently

    while True:
        patiently(schedule.tick)
        hurry()
        time.sleep(BEAT)


if __name__ == "__main__":
    main()
