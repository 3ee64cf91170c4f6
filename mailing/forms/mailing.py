"""Planning a mailing."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.keyset import MOST_COUNTED
from accounts.time_zones import time_zone_choices
from mailing.forms.addresses import RecipientsField, recipients_with
from mailing.forms.owned import OwnedModelForm
from mailing.forms.wall_time import WallTimeField, moment_of, wall_time
from mailing.models import Mailing, Recipient, RecipientList, Segment

TIMES = ("starts_at", "ends_at")
#: The fields of which one at least says to whom it goes.
AUDIENCE = ("lists", "segments", "recipients")


class ListsField(forms.ModelMultipleChoiceField[RecipientList]):
    """Lists to tick, each with its size."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(RecipientList.objects.with_size(), required=False, **kwargs)

    def label_from_instance(self, recipient_list: Any) -> str:
        size = recipient_list.size
        if size > MOST_COUNTED:
            text = _("%(list)s (more than %(size)s recipients)")
            return text % {"list": recipient_list, "size": intcomma(MOST_COUNTED)}
        text = ngettext("%(list)s (%(size)s recipient)", "%(list)s (%(size)s recipients)", size)
        return text % {"list": recipient_list, "size": size}


class MessageStepForm(OwnedModelForm):
    """The first step: what is sent, and in whose name."""

    class Meta:
        model = Mailing
        fields = ["name", "message", "sender_name", "reply_to"]
        help_texts = {
            "name": gettext_lazy("For your own lists; recipients never see it."),
            "sender_name": gettext_lazy("Whom the letters are from, like “Anna of the Tea Shop”."),
            "reply_to": gettext_lazy("The address that answers go to."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["message"].empty_label = _("Choose a message")
        if self.instance._state.adding:
            self._propose_a_time()

    def _propose_a_time(self) -> None:
        self.instance.time_zone = self.owner.time_zone
        zone = self.instance.zone
        self.instance.starts_at = moment_of(tomorrow_morning(zone), zone)
        self.instance.time_is_set = False


class RecipientsStepForm(OwnedModelForm):
    """The second step: whom it goes to, and whom not."""

    lists = ListsField(label=gettext_lazy("Lists"))
    segments = forms.ModelMultipleChoiceField(
        Segment.objects.order_by("name"),
        label=gettext_lazy("Segments"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Who fulfils the conditions is found anew each time it is sent."),
    )
    excluded_lists = ListsField(
        label=gettext_lazy("Lists left out"),
        help_text=gettext_lazy("Whoever is on one of these gets nothing."),
    )
    recipients = RecipientsField(
        label=gettext_lazy("Single recipients"),
        required=False,
        help_text=gettext_lazy("Addresses of your recipients, one on each line."),
    )

    class Meta:
        model = Mailing
        fields = ["lists", "segments", "excluded_lists", "recipients"]

    def __init__(self, *args: Any, may_be_empty: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_be_empty = may_be_empty

    def clean_recipients(self) -> list[Recipient]:
        return recipients_with(self.cleaned_data["recipients"], self.owner)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = any(cleaned.get(name) for name in AUDIENCE)
        if not (chosen or self.may_be_empty or {*AUDIENCE} & self.errors.keys()):
            text = _("Choose a list or a segment, or write at least one address below.")
            self.add_error("lists", ValidationError(text))
        return cleaned


class TimeStepForm(OwnedModelForm):
    """The third step: when it goes out, on the clock of its zone."""

    constrained_field = "ends_at"

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
        fields = ["starts_at", "period", "ends_at", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["time_zone"].choices = time_zone_choices(self.instance.time_zone)
        for name in TIMES:
            if moment := getattr(self.instance, name):
                self.initial[name] = wall_time(moment, self.instance.zone)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        zone = ZoneInfo(cleaned.get("time_zone") or self.instance.time_zone)
        for name in TIMES:
            if wall := cleaned.get(name):
                cleaned[name] = self._moment(name, wall, zone)
        self.instance.time_is_set = True
        return cleaned

    def _moment(self, name: str, wall: datetime, zone: ZoneInfo) -> datetime:
        """Return the moment of `wall`; a saved one that nobody touched keeps its seconds."""
        saved: datetime | None = getattr(self.instance, name)
        if saved and {name, "time_zone"}.isdisjoint(self.changed_data):
            return saved
        return moment_of(wall, zone)


class ScheduledTimeStepForm(TimeStepForm):
    """The times of a mailing that is to go out, so its end must lie ahead."""

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
