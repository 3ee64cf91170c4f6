"""Which recipients to show, and what to do with them."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from mailing.attributes import KEY, MAX_KEY_LENGTH, MAX_VALUE_LENGTH
from mailing.criteria import Criteria
from mailing.forms.owned import OwnedForm
from mailing.models import Recipient, RecipientChange, RecipientList, Segment

DATES = ("added_from", "added_to")


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(
        label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"],
        validators=[MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    )  # fmt: skip


class RecipientFilterForm(OwnedForm):
    """Filters of the list of recipients; a value that means nothing is left out."""

    lists = forms.ModelChoiceField(
        RecipientList.objects.order_by("name"),
        label=gettext_lazy("List"), empty_label=gettext_lazy("All lists"), required=False,
    )  # fmt: skip
    segment = forms.ModelChoiceField(
        Segment.objects.order_by("name"),
        label=gettext_lazy("Segment"), empty_label=gettext_lazy("All segments"), required=False,
    )  # fmt: skip
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("All states")), *Recipient.State.choices],
        required=False,
    )
    key = forms.RegexField(
        KEY, label=gettext_lazy("Attribute"), max_length=MAX_KEY_LENGTH, required=False
    )
    value = forms.CharField(
        label=gettext_lazy("Value of the attribute"), max_length=MAX_VALUE_LENGTH, required=False
    )
    added_from = _day(gettext_lazy("Added from"))
    added_to = _day(gettext_lazy("Added until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].widget.attrs |= {"placeholder": "city", "spellcheck": "false"}

    @property
    def further(self) -> list[forms.BoundField]:
        """Return the filters that are folded away until they are used."""
        return [self[name] for name in ("key", "value", *DATES)]

    @property
    def is_further_used(self) -> bool:
        self.full_clean()
        return any(self.cleaned_data.get(field.name) for field in self.further)

    def criteria(self, search: str) -> Criteria:
        """Return what is asked for, without what is wrong."""
        self.full_clean()
        chosen = self.cleaned_data
        lists, segment = chosen.get("lists"), chosen.get("segment")
        days = {name: day.isoformat() for name in DATES if (day := chosen.get(name))}
        return Criteria(
            search=search,
            list=lists.pk if lists else None,
            segment=segment.pk if segment else None,
            state=chosen.get("state", ""),
            key=chosen.get("key", ""),
            value=chosen.get("value", ""),
            **days,
        )


class BulkForm(OwnedForm):
    """What to do with recipients that are ticked, or with all that match."""

    EXPORT = "export"
    TICKED, ALL = "ticked", "all"

    scope = forms.ChoiceField(
        label=gettext_lazy("Which"),
        choices=[(TICKED, gettext_lazy("those ticked")), (ALL, gettext_lazy("all that match"))],
    )
    action = forms.ChoiceField(
        label=pgettext_lazy("bulk", "Action"),
        choices=[*RecipientChange.Action.choices, (EXPORT, gettext_lazy("Export as CSV"))],
    )
    list = forms.ModelChoiceField(
        RecipientList.objects.order_by("name"),
        label=gettext_lazy("List"), empty_label=gettext_lazy("Choose a list"), required=False,
    )  # fmt: skip
    recipient = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticked: Any = self.fields["recipient"]
        # any numbers here: which of them are the owner's is asked for all of them at once
        ticked.valid_value = lambda value: value.isascii() and value.isdigit() and len(value) < 19

    def share_lists(self, filters: RecipientFilterForm) -> None:
        """Offer the lists that `filters` offer, fetching them once for both."""
        mine: Any = self.fields["list"]
        theirs: Any = filters.fields["lists"]
        everybody, *lists = theirs.choices
        theirs.choices = [everybody, *lists]
        mine.choices = [("", mine.empty_label), *lists]

    @property
    def takes_list(self) -> bool:
        return self.cleaned_data.get("action") in {"add", "remove"}

    def clean_recipient(self) -> tuple[int, ...]:
        keys = set(self.cleaned_data["recipient"])
        mine = Recipient.objects.owned_by(self.owner).filter(pk__in=keys)
        if mine.count() != len(keys):
            raise ValidationError(
                _("Some of these recipients are no longer there. Look at the list again.")
            )
        return tuple(sorted(keys))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("scope") == self.TICKED and cleaned.get("recipient") == ():
            self.add_error("recipient", _("Tick the recipients first."))
        if self.takes_list and not cleaned.get("list") and "list" not in self.errors:
            self.add_error("list", _("Choose the list, too."))
        return cleaned

    def criteria(self, shown: Criteria) -> Criteria:
        """Return which recipients are meant, of those that the page shows."""
        if self.cleaned_data["scope"] == self.ALL:
            return shown
        return Criteria(keys=self.cleaned_data["recipient"])


class ListBulkForm(BulkForm):
    """What to do with recipients on a list: taking them off is from this one."""

    LABELS: ClassVar[dict[str, Any]] = {
        RecipientChange.Action.ADD: pgettext_lazy("action", "Add to another list"),
        RecipientChange.Action.REMOVE: pgettext_lazy("action", "Remove from this list"),
    }

    def __init__(self, *args: Any, of_list: RecipientList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of_list = of_list
        lists: Any = self.fields["list"]
        lists.queryset = lists.queryset.exclude(pk=of_list.pk)
        action: Any = self.fields["action"]
        action.choices = list((dict(action.choices) | self.LABELS).items())

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("action") == RecipientChange.Action.REMOVE:
            self.cleaned_data["list"] = self.of_list
        return super().clean()
