"""Lists of recipients."""

from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.access import OwnerRequiredMixin
from accounts.keyset import MOST_COUNTED
from accounts.listing import Column
from mailing.forms.list_settings import ListSettingsForm
from mailing.forms.recipient import RecipientListForm
from mailing.forms.recipient_filter import ListBulkForm
from mailing.models import Mailing, Recipient, RecipientList, Segment
from mailing.views.bulk import recent_changes
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
    extra_context = {"most_counted": MOST_COUNTED}


class ListCreateView(OwnedCreateView):
    """Makes a list."""

    model = RecipientList
    form_class = RecipientListForm
    title = _("New list")
    notice = _("The list “%(name)s” was created. Now add recipients to it.")
    submit_label = _("Create")
    list_url = "mailing:lists"


class ListDetailView(OwnerRequiredMixin, PartsView):
    """A list, who is on it, and what can be done with many of them at once."""

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
    search_hint = _("Beginning of an address or a name")
    default_sort = "email"

    def search(self, queryset: Any, text: str) -> Any:
        return queryset.search(text)

    def get_parents(self) -> QuerySet[Any]:
        return RecipientList.objects.owned_by(self.user).select_related("form")

    def get_queryset(self) -> Any:
        # the owner is the same; named, it lets the index by address or name be walked in order
        return super().get_queryset().filter(owner=self.user, lists=self.parent)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        its = Q(recipient_list=self.parent) | Q(criteria__list=self.parent.pk)
        return super().get_context_data(
            **kwargs,
            bulk=ListBulkForm(owner=self.user, of_list=self.parent),
            bulk_url=reverse("mailing:list_bulk", args=[self.parent.pk]),
            change=recent_changes(self.user).filter(its).first(),
        )


class ListSizeView(OwnerRequiredMixin, View):
    """How many are on a list; the page of a large one asks for it once it is shown."""

    http_method_names = ("get",)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        recipient_list = get_object_or_404(RecipientList.objects.owned_by(request.user), pk=pk)
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect(recipient_list)
        size = recipient_list.recipients.count()
        text = ngettext("%(size)s recipient", "%(size)s recipients", size)
        return HttpResponse(text % {"size": intcomma(size)}, content_type="text/plain")


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
    """Renames a list, and opens it for everybody."""

    model = RecipientList
    form_class = ListSettingsForm
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
        return [stays % {"size": size}, *self._what_uses_it()]

    def _what_uses_it(self) -> list[str]:
        waiting = Mailing.objects.unfinished()
        without = gettext("The mailing “%(name)s” goes on without it.")
        leaves_out = gettext("The mailing “%(name)s” no longer leaves out who is on it.")
        names = gettext("The segment “%(name)s” finds nobody by it any more.")
        return [
            *(names % {"name": segment} for segment in Segment.objects.naming_list(self.object)),
            *(without % {"name": mailing} for mailing in waiting.filter(lists=self.object)),
            *(leaves_out % {"name": m} for m in waiting.filter(excluded_lists=self.object)),
        ]
