"""What the end of the work on a letter means for the ledger."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from mailing import retry
from mailing.models import Delivery
from mailing.models.delivery import State
from mailing.sending.ledger import Record
from mailing.sending.transport import Outcome, Result

Reason = Delivery.Reason


def _final(state: State, reason: str = "", tried: bool = True) -> Callable[..., Record]:
    def record(delivery: Delivery, outcome: Outcome, give_up_at: datetime) -> Record:
        return Record(delivery.pk, state, reason, outcome.code, outcome.reply, tried)

    return record


def _temporary(delivery: Delivery, outcome: Outcome, give_up_at: datetime) -> Record:
    """Try again later, as long as later is not too late."""
    next_try_at = retry.retry_at(timezone.now(), delivery.tries + 1)
    answer = (outcome.code, outcome.reply, True)
    if next_try_at >= give_up_at:
        return Record(delivery.pk, State.FAILED, Reason.GAVE_UP, *answer)
    return Record(delivery.pk, State.QUEUED, "", *answer, next_try_at)


def _trouble(delivery: Delivery, outcome: Outcome, give_up_at: datetime) -> Record:
    """Not the recipient's fault: back into the queue, behind those who have not had a turn."""
    next_try_at = retry.pause_until(timezone.now(), 1)
    return Record(
        delivery.pk, State.QUEUED, "", outcome.code, outcome.reply, next_try_at=next_try_at
    )


_RECORDS: dict[Result, Callable[[Delivery, Outcome, datetime], Record]] = {
    Result.COMPOSED: _final(State.DRY_RUN, tried=False),
    Result.NOT_COMPOSED: _final(State.FAILED, Reason.NOT_COMPOSED, tried=False),
    Result.ACCEPTED: _final(State.SENT),
    Result.PERMANENT: _final(State.FAILED, Reason.REFUSED),
    Result.UNCERTAIN: _final(State.UNCERTAIN, Reason.NO_ANSWER),
    Result.TEMPORARY: _temporary,
    Result.TROUBLE: _trouble,
}


def record_of(delivery: Delivery, outcome: Outcome, give_up_at: datetime) -> Record | None:
    """Return what the ledger should hold; None when the ledger itself stopped the letter."""
    make = _RECORDS.get(outcome.result)
    return make(delivery, outcome, give_up_at) if make else None
