"""What has happened to a recipient, and everything that is kept about one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailing.models import Delivery, Import, ImportChange, Recipient, Suppression
from mailing.models.importing import IMPORTED

#: A row changed so soon after it was added was changed by adding it.
AT_ONCE = timedelta(seconds=2)
#: The most changes by imports that are told of.
CHANGES_SHOWN = 50


@dataclass(frozen=True)
class Event:
    """Something other than a letter."""

    moment: datetime
    what: str | Promise
    detail: str | Promise = ""
    url: str = ""


def events(recipient: Recipient, suppressions: Sequence[Suppression]) -> list[Event]:
    """Return when a recipient was added, changed, consented and was suppressed."""
    changes = _changes(recipient)[:CHANGES_SHOWN]
    found = [_added(recipient), *(_changed(recipient, change) for change in changes)]
    if recipient.consent_at:
        found.append(Event(recipient.consent_at, _("Consented"), recipient.consent_wording))
    is_told = any(_was_made(recipient.updated_at, change.of_import) for change in changes)
    if recipient.updated_at - recipient.created_at > AT_ONCE and not is_told:
        found.append(Event(recipient.updated_at, _("Last changed")))
    for suppression in suppressions:
        reason = suppression.get_reason_display()
        found.append(Event(suppression.created_at, _("Gets no more letters"), reason))
    return found


def _added(recipient: Recipient) -> Event:
    source, moment = recipient.consent_source, recipient.created_at
    work = Import.objects.that_added(recipient) if source.startswith(IMPORTED) else None
    if work is None:
        return Event(moment, _("Added"), source)
    what = gettext("Added by the import of “%(file)s”") % {"file": work}
    return Event(moment, what, url=work.get_absolute_url())


def _changes(recipient: Recipient) -> QuerySet[ImportChange]:
    """Return what imports have changed, as long as it is remembered, the latest first."""
    changes = ImportChange.objects.filter(recipient=recipient).select_related("of_import")
    shown = [f"of_import__{name}" for name in ("file_name", "started_at", "finished_at")]
    return changes.only("recipient", "before", "after", *shown).order_by("-pk")


def _changed(recipient: Recipient, change: ImportChange) -> Event:
    work = change.of_import
    begun = work.started_at or recipient.created_at
    what = gettext("Changed by the import of “%(file)s”") % {"file": work}
    detail = ", ".join(map(str, _differences(change.before, change.after)))
    return Event(max(begun, recipient.created_at), what, detail, work.get_absolute_url())


def _was_made(moment: datetime, work: Import) -> bool:
    """Whether `work` was adding and changing recipients at `moment`."""
    begun, ended = work.started_at, work.finished_at
    return begun is not None and begun <= moment and (ended is None or moment <= ended)


def _differences(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str | Promise]:
    """Yield the names of what is not as it was before."""
    for name in ("full_name", "comment"):
        if before[name] != after[name]:
            field: Any = Recipient._meta.get_field(name)
            yield field.verbose_name
    old = before["attributes"]
    for key, value in after["attributes"].items():
        if key not in old or old[key] != value:
            yield key


def letters_of(recipient: Recipient) -> Any:
    """Return the letters to a recipient, with what their page shows."""
    unshown = ("attributes", "attempt__body_html", "attempt__body_text")
    letters = Delivery.objects.filter(recipient=recipient)
    return letters.select_related("attempt__mailing").defer(*unshown)


def timeline(
    letters: Sequence[Delivery],
    happened: Sequence[Event],
    earlier: Delivery | None,
    *,
    is_last: bool,
) -> list[tuple[datetime, Delivery | None, Event | None]]:
    """Return a page of letters, newest first, and what else happened between them.

    `earlier` is the letter before the first one in the list, which is on the page before.
    """
    rows: list[tuple[datetime, Delivery | None, Event | None]] = [
        (letter.attempt.started_at, letter, None) for letter in letters
    ]
    until = earlier.attempt.started_at if earlier else None
    since = None if is_last or not letters else letters[-1].attempt.started_at
    rows += [
        (event.moment, None, event)
        for event in happened
        if (until is None or event.moment < until) and (since is None or event.moment >= since)
    ]
    return sorted(rows, key=lambda row: row[0], reverse=True)


def personal_data(recipient: Recipient) -> dict[str, Any]:
    """Return everything that is kept about a recipient (GDPR, article 15), ready for JSON."""
    fields = (
        "email", "full_name", "comment", "attributes", "state", "created_at", "updated_at",
        "consent_source", "consent_wording", "consent_ip", "consent_at",
    )  # fmt: skip
    suppressions = Suppression.objects.against(recipient.owner, recipient.email)
    return {
        **{name: getattr(recipient, name) for name in fields},
        "lists": list(recipient.lists.order_by("name").values_list("name", flat=True)),
        "suppressions": [
            {"reason": suppression.reason, "since": suppression.created_at}
            for suppression in suppressions
        ],
        "changes_by_imports": [
            {"file": change.of_import.file_name, "before": change.before, "after": change.after}
            for change in _changes(recipient)
        ],
        "letters": list(_letters(recipient)),
    }


def _letters(recipient: Recipient) -> Iterator[dict[str, Any]]:
    names = (
        "state", "reason", "email", "full_name", "attributes", "smtp_code", "smtp_reply", "tries",
        "message_id", "handed_over_at", "finished_at",
    )  # fmt: skip
    letters = Delivery.objects.filter(recipient=recipient).select_related("attempt__mailing")
    bodies = ("attempt__body_html", "attempt__body_text")
    for letter in letters.defer(*bodies).order_by("pk").iterator():
        yield {
            "mailing": letter.attempt.mailing.name,
            "subject": letter.attempt.subject,
            "started_at": letter.attempt.started_at,
            **{name: getattr(letter, name) for name in names},
        }
