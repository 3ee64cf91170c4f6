"""Addresses that get nothing more."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailing.addresses import normalise_address, validate_address


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    """Questions asked about suppressions."""

    def covering(self, owner: str, email: str) -> Self:
        """Keep what forbids writing to the outer row; arguments name the outer row's fields."""
        return self.filter(
            models.Q(owner=models.OuterRef(owner)) | models.Q(owner=None),
            email=models.OuterRef(email),
        )


class Suppression(models.Model):
    """An address that an owner, or (without an owner) everybody, may not write to."""

    class Reason(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
        BOUNCED = "bounced", _("bounced")
        COMPLAINED = "complained", _("complained")
        MANUAL = "manual", _("added by hand")

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

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = normalise_address(self.email)
        super().save(*args, **kwargs)
