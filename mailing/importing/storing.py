"""Saving the people in a file as recipients, many at a time."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from mailing.importing.result import ImportResult
from mailing.importing.rows import Person
from mailing.models import Recipient, RecipientList, Suppression

UPDATED_FIELDS = ["full_name", "comment", "attributes", "updated_at"]

#: The state of a new recipient whose address is suppressed: an opt-out stays one.
STATES: dict[str, str] = {
    Suppression.Reason.UNSUBSCRIBED: Recipient.State.UNSUBSCRIBED,
    Suppression.Reason.BOUNCED: Recipient.State.BOUNCED,
    Suppression.Reason.COMPLAINED: Recipient.State.COMPLAINED,
}


class Store:
    """Saves people as recipients of one owner; a dry run only counts."""

    def __init__(
        self, owner: User, source: str, lists: Iterable[RecipientList], *, dry_run: bool
    ) -> None:
        self.owner, self.source, self.dry_run = owner, source, dry_run
        self.lists = list(lists)
        if any(chosen.owner_id != owner.pk for chosen in self.lists):
            raise ValueError("a list of another owner")

    @transaction.atomic
    def save(self, people: list[Person], result: ImportResult) -> None:
        """Add or update recipients, put them on the lists and count them in `result`."""
        emails = [person.email for person in people]
        known = {row.email: row for row in self._recipients(emails)}
        reasons = dict(
            Suppression.objects.against(self.owner, *emails).values_list("email", "reason")
        )
        new = [
            self._recipient(person, reasons.get(person.email, ""))
            for person in people
            if person.email not in known
        ]
        changed = [
            known[person.email]
            for person in people
            if person.email in known and _take(known[person.email], person)
        ]
        if not self.dry_run:
            self._write(emails, new, changed)
        result.added += len(new)
        result.updated += len(changed)
        result.unchanged += len(people) - len(new) - len(changed)
        inactive = {row.email for row in known.values() if row.state != Recipient.State.ACTIVE}
        result.suppressed += len(inactive | reasons.keys())

    def _recipients(self, emails: list[str]) -> Iterable[Recipient]:
        found = Recipient.objects.owned_by(self.owner).filter(email__in=emails)
        # locked, so that nobody deletes one before it is written back
        return found.order_by("pk") if self.dry_run else found.order_by("pk").select_for_update()

    def _recipient(self, person: Person, reason: str) -> Recipient:
        return Recipient(
            owner=self.owner,
            state=STATES.get(reason, Recipient.State.ACTIVE),
            consent_source=self.source,
            **person._asdict(),
        )

    def _write(self, emails: list[str], new: list[Recipient], changed: list[Recipient]) -> None:
        # conflicts: somebody else may be adding the same addresses at this moment
        Recipient.objects.bulk_create(new, ignore_conflicts=True)
        # their keys conflict with their own rows: one statement, far quicker than bulk_update()
        Recipient.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["id"], update_fields=UPDATED_FIELDS
        )
        on_list = Recipient.lists.through
        pks = self._pks(emails) if self.lists else []
        on_list.objects.bulk_create(
            (
                on_list(recipient_id=pk, recipientlist_id=chosen.pk)
                for chosen in self.lists
                for pk in pks
            ),
            ignore_conflicts=True,
        )

    def _pks(self, emails: list[str]) -> list[int]:
        found = Recipient.objects.owned_by(self.owner).filter(email__in=emails)
        return list(found.order_by().values_list("pk", flat=True))


def _take(recipient: Recipient, person: Person) -> bool:
    """Fill in what the row says, and tell whether that changed anything."""
    before = (recipient.full_name, recipient.comment, recipient.attributes)
    recipient.full_name = person.full_name or recipient.full_name
    recipient.comment = person.comment or recipient.comment
    recipient.attributes = {**recipient.attributes, **person.attributes}
    recipient.updated_at = timezone.now()
    return before != (recipient.full_name, recipient.comment, recipient.attributes)
