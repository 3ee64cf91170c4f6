"""All couriers of a sender, served by one thread: whichever socket is ready gets its turn."""

import queue
import selectors
import socket
import threading
import time
from contextlib import suppress

from mailing.sending.compose import Composer
from mailing.sending.transport.carrier import Asking, Carrier
from mailing.sending.transport.courier import Courier
from mailing.sending.transport.job import Ended, Job
from mailing.sending.transport.outcome import ServerTrouble
from mailing.sending.transport.pool import pool
from mailing.sending.transport.session import Opening, Session

#: Seconds in which the letters that are ready soon after another one join its commit.
GATHER_SECONDS = 0.004


class Couriers(Carrier):
    """Carries letters by SMTP, over up to `number` connections at the same time."""

    def __init__(self, composer: Composer, number: int) -> None:
        super().__init__(composer)
        self._number = number
        self._couriers: list[Courier] = []
        self._openings: dict[Courier, Opening] = {}
        self._opened: queue.SimpleQueue[tuple[Opening, Courier, Session | ServerTrouble]] = (
            queue.SimpleQueue()
        )
        self._selector = selectors.DefaultSelector()
        self._bell, self._ear = socket.socketpair()
        self._ear.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ)

    @property
    def are_all_gone(self) -> bool:  # type: ignore[override]
        return bool(self._couriers) and all(courier.is_gone for courier in self._couriers)

    def take_back(self) -> list[Job]:
        jobs = super().take_back()
        for courier in self._couriers:
            if courier not in self._openings:
                jobs += courier.letters
                courier.letters.clear()
        return jobs

    def collect(self, seconds: float) -> tuple[dict[int, Asking], list[Ended]]:
        until = time.monotonic() + seconds
        gathers = False
        self._supply()
        while self._is_worth_waiting():
            if not gathers and self._has_news():
                gathers, until = True, min(until, time.monotonic() + GATHER_SECONDS)
            if (left := until - time.monotonic()) <= 0:
                break
            self._serve(left)
        self._give_up(before=time.monotonic())
        asking: dict[int, Asking] = {}
        for courier in self._couriers:
            if job := courier.asking:
                asking[job.delivery.pk] = courier
            if courier.ended:
                self.ended += courier.ended
                courier.ended = []
        return asking, self.take_ended()

    def cut_all(self) -> None:
        self._give_up(before=float("inf"))

    def close(self) -> None:
        """Keep idle sessions for the next sender of this process, and drop all others."""
        for opening in self._openings.values():
            opening.cut()
        for courier in self._couriers:
            if session := courier.give_session():
                pool.put_back(session)
        for end in (self._selector, self._ear, self._bell):
            end.close()

    # --- within ----------------------------------------------------------------------------------

    def _has_news(self) -> bool:
        return bool(self.ended) or any(each.asking or each.ended for each in self._couriers)

    def _is_worth_waiting(self) -> bool:
        return bool(self._openings) or any(each.is_in_motion for each in self._couriers)

    def _serve(self, seconds: float) -> None:
        """Give every socket that is ready its turn."""
        for key, events in self._selector.select(seconds):
            if key.data is None:
                self._welcome()
            elif key.data.session is not None:
                key.data.on_ready(events)
        self._supply()

    def _supply(self) -> None:
        """See to it that everybody has a letter, and those who have one a session."""
        wanted = min(self._number, len(self._couriers) + len(self.waiting))
        while len(self._couriers) < wanted:
            self._couriers.append(Courier(self._selector))
        for courier in self._couriers:
            if courier.is_gone:
                self.waiting.extendleft(courier.letters)
                courier.letters.clear()
            elif self.waiting and courier.is_idle and (job := self.next_letter()):
                courier.letters.append(job)
                courier.go_on()
            if courier.wants_session and courier not in self._openings:
                self._open(courier)
        if len(self.waiting) > len(self._couriers):
            self._prepare()

    def _prepare(self) -> None:
        """Compose what comes next while the server is busy."""
        for courier in self._couriers:
            if not courier.letters and not courier.is_gone and (job := self.next_letter()):
                courier.letters.append(job)

    def _open(self, courier: Courier) -> None:
        """Begin a session, in a thread since that may take long, unless an open one is at hand."""
        if session := pool.take():
            courier.begin(session)
            return
        self._openings[courier] = opening = Opening()
        threading.Thread(target=self._run, args=(opening, courier), daemon=True).start()

    def _run(self, opening: Opening, courier: Courier) -> None:
        try:
            session: Session | ServerTrouble = opening.run()
        except ServerTrouble as trouble:
            session = trouble
        self._opened.put((opening, courier, session))
        with suppress(OSError):  # nobody listens any more
            self._bell.send(b"!")

    def _welcome(self) -> None:
        """Set those to work whose session has begun."""
        with suppress(BlockingIOError):
            self._ear.recv(4096)
        with suppress(queue.Empty):
            while True:
                opening, courier, session = self._opened.get_nowait()
                is_awaited = self._openings.get(courier) is opening
                if is_awaited:
                    del self._openings[courier]
                if isinstance(session, ServerTrouble):
                    if is_awaited:
                        courier.fail(session)
                elif is_awaited:
                    courier.begin(session)
                else:
                    session.close()

    def _give_up(self, before: float) -> None:
        """End the steps that should have been over by `before` (of `time.monotonic`)."""
        for courier, opening in list(self._openings.items()):
            if opening.deadline < before:
                opening.cut()
                del self._openings[courier]
                courier.overdue()
        for courier in self._couriers:
            if courier.deadline is not None and courier.deadline < before:
                courier.overdue()
