"""Forms in which people describe themselves, and managers say why they block somebody."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.avatars import AvatarField
from accounts.models import User
from accounts.time_zones import time_zone_choices


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, picture, language and time zone."""

    avatar = AvatarField(
        label=_("Picture"),
        required=False,
        help_text=_(
            "JPEG, PNG, WebP or GIF, at most 2 MB. The middle of it is shown, as a square."
        ),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As the browser asks for")), *settings.LANGUAGES],
        help_text=_("Of the pages you see and of the letters about your account."),
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["full_name", "avatar", "language", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.old_avatar = self.instance.avatar.name
        self.fields["full_name"].widget.attrs["autocomplete"] = "name"
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"),
            help_text=_("All times in the dashboard are shown in it."),
            choices=time_zone_choices(self.instance.time_zone),
        )

    def save(self, commit: bool = True) -> User:
        """Save only these fields, and remove a picture that was replaced or taken away."""
        user: User = super().save(commit=False)
        if commit:
            with transaction.atomic():
                user.save(update_fields=self.Meta.fields)
                if self.old_avatar and self.old_avatar != user.avatar.name:
                    delete_avatar_file(user, self.old_avatar)
        return user


def delete_avatar_file(user: User, name: str) -> None:
    """Remove a picture's file once the transaction that no longer needs it is through."""
    storage = user.avatar.storage
    transaction.on_commit(lambda: storage.delete(name))


class BlockForm(forms.Form):
    """Asks why somebody is blocked."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The user reads it when trying to log in."),
    )


class ConfirmForm(forms.Form):
    """Asks nothing but “are you sure?”."""
