"""What a recipient chooses to get."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from mailing.models import Consent, Recipient, SubscriptionForm


@transaction.atomic
def choose(
    recipient: Recipient,
    offered: Iterable[SubscriptionForm],
    chosen: Iterable[SubscriptionForm],
    ip: str | None,
) -> None:
    """Put a recipient on the lists they chose of those offered, and take them off the others."""
    wanted = {form.pk for form in chosen}
    listed = set(recipient.lists.values_list("pk", flat=True))
    for form in offered:
        is_on = form.recipient_list_id in listed
        if form.pk in wanted and not is_on:
            recipient.lists.add(form.recipient_list_id)
            _keep_evidence(recipient, form, ip)
        elif is_on and form.pk not in wanted:
            recipient.lists.remove(form.recipient_list_id)


def _keep_evidence(recipient: Recipient, form: SubscriptionForm, ip: str | None) -> None:
    """Keep that the recipient asked for a list; the way to the page was in a letter to them."""
    now = timezone.now()
    with translation.override(recipient.owner.language or settings.LANGUAGE_CODE):
        source = gettext("Chosen on the page of preferences")
    Consent.objects.create(
        recipient=recipient,
        form=form,
        list_name=form.public_name,
        source=source,
        wording=form.wording,
        asked_at=now,
        asked_ip=ip,
        given_at=now,
        given_ip=ip,
    )
