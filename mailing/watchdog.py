"""Watches over a cluster, and replaces it when it does not live any more.

A cluster lives when tasks go through it: every few seconds one is queued that only this cluster
runs, and its processes tell how they get on with it and with all others (mailing.pulse).
"""

import logging
import os
import signal
import socket
import time
import uuid
from types import FrameType

from django.conf import settings
from django.db import connections
from django.utils import timezone
from django_q.tasks import async_task

from mailing import broker
from mailing.cluster import ENDS, Cluster, start_cluster
from mailing.models import Heartbeat
from mailing.sending import dispatch
from mailing.signs import SILENCE, Signs
from mailing.surroundings import AWAY, find_trouble

#: Seconds between two tasks that prove that the cluster lives.
BEAT = 5.0
#: Seconds between two looks for attempts that a limit holds no more.
WAKE = 0.75
#: So many of them are woken at a time for each worker.
WAKE_UPS = 10
#: Seconds between two looks.
LOOK = 1.0
#: A look that takes so many seconds longer says that this process itself could not run.
HELD_UP = 5.0
#: Seconds in which a silent cluster may finish what it has in hand.
LAST_GRACE = 5.0
LONGEST_PAUSE = 60.0
#: Seconds within which the return of the database or the queue is noticed.
LONGEST_WAIT = 15.0

logger = logging.getLogger("mailing.worker")


class Stopped(Exception):
    """Somebody asked this process to end."""


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    for each in ENDS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


def pause_after(failures: int) -> float:
    """Return how long to wait after so many failures in a row, in seconds."""
    return min(2.0 ** min(failures - 1, 10), LONGEST_PAUSE) if failures else 0.0


class Watchdog:
    """Keeps one cluster running until it is asked to end."""

    def __init__(self, grace: float) -> None:
        self.grace = grace
        self.name = uuid.uuid4().hex
        self.queue = broker.own_queue(self.name)
        self.cluster: Cluster | None = None
        self.failures = 0  # clusters in a row that never did a task
        self.refusals = 0  # how often in a row the database or the queue did not answer
        self.beats_at = 0.0
        self.wakes_at = 0.0

    def run(self) -> int:
        """Run clusters until SIGTERM or SIGINT; return the exit status.

        Returns in the first process of every cluster, too, which then only waits for the others.
        """
        broker.join(self.name)
        try:
            for each in ENDS:
                signal.signal(each, _raise_stopped)
            while cluster := self._start():
                self._replace(cluster, *self._watch(cluster))
        except Stopped:
            self._end()
        return 0

    def _start(self) -> Cluster | None:
        """Start a cluster; return it to the process that watches over it."""
        while trouble := find_trouble():
            time.sleep(self._bear(trouble))
        self._be_glad()
        self.beats_at = 0.0
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
        self.cluster = start_cluster(self.grace)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
        return self.cluster

    def _replace(self, cluster: Cluster, signs: Signs, reason: str) -> None:
        """End a cluster, and wait when it was not the first one that came to nothing."""
        logger.error("The cluster of workers is replaced: %s", reason)
        cluster.end(LAST_GRACE)
        self.cluster = None
        self.failures = 0 if signs.has_worked else self.failures + 1
        time.sleep(pause_after(self.failures))

    def _watch(self, cluster: Cluster) -> tuple[Signs, str]:
        """Return when the cluster has to be replaced, and why."""
        signs = Signs(time.monotonic())
        while True:
            self._look(cluster, signs)
            if cluster.has_ended():
                return signs, "its first process has ended"
            self._beat_in_time(signs)
            self._wake_in_time()
            silent = signs.overdue(time.monotonic())
            if silent and not self._excuses(signs):
                return signs, f"no sign of life for {SILENCE:.0f} s: {', '.join(silent)}"

    def _look(self, cluster: Cluster, signs: Signs) -> None:
        began = time.monotonic()
        heard = cluster.listen(LOOK)
        now = time.monotonic()
        if now - began > LOOK + HELD_UP:
            signs.forgive(now)
        signs.hear(heard, now)

    def _beat_in_time(self, signs: Signs) -> None:
        """Queue the next task that proves that the cluster lives, when it is time to."""
        if time.monotonic() < self.beats_at:
            return
        try:
            self._beat()
        except AWAY as error:
            signs.forgive(time.monotonic())
            self.beats_at = time.monotonic() + self._bear(f"queue: {error}")
        else:
            if self.refusals and not find_trouble():
                self._be_glad()
            signs.ask(time.monotonic())
            self.beats_at = time.monotonic() + BEAT

    def _beat(self) -> None:
        who = (self.name, socket.gethostname(), os.getpid())
        try:
            if not self.beats_at:
                broker.clear_left_behind(self.queue)
            async_task("mailing.tasks.beat", *who, task_name="beat", broker=self.queue)
            broker.let_expire(self.queue)
        finally:
            connections.close_all()

    def _wake_in_time(self) -> None:
        """Wake senders for attempts whose hold by a limit is over: the tick comes too rarely."""
        if time.monotonic() < self.wakes_at:
            return
        self.wakes_at = time.monotonic() + WAKE
        try:
            self._wake()
        except AWAY as error:
            connections.close_all()
            logger.debug("Nobody was woken: %s", error)  # the beat sees to what is away

    def _wake(self) -> None:
        """Queue wake-ups once the last ones are gone, so that the shared queue is served, too."""
        if not self.queue.queue_size():
            for attempt in dispatch.take_held(timezone.now(), WAKE_UPS * settings.WORKERS):
                async_task("mailing.tasks.send", attempt, broker=self.queue)

    def _excuses(self, signs: Signs) -> bool:
        """Whether the silence is not the cluster's fault, because others do not answer."""
        trouble = find_trouble()
        if trouble:
            signs.forgive(time.monotonic())
            self._bear(trouble)
        return bool(trouble)

    def _bear(self, trouble: str) -> float:
        """Say once that something does not answer; return how long to wait, in seconds."""
        if not self.refusals:
            logger.error("The worker waits for what does not answer: %s", trouble)
        self.refusals += 1
        return min(pause_after(self.refusals), LONGEST_WAIT)

    def _be_glad(self) -> None:
        if self.refusals:
            logger.warning("What the worker waited for answers again")
        self.refusals = 0

    def _end(self) -> None:
        if self.cluster:
            self.cluster.end(self.grace)
        try:
            Heartbeat.objects.filter(cluster=uuid.UUID(self.name)).delete()
            self.queue.purge_queue()
        except AWAY as error:
            logger.warning("The worker could not sign off: %s", error)
