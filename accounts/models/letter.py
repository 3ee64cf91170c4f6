"""Letters about accounts, from the moment they are written until the mail server has them."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.outgoing import Outgoing, OutgoingQuerySet

#: Links in letters do not work for longer, and nobody waits for them.
GIVE_UP_AFTER = timedelta(days=2)


class LetterQuerySet(OutgoingQuerySet["Letter"]):
    """Letters that wait."""


class Letter(Outgoing):
    """A letter about an account. Its row is deleted once it was sent: it may hold secret links."""

    to = models.CharField(_("to"), max_length=254)
    subject = models.CharField(_("subject"), max_length=500)
    body_text = models.TextField(_("text"))
    body_html = models.TextField(_("HTML"), blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [models.Index(fields=["next_try_at", "id"], name="letter_due")]

    def __str__(self) -> str:
        return self.subject

    def as_email(self) -> EmailMultiAlternatives:
        email = EmailMultiAlternatives(
            self.subject, self.body_text, settings.DEFAULT_FROM_EMAIL, [self.to]
        )
        if self.body_html:
            email.attach_alternative(self.body_html, "text/html")
        return email

    @property
    def is_too_old(self) -> bool:
        return self.created_at + GIVE_UP_AFTER < timezone.now()

    def close(self) -> None:
        self.delete()
