"""What `manage.py check` says about sending."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from mailing.sending import limits

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def check_transport(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Mailings are handed over by SMTP, whatever else of Django's mail goes elsewhere."""
    if settings.EMAIL_BACKEND == SMTP_BACKEND:
        return []
    return [
        Error(
            "EMAIL_URL does not name an SMTP server, and mailings are sent to nothing else.",
            hint="Set EMAIL_URL to smtp://, smtp+tls:// or smtp+ssl:// with the server's address.",
            id="mailing.E001",
        )
    ]


def check_limits(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Limits are numbers."""
    return [error for name in limits.SETTINGS if (error := _check_limit(name))]


def _check_limit(name: str) -> Error | None:
    try:
        limits.number(name)
    except ValueError:
        return Error(
            f"{name} is {getattr(settings, name)!r}, which is no number of letters.",
            hint=f"Set {name} to a whole number, or to 0 for no limit.",
            id="mailing.E002",
        )
    return None
