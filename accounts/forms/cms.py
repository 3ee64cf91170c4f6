"""The forms in which administrators make and change users, in Wagtail and in Django's admin."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth import forms as auth_forms
from django.utils.translation import gettext_lazy as _
from wagtail.users import forms as wagtail_forms

from accounts.addresses import confirm_address
from accounts.models import User, normalise_email


class CmsUserForm(wagtail_forms.UserForm):
    """What Wagtail's two forms need for a user with one name, known by e-mail address."""

    first_name = None
    last_name = None

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])

    def save(self, commit: bool = True) -> User:
        """Save; administrators of the one admin are those of the other; confirm the address."""
        if "is_superuser" in self.changed_data:
            self.instance.is_staff = self.cleaned_data["is_superuser"]
        user: User = super().save(commit)
        if commit:
            confirm_address(user)
        return user


class CmsUserCreationForm(CmsUserForm, wagtail_forms.UserCreationForm):
    """Makes a user."""

    password_required = False

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["email", "full_name", "is_superuser", "groups"]
        widgets: ClassVar[dict[str, Any]] = {"groups": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.set_unusable_password()
        self.fields["password1"].help_text = _(
            "Leave blank to let the user choose one with “Forgot your password?” on the login page."
        )


class CmsUserEditForm(CmsUserForm, wagtail_forms.UserEditForm):
    """Changes a user."""

    class Meta(CmsUserCreationForm.Meta):
        fields: ClassVar[list[str]] = [*CmsUserCreationForm.Meta.fields, "is_active"]


class AdminUserCreationForm(auth_forms.AdminUserCreationForm):  # type: ignore[type-arg]
    """Makes a user in Django's admin."""

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["email", "full_name"]


class AdminUserChangeForm(auth_forms.UserChangeForm):  # type: ignore[type-arg]
    """Changes a user in Django's admin."""

    class Meta:
        model = User
        fields = "__all__"
        help_texts: ClassVar[dict[str, Any]] = {
            "is_active": _("Unticking it ends the user's sessions and refuses new ones.")
        }
