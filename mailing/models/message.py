"""What is written to recipients."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mailing.markup import sanitise, text_from_html
from mailing.models.attachment import MAX_FILES, MAX_TOTAL, Attachment
from mailing.models.owned import Owned, OwnedQuerySet
from mailing.models.picture import Picture
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

    attachments = models.ManyToManyField(
        Attachment, verbose_name=_("attachments"), blank=True, related_name="messages"
    )

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-updated_at"]
        indexes = [models.Index(fields=["owner", "-updated_at"], name="message_by_change")]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        self.body_html = sanitise(self.body_html)
        super().save(*args, **kwargs)
        pictures = Picture.objects.filter(owner_id=self.owner_id, is_used=False)
        pictures.shown_in(self.body_html).update(is_used=True)

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete it, and of its files those that no attempt sends."""
        files = list(self.attachments.values_list("pk", flat=True))
        deleted = super().delete(*args, **kwargs)
        Attachment.objects.filter(pk__in=files).unused().delete()
        return deleted

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

    @transaction.atomic
    def attach(self, name: str, content_type: str, content: bytes) -> Attachment:
        """Add a file. Raises ValidationError when that makes too many or too much."""
        type(self).objects.select_for_update().get(pk=self.pk)
        sizes = list(self.attachments.values_list("size", flat=True))
        if len(sizes) >= MAX_FILES:
            raise ValidationError(
                _("“%(name)s” was not attached: a message has at most %(limit)s files."),
                code="too_many",
                params={"name": name, "limit": MAX_FILES},
            )
        if sum(sizes) + len(content) > MAX_TOTAL:
            raise ValidationError(
                _(
                    "“%(name)s” was not attached: all files of a message together have at most"
                    " %(limit)s. Put large files on a page and link to them."
                ),
                code="too_large",
                params={"name": name, "limit": filesizeformat(MAX_TOTAL)},
            )
        attachment = Attachment.objects.create(
            owner_id=self.owner_id,
            name=name,
            content_type=content_type,
            size=len(content),
            content=content,
        )
        self.attachments.add(attachment)
        return attachment

    @transaction.atomic
    def detach(self, attachment: Attachment) -> None:
        """Take a file away; attempts that send it keep it."""
        self.attachments.remove(attachment)
        Attachment.objects.filter(pk=attachment.pk).unused().delete()
