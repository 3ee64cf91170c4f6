"""Attributes of a recipient as lines of text."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailing.attributes import KEY, MAX_KEY_LENGTH, MAX_KEYS, MAX_VALUE_LENGTH


class AttributesField(forms.CharField):
    """Takes `key: value` lines and gives a dictionary."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Attributes"))
        kwargs.setdefault(
            "help_text",
            gettext_lazy(
                "One on each line, like “city: Riga”. A message shows it as {{ attributes.city }}."
            ),
        )
        super().__init__(required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{key}: {' '.join(str(text).split())}" for key, text in value.items())

    def to_python(self, value: Any) -> dict[str, str]:  # type: ignore[override]
        attributes: dict[str, str] = {}
        text = str(value or "")
        ProhibitNullCharactersValidator()(text)
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                key, value = _parse(line, number)
                if key in attributes:
                    raise _wrong(number, _("“%(key)s” is there twice.") % {"key": key})
                attributes[key] = value
        if len(attributes) > MAX_KEYS:
            raise ValidationError(_("Keep to %(limit)s attributes."), params={"limit": MAX_KEYS})
        return attributes

    def validate(self, value: Any) -> None:
        """Take an empty dictionary for what it is."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial or {}) != "\n".join(str(data or "").splitlines()))


def _parse(line: str, number: int) -> tuple[str, str]:
    key, colon, text = (part.strip() for part in line.partition(":"))
    if not colon:
        raise _wrong(number, _("write it like “city: Riga”."))
    if not KEY.fullmatch(key) or len(key) > MAX_KEY_LENGTH:
        raise _wrong(
            number,
            _(
                "“%(key)s” cannot be a name. Use up to %(limit)s small Latin letters, digits "
                "and _, with a letter first."
            )
            % {"key": key[:MAX_KEY_LENGTH], "limit": MAX_KEY_LENGTH},
        )
    if len(text) > MAX_VALUE_LENGTH:
        raise _wrong(
            number, _("keep the value to %(limit)s characters.") % {"limit": MAX_VALUE_LENGTH}
        )
    return key, text


def _wrong(number: int, text: str) -> ValidationError:
    return ValidationError(_("Line %(number)s: %(text)s"), params={"number": number, "text": text})
