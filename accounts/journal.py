"""Writes down who logged in or failed to, and who blocked whom, and tells the blocked."""

import logging
from typing import Any

from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.forms.profile import delete_avatar_file
from accounts.letters import write_to
from accounts.models import AuditEntry, User
from accounts.signals import user_blocked, user_unblocked

logger = logging.getLogger("accounts")


def _log(level: int, event: str, request: HttpRequest | None = None, **facts: Any) -> None:
    """Write a line; the formatter adds the facts to it."""
    if request is not None:
        facts["client_address"] = request.META.get("REMOTE_ADDR", "")
    logger.log(level, event, extra=facts)


@receiver(user_logged_in)
def log_login(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    _log(logging.INFO, "login", request, account=user.pk)


@receiver(user_logged_out)
def log_logout(request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    if user:
        _log(logging.INFO, "logout", request, account=user.pk)


@receiver(user_login_failed)
def log_failed_login(
    credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    _log(logging.WARNING, "login_failed", request, email=credentials.get("email", ""))


@receiver(authentication_failed)
def log_failed_second_factor(request: HttpRequest, user: User, **kwargs: Any) -> None:
    _log(logging.WARNING, "second_factor_failed", request, account=user.pk)


@receiver(user_blocked)
def tell_block(user: User, by: User | None, reason: str, **kwargs: Any) -> None:
    _log(logging.WARNING, "block", account=user.pk, by=by and by.pk, reason=reason)
    AuditEntry.record(by, AuditEntry.Act.BLOCK, user, reason)
    write_to(user, "account_blocked", reason=reason)


@receiver(user_unblocked)
def tell_unblock(user: User, by: User | None, **kwargs: Any) -> None:
    _log(logging.WARNING, "unblock", account=user.pk, by=by and by.pk)
    AuditEntry.record(by, AuditEntry.Act.UNBLOCK, user)
    write_to(user, "account_unblocked")


@receiver(post_delete, sender=User)
def delete_avatar(instance: User, **kwargs: Any) -> None:
    if instance.avatar.name:
        delete_avatar_file(instance, instance.avatar.name)
