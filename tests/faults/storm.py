"""Breaks one thing after another while letters are being sent."""

import logging
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

from mailing.sending import schedule
from tests.faults.letters import ask, make_lists, open_attempts, patiently, try_to_change
from tests.faults.private import Postgres, Redis
from tests.faults.sink import RunningSink
from tests.faults.victims import Cluster, kill

logger = logging.getLogger("tests.faults")

#: What the mail server does wrong meanwhile: where, what, and for which part of the letters.
WRONG = (
    ("connect", "drop", 0.01),
    ("connect", "421 4.7.0 Too many connections", 0.01),
    ("mail", "451 4.3.0 Later", 0.003),
    ("mail", "421 4.3.2 Closing", 0.002),
    ("rcpt", "450 4.2.0 Greylisted", 0.01),
    ("rcpt", "452 4.5.3 Too many recipients", 0.003),
    ("rcpt", "550 5.1.1 No such user", 0.01),
    ("rcpt", "garbage", 0.001),
    ("rcpt", "long-line", 0.001),
    ("rcpt", "hang", 0.0003),
    ("data", "endless", 0.0005),
    ("data", "drop", 0.002),
    ("body", "drop", 0.002),
    ("dot", "451 4.3.0 Later", 0.01),
    ("dot", "552 5.2.2 Mailbox full", 0.003),
    ("dot", "554 5.7.1 Refused", 0.01),
    ("dot", "drop", 0.001),
    ("dot", "drop-after", 0.002),
    ("dot", "garbage-after", 0.001),
    ("quit", "drop", 0.5),
)
#: Seconds without a letter after which a cluster is replaced from outside.
PATIENCE = 75.0


@dataclass
class Size:
    """How much is to happen, and how long it may take."""

    letters: int
    kills: int
    crashes: int
    seconds: float
    per_attempt: int
    owners: int
    workers: int
    connections: int
    #: seconds between two faults, on average
    pace: float
    #: seconds that the mail server takes for each answer, on average
    delay: float


