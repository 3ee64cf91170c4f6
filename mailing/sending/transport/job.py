"""A letter on its way."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailing.sending.transport.outcome import Letter, Outcome

if TYPE_CHECKING:
    from mailing.models import Delivery


@dataclass(slots=True, eq=False)
class Job:
    """A delivery in the hands of a courier, with its letter once that is composed."""

    delivery: "Delivery"
    letter: Letter | None = None
    #: whether it was offered before, over a kept session that turned out to be gone
    was_offered: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """A job with what came of it."""

    job: Job
    outcome: Outcome
