"""What `manage.py check` says about sending."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning

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
