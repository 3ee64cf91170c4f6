"""What `manage.py check` says about sending."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from mailing.sending import limits

#: Backends that say a letter was sent and send none.
SILENT = {
    f"django.core.mail.backends.{name}.EmailBackend"
    for name in ("console", "dummy", "filebased", "locmem")
}


def check_transport(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Mailings may go by any backend, but one that reaches nobody should be no accident."""
    if settings.EMAIL_BACKEND not in SILENT:
        return []
    return [
        Warning(
            "EMAIL_URL or EMAIL_BACKEND names a backend that delivers to nobody: mailings are"
            " recorded as sent, and no recipient gets anything.",
            hint="Set EMAIL_URL to smtp://, smtp+tls:// or smtp+ssl:// with the server's address,"
            " or EMAIL_BACKEND to the backend of an e-mail service.",
            id="mailing.W001",
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
