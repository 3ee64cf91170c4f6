"""Runs django-q2's cluster so that nothing of it is left behind, however it ends.

The cluster gets a process group of its own and a pipe, its lifeline. When the lifeline is cut —
closed, or its holder died — senders finish the letters in hand (mailing.sending.lifeline), the
cluster ends in order, and whatever is still there after a time of grace ends itself.
"""

import os
import select
import signal
import threading
import time
from functools import partial
from types import FrameType

from django.core.management import call_command
from django.db import connections

from mailing.sending.lifeline import VARIABLE

#: How much longer than its parent a process waits, in seconds, before it ends itself.
MARGIN = 2.0


class Stopped(Exception):
    """Somebody asked this process to end."""


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


def run_cluster(grace: float) -> int:
    """Run qcluster until it ends or this process gets SIGTERM or SIGINT.

    Args:
        grace: seconds that the cluster has to end in order.

    Returns:
        The exit status: 0 when asked to end, 1 when the cluster ended by itself.
    """
    lifeline, lifeline_holder = os.pipe()
    presence, presence_holder = os.pipe()  # at its end once no process of the cluster is left
    connections.close_all()
    cluster = os.fork()
    if not cluster:
        os.close(lifeline_holder)
        _become_the_cluster(lifeline, grace)
        return 0
    os.close(lifeline)
    os.close(presence_holder)
    status = 1
    try:
        signal.signal(signal.SIGTERM, _raise_stopped)
        signal.signal(signal.SIGINT, _raise_stopped)
        os.waitpid(cluster, 0)
    except Stopped:
        status = 0
    os.close(lifeline_holder)
    _end(cluster, presence, grace)
    return status


def _become_the_cluster(lifeline: int, grace: float) -> None:
    """Start the cluster in this process, from which all others of it are forked."""
    os.setsid()
    os.environ[VARIABLE] = str(lifeline)
    os.register_at_fork(after_in_child=partial(_watch_in_background, lifeline, grace))
    _watch_in_background(lifeline, grace)
    call_command("qcluster")


def _end(cluster: int, presence: int, grace: float) -> None:
    """Wait until the whole group has ended; kill what has not when the time of grace is over."""
    if not select.select([presence], [], [], grace)[0]:
        os.killpg(cluster, signal.SIGKILL)


def _watch_in_background(lifeline: int, grace: float) -> None:
    watch = partial(_watch, lifeline, grace)
    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def _watch(lifeline: int, grace: float) -> None:
    """Wait for the cut; then the cluster's first process stops the cluster, in order."""
    select.select([lifeline], [], [])
    if os.getpgrp() == os.getpid():
        os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace + MARGIN)
    os.kill(os.getpid(), signal.SIGKILL)
