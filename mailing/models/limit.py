"""How fast letters may leave for one owner or one domain, where the settings do not fit."""

from typing import Any

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailing.addresses import ascii_domain


def validate_domain(name: str) -> None:
    """Raise ValidationError unless `name` is what stands behind the @ of an address."""
    try:
        idna.encode(name.strip(), uts46=True)
    except (idna.IDNAError, UnicodeError) as error:
        raise ValidationError(
            _("“%(name)s” is not a domain. Write it like example.org."), params={"name": name}
        ) from error


class Limit(models.Model):
    """Letters in a minute and in an hour; what is empty is as the settings say, 0 is no limit."""

    per_minute = models.PositiveIntegerField(
        _("letters per minute"),
        null=True,
        blank=True,
        help_text=_("Empty: as in the settings. 0: no limit."),
    )
    per_hour = models.PositiveIntegerField(
        _("letters per hour"),
        null=True,
        blank=True,
        help_text=_("Empty: as in the settings. 0: no limit."),
    )

    class Meta:
        abstract = True


class OwnerLimit(Limit):
    """How fast the letters of one owner may leave."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner")
    )

    class Meta:
        verbose_name = _("limit of an owner")
        verbose_name_plural = _("limits of owners")

    def __str__(self) -> str:
        return str(self.owner)


class DomainLimit(Limit):
    """How fast letters may leave for the addresses of one domain."""

    domain = models.CharField(
        _("domain"), max_length=253, unique=True, validators=[validate_domain]
    )

    class Meta:
        verbose_name = _("limit of a domain")
        verbose_name_plural = _("limits of domains")
        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.domain = ascii_domain(self.domain.strip())
        super().save(*args, **kwargs)

    def clean_fields(self, exclude: Any = None) -> None:
        """Bring the domain into its one spelling, too, before it is looked up."""
        super().clean_fields(exclude)
        self.domain = ascii_domain(self.domain.strip())
