"""Addresses that get nothing more."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from mailing.addresses import normalise_address, validate_address
from mailing.models.owned import OwnedQuerySet


class SuppressionQuerySet(OwnedQuerySet):
    """Questions asked about suppressions."""

    def for_owner(self, owner: User | models.OuterRef | int) -> Self:
        """Keep what binds `owner`: their own suppressions, and those for everybody."""
        return self.filter(models.Q(owner=owner) | models.Q(owner=None))

    def covering(self, owner: str, email: str) -> Self:
        """Keep what forbids writing to the outer row; arguments name the outer row's fields."""
        return self.for_owner(models.OuterRef(owner)).filter(email=models.OuterRef(email))

    def against(self, owner: User, *emails: str) -> Self:
        """Keep what forbids `owner` to write to any of `emails`."""
        return self.for_owner(owner).filter(email__in=emails)

    def search(self, text: str) -> Self:
        """Keep addresses that begin with `text`."""
        return self.filter(email__startswith=text.lower())

    def removable(self) -> Self:
        """Keep what an owner added and may take back; an opt-out is the recipient's to lift."""
        return self.filter(reason=Suppression.Reason.MANUAL)


class Suppression(models.Model):
    """An address that an owner, or (without an owner) everybody, may not write to."""

    class Reason(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", pgettext_lazy("suppression", "unsubscribed")
        BOUNCED = "bounced", pgettext_lazy("suppression", "bounced")
        COMPLAINED = "complained", pgettext_lazy("suppression", "complained")
        MANUAL = "manual", pgettext_lazy("suppression", "added by hand")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, verbose_name=_("owner")
    )
    email = models.CharField(_("e-mail address"), max_length=254, validators=[validate_address])
    reason = models.CharField(
        _("reason"), max_length=12, choices=Reason.choices, default=Reason.MANUAL
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(fields=["email", "owner"], name="suppression_unique"),
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(owner=None),
                name="suppression_for_everybody_unique",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at", "-id"], name="suppression_by_age"),
            models.Index(fields=["owner", "email"], name="suppression_by_email"),
            models.Index(fields=["owner", "reason", "id"], name="suppression_by_reason"),
        ]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = normalise_address(self.email)
        super().save(*args, **kwargs)
