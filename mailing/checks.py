"""What `manage.py check` says about sending."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

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
