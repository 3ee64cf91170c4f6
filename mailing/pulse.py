"""How the processes of a cluster let the one that watches over them know that they live.

They write single bytes into a pipe. Nothing is written for a process by another one, so a process
that was stopped or waits for a lock of a dead one falls silent.
"""

import os
import threading
import time
from contextlib import suppress
from functools import cache

from django_q.signals import post_execute, post_execute_in_worker, pre_execute

HEAD = b"h"  # the sentinel has looked after the others
WORK = b"w"  # a worker has a task in hand
DONE = b"d"  # a worker has ended a task
RECORDED = b"r"  # the monitor has taken note of the end of a task

#: So often a worker that has a task in hand says so, in seconds.
EVERY = 5.0

_pipe = -1
_has_task = threading.Event()


def send(sign: bytes) -> None:
    """Write a sign; one that nobody reads any more, or that has no room, is not needed."""
    with suppress(OSError):
        os.write(_pipe, sign)


def begin(pipe: int) -> None:
    """Let this process, and those it forks, write what django-q2 does into `pipe`."""
    global _pipe
    _pipe = pipe
    os.set_blocking(pipe, False)
    pre_execute.connect(_take_task, dispatch_uid="pulse")
    post_execute_in_worker.connect(_end_task, dispatch_uid="pulse")
    post_execute.connect(_record_task, dispatch_uid="pulse")


def _take_task(**kwargs: object) -> None:
    send(WORK)
    _has_task.set()
    _start_reminding()


def _end_task(**kwargs: object) -> None:
    _has_task.clear()
    send(DONE)


def _record_task(**kwargs: object) -> None:
    send(RECORDED)


@cache
def _start_reminding() -> None:
    threading.Thread(target=_remind, name="pulse", daemon=True).start()


def _remind() -> None:
    while _has_task.wait():
        time.sleep(EVERY)
        if _has_task.is_set():
            send(WORK)
