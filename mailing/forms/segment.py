"""Building the condition of a segment."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from mailing.attributes import MAX_KEY_LENGTH, MAX_VALUE_LENGTH
from mailing.forms.owned import OwnedModelForm
from mailing.forms.segment_draft import Draft, Row
from mailing.models import Mailing, Recipient, RecipientList, Segment
from mailing.models.segment import read_rules
from mailing.segments.kinds import KINDS, Value
from mailing.segments.rules import MAX_CONDITIONS, MAX_DAYS, Condition, Rules

#: Mailings offered in a condition: the newest, and those that the rules name.
MAILINGS_OFFERED = 200

MATCHES: dict[str, str | Promise] = {
    "all": pgettext_lazy("conditions", "all of these"),
    "any": pgettext_lazy("conditions", "any of these"),
}


class Offered:
    """What an owner may choose in conditions, fetched once for all rows."""

    def __init__(self, owner: User, rows: tuple[Row, ...]) -> None:
        self.owner, self.rows = owner, rows

    @cached_property
    def lists(self) -> list[tuple[int, str]]:
        mine = RecipientList.objects.owned_by(self.owner)
        return list(mine.order_by("name").values_list("pk", "name"))

    @cached_property
    def mailings(self) -> list[tuple[int, str]]:
        mine = Mailing.objects.owned_by(self.owner).values_list("pk", "name")
        newest = list(mine.order_by("-created_at", "-pk")[:MAILINGS_OFFERED])
        chosen = {row.value for row in self.rows if row.kind == "mailing"}
        keys = {int(key) for key in chosen if key.isascii() and key.isdigit() and len(key) < 19}
        missing = keys - {key for key, _name in newest}
        return newest + (list(mine.filter(pk__in=missing)) if missing else [])


class ConditionForm(forms.Form):
    """One condition; its kind is fixed, the test and the value are chosen."""

    kind = forms.CharField(widget=forms.HiddenInput)
    group = forms.IntegerField(widget=forms.HiddenInput)
    test = forms.ChoiceField(label=pgettext_lazy("condition", "Test"))
    value: Any

    def __init__(self, row: Row, place: int, offered: Offered, *, check: bool) -> None:
        self.row, self.place, self.of = row, place, KINDS[row.kind]
        values = {name: getattr(row, name) for name in ("kind", "group", "key", "test", "value")}
        prefix = f"row-{place}"
        posted = {f"{prefix}-{name}": value for name, value in values.items()}
        super().__init__(posted if check else None, prefix=prefix, initial=values)
        fields: dict[str, Any] = self.fields
        fields["test"].choices = self.of.tests.items()
        if self.of.has_key:
            fields["key"] = forms.CharField(
                label=gettext_lazy("Attribute"), max_length=MAX_KEY_LENGTH, required=False
            )
            fields["key"].widget.attrs |= {"placeholder": "city", "spellcheck": "false"}
        if self.of.value != Value.NOTHING:
            fields["value"] = _value_field(self.of.value, offered)
        self.order_fields(["kind", "group", "key", "test", "value"])

    def clean(self) -> dict[str, Any]:
        """Make the condition, and show at the value or the attribute what is wrong."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            parts = {name: cleaned.get(name) for name in ("kind", "test", "key", "value")}
            try:
                self.condition = Condition.read(
                    {name: part for name, part in parts.items() if part not in ("", None)}
                )
            except ValidationError as error:
                wrong_key = self.of.has_key and not _is_key(cleaned["key"])
                place = "key" if wrong_key else "value"
                self.add_error(place if place in self.fields else "test", error)
        return cleaned


def _is_key(text: str) -> bool:
    try:
        Condition.read({"kind": "attribute", "test": "is_set", "key": text})
    except ValidationError:
        return False
    return True


def _value_field(sort: Value, offered: Offered) -> forms.Field:
    """Return the field for a value of `sort`; what must be filled in, the condition says."""
    label = pgettext_lazy("condition", "Value")
    if sort in {Value.LIST, Value.MAILING}:
        chosen = offered.lists if sort == Value.LIST else offered.mailings
        empty = gettext_lazy("Choose a list") if sort == Value.LIST else _("Choose a mailing")
        return forms.TypedChoiceField(
            label=label, choices=[("", empty), *chosen], coerce=int, empty_value=None,
            required=False,
        )  # fmt: skip
    if sort == Value.STATE:
        return forms.ChoiceField(label=label, choices=Recipient.State.choices)
    if sort == Value.DAYS:
        return forms.IntegerField(label=label, min_value=1, max_value=MAX_DAYS, required=False)
    if sort == Value.DATE:
        widget = forms.TextInput(attrs={"type": "date"})
        return forms.CharField(label=label, widget=widget, required=False, max_length=10)
    field = forms.CharField(label=label, required=False, max_length=MAX_VALUE_LENGTH)
    if sort == Value.NUMBER:
        field.widget.attrs["inputmode"] = "decimal"
    return field


class SegmentForm(OwnedModelForm):
    """A segment: its name, and the conditions of `draft`."""

    constrained_field = "name"

    class Meta:
        model = Segment
        fields = ["name"]

    def __init__(
        self, *args: Any, draft: Draft | None = None, data: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(data, *args, **kwargs)
        self.draft = draft or self._saved_draft(data)
        offered = Offered(self.owner, self.draft.rows)
        self.conditions = [
            ConditionForm(row, place, offered, check=self.is_bound)
            for place, row in enumerate(self.draft.rows)
        ]
        if self.draft.added is not None:
            fields = self.conditions[self.draft.added].fields
            first = "key" if "key" in fields else "test"
            fields[first].widget.attrs["autofocus"] = True

    def _saved_draft(self, data: Mapping[str, str] | None) -> Draft:
        if data is not None:
            return Draft.of_post(data)
        if self.instance._state.adding:
            return Draft.empty()
        return Draft.of_rules(self.instance.parsed_rules)

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Return the top and the groups with their conditions, to be drawn."""
        return [
            {
                "number": number,
                "match": match,
                "conditions": [form for form in self.conditions if form.row.group == number],
            }
            for number, match in sorted(self.draft.matches.items())
        ]

    @property
    def matches(self) -> Any:
        return MATCHES.items()

    @property
    def kinds(self) -> list[tuple[str, str | Promise]]:
        return [(name, kind.label) for name, kind in KINDS.items()]

    @property
    def is_full(self) -> bool:
        return len(self.conditions) >= MAX_CONDITIONS

    def read_rules(self) -> Rules:
        """Return the rules of the conditions. Raises ValidationError when they are not right."""
        if not all([form.is_valid() for form in self.conditions]):  # noqa: C419 (each is to say)
            raise ValidationError(_("Correct the conditions below."))
        parts: list[dict[str, Any]] = []
        for group in self.groups:
            conditions = [form.condition.as_json() for form in group["conditions"]]
            if group["number"] == 0:
                parts = conditions
            elif conditions:
                parts.append({"match": group["match"], "conditions": conditions})
        data = {"match": self.draft.matches[0], "conditions": parts}
        return read_rules(data, self.owner)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        try:
            self.instance.rules = self.read_rules().as_json()
        except ValidationError as error:
            self.add_error(None, error)
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """Leave the rules to `clean`, which says at which condition something is wrong."""
        return super()._get_validation_exclusions() | {"rules"}
