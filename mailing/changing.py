"""Changing many recipients: a few at once, more in the background, always in small transactions.

A task does a part and queues the next one; the tick wakes what was lost. Each transaction begins
after the last recipient of the one before, under a lock on the row of the change, so that doubled
tasks do nothing twice.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from accounts.models import User
from mailing.criteria import Criteria
from mailing.joins import hash_joins
from mailing.models import Recipient, RecipientChange, RecipientList

Action = RecipientChange.Action

#: As many are changed while the visitor waits.
AT_ONCE = 1000
#: Recipients in one transaction, and in one task.
BATCH, PART = 500, 10_000
#: When a change that nobody goes on with is woken.
IDLE = timedelta(minutes=1)


def change(
    owner: User, criteria: Criteria, action: str, recipient_list: RecipientList | None
) -> RecipientChange:
    """Do `action` to all who fit: now, or when they are many, in the background."""
    recipients = criteria.recipients(owner).order_by()
    until = Recipient.objects.owned_by(owner).order_by("-pk").values_list("pk", flat=True).first()
    with hash_joins():
        total = recipients.count()
    made = RecipientChange.objects.create(
        owner=owner,
        action=action,
        recipient_list=recipient_list,
        criteria=criteria.as_json(),
        total=total,
        until_key=until or 0,
    )
    if total > AT_ONCE:
        wake(made.pk)
    else:
        go_on(made.pk)
        made.refresh_from_db()
    return made


def wake(key: int) -> None:
    transaction.on_commit(lambda: async_task("mailing.tasks.change_recipients", key), robust=True)


def wake_idle(now: datetime) -> None:
    """Wake changes whose tasks were lost."""
    for key in list(RecipientChange.objects.idle(now - IDLE).values_list("pk", flat=True)):
        wake(key)


def go_on(key: int) -> bool:
    """Do the next part of a change, and tell whether there is more."""
    made = RecipientChange.objects.unfinished().filter(pk=key).select_related("owner").first()
    if made is None or not made.owner.is_active:
        return False
    keys = _next_keys(made)
    last = made.last_key
    for batch in _batches(keys):
        if not _change_batch(made.pk, last, batch):
            return False  # somebody else goes on with it
        last = batch[-1]
    if len(keys) == PART:
        return True
    RecipientChange.objects.filter(pk=key, last_key=last).update(finished_at=timezone.now())
    return False


def _next_keys(made: RecipientChange) -> list[int]:
    found = Criteria.read(made.criteria).recipients(made.owner)
    waiting = found.filter(pk__gt=made.last_key, pk__lte=made.until_key)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:PART])


def _batches(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


@transaction.atomic
def _change_batch(key: int, after: int, batch: Sequence[int]) -> bool:
    """Change a few, unless the change is no longer where it was, and note how far it is."""
    mine = RecipientChange.objects.select_for_update(of=("self",)).filter(pk=key, last_key=after)
    made = mine.select_related("recipient_list").first()
    if made is None:
        return False
    recipients = Recipient.objects.filter(owner_id=made.owner_id, pk__in=batch)
    if made.action == Action.DELETE:
        recipients.delete()
    elif made.recipient_list:
        keys = list(recipients.values_list("pk", flat=True))
        _change_list(made.action, made.recipient_list, keys)
    made.last_key = batch[-1]
    made.done += len(batch)
    made.save(update_fields=["last_key", "done", "updated_at"])
    return True


def _change_list(action: str, recipient_list: RecipientList, keys: Sequence[int]) -> None:
    on_list = Recipient.lists.through
    if action == Action.REMOVE:
        on_list.objects.filter(recipientlist=recipient_list, recipient__in=keys).delete()
    else:
        rows = (on_list(recipientlist=recipient_list, recipient_id=key) for key in keys)
        on_list.objects.bulk_create(rows, ignore_conflicts=True)
