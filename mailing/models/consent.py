"""What somebody agreed to."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from mailing.models.recipient import Recipient
from mailing.models.subscription_form import SubscriptionForm


class Consent(models.Model):
    """The evidence that somebody asked for a list and confirmed it; kept with the recipient.

    `Recipient` holds the latest one in its own columns, as for recipients who came otherwise.
    """

    recipient = models.ForeignKey(
        Recipient, models.CASCADE, related_name="consents", verbose_name=_("recipient")
    )
    form = models.ForeignKey(
        SubscriptionForm, models.SET_NULL, null=True, related_name="+", verbose_name=_("form")
    )
    list_name = models.CharField(_("list, as it was called"), max_length=100)
    source = models.CharField(_("source of the consent"), max_length=200)
    wording = models.TextField(_("wording of the consent"))
    asked_at = models.DateTimeField(_("asked"))
    asked_ip = models.GenericIPAddressField(_("address it was asked from"), null=True)
    given_at = models.DateTimeField(_("confirmed"))
    given_ip = models.GenericIPAddressField(_("address it was confirmed from"), null=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.list_name} · {self.given_at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the evidence, and make it the recipient's latest."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            Recipient.objects.filter(pk=self.recipient_id).update(
                consent_source=self.source,
                consent_wording=self.wording,
                consent_ip=self.given_ip,
                consent_at=self.given_at,
                updated_at=self.given_at,
            )
