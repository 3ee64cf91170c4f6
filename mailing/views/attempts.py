"""An attempt: how far it is, what the mail server says, and every letter in it."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.vary import vary_on_headers
from django.views.generic import DetailView

from accounts.access import DashboardMixin, OwnerRequiredMixin
from accounts.listing import Column
from mailing.letter_rows import COLUMNS, letter_rows
from mailing.models import Attempt, Delivery
from mailing.models.delivery import State
from mailing.sending.ledger import COUNTED
from mailing.views.actions import is_owner, watching_actions
from mailing.views.amends import FOR_MISSED, FOR_UNCERTAIN, possible_amends
from mailing.views.downloads import CSV, table_download
from mailing.views.generic import FilteredListView, PartsView
from mailing.views.progress import Seen, Watch

#: Letters up to which an attempt is searched for any part of an address; a larger one, whose
#: letters would all have to be read for that, only for how addresses begin.
SEARCHED_THROUGH = 20_000


class DeliveryFilter(django_filters.FilterSet):
    """Keeps letters in a state, and for a reason."""

    state = django_filters.ChoiceFilter(
        choices=State.choices, label=_("State"), empty_label=_("All states")
    )
    reason = django_filters.ChoiceFilter(
        choices=Delivery.Reason.choices,
        label=_("Reason"),
        empty_label=_("All reasons"),
        method="because",
    )

    def because(self, letters: Any, name: str, reason: str) -> Any:
        return letters.because(reason)


class LettersView(DashboardMixin, PartsView, FilteredListView):
    """The letters of an attempt, searched and filtered as the address says."""

    model = Delivery
    parent_name = "attempt"
    search_fields = ("email",)
    filterset_class = DeliveryFilter
    default_sort = "id"

    def get_parents(self) -> QuerySet[Any]:
        visible = Attempt.objects.visible_to(self.user)
        return visible.select_related("mailing__owner", "triggered_by")

    @property
    def is_searched_through(self) -> bool:
        return bool(self.parent.total <= SEARCHED_THROUGH)

    def search(self, queryset: Any, text: str) -> Any:
        return queryset.addressed(text, anywhere=self.is_searched_through)

    def get_queryset(self) -> Any:
        letters = super().get_queryset().filter(attempt=self.parent).defer("attributes")
        column = COUNTED.get(self.filterset.form.cleaned_data.get("state"))
        # not to look through millions of letters for one that the counts say is not there
        is_there = column is None or getattr(self.parent.progress, column)
        return letters if is_there else letters.none()


class AttemptDetailView(LettersView):
    """One attempt with its letters."""

    template_name = "mailing/attempt_detail.html"
    paginate_by = 50
    columns = (
        Column(_("Recipient")),
        Column(_("State")),
        Column(_("Reason")),
        Column(_("Answer of the mail server")),
        Column(_("Tries"), css="numeric"),
        Column(_("Finished")),
    )

    @cached_property
    def watch(self) -> Watch:
        return Watch(self.parent, Seen())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        attempt: Attempt = self.parent
        return super().get_context_data(
            **kwargs,
            mailing=attempt.mailing,
            is_owner=is_owner(attempt.mailing, self.user),
            watch=self.watch,
            amends=possible_amends(attempt, self.user, FOR_UNCERTAIN),
            actions=watching_actions(attempt.mailing, self.user),
            is_searched_through=self.is_searched_through,
        )


class LettersExportView(OwnerRequiredMixin, LettersView):
    """The letters that the page shows with the same search and filters, all of them, as CSV."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not is_owner(self.parent.mailing, self.user):
            raise Http404
        rows = letter_rows(self.get_queryset())
        return table_download(CSV, f"letters-{self.parent.pk}", COLUMNS, rows)


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class WhyView(DashboardMixin, DetailView):  # type: ignore[type-arg]
    """How many letters were not sent for which reason, and what can be done for those who did not
    get theirs; asked by htmx, that alone."""

    model = Attempt
    object: Attempt

    def get_queryset(self) -> Any:
        return Attempt.objects.visible_to(self.user).without_bodies().select_related("mailing")

    def get_template_names(self) -> list[str]:
        is_asked_by_htmx = self.request.htmx  # type: ignore[attr-defined]
        return ["mailing/why.html" if is_asked_by_htmx else "mailing/attempt_why.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reasons = [
            (State(state), Delivery.Reason(reason), number)
            for state, reason, number in self.object.deliveries.numbers_by_reason()
        ]
        amends = possible_amends(self.object, self.user, FOR_MISSED)
        return super().get_context_data(**kwargs, reasons=reasons, amends=amends)