@dataclass
class Storm:
    """A run: what is there to break, and what has been broken."""

    size: Size
    postgres: Postgres
    store: Redis
    sink: RunningSink
    environment: dict[str, str]
    log: IO[bytes]
    kills: int = 0
    crashes: int = 0
    deaths: int = 0
    opened: int = 0
    done: Counter[str] = field(default_factory=Counter)
    clusters: list[Cluster] = field(default_factory=list)
    later: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    # --- the course of things --------------------------------------------------------------------

    def run(self) -> bool:
        """Send and break until everything asked for has happened; whether every attempt ended."""
        self.attempts = open_attempts(make_lists(self.size.owners, self.size.per_attempt))
        self.sink.order(*WRONG, delay=self.size.delay)
        self.started_at = self.moved_at = time.monotonic()
        self.progress = -1
        try:
            next_fault = time.monotonic() + 5
            while self._goes_on():
                self._beat()
                if time.monotonic() > next_fault and self._has_work():
                    self._break_something()
                    next_fault = time.monotonic() + random.expovariate(1 / self.size.pace)
            return self._calm_down()
        finally:
            for cluster in self.clusters:
                cluster.stop()

    def _goes_on(self) -> bool:
        if time.monotonic() - self.started_at > self.size.seconds:
            return False
        size = self.size
        reached = self.kills >= size.kills and self.crashes >= size.crashes
        return not reached or self.opened < size.letters

    def _calm_down(self) -> bool:
        """Break nothing more, and wait for the end."""
        self.sink.order()
        give_up_at = time.monotonic() + 240
        while self.later or self._waiting() or self._running():
            if time.monotonic() > give_up_at:
                return False
            self._beat(opening=False)
        return True

    def _beat(self, opening: bool = True) -> None:
        """See to it that there are letters and a cluster, and that time passes."""
        now = time.monotonic()
        for due in [entry for entry in self.later if entry[0] < now]:
            self.later.remove(due)
            due[1]()
        if opening and self._waiting() < self.size.per_attempt:
            self.opened += next(self.attempts).total
        self._keep_running(now)
        patiently(schedule.tick)
        hurry()
        time.sleep(0.5)

    def _keep_running(self, now: float) -> None:
        """Start a cluster when none is there, or when the one there has done nothing for long."""
        ((progress,),) = ask("SELECT count(*) FROM mailing_delivery WHERE finished_at IS NOT NULL")
        if progress != self.progress or not self._waiting():
            self.progress, self.moved_at = progress, now
        current = self._current()
        if current and now - self.moved_at > PATIENCE:
            self.done["clusters that stood still"] += 1
            self._note("a cluster stands still and is replaced")
            self.deaths += self.size.workers
            current.kill_all()
            current = None
        if current is None:
            self.clusters.append(Cluster(self.environment, self.log))
            self.moved_at = now

    def _current(self) -> Cluster | None:
        return next((each for each in reversed(self.clusters) if each.is_running), None)

    def _has_work(self) -> bool:
        return bool(self._senders())

    def _waiting(self) -> int:
        counts = "sent + failed + skipped + uncertain + composed"
        ((number,),) = ask(
            f"SELECT coalesce(sum(total - ({counts})), 0) FROM mailing_attempt"  # noqa: S608
        )
        return int(number)

    def _running(self) -> int:
        ((number,),) = ask("SELECT count(*) FROM mailing_attempt WHERE status = 'running'")
        return int(number)

    def _senders(self) -> list[tuple[int, int]]:
        return [(key, pid) for key, pid in ask("SELECT id, pid FROM mailing_sender")]

    # --- faults ----------------------------------------------------------------------------------

    def _break_something(self) -> None:
        owed = self.size.crashes * self.kills > self.crashes * max(1, self.size.kills)
        faults = {
            self._kill_sender: 60,
            self._kill_idle: 8,
            self._kill_guard: 2,
            self._kill_head: 2,
            self._kill_parent: 3,
            self._kill_everything: 4,
            self._stop_past_the_lease: 4,
            self._flush_redis: 3,
            self._crash_redis: 2,
            self._crash_postgres: 12 if owed else 0,
        }
        fault = random.choices(list(faults), list(faults.values()))[0]
        if fault():
            name = fault.__name__.strip("_").replace("_", " ")
            self.done[name] += 1
            self._note(name)

    def _note(self, text: str) -> None:
        logger.info("%6.1f s  %s", time.monotonic() - self.started_at, text)

    def _killed(self, pid: int, deaths: int) -> bool:
        if not kill(pid):
            return False
        self.kills += 1
        self.deaths += deaths
        return True

    def _kill_sender(self) -> bool:
        found = self._senders()
        return bool(found) and self._killed(random.choice(found)[1], 1)

    def _kill_idle(self) -> bool:
        """Kill a worker that waits, the pusher or the monitor."""
        busy = {pid for _, pid in self._senders()}
        idle = [pid for each in self.clusters for pid in each.leaves() if pid not in busy]
        return bool(idle) and self._killed(random.choice(idle), 1)

    def _kill_guard(self) -> bool:
        return self._behead(2)

    def _kill_head(self) -> bool:
        return self._behead(1)

    def _kill_parent(self) -> bool:
        return self._behead(0)

    def _behead(self, generation: int) -> bool:
        """Kill one of those above the workers: what is left must end, and be replaced."""
        cluster = self._current()
        layers = cluster.generations() if cluster else []
        if cluster is None or len(layers) < 4:
            return False
        return self._killed(layers[generation][0], self.size.workers)

    def _kill_everything(self) -> bool:
        cluster = self._current()
        if cluster is None or len(cluster.generations()) < 4:
            return False
        cluster.kill_all()
        self.kills += 1
        self.deaths += self.size.workers
        return True

    def _stop_past_the_lease(self) -> bool:
        """Halt a sender; once others took over its letters it goes on as if nothing had been."""
        found = self._senders()
        if not found:
            return False
        key, pid = random.choice(found)
        if not kill(pid, signal.SIGSTOP):
            return False
        try_to_change(f"UPDATE mailing_sender SET lease_until = now() WHERE id = {key}")  # noqa: S608
        self.deaths += 1
        wake_at = time.monotonic() + random.uniform(2, 8)
        self.later.append((wake_at, lambda: kill(pid, signal.SIGCONT)))
        return True

    def _flush_redis(self) -> bool:
        if self.store.process:
            self.store.flush()
        return self.store.process is not None

    def _crash_redis(self) -> bool:
        if self.store.process is None:
            return False
        self.store.crash()
        self.later.append((time.monotonic() + random.uniform(1, 15), self.store.start))
        return True

    def _crash_postgres(self) -> bool:
        """Crash it; with the sessions go the locks by which senders show that they live."""
        self.deaths += max(self.size.workers, len(self._senders()))
        self.postgres.crash()
        time.sleep(random.uniform(0, 3))
        self.postgres.start()
        self.crashes += 1
        return True


def hurry() -> None:
    """Let the hours pass after which refused letters and servers in trouble are tried again."""
    try_to_change(
        "UPDATE mailing_delivery SET next_try_at = now()"
        " WHERE state = 'queued' AND next_try_at > now()"
    )
    try_to_change("UPDATE mailing_attempt SET next_try_at = NULL WHERE next_try_at > now()")
