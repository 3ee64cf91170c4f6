"""What has left lately."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: What left longer ago no limit looks at.
FORGOTTEN_AFTER = timedelta(hours=2)


class MeterQuerySet(models.QuerySet["MeterState"]):
    """Questions asked about what has left."""

    def outdated(self) -> Self:
        return self.filter(updated_at__lt=timezone.now() - FORGOTTEN_AFTER)


class MeterState(models.Model):
    """What the meter of a scope shows: the one place in which all processes count letters.

    A scope is "installation", "owner:7", "share:7" (the owner's pace beside other owners) or
    "domain:example.org".
    """

    scope = models.CharField(_("scope"), max_length=300, primary_key=True)
    state = models.JSONField(default=dict, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, db_index=True)

    objects = MeterQuerySet.as_manager()

    class Meta:
        verbose_name = _("meter")
        verbose_name_plural = _("meters")

    def __str__(self) -> str:
        return self.scope
