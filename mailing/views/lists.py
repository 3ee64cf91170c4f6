"""Lists of recipients."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.access import OwnerRequiredMixin
from accounts.listing import Column
from mailing.forms.recipient import RecipientListForm
from mailing.models import Mailing, Recipient, RecipientList
from mailing.views.generic import (
    OwnedCreateView,
    OwnedDeleteView,
    OwnedListView,
    OwnedUpdateView,
    PartsView,
)


class ListListView(OwnedListView):
    """All lists of the owner, with their sizes."""

    model = RecipientList
    queryset = RecipientList.objects.with_size()
    columns = (
        Column(pgettext_lazy("title", "Name"), "name"),
        Column(_("Recipients"), "size", "numeric"),
        Column(_("Created"), "created_at"),
    )
    search_fields = ("name", "description")
    default_sort = "name"


class ListCreateView(OwnedCreateView):
    """Makes a list."""

    model = RecipientList
    form_class = RecipientListForm
    title = _("New list")
    notice = _("The list “%(name)s” was created. Now add recipients to it.")
    submit_label = _("Create")
    list_url = "mailing:lists"


class ListDetailView(OwnerRequiredMixin, PartsView):
    """A list and who is on it."""

    model = Recipient
    template_name = "mailing/recipientlist_detail.html"
    parent_name = "recipient_list"
    columns = (
        Column(_("Address"), "email"),
        Column(_("Name"), "full_name"),
        Column(_("State")),
        Column(_("Actions"), css="table__actions"),
    )
    search_fields = ("email", "full_name")
    default_sort = "email"

    def get_parents(self) -> QuerySet[Any]:
        return RecipientList.objects.owned_by(self.user)

    def get_queryset(self) -> Any:
        # the owner is the same; named, it lets the index by address or name be walked in order
        return super().get_queryset().filter(owner=self.user, lists=self.parent)


class ListRemoveView(OwnerRequiredMixin, View):
    """Takes one recipient off a list."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int, recipient_pk: int) -> HttpResponse:
        recipient_list = get_object_or_404(RecipientList.objects.owned_by(request.user), pk=pk)
        recipient = get_object_or_404(recipient_list.recipients, pk=recipient_pk)
        recipient_list.recipients.remove(recipient)
        messages.success(
            request, gettext("%(name)s is no longer on this list.") % {"name": recipient.email}
        )
        return redirect(recipient_list)


class ListUpdateView(OwnedUpdateView):
    """Renames a list."""

    model = RecipientList
    form_class = RecipientListForm
    title = _("Edit the list “%(name)s”")
    notice = _("The list “%(name)s” was saved.")


class ListDeleteView(OwnedDeleteView):
    """Deletes a list, not the recipients on it."""

    model = RecipientList
    question = _("Delete the list “%(name)s”?")
    notice = _("The list “%(name)s” was deleted.")
    list_url = "mailing:lists"

    def get_consequences(self) -> list[Any]:
        size = self.object.recipients.count()
        stays = ngettext(
            "The %(size)s recipient on it stays among your recipients.",
            "The %(size)s recipients on it stay among your recipients.",
            size,
        )
        return [stays % {"size": size}, *self._mailings_that_use_it()]

    def _mailings_that_use_it(self) -> list[str]:
        waiting = Mailing.objects.unfinished()
        without = gettext("The mailing “%(name)s” goes on without it.")
        leaves_out = gettext("The mailing “%(name)s” no longer leaves out who is on it.")
        return [
            *(without % {"name": mailing} for mailing in waiting.filter(lists=self.object)),
            *(leaves_out % {"name": m} for m in waiting.filter(excluded_lists=self.object)),
        ]
