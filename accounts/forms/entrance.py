"""The forms of sign-up, login and all that allauth does, in our words."""

from contextlib import suppress
from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import (
    consume_email_verification_rate_limit,
)
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp.forms import ActivateTOTPForm as BaseActivateTOTPForm
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.addresses import is_confirmed, user_with_address
from accounts.models import User

LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "full_name": _("Full name"),
    "oldpassword": _("Current password"),
    "remember": _("Keep me logged in on this device"),
    "code": _("Code"),
}


class OurWords(forms.BaseForm):
    """Labels in our words, and no placeholder that only repeats the label."""

    labels: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name) or LABELS.get(name) or field.label
            field.widget.attrs.pop("placeholder", None)


class LoginForm(OurWords, account_forms.LoginForm):
    """Asks for address and password."""


class SignupForm(OurWords, account_forms.SignupForm):
    """Asks who wants an account."""

    full_name = forms.CharField(max_length=150, required=False)
    field_order = ["email", "full_name", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].widget.attrs["autocomplete"] = "name"

    def validate_unique_email(self, value: str) -> str:
        """Note whether the address is known, without telling."""
        self.account_already_exists = user_with_address(value) is not None
        return value

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        user.full_name = self.cleaned_data["full_name"]
        user.language = get_language() or ""
        user.save(update_fields=["full_name", "language"])

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponseBase | None]:
        """Make the user; for a known address look the same, and write to its owner instead."""
        if not self.account_already_exists:
            # two sign-ups at once: the second one finds the address taken
            with suppress(IntegrityError), transaction.atomic():
                return self.save(request), None
            self.account_already_exists = True
        self._sign_up_again(request, self.cleaned_data["email"])
        response: HttpResponseBase = super().try_save(request)[1]
        return None, response

    def _sign_up_again(self, request: HttpRequest, email: str) -> None:
        """Give a sign-up that was never confirmed the new password and name.

        Else whoever signs up with somebody's address beforehand would know the password of what
        its owner confirms. Links sent earlier stop working, but only when a new one will be sent.
        """
        user, password = user_with_address(email), self.cleaned_data["password1"]
        if user is None or not user.is_active or is_confirmed(user):
            User().set_password(password)  # takes as long as the other way
        elif not user.check_password(password) and consume_email_verification_rate_limit(
            request, email, dry_run=True
        ):
            user.set_password(password)
            user.end_sessions()
            user.full_name = self.cleaned_data["full_name"]
            user.save(update_fields=["password", "session_epoch", "full_name"])


class AddEmailForm(OurWords, account_forms.AddEmailForm):
    """Asks for the address to change to."""

    labels = {"email": _("New e-mail address")}


class ResetPasswordForm(OurWords, account_forms.ResetPasswordForm):
    """Asks whose password is forgotten."""

    def clean_email(self) -> str:
        email: str = get_adapter().clean_email(self.cleaned_data["email"].lower())
        user = user_with_address(email)
        self.users = [user] if user and user.is_active else []
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        user = user_with_address(email)
        if user and not user.is_active:
            get_adapter().send_mail("account/email/account_blocked", email, {"user": user})
        else:
            super().save(request, **kwargs)
        return email


class ResetPasswordKeyForm(OurWords, account_forms.ResetPasswordKeyForm):
    """Asks for the password that replaces a forgotten one."""

    labels = {"password1": _("New password"), "password2": _("New password (again)")}


class ChangePasswordForm(OurWords, account_forms.ChangePasswordForm):
    """Asks for the old and the new password."""

    labels = {"password1": _("New password"), "password2": _("New password (again)")}


class SetPasswordForm(OurWords, account_forms.SetPasswordForm):
    """Asks for a first password."""


class ReauthenticateForm(OurWords, account_forms.ReauthenticateForm):
    """Asks for the password once more."""


class AuthenticateForm(OurWords, mfa_forms.AuthenticateForm):
    """Asks for the second factor when logging in."""

    labels = {"code": _("Code from your app, or a recovery code")}


class ReauthenticateByCodeForm(OurWords, mfa_forms.ReauthenticateForm):
    """Asks for the second factor once more."""

    labels = {"code": _("Code from your app, or a recovery code")}


class ActivateTOTPForm(OurWords, BaseActivateTOTPForm):
    """Asks for a first code, which proves that the app has the secret."""

    labels = {"code": _("Code from your app")}
