"""Forms with which people put themselves on lists."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mailing.addresses import normalise_address, validate_address
from mailing.models import Recipient, SubscriptionForm
from mailing.subscribing import stamps


def validate_writable(address: str) -> None:
    """Raise ValidationError for an address that a letter of Django's cannot be sent to."""
    validate_address(address)
    if not address.rpartition("@")[0].isascii():
        raise ValidationError(
            _("Give an address whose part before the @ is in Latin letters: name@example.org.")
        )


class SubscribeForm(forms.Form):
    """An address for a list. The form stands on pages that are the same for everybody."""

    email = forms.CharField(
        label=_("e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "required": True}),
        error_messages={"required": _("Write your e-mail address.")},
    )
    #: people do not see it; whoever fills it in is a program
    website = forms.CharField(required=False)
    stamp = forms.CharField(required=False)

    busy = _("Too many addresses were typed in from your network. Try again in an hour.")

    def __init__(self, *args: Any, mark: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark = mark

    @property
    def is_filled_in_by_a_program(self) -> bool:
        return bool(self.cleaned_data.get("website"))

    def clean_email(self) -> str:
        email = normalise_address(self.cleaned_data["email"])
        validate_writable(email)
        return email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not stamps.is_good(cleaned.get("stamp", ""), self.mark):
            self.add_error(None, _("Please read what is written here, and press the button again."))
        return cleaned


class ListsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Open lists by their public names, each with what one agrees to."""

    def label_from_instance(self, form: Any) -> SafeString:
        return format_html(
            '<span>{}<br><span class="muted small">{}</span></span>', form.public_name, form.wording
        )


class PreferencesForm(forms.Form):
    """Which of an owner's open lists a recipient is on."""

    lists = ListsField(
        SubscriptionForm.objects.none(),
        label=_("Lists"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, recipient: Recipient, **kwargs: Any) -> None:
        self.offered = SubscriptionForm.objects.accepting().of_owner(recipient.owner_id)
        chosen = self.offered.filter(recipient_list__recipients=recipient)
        super().__init__(*args, **kwargs)
        self.initial["lists"] = chosen
        self.fields["lists"].queryset = self.offered  # type: ignore[attr-defined]
