"""A change of many recipients at once, done in the background."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mailing.models.owned import Owned, OwnedQuerySet
from mailing.models.recipient import RecipientList


class RecipientChangeQuerySet(OwnedQuerySet):
    """Questions asked about changes."""

    def unfinished(self) -> Self:
        return self.filter(finished_at=None)

    def idle(self, since: datetime) -> Self:
        """Keep those that should go on and that nobody has worked on since."""
        return self.unfinished().filter(updated_at__lt=since, owner__is_active=True)


class RecipientChange(Owned):
    """What is done with all recipients that fit some criteria, in the order of their keys.

    Those up to `last_key` have had their turn; those after `until_key` came later than it.
    """

    class Action(models.TextChoices):
        ADD = "add", pgettext_lazy("action", "Add to a list")
        REMOVE = "remove", pgettext_lazy("action", "Remove from a list")
        DELETE = "delete", pgettext_lazy("action", "Delete")

    action = models.CharField(_("action"), max_length=6, choices=Action.choices)
    recipient_list = models.ForeignKey(
        RecipientList, models.CASCADE, null=True, blank=True, verbose_name=_("list")
    )
    criteria = models.JSONField(_("criteria"))
    total = models.PositiveIntegerField(_("recipients"))
    done = models.PositiveIntegerField(_("done"), default=0)
    last_key = models.BigIntegerField(default=0, editable=False)
    until_key = models.BigIntegerField(editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = RecipientChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of recipients")
        verbose_name_plural = _("changes of recipients")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="recipient_change_by_age"),
            models.Index(
                fields=["id"],
                name="recipient_change_unfinished",
                condition=models.Q(finished_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} · {self.total}"
