"""Suppressing an address by hand."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mailing.addresses import normalise_address
from mailing.forms.owned import OwnedModelForm
from mailing.models import Suppression


class SuppressionForm(OwnedModelForm):
    """An address that its owner will not write to."""

    class Meta:
        model = Suppression
        fields = ["email"]
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "off"})}

    def clean_email(self) -> str:
        email = normalise_address(self.cleaned_data["email"])
        if Suppression.objects.owned_by(self.owner).filter(email=email).exists():
            raise ValidationError(_("This address is suppressed already."))
        return email
