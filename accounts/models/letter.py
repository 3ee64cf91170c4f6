"""Letters of the site itself, from the moment they are written until the mail server has them."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: Time for which nobody else takes a letter that is being sent; longer than sending one may take.
LEASE = timedelta(minutes=5)
#: Pauses before a letter is tried again; the last one is repeated.
PAUSES = [timedelta(seconds=20), *(timedelta(minutes=n) for n in (1, 2, 5, 15))]
#: Links in letters do not work for longer, and nobody waits for them.
GIVE_UP_AFTER = timedelta(days=2)


class LetterQuerySet(models.QuerySet["Letter"]):
    """Letters that wait."""

    def being_sent(self, now: datetime) -> "LetterQuerySet":
        return self.filter(claimed_until__gt=now)

    def due(self, now: datetime) -> "LetterQuerySet":
        """Keep letters to be tried now, which nobody is trying; the oldest first."""
        free = models.Q(claimed_until=None) | models.Q(claimed_until__lte=now)
        return self.filter(free, next_try_at__lte=now).order_by("next_try_at", "pk")

    def claim_next(self, now: datetime) -> "Letter | None":
        """Take the letter to be tried next; None when nothing is due."""
        while letter := self.due(now).first():
            unclaimed = self.filter(pk=letter.pk, claimed_until=letter.claimed_until)
            if unclaimed.update(claimed_until=now + LEASE):
                return letter
        return None


class Letter(models.Model):
    """A letter about an account. Its row is deleted once it was sent: it may hold secret links."""

    to = models.CharField(_("to"), max_length=254)
    subject = models.CharField(_("subject"), max_length=500)
    body_text = models.TextField(_("text"))
    body_html = models.TextField(_("HTML"), blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    claimed_until = models.DateTimeField(_("claimed until"), null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [models.Index(fields=["next_try_at", "id"], name="letter_due")]

    def __str__(self) -> str:
        return self.subject

    def as_email(self, connection: Any = None) -> EmailMultiAlternatives:
        email = EmailMultiAlternatives(
            self.subject, self.body_text, settings.DEFAULT_FROM_EMAIL, [self.to]
        )
        email.connection = connection
        if self.body_html:
            email.attach_alternative(self.body_html, "text/html")
        return email

    @property
    def is_too_old(self) -> bool:
        return self.created_at + GIVE_UP_AFTER < timezone.now()

    def put_off(self) -> None:
        """Have it tried again later, after a pause that grows."""
        pause = PAUSES[min(self.tries, len(PAUSES) - 1)]
        Letter.objects.filter(pk=self.pk).update(
            tries=models.F("tries") + 1, next_try_at=timezone.now() + pause, claimed_until=None
        )
