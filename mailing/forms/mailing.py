"""Planning a mailing."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.time_zones import time_zone_choices
from mailing.forms.addresses import RecipientsField, recipients_with
from mailing.forms.owned import OwnedModelForm
from mailing.forms.wall_time import WallTimeField, moment_of, wall_time
from mailing.models import Mailing, Recipient, RecipientList

TIMES = ("starts_at", "ends_at")


class ListsField(forms.ModelMultipleChoiceField[RecipientList]):
    """Lists to tick, each with its size."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(RecipientList.objects.with_size(), required=False, **kwargs)

    def label_from_instance(self, recipient_list: Any) -> str:
        size = recipient_list.size
        text = ngettext("%(list)s (%(size)s recipient)", "%(list)s (%(size)s recipients)", size)
        return text % {"list": recipient_list, "size": size}


class MailingForm(OwnedModelForm):
    """What goes to whom and when, with times on the clock of the mailing's zone."""

    constrained_field = "ends_at"

    lists = ListsField(label=gettext_lazy("Lists"))
    recipients = RecipientsField(
        label=gettext_lazy("Single recipients"),
        required=False,
        help_text=gettext_lazy("Addresses of your recipients, one on each line."),
    )
    excluded_lists = ListsField(
        label=gettext_lazy("Lists left out"),
        help_text=gettext_lazy("Whoever is on one of these gets nothing."),
    )
    starts_at = WallTimeField(
        label=gettext_lazy("First sending"),
        help_text=gettext_lazy(
            "On the clock of the time zone below. A time that has passed means at once."
        ),
    )
    ends_at = WallTimeField(
        label=gettext_lazy("End"),
        required=False,
        help_text=gettext_lazy("Nothing is sent from then on. Leave empty for no end."),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))

    class Meta:
        model = Mailing
        fields = [
            "name",
            "message",
            "lists",
            "recipients",
            "excluded_lists",
            "starts_at",
            "period",
            "ends_at",
            "time_zone",
            "sender_name",
            "reply_to",
        ]
        help_texts = {
            "sender_name": gettext_lazy("Whom the letters are from, like “Anna of the Tea Shop”."),
            "reply_to": gettext_lazy("The address that answers go to."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.instance.time_zone = self.initial["time_zone"] = self.owner.time_zone
            self.initial.setdefault("starts_at", tomorrow_morning(self.instance.zone))
        else:
            self._show_wall_times()
        fields: dict[str, Any] = self.fields
        fields["time_zone"].choices = time_zone_choices(self.instance.time_zone)
        fields["message"].empty_label = _("Choose a message")

    def _show_wall_times(self) -> None:
        for name in TIMES:
            if moment := getattr(self.instance, name):
                self.initial[name] = wall_time(moment, self.instance.zone)

    def clean_recipients(self) -> list[Recipient]:
        return recipients_with(self.cleaned_data["recipients"], self.owner)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        zone = ZoneInfo(cleaned.get("time_zone") or self.instance.time_zone)
        for name in TIMES:
            if wall := cleaned.get(name):
                cleaned[name] = self._moment(name, wall, zone)
        if not ({"lists", "recipients"} & self.errors.keys()):
            self._check_audience(cleaned)
        return cleaned

    def _moment(self, name: str, wall: datetime, zone: ZoneInfo) -> datetime:
        """Return the moment of `wall`; a saved one that nobody touched keeps its seconds."""
        saved: datetime | None = getattr(self.instance, name)
        if saved and {name, "time_zone"}.isdisjoint(self.changed_data):
            return saved
        return moment_of(wall, zone)

    def _check_audience(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("lists") and not cleaned.get("recipients"):
            self.add_error(
                "lists", ValidationError(_("Choose a list, or write at least one address below."))
            )


class ScheduledMailingForm(MailingForm):
    """A mailing that is to go out, so its end must lie ahead."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        ends_at = cleaned.get("ends_at")
        if ends_at and ends_at <= timezone.now():
            self.add_error(
                "ends_at", ValidationError(_("This has passed. Choose a later end, or none."))
            )
        return cleaned


def tomorrow_morning(zone: ZoneInfo) -> datetime:
    """Return nine o'clock of the next day on the clock of `zone`."""
    tomorrow = timezone.now().astimezone(zone) + timedelta(days=1)
    return wall_time(tomorrow, zone).replace(hour=9, minute=0)


class DisableForm(forms.Form):
    """Asks a manager why a mailing is disabled."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The owner of the mailing reads it."),
    )
