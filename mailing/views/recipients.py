"""Recipients of an owner."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.access import OwnerRequiredMixin
from accounts.listing import Column, ListingView
from mailing.forms.recipient import RecipientForm
from mailing.forms.recipient_filter import BulkForm, RecipientFilterForm
from mailing.history import events, letters_of, personal_data, timeline
from mailing.models import Delivery, Recipient, Suppression
from mailing.views.bulk import recent_changes
from mailing.views.generic import (
    OwnedCreateView,
    OwnedDeleteView,
    OwnedMixin,
    OwnedUpdateView,
    PartsView,
)

LETTERS_SHOWN = 20


class RecipientListView(OwnedMixin, ListingView):
    """Everybody whom the owner may write to, and what can be done with many of them at once."""

    model = Recipient
    columns = (
        Column(_("Address"), "email"),
        Column(_("Name"), "full_name"),
        Column(_("Lists")),
        Column(_("State")),
        Column(_("Added"), "created_at"),
    )
    search_fields = ("email", "full_name")
    search_hint = _("Beginning of an address or a name")

    @cached_property
    def filters(self) -> RecipientFilterForm:
        return RecipientFilterForm(self.request.GET, owner=self.user)

    def get_queryset(self) -> Any:
        found = self.filters.criteria(self.get_search()).recipients(self.user)
        return found.prefetch_related("lists").defer("comment", "consent_wording")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        bulk = BulkForm(owner=self.user)
        bulk.share_lists(self.filters)
        return super().get_context_data(
            **kwargs,
            filters=self.filters,
            bulk=bulk,
            bulk_url=reverse("mailing:recipients_bulk"),
            change=recent_changes(self.user).first(),
        )


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


class RecipientDetailView(OwnerRequiredMixin, PartsView):
    """What is known about a recipient, and all that has happened, the latest first."""

    model = Delivery
    template_name = "mailing/recipient_detail.html"
    parent_name = "recipient"
    paginate_by = LETTERS_SHOWN
    default_sort = "-pk"

    def get_parents(self) -> Any:
        return Recipient.objects.owned_by(self.user)

    def get_queryset(self) -> Any:
        return letters_of(self.parent)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        recipient: Recipient = self.parent
        suppressions = list(Suppression.objects.against(self.user, recipient.email))
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        happened = events(recipient, suppressions)
        return {
            **context,
            "lists": recipient.lists.all(),
            "suppressions": suppressions,
            "timeline": timeline(
                page.object_list, happened, self.letter_before(page), is_last=not page.after
            ),
        }

    def letter_before(self, page: Any) -> Delivery | None:
        """Return the last letter of the page before, when there is one."""
        if not page.before:
            return None
        later: Delivery | None = (
            self.get_queryset().filter(pk__gt=page[0].pk).order_by("pk").first()
        )
        return later


class RecipientDataView(OwnerRequiredMixin, View):
    """Everything that is kept about a recipient, as a file."""

    http_method_names = ("get",)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        mine = Recipient.objects.owned_by(request.user).select_related("owner")
        recipient = get_object_or_404(mine, pk=pk)
        return JsonResponse(
            personal_data(recipient),
            headers={"Content-Disposition": f'attachment; filename="recipient-{pk}.json"'},
            json_dumps_params={"ensure_ascii": False, "indent": 2},
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
            _("What mail servers answered about the address goes, too."),
            _("Past mailings keep their counts."),
            _("Letters that have not left yet will not be sent."),
            _("If the address is suppressed, it stays so."),
        ]
