"""What the system checks say about sending."""

from django.conf import LazySettings
from django.core.checks import run_checks


def problems() -> set[str | None]:
    return {message.id for message in run_checks(include_deployment_checks=True)}


def test_a_backend_that_delivers_to_nobody_is_a_warning(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "mailing.W001" in problems()


def test_smtp_is_fine(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "mailing.W001" not in problems()
