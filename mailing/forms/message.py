"""Writing a message."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from mailing.forms.owned import OwnedModelForm
from mailing.models import Message, MessageVersion, Picture, Recipient
from mailing.models.attachment import MAX_TOTAL, safe_name, type_of, validate_kind
from mailing.pictures import MAX_BYTES

TAKES_FIELDS = {"data-takes-fields": ""}
#: Recipients that are looked through for the names of attributes.
LOOKED_THROUGH = 200
RASTER = "image/jpeg,image/png,image/webp,image/gif"


class EditorWidget(forms.Textarea):
    """A plain field for HTML, which scripts turn into a visual editor."""

    template_name = "mailing/editor.html"


class MessageForm(OwnedModelForm):
    """What a message says."""

    class Meta:
        model = Message
        fields = ["name", "subject", "preheader", "body_html", "body_text"]
        widgets = {
            "subject": forms.TextInput(attrs=TAKES_FIELDS),
            "preheader": forms.TextInput(attrs=TAKES_FIELDS),
            "body_html": EditorWidget(attrs={"rows": 16, "spellcheck": "true"}),
            "body_text": forms.Textarea(attrs={"rows": 8, **TAKES_FIELDS}),
        }

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Write the message, and keep what it said before and says now."""
        if not self.instance._state.adding:
            MessageVersion.objects.record(Message.objects.get(pk=self.instance.pk))
        message = super().save(commit)
        if commit:
            MessageVersion.objects.record(message)
        return message


class PictureForm(forms.Form):
    """Adds a picture to the owner's library."""

    file = forms.FileField(
        label=pgettext_lazy("letter", "Picture"),
        help_text=_("JPEG, PNG, WebP or GIF, up to 8 MB."),
        widget=forms.FileInput(attrs={"accept": RASTER}),
    )
    alt = forms.CharField(
        label=_("Alternative text"),
        max_length=250,
        help_text=_("What the picture shows, for readers who do not see it."),
    )

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        refuse_larger(file, MAX_BYTES)
        return file

    def save(self) -> Picture | None:
        """Keep the picture; what is wrong with it becomes an error of the form."""
        try:
            return Picture.add(self.owner, self.cleaned_data["file"], self.cleaned_data["alt"])
        except ValidationError as error:
            self.add_error("file", error)
            return None


class AttachmentsInput(forms.FileInput):
    """Takes several files at once."""

    allow_multiple_selected = True


class AttachmentsField(forms.FileField):
    """Files that go with a letter."""

    widget = AttachmentsInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files = data if isinstance(data, list | tuple) else [data]
        return [self.check(super(AttachmentsField, self).clean(file, initial)) for file in files]

    def check(self, file: "UploadedFile[Any]") -> "UploadedFile[Any]":
        file.name = safe_name(file.name or "")
        validate_kind(file.name)
        refuse_larger(file, MAX_TOTAL)
        return file


class AttachmentsForm(forms.Form):
    """Adds files to a message."""

    attachments = AttachmentsField(
        label=_("Files"),
        help_text=_("Up to 10 files with 5 MB together. Programs and scripts are refused."),
    )

    def save(self, message: Message) -> bool:
        """Attach all files, or none and say why."""
        try:
            with transaction.atomic():
                for file in self.cleaned_data["attachments"]:
                    message.attach(file.name, type_of(file.name), file.read())
        except ValidationError as error:
            self.add_error("attachments", error)
            return False
        return True


def refuse_larger(file: "UploadedFile[Any]", limit: int) -> None:
    """Raise ValidationError when a file is too large."""
    if (file.size or 0) > limit:
        raise ValidationError(
            _("“%(name)s” has %(size)s. Choose a file of at most %(limit)s."),
            code="too_large",
            params={
                "name": file.name,
                "size": filesizeformat(file.size or 0),
                "limit": filesizeformat(limit),
            },
        )


def known_attributes(owner: User) -> list[str]:
    """Return the names of attributes that the owner's latest recipients have."""
    latest = Recipient.objects.owned_by(owner).order_by("-created_at", "-id")
    rows = latest.values_list("attributes", flat=True)[:LOOKED_THROUGH]
    return sorted(
        {key for attributes in rows if isinstance(attributes, dict) for key in attributes}
    )
