"""Addresses that an owner does not write to."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.listing import Column
from mailing.forms.suppression import SuppressionForm
from mailing.models import Suppression
from mailing.views.generic import OwnedCreateView, OwnedDeleteView, OwnedListView


class SuppressionListView(OwnedListView):
    """Who gets nothing more, and why."""

    model = Suppression
    columns = (
        Column(_("Address"), "email"),
        Column(_("Reason"), "reason"),
        Column(_("Since"), "created_at"),
        Column(_("Actions"), css="table__actions"),
    )
    search_fields = ("email",)
    search_hint = _("Beginning of an address")

    def search(self, queryset: Any, text: str) -> Any:
        return queryset.search(text)


class SuppressionCreateView(OwnedCreateView):
    """Suppresses an address by hand."""

    model = Suppression
    form_class = SuppressionForm
    title = _("Suppress an address")
    notice = _("%(name)s gets no more letters from you.")
    submit_label = _("Suppress")
    list_url = "mailing:suppressions"

    def get_success_url(self) -> str:
        return reverse(self.list_url)


class SuppressionDeleteView(OwnedDeleteView):
    """Takes back what the owner suppressed by hand; an opt-out is not the owner's to lift."""

    model = Suppression
    question = _("Write to %(name)s again?")
    notice = _("%(name)s can get letters again.")
    submit_label = _("Lift the suppression")
    list_url = "mailing:suppressions"

    def get_queryset(self) -> Any:
        return super().get_queryset().removable()

    def get_cancel_url(self) -> str:
        return reverse(self.list_url)

    def get_consequences(self) -> list[Any]:
        return [_("The next mailings go to this address when it is on one of their lists.")]
