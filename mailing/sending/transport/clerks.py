"""Letters by one of Django's mail backends, such as those of e-mail services."""

import queue
import threading
import time
from dataclasses import dataclass

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from mailing.sending.compose import Composer
from mailing.sending.transport import service
from mailing.sending.transport.carrier import Asking, Carrier
from mailing.sending.transport.job import Ended, Job
from mailing.sending.transport.outcome import Outcome, Result

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
#: Seconds in which what ends soon after another letter joins its commit.
GATHER_SECONDS = 0.02


@dataclass(slots=True, eq=False)
class Clerk:
    """Somebody with a backend of their own and one letter at a time."""

    backend: BaseEmailBackend
    desk: "queue.SimpleQueue[tuple[Clerk, Job] | None]"
    job: Job | None = None
    is_out: bool = False
    has_delivered: bool = False
    is_gone: bool = False
    denied: Job | None = None

    def answer(self, granted: bool) -> None:
        """Let the backend have the letter, or take it back."""
        if self.job is None:
            return
        if granted:
            self.is_out = True
            self.desk.put((self, self.job))
        else:
            self.denied, self.job = self.job, None


class Clerks(Carrier):
    """Carries letters by the backend that EMAIL_BACKEND names, several at the same time.

    A backend takes a letter whole, so leave is asked before it gets any of it.
    """

    def __init__(self, composer: Composer, number: int) -> None:
        super().__init__(composer)
        self._desk: queue.SimpleQueue[tuple[Clerk, Job] | None] = queue.SimpleQueue()
        self._back: queue.SimpleQueue[tuple[Clerk, Job, Outcome]] = queue.SimpleQueue()
        self._clerks = [Clerk(get_connection(), self._desk) for _ in range(number)]
        for _ in range(number):
            threading.Thread(target=self._work, daemon=True).start()

    @property
    def are_all_gone(self) -> bool:  # type: ignore[override]
        return all(clerk.is_gone for clerk in self._clerks)

    def collect(self, seconds: float) -> tuple[dict[int, Asking], list[Ended]]:
        asking: dict[int, Asking] = {}
        until = time.monotonic() + seconds
        self._take_back_denied()
        while not (asking := self._hand_out()) and any(clerk.is_out for clerk in self._clerks):
            try:
                self._note(*self._back.get(timeout=max(0.0, until - time.monotonic())))
            except queue.Empty:
                break
            until = min(until, time.monotonic() + GATHER_SECONDS)
        return asking, self.take_ended()

    def cut_all(self) -> None:
        """Wait no longer for backends; what they do with the letters they have is not known."""
        for clerk in self._clerks:
            if clerk.is_out and clerk.job:
                silent = Outcome(Result.UNCERTAIN, None, "The mail backend took too long")
                self._note(clerk, clerk.job, silent)
                clerk.is_gone = True

    def close(self) -> None:
        for _clerk in self._clerks:
            self._desk.put(None)

    def _work(self) -> None:
        while order := self._desk.get():
            clerk, job = order
            assert job.letter is not None  # noqa: S101 - composed by `next_letter`
            self._back.put((clerk, job, service.deliver(clerk.backend, job.letter)))

    def _hand_out(self) -> dict[int, Asking]:
        """Give everybody who has none a letter; return who asks."""
        asking: dict[int, Asking] = {}
        for clerk in self._clerks:
            if clerk.job is None and not clerk.is_gone:
                clerk.job = self.next_letter()
            if clerk.job is not None and not clerk.is_out:
                asking[clerk.job.delivery.pk] = clerk
        return asking

    def _note(self, clerk: Clerk, job: Job, outcome: Outcome) -> None:
        if clerk.job is not job:
            return  # it was given up
        self.ended.append(Ended(job, outcome))
        clerk.job, clerk.is_out = None, False
        is_silent = outcome.result is Result.UNCERTAIN and not clerk.has_delivered
        clerk.is_gone = is_silent or outcome.result is Result.TROUBLE
        clerk.has_delivered = clerk.has_delivered or not is_silent

    def _take_back_denied(self) -> None:
        for clerk in self._clerks:
            if clerk.denied is not None:
                self.ended.append(Ended(clerk.denied, Outcome(Result.DENIED)))
                clerk.denied = None
