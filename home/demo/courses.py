"""How the demo's attempts went: what became of each letter."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat

from mailing.models import Delivery, Recipient
from mailing.models.delivery import State

Reason = Delivery.Reason


@dataclass(frozen=True)
class Outcome:
    """What became of a letter, and what the mail server said to it."""

    state: State
    reason: str = ""
    code: int | None = None
    reply: str = ""

    @property
    def was_handed_over(self) -> bool:
        return self.state in {State.HANDED_OVER, State.SENT, State.UNCERTAIN}

    @property
    def tries(self) -> int:
        return int(self.code is not None or self.state == State.UNCERTAIN)


SENT = Outcome(State.SENT, code=250, reply="2.0.0 Ok: queued")
NO_MAILBOX = Outcome(State.FAILED, Reason.REFUSED, 550, "5.1.1 There is no such mailbox here")
NOT_LET_IN = Outcome(State.FAILED, Reason.REFUSED, 554, "5.7.1 Your server is not welcome here")
MAILBOX_FULL = Outcome(State.FAILED, Reason.REFUSED, 552, "5.2.2 The mailbox is full")
NO_ANSWER = Outcome(State.UNCERTAIN, Reason.NO_ANSWER)
LEFT = Outcome(State.SKIPPED, Reason.UNSUBSCRIBED)
DISABLED = Outcome(State.SKIPPED, Reason.DISABLED)
WAITING = Outcome(State.QUEUED)
CLAIMED = Outcome(State.CLAIMED)
HANDED_OVER = Outcome(State.HANDED_OVER)
COMPOSED = Outcome(State.DRY_RUN)


@dataclass(frozen=True)
class Course:
    """An attempt's course: so many letters this way, so many that way, the rest another.

    `to_lapsed` says what came of letters to recipients who are no longer active.
    """

    rest: Outcome = SENT
    first: tuple[tuple[int, Outcome], ...] = ()
    to_lapsed: dict[str, Outcome] = field(default_factory=dict)
    dry_run: bool = False
    cancel_reason: str = ""

    def outcomes(self, recipients: Sequence[Recipient]) -> list[Outcome]:
        """Return what becomes of the letter to each of `recipients`."""
        planned = chain.from_iterable(repeat(outcome, number) for number, outcome in self.first)
        turns = chain(planned, repeat(self.rest))
        return [
            self.to_lapsed.get(recipient.state, turn)
            for recipient, turn in zip(recipients, turns, strict=False)
        ]


SMOOTH = Course()
ROUGH = Course(first=((9, SENT), (1, MAILBOX_FULL), (14, SENT), (1, NO_ANSWER)))
REFUSED = Course(rest=NOT_LET_IN)
#: The attempt after which some recipients were written to no more.
LAPSING = Course(
    first=((17, SENT), (1, MAILBOX_FULL)),
    to_lapsed={Recipient.State.BOUNCED: NO_MAILBOX, Recipient.State.UNSUBSCRIBED: LEFT},
)
TRIAL = Course(rest=COMPOSED, dry_run=True)
#: Broken off by the death of the sender: the next tick finds what it had in hand.
UNDER_WAY = Course(
    rest=WAITING, first=((38, SENT), (1, NO_MAILBOX), (1, HANDED_OVER), (1, CLAIMED))
)
HELD_BACK = Course(rest=WAITING, first=((24, SENT),))
FORBIDDEN = Course(rest=DISABLED, first=((12, SENT),), cancel_reason=Reason.DISABLED)
