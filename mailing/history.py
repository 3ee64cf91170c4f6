"""What has happened to a recipient, and everything that is kept about one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mailing.models import Delivery, Recipient, Suppression

#: A row changed so soon after it was added was changed by adding it.
AT_ONCE = timedelta(seconds=2)


@dataclass(frozen=True)
class Event:
    """Something other than a letter."""

    moment: datetime
    what: str | Promise
    detail: str | Promise = ""


def events(recipient: Recipient, suppressions: Sequence[Suppression]) -> list[Event]:
    """Return when a recipient was added, changed, consented and was suppressed."""
    found = [Event(recipient.created_at, _("Added"), recipient.consent_source)]
    if recipient.consent_at:
        found.append(Event(recipient.consent_at, _("Consented"), recipient.consent_wording))
    if recipient.updated_at - recipient.created_at > AT_ONCE:
        found.append(Event(recipient.updated_at, _("Last changed")))
    for suppression in suppressions:
        reason = suppression.get_reason_display()
        found.append(Event(suppression.created_at, _("Gets no more letters"), reason))
    return found


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
