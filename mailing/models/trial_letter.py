"""Test letters that owners send to themselves."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mailing.models.message import Message
from mailing.models.owned import Owned, OwnedQuerySet
from mailing.models.recipient import Recipient

#: Test letters of an owner in an hour.
MAX_PER_HOUR = 20
#: Time after which nobody is working on a letter any more.
GIVEN_UP_AFTER = timedelta(minutes=5)
KEPT_FOR = timedelta(days=7)


class TrialLetterQuerySet(OwnedQuerySet):
    """Questions asked about test letters."""

    def within_an_hour(self) -> Self:
        return self.filter(created_at__gt=timezone.now() - timedelta(hours=1))

    def overlooked(self) -> Self:
        """Keep those that nobody took on, since the wake-up was lost."""
        now = timezone.now()
        late = {"created_at__lt": now - timedelta(minutes=1)}
        return self.filter(
            state=TrialLetter.State.WAITING, created_at__gt=now - GIVEN_UP_AFTER, **late
        )

    def outdated(self) -> Self:
        return self.filter(created_at__lt=timezone.now() - KEPT_FOR)


class TrialLetter(Owned):
    """A letter that an owner sends to the own address, beside the ledger of mailings."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("test letter", "on its way")
        TAKEN = "taken", pgettext_lazy("test letter", "being sent")
        SENT = "sent", pgettext_lazy("test letter", "sent")
        FAILED = "failed", pgettext_lazy("test letter", "not sent")
        UNCERTAIN = "uncertain", pgettext_lazy("test letter", "uncertain")

    message = models.ForeignKey(
        Message, models.CASCADE, related_name="trials", verbose_name=_("message")
    )
    recipient = models.ForeignKey(
        Recipient,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("filled in for"),
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    answer = models.TextField(_("answer of the mail server"), blank=True)

    objects = TrialLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("test letter")
        verbose_name_plural = _("test letters")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["owner", "created_at"], name="trial_letter_by_owner"),
            models.Index(fields=["created_at"], name="trial_letter_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.message} → {self.email}"

    @property
    def is_under_way(self) -> bool:
        """Whether a result may still come."""
        waits = self.state in {self.State.WAITING, self.State.TAKEN}
        return waits and self.created_at > timezone.now() - GIVEN_UP_AFTER

    @property
    def was_lost(self) -> bool:
        """Whether no result came in time."""
        waits = self.state in {self.State.WAITING, self.State.TAKEN}
        return waits and not self.is_under_way

    def take(self) -> bool:
        """Take it on, which one of several may do."""
        waiting = type(self).objects.filter(pk=self.pk, state=self.State.WAITING)
        return bool(waiting.update(state=self.State.TAKEN, updated_at=timezone.now()))

    def finish(self, state: str, answer: str = "") -> None:
        """Write down what came of it."""
        type(self).objects.filter(pk=self.pk).update(
            state=state, answer=answer, updated_at=timezone.now()
        )
