"""A process that is sending."""

import os
import socket
from datetime import datetime, timedelta
from typing import Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailing.models.counts import Counts

#: A sender that has not renewed its lease for this long is taken for dead.
LEASE = timedelta(seconds=60)


class SenderQuerySet(models.QuerySet["Sender"]):
    """Questions asked about senders."""

    def live(self) -> Self:
        return self.filter(lease_until__gt=timezone.now())


def _lease_end() -> datetime:
    return timezone.now() + LEASE


class Sender(Counts):
    """One sender at work on one attempt; its key is the token under which it claims deliveries.

    Keys are never used twice, so a sender that wakes up after its lease ran out finds that none
    of its deliveries bear its token any more. It counts on a row of its own, so that senders of
    one attempt do not wait for each other, and passes its counts on now and then.
    """

    attempt = models.ForeignKey(
        "mailing.Attempt", models.CASCADE, related_name="senders", verbose_name=_("attempt")
    )
    host = models.CharField(_("host"), max_length=255, default=socket.gethostname)
    pid = models.PositiveIntegerField(_("process"), default=os.getpid)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    lease_until = models.DateTimeField(_("lease until"), default=_lease_end, db_index=True)

    objects = SenderQuerySet.as_manager()

    class Meta:
        verbose_name = _("sending process")
        verbose_name_plural = _("sending processes")

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"

    def renew(self) -> bool:
        """Prolong the lease; False when the sender was already taken for dead."""
        return bool(
            type(self).objects.filter(pk=self.pk).update(lease_until=timezone.now() + LEASE)
        )

    @transaction.atomic
    def pass_counts_on(self) -> None:
        """Add what was counted here to the attempt, and begin again from nought."""
        locked = type(self).objects.select_for_update().filter(pk=self.pk).first()
        if locked is not None and locked.done:
            self.attempt.count(**locked.counts)
            type(self).objects.filter(pk=self.pk).update(**dict.fromkeys(locked.counts, 0))
