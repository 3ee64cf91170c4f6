"""What is broken in a storm, one thing at a time."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.letters import ask, try_to_change
from tests.faults.private import Postgres, Redis
from tests.faults.victims import Cluster, kill


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


def senders() -> list[tuple[int, int]]:
    """Return the key and the process of every sender."""
    return [(key, pid) for key, pid in ask("SELECT id, pid FROM mailing_sender")]


@dataclass
class Breaker:
    """Breaks processes and servers, and counts what it has broken."""

    size: Size
    postgres: Postgres
    store: Redis
    clusters: list[Cluster] = field(default_factory=list)
    kills: int = 0
    crashes: int = 0
    #: senders that may have had letters in flight when they ended
    deaths: int = 0
    done: Counter[str] = field(default_factory=Counter)
    later: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    def current(self) -> Cluster | None:
        return next((each for each in reversed(self.clusters) if each.is_running), None)

    def do_later(self) -> None:
        """Bring back what has been away for long enough."""
        now = time.monotonic()
        for due in [entry for entry in self.later if entry[0] < now]:
            self.later.remove(due)
            due[1]()

    def replace_still_cluster(self, cluster: Cluster) -> None:
        """Kill a cluster that has done nothing for long."""
        self.done["clusters that stood still"] += 1
        self.deaths += self.size.workers
        cluster.kill_all()

    def break_something(self) -> str:
        """Do one wrong thing; return what, or nothing when there was nothing to break."""
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
        if not fault():
            return ""
        name = fault.__name__.strip("_").replace("_", " ")
        self.done[name] += 1
        return name

    def _killed(self, pid: int, deaths: int) -> bool:
        if not kill(pid):
            return False
        self.kills += 1
        self.deaths += deaths
        return True

    def _kill_sender(self) -> bool:
        found = senders()
        return bool(found) and self._killed(random.choice(found)[1], 1)

    def _kill_idle(self) -> bool:
        """Kill a worker that waits, the pusher or the monitor."""
        busy = {pid for _, pid in senders()}
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
        cluster = self.current()
        layers = cluster.generations() if cluster else []
        if cluster is None or len(layers) < 4:
            return False
        return self._killed(layers[generation][0], self.size.workers)

    def _kill_everything(self) -> bool:
        cluster = self.current()
        if cluster is None or len(cluster.generations()) < 4:
            return False
        cluster.kill_all()
        self.kills += 1
        self.deaths += self.size.workers
        return True

    def _stop_past_the_lease(self) -> bool:
        """Halt a sender; once others took over its letters it goes on as if nothing had been."""
        found = senders()
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
        self.deaths += max(self.size.workers, len(senders()))
        self.postgres.crash()
        time.sleep(random.uniform(0, 3))
        self.postgres.start()
        self.crashes += 1
        return True
