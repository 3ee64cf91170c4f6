"""Imports of recipients: how far each has come, what it left out and what it changed."""

import secrets
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mailing.models.owned import Owned, OwnedQuerySet
from mailing.models.recipient import Recipient, RecipientList

#: Time after which an import is taken over from a worker that has not been heard of.
LEASE = timedelta(seconds=30)
#: What the source of a consent begins with that came by an import.
IMPORTED = "import"


def _token() -> str:
    return secrets.token_hex(16)


class ImportQuerySet(OwnedQuerySet):
    """Questions asked about imports."""

    def ready(self, now: datetime) -> Self:
        """Keep imports that have work to do and that no worker has been heard of at."""
        forgotten = models.Q(leased_until=None) | models.Q(leased_until__lt=now)
        return self.busy().filter(forgotten)

    def busy(self) -> Self:
        """Keep imports that have work to do."""
        return self.filter(status__in=Import.BUSY, owner__is_active=True)

    def needing_attention(self, since: datetime) -> Self:
        """Keep imports since a moment that failed, left rows out or wait for their owner."""
        waits = models.Q(status__in=[Import.Status.MAPPING, Import.Status.CHECKED])
        left_out = models.Q(status=Import.Status.FINISHED, wrong__gt=0)
        failed = models.Q(status=Import.Status.FAILED)
        found = self.filter(waits | left_out | failed, created_at__gte=since)
        return found.order_by("-created_at", "-pk")

    def that_added(self, recipient: Recipient) -> "Import | None":
        """Return the import that `recipient` came by; None when it was not an import."""
        moment = recipient.created_at
        begun = self.filter(owner=recipient.owner_id, created_at__lte=moment)
        under_way = begun.filter(started_at__lte=moment).exclude(finished_at__lt=moment)
        # as many as one owner has under way at once are few
        return next((work for work in under_way if work.source == recipient.consent_source), None)

    def claim(self, pk: int, now: datetime) -> str:
        """Take an import at which nobody works; return the token of who has it, or nothing."""
        free = models.Q(worker="") | models.Q(leased_until__lt=now)
        token = secrets.token_hex(8)
        taken = self.busy().filter(free, pk=pk).update(worker=token, leased_until=now + LEASE)
        return token if taken else ""

    def release(self, pk: int, token: str, now: datetime) -> None:
        """Let the next one have an import; the tick looks after it when nobody comes."""
        self.filter(pk=pk, worker=token).update(worker="", leased_until=now + LEASE)


