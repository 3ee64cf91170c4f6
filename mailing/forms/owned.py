"""Forms for what belongs to an owner."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.models import ModelChoiceField
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class OwnedForm(forms.Form):
    """A form in which every choice is among what `owner` has."""

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        scope_choices(self, owner)


class UniqueForOwnerForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form for a row of an owner, who is not among its fields."""

    def _get_validation_exclusions(self) -> set[str]:
        """Let constraints that hold for each owner be checked all the same."""
        return super()._get_validation_exclusions() - {"owner"}  # type: ignore[misc,no-any-return]


class OwnedModelForm(UniqueForOwnerForm):
    """A form for a row of `owner`, in which every choice is among what `owner` has."""

    #: The field at which constraints of the whole row are shown when they are broken.
    constrained_field: ClassVar[str | None] = None

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        if self.instance._state.adding:
            self.instance.owner = owner
        self._columns_before = self._columns()
        scope_choices(self, owner)

    def add_error(self, field: str | None, error: Any) -> None:
        errors = getattr(error, "error_dict", {})
        if self.constrained_field and NON_FIELD_ERRORS in errors:
            errors.setdefault(self.constrained_field, []).extend(errors.pop(NON_FIELD_ERRORS))
        super().add_error(field, error)

    def save(self, commit: bool = True) -> Any:
        """Write what was changed in the form and nothing else.

        The rest of the row may have been changed since it was read: a recipient has
        unsubscribed, a mailing has started.
        """
        if not commit or self.instance._state.adding:
            return super().save(commit)
        row, before = super().save(commit=False), self._columns_before
        changed = [name for name, value in self._columns().items() if value != before[name]]
        row.save(update_fields=[*changed, "updated_at"])
        self.save_m2m()
        return row

    def _columns(self) -> dict[str, Any]:
        """Return the row as it stands, by the names of its fields."""
        row = self.instance
        return {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}


def scope_choices(form: forms.BaseForm, owner: User) -> None:
    """Leave in every choice only what `owner` has, and say so where that is nothing."""
    for field in form.fields.values():
        if isinstance(field, ModelChoiceField) and field.queryset is not None:
            field.queryset = field.queryset.owned_by(owner)  # type: ignore[attr-defined]
            if (
                isinstance(field.widget, forms.CheckboxSelectMultiple)
                and not field.queryset.exists()
            ):
                field.help_text = _("You have none yet.")
