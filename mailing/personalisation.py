"""Fields that are replaced in a message: `{{ full_name|there }}`."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def validate_fields(text: str) -> None:
    """Raise ValidationError when `text` has a field that does not exist."""


def validate_single_line(text: str) -> None:
    """Raise ValidationError when `text` has a line break, which would end a mail header."""
    if any(ord(c) < 32 or c in "\x7f\x85\u2028\u2029" for c in text):
        raise ValidationError(_("Write this on one line, without control characters."))
