"""Breaks one thing after another while letters are being sent."""

import logging
import random
import time
from dataclasses import dataclass
from typing import IO

from mailing.sending import schedule
from tests.faults.breaker import Breaker, Size, senders
from tests.faults.haste import hurry
from tests.faults.letters import ask, make_lists, open_attempts, patiently
from tests.faults.running_sink import Order, RunningSink
from tests.faults.victims import Cluster

logger = logging.getLogger("tests.faults")

#: What the mail server does wrong meanwhile: where, what, and for which part of the letters.
WRONG = (
    Order("connect", "drop", 0.01),
    Order("connect", "421 4.7.0 Too many connections", 0.01),
    Order("mail", "451 4.3.0 Later", 0.003),
    Order("mail", "421 4.3.2 Closing", 0.002),
    Order("rcpt", "450 4.2.0 Greylisted", 0.01),
    Order("rcpt", "452 4.5.3 Too many recipients", 0.003),
    Order("rcpt", "550 5.1.1 No such user", 0.01),
    Order("rcpt", "garbage", 0.001),
    Order("rcpt", "long-line", 0.001),
    Order("rcpt", "hang", 0.0003),
    Order("data", "endless", 0.0005),
    Order("data", "drop", 0.002),
    Order("body", "drop", 0.002),
    Order("dot", "451 4.3.0 Later", 0.01),
    Order("dot", "552 5.2.2 Mailbox full", 0.003),
    Order("dot", "554 5.7.1 Refused", 0.01),
    Order("dot", "drop", 0.001),
    Order("dot", "drop-after", 0.002),
    Order("dot", "garbage-after", 0.001),
    Order("quit", "drop", 0.5),
)
#: Seconds without a letter after which a cluster is replaced from outside.
PATIENCE = 75.0


@dataclass
class Storm:
    """A run: mailings that are sent while a breaker is at work."""

    breaker: Breaker
    sink: RunningSink
    environment: dict[str, str]
    log: IO[bytes]
    opened: int = 0

    @property
    def size(self) -> Size:
        return self.breaker.size

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
                if time.monotonic() > next_fault and senders():
                    self._note(self.breaker.break_something())
                    next_fault = time.monotonic() + random.expovariate(1 / self.size.pace)
            return self._calm_down()
        finally:
            for cluster in self.breaker.clusters:
                cluster.stop()

    def _goes_on(self) -> bool:
        if time.monotonic() - self.started_at > self.size.seconds:
            return False
        size = self.size
        breaker = self.breaker
        reached = breaker.kills >= size.kills and breaker.crashes >= size.crashes
        return not reached or self.opened < size.letters

    def _calm_down(self) -> bool:
        """Break nothing more, and wait for the end."""
        self.sink.order()
        give_up_at = time.monotonic() + 240
        while self.breaker.later or self._waiting() or self._running():
            if time.monotonic() > give_up_at:
                return False
            self._beat(opening=False)
        return True

    def _beat(self, opening: bool = True) -> None:
        """See to it that there are letters and a cluster, and that time passes."""
        self.breaker.do_later()
        if opening and self._waiting() < self.size.per_attempt:
            self.opened += next(self.attempts).total
        self._keep_running(time.monotonic())
        patiently(schedule.tick)
        hurry()
        time.sleep(0.5)

    def _keep_running(self, now: float) -> None:
        """Start a cluster when none is there, or when the one there has done nothing for long."""
        ((progress,),) = ask("SELECT count(*) FROM mailing_delivery WHERE finished_at IS NOT NULL")
        if progress != self.progress or not self._waiting():
            self.progress, self.moved_at = progress, now
        current = self.breaker.current()
        if current and now - self.moved_at > PATIENCE:
            self._note("a cluster stands still and is replaced")
            self.breaker.replace_still_cluster(current)
            current = None
        if current is None:
            self.breaker.clusters.append(Cluster(self.environment, self.log))
            self.moved_at = now

    def _note(self, what: str) -> None:
        if what:
            logger.info("%6.1f s  %s", time.monotonic() - self.started_at, what)

    def _waiting(self) -> int:
        counts = "sent + failed + skipped + uncertain + composed"
        ((number,),) = ask(
            f"SELECT coalesce(sum(total - ({counts})), 0) FROM mailing_attempt"  # noqa: S608
        )
        return int(number)

    def _running(self) -> int:
        ((number,),) = ask("SELECT count(*) FROM mailing_attempt WHERE status = 'running'")
        return int(number)
