"""One run of a mailing."""

import secrets
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from mailing.models.attachment import Attachment
from mailing.models.counts import Counts
from mailing.models.delivery import NOT_REACHED, Delivery
from mailing.models.mailing import Mailing
from mailing.models.progress import Progress
from mailing.models.recipient import Recipient
from mailing.retry import pause_until
from mailing.trouble import meaning


def _token() -> str:
    return secrets.token_hex(6)


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Questions asked about attempts."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(mailing__in=Mailing.objects.visible_to(user).order_by())

    def without_bodies(self) -> Self:
        """Leave the frozen letter in the database, which may be large and no list shows."""
        return self.defer("body_html", "body_text")

    def running(self) -> Self:
        return self.filter(status=Attempt.Status.RUNNING)

    def sendable(self, now: datetime) -> Self:
        """Keep attempts whose letters may leave: the mailing runs and its owner may send."""
        return self.running().filter(
            models.Q(dry_run=True) | models.Q(mailing__status=Mailing.Status.RUNNING),
            mailing__owner__is_active=True,
            give_up_at__gt=now,
        )

    def ready(self, now: datetime) -> Self:
        """Keep sendable attempts that neither trouble of the server nor a limit holds back."""
        return self.sendable(now).filter(
            models.Q(next_try_at=None) | models.Q(next_try_at__lte=now),
            models.Q(held_until=None) | models.Q(held_until__lte=now),
        )

    def overdue(self, now: datetime) -> Self:
        """Keep attempts whose time is up; without an end, that of a paused mailing stands still."""
        waits = models.Q(mailing__status=Mailing.Status.PAUSED, mailing__ends_at=None)
        return self.running().filter(~waits | models.Q(dry_run=True), give_up_at__lte=now)

    def counted_out(self) -> Self:
        """Keep unfinished attempts of which every letter has a result."""
        done = F("sent") + F("failed") + F("skipped") + F("uncertain") + F("composed")
        return self.filter(finished_at=None, total__lte=done)


