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
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from django.core.management import call_command
from django.db import connections

from mailing import pulse
from mailing.sending.lifeline import VARIABLE

#: How much longer than its parent a process waits, in seconds, before it ends itself.
MARGIN = 2.0
#: Seconds that processes may take to vanish after SIGKILL.
VANISHING = 10.0
ENDS = (signal.SIGTERM, signal.SIGINT)


@dataclass
class Cluster:
    """A running cluster, as its parent sees it."""

    pid: int
    lifeline: int  # cuts it when closed
    presence: int  # at its end once no process of the cluster is left
    pulse: int
    is_cut: bool = False
    is_reaped: bool = False

    def listen(self, seconds: float) -> bytes:
        """Return the signs of life that came, waiting for the first one up to `seconds`."""
        if not select.select([self.pulse], [], [], seconds)[0]:
            return b""
        return os.read(self.pulse, 65536)

    def has_ended(self) -> bool:
        """Whether the first process is gone; others may be left."""
        if not self.is_reaped:
            self.is_reaped = os.waitpid(self.pid, os.WNOHANG)[0] == self.pid
        return self.is_reaped

    def end(self, grace: float) -> None:
        """Let all processes finish what they have in hand, then kill those that are left."""
        if not self.is_cut:
            self.is_cut = True
            os.close(self.lifeline)
        if not self._is_gone(grace):
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._is_gone(VANISHING)
        if not self.is_reaped:
            os.waitpid(self.pid, 0)
        os.close(self.presence)
        os.close(self.pulse)

    def _is_gone(self, seconds: float) -> bool:
        return bool(select.select([self.presence], [], [], seconds)[0])


def start_cluster(grace: float) -> Cluster | None:
    """Fork the first process of a cluster, in which this returns None.

    The caller blocks the signals in ENDS: until it has its own way to end, the new process must
    not go the way of its parent.

    Args:
        grace: seconds that the cluster has to end in order when its parent dies.
    """
    lifeline, presence, signs = os.pipe(), os.pipe(), os.pipe()
    connections.close_all()
    pid = os.fork()
    if not pid:
        for each in (lifeline[1], presence[0], signs[0]):
            os.close(each)
        _become_first_process(lifeline[0], signs[1], grace)
        return None
    for each in (lifeline[0], presence[1], signs[1]):
        os.close(each)
    return Cluster(pid, lifeline=lifeline[1], presence=presence[0], pulse=signs[0])


def _become_first_process(lifeline: int, signs: int, grace: float) -> None:
    """Start the cluster in this process, from which all others of it are forked."""
    os.setsid()
    for each in ENDS:
        signal.signal(each, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
    os.environ[VARIABLE] = str(lifeline)
    pulse.begin(signs)
    os.register_at_fork(after_in_child=partial(_watch_in_background, lifeline, grace))
    _watch_in_background(lifeline, grace)
    call_command("qcluster")


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
