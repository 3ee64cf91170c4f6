"""The form of a list that exists, in which it can be opened for everybody."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import fields_for_model, model_to_dict
from django.utils.translation import gettext_lazy as _

from mailing.forms.recipient import RecipientListForm
from mailing.models import RecipientList, SubscriptionForm


class ListSettingsForm(RecipientListForm):
    """A list by name, and whether and how people put themselves on it."""

    OPENING = ("is_open", "public_name", "wording", "thanks", "go_on_url")
    WIDGETS: ClassVar[dict[str, Any]] = {
        "wording": forms.Textarea(attrs={"rows": 3}),
        "thanks": forms.Textarea(attrs={"rows": 3}),
        "go_on_url": forms.URLInput,
    }
    HELP: ClassVar[dict[str, Any]] = {
        "is_open": _("They get a form with an address of its own, and a letter to confirm."),
        "public_name": _("As people see it on the form and in the letter. Needed to open it."),
        "wording": _("What they agree to, kept with each of them as it was. Needed, too."),
        "thanks": _("Shown once they have confirmed."),
        "go_on_url": _("A link to it is shown with the thanks."),
    }
    NEEDED = {
        "public_name": _("Write the name under which people find the list."),
        "wording": _("Write what people agree to when they subscribe."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        opening = fields_for_model(
            SubscriptionForm, self.OPENING, widgets=self.WIDGETS, help_texts=self.HELP
        )
        for name, field in opening.items():
            field.required = False
            self.fields[name] = field
        row = SubscriptionForm.objects.filter(recipient_list=self.instance.pk).first()
        self.was_opened = row is not None
        if row:
            self.initial.update(model_to_dict(row, self.OPENING))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.OPENING:
            self._check_as_it_is_kept(name, cleaned.get(name))
        for name, error in self.NEEDED.items():
            if cleaned.get("is_open") and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, error)
        return cleaned

    def _check_as_it_is_kept(self, name: str, value: Any) -> None:
        """Apply the rules of the row, which fields made from it do not know."""
        column: Any = SubscriptionForm._meta.get_field(name)
        try:
            column.run_validators(value)
        except ValidationError as error:
            self.add_error(name, error)

    def save(self, commit: bool = True) -> RecipientList:
        row: RecipientList = super().save(commit)
        opening = {name: self.cleaned_data[name] for name in self.OPENING}
        if self.was_opened or any(opening.values()):
            SubscriptionForm.objects.update_or_create(recipient_list=row, defaults=opening)
        return row
