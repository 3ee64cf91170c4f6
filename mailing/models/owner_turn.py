"""When owners were last served."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OwnerTurn(models.Model):
    """When a sender last began to work for an owner."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    began_at = models.DateTimeField(_("began"))

    class Meta:
        verbose_name = _("turn of an owner")
        verbose_name_plural = _("turns of owners")

    def __str__(self) -> str:
        return f"{self.owner} · {self.began_at:%Y-%m-%d %H:%M}"

    @classmethod
    def begin(cls, owner_id: int) -> None:
        """Note that it is an owner's turn."""
        cls.objects.update_or_create(owner_id=owner_id, defaults={"began_at": timezone.now()})
