"""What a user is told in the dashboard until they have taken note of it."""

from collections.abc import Mapping

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class Notice(models.Model):
    """A notice that stays on top of every page of the dashboard until its reader dismisses it.

    The text is kept as it stands in the source, and translated when it is shown.
    """

    class Level(models.TextChoices):
        SUCCESS = "success", _("success")
        WARNING = "warning", _("warning")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="notices",
        verbose_name=_("user"),
    )
    level = models.CharField(_("level"), max_length=7, choices=Level.choices)
    source_text = models.TextField(_("text"))
    values = models.JSONField(_("values"), default=dict)
    url = models.CharField(_("page"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The notice in the language of the page."""
        return str(gettext(self.source_text) % self.values)

    @classmethod
    @transaction.atomic
    def post(
        cls, user: User, level: str, source_text: str, values: Mapping[str, str], url: str
    ) -> None:
        """Tell `user` something; a later notice about the same page replaces an earlier one."""
        cls.objects.filter(user=user, url=url).delete()
        cls.objects.create(
            user=user, level=level, source_text=source_text, values=dict(values), url=url
        )
        User.objects.filter(pk=user.pk).update(has_notices=True)

    @transaction.atomic
    def dismiss(self) -> None:
        """Show it no more."""
        user = User.objects.select_for_update().get(pk=self.user_id)
        self.delete()
        user.has_notices = user.notices.exists()
        user.save(update_fields=["has_notices"])
