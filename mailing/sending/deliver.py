"""A sender at work: it claims letters, has them carried, and keeps the ledger."""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from mailing.models import Attempt, Sender
from mailing.sending import lifeline, recover
from mailing.sending.compose import Composer
from mailing.sending.fairness import Courtesy
from mailing.sending.ledger import Ledger, Superseded
from mailing.sending.results import record_of
from mailing.sending.transport import Outcome, Result
from mailing.sending.transport.carrier import Asking, Carrier, Rehearsal
from mailing.sending.transport.clerks import SMTP_BACKEND, Clerks
from mailing.sending.transport.couriers import Couriers
from mailing.sending.transport.job import Ended, Job

logger = logging.getLogger("mailing.sending")

Answer = TypeVar("Answer")

#: Seconds that a sender works on an attempt before others get their turn.
SLICE_SECONDS = 20.0
#: Seconds after its slice in which a sender may finish what is in flight.
OVERTIME_SECONDS = 70.0
#: Seconds between two looks at the clock, the lifeline and the connections.
PULSE_SECONDS = 0.25
#: Seconds between two proofs of life.
RENEW_SECONDS = 5.0
#: Seconds for which the counts of an attempt may be behind.
COUNT_SECONDS = 1.0
#: Seconds that a sender holds out while the database is away.
PATIENCE_SECONDS = 60.0
CLAIMED_PER_CONNECTION = 16
#: Results that show the mail server at work.
ANSWERS = (Result.ACCEPTED, Result.TEMPORARY, Result.PERMANENT)
#: Results after which a carrier that has nobody left should be given a rest.
NO_ANSWERS = (Result.TROUBLE, Result.UNCERTAIN)


def carrier_for(attempt: Attempt) -> Carrier:
    """Return what carries the letters of `attempt`."""
    composer = Composer(attempt, attempt.mailing)
    if attempt.dry_run:
        return Rehearsal(composer)
    by_smtp = settings.EMAIL_BACKEND == SMTP_BACKEND
    return (Couriers if by_smtp else Clerks)(composer, settings.SEND_CONNECTIONS)


class Slice:
    """One turn of one sender at one attempt.

    The carrier tells who asks for a final dot and what has ended; whoever asks is answered once
    the ledger holds it. One commit serves all letters that are ready at the same moment.
    """

    def __init__(self, attempt: Attempt, sender: Sender, seconds: float = SLICE_SECONDS) -> None:
        self.attempt = attempt
        self.sender = sender
        self.carrier = carrier_for(attempt)
        self.ledger = Ledger(attempt, sender, self.carrier.composer.message_id_tail)
        self.courtesy = Courtesy(attempt)
        self.ends_at = time.monotonic() + seconds
        self.renew_at = time.monotonic() + RENEW_SECONDS
        self.count_at = time.monotonic() + COUNT_SECONDS
        self.in_hand = 0
        self.is_stopping = False
        self.had_trouble = attempt.trouble_since is not None

    def run(self) -> bool:
        """Send until the time is up or nothing is due; return whether more may be due now."""
        more = True
        try:
            while True:
                if more and not self._should_stop():
                    more = self._fill()
                if not self.in_hand:
                    return more
                self._commit(*self.carrier.collect(PULSE_SECONDS))
                self._watch()
        finally:
            self.carrier.close()

    def _should_stop(self) -> bool:
        if not self.is_stopping and (self._is_over() or self.courtesy.is_due()):
            self._stop()
        return self.is_stopping

    def _is_over(self) -> bool:
        return time.monotonic() > self.ends_at or lifeline.is_cut()

    def _stop(self) -> None:
        """Take no more letters, and put back those that nobody has begun."""
        self.is_stopping = True
        waiting = self.carrier.take_back()
        keys = [job.delivery.pk for job in waiting]
        self._patiently(lambda: self.ledger.release(keys))
        self.in_hand -= len(waiting)

    def _fill(self) -> bool:
        """Claim before the carrier has nothing left; False when nothing is due."""
        wanted = settings.SEND_CONNECTIONS * CLAIMED_PER_CONNECTION
        if self.in_hand > wanted // 2:
            return True
        deliveries = self._patiently(lambda: self.ledger.claim(wanted))
        self.in_hand += len(deliveries)
        self.carrier.waiting.extend(map(Job, deliveries))
        return bool(deliveries)

    def _commit(self, asking: dict[int, Asking], ended: list[Ended]) -> None:
        """Write down what has ended, then answer those who ask for the final dot."""
        records = [
            record
            for each in ended
            if (record := record_of(each.job.delivery, each.outcome, self.attempt.give_up_at))
        ]
        granted: set[int] = set()
        try:
            if asking or records:
                granted = self._patiently(lambda: self.ledger.commit([*asking], records))
        finally:
            for key, courier in asking.items():
                courier.answer(key in granted)
        self.in_hand -= len(ended)
        self._note_server([each.outcome for each in ended])

    def _patiently(self, work: Callable[[], Answer]) -> Answer:
        """Do `work` with the database, again and again while that is away.

        What this sender knows of letters under way nobody else does; all it does may be repeated.
        """
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        is_lost = False
        while True:
            try:
                if is_lost:
                    recover.hold(self.sender)
                return work()
            except (DatabaseError, InterfaceError):
                if time.monotonic() > give_up_at:
                    raise
                logger.warning("The ledger cannot be reached; trying again", exc_info=True)
                connection.close()
                is_lost = True
                time.sleep(0.5)

    def _note_server(self, outcomes: list[Outcome]) -> None:
        """Pause the attempt when no connection works any more; note when one works again."""
        if self.had_trouble and any(outcome.result in ANSWERS for outcome in outcomes):
            self.had_trouble = False
            self._patiently(self.attempt.clear_trouble)
        if self.carrier.are_all_gone and not self.is_stopping:
            silent = [outcome for outcome in outcomes if outcome.result in NO_ANSWERS]
            if silent:
                trouble = partial(self.attempt.note_trouble, silent[-1].code, silent[-1].reply)
                self._patiently(trouble)
            self._stop()

    def _watch(self) -> None:
        """Prove that this sender lives, bury those that do not, and end what takes too long."""
        now = time.monotonic()
        if now > self.ends_at + OVERTIME_SECONDS:
            self.carrier.cut_all()
        if now > self.count_at:
            self.count_at = now + COUNT_SECONDS
            self._patiently(self.sender.pass_counts_on)
        if now > self.renew_at:
            self.renew_at = now + RENEW_SECONDS
            if not self._patiently(self.sender.renew):
                raise Superseded
            self._patiently(recover.recover_dead_senders)
