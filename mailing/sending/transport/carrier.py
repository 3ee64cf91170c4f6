"""What a sender needs of whatever carries its letters."""

import logging
from abc import ABC, abstractmethod
from collections import deque
from typing import Protocol

from mailing.sending.compose import CannotCompose, Composer
from mailing.sending.transport.job import Ended, Job
from mailing.sending.transport.outcome import Outcome, Result

logger = logging.getLogger("mailing.sending")


class Asking(Protocol):
    """Somebody who waits for leave to hand a letter over for good."""

    def answer(self, granted: bool) -> None:
        """Take the ledger's word."""


class Carrier(ABC):
    """Carries the letters of one attempt. Nothing here knows the database.

    `waiting` are the jobs that nobody has begun. `collect` returns who asks for leave to hand a
    letter over, and what has ended; all who ask are answered before the next `collect`.
    """

    #: whether the mail server cannot be used at all for now
    are_all_gone = False

    def __init__(self, composer: Composer) -> None:
        self.waiting: deque[Job] = deque()
        self.composer = composer
        self.ended: list[Ended] = []

    @abstractmethod
    def collect(self, seconds: float) -> tuple[dict[int, Asking], list[Ended]]:
        """Work for up to `seconds`; return who asks, by the key of the delivery, and what ended."""

    def take_back(self) -> list[Job]:
        """Return the jobs that nobody has begun."""
        jobs = [*self.waiting]
        self.waiting.clear()
        return jobs

    @abstractmethod
    def cut_all(self) -> None:
        """Give up every step that is under way."""

    @abstractmethod
    def close(self) -> None:
        """End; whoever still asks is denied."""

    def next_letter(self) -> Job | None:
        """Return the next job with its letter composed; those that cannot be have ended."""
        while self.waiting:
            job = self.waiting.popleft()
            try:
                job.letter = self.composer.compose(job.delivery)
            except CannotCompose as error:
                self.ended.append(Ended(job, Outcome(Result.NOT_COMPOSED, None, str(error))))
            except Exception as error:
                logger.exception("A letter could not be composed")
                reply = f"{type(error).__name__}: {error}"
                self.ended.append(Ended(job, Outcome(Result.TEMPORARY, None, reply)))
            else:
                return job
        return None

    def take_ended(self) -> list[Ended]:
        ended, self.ended = self.ended, []
        return ended


class Rehearsal(Carrier):
    """A dry run: every letter is composed and goes no further."""

    #: letters for one commit
    BATCH = 64

    def collect(self, seconds: float) -> tuple[dict[int, Asking], list[Ended]]:
        while len(self.ended) < self.BATCH and (job := self.next_letter()):
            self.ended.append(Ended(job, Outcome(Result.COMPOSED)))
        return {}, self.take_ended()

    def cut_all(self) -> None:
        """Nothing is under way between two calls."""

    def close(self) -> None:
        """Nothing is open."""
