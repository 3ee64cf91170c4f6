"""Puts the clock wrong in every Python process that has this directory on its PYTHONPATH.

The file that CLOCK_FILE names says by how many seconds; it may change at any time. As when somebody
sets a machine's clock, `time.monotonic` goes on as before.
"""

import os
import threading
import time
from pathlib import Path

import time_machine

EVERY = 0.1


def follow(file: Path) -> None:
    """Set the clock whenever the file changes."""
    told, traveller = "", None
    while True:
        if (now := file.read_text()) != told:
            told = now
            if traveller:
                traveller.stop()
            traveller = time_machine.travel(time.time() + float(told))
            traveller.start()
        time.sleep(EVERY)


def begin() -> None:
    file = Path(os.environ["CLOCK_FILE"])
    threading.Thread(target=follow, args=[file], name="clock", daemon=True).start()


if "CLOCK_FILE" in os.environ:
    os.register_at_fork(after_in_child=begin)
    begin()
