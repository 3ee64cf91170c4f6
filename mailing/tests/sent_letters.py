"""Attempts that are over, with letters that ended in all kinds of ways."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from mailing.models import Attempt, Delivery
from mailing.models.delivery import OPEN_STATES
from mailing.tests.factories import AttemptFactory, RecipientFactory

MOMENT = datetime(2026, 3, 1, 12, 7, tzinfo=UTC)
COUNTED = ("sent", "failed", "skipped", "uncertain")

Letter = tuple[str, int | None, str, int]


def make_attempt(owner: User, letters: list[Letter], **fields: Any) -> Attempt:
    """Make a finished attempt of (state, code, answer, minutes after MOMENT), counts and all."""
    states = Counter(state for state, *_rest in letters)
    is_open = any(state in OPEN_STATES for state in states)
    attempt: Attempt = AttemptFactory.create(
        mailing__owner=owner,
        total=len(letters),
        started_at=MOMENT,
        **{
            "status": "running" if is_open else "success",
            "finished_at": None if is_open else MOMENT + timedelta(hours=1),
            **{name: states[name] for name in COUNTED},
            **fields,
        },
    )
    recipients = RecipientFactory.create_batch(len(letters), owner=owner)
    Delivery.objects.bulk_create(
        Delivery(
            attempt=attempt,
            recipient=recipient,
            email=recipient.email,
            state=state,
            smtp_code=code,
            smtp_reply=reply,
            finished_at=None if state in OPEN_STATES else MOMENT + timedelta(minutes=minutes),
        )
        for recipient, (state, code, reply, minutes) in zip(recipients, letters, strict=True)
    )
    return attempt
