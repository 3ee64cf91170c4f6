"""Mailings: all of them, one of them, and what is done with it."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.access import DashboardMixin
from accounts.listing import Column
from accounts.models import User
from mailing.forms.mailing import DisableForm
from mailing.models import Attempt, Mailing
from mailing.models.mailing import ForbiddenChange
from mailing.views.actions import BY_NAME, Action, allowed_actions, require_right
from mailing.views.facts import facts_of
from mailing.views.generic import FilteredListView, PartsView, say
from mailing.views.steps import missing_steps

Status = Mailing.Status
UNSHOWN = ("message__body_html", "message__body_text")


class MailingFilter(django_filters.FilterSet):
    """Keeps mailings by status, period and, for those who see everybody's, owner."""

    status = django_filters.ChoiceFilter(
        choices=Status.choices, label=_("Status"), empty_label=_("All statuses")
    )
    period = django_filters.ChoiceFilter(
        choices=Mailing.Period.choices, label=_("Period"), empty_label=_("All periods")
    )
    owner = django_filters.CharFilter("owner__email", "icontains", label=_("Owner"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if oversees(self.request.user):
            self.filters["owner"].field.widget.attrs["placeholder"] = _("Owner's address")
        else:
            del self.filters["owner"]


class MailingListView(DashboardMixin, FilteredListView):
    """The owner's mailings, or everybody's for those who oversee them."""

    model = Mailing
    columns = (
        Column(pgettext_lazy("title", "Name"), "name"),
        Column(_("Status"), "status"),
        Column(_("Period"), "period"),
        Column(_("Last result")),
        Column(_("Next sending"), "next_run_at"),
        Column(_("Last sending"), "last_run_at"),
    )
    search_fields = ("name", "message__subject")
    filterset_class = MailingFilter

    def get_columns(self) -> Sequence[Column]:
        owner = [Column(_("Owner"), "owner__email")] if oversees(self.user) else []
        return [*self.columns[:1], *owner, *self.columns[1:]]

    def get_queryset(self) -> Any:
        return super().get_queryset().visible_to(self.user).select_related("owner")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs, oversees=oversees(self.user))
        add_latest(context["page_obj"].object_list)
        return context


class MailingDetailView(DashboardMixin, PartsView):
    """A mailing with its attempts."""

    model = Attempt
    template_name = "mailing/mailing_detail.html"
    parent_name = "mailing"
    paginate_by = 10
    columns = (
        Column(_("Started"), "started_at"),
        Column(_("Status"), "status"),
        Column(_("Sent"), "sent", "numeric"),
        Column(_("Failed"), "failed", "numeric"),
        Column(_("Recipients"), "total", "numeric"),
    )
    default_sort = "-started_at"

    def get_parents(self) -> QuerySet[Any]:
        visible = Mailing.objects.visible_to(self.user)
        return visible.select_related("owner", "message").defer(*UNSHOWN)

    def get_queryset(self) -> Any:
        attempts: Any = super().get_queryset().filter(mailing=self.parent)
        return attempts.select_related("mailing").without_bodies()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mailing: Mailing = self.parent
        return super().get_context_data(
            **kwargs,
            **facts_of(mailing, self.user),
            actions=allowed_actions(mailing, self.user),
            missing=missing_steps(mailing) if mailing.status == Status.DRAFT else [],
            running=mailing.attempts.running().without_bodies().first(),
        )


class MailingActionView(DashboardMixin, View):
    """Does something with a mailing, after asking where it cannot be undone."""

    @property
    def action(self) -> Action:
        if action := BY_NAME.get(self.kwargs["action"]):
            return action
        raise Http404

    def get_mailing(self) -> Mailing:
        visible = Mailing.objects.visible_to(self.user).select_related("owner", "message")
        mailing: Mailing = get_object_or_404(visible, pk=self.kwargs["pk"])
        require_right(self.action, mailing, self.user)
        return mailing

    def get(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        """Ask; an action that needs no question is only ever posted."""
        mailing = self.get_mailing()
        if not self.action.question:
            return redirect(mailing)
        if mailing.status not in self.action.statuses:
            return self.refuse(mailing)
        return self.ask(mailing, self.action.form() if self.action.form else None)

    def post(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        mailing = self.get_mailing()
        if mailing.status not in self.action.statuses:
            return self.refuse(mailing)
        form = self.action.form(request.POST) if self.action.form else None
        if form and not form.is_valid():
            return self.ask(mailing, form)
        return self.perform(mailing, form.cleaned_data if form else {})

    def refuse(self, mailing: Mailing) -> HttpResponse:
        text = gettext("“%(action)s” is not possible while the mailing is %(status)s.")
        values = {"action": self.action.label, "status": mailing.get_status_display()}
        messages.error(self.request, text % values)
        return redirect(mailing)

    def ask(self, mailing: Mailing, form: DisableForm | None) -> HttpResponse:
        context = {
            "mailing": mailing,
            "question": str(self.action.question) % {"name": mailing},
            "sends": self.action.becomes == Status.RUNNING,
            "consequences": self.action.consequences,
            "submit_label": self.action.label,
            "cancel_url": mailing.get_absolute_url(),
            "form": form or "",
        }
        return render(self.request, "mailing/mailing_action.html", context)

    def perform(self, mailing: Mailing, answers: dict[str, Any]) -> HttpResponse:
        try:
            result = self.action.perform(mailing, self.user, answers)
        except ForbiddenChange as error:
            messages.error(self.request, str(error))
            return redirect(mailing)
        say(self.request, self.action.notice, mailing)
        return redirect(result or mailing)


def add_latest(mailings: Sequence[Any]) -> None:
    """Give each mailing its `latest` attempt that was no dry run, in one query for all."""
    of_mailing = Attempt.objects.filter(mailing=OuterRef("pk"), dry_run=False)
    newest = of_mailing.order_by("-started_at").values("pk")[:1]
    keys = Mailing.objects.filter(pk__in=[mailing.pk for mailing in mailings])
    latest = keys.order_by().values_list(Subquery(newest))
    found = Attempt.objects.filter(pk__in=[key for (key,) in latest if key]).without_bodies()
    by_mailing = {attempt.mailing_id: attempt for attempt in found}
    for mailing in mailings:
        mailing.latest = by_mailing.get(mailing.pk)
        if mailing.latest:
            mailing.latest.mailing = mailing


def oversees(user: User) -> bool:
    return user.has_perm("mailing.oversee_mailing")
