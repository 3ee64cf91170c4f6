"""E-mail addresses: one spelling, and which are accepted."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

MAX_LENGTH = 254  # RFC 5321 section 4.5.3.1.3: a path is at most 256 octets with its brackets


def normalise_address(address: str) -> str:
    """Return the one spelling under which an address is kept, compared and written to.

    Lower case throughout: RFC 5321 section 2.4 lets a host tell cases of the local part apart
    and advises against relying on it.
    """
    return unicodedata.normalize("NFC", address.strip()).lower()


def validate_address(address: str) -> None:
    """Raise ValidationError unless `address` is one that a letter can be sent to (RFC 5321, 6531)."""
    try:
        validate_email(address.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValidationError(
            _("“%(address)s” is not an e-mail address. Write it like name@example.org."),
            code="invalid",
            params={"address": address[:MAX_LENGTH]},
        ) from None
