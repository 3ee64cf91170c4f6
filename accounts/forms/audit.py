"""The filters of the audit log."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry


class AuditFilterForm(forms.Form):
    """Keeps entries by who did what to whose data, and when, in days of the reader's zone."""

    act = forms.ChoiceField(
        label=_("Act"), required=False, choices=[("", _("All acts")), *AuditEntry.Act.choices]
    )
    actor = forms.CharField(label=_("Who did it"), required=False, max_length=254)
    owner = forms.CharField(label=_("Whose data"), required=False, max_length=254)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("actor", "owner"):
            self.fields[name].widget.attrs["placeholder"] = self.fields[name].label

    def keep(self, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """Return those that pass; what means nothing filters nothing."""
        self.is_valid()
        wished = self.cleaned_data
        if wished.get("act"):
            entries = entries.filter(act=wished["act"])
        for name in ("actor", "owner"):
            if text := wished.get(name):
                entries = entries.filter(**{f"{name}_name__icontains": text})
        if since := wished.get("since"):
            entries = entries.filter(created_at__gte=_midnight(since))
        if until := wished.get("until"):
            entries = entries.filter(created_at__lt=_midnight(until + timedelta(days=1)))
        return entries


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
