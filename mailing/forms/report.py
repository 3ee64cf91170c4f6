"""Choosing what a report is about."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User, normalise_email
from mailing.reports.period import LONGEST, Period, last_days, this_year, today

#: Periods that are chosen with one press: days, or the year that is not over.
YEAR = "year"
DEFAULT = "30"
PERIODS = {
    "7": gettext_lazy("7 days"),
    "30": gettext_lazy("30 days"),
    "90": gettext_lazy("90 days"),
    YEAR: gettext_lazy("This year"),
}
EARLIEST = date(2000, 1, 1)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ReportForm(forms.Form):
    """A period and, for those who oversee everybody, an owner."""

    since = forms.DateField(label=gettext_lazy("From"), widget=DayInput, required=False)
    until = forms.DateField(label=pgettext_lazy("period", "To"), widget=DayInput, required=False)
    owner = forms.CharField(
        label=gettext_lazy("Owner"),
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Owner's address")}),
        required=False,
        max_length=254,
    )
    period = forms.ChoiceField(
        choices=list(PERIODS.items()), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, oversees: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not oversees:
            del self.fields["owner"]
        self.fields["until"].widget.attrs["max"] = self.fields["since"].widget.attrs["max"] = (
            today().isoformat()
        )

    def clean_owner(self) -> User | None:
        """Return the owner with the address given, or nobody when none is given."""
        if not (address := normalise_email(self.cleaned_data["owner"])):
            return None
        owner = User.objects.filter(email=address).first()
        if owner is None:
            raise ValidationError(_("There is no user with this address. Check its spelling."))
        return owner

    def clean_since(self) -> date | None:
        return self._past_day("since")

    def clean_until(self) -> date | None:
        return self._past_day("until")

    def _past_day(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day and day > today():
            raise ValidationError(_("This day lies in the future. Choose today or an earlier one."))
        if day and day < EARLIEST:
            raise ValidationError(_("Choose a day in 2000 or later."))
        return day

    def clean(self) -> dict[str, Any]:
        """Put the period together: the days given, or else the period that was pressed."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        since, until = cleaned["since"], cleaned["until"]
        if until and not since:
            self.add_error("since", _("Choose the first day, too."))
        elif since:
            self._check_length(since, until or today())
            zone = timezone.get_current_timezone()
            cleaned["days"] = Period(since, until or today(), zone)
        else:
            name = cleaned["period"] or DEFAULT
            cleaned["days"] = this_year() if name == YEAR else last_days(int(name))
        return cleaned

    def _check_length(self, since: date, until: date) -> None:
        if until < since:
            self.add_error("until", _("The last day cannot be earlier than the first one."))
        elif (until - since).days >= LONGEST:
            text = _("A report holds %(days)s days at the most. Choose a later first day.")
            self.add_error("since", text % {"days": LONGEST})

    def filled_in(self) -> "ReportForm":
        """Return the form with the days that were chosen, however they were."""
        days: Period = self.cleaned_data["days"]
        owner = self.cleaned_data.get("owner")
        initial = {"since": days.first, "until": days.last, "owner": owner and owner.email}
        return ReportForm(initial=initial, oversees="owner" in self.fields)

    @property
    def pressed(self) -> str:
        """The period that was chosen with one press, if it was one."""
        days = self.data.get("since") or self.data.get("until")
        return "" if days else self.data.get("period") or DEFAULT
