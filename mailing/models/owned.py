"""What belongs to one owner."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class OwnedQuerySet(models.QuerySet[Any]):
    """Rows that have an owner."""

    def owned_by(self, user: User | AnonymousUser) -> Self:
        """Keep what `user` owns, and may therefore change."""
        return self.filter(owner_id=user.pk)


class Owned(models.Model):
    """A row that belongs to one owner and is hidden from the others."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("owner"), editable=False
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        abstract = True