class Attempt(Counts):
    """One run of a mailing, with the message as it was when the run began.

    While senders are at work, its counts are a moment behind theirs.
    """

    class Trigger(models.TextChoices):
        SCHEDULE = "schedule", _("on schedule")
        MANUAL = "manual", _("by hand")
        COMMAND = "command", _("from the command line")

    class Status(models.TextChoices):
        RUNNING = "running", pgettext_lazy("attempt", "running")
        SUCCESS = "success", pgettext_lazy("attempt", "success")
        PARTIAL = "partial", pgettext_lazy("attempt", "partly")
        FAILED = "failed", pgettext_lazy("attempt", "failed")
        CANCELLED = "cancelled", pgettext_lazy("attempt", "cancelled")

    mailing = models.ForeignKey(
        Mailing, models.CASCADE, related_name="attempts", verbose_name=_("mailing")
    )
    occurrence = models.DateTimeField(_("occurrence"))
    trigger = models.CharField(_("trigger"), max_length=8, choices=Trigger.choices)
    triggered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    dry_run = models.BooleanField(_("dry run"), default=False)
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.RUNNING
    )
    cancel_reason = models.CharField(
        _("reason it was cancelled"), max_length=20, choices=Delivery.Reason.choices, blank=True
    )
    server_response = models.TextField(_("answer of the mail server"), blank=True)
    total = models.PositiveIntegerField(_("recipients"), default=0)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    give_up_at = models.DateTimeField(_("end of retries"))

    # the mail server's trouble
    trouble_since = models.DateTimeField(_("trouble since"), null=True, blank=True)
    trouble_count = models.PositiveIntegerField(_("troubles in a row"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)

    # the limits
    held_until = models.DateTimeField(_("held by a limit until"), null=True, blank=True)
    wake_at = models.DateTimeField(null=True, blank=True, editable=False)

    # the frozen message
    token = models.CharField(max_length=12, default=_token, editable=False)
    subject = models.CharField(_("subject"), max_length=200)
    preheader = models.CharField(_("preheader"), max_length=200, blank=True)
    body_html = models.TextField(_("body"))
    body_text = models.TextField(_("plain text"))
    attachments = models.ManyToManyField(
        Attachment, verbose_name=_("attachments"), blank=True, related_name="attempts"
    )
    sender_name = models.CharField(_("sender's name"), max_length=100, blank=True)
    reply_to = models.CharField(_("reply to"), max_length=254, blank=True)

    # whether the figures of the reports hold all of it (mailing/reports/counting.py)
    figures_settled = models.BooleanField(default=False, editable=False)
    along_with_counts = {"figures_settled": False}

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["mailing", "occurrence"], name="attempt_unique"),
        ]
        indexes = [
            models.Index(fields=["mailing", "-started_at"], name="attempt_by_age"),
            models.Index(
                fields=["status"], name="attempt_running", condition=models.Q(status="running")
            ),
            models.Index(
                fields=["id"], name="attempt_unfinished", condition=models.Q(finished_at=None)
            ),
            models.Index(
                fields=["id"],
                name="attempt_unsettled",
                condition=models.Q(figures_settled=False, dry_run=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailing} · {timezone.localtime(self.started_at):%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("mailing:attempt_detail", args=[self.pk])

    @cached_property
    def progress(self) -> Progress:
        """How far it is, with what its senders have counted and not yet passed on."""
        if self.pk is None or self.finished_at:
            return Progress(self.total, **self.counts)
        # in one statement: counts that are passed on in between are missed and doubled by two
        live = {name: F(name) + Coalesce(Sum(f"senders__{name}"), 0) for name in self.counts}
        row = type(self).objects.filter(pk=self.pk).values_list("total", *live.values()).first()
        return Progress(*(row or (self.total, *self.counts.values())))

    @property
    def trouble_meaning(self) -> str:
        """What the mail server's last answer means, in plain words."""
        return str(meaning(self.server_response))

    @property
    def waiting(self) -> int:
        """Recipients whose letter has no result yet."""
        return max(0, self.total - self.done)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100

    @property
    def is_paused(self) -> bool:
        """Whether its letters wait until the mailing is resumed; a dry run goes on."""
        if self.finished_at or self.dry_run:
            return False
        return self.mailing.status == Mailing.Status.PAUSED

    @property
    def is_held(self) -> bool:
        """Whether its letters wait for a limit."""
        return self.held_until is not None and self.held_until > timezone.now()

    def verdict(self) -> str:
        """Return the status that its counts amount to, now that all letters have a result."""
        if not self.failed + self.uncertain:
            return self.Status.SUCCESS
        return self.Status.PARTIAL if self.sent + self.composed else self.Status.FAILED

    def not_reached(self) -> "models.QuerySet[Recipient]":
        """Return the recipients whose letter surely did not leave and who may get one now.

        Whoever was written to by a later attempt of the mailing is not among them.
        """
        missed = self.deliveries.filter(state__in=NOT_REACHED)
        since = Delivery.objects.filter(
            recipient=models.OuterRef("pk"),
            attempt__mailing=self.mailing_id,
            attempt__dry_run=False,
            attempt__gt=self.pk,
        ).exclude(state__in=NOT_REACHED)
        recipients = Recipient.objects.filter(pk__in=missed.values("recipient"))
        return recipients.exclude(models.Exists(since)).active().not_suppressed()

    def last_reply(self) -> str:
        """Return what the mail server said last, to a letter that failed if one did."""
        answered = self.deliveries.exclude(smtp_reply="").order_by("-pk")
        failed = answered.filter(state__in=["failed", "uncertain"])
        reply = failed.values_list("smtp_reply", flat=True).first()
        return reply or answered.values_list("smtp_reply", flat=True).first() or ""

    def note_trouble(self, code: int | None, reply: str) -> None:
        """Hold all letters back for a while, longer each time, because the server is in trouble."""
        now = timezone.now()
        count = self.trouble_count + 1
        type(self).objects.filter(
            models.Q(next_try_at=None) | models.Q(next_try_at__lte=now), pk=self.pk
        ).update(
            trouble_since=self.trouble_since or now,
            trouble_count=count,
            next_try_at=pause_until(now, count),
            server_response=f"{code} {reply}" if code else reply,
        )

    def hold(self, until: datetime) -> None:
        """Hold all letters back for a limit, and have somebody go on with them then."""
        type(self).objects.filter(pk=self.pk).update(held_until=until, wake_at=until)

    def clear_trouble(self) -> None:
        """Let all letters go again: the server answers as it should."""
        type(self).objects.filter(pk=self.pk).update(
            trouble_since=None, trouble_count=0, next_try_at=None, server_response=""
        )
