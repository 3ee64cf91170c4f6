"""What proves that a cluster of workers lives."""

import uuid
from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: A cluster whose last heartbeat is older is not counted upon.
FRESH = timedelta(seconds=60)
#: Clusters that were killed leave their last heartbeat behind for this long.
FORGOTTEN_AFTER = timedelta(days=1)


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """Questions asked about clusters."""

    def fresh(self) -> Self:
        return self.filter(beaten_at__gt=timezone.now() - FRESH)


class Heartbeat(models.Model):
    """When a worker of a cluster last wrote here because a task told it to."""

    cluster = models.UUIDField(_("cluster"), primary_key=True, default=uuid.uuid4)
    host = models.CharField(_("host"), max_length=255)
    pid = models.PositiveIntegerField(_("process"))
    beaten_at = models.DateTimeField(_("last heartbeat"), db_index=True)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("cluster of workers")
        verbose_name_plural = _("clusters of workers")

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"

    @classmethod
    def record(cls, cluster: str, host: str, pid: int) -> None:
        """Note that a cluster lives, and forget those that have long been gone."""
        now = timezone.now()
        seen = {"host": host, "pid": pid, "beaten_at": now}
        cls.objects.update_or_create(cluster=uuid.UUID(cluster), defaults=seen)
        cls.objects.filter(beaten_at__lt=now - FORGOTTEN_AFTER).delete()
