"""What is done with many recipients at once."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import OwnerRequiredMixin
from accounts.listing import search_text
from accounts.models import User
from mailing.changing import change
from mailing.criteria import Criteria
from mailing.exporting import csv_lines
from mailing.forms.recipient_filter import BulkForm, ListBulkForm, RecipientFilterForm
from mailing.models import RecipientChange, RecipientList
from mailing.models.change import RecipientChangeQuerySet
from mailing.models.recipient import RecipientQuerySet
from mailing.models.segment import count_in_time

Action = RecipientChange.Action
#: How long pages say what has become of a change of many.
SHOWN_FOR = timedelta(minutes=10)


def recent_changes(owner: User) -> RecipientChangeQuerySet:
    """Return changes of which pages still say what has become of them, the newest first."""
    changes = RecipientChange.objects.owned_by(owner).select_related("recipient_list")
    recent: RecipientChangeQuerySet = changes.filter(updated_at__gte=timezone.now() - SHOWN_FOR)
    return recent.order_by("-created_at")


class BulkView(OwnerRequiredMixin, View):
    """Does it, after asking where it cannot be undone.

    The address has the search and the filters of the page that it was asked for on.
    """

    http_method_names = ("post",)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if not form.is_valid():
            for errors in form.errors.values():
                messages.error(request, str(errors[0]))
            return redirect(self.page)
        criteria = form.criteria(self.get_shown())
        if form.cleaned_data["action"] == BulkForm.EXPORT:
            return csv_file(criteria.recipients(self.user))
        if self.must_ask(form) and "confirmed" not in request.POST:
            return self.ask(form, criteria)
        self.perform(form, criteria)
        return redirect(self.page)

    def get_form(self) -> BulkForm:
        return BulkForm(self.request.POST, owner=self.user)

    def get_shown(self) -> Criteria:
        """Return what the page shows that this was asked for on."""
        filters = RecipientFilterForm(self.request.GET, owner=self.user)
        return filters.criteria(search_text(self.request))

    def get_address(self) -> str:
        """Return the page's address without a query."""
        return reverse("mailing:recipients")

    @property
    def page(self) -> str:
        query = self.request.GET.copy()
        for name in ("after", "before"):
            query.pop(name, None)
        return f"{self.get_address()}?{query.urlencode()}".removesuffix("?")

    def must_ask(self, form: BulkForm) -> bool:
        action, scope = form.cleaned_data["action"], form.cleaned_data["scope"]
        return bool(action == Action.DELETE or (action == Action.REMOVE and scope == BulkForm.ALL))

    def ask(self, form: BulkForm, criteria: Criteria) -> HttpResponse:
        """Show how many it concerns and ask."""
        number = count_in_time(criteria.recipients(self.user))
        context = {
            "question": question(form, number),
            "consequences": consequences(form),
            "submit_label": Action(form.cleaned_data["action"]).label,
            "cancel_url": self.page,
            "posted": [
                (name, value)
                for name in ("scope", "action", "list", "recipient")
                for value in self.request.POST.getlist(name)
            ],
        }
        return render(self.request, "mailing/recipients_bulk.html", context)

    def perform(self, form: BulkForm, criteria: Criteria) -> None:
        chosen = form.cleaned_data
        wanted = chosen["list"] if form.takes_list else None
        made = change(self.user, criteria, chosen["action"], wanted)
        if made.finished_at:
            messages.success(self.request, sentence(made))
        else:
            messages.info(self.request, _("This is done in the background. You can go on."))


class ListBulkView(BulkView):
    """Does it with those on a list, on the list's own page."""

    @cached_property
    def recipient_list(self) -> RecipientList:
        mine = RecipientList.objects.owned_by(self.user)
        found: RecipientList = get_object_or_404(mine, pk=self.kwargs["pk"])
        return found

    def get_form(self) -> BulkForm:
        return ListBulkForm(self.request.POST, owner=self.user, of_list=self.recipient_list)

    def get_shown(self) -> Criteria:
        return Criteria(search=search_text(self.request), list=self.recipient_list.pk)

    def get_address(self) -> str:
        return self.recipient_list.get_absolute_url()


class ChangeView(OwnerRequiredMixin, View):
    """How far a change is that goes on in the background; asked by htmx."""

    http_method_names = ("get",)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        changes = RecipientChange.objects.owned_by(request.user).select_related("recipient_list")
        made = get_object_or_404(changes, pk=pk)
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect("mailing:recipients")
        if made.finished_at:
            return HttpResponseClientRefresh()
        return render(request, "mailing/recipients_change.html", {"change": made})


def question(form: BulkForm, number: int | None) -> str:
    """Return what is asked; without a number when counting took too long."""
    values: dict[str, Any] = {"number": number, "list": form.cleaned_data["list"]}
    if form.cleaned_data["action"] == Action.DELETE:
        if number is None:
            return _("Delete all recipients that match?")
        return (
            ngettext("Delete %(number)s recipient?", "Delete %(number)s recipients?", number)
            % values
        )
    if number is None:
        return _("Take all recipients that match off the list “%(list)s”?") % values
    return (
        ngettext(
            "Take %(number)s recipient off the list “%(list)s”?",
            "Take %(number)s recipients off the list “%(list)s”?",
            number,
        )
        % values
    )


def consequences(form: BulkForm) -> list[str]:
    if form.cleaned_data["action"] != Action.DELETE:
        return [_("They stay among your recipients.")]
    return [
        _("Addresses, names and attributes go from here and from past mailings."),
        _("Past mailings keep their counts."),
        _("Letters that have not left yet will not be sent."),
        _("Addresses that are suppressed stay so."),
        _("This cannot be undone."),
    ]


def sentence(made: RecipientChange) -> str:
    """Return what was done."""
    values = {"number": made.done, "list": made.recipient_list}
    if made.action == Action.DELETE:
        text = ngettext(
            "%(number)s recipient was deleted.", "%(number)s recipients were deleted.", made.done
        )
    elif made.action == Action.ADD:
        text = ngettext(
            "%(number)s recipient is on the list “%(list)s” now.",
            "%(number)s recipients are on the list “%(list)s” now.",
            made.done,
        )
    else:
        text = ngettext(
            "%(number)s recipient is no longer on the list “%(list)s”.",
            "%(number)s recipients are no longer on the list “%(list)s”.",
            made.done,
        )
    return text % values


def csv_file(recipients: RecipientQuerySet) -> StreamingHttpResponse:
    """Return an answer that writes recipients as it reads them."""

    def lines() -> Any:
        yield "\ufeff"  # tells spreadsheet programs that this is UTF-8
        yield from csv_lines(recipients)

    name = f"recipients-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