class Import(Owned):
    """A file of recipients on its way in, and afterwards what came of it."""

    class Status(models.TextChoices):
        READING = "reading", pgettext_lazy("import", "being read")
        MAPPING = "mapping", pgettext_lazy("import", "waiting for its columns")
        CHECKING = "checking", pgettext_lazy("import", "being checked")
        CHECKED = "checked", pgettext_lazy("import", "ready to start")
        RUNNING = "running", pgettext_lazy("import", "running")
        FINISHED = "finished", pgettext_lazy("import", "finished")
        CANCELLED = "cancelled", pgettext_lazy("import", "cancelled")
        FAILED = "failed", pgettext_lazy("import", "failed")
        UNDOING = "undoing", pgettext_lazy("import", "being undone")
        UNDONE = "undone", pgettext_lazy("import", "undone")

    BUSY = (Status.READING, Status.CHECKING, Status.RUNNING, Status.UNDOING)
    OPEN = (Status.READING, Status.MAPPING, Status.CHECKING, Status.CHECKED)
    #: Those that can be undone as long as what they did is remembered.
    OVER = (Status.FINISHED, Status.CANCELLED, Status.FAILED)

    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.READING
    )
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    file_token = models.CharField(max_length=32, default=_token, editable=False)
    lists = models.ManyToManyField(RecipientList, verbose_name=_("lists"), blank=True)
    new_list = models.CharField(_("new list"), max_length=150, blank=True)
    error = models.TextField(_("what went wrong"), blank=True)

    # how the file is read
    sheets = models.JSONField(_("sheets"), default=list)
    sheet = models.CharField(_("sheet"), max_length=200, blank=True)
    delimiter = models.CharField(max_length=1, default=",")
    first_rows = models.JSONField(default=list)
    roles = models.JSONField(_("columns"), default=list)
    has_header = models.BooleanField(_("the first row holds headings"), default=True)

    # how far it has come; bytes and lines of the file as text, in undoing things done
    length = models.BigIntegerField(default=0)
    start = models.JSONField(default=list)
    position = models.BigIntegerField(default=0)
    line = models.BigIntegerField(default=1)
    worker = models.CharField(max_length=16, blank=True)
    leased_until = models.DateTimeField(null=True)

    # rows of the file
    total = models.PositiveIntegerField(_("rows"), default=0)
    added = models.PositiveIntegerField(pgettext_lazy("rows", "new"), default=0)
    updated = models.PositiveIntegerField(pgettext_lazy("rows", "changed"), default=0)
    unchanged = models.PositiveIntegerField(pgettext_lazy("rows", "unchanged"), default=0)
    suppressed = models.PositiveIntegerField(pgettext_lazy("rows", "suppressed"), default=0)
    wrong = models.PositiveIntegerField(pgettext_lazy("rows", "wrong"), default=0)

    # what undoing did
    removed = models.PositiveIntegerField(_("recipients removed"), default=0)
    restored = models.PositiveIntegerField(_("recipients put back"), default=0)
    taken_off = models.PositiveIntegerField(_("taken off lists"), default=0)
    kept = models.PositiveIntegerField(_("left as they are"), default=0)

    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    forgotten_at = models.DateTimeField(_("no longer to be undone since"), null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("thing", "import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["owner", "-created_at", "-id"], name="import_by_age"),
            models.Index(
                fields=["leased_until"],
                name="import_busy",
                condition=models.Q(status__in=["reading", "checking", "running", "undoing"]),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name or str(_("a file without a name"))

    def get_absolute_url(self) -> str:
        return reverse("mailing:import_detail", args=[self.pk])

    @property
    def source(self) -> str:
        """What recipients that it adds have as the source of their consent."""
        return " ".join([IMPORTED, *self.file_name.split()])[:200]

    @property
    def is_busy(self) -> bool:
        return self.status in self.BUSY

    @property
    def badge(self) -> str:
        """Return the state whose looks fit the status (components/status.html)."""
        if self.is_busy:
            return "running"
        return {"mapping": "draft", "checked": "paused", "undone": "cancelled"}.get(
            self.status, self.status
        )

    @property
    def may_start(self) -> bool:
        return self.status == self.Status.CHECKED and self.total > self.wrong

    @property
    def may_cancel(self) -> bool:
        return self.status in {*self.OPEN, self.Status.RUNNING}

    @property
    def may_undo(self) -> bool:
        did_something = self.added or self.updated or self.unchanged
        return self.status in self.OVER and not self.forgotten_at and bool(did_something)

    @property
    def percent(self) -> int:
        """How much of the file, or of what is to be undone, is done."""
        return min(100, 100 * self.position // self.length) if self.length else 0

    def move(self, *before: str, **changes: Any) -> bool:
        """Change status and what goes with it, unless the status is none of `before` any more."""
        mine = type(self).objects.filter(pk=self.pk, status__in=before)
        if not mine.update(worker="", leased_until=None, updated_at=timezone.now(), **changes):
            return False
        self.refresh_from_db()
        return True


class ImportRow(models.Model):
    """A row that did not come in, or a recipient that undoing left alone, and why."""

    class Kind(models.TextChoices):
        WRONG = "wrong", pgettext_lazy("row", "wrong")
        KEPT = "kept", pgettext_lazy("recipient", "kept")

    of_import = models.ForeignKey(Import, models.CASCADE, related_name="rows", db_index=False)
    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.WRONG)
    line = models.BigIntegerField(_("line"), null=True)
    address = models.CharField(_("address"), max_length=254, blank=True)
    reason = models.TextField(_("reason"))
    cells = models.JSONField(_("cells"), default=list)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        indexes = [models.Index(fields=["of_import", "kind", "id"], name="row_of_import")]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class ImportStep(models.Model):
    """What a part of an import added, as ranges of keys: `[[first, last], …]`."""

    of_import = models.ForeignKey(Import, models.CASCADE, related_name="steps")
    added = models.JSONField(default=list)
    #: Who came on which list, by the list's key.
    joined = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("step of an import")
        verbose_name_plural = _("steps of imports")

    def __str__(self) -> str:
        return f"{self.of_import_id}: {self.added}"


class ImportChange(models.Model):
    """What an import changed in a recipient: name, comment and attributes before and after."""

    of_import = models.ForeignKey(Import, models.CASCADE, related_name="changes", db_index=False)
    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="+")
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        verbose_name = _("change by an import")
        verbose_name_plural = _("changes by imports")
        indexes = [models.Index(fields=["of_import", "id"], name="change_of_import")]

    def __str__(self) -> str:
        return f"{self.of_import_id}: {self.recipient_id}"
