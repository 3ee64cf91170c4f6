"""What is sent to whom, and when."""

from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User, default_time_zone, validate_time_zone
from mailing.addresses import validate_address
from mailing.models.audience import Audience
from mailing.models.message import Message
from mailing.models.owned import Owned, OwnedQuerySet
from mailing.models.recipient import Recipient, RecipientList
from mailing.models.segment import Segment
from mailing.personalisation import validate_single_line
from mailing.recurrence import Period, first_after, last_until


class ForbiddenChange(Exception):
    """A change of status that the table does not allow; its text is for the user."""


class Status(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("mailing", "draft")
    SCHEDULED = "scheduled", pgettext_lazy("mailing", "scheduled")
    RUNNING = "running", pgettext_lazy("mailing", "running")
    PAUSED = "paused", pgettext_lazy("mailing", "paused")
    FINISHED = "finished", pgettext_lazy("mailing", "finished")
    DISABLED = "disabled", pgettext_lazy("mailing", "disabled")


#: From each status, those that a mailing may change to. The only place that says so.
CHANGES: dict[str, frozenset[str]] = {
    Status.DRAFT: frozenset({Status.SCHEDULED, Status.RUNNING, Status.DISABLED}),
    Status.SCHEDULED: frozenset(
        {Status.DRAFT, Status.RUNNING, Status.PAUSED, Status.FINISHED, Status.DISABLED}
    ),
    Status.RUNNING: frozenset({Status.SCHEDULED, Status.PAUSED, Status.FINISHED, Status.DISABLED}),
    Status.PAUSED: frozenset(
        {Status.DRAFT, Status.SCHEDULED, Status.RUNNING, Status.FINISHED, Status.DISABLED}
    ),
    # only to make up for letters that nobody knows to have arrived, or that did not
    Status.FINISHED: frozenset({Status.RUNNING}),
    Status.DISABLED: frozenset({Status.PAUSED}),
}


class MailingQuerySet(OwnedQuerySet):
    """Questions asked about mailings."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what `user` may look at: their own, or with oversight everybody's."""
        if not user.is_authenticated:
            return self.none()
        return self if user.has_perm("mailing.oversee_mailing") else self.owned_by(user)

    def due(self, now: datetime) -> Self:
        """Keep mailings with an occurrence to open at `now`, whose owner may send."""
        return self.filter(
            status__in=[Status.SCHEDULED, Status.RUNNING],
            next_run_at__lte=now,
            owner__is_active=True,
        )

    def unfinished(self) -> Self:
        """Keep mailings that are sending or may yet send by themselves or when resumed."""
        return self.filter(status__in=[Status.SCHEDULED, Status.RUNNING, Status.PAUSED])

    def over(self, now: datetime) -> Self:
        """Keep mailings that wait for an occurrence although none is left before their end."""
        return self.filter(models.Q(ends_at__lte=now) | models.Q(next_run_at=None)).filter(
            status=Status.SCHEDULED
        )


class Mailing(Owned):
    """A message for some recipients, sent once or on a calendar."""

    Status = Status
    Period = Period

    name = models.CharField(_("name"), max_length=150)
    message = models.ForeignKey(
        Message, models.RESTRICT, related_name="mailings", verbose_name=_("message")
    )
    lists = models.ManyToManyField(
        RecipientList, blank=True, related_name="mailings", verbose_name=_("lists")
    )
    segments = models.ManyToManyField(
        Segment, blank=True, related_name="mailings", verbose_name=_("segments")
    )
    recipients = models.ManyToManyField(
        Recipient, blank=True, related_name="+", verbose_name=_("single recipients")
    )
    excluded_lists = models.ManyToManyField(
        RecipientList, blank=True, related_name="+", verbose_name=_("lists left out")
    )
    starts_at = models.DateTimeField(_("first sending"))
    ends_at = models.DateTimeField(_("end"), null=True, blank=True)
    #: Whether its owner has settled the times; until then they are a proposal.
    time_is_set = models.BooleanField(default=True, editable=False)
    period = models.CharField(
        _("period"), max_length=8, choices=Period.choices, default=Period.ONCE
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=default_time_zone, validators=[validate_time_zone]
    )
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    next_run_at = models.DateTimeField(_("next sending"), null=True, editable=False)
    last_run_at = models.DateTimeField(_("last sending"), null=True, editable=False)
    sender_name = models.CharField(
        _("sender's name"), max_length=100, blank=True, validators=[validate_single_line]
    )
    reply_to = models.CharField(
        _("reply to"), max_length=254, blank=True, validators=[validate_address]
    )
    disabled_reason = models.TextField(_("reason it was disabled"), blank=True, editable=False)
    disabled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("disabled by"),
    )

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ["-created_at", "-id"]
        permissions = [
            ("oversee_mailing", "Can see everybody's mailings"),
            ("disable_mailing", "Can disable mailings"),
        ]
        constraints = [
            models.CheckConstraint(
                name="mailing_ends_after_its_start",
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("starts_at")),
                violation_error_message=_("The end must be later than the first sending."),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at", "-id"], name="mailing_by_age"),
            models.Index(
                fields=["next_run_at"],
                name="mailing_due",
                condition=models.Q(status__in=["scheduled", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("mailing:mailing_detail", args=[self.pk])

    def clean(self) -> None:
        if self.ends_at and self.starts_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("The end must be later than the first sending.")})

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def may_become(self, status: str) -> bool:
        return status in CHANGES[self.status]

    @property
    def recurs(self) -> bool:
        return self.period != Period.ONCE

    @property
    def is_editable(self) -> bool:
        """Whether its owner may change what and whom it sends."""
        return self.status in {Status.DRAFT, Status.SCHEDULED, Status.PAUSED}

    def change_status(self, status: str, **fields: Any) -> None:
        """Move to `status`, setting `fields` with it in the same statement.

        Raises ForbiddenChange when the table does not allow it, or when somebody else has
        changed the status in the meantime.
        """
        if not self.may_become(status):
            raise ForbiddenChange(
                _("A mailing that is %(old)s cannot become %(new)s.")
                % {"old": self.get_status_display(), "new": Status(status).label}
            )
        changed = (
            type(self)
            .objects.filter(pk=self.pk, status=self.status)
            .update(status=status, updated_at=timezone.now(), **fields)
        )
        if not changed:
            raise ForbiddenChange(
                _("The mailing has changed in the meantime. Look at it again and retry.")
            )
        self.status = status
        for name, value in fields.items():
            setattr(self, name, value)

    def next_occurrence(self, after: datetime) -> datetime | None:
        """Return the first occurrence later than `after` and before the end, or None."""
        moment = first_after(self.starts_at, self.period, self.zone, after)
        if moment is None or (self.ends_at and moment >= self.ends_at):
            return None
        return moment

    def due_occurrence(self, now: datetime) -> datetime | None:
        """Return the latest occurrence that has come by `now` and lies before the end, or None."""
        until = min(now, self.ends_at) if self.ends_at else now
        return last_until(self.starts_at, self.period, self.zone, until)

    @property
    def missing(self) -> list[str]:
        """What has to be settled before it can go out by itself: "recipients", "time"."""
        chosen = (self.lists, self.segments, self.recipients)
        nobody = not any(each.exists() for each in chosen)
        return [*(["recipients"] if nobody else []), *([] if self.time_is_set else ["time"])]

    def audience(self) -> "models.QuerySet[Recipient]":
        """Return the recipients that it would go to now, each once."""
        return Audience(self).recipients()
