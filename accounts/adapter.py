"""What we ask of allauth that is not its default."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.core import context as current
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.addresses import is_confirmed, release_address, user_with_address
from accounts.letters import post, surroundings_of
from accounts.links import confirmation_key
from accounts.models import User

#: Key of the session under which a refused user is remembered, for the page that says why.
REFUSED_USER = "accounts_refused_user"


class AccountAdapter(DefaultAccountAdapter):
    """Leads people to their place, refuses the blocked, writes in the user's language."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "too_many_login_attempts": _("Too many attempts. Please wait a few minutes and try again."),
        "rate_limited": _("Too many attempts. Please wait a few minutes and try again."),
        "incorrect_password": _("The password is wrong."),
        "enter_current_password": _("This is not your current password."),
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if request.user.is_authenticated and request.user.is_content_manager:
            return reverse("wagtailadmin_home")
        return str(super().get_login_redirect_url(request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def login(self, request: HttpRequest, user: User) -> None:
        """Log in, unless the user was blocked between the password and the second factor."""
        if not user.is_active:
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        super().login(request, user)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Show why the user may not come in; called only after a correct password."""
        request.session[REFUSED_USER] = user.pk
        return redirect("account_inactive")

    def set_password(self, user: User, password: str) -> None:
        """Save nothing but the password: the user may have been blocked a moment ago."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        user = email_address.user
        with transaction.atomic():
            if release_address(email_address.email, user):
                return bool(super().confirm_email(request, email_address))
        template = "account/messages/email_confirmation_failed.txt"
        self.add_message(request, messages.ERROR, template, {"email": email_address.email})
        return False

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmationHMAC
    ) -> str:
        key = confirmation_key(emailconfirmation.email_address)
        return request.build_absolute_uri(reverse("account_confirm_email", args=[key]))

    def send_account_already_exists_mail(self, email: str) -> None:
        """Write to whoever owns the address that somebody signs up with again."""
        user = user_with_address(email)
        if user is None or (user.is_active and is_confirmed(user)):
            super().send_account_already_exists_mail(email)
        elif user.is_active:
            address, _made = EmailAddress.objects.get_or_create(user=user, email=user.email)
            address.send_confirmation(current.request, signup=True)
        else:
            self.send_mail("account/email/account_blocked", email, {"user": user})

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        super().send_notification_mail(
            template_prefix, user, {"user": user, **(context or {})}, email
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a letter now, with its links, and leave the sending to a worker."""
        user = context.get("user") or user_with_address(email)
        with surroundings_of(user, translation.get_language()):
            context = {"request": current.request, "email": email, **context}
            letter = self.render_mail(template_prefix, email, context)
        post(email, letter.subject, str(letter.body))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Our words about codes."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is wrong or was used before. Type the newest one."),
    }
