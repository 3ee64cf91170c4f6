"""The threads of a sender: each talks to the mail server over one connection."""

import logging
import queue
import threading
import time
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial

from mailing.models import Delivery
from mailing.sending.compose import CannotCompose, Composer
from mailing.sending.transport import Connection, Outcome, Result, pool

logger = logging.getLogger("mailing.sending")

#: Seconds in which the letters that are ready soon after another one join its commit.
GATHER_SECONDS = 0.004


def _shut() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True)
class Job:
    """A delivery in the hands of a courier, and what the ledger says to its final dot."""

    delivery: Delivery
    granted: bool = False
    _answered: threading.Lock = field(default_factory=_shut)  # an Event takes ten times as long

    def answer(self, granted: bool) -> None:
        """Tell the courier, once, whether the final dot may go out."""
        self.granted = granted
        self._answered.release()

    def is_answered_within(self, seconds: float) -> bool:
        return self._answered.acquire(timeout=seconds)


@dataclass(frozen=True, slots=True)
class Ended:
    """A job with what came of it."""

    job: Job
    outcome: Outcome


class Couriers:
    """Threads that take jobs, and report on `events` when they need an answer or have ended.

    They know nothing of the database. A courier whose connection is in trouble goes home.
    """

    def __init__(self, composer: Composer, dry_run: bool) -> None:
        self.composer = composer
        self.dry_run = dry_run
        self.jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self.events: queue.SimpleQueue[Job | Ended] = queue.SimpleQueue()
        self.connections: list[Connection] = []
        self.threads: list[threading.Thread] = []
        self.gone_home = 0
        self.is_closed = False

    @property
    def anybody_left(self) -> bool:
        return self.gone_home < len(self.threads)

    def hire(self, number: int) -> None:
        """Have up to `number` threads in all, counting those that went home."""
        while len(self.threads) < number:
            work = partial(copy_context().run, self._work)  # log lines name the attempt there too
            thread = threading.Thread(target=work, daemon=True, name="courier")
            self.threads.append(thread)
            thread.start()

    def take_back(self) -> list[Job]:
        """Return the jobs that no thread has begun."""
        jobs: list[Job] = []
        while True:
            try:
                job = self.jobs.get_nowait()
            except queue.Empty:
                return jobs
            if job is not None:
                jobs.append(job)

    def collect(self, seconds: float) -> list[Job | Ended]:
        """Wait up to `seconds` for an event; return it with those that come soon after it."""
        events: list[Job | Ended] = []
        asking = 0
        until = time.monotonic() + seconds
        try:
            while asking < len(self.threads) - self.gone_home or not events:
                event = self.events.get(timeout=max(0.0, until - time.monotonic()))
                if not events:
                    until = time.monotonic() + GATHER_SECONDS
                events.append(event)
                asking += isinstance(event, Job)
        except queue.Empty:
            pass
        return events

    def cut(self, before: float) -> None:
        """Cut connections whose step should have ended by `before` (of `time.monotonic`)."""
        for connection in self.connections:
            if connection.deadline is not None and connection.deadline < before:
                connection.cut()

    def close(self, seconds: float) -> None:
        """Send everybody home, denying all final dots, and wait up to `seconds` for each."""
        self.is_closed = True
        self.take_back()
        for _thread in self.threads:
            self.jobs.put(None)
        for thread in self.threads:
            thread.join(seconds)

    # --- in the threads -------------------------------------------------------------------------

    def _work(self) -> None:
        connection = pool.take()
        self.connections.append(connection)
        while (job := self.jobs.get()) is not None:
            outcome = self._outcome(job, connection)
            self.events.put(Ended(job, outcome))
            if outcome.result is Result.TROUBLE:
                break
        pool.put_back(connection)

    def _outcome(self, job: Job, connection: Connection) -> Outcome:
        try:
            letter = self.composer.compose(job.delivery)
            if self.dry_run:
                return Outcome(Result.COMPOSED)
            return connection.deliver(letter, lambda: self._ask(job))
        except CannotCompose as error:
            return Outcome(Result.NOT_COMPOSED, None, str(error))
        except Exception as error:
            logger.exception("A letter could not be sent")
            connection.close()
            result = Result.UNCERTAIN if job.granted else Result.TEMPORARY
            return Outcome(result, None, f"{type(error).__name__}: {error}")

    def _ask(self, job: Job) -> bool:
        """Wait until the ledger holds that the letter is handed over, or denies it."""
        self.events.put(job)
        while not job.is_answered_within(1):
            if self.is_closed:
                return False
        return job.granted
