"""What the system checks say about sending."""

import pytest
from django.conf import LazySettings
from django.core.checks import run_checks

from mailing.sending import limits


def problems() -> set[str | None]:
    return {message.id for message in run_checks(include_deployment_checks=True)}


def test_a_backend_that_delivers_to_nobody_is_a_warning(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "mailing.W001" in problems()


def test_smtp_is_fine(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "mailing.W001" not in problems()


@pytest.mark.parametrize("name", limits.SETTINGS)
@pytest.mark.parametrize("value", ["many", "-1", "1.5", -1])
def test_a_limit_that_is_no_number_is_an_error(
    settings: LazySettings, name: str, value: object
) -> None:
    setattr(settings, name, value)
    (error,) = [message for message in run_checks() if message.id == "mailing.E002"]
    assert error.msg == f"{name} is {value!r}, which is no number of letters."


@pytest.mark.parametrize("value", ["600", "0", "", 600])
def test_a_limit_that_is_a_number_or_none_is_fine(settings: LazySettings, value: object) -> None:
    settings.SEND_RATE_PER_MINUTE = value
    assert "mailing.E002" not in problems()
