"""What a message said before."""

from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from mailing.models.message import Message

#: Versions of a message that are kept, the latest ones.
KEPT = 50
TEXTS = ("name", "subject", "preheader", "body_html", "body_text")


class MessageVersionQuerySet(models.QuerySet["MessageVersion"]):
    """Questions asked about versions."""

    def record(self, message: "Message") -> None:
        """Keep what `message` says now, unless that is what its latest version says."""
        texts = {name: getattr(message, name) for name in TEXTS}
        latest = message.versions.first()
        if latest is None or any(getattr(latest, name) != text for name, text in texts.items()):
            self.create(message=message, **texts)
            kept = message.versions.values("pk")[:KEPT]
            message.versions.exclude(pk__in=[row["pk"] for row in kept]).delete()


class MessageVersion(models.Model):
    """The texts of a message as they were saved once."""

    message = models.ForeignKey(
        "mailing.Message", models.CASCADE, related_name="versions", verbose_name=_("message")
    )
    created_at = models.DateTimeField(_("saved"), auto_now_add=True)
    name = models.CharField(_("name"), max_length=150)
    subject = models.CharField(_("subject"), max_length=200)
    preheader = models.CharField(_("preheader"), max_length=200, blank=True)
    body_html = models.TextField(_("body"))
    body_text = models.TextField(_("plain text"), blank=True)

    objects = MessageVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a message")
        verbose_name_plural = _("versions of messages")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} · {self.created_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("mailing:message_version", args=[self.message_id, self.pk])

    def restore(self) -> None:
        """Make the message say this again; what it said until now stays among its versions."""
        message = self.message
        MessageVersion.objects.record(message)
        for name in TEXTS:
            setattr(message, name, getattr(self, name))
        message.save()
        MessageVersion.objects.record(message)
