"""Taking an import back: what it changed first, then whom it added, and what has changed since."""

import time
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from mailing.importing.passing import Superseded
from mailing.importing.ranges import take
from mailing.models import Delivery, Import, ImportChange, ImportRow, ImportStep, Recipient
from mailing.models.importing import LEASE

BATCH = 1000
TEXTS = ("full_name", "comment")


class Undoing:
    """Takes an import back, some at a time: what is done is no longer remembered, so goes on."""

    def __init__(self, work: Import, token: str) -> None:
        self.work, self.token = work, token

    def run(self, seconds: float = float("inf")) -> bool:
        """Go on for up to `seconds`; return whether the end was reached. May raise Superseded."""
        give_up_at = time.monotonic() + seconds
        while self._put_back_some() or self._take_out_some():
            if time.monotonic() > give_up_at:
                return False
        return True

    @transaction.atomic
    def _put_back_some(self) -> bool:
        """Give recipients back what they had, unless it was changed again."""
        changes = list(ImportChange.objects.filter(of_import=self.work).order_by("pk")[:BATCH])
        if not changes:
            return False
        keys = [change.recipient_id for change in changes]
        found = Recipient.objects.filter(pk__in=keys).order_by("pk").select_for_update()
        recipients = {row.pk: row for row in found}
        restored = kept = 0
        for change in changes:
            recipient = recipients[change.recipient_id]
            is_whole, is_changed = put_back(recipient, change.before, change.after)
            restored += is_changed
            if not is_whole:
                kept += 1
                self._note([(recipient.email, _("It was changed again after the import."))])
        Recipient.objects.bulk_update(
            recipients.values(), [*TEXTS, "attributes", "updated_at"], batch_size=200
        )
        ImportChange.objects.filter(pk__in=[change.pk for change in changes]).delete()
        self._count(len(changes), restored=restored, kept=kept)
        return True

    @transaction.atomic
    def _take_out_some(self) -> bool:
        """Take recipients off the lists and out, unless they were written to or changed."""
        step = ImportStep.objects.filter(of_import=self.work).order_by("-pk").first()
        if step is None:
            return False
        taken_off = self._take_off(step)
        removed = kept = 0
        if not any(step.joined.values()):  # only now other lists are those of somebody else
            keys, step.added = take(step.added, BATCH)
            removed, kept = self._remove(keys)
        is_over = not (step.added or any(step.joined.values()))
        if is_over:
            step.delete()
        else:
            step.save(update_fields=["added", "joined"])
        self._count(int(is_over), removed=removed, kept=kept, taken_off=taken_off)
        return True

    def _take_off(self, step: ImportStep) -> int:
        on_list = Recipient.lists.through.objects
        number = 0
        for key, ranges in step.joined.items():
            keys, step.joined[key] = take(ranges, BATCH)
            gone = on_list.filter(recipientlist_id=int(key), recipient_id__in=keys).delete()
            number += gone[0]
        return number

    def _remove(self, keys: list[int]) -> tuple[int, int]:
        recipients = Recipient.objects.filter(pk__in=keys, owner=self.work.owner_id)
        list(recipients.order_by("pk").select_for_update().values_list("pk"))
        written_to = Delivery.objects.filter(recipient=OuterRef("pk"), attempt__dry_run=False)
        touched = recipients.filter(_changed_since()).exclude(Exists(written_to))
        spared = [
            (recipients.filter(Exists(written_to)), _("Letters have been sent to this address.")),
            (touched, _("It was changed after the import.")),
        ]
        kept = [
            (email, reason)
            for rows, reason in spared
            for email in rows.values_list("email", flat=True)
        ]
        removed = recipients.exclude(_changed_since()).exclude(Exists(written_to))
        self._note(kept)
        return removed.delete()[1].get(Recipient._meta.label, 0), len(kept)

    def _note(self, kept: Iterable[tuple[str, str]]) -> None:
        rows = [
            ImportRow(of_import=self.work, kind=ImportRow.Kind.KEPT, address=email, reason=reason)
            for email, reason in kept
        ]
        ImportRow.objects.bulk_create(rows[: settings.IMPORT_MAX_WRONG_ROWS], batch_size=500)

    def _count(self, done: int, **counts: int) -> None:
        now = timezone.now()
        mine = Import.objects.filter(
            pk=self.work.pk, worker=self.token, status=Import.Status.UNDOING
        )
        changes: dict[str, Any] = {name: F(name) + number for name, number in counts.items()}
        if not mine.update(position=F("position") + done, leased_until=now + LEASE, **changes):
            raise Superseded


def _changed_since() -> Q:
    """Match recipients whom somebody has touched since they were added, their lists included."""
    elsewhere = Recipient.lists.through.objects.filter(recipient=OuterRef("pk"))
    touched = ~Q(updated_at=F("created_at")) | Q(consent_at__isnull=False)
    return touched | Q(Exists(elsewhere))


def put_back(
    recipient: Recipient, before: dict[str, Any], after: dict[str, Any]
) -> tuple[bool, bool]:
    """Put back each value that is still as the import left it.

    Returns whether that were all of them, and whether any was put back.
    """
    is_whole, is_changed = True, False
    for name in TEXTS:
        if before[name] == after[name]:
            continue
        if getattr(recipient, name) == after[name]:
            setattr(recipient, name, before[name])
            is_changed = True
        else:
            is_whole = False
    for key in after["attributes"]:
        old, new = before["attributes"].get(key), after["attributes"][key]
        if old == new and key in before["attributes"]:
            continue
        if key not in recipient.attributes or recipient.attributes[key] != new:
            is_whole = False
            continue
        if key in before["attributes"]:
            recipient.attributes[key] = old
        else:
            del recipient.attributes[key]
        is_changed = True
    if is_changed:
        recipient.updated_at = timezone.now()
    return is_whole, is_changed
