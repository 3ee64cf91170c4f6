"""What reports are made of: letters counted once, so that nobody counts them again."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mailing.models.attempt import Attempt
from mailing.models.delivery import State
from mailing.models.mailing import Mailing
from mailing.models.recipient import Recipient


class FigureQuerySet(models.QuerySet["Figure"]):
    """Questions asked about figures."""

    def of(self, owner: User | None) -> Self:
        """Keep what `owner` sent, or everything when there is none."""
        return self if owner is None else self.filter(owner=owner)

    def between(self, begin: datetime, end: datetime) -> Self:
        return self.filter(quarter__gte=begin, quarter__lt=end)


class Figure(models.Model):
    """Letters of an attempt that ended in one way within a quarter of an hour.

    Quarters are the finest step in which the midnights of the world's time zones differ, so the
    days of every zone can be put together from them. A deleted mailing leaves its figures behind.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    mailing = models.ForeignKey(Mailing, models.SET_NULL, null=True, related_name="figures")
    attempt = models.ForeignKey(
        Attempt, models.SET_NULL, null=True, related_name="figures", db_index=False
    )
    quarter = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=11, choices=State.choices)
    reason = models.CharField(max_length=20, blank=True)
    smtp_code = models.PositiveSmallIntegerField(default=0)
    status_code = models.CharField(max_length=11, blank=True)
    letters = models.PositiveIntegerField()

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure of reports")
        verbose_name_plural = _("figures of reports")
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "quarter", "state", "reason", "smtp_code", "status_code"],
                name="figure_unique",
            ),
        ]
        indexes = [models.Index(fields=["owner", "quarter"], name="figure_of_owner")]

    def __str__(self) -> str:
        return f"{self.quarter:%Y-%m-%d %H:%M} · {self.state} · {self.letters}"


class Tally(models.Model):
    """How far the letters of an attempt have been counted, slice by slice.

    `version` is what the attempt's own counts were when the count began, `position` the last
    delivery that `found` holds, or nothing when no count is under way.
    """

    attempt = models.OneToOneField(
        Attempt, models.CASCADE, primary_key=True, related_name="tally", verbose_name="attempt"
    )
    version = models.CharField(max_length=100, blank=True)
    position = models.BigIntegerField(null=True)
    found = models.JSONField(default=dict)
    begun_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("count of letters")
        verbose_name_plural = _("counts of letters")

    def __str__(self) -> str:
        return f"{self.attempt_id} · {self.position}"


class Reached(models.Model):
    """A recipient to whom at least one letter was sent."""

    recipient = models.OneToOneField(
        Recipient, models.CASCADE, primary_key=True, db_constraint=False, related_name="+"
    )

    class Meta:
        verbose_name = _("recipient that was reached")
        verbose_name_plural = _("recipients that were reached")

    def __str__(self) -> str:
        return str(self.recipient_id)


class OwnerFigures(models.Model):
    """When figures of an owner changed last, how many recipients there are and were reached.

    `recipients` is what was counted at `counted_at`; only of many recipients it is kept.
    """

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    reached = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)
    recipients = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("figures of an owner")
        verbose_name_plural = _("figures of owners")

    def __str__(self) -> str:
        return f"{self.owner_id} · {self.reached}"
