"""Single recipients, written as addresses."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from mailing.addresses import normalise_address
from mailing.models import Recipient

MAX_ADDRESSES = 1000
NAMED_IN_ERROR = 10
FOUND_SHOWN = 20


class RecipientsField(forms.CharField):
    """Takes addresses, one on each line or between commas, and gives them normalised, each once."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return "\n".join(recipient.email for recipient in value)

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        text = str(value or "")
        ProhibitNullCharactersValidator()(text)
        emails = dict.fromkeys(map(normalise_address, filter(None, re.split(r"[\s,;]+", text))))
        if len(emails) > MAX_ADDRESSES:
            raise ValidationError(
                _("Keep to %(limit)s addresses, and put more of them on a list."),
                params={"limit": MAX_ADDRESSES},
            )
        return list(emails)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(self.prepare_value(initial)) != self.to_python(data))


def recipients_with(emails: Iterable[str], owner: User) -> list[Recipient]:
    """Return the recipients of `owner` with these addresses; ValidationError names the others."""
    wanted = list(emails)
    found = {r.email: r for r in Recipient.objects.owned_by(owner).filter(email__in=wanted)}
    if strangers := [email for email in wanted if email not in found]:
        raise _not_recipients(strangers)
    return list(found.values())


def find_recipients(owner: User, text: str) -> list[Recipient]:
    """Return some recipients of `owner` whose address or name begins with `text`."""
    wanted = text.replace("\0", "").strip()[:100]
    if not wanted:
        return []
    # no order: sorting would read all whom a short text finds
    some = Recipient.objects.owned_by(owner).search(wanted).order_by()[:FOUND_SHOWN]
    return sorted(some, key=lambda recipient: recipient.email)


def _not_recipients(emails: list[str]) -> ValidationError:
    text = ngettext(
        "%(emails)s is not among your recipients. Add it first, or correct it.",
        "%(emails)s are not among your recipients. Add them first, or correct them.",
        len(emails),
    )
    named = ", ".join(emails[:NAMED_IN_ERROR]) + ("…" if len(emails) > NAMED_IN_ERROR else "")
    return ValidationError(text, params={"emails": named})
