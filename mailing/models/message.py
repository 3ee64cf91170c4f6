"""What is written to recipients."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mailing.markup import sanitise, text_from_html
from mailing.models.owned import Owned, OwnedQuerySet
from mailing.personalisation import validate_fields, validate_single_line

#: Characters. Mail programs clip letters far below this.
MAX_BODY = 500_000


class Message(Owned):
    """A letter before it has a recipient."""

    name = models.CharField(
        _("name"), max_length=150, help_text=_("For your own lists; recipients never see it.")
    )
    subject = models.CharField(
        _("subject"), max_length=200, validators=[validate_fields, validate_single_line]
    )
    preheader = models.CharField(
        _("preheader"),
        max_length=200,
        blank=True,
        validators=[validate_fields, validate_single_line],
        help_text=_("The line that mail programs show after the subject."),
    )
    body_html = models.TextField(
        _("body"), validators=[MaxLengthValidator(MAX_BODY), validate_fields]
    )
    body_text = models.TextField(
        _("plain text"),
        blank=True,
        validators=[validate_fields],
        help_text=_("Leave empty to have it made from the body."),
    )

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-updated_at"]
        indexes = [models.Index(fields=["owner", "-updated_at"], name="message_by_change")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.body_html = sanitise(self.body_html)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if len(self.body_html) > MAX_BODY:
            return  # its own error says so; cleaning it would take too long
        if not text_from_html(sanitise(self.body_html)).strip():
            raise ValidationError({"body_html": _("Write something: the body is empty.")})

    def get_absolute_url(self) -> str:
        return reverse("mailing:message_detail", args=[self.pk])

    @property
    def text(self) -> str:
        """The plain text part, written or made from the body."""
        return self.body_text or text_from_html(self.body_html)
