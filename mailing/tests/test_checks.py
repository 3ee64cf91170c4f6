"""What the system checks say about sending."""

from django.conf import LazySettings
from django.core.checks import run_checks


def problems() -> set[str | None]:
    return {message.id for message in run_checks()}


def test_anything_but_smtp_is_an_error(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "mailing.E001" in problems()


def test_smtp_is_fine(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "mailing.E001" not in problems()
