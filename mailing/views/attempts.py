"""An attempt: how far it is, what the mail server says, and every letter in it."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import DashboardMixin
from accounts.listing import Column
from mailing.models import Attempt, Delivery
from mailing.views.actions import allowed_actions
from mailing.views.amends import possible_amends
from mailing.views.generic import FilteredListView, PartsView

#: What can be done from the page on which one watches the letters leave.
WHILE_WATCHING = {"pause", "resume", "stop", "disable"}


class DeliveryFilter(django_filters.FilterSet):
    """Keeps letters in a state."""

    state = django_filters.ChoiceFilter(
        choices=Delivery.State.choices, label=_("State"), empty_label=_("All states")
    )


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class AttemptDetailView(DashboardMixin, PartsView, FilteredListView):
    """One attempt with its letters; asked by htmx, only how far it is."""

    model = Delivery
    template_name = "mailing/attempt_detail.html"
    parent_name = "attempt"
    paginate_by = 50
    columns = (
        Column(_("Recipient")),
        Column(_("State")),
        Column(_("Reason")),
        Column(_("Answer of the mail server")),
        Column(_("Tries"), css="numeric"),
        Column(_("Finished")),
    )
    search_fields = ("email",)
    filterset_class = DeliveryFilter
    default_sort = "id"

    def get_parents(self) -> QuerySet[Any]:
        visible = Attempt.objects.visible_to(self.user)
        return visible.select_related("mailing__owner", "triggered_by")

    def get_queryset(self) -> Any:
        deliveries = super().get_queryset().filter(attempt=self.parent)
        return deliveries.defer("attributes")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_watching:
            return self.watch()
        return super().get(request, *args, **kwargs)

    @property
    def is_watching(self) -> bool:
        return bool(self.request.htmx)  # type: ignore[attr-defined]

    def watch(self) -> HttpResponse:
        """Answer with how far it is; once it is done, have the whole page read anew."""
        if self.parent.finished_at:
            return HttpResponseClientRefresh()
        return render(self.request, "mailing/attempt_progress.html", {"attempt": self.parent})

    def handle_no_permission(self) -> Any:
        """Have the page read anew, which leads to the login, rather than put that into the page."""
        return HttpResponseClientRefresh() if self.is_watching else super().handle_no_permission()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        attempt: Attempt = self.parent
        actions = allowed_actions(attempt.mailing, self.user)
        return super().get_context_data(
            **kwargs,
            mailing=attempt.mailing,
            amends=possible_amends(attempt, self.user),
            actions=[action for action in actions if action.name in WHILE_WATCHING],
        )
