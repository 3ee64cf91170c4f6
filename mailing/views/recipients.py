"""Recipients of an owner."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.listing import Column
from mailing.forms.recipient import RecipientForm
from mailing.models import Delivery, Recipient, RecipientList, Suppression
from mailing.views.generic import (
    FilteredListView,
    OwnedCreateView,
    OwnedDeleteView,
    OwnedDetailView,
    OwnedMixin,
    OwnedUpdateView,
)

DELIVERIES_SHOWN = 20
UNSHOWN = ("attributes", "attempt__body_html", "attempt__body_text")


def own_lists(request: HttpRequest) -> QuerySet[RecipientList]:
    return RecipientList.objects.owned_by(request.user)


class RecipientFilter(django_filters.FilterSet):
    """Keeps recipients on a list, or in a state."""

    lists = django_filters.ModelChoiceFilter(
        queryset=own_lists, label=_("List"), empty_label=_("All lists")
    )
    state = django_filters.ChoiceFilter(
        choices=Recipient.State.choices, label=_("State"), empty_label=_("All states")
    )


class RecipientListView(OwnedMixin, FilteredListView):
    """Everybody whom the owner may write to."""

    model = Recipient
    columns = (
        Column(_("Address"), "email"),
        Column(_("Name"), "full_name"),
        Column(_("Lists")),
        Column(_("State")),
        Column(_("Added"), "created_at"),
    )
    search_fields = ("email", "full_name")
    filterset_class = RecipientFilter

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related("lists").defer("comment", "consent_wording")


class RecipientCreateView(OwnedCreateView):
    """Adds one recipient."""

    model = Recipient
    form_class = RecipientForm
    title = _("New recipient")
    notice = _("%(name)s was added.")
    submit_label = _("Add")
    list_url = "mailing:recipients"

    def get_initial(self) -> dict[str, Any]:
        """Start from the list that the visitor comes from."""
        return super().get_initial() | {"lists": self.request.GET.getlist("list")}


class RecipientDetailView(OwnedDetailView):
    """What is known about a recipient, and the latest letters."""

    model = Recipient
    object: Recipient

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        recipient = self.object
        deliveries = Delivery.objects.filter(recipient=recipient)
        deliveries = deliveries.select_related("attempt__mailing").defer(*UNSHOWN)
        return super().get_context_data(
            **kwargs,
            lists=recipient.lists.all(),
            suppressions=Suppression.objects.against(self.user, recipient.email),
            deliveries=deliveries.order_by("-pk")[:DELIVERIES_SHOWN],
        )


class RecipientUpdateView(OwnedUpdateView):
    """Changes a recipient."""

    model = Recipient
    form_class = RecipientForm
    title = _("Edit %(name)s")
    notice = _("%(name)s was saved.")


class RecipientDeleteView(OwnedDeleteView):
    """Deletes a recipient and the personal data in the ledger."""

    model = Recipient
    question = _("Delete %(name)s?")
    notice = _("%(name)s was deleted.")
    list_url = "mailing:recipients"

    def get_consequences(self) -> list[Any]:
        return [
            _("The address, the name and the attributes go from here and from past mailings."),
            _("Past mailings keep their counts."),
            _("Letters that have not left yet will not be sent."),
            _("If the address is suppressed, it stays so."),
        ]
