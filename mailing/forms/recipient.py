"""Forms for recipients and lists."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mailing.addresses import normalise_address
from mailing.forms.attributes import AttributesField
from mailing.forms.owned import OwnedModelForm
from mailing.models import Recipient, RecipientList, Suppression

State = Recipient.State


class RecipientForm(OwnedModelForm):
    """A recipient; whether letters are wanted is the recipient's to say."""

    constrained_field = "email"
    attributes = AttributesField()

    class Meta:
        model = Recipient
        fields = ["email", "full_name", "lists", "attributes", "comment", "state"]
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "lists": forms.CheckboxSelectMultiple,
            "comment": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            del self.fields["state"]
        else:
            self._offer_states(self.fields["state"])

    def _offer_states(self, field: Any) -> None:
        """Offer active and unsubscribed; bounces and complaints are not a matter of opinion."""
        if self.instance.state in {State.ACTIVE, State.UNSUBSCRIBED}:
            field.choices = [
                (state.value, state.label) for state in (State.ACTIVE, State.UNSUBSCRIBED)
            ]
        else:
            field.disabled = True

    def clean_email(self) -> str:
        return normalise_address(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "state" in self.changed_data and cleaned.get("state") == State.ACTIVE:
            self._check_opt_out(self.initial["email"], cleaned.get("email", ""))
        return cleaned

    def _check_opt_out(self, *emails: str) -> None:
        suppression = Suppression.objects.against(self.owner, *emails).first()
        if suppression:
            self.add_error("state", opt_out_stands(suppression))


def opt_out_stands(suppression: Suppression) -> ValidationError:
    """Return the error for turning letters on again to an address that gets none."""
    return ValidationError(
        _("Letters to %(email)s are suppressed since %(date)s (%(reason)s), so leave it as it is."),
        params={
            "email": suppression.email,
            "date": date_format(suppression.created_at),
            "reason": suppression.get_reason_display(),
        },
    )


class RecipientListForm(OwnedModelForm):
    """A list by name."""

    constrained_field = "name"

    class Meta:
        model = RecipientList
        fields = ["name", "description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
